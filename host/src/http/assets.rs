//! Files: the page, the SDK and the games.
//!
//! The files of the repository win while they are there, so that a page edit needs no rebuild; else the ones built into
//! the binary are served. Layers of defence for a path from outside, in order:
//! 1. it is percent-decoded once, and must be UTF-8;
//! 2. every segment must be a plain name: not empty, no leading dot, no separator, no control character;
//! 3. the file, links resolved, must lie in the folder that is served;
//! 4. a game is served under its own policy ([`Assets::game_policy`]): without any origin, credentials or network;
//! 5. what that policy does not cover (WebRTC, names looked up ahead of time, connections opened ahead of a navigation that
//!    the policy then forbids) is cut off in the browser's network stack ([`Assets::game_network`]);
//! 6. nothing is served to a frame that brought itself here ([`is_frame_on_its_own_way`]): a game could show another one
//!    under its own name.

use super::{
    kit,
    reply::{self, Response, full},
};
use crate::{board::HeldGame, error::Error, input::address::InputUrl};
use bytes::Bytes;
use futures_util::TryStreamExt;
use http_body_util::{BodyExt, StreamBody};
use hyper::{
    HeaderMap, StatusCode,
    body::Frame,
    header::{
        ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue,
        IF_RANGE, RANGE, X_DNS_PREFETCH_CONTROL,
    },
};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::{
    borrow::Cow,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

/// Bytes read from disk at a time.
const CHUNK: usize = 64 * 1024;

/// Which connections a document may open; hyper has no name for it.
const CONNECTION_ALLOWLIST: HeaderName = HeaderName::from_static("connection-allowlist");

#[derive(RustEmbed)]
#[folder = "../public"]
#[exclude = "tests/*"]
struct EmbeddedPublic;

#[derive(RustEmbed)]
#[folder = "../sdk"]
#[include = "maribro-sdk.js"]
#[include = "maribro-sdk.d.ts"]
pub(super) struct EmbeddedSdk;

#[derive(RustEmbed)]
#[folder = "../games"]
#[include = "*.html"]
pub(super) struct EmbeddedGames;

/// Where files are served from.
#[derive(Debug, Clone)]
pub struct Assets {
    /// `public/` on disk, if it is there.
    public: Option<PathBuf>,
    /// `sdk/` on disk, if it is there.
    sdk: Option<PathBuf>,
    /// The whole repository, if the page lies in it.
    pub(super) repository: Option<PathBuf>,
    games: PathBuf,
}

/// Where a file's bytes come from.
pub(super) enum Source {
    Disk { file: tokio::fs::File, bytes: u64, etag: String },
    Memory { bytes: Bytes, etag: String },
}

impl Source {
    pub(super) fn built_in(file: EmbeddedFile) -> Self {
        let hash: String = file.metadata.sha256_hash()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        let bytes = match file.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Self::Memory { bytes, etag: format!("\"{hash}\"") }
    }
}

impl Assets {
    /// Serves `public` and the SDK beside it when they are there, and `games`.
    pub fn new(public: &Path, games: PathBuf) -> Self {
        let there = |path: PathBuf| path.is_dir().then_some(path);
        Self {
            public: there(public.to_owned()),
            sdk: public.parent().map(|root| root.join("sdk")).filter(|sdk| sdk.join("maribro-sdk.js").is_file()),
            repository: kit::repository(public),
            games,
        }
    }

    /// The policy of every game: docs/architecture.md, Trust. `input` is the input daemon's address, if there is one.
    fn game_policy(input: Option<&InputUrl>) -> String {
        let input = input.map(|url| format!(" {url}")).unwrap_or_default();
        format!(
            "sandbox allow-scripts allow-pointer-lock; default-src 'none'; script-src 'self' 'unsafe-inline' \
             'unsafe-eval' blob: data:; style-src 'unsafe-inline'; img-src data: blob:; media-src data: blob:; \
             font-src data:; worker-src blob: data:; connect-src data: blob:{input}; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'self'"
        )
    }

    /// `Connection-Allowlist` of every game: this host, which layer 4 narrows down to the SDK, and the input daemon. Browsers
    /// that know the header (Chromium; seen to hold in 156) let no other connection out, whoever asks for it; others pass
    /// it over. WebSockets are matched by the HTTP form of their address.
    fn game_network(input: Option<&InputUrl>) -> String {
        let input = input.map(|url| format!(r#" "http://{}/*""#, url.authority())).unwrap_or_default();
        format!("(response-origin{input})")
    }

    /// The policy of the page itself: its own files, its own host, games in frames, the input daemon.
    fn page_policy(input: Option<&InputUrl>) -> String {
        let input = input.map(|url| format!(" {url}")).unwrap_or_default();
        format!(
            "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; \
             connect-src 'self'{input}; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'"
        )
    }

    /// A page: `index.html`, the big screen, or one of those for other devices. It may connect to the input daemon at `input`.
    ///
    /// # Errors
    /// [`Error::Internal`] for a disk that fails, [`Error::NotFound`] where the folder lacks it.
    pub async fn page(&self, name: &str, input: Option<&InputUrl>, request: &HeaderMap) -> Result<Response, Error> {
        let mut response = self.file(vec![name.to_owned()], request).await?;
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, header(&Self::page_policy(input))?);
        Ok(response)
    }

    /// `/public/<path>`; `path` is what stands behind, still percent-encoded.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Internal`].
    pub async fn public(&self, path: &str, request: &HeaderMap) -> Result<Response, Error> {
        let segments = segments(path)?;
        // SECURITY: the page is served at `/` only, under its policy; here another site could frame it.
        if segments.last().is_some_and(|name| name.ends_with(".html")) {
            return Err(Error::NotFound);
        }
        self.file(segments, request).await
    }

    /// A file of another folder of the host's own.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Internal`].
    pub async fn file_in(&self, folder: &Path, name: String, request: &HeaderMap) -> Result<Response, Error> {
        let segments = [name];
        serve(open(folder, &segments).await?, &segments[0], request).await
    }

    async fn file(&self, segments: Vec<String>, request: &HeaderMap) -> Result<Response, Error> {
        let relative = segments.join("/");
        let is_sdk = segments.len() == 1 && EmbeddedSdk::get(&relative).is_some();
        let (folder, embedded) = if is_sdk {
            (&self.sdk, EmbeddedSdk::get(&relative))
        } else {
            (&self.public, EmbeddedPublic::get(&relative))
        };
        let source = match folder {
            Some(folder) => open(folder, &segments).await?,
            None => Source::built_in(embedded.ok_or(Error::NotFound)?),
        };
        serve(source, &relative, request).await
    }

    /// `/games/<path>`, under the games' own policy. `held` is the game on the stage: who asks with its round gets it as
    /// the round began with it. It may connect to the input daemon at `input`.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Internal`].
    pub async fn game(
        &self,
        path: &str,
        held: Option<&HeldGame>,
        input: Option<&InputUrl>,
        request: &HeaderMap,
    ) -> Result<Response, Error> {
        let segments = segments(path)?;
        let [filename] = segments.as_slice() else { return Err(Error::NotFound) };
        if !filename.ends_with(crate::store::games_folder::EXTENSION) {
            return Err(Error::NotFound);
        }
        let source = match held.filter(|held| held.filename == *filename) {
            Some(held) => Source::Memory { bytes: held.bytes.clone(), etag: format!("\"{}\"", held.round_id) },
            None => open(&self.games, &segments).await?,
        };
        let mut response = serve(source, filename, request).await?;
        put_under_game_policy(&mut response, input)?;
        Ok(response)
    }
}

/// SECURITY: layers 4 and 5 of the module.
pub(super) fn put_under_game_policy(response: &mut Response, input: Option<&InputUrl>) -> Result<(), Error> {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, header(&Assets::game_policy(input))?);
    headers.insert(CONNECTION_ALLOWLIST, header(&Assets::game_network(input))?);
    headers.insert(X_DNS_PREFETCH_CONTROL, HeaderValue::from_static("off"));
    Ok(())
}

/// Whether a frame asks for a document that the page around it did not ask for: it navigates or reloads itself. Its opaque
/// origin makes that a cross-site navigation, while the page's own is `same-origin`. Browsers send these headers to
/// localhost and over TLS; where they are missing, the page notices by the frame's second `load`.
pub fn is_frame_on_its_own_way(request: &HeaderMap) -> bool {
    let is =
        |name: &str, values: &[&str]| request.get(name).is_some_and(|sent| values.iter().any(|value| sent == value));
    is("sec-fetch-dest", &["iframe", "frame", "fencedframe", "object", "embed"])
        && is("sec-fetch-site", &["cross-site", "same-site"])
}

/// Writes the games that come with the host into a folder.
///
/// # Errors
/// Any I/O error.
pub fn unpack_games(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for name in EmbeddedGames::iter() {
        if let Some(file) = EmbeddedGames::get(&name) {
            crate::store::atomic::write(&folder.join(name.as_ref()), &file.data)?;
        }
    }
    Ok(())
}

/// Whether a name can be one segment of a path that is served.
pub(crate) fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && !name.contains(['\\', ':', '/'])
        && !name.chars().any(char::is_control)
}

