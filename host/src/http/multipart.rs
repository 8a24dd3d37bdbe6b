//! Uploads: a multipart form, streamed and capped.

use super::limits::{Limits, MIN_PACE};
use crate::{error::Error, store::large_buffer::LargeBuffer};
use bytes::Bytes;
use futures_util::Stream;
use http_body_util::BodyDataStream;
use hyper::{
    Request,
    body::Body,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use maribro_contract::{
    checks::MAX_GAME_BYTES,
    filename::{derive_filename, validate_filename},
};
use multer::{Field, Multipart};
use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::time::error::Elapsed;

/// Longest text field; tokens, ids and names are far shorter.
pub(crate) const MAX_TEXT_BYTES: usize = 1024;
/// Most parts of a form.
pub(crate) const MAX_PARTS: usize = 16;
/// Everything in the body that is not the file.
const MAX_OVERHEAD_BYTES: usize = 64 * 1024;
/// Largest body.
const MAX_BODY_BYTES: usize = MAX_GAME_BYTES + MAX_OVERHEAD_BYTES;
/// Longest time that a whole upload may take.
const MAX_UPLOAD_TIME: Duration = Duration::from_secs(300);
/// Most bytes before the first part, and of one part's headers.
const MAX_HEAD_BYTES: usize = 16 * 1024;
/// What is still read of a refused upload, so that its sender gets to read the refusal.
const MAX_DRAIN_BYTES: usize = 8 * 1024 * 1024;
/// Longest time for that.
const MAX_DRAIN_TIME: Duration = Duration::from_secs(5);

/// A form as it arrived. Nothing in it is known to be right.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// The file's bytes.
    pub file: Bytes,
    /// The valid file name: the `filename` field, else derived from the upload's name.
    pub filename: Result<String, Error>,
    /// The field `creator_avatar_id`.
    pub creator_avatar_id: Option<String>,
    /// The field `upload_token`.
    pub upload_token: Option<String>,
}

/// Reads a form.
///
/// # Errors
/// [`Error::UnsupportedMediaType`], [`Error::TooLarge`], [`Error::BadBody`], [`Error::Unavailable`].
pub async fn read<B>(limits: &Limits, request: Request<B>) -> Result<Form, Error>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(content_type).map_err(|_| {
        Error::UnsupportedMediaType("send the game as multipart/form-data with the file in the part \"file\"".into())
    })?;
    let declared = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|bytes| bytes > MAX_BODY_BYTES) {
        return Err(too_large());
    }
    let body = Shared::new(request.into_body());
    let mut reader = Reader {
        form: Multipart::new(body.clone(), boundary),
        body: body.clone(),
        began: Instant::now(),
        silence: limits.silence,
        grace: limits.pace_grace,
        slow: false,
    };
    let form = tokio::time::timeout(MAX_UPLOAD_TIME, reader.read()).await;
    let form = form.unwrap_or_else(|_| Err(Error::bad_body("the upload took too long")));
    // Who is too slow to send is waited for no longer.
    if form.is_err() && !reader.slow {
        drain(body).await;
    }
    form
}

/// Reads one form.
struct Reader<B> {
    form: Multipart<'static>,
    body: Shared<B>,
    began: Instant,
    silence: Duration,
    grace: Duration,
    slow: bool,
}

impl<B> Reader<B> {
    async fn read(&mut self) -> Result<Form, Error> {
        let (mut file, mut filename, mut creator_avatar_id, mut upload_token) = (None, None, None, None);
        let mut upload_name = None;
        for part in 0..=MAX_PARTS {
            let Some(field) = self.next_field().await? else {
                let file = file.ok_or_else(|| Error::bad_body("the part \"file\" is missing"))?;
                let filename = name_of(filename.as_deref(), upload_name.as_deref());
                return Ok(Form { file, filename, creator_avatar_id, upload_token });
            };
            if part == MAX_PARTS {
                break;
            }
            match field.name() {
                Some("file") => {
                    upload_name = field.file_name().map(str::to_owned);
                    let bytes = self.bytes(field, MAX_GAME_BYTES, too_large).await?;
                    set_once(&mut file, "file", bytes)?;
                }
                Some("filename") => set_once(&mut filename, "filename", self.text(field).await?)?,
                Some("creator_avatar_id") => {
                    set_once(&mut creator_avatar_id, "creator_avatar_id", self.text(field).await?)?;
                }
                Some("upload_token") => set_once(&mut upload_token, "upload_token", self.text(field).await?)?,
                // A field of a later version is read past.
                _ => drop(self.bytes(field, MAX_TEXT_BYTES, text_too_large).await?),
            }
        }
        Err(Error::bad_body(format!("a form has at most {MAX_PARTS} parts")))
    }

