//! The server of `maribro dev`, on this machine alone.
//!
//! | path | |
//! |---|---|
//! | `/`, `/dev/*` | the page |
//! | `/games/<file>` | the game as it was saved last, under the big screen's policy, by the host's own code |
//! | `/public/*` | the lobby's modules and pictures; the SDK, with what lets the page see keys and errors before it |
//! | `/news` | WebSocket: a `News` at first and after each save; pages say nothing |
//!
//! SECURITY: another site that somebody has open must not read a game that is not out yet. Only callers that a host takes for
//! the person at its own machine get an answer, and the frames of games, which are told apart by their opaque origin.

use super::News;
use futures_util::{SinkExt, StreamExt};
use hyper::{
    Method, StatusCode,
    body::Incoming,
    header::{
        CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
        SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE, X_CONTENT_TYPE_OPTIONS,
    },
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use maribro_host::{
    board::HeldGame,
    http::{
        assets::{Assets, is_frame_on_its_own_way},
        reply::{Response, full, nothing, of_type},
        trust::{Caller, HostKey, calling},
    },
    store::host_key,
};
use serde::Serialize;
use std::{convert::Infallible, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, handshake::derive_accept_key, protocol::Role},
};

type Request = hyper::Request<Incoming>;

/// Pause after a connection that could not be taken: out of file handles, most likely.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The page's own policy. Games in its frame have the big screen's.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; img-src 'self' data:; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'",
);

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

/// The page, by path.
const PAGE: [(&str, &str, &str); 9] = [
    ("/", HTML, include_str!("../../dev/index.html")),
    ("/dev/dev.css", CSS, include_str!("../../dev/dev.css")),
    ("/dev/pads.css", CSS, include_str!("../../dev/pads.css")),
    ("/dev/main.js", JS, include_str!("../../dev/main.js")),
    ("/dev/round.js", JS, include_str!("../../dev/round.js")),
    ("/dev/frame.js", JS, include_str!("../../dev/frame.js")),
    ("/dev/pads.js", JS, include_str!("../../dev/pads.js")),
    ("/dev/panel.js", JS, include_str!("../../dev/panel.js")),
    ("/dev/journal.js", JS, include_str!("../../dev/journal.js")),
];

const SDK_PATH: &str = maribro_contract::checks::SDK_PATH;

/// Every game loads the SDK first, so what stands before it sees the whole game.
const SDK: &str = concat!(
    include_str!("../../stage/witness.js"),
    include_str!("../../dev/keys.js"),
    include_str!("../../../maribro-sdk.js")
);

/// A game, and what is told of it.
#[derive(Debug)]
pub(super) struct Shown {
    news: String,
    held: HeldGame,
}

/// What pages are told.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageNews<'a> {
    #[serde(flatten)]
    news: &'a News,
    /// Path of the game.
    src: String,
}

impl Shown {
    pub(super) fn new(news: &News, held: HeldGame) -> serde_json::Result<Self> {
        let src = format!("/games/{}?round={}", encoded(&held.filename), held.round_id);
        Ok(Self { news: serde_json::to_string(&PageNews { news, src })?, held })
    }
}

/// A name as one segment of a path.
fn encoded(name: &str) -> String {
    let mut path = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => path.push(char::from(byte)),
            _ => path.push_str(&format!("%{byte:02X}")),
        }
    }
    path
}

/// What every request can reach.
#[derive(Debug)]
pub(super) struct Server {
    shown: watch::Receiver<Arc<Shown>>,
    assets: Assets,
    /// Nobody has it: the person at this machine needs none.
    key: HostKey,
    /// Tells pages of an earlier run that they are old.
    run: String,
}

impl Server {
    pub(super) fn new(shown: watch::Receiver<Arc<Shown>>) -> Self {
        // No folders: the lobby's files are those built into this program.
        let assets = Assets::new(&PathBuf::new(), PathBuf::new());
        Self { shown, assets, key: HostKey::new(host_key::fresh()), run: host_key::fresh() }
    }

