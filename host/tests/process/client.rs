//! Clients of a host that may end at any moment: `None` means that it did before it answered.

use futures_util::{SinkExt, StreamExt};
use http_body_util::{BodyExt, Full};
use hyper::{Request, StatusCode, body::Bytes};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::{net::SocketAddr, time::Duration};
use tokio::net::TcpStream;
use tokio_tungstenite::{WebSocketStream, tungstenite::Message};

/// Longest wait for anything that must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Four people in their seats: every slot's score counts.
pub(crate) const PLAYERS: [&str; 4] = ["knight-red", "wizard-blue", "slime-green", "cat-pink"];

/// Who made the game of these tests.
pub(crate) const CREATOR: &str = "fox-orange";

/// The text of a game; two with other notes differ.
pub(crate) fn game(note: &str) -> String {
    format!(
        r#"<!doctype html><html><head><meta charset="utf-8"><meta name="title" content="Test Game">
<meta name="description" content="A game."><meta name="author" content="Somebody">
<meta name="maxDurationSec" content="20"><script src="/public/maribro-sdk.js"></script></head>
<body><script>
Maribro.onReady((ctx) => {{ for (const slot of ctx.activeSlots) Maribro.getInput(slot); Maribro.endGame([1, 2, 3, 4]); }});
</script><p>{note}</p></body></html>"#
    )
}