    async fn next_field(&mut self) -> Result<Option<Field<'static>>, Error> {
        self.body.limit_head(Some(MAX_HEAD_BYTES));
        let field = tokio::time::timeout(self.silence, self.form.next_field()).await;
        self.body.limit_head(None);
        self.arrived(field)
    }

    async fn text(&mut self, field: Field<'static>) -> Result<String, Error> {
        let bytes = self.bytes(field, MAX_TEXT_BYTES, text_too_large).await?;
        let text = std::str::from_utf8(&bytes).map_err(|_| Error::bad_body("a text field is not UTF-8"))?;
        Ok(text.trim().to_owned())
    }

    async fn bytes(&mut self, mut field: Field<'static>, limit: usize, refusal: fn() -> Error) -> Result<Bytes, Error> {
        let mut bytes = LargeBuffer::with_capacity(limit)
            .map_err(|error| Error::Unavailable(format!("there is no memory for an upload now: {error}")))?;
        while let Some(chunk) = self.arrived(tokio::time::timeout(self.silence, field.chunk()).await)? {
            if bytes.len() + chunk.len() > limit {
                return Err(refusal());
            }
            bytes.extend(&chunk);
        }
        Ok(bytes.into_bytes())
    }

    /// What came, if it came in time.
    fn arrived<T>(&mut self, step: Result<multer::Result<T>, Elapsed>) -> Result<T, Error> {
        self.slow = step.is_err();
        let step = step.map_err(|_| Error::bad_body("the upload stopped half-way"))?;
        let step = step.map_err(|error| match &error {
            multer::Error::StreamReadFailed(cause) => match cause.downcast_ref() {
                Some(BodyError::TooLarge) => too_large(),
                Some(BodyError::EndlessHead) => {
                    Error::TooLarge(format!("the headers of a part are over {} KB", MAX_HEAD_BYTES / 1024))
                }
                _ => Error::bad_body(format!("the form cannot be read: {error}")),
            },
            _ => Error::bad_body(format!("the form cannot be read: {error}")),
        })?;
        let (so_far, elapsed) = (self.body.received(), self.began.elapsed());
        // SECURITY: who sends a byte now and then would keep the place of somebody who means it.
        if elapsed > self.grace && (so_far as f64) < MIN_PACE as f64 * elapsed.as_secs_f64() {
            self.slow = true;
            return Err(Error::bad_body(format!("the upload is too slow: under {} KB/s", MIN_PACE / 1024)));
        }
        Ok(step)
    }
}

fn name_of(wished: Option<&str>, upload_name: Option<&str>) -> Result<String, Error> {
    if let Some(wished) = wished.filter(|wished| !wished.is_empty()) {
        return validate_filename(wished).map(str::to_owned).map_err(|error| Error::BadFilename(error.to_string()));
    }
    let derived = upload_name.and_then(derive_filename);
    derived.ok_or_else(|| Error::BadFilename("give a file name like my-game.html in the field \"filename\"".into()))
}

fn set_once<T>(place: &mut Option<T>, name: &str, value: T) -> Result<(), Error> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(Error::bad_body(format!("the part {name:?} is there twice"))),
    }
}

fn too_large() -> Error {
    Error::TooLarge(format!("a game is at most {} MB", MAX_GAME_BYTES / 1024 / 1024))
}

fn text_too_large() -> Error {
    Error::TooLarge(format!("a text field is over {MAX_TEXT_BYTES} bytes"))
}

