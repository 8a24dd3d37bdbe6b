//! Accepts connections, serves them, and ends gracefully.

use super::{
    App,
    connections::{Place, Serving, Why},
    error,
    places::Held,
    reply::{Body, Response, full},
    router::route,
    trust::{self, Address, Caller},
    wire::Wire,
};
use crate::error::Error;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{
    StatusCode,
    body::Incoming,
    header::{HeaderValue, LOCATION, SET_COOKIE},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use std::{
    convert::Infallible,
    net::IpAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::AbortOnDropHandle;

/// Every request.
pub(super) type Request = hyper::Request<Incoming>;

/// Bytes that hyper buffers for headers, each way. More than `shape` allows, so that larger ones are answered in the
/// envelope; no more than that, because every stranger may have it filled.
const MAX_BUFFER_BYTES: usize = 32 * 1024;
/// How long running requests may go on after the shutdown began.
const SHUTDOWN_DEADLINE: Duration = Duration::from_secs(3);
/// Largest JSON body.
pub(super) const MAX_JSON_BYTES: usize = 64 * 1024;
/// Longest time for a body that is read whole.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// ENFILE and EMFILE, the same on Linux and macOS: the system or this process has no open file left.
const OUT_OF_FILES: [i32; 2] = [23, 24];
/// First and longest pause after an accept error (out of file handles, most likely).
const ACCEPT_PAUSE: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));

/// Serves until `app.shutdown` is cancelled, then lets running requests finish within [`SHUTDOWN_DEADLINE`].
pub async fn serve(listener: TcpListener, app: Arc<App>) {
    let (shutdown, tasks, connections) = (app.shutdown.clone(), app.tasks.clone(), Arc::clone(&app.connections));
    tracing::debug!(room = connections.room(), "places for connections");
    let sweeping = tokio::spawn({
        let connections = Arc::clone(&connections);
        async move { connections.sweep().await }
    });
    let _sweeping = AbortOnDropHandle::new(sweeping);
    let mut pause = ACCEPT_PAUSE.0;
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                pause = ACCEPT_PAUSE.0;
                match connections.admit(peer.ip()) {
                    Some(place) => drop(tasks.spawn(converse(Arc::clone(&app), stream, peer.ip(), place))),
                    None => last_words(&stream, StatusCode::SERVICE_UNAVAILABLE),
                }
            }
            Err(error) => {
                tracing::warn!(%error, ?pause, "cannot accept a connection");
                if error.raw_os_error().is_some_and(|code| OUT_OF_FILES.contains(&code)) {
                    // Whoever else of this system has them.
                    connections.make_room();
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(ACCEPT_PAUSE.1);
            }
        }
    }
    drop(listener);
    tasks.close();
    if tokio::time::timeout(SHUTDOWN_DEADLINE, tasks.wait()).await.is_err() {
        tracing::info!("some requests did not finish before the deadline");
    }
}

/// One connection, to its end or to its upgrade.
async fn converse(app: Arc<App>, stream: TcpStream, peer: IpAddr, place: Arc<Place>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "ticks may come late: no TCP_NODELAY");
    }
    let stream = Arc::new(stream);
    let wire = Wire::new(Arc::clone(&stream), Arc::clone(&place), Arc::clone(&app.connections));
    let shutdown = app.shutdown.clone();
    let answering = Arc::clone(&place);
    let service = service_fn(move |request| {
        let (app, place) = (Arc::clone(&app), Arc::clone(&answering));
        async move { Ok::<_, Infallible>(answer(app, request, peer, place).await) }
    });
    // Times are watched by the place, for hyper's own timer would count silence and slowness alike.
    let mut connection = pin!(
        http1::Builder::new()
            .header_read_timeout(None)
            .max_buf_size(MAX_BUFFER_BYTES)
            .serve_connection(TokioIo::new(wire), service)
            .with_upgrades()
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = place.ended.cancelled() => {
            end_early(&stream, &place);
            return;
        }
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // The peer's doing: broken pipes, malformed requests.
        tracing::debug!(%peer, %error, "a connection ended early");
    }
}

/// Answers one request of a connection.
async fn answer(app: Arc<App>, mut request: Request, peer: IpAddr, place: Arc<Place>) -> hyper::Response<Answer> {
    let (caller, address) = trust::calling(request.version(), request.headers(), peer, &app.host_key);
    let serving = place.serving(caller == Caller::Host);
    let held = if caller == Caller::Host { Ok(None) } else { app.requests.take(address).map(Some) };
    let (response, held) = match held {
        Ok(held) => {
            request.extensions_mut().insert(place);
            (route(app, request, caller, address).await, held)
        }
        Err(refusal) => (error::answer(&refusal), None),
    };
    response.map(|body| Answer { body, _serving: serving, _held: held })
}

