//! Starts the daemon on a free port, speaks with it as a client and as a driver of its virtual pads.

use futures_util::{SinkExt, StreamExt};
use maribro_input::{
    model::pad::{BUTTON_NAMES, PadState},
    protocol::{
        PROTOCOL, RIG_PROTOCOL,
        frame::{Frame, decode},
    },
};
use serde_json::{Value, json};
use std::{net::SocketAddr, path::Path, process::Stdio, time::Duration};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpStream,
    process::{Child, Command},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message, client::IntoClientRequest, http::HeaderValue},
};

/// Longest wait for anything: far beyond what a loaded machine needs, short enough to end a hung test.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);
/// The token of every daemon here.
pub(crate) const TOKEN: &str = "the token of the tests";

/// A running daemon; killed on drop.
pub(crate) struct Daemon {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
    /// Its data folder.
    pub(crate) data: TempDir,
}

/// The daemon's program with nothing of this environment's.
pub(crate) fn program(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_maribro-input"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MARIBRO_") {
            command.env_remove(name);
        }
    }
    command.arg("--data-dir").arg(data).env("SDL_VIDEODRIVER", "dummy").env("RUST_LOG", "warn");
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

impl Daemon {
    /// With so many virtual pads.
    pub(crate) async fn with_pads(count: usize) -> Self {
        Self::start(&["--virtual", &count.to_string()]).await
    }

    pub(crate) async fn start(arguments: &[&str]) -> Self {
        Self::start_in(tempfile::tempdir().expect("a folder"), arguments).await
    }

    /// SIGKILL, and another one on the same data folder.
    pub(crate) async fn killed_and_started(mut self, arguments: &[&str]) -> Self {
        self.child.kill().await.expect("it runs");
        Self::start_in(self.data, arguments).await
    }

    async fn start_in(data: TempDir, arguments: &[&str]) -> Self {
        let mut command = program(data.path());
        command.args(["--port", "0"]).args(arguments).env("MARIBRO_INPUT_TOKEN", TOKEN);
        let (child, address) = started(command).await;
        Self { child, address, data }
    }

    pub(crate) fn id(&self) -> rustix::process::Pid {
        let id = i32::try_from(self.child.id().expect("it runs")).expect("an id");
        rustix::process::Pid::from_raw(id).expect("an id")
    }

    /// A client that was let in; its hello is still to come.
    pub(crate) async fn client(&self) -> Client {
        Client(connect(self.address, PROTOCOL, TOKEN, None).await.expect("it is let in"))
    }

    /// A game's frame that was let in.
    pub(crate) async fn frame(&self) -> Client {
        Client(connect(self.address, PROTOCOL, TOKEN, Some("null")).await.expect("it is let in"))
    }

    /// Who drives the virtual pads.
    pub(crate) async fn rig(&self) -> Rig {
        let mut rig = Rig(connect(self.address, RIG_PROTOCOL, TOKEN, None).await.expect("it is let in"));
        assert_eq!(rig.answer().await["type"], "ready");
        rig
    }
}

/// Starts a daemon and waits for its address.
pub(crate) async fn started(mut command: Command) -> (Child, SocketAddr) {
    let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let line = timeout(DEADLINE, lines.next_line()).await.expect("in time").expect("a line");
    let line = line.expect("it says its address");
    let address = line.strip_prefix("Input: ws://").expect("an address").parse().expect("an address");
    (child, address)
}

type Socket = WebSocketStream<TcpStream>;

/// A WebSocket, if it is let in.
pub(crate) async fn connect(
    address: SocketAddr,
    protocol: &'static str,
    token: &str,
    origin: Option<&'static str>,
) -> Result<Socket, tungstenite::Error> {
    let token = token.replace(' ', "%20");
    let mut request = format!("ws://{address}/?token={token}").into_client_request()?;
    request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static(protocol));
    if let Some(origin) = origin {
        request.headers_mut().insert("Origin", HeaderValue::from_static(origin));
    }
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(timeout(DEADLINE, client_async(request, stream)).await.expect("in time")?.0)
}

/// What a client gets.
#[derive(Debug)]
pub(crate) enum Got {
    State(Frame),
    Event(Value),
}

pub(crate) struct Client(pub(crate) Socket);