/// Layers 1 and 2 of the module.
pub(super) fn segments(path: &str) -> Result<Vec<String>, Error> {
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8().map_err(|_| Error::NotFound)?;
    decoded
        .split('/')
        .map(|segment| if is_plain(segment) { Ok(segment.to_owned()) } else { Err(Error::NotFound) })
        .collect()
}

pub(super) async fn open(folder: &Path, segments: &[String]) -> Result<Source, Error> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Error::NotFound,
        _ => Error::Internal(format!("the file cannot be read: {error}")),
    };
    let path = segments.iter().fold(folder.to_owned(), |path, segment| path.join(segment));
    // SECURITY: layer 3. A link inside may lead within the folder only.
    let (real, root) = (tokio::fs::canonicalize(&path).await, tokio::fs::canonicalize(folder).await);
    // A name that is too long or leads in circles is no fault of ours: there is nothing there.
    let (real, root) = (real.map_err(|_| Error::NotFound)?, root.map_err(failed)?);
    if !real.starts_with(&root) {
        return Err(Error::NotFound);
    }
    // SECURITY: looked at before it is opened, for opening a pipe waits for somebody at its other end.
    let about = tokio::fs::metadata(&real).await.map_err(failed)?;
    if !about.is_file() {
        return Err(Error::NotFound);
    }
    let file = tokio::fs::File::open(&real).await.map_err(failed)?;
    let modified = about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let etag = format!("\"{:x}-{:x}\"", about.len(), modified.as_nanos());
    Ok(Source::Disk { file, bytes: about.len(), etag })
}

