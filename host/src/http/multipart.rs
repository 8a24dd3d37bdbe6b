//! Uploads: a multipart form, streamed and capped.

use super::server::Request;
use crate::{error::Error, store::large_buffer::LargeBuffer};
use bytes::Bytes;
use futures_util::Stream;
use http_body_util::{BodyDataStream, BodyExt};
use hyper::{
    body::Incoming,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use maribro_contract::{
    checks::MAX_GAME_BYTES,
    filename::{derive_filename, validate_filename},
};
use multer::{Field, Multipart};
use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Longest text field; tokens, ids and names are far shorter.
const MAX_TEXT_BYTES: usize = 1024;
/// Most parts of a form.
const MAX_PARTS: usize = 16;
/// Everything in the body that is not the file.
const MAX_OVERHEAD_BYTES: usize = 64 * 1024;
/// Largest body.
const MAX_BODY_BYTES: usize = MAX_GAME_BYTES + MAX_OVERHEAD_BYTES;
/// Longest time that a whole upload may take.
const MAX_UPLOAD_TIME: Duration = Duration::from_secs(300);
/// Longest silence within an upload.
const MAX_SILENCE: Duration = Duration::from_secs(15);
/// What is still read of a refused upload, so that its sender gets to read the refusal.
const MAX_DRAIN_BYTES: usize = 8 * 1024 * 1024;
/// Longest time for that.
const MAX_DRAIN_TIME: Duration = Duration::from_secs(5);

/// A form as it arrived. Nothing in it is known to be right.
#[derive(Debug)]
pub(crate) struct Form {
    /// The file's bytes.
    pub(crate) file: Bytes,
    /// The valid file name: the `filename` field, else derived from the upload's name.
    pub(crate) filename: Result<String, Error>,
    /// The field `creator_avatar_id`.
    pub(crate) creator_avatar_id: Option<String>,
    /// The field `upload_token`.
    pub(crate) upload_token: Option<String>,
}

/// Reads a form, in one of these places.
///
/// # Errors
/// [`Error::UnsupportedMediaType`], [`Error::TooLarge`], [`Error::BadBody`], [`Error::Unavailable`].
pub(crate) async fn read(places: &Arc<Semaphore>, request: Request) -> Result<(Form, OwnedSemaphorePermit), Error> {
    let place = Arc::clone(places).try_acquire_owned();
    let place = place.map_err(|_| Error::Unavailable("too many uploads at once; try again in a moment".into()))?;
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(content_type).map_err(|_| {
        Error::UnsupportedMediaType("send the game as multipart/form-data with the file in the part \"file\"".into())
    })?;
    let declared = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|bytes| bytes > MAX_BODY_BYTES) {
        return Err(too_large());
    }
    let body =
        Shared { body: Arc::new(Mutex::new(request.into_body().into_data_stream())), run: 0, left: MAX_BODY_BYTES };
    let form = tokio::time::timeout(MAX_UPLOAD_TIME, read_form(Multipart::new(body.clone(), boundary))).await;
    let form = form.unwrap_or_else(|_| Err(Error::bad_body("the upload took too long")));
    if form.is_err() {
        drain(body).await;
    }
    Ok((form?, place))
}

async fn read_form(mut form: Multipart<'static>) -> Result<Form, Error> {
    let (mut file, mut filename, mut creator_avatar_id, mut upload_token) = (None, None, None, None);
    let mut upload_name = None;
    for _ in 0..MAX_PARTS {
        let Some(field) = in_time(form.next_field()).await? else {
            let file = file.ok_or_else(|| Error::bad_body("the part \"file\" is missing"))?;
            let filename = name_of(filename.as_deref(), upload_name.as_deref());
            return Ok(Form { file, filename, creator_avatar_id, upload_token });
        };
        match field.name() {
            Some("file") => {
                upload_name = field.file_name().map(str::to_owned);
                let bytes = read_field(field, MAX_GAME_BYTES, too_large).await?;
                set_once(&mut file, "file", bytes)?;
            }
            Some("filename") => set_once(&mut filename, "filename", text(field).await?)?,
            Some("creator_avatar_id") => set_once(&mut creator_avatar_id, "creator_avatar_id", text(field).await?)?,
            Some("upload_token") => set_once(&mut upload_token, "upload_token", text(field).await?)?,
            // A field of a later version is read past.
            _ => drop(read_field(field, MAX_TEXT_BYTES, text_too_large).await?),
        }
    }
    Err(Error::bad_body(format!("a form has at most {MAX_PARTS} parts")))
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

async fn text(field: Field<'static>) -> Result<String, Error> {
    let bytes = read_field(field, MAX_TEXT_BYTES, text_too_large).await?;
    let text = std::str::from_utf8(&bytes).map_err(|_| Error::bad_body("a text field is not UTF-8"))?;
    Ok(text.trim().to_owned())
}

async fn read_field(mut field: Field<'static>, limit: usize, refusal: fn() -> Error) -> Result<Bytes, Error> {
    let mut bytes = LargeBuffer::with_capacity(limit)
        .map_err(|error| Error::Unavailable(format!("there is no memory for an upload now: {error}")))?;
    while let Some(chunk) = in_time(field.chunk()).await? {
        if bytes.len() + chunk.len() > limit {
            return Err(refusal());
        }
        bytes.extend(&chunk);
    }
    Ok(bytes.into_bytes())
}

async fn in_time<T>(step: impl Future<Output = multer::Result<T>>) -> Result<T, Error> {
    match tokio::time::timeout(MAX_SILENCE, step).await {
        Ok(Err(multer::Error::StreamReadFailed(error)))
            if matches!(error.downcast_ref(), Some(BodyError::TooLarge)) =>
        {
            Err(too_large())
        }
        Ok(step) => step.map_err(|error| Error::bad_body(format!("the form cannot be read: {error}"))),
        Err(_) => Err(Error::bad_body("the upload stopped half-way")),
    }
}

fn too_large() -> Error {
    Error::TooLarge(format!("a game is at most {} MB", MAX_GAME_BYTES / 1024 / 1024))
}

fn text_too_large() -> Error {
    Error::TooLarge(format!("a text field is over {MAX_TEXT_BYTES} bytes"))
}

/// Reads on, within limits: a sender that cannot finish writing does not read the answer.
async fn drain(body: Shared) {
    let mut left = MAX_DRAIN_BYTES;
    let reading = async {
        let mut body = Shared { left: usize::MAX, ..body };
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

/// Why a body ends before its end.
#[derive(Debug, thiserror::Error)]
enum BodyError {
    #[error("the body is over the limit")]
    TooLarge,
    #[error("the body broke off: {0}")]
    Broken(hyper::Error),
}

/// The body, still to be had when the form reader has given it up.
#[derive(Clone)]
struct Shared {
    body: Arc<Mutex<BodyDataStream<Incoming>>>,
    /// Bytes given since the last pause.
    run: usize,
    /// Bytes that may still be given.
    left: usize,
}

impl Stream for Shared {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.run >= MAX_RUN_BYTES {
            self.run = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let polled = {
            let mut body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
            Pin::new(&mut *body).poll_next(cx)
        };
        match &polled {
            Poll::Ready(Some(Ok(chunk))) => {
                let bytes = chunk.len();
                self.run += bytes;
                match self.left.checked_sub(bytes) {
                    Some(left) => self.left = left,
                    None => return Poll::Ready(Some(Err(BodyError::TooLarge))),
                }
            }
            Poll::Ready(_) | Poll::Pending => self.run = 0,
        }
        polled.map_err(BodyError::Broken)
    }
}