impl Client {
    pub(crate) async fn next(&mut self) -> Got {
        loop {
            match timeout(DEADLINE, self.0.next()).await.expect("in time").expect("it goes on").expect("it works") {
                Message::Binary(bytes) => return Got::State(decode(&bytes).expect("a frame")),
                Message::Text(text) => return Got::Event(serde_json::from_str(&text).expect("JSON")),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The first state that is as wanted.
    pub(crate) async fn state(&mut self, is_wanted: impl Fn(&Frame) -> bool) -> Frame {
        let mut last = None;
        let waiting = async {
            loop {
                if let Got::State(frame) = self.next().await {
                    if is_wanted(&frame) {
                        return frame;
                    }
                    last = Some(frame);
                }
            }
        };
        // States come for ever: without an end of its own this would wait for ever, too.
        match timeout(DEADLINE, waiting).await {
            Ok(frame) => frame,
            Err(_) => panic!("no state is as wanted; the last one was {last:?}"),
        }
    }

    /// The payload of the next event of a type.
    pub(crate) async fn event(&mut self, kind: &str) -> Value {
        let waiting = async {
            loop {
                if let Got::Event(mut event) = self.next().await
                    && event["type"] == kind
                {
                    return event["payload"].take();
                }
            }
        };
        timeout(DEADLINE, waiting).await.unwrap_or_else(|_| panic!("no event {kind}"))
    }

    pub(crate) async fn send(&mut self, kind: &str, payload: Value) {
        self.send_text(&json!({ "type": kind, "payload": payload }).to_string()).await;
    }

    pub(crate) async fn send_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.expect("it is sent");
    }
}

pub(crate) struct Rig(Socket);

impl Rig {
    async fn answer(&mut self) -> Value {
        let message = timeout(DEADLINE, self.0.next()).await.expect("in time").expect("an answer").expect("it works");
        serde_json::from_str(message.to_text().expect("text")).expect("JSON")
    }

    /// Sends a command and gives its answer.
    pub(crate) async fn ask(&mut self, kind: &str, payload: Value) -> Value {
        self.0.send(Message::text(json!({ "type": kind, "payload": payload }).to_string())).await.expect("it is sent");
        self.answer().await
    }

    /// Sends a command that has to be carried out, and gives the stamp of its answer, in microseconds.
    pub(crate) async fn act(&mut self, kind: &str, payload: Value) -> u64 {
        let answer = self.ask(kind, payload.clone()).await;
        assert_eq!(answer["type"], "done", "{kind} {payload}: {answer}");
        answer["payload"]["atUs"].as_u64().expect("a stamp")
    }

    /// Taps a button so fast that reports wait for SDL, then reads the answers.
    pub(crate) async fn burst(&mut self, pad: usize, button: &str, taps: usize) {
        for half in 0..taps * 2 {
            let value = 1 - half % 2;
            let report = json!({ "type": "button", "payload": { "pad": pad, "button": button, "value": value } });
            self.0.feed(Message::text(report.to_string())).await.expect("it is sent");
        }
        self.0.flush().await.expect("it is sent");
        for _ in 0..taps * 2 {
            assert_eq!(self.answer().await["type"], "done");
        }
    }

    pub(crate) async fn button(&mut self, pad: usize, button: &str, value: f32) -> u64 {
        self.act("button", json!({ "pad": pad, "button": button, "value": value })).await
    }

    /// The effects that arrived at a pad, once they are as wanted.
    pub(crate) async fn effects(&mut self, pad: usize, are_wanted: impl Fn(&Value) -> bool) -> Value {
        let waiting = async {
            loop {
                let answer = self.ask("effects", json!({ "pad": pad })).await;
                if are_wanted(&answer["payload"]) {
                    return answer["payload"].clone();
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(DEADLINE, waiting).await.expect("the effects arrive")
    }
}

/// Place of a button in frames.
pub(crate) fn place(name: &str) -> usize {
    BUTTON_NAMES.iter().position(|one| *one == name).expect("a button")
}

/// A pad of a frame.
pub(crate) fn pad(frame: &Frame, number: u16) -> &PadState {
    frame.pads.iter().find(|pad| pad.number == number).expect("the pad is in the frame")
}
