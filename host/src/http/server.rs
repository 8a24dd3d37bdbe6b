//! Accepts connections, serves them, and ends gracefully.

use super::{
    App,
    reply::{Response, full},
    router::route,
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
use hyper_util::rt::{TokioIo, TokioTimer};
use serde::de::DeserializeOwned;
use std::{
    convert::Infallible,
    net::IpAddr,
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{net::TcpListener, sync::Semaphore};

/// Every request.
pub(super) type Request = hyper::Request<Incoming>;

/// Connections at the same time; further ones wait to be accepted.
const MAX_CONNECTIONS: usize = 2_048;
/// Longest time for a request's headers; also the longest idle keep-alive.
const HEADER_TIMEOUT: Duration = Duration::from_secs(20);
/// Bytes that hyper buffers for headers. More than the router allows, so that the router answers in the envelope.
const MAX_BUFFER_BYTES: usize = 128 * 1024;
/// How long running requests may go on after the shutdown began.
const SHUTDOWN_DEADLINE: Duration = Duration::from_secs(3);
/// Largest JSON body.
const MAX_JSON_BYTES: usize = 64 * 1024;
/// Longest time for a JSON body.
const JSON_TIMEOUT: Duration = Duration::from_secs(10);
/// First and longest pause after an accept error (out of file handles, most likely).
const ACCEPT_PAUSE: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));

/// Serves until `app.shutdown` is cancelled, then lets running requests finish within [`SHUTDOWN_DEADLINE`].
pub async fn serve(listener: TcpListener, app: Arc<App>) {
    let (shutdown, tasks) = (app.shutdown.clone(), app.tasks.clone());
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut pause = ACCEPT_PAUSE.0;
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => break,
            place = Arc::clone(&places).acquire_owned() => match place {
                Ok(place) => tokio::select! {
                    () = shutdown.cancelled() => break,
                    accepted = listener.accept() => accepted.map(|accepted| (accepted, place)),
                },
                Err(_) => break,
            },
        };
        match accepted {
            Ok(((stream, peer), place)) => {
                pause = ACCEPT_PAUSE.0;
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "ticks may come late: no TCP_NODELAY");
                }
                let (app, address) = (Arc::clone(&app), peer.ip());
                let service = service_fn(move |request| {
                    let app = Arc::clone(&app);
                    async move { Ok::<_, Infallible>(route(app, request, address).await) }
                });
                let connection = http1::Builder::new()
                    .timer(TokioTimer::new())
                    .header_read_timeout(HEADER_TIMEOUT)
                    .max_buf_size(MAX_BUFFER_BYTES)
                    .serve_connection(TokioIo::new(stream), service)
                    .with_upgrades();
                let shutdown = shutdown.clone();
                tasks.spawn(async move {
                    let mut connection = pin!(connection);
                    let ended = tokio::select! {
                        ended = connection.as_mut() => ended,
                        () = shutdown.cancelled() => {
                            connection.as_mut().graceful_shutdown();
                            connection.await
                        }
                    };
                    if let Err(error) = ended {
                        // The peer's doing: broken pipes, slow headers, malformed requests.
                        tracing::debug!(%peer, %error, "a connection ended early");
                    }
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, ?pause, "cannot accept a connection");
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
    let reading = Limited::new(request.into_body(), MAX_JSON_BYTES).collect();
    match tokio::time::timeout(JSON_TIMEOUT, reading).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            Err(Error::TooLarge(format!("the body is over {} KB", MAX_JSON_BYTES / 1024)))
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
pub(super) fn sign_in(app: &App, request: &Request, peer: IpAddr) -> Result<Option<Response>, Error> {
    let pairs = request.uri().query().into_iter().flat_map(|query| query.split('&'));
    let Some(tried) = pairs.filter_map(|pair| pair.strip_prefix("key=")).next() else { return Ok(None) };
    // SECURITY: pictures and fetches of other sites must not use up this machine's tries.
    if request.headers().get("sec-fetch-mode").is_some_and(|mode| mode != "navigate") {
        return Err(Error::Forbidden("open this address in a browser's window".into()));
    }
    let address = super::trust::counted_address(request.headers(), peer);
    let refusal = Error::Forbidden("this is not the host's key; the host prints its address when it starts".into());
    app.attempts.judge(address, Instant::now(), app.host_key.is(tried), refusal)?;
    let mut response = Response::new(full(Vec::new()));
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(LOCATION, HeaderValue::from_static("/"));
    let cookie = HeaderValue::from_str(&app.host_key.cookie());
    let cookie = cookie.map_err(|error| Error::Internal(format!("the key cannot be a cookie: {error}")))?;
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(Some(response))
}