/// One request; the answer's status and its JSON.
pub(crate) async fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Option<(StatusCode, Bytes)> {
    let exchange = async {
        let stream = TcpStream::connect(address).await.ok()?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        let mut request = Request::builder().method(method).uri(path).header("host", local(address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = sender.send_request(request.body(Full::new(body.into())).unwrap()).await.ok()?;
        let (head, body) = response.into_parts();
        Some((head.status, body.collect().await.ok()?.to_bytes()))
    };
    tokio::time::timeout(PATIENCE, exchange).await.expect("an answer or an end comes")
}

/// A request with JSON for a body and an answer.
pub(crate) async fn post(address: SocketAddr, path: &str, body: &Value) -> Option<Value> {
    let (status, answer) =
        send(address, "POST", path, &[("content-type", "application/json")], body.to_string()).await?;
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!(status, 200, "{answer}");
    Some(answer)
}

/// The session as the host tells it.
pub(crate) async fn session(address: SocketAddr) -> Option<Value> {
    let (_, answer) = send(address, "GET", "/api/session", &[], "").await?;
    Some(serde_json::from_slice::<Value>(&answer).unwrap()["session"].take())
}

/// Uploads a game as its creator.
pub(crate) async fn upload(address: SocketAddr, filename: &str, text: &str) -> Option<(StatusCode, Value)> {
    const BOUNDARY: &str = "a-boundary-that-no-game-contains";
    let part = |disposition: &str, content: &str| {
        format!("--{BOUNDARY}\r\ncontent-disposition: form-data; {disposition}\r\n\r\n{content}\r\n")
    };
    let body = part(&format!("name=\"file\"; filename=\"{filename}\""), text)
        + &part("name=\"creator_avatar_id\"", CREATOR)
        + &format!("--{BOUNDARY}--\r\n");
    let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
    let headers = [("x-maribro-token", "maribro-upload"), ("content-type", content_type.as_str())];
    let (status, answer) = send(address, "POST", "/api/games", &headers, body).await?;
    Some((status, serde_json::from_slice(&answer).unwrap()))
}

/// Seats everybody.
pub(crate) async fn seat_all(address: SocketAddr) {
    let seat = |(slot, avatar)| json!({ "slot": slot, "avatarId": avatar, "gamepadIndex": slot });
    let seats: Vec<Value> = PLAYERS.into_iter().enumerate().map(seat).collect();
    post(address, "/api/session/players", &json!({ "playersBySlot": seats })).await.unwrap();
}

fn local(address: SocketAddr) -> String {
    format!("localhost:{}", address.port())
}

/// A page that is the stage: it plays the part of the big screen.
pub(crate) struct Stage {
    socket: WebSocketStream<TcpStream>,
    /// The host's first message.
    pub(crate) hello: Value,
    /// The troubles that stood last.
    pub(crate) problems: Value,
    /// The round's phase as it was told last.
    phase: Value,
    /// The phase that a refusal told of ahead of the news.
    owed: Option<&'static str>,
}

impl Stage {
    /// Connects and becomes the stage.
    pub(crate) async fn take(address: SocketAddr) -> Option<Self> {
        let mut stage = Self::connect(address, &[]).await?;
        stage.send("join", json!({ "role": "stage" })).await?;
        stage.until("role_changed", |payload| payload["role"] == "stage").await?;
        Some(stage)
    }

    /// Connects with these headers beside the usual ones, and looks on.
    pub(crate) async fn connect(address: SocketAddr, headers: &[(&str, &str)]) -> Option<Self> {
        let stream = TcpStream::connect(address).await.ok()?;
        let mut request = Request::builder()
            .uri(format!("ws://{}/ws", local(address)))
            .header("host", local(address))
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let connecting = tokio_tungstenite::client_async(request.body(()).unwrap(), stream);
        let (socket, _) = tokio::time::timeout(PATIENCE, connecting).await.expect("an upgrade or an end").ok()?;
        let mut stage = Self { socket, hello: Value::Null, problems: Value::Null, phase: Value::Null, owed: None };
        stage.hello = stage.until("hello", |_| true).await?;
        stage.problems = stage.hello["problems"].clone();
        Some(stage)
    }

    pub(crate) async fn send(&mut self, kind: &str, payload: Value) -> Option<()> {
        self.socket.send(Message::text(json!({ "type": kind, "payload": payload }).to_string())).await.ok()
    }

    /// The payload of the next message of this type for which `holds`.
    pub(crate) async fn until(&mut self, kind: &str, holds: impl Fn(&Value) -> bool) -> Option<Value> {
        let wait = async {
            loop {
                let text = match self.socket.next().await {
                    Some(Ok(Message::Text(text))) => text,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                    Some(Ok(_)) => continue,
                };
                let mut message: Value = serde_json::from_str(&text).unwrap();
                if message["type"] == "refused" {
                    self.excuse(&message);
                }
                if let Some(phase) = message.pointer("/payload/round/phase") {
                    self.phase = phase.clone();
                    if let Some(owed) = self.owed.take() {
                        assert_eq!(self.phase, owed, "what was refused could have been done");
                    }
                }
                if message["type"] == "problems_changed" {
                    self.problems = message["payload"]["problems"].clone();
                }
                if message["type"] == kind && holds(&message["payload"]) {
                    return Some(message["payload"].take());
                }
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("no such {kind} in {PATIENCE:?}"))
    }

    /// On a machine that stalls for seconds, the round's own clock may go on before a command that would do the same: its
    /// refusal is right if the round is where the command leads. Any other one is a fault.
    fn excuse(&mut self, message: &Value) {
        let refused = &message["payload"];
        let leads_to = match refused["command"].as_str() {
            Some("end_round") => "lobby",
            Some("set_ready") => "rating",
            _ => panic!("{message}"),
        };
        assert_eq!(refused["code"], "unavailable", "{message}");
        if self.phase != leads_to {
            self.owed = Some(leads_to);
        }
    }

    /// Waits until exactly these troubles stand.
    pub(crate) async fn until_problems(&mut self, problems: &Value) -> Option<()> {
        if self.problems != *problems {
            self.until("problems_changed", |payload| payload["problems"] == *problems).await?;
        }
        Some(())
    }

    /// The round once it is in this phase.
    pub(crate) async fn phase(&mut self, phase: &str) -> Option<Value> {
        Some(self.until("round_changed", |payload| payload["round"]["phase"] == phase).await?["round"].take())
    }

    /// Reports on the frame of this round.
    pub(crate) async fn report(&mut self, round: &Value, report: Value) -> Option<()> {
        let frame = json!({ "roundId": round["id"], "frameAttempt": round["frameAttempt"], "report": report });
        self.send("frame_report", frame).await
    }

    /// From the lobby into a running game.
    pub(crate) async fn start_game(&mut self, id: &str) -> Option<Value> {
        self.send("start_game", json!({ "gameId": id })).await?;
        let round = self.phase("loading").await?;
        self.report(&round, json!({ "kind": "ready", "sdkVersion": "1" })).await?;
        self.phase("playing").await
    }

    /// From the results to the rating, as the host skips them.
    pub(crate) async fn leave_results(&mut self) -> Option<()> {
        self.send("end_round", json!({})).await?;
        self.phase("rating").await.map(|_| ())
    }

    /// From the results to the rating, as everybody is ready for it.
    pub(crate) async fn go_on_to_rating(&mut self) -> Option<()> {
        for slot in 0..PLAYERS.len() {
            self.send("set_ready", json!({ "slot": slot, "ready": true })).await?;
        }
        self.phase("rating").await.map(|_| ())
    }

    /// From the rating to the lobby.
    pub(crate) async fn leave_rating(&mut self) -> Option<()> {
        self.send("end_round", json!({})).await?;
        self.phase("lobby").await.map(|_| ())
    }
}
