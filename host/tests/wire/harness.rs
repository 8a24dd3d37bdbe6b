//! One harness: a host on a free port with folders of its own, and clients that speak raw HTTP and WebSocket.

use crate::described::{hold, hold_raw};
use futures_util::{SinkExt, StreamExt};
use http_body_util::{BodyExt, Full};
use hyper::{Request, StatusCode, body::Bytes, header::HeaderMap};
use hyper_util::rt::TokioIo;
use maribro_host::{
    Host,
    actors::supervisor::Actors,
    config::{Config, LogFormat},
    http::limits::Limits,
    party::round::Timing,
};
use serde_json::{Value, json};
use std::{
    future::Future,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{io::AsyncReadExt, io::AsyncWriteExt, net::TcpStream, sync::oneshot, task::JoinHandle};
use tokio_tungstenite::{WebSocketStream, tungstenite::Message};

/// Longest wait for anything that must happen.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// A picture of one pixel.
pub const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\
    \x00\x00\x00\x0aIDAT\x78\x9c\x63\x60\x00\x00\x00\x02\x00\x01\x48\xaf\xa4\x71\x00\x00\x00\x00IEND\xae\x42\x60\x82";

/// A game that passes every check.
pub const GAME: &str = r#"<!doctype html>
<html><head><meta charset="utf-8"><meta name="title" content="Test Game"><meta name="description" content="A game.">
<meta name="author" content="Somebody"><meta name="maxDurationSec" content="20">
<script src="/public/maribro-sdk.js"></script></head>
<body><canvas></canvas><script>
Maribro.onReady((ctx) => { for (const slot of ctx.activeSlots) Maribro.getInput(slot); Maribro.endGame([1, 2, 3, 4]); });
</script></body></html>"#;

/// A running host; stops when dropped.
pub struct TestHost {
    pub address: SocketAddr,
    pub key: String,
    pub actors: Actors,
    pub folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
}

impl TestHost {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), change).await
    }

    pub async fn start_in(folder: TempDir, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = config(folder.path());
        change(&mut config);
        let host = Host::start(config).await.unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], host.address().port()));
        let key = host.host_urls()[0].split("key=").nth(1).unwrap().to_owned();
        let actors = host.actors();
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(host.run(async {
            stopped.await.ok();
        }));
        Self { address, key, actors, folder, stop: Some(stop), running }
    }

    /// Ends gracefully and gives the folder back.
    pub async fn stop(mut self) -> TempDir {
        drop(self.stop.take());
        tokio::time::timeout(PATIENCE, &mut self.running).await.expect("the host ends").unwrap();
        self.folder
    }

    pub fn games(&self) -> PathBuf {
        self.folder.path().join("games")
    }

    pub fn session_file(&self) -> PathBuf {
        self.folder.path().join("data/session.json")
    }

    /// Puts a game into the folder, as a friend with a file manager would, and waits until it is on the shelf.
    pub async fn drop_game(&self, name: &str, text: &str) {
        std::fs::write(self.games().join(name), text).unwrap();
        let id = name.trim_end_matches(".html").to_owned();
        wait_for(|| async {
            self.get("/api/games").await.json["games"].as_array().unwrap().iter().any(|g| g["id"] == id)
        })
        .await;
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], "").await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, &[("content-type", "application/json")], body.to_string()).await
    }

    /// `headers` may replace `host`.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Reply {
        self.send_to(self.address, method, path, headers, body).await
    }

    /// As `send`, to another address of this machine.
    pub async fn send_to(
        &self,
        address: SocketAddr,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Reply {
        let stream = TcpStream::connect(address).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let mut request = Request::builder().method(method).uri(path);
        if headers.iter().all(|(name, _)| *name != "host") {
            request = request.header("host", format!("localhost:{}", self.address.port()));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = sender.send_request(request.body(Full::new(body.into())).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        hold(method, path, head.status, &head.headers, &body);
        let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Reply { status: head.status, headers: head.headers, body, json }
    }

    pub async fn upload(&self, form: &Form) -> Reply {
        self.send_form("/api/games", form, &[("x-maribro-token", "maribro-upload")]).await
    }

    pub async fn send_form(&self, path: &str, form: &Form, headers: &[(&str, &str)]) -> Reply {
        let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
        let headers = [&[("content-type", content_type.as_str())], headers].concat();
        self.send("POST", path, &headers, form.body()).await
    }

    /// Sends bytes as they are and reads until the host closes, which it must within the patience.
    pub async fn raw(&self, bytes: &[u8]) -> String {
        self.raw_and(bytes, false).await
    }

    /// As `raw`, but says after the bytes that no more will come.
    pub async fn raw_cut_short(&self, bytes: &[u8]) -> String {
        self.raw_and(bytes, true).await
    }

    async fn raw_and(&self, bytes: &[u8], cut_short: bool) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // The host may have refused and closed before it has read all.
        stream.write_all(bytes).await.ok();
        if cut_short {
            stream.shutdown().await.unwrap();
        }
        let mut answer = Vec::new();
        let mut buffer = [0; 4096];
        // A reset ends it as well: what came before it counts.
        while let Ok(n @ 1..) = tokio::time::timeout(PATIENCE, stream.read(&mut buffer)).await.expect("the host closes")
        {
            answer.extend_from_slice(&buffer[..n]);
        }
        hold_raw(bytes, &answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// A page on this machine.
    pub async fn page(&self) -> Page {
        self.page_with(&[]).await.expect("the host's own page may connect")
    }

    /// A page with these headers, or the status of the refusal.
    pub async fn page_with(&self, headers: &[(&str, &str)]) -> Result<Page, StatusCode> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let mut request = Request::builder()
            .uri(format!("ws://localhost:{}/ws", self.address.port()))
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        if headers.iter().all(|(name, _)| *name != "host") {
            request = request.header("host", format!("localhost:{}", self.address.port()));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        match tokio_tungstenite::client_async(request.body(()).unwrap(), stream).await {
            Ok((socket, _)) => {
                let mut page = Page { socket, hello: Value::Null };
                page.hello = page.next_of("hello").await;
                Ok(page)
            }
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => {
                let (head, body) = response.into_parts();
                hold("GET", "/ws", head.status, &head.headers, &body.unwrap_or_default());
                Err(head.status)
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// Two people in their seats and a page that is the stage.
    pub async fn couple(&self) -> Page {
        let seats = json!([
            { "slot": 0, "avatarId": "knight-red", "gamepadIndex": 0 }, { "slot": 1, "avatarId": "wizard-blue", "gamepadIndex": 1 },
            { "slot": 2, "avatarId": "", "gamepadIndex": -1 }, { "slot": 3, "avatarId": "", "gamepadIndex": -1 },
        ]);
        let reply = self.post("/api/session/players", &json!({ "playersBySlot": seats })).await;
        assert_eq!(reply.status, 200, "{}", reply.json);
        let mut stage = self.page().await;
        stage.send("join", json!({ "role": "stage" })).await;
        assert_eq!(stage.next_of("role_changed").await["role"], "stage");
        stage
    }
}

/// A host with short rounds: the rules are the same, people wait less.
pub fn config(folder: &Path) -> Config {
    Config {
        port: 0,
        bind: [127, 0, 0, 1].into(),
        games_dir: folder.join("games"),
        data_dir: folder.join("data"),
        public_dir: folder.join("no-public-folder"),
        no_open: true,
        public_url: None,
        tunnel: None,
        tunnel_bin: None,
        no_announce: true,
        verify_uploads: false,
        verify_bin: None,
        verify_limit: PATIENCE,
        no_input: true,
        input_url: None,
        input_bin: None,
        input_args: String::new(),
        input_token: None,
        log_format: LogFormat::Pretty,
        upload_token: "maribro-upload".into(),
        timing: Timing {
            vote: Duration::from_millis(400),
            vote_complete: Duration::from_millis(50),
            draw: Duration::from_millis(50),
            results: Duration::from_millis(100),
            rating: Duration::from_secs(5),
            bonus: Duration::from_millis(100),
            ..Timing::default()
        },
        limits: Limits::default(),
    }
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub json: Value,
}

impl Reply {
    /// The error code of the envelope, checked to be one.
    pub fn code(&self) -> &str {
        assert_eq!(self.json["ok"], false, "no error envelope: {} {:?}", self.status, self.body);
        assert!(self.json["error"]["message"].as_str().is_some_and(|m| !m.is_empty()), "{}", self.json);
        self.json["error"]["code"].as_str().unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub const BOUNDARY: &str = "a-boundary-that-no-game-contains";

/// A multipart form.
#[derive(Clone, Default)]
pub struct Form {
    parts: Vec<(String, Option<String>, Vec<u8>)>,
}

impl Form {
    /// What every upload has.
    pub fn game(filename: &str, creator: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self::default().file(filename, bytes).text("creator_avatar_id", creator)
    }

    pub fn file(mut self, filename: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.parts.push(("file".into(), Some(filename.into()), bytes.into()));
        self
    }

    pub fn text(mut self, name: &str, value: &str) -> Self {
        self.parts.push((name.into(), None, value.into()));
        self
    }

    pub fn body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (name, filename, bytes) in &self.parts {
            let filename = filename.as_ref().map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
            body.extend(
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{filename}\r\n\r\n").bytes(),
            );
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{BOUNDARY}--\r\n").bytes());
        body
    }
}

/// A connected page.
pub struct Page {
    pub socket: WebSocketStream<TcpStream>,
    pub hello: Value,
}

impl Page {
    pub async fn send(&mut self, kind: &str, payload: Value) {
        self.send_text(&json!({ "type": kind, "payload": payload }).to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// The next message; `None` when the host closed.
    pub async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("a message comes");
            match message {
                Some(Ok(Message::Text(text))) => {
                    let message: Value = serde_json::from_str(&text).unwrap();
                    return Some((message["type"].as_str().unwrap().to_owned(), message["payload"].clone()));
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The payload of the next message of this type.
    pub async fn next_of(&mut self, kind: &str) -> Value {
        self.next_that(kind, |_| true).await
    }

    /// The payload of the next message of this type for which `holds`.
    pub async fn next_that(&mut self, kind: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            assert!(Instant::now() < deadline, "no such {kind} in {PATIENCE:?}");
            let (found, payload) = self.next().await.unwrap_or_else(|| panic!("closed before {kind}"));
            if found == kind && holds(&payload) {
                return payload;
            }
        }
    }

    /// The round once it is in this phase.
    pub async fn phase(&mut self, phase: &str) -> Value {
        self.next_that("round_changed", |payload| payload["round"]["phase"] == phase).await["round"].clone()
    }

    /// Reports as the stage.
    pub async fn report(&mut self, round: &Value, report: Value) {
        self.send(
            "frame_report",
            json!({ "roundId": round["id"], "frameAttempt": round["frameAttempt"], "report": report }),
        )
        .await;
    }
}

/// Waits until `holds`.
pub async fn wait_for<F: Future<Output = bool>>(holds: impl Fn() -> F) {
    let deadline = Instant::now() + PATIENCE;
    while !holds().await {
        assert!(Instant::now() < deadline, "not in {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