/// The body of an answer. While it is there, the request is going on.
struct Answer {
    body: Body,
    _serving: Serving,
    _held: Option<Held>,
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, std::io::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        self.body.size_hint()
    }
}

/// Ends a connection that hyper would go on with.
fn end_early(stream: &TcpStream, place: &Place) {
    let why = place.why();
    tracing::debug!(?why, "a connection was ended");
    match why {
        Some(Why::SlowHead) if place.awaits_request() => last_words(stream, StatusCode::REQUEST_TIMEOUT),
        Some(Why::Cleared) if place.awaits_request() => last_words(stream, StatusCode::SERVICE_UNAVAILABLE),
        Some(Why::Stalled) => {
            // The system would keep for minutes what nobody reads.
            if let Err(error) = stream.set_zero_linger() {
                tracing::debug!(%error, "a connection lingers on");
            }
        }
        _ => {}
    }
}

/// Answers where there is no request to answer, as hyper does: without a body. Whether it is heard is the peer's affair.
fn last_words(stream: &TcpStream, status: StatusCode) {
    let words = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    // Not by the stream: a fresh one is not known to be writable yet.
    if let Err(error) = socket2::SockRef::from(stream).send(words.as_bytes()) {
        tracing::debug!(%error, "a connection ended without an answer");
    }
}

/// Reads a JSON body.
///
/// # Errors
/// [`Error::TooLarge`], [`Error::BadBody`] with what is wrong and where.
pub(super) async fn read_json<T: DeserializeOwned>(request: Request) -> Result<T, Error> {
    from_json(&read_body(request).await?)
}

/// Reads a JSON body where none is as good as the default.
///
/// # Errors
/// As [`read_json`].
pub(super) async fn read_json_or_nothing<T: DeserializeOwned + Default>(request: Request) -> Result<T, Error> {
    let body = read_body(request).await?;
    if body.is_empty() { Ok(T::default()) } else { from_json(&body) }
}

async fn read_body(request: Request) -> Result<Bytes, Error> {
    read_at_most(request, MAX_JSON_BYTES).await
}

/// Reads a body into memory.
///
/// # Errors
/// [`Error::TooLarge`] for one of more bytes, [`Error::BadBody`] for one that breaks off or is slower than [`BODY_TIMEOUT`].
pub(super) async fn read_at_most(request: Request, most: usize) -> Result<Bytes, Error> {
    let reading = Limited::new(request.into_body(), most).collect();
    match tokio::time::timeout(BODY_TIMEOUT, reading).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            Err(Error::TooLarge(format!("the body is over {} KB", most / 1024)))
        }
        Ok(Err(error)) => Err(Error::bad_body(format!("the body broke off: {error}"))),
        Err(_) => Err(Error::bad_body("the body did not come in time")),
    }
}

fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(body)
        .map_err(|error| Error::bad_body(format!("the body is not what is expected here: {error}")))
}

/// `GET /?key=…`: gives the browser the host's cookie and sends it to the page. `None` without a key.
///
/// # Errors
/// [`Error::Forbidden`] for a wrong key, [`Error::RateLimited`].
pub(super) fn sign_in(app: &App, request: &Request, address: Address) -> Result<Option<Response>, Error> {
    let pairs = request.uri().query().into_iter().flat_map(|query| query.split('&'));
    let Some(tried) = pairs.filter_map(|pair| pair.strip_prefix("key=")).next() else { return Ok(None) };
    // SECURITY: pictures and fetches of other sites must not use up this machine's tries.
    if request.headers().get("sec-fetch-mode").is_some_and(|mode| mode != "navigate") {
        return Err(Error::Forbidden("open this address in a browser's window".into()));
    }
    let refusal = Error::Forbidden("this is not the host's key; the host prints its address when it starts".into());
    app.attempts.keys.judge(address, Instant::now(), app.host_key.is(tried), refusal)?;
    let mut response = Response::new(full(Vec::new()));
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(LOCATION, HeaderValue::from_static("/"));
    let cookie = HeaderValue::from_str(&app.host_key.cookie());
    let cookie = cookie.map_err(|error| Error::Internal(format!("the key cannot be a cookie: {error}")))?;
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(Some(response))
}

/// Counts wrong keys in headers. Without a key there is nothing to judge.
///
/// # Errors
/// [`Error::Forbidden`] for a wrong key, [`Error::RateLimited`].
pub(super) fn judge_key(app: &App, request: &Request, address: Address) -> Result<(), Error> {
    let Some(right) = trust::tried_key(request.headers(), &app.host_key) else { return Ok(()) };
    let refusal = Error::Forbidden("this is not the host's key".into());
    app.attempts.keys.judge(address, Instant::now(), right, refusal)
}