/// Reads on, within limits: a sender that cannot finish writing does not read the answer.
async fn drain<B>(body: Shared<B>)
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let mut left = MAX_DRAIN_BYTES;
    let reading = async {
        let mut body = body;
        body.source().left = usize::MAX;
        while let Some(Ok(chunk)) = futures_util::StreamExt::next(&mut body).await {
            left = left.saturating_sub(chunk.len());
            if left == 0 {
                break;
            }
        }
    };
    // Out of time is one of the ways in which this ends.
    tokio::time::timeout(MAX_DRAIN_TIME, reading).await.ok();
}

/// Most bytes that the form reader is given in one go. It takes all it can get before it looks at any, and would hold
/// a whole fast upload a second time.
const MAX_RUN_BYTES: usize = 256 * 1024;
/// The same while it looks for the end of a part's headers: it looks through all of them again each time.
const MAX_HEAD_RUN_BYTES: usize = 4 * 1024;

/// Why a body ends before its end.
#[derive(Debug, thiserror::Error)]
enum BodyError {
    #[error("the body is over the limit")]
    TooLarge,
    #[error("the headers of a part do not end")]
    EndlessHead,
    #[error("the body broke off: {0}")]
    Broken(Box<dyn std::error::Error + Send + Sync>),
}

/// The body, still to be had when the form reader has given it up.
struct Shared<B>(Arc<Mutex<Source<B>>>);

struct Source<B> {
    body: BodyDataStream<B>,
    /// What came and was not given yet.
    rest: Bytes,
    /// The body is over.
    ended: bool,
    /// Bytes that came.
    received: usize,
    /// Bytes given since the last pause.
    run: usize,
    /// Bytes that may still come.
    left: usize,
    /// Bytes that may still be given before the part's headers end; `None` within a part.
    head_left: Option<usize>,
}

impl<B> Clone for Shared<B> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<B> Shared<B> {
    fn new(body: B) -> Self {
        let body = BodyDataStream::new(body);
        let source = Source {
            body,
            rest: Bytes::new(),
            ended: false,
            received: 0,
            run: 0,
            left: MAX_BODY_BYTES,
            head_left: None,
        };
        Self(Arc::new(Mutex::new(source)))
    }

    fn source(&self) -> MutexGuard<'_, Source<B>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn limit_head(&self, bytes: Option<usize>) {
        self.source().head_left = bytes;
    }

    fn received(&self) -> usize {
        self.source().received
    }
}

impl<B> Stream for Shared<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    type Item = Result<Bytes, BodyError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let source = &mut *self.source();
        let longest_run = if source.head_left.is_some() { MAX_HEAD_RUN_BYTES } else { MAX_RUN_BYTES };
        if source.run >= longest_run {
            source.run = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if source.ended && source.rest.is_empty() {
            return Poll::Ready(None);
        }
        if source.rest.is_empty() {
            let polled = Pin::new(&mut source.body).poll_next(cx);
            source.rest = match polled {
                Poll::Ready(Some(Ok(chunk))) => chunk,
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(BodyError::Broken(error.into())))),
                Poll::Ready(None) => {
                    // The form reader looks twice at a time; what came between counts for it only if the end did not.
                    source.ended = true;
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Poll::Pending => {
                    source.run = 0;
                    return Poll::Pending;
                }
            };
            source.received += source.rest.len();
            match source.left.checked_sub(source.rest.len()) {
                Some(left) => source.left = left,
                None => return Poll::Ready(Some(Err(BodyError::TooLarge))),
            }
        }
        let given = match &mut source.head_left {
            None => std::mem::take(&mut source.rest),
            Some(head_left) => {
                let bytes = source.rest.len().min(MAX_HEAD_RUN_BYTES);
                let Some(left) = head_left.checked_sub(bytes) else {
                    return Poll::Ready(Some(Err(BodyError::EndlessHead)));
                };
                *head_left = left;
                source.rest.split_to(bytes)
            }
        };
        source.run += given.len();
        Poll::Ready(Some(Ok(given)))
    }
}

#[cfg(test)]
#[path = "multipart_tests.rs"]
mod tests;