pub(super) async fn serve(source: Source, name: &str, request: &HeaderMap) -> Result<Response, Error> {
    let (length, etag) = match &source {
        Source::Disk { bytes, etag, .. } => (*bytes, etag.clone()),
        Source::Memory { bytes, etag } => (bytes.len() as u64, etag.clone()),
    };
    let mut response = if reply::has_already(request, &etag) {
        status_only(StatusCode::NOT_MODIFIED)
    } else {
        match wanted_range(request, length, &etag) {
            Wanted::All => body(source, 0..=length.saturating_sub(1), length).await?,
            Wanted::Part(range) => {
                let described = format!("bytes {}-{}/{length}", range.start(), range.end());
                let part = range.end() - range.start() + 1;
                let mut response = body(source, range, part).await?;
                *response.status_mut() = StatusCode::PARTIAL_CONTENT;
                insert(&mut response, CONTENT_RANGE, &described);
                response
            }
            Wanted::Impossible => {
                let mut response = status_only(StatusCode::RANGE_NOT_SATISFIABLE);
                insert(&mut response, CONTENT_RANGE, &format!("bytes */{length}"));
                response
            }
        }
    };
    reply::tag(&mut response, &etag);
    insert(&mut response, ACCEPT_RANGES, "bytes");
    let mime = mime_guess::from_path(name).first_or_octet_stream();
    let charset = if mime.type_() == "text" { "; charset=utf-8" } else { "" };
    insert(&mut response, CONTENT_TYPE, &format!("{mime}{charset}"));
    Ok(response)
}

fn insert(response: &mut Response, name: HeaderName, value: &str) {
    // Values of our own making: digits, types and tags.
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// A policy as a header: words of our own, and an address that was checked to be one.
fn header(policy: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(policy).map_err(|error| Error::Internal(format!("{policy:?} cannot be a header: {error}")))
}

fn status_only(status: StatusCode) -> Response {
    let mut response = Response::new(full(Vec::new()));
    *response.status_mut() = status;
    response
}

async fn body(source: Source, range: RangeInclusive<u64>, length: u64) -> Result<Response, Error> {
    let failed = |error: std::io::Error| Error::Internal(format!("the file cannot be read: {error}"));
    let mut response = match source {
        Source::Disk { mut file, .. } => {
            if *range.start() > 0 {
                file.seek(std::io::SeekFrom::Start(*range.start())).await.map_err(failed)?;
            }
            let stream = ReaderStream::with_capacity(file.take(length), CHUNK).map_ok(Frame::data);
            Response::new(StreamBody::new(stream).boxed_unsync())
        }
        Source::Memory { bytes, .. } => {
            let (from, to) = (*range.start() as usize, *range.start() as usize + length as usize);
            Response::new(full(bytes.slice(from..to)))
        }
    };
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    Ok(response)
}

enum Wanted {
    All,
    Part(RangeInclusive<u64>),
    Impossible,
}

/// One range is served; several, or a range of another version, get the whole file, as RFC 9110 allows.
fn wanted_range(request: &HeaderMap, length: u64, etag: &str) -> Wanted {
    let text = |name| request.get(name).and_then(|value| value.to_str().ok());
    let Some(range) = text(RANGE).filter(|_| length > 0) else { return Wanted::All };
    if text(IF_RANGE).is_some_and(|condition| condition != etag) {
        return Wanted::All;
    }
    // SECURITY: a list of thousands is not even looked at.
    if range.contains(',') {
        return Wanted::All;
    }
    let Ok(parsed) = http_range_header::parse_range_header(range) else { return Wanted::All };
    match parsed.validate(length).as_deref() {
        Ok([one]) => Wanted::Part(one.clone()),
        Ok(_) => Wanted::All,
        Err(_) => Wanted::Impossible,
    }
}