    /// Serves until this is dropped.
    pub(super) async fn serve(self, listener: TcpListener) -> Infallible {
        let server = Arc::new(self);
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => drop(connections.spawn(connection(Arc::clone(&server), stream, peer))),
                    Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
                },
                Some(_) = connections.join_next() => {}
            }
        }
    }

    async fn answer(self: Arc<Self>, mut request: Request, peer: SocketAddr) -> Response {
        let caller = calling(request.version(), request.headers(), peer.ip(), &self.key).0;
        let mut response = if request.method() != Method::GET {
            refusal(StatusCode::METHOD_NOT_ALLOWED, "only GET is of use here")
        } else if is_frame_on_its_own_way(request.headers()) {
            // As on the big screen: a game stays where it is.
            nothing()
        } else if request.uri().path() == "/news" && caller == Caller::Host {
            self.news(&mut request)
        } else {
            self.file(&request, caller).await
        };
        let headers = response.headers_mut();
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    async fn file(&self, request: &Request, caller: Caller) -> Response {
        let (path, headers) = (request.uri().path(), request.headers());
        let served = match caller {
            // What a game's frame needs besides the game, and nothing that another site could not have from elsewhere.
            _ if path == SDK_PATH && caller != Caller::Guest => return of_type(StatusCode::OK, JS, full(SDK)),
            Caller::Host => match (path.strip_prefix("/games/"), path.strip_prefix("/public/")) {
                (Some(name), _) => {
                    let held = self.shown.borrow().held.clone();
                    self.assets.game(name, Some(&held), None, headers).await
                }
                (_, Some(rest)) => self.assets.public(rest, headers).await,
                _ => return page(path),
            },
            _ => {
                return refusal(
                    StatusCode::FORBIDDEN,
                    "this page is for the person at this machine; open it at 127.0.0.1",
                );
            }
        };
        served.unwrap_or_else(|error| refusal(StatusCode::NOT_FOUND, &error.to_string()))
    }

    fn news(&self, request: &mut Request) -> Response {
        let accept = request.headers().get(SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes()));
        let Some(accept) = accept.and_then(|accept| HeaderValue::from_str(&accept).ok()) else {
            return refusal(StatusCode::BAD_REQUEST, "this address speaks WebSocket");
        };
        let upgraded = hyper::upgrade::on(request);
        let (mut shown, run) = (self.shown.clone(), self.run.clone());
        tokio::spawn(async move {
            // A page that went away meanwhile misses nothing.
            let Ok(stream) = upgraded.await else { return };
            let mut socket = WebSocketStream::from_raw_socket(TokioIo::new(stream), Role::Server, None).await;
            shown.mark_changed();
            let hello = Message::text(format!(r#"{{"run":"{run}"}}"#));
            let mut said = socket.send(hello).await;
            while said.is_ok() {
                tokio::select! {
                    changed = shown.changed() => {
                        if changed.is_err() {
                            return;
                        }
                        let news = shown.borrow_and_update().news.clone();
                        said = socket.send(Message::text(news)).await;
                    }
                    heard = socket.next() => {
                        if !matches!(heard, Some(Ok(_))) {
                            return;
                        }
                    }
                }
            }
        });
        let mut response = of_type(StatusCode::SWITCHING_PROTOCOLS, JS, full(""));
        let headers = response.headers_mut();
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
        response
    }
}

async fn connection(server: Arc<Server>, stream: TcpStream, peer: SocketAddr) {
    stream.set_nodelay(true).ok();
    let service = service_fn(move |request| {
        let server = Arc::clone(&server);
        async move { Ok::<_, Infallible>(server.answer(request, peer).await) }
    });
    // It ends with the browser's wish, whatever that is.
    http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades().await.ok();
}

fn page(path: &str) -> Response {
    let Some((_, kind, text)) = PAGE.iter().find(|(known, ..)| *known == path) else {
        return refusal(StatusCode::NOT_FOUND, "there is nothing here");
    };
    let mut response = of_type(StatusCode::OK, kind, full(*text));
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, PAGE_POLICY);
    response
        .headers_mut()
        .insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    response
}

fn refusal(status: StatusCode, why: &str) -> Response {
    of_type(status, "text/plain; charset=utf-8", full(format!("{why}\n")))
}
