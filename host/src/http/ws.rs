//! `/ws`: the screens' WebSocket. Facts go out, commands of trusted pages come in; docs/screen-protocol.md.

use super::{
    App,
    reply::{Response, full},
    server::Request,
    trust::Caller,
};
use crate::{
    actors::{
        ask,
        round::{Happened, Play},
        screens::{DeliverTo, Join, Leave, QUEUE, TakeRole},
        session::ChangeSeats,
    },
    error::Error,
    party::round::Event,
};
use futures_util::{SinkExt, StreamExt};
use hyper::{
    StatusCode,
    header::{
        CONNECTION, HeaderMap, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
    },
    upgrade::Upgraded,
};
use hyper_util::rt::TokioIo;
use maribro_contract::wire::{FrameReport, Role, ScreenCommand, ScreenEvent};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        self, Message, Utf8Bytes,
        handshake::derive_accept_key,
        protocol::{CloseFrame, Role as Side, WebSocketConfig, frame::coding::CloseCode},
    },
};

/// Largest message from a page.
const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// Messages of a page that may wait to be carried out.
const MAX_WAITING: usize = 64;
/// A page that has not answered a ping for this long is gone.
const PING_EVERY: Duration = Duration::from_secs(15);
/// Longest time for one message to leave; a page that does not read for that long is gone.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// How much of a message that is refused is told back.
const MAX_NAMED_CHARS: usize = 40;

/// Upgrades a request to the screens' WebSocket.
///
/// # Errors
/// [`Error::BadBody`] when it is no WebSocket handshake.
pub(super) fn upgrade(app: Arc<App>, mut request: Request, caller: Caller) -> Result<Response, Error> {
    let headers = request.headers();
    let wants = |name, token: &str| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.split(',').any(|one| one.trim().eq_ignore_ascii_case(token)))
    };
    let version = headers.get(SEC_WEBSOCKET_VERSION).is_some_and(|version| version.as_bytes() == b"13");
    let (true, true, true, Some(accept)) =
        (wants(UPGRADE, "websocket"), wants(CONNECTION, "upgrade"), version, accept_key(headers))
    else {
        return Err(Error::bad_body("this address speaks WebSocket (version 13)"));
    };
    let trusted = caller == Caller::Host;
    let upgraded = hyper::upgrade::on(&mut request);
    let tasks = app.tasks.clone();
    tasks.spawn(async move {
        match upgraded.await {
            Ok(stream) => serve(app, stream, trusted).await,
            Err(error) => tracing::debug!(%error, "a WebSocket did not come about"),
        }
    });
    let mut response = Response::new(full(Vec::new()));
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    Ok(response)
}

fn accept_key(headers: &HeaderMap) -> Option<HeaderValue> {
    let key = headers.get(SEC_WEBSOCKET_KEY)?;
    HeaderValue::from_str(&derive_accept_key(key.as_bytes())).ok()
}

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// One page, from its hello to its end.
async fn serve(app: Arc<App>, stream: Upgraded, trusted: bool) {
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_MESSAGE_BYTES))
        .max_frame_size(Some(MAX_MESSAGE_BYTES))
        .read_buffer_size(8 * 1024)
        .write_buffer_size(0);
    let socket = WebSocketStream::from_raw_socket(TokioIo::new(stream), Side::Server, Some(config)).await;
    let (queue, news) = mpsc::channel(QUEUE);
    let joined = ask(&app.actors.screens, Join { queue, trusted }).await;
    let mut page = match joined {
        Ok(id) => Page { link: Arc::new(Link { app: Arc::clone(&app), id, trusted }), socket },
        Err(error) => {
            let mut socket = socket;
            let why = CloseFrame { code: CloseCode::Again, reason: error.to_string().into() };
            // The page may be gone already; it will come again by itself.
            socket.close(Some(why)).await.ok();
            return;
        }
    };
    let end = page.run(news).await;
    tracing::debug!(screen = page.link.id, ?end, "a page left");
    if let Err(error) = app.actors.screens.tell(Leave(page.link.id)).await {
        tracing::debug!(%error, "the host is shutting down");
    }
    let code = if app.shutdown.is_cancelled() { CloseCode::Restart } else { CloseCode::Normal };
    let goodbye = page.socket.close(Some(CloseFrame { code, reason: Utf8Bytes::default() }));
    // Whether the page hears it is its own affair.
    tokio::time::timeout(Duration::from_secs(1), goodbye).await.ok();
}

/// Why a page's connection ended.
#[derive(Debug)]
enum End {
    Shutdown,
    CutOff,
    Closed,
    Silent,
    Broken(#[allow(dead_code, reason = "read by Debug in the log")] tungstenite::Error),
}

struct Page {
    link: Arc<Link>,
    socket: Socket,
}

/// Carries a page's messages out, one after the other, until the page is gone.
async fn obey_in_order(link: Arc<Link>, mut waiting: mpsc::Receiver<Utf8Bytes>) {
    while let Some(text) = waiting.recv().await {
        link.obey(&text).await;
    }
}

/// What a page's messages lead to.
struct Link {
    app: Arc<App>,
    id: u64,
    trusted: bool,
}

impl Page {
    async fn run(&mut self, mut news: mpsc::Receiver<Utf8Bytes>) -> End {
        let shutdown = self.link.app.shutdown.clone();
        let mut ping = tokio::time::interval_at(tokio::time::Instant::now() + PING_EVERY, PING_EVERY);
        let mut heard = true;
        // A command may wait for the disk; meanwhile the page must go on being told things.
        let (commands, waiting) = mpsc::channel(MAX_WAITING);
        tokio::spawn(obey_in_order(Arc::clone(&self.link), waiting));
        loop {
            let sent = tokio::select! {
                () = shutdown.cancelled() => return End::Shutdown,
                text = news.recv() => match text {
                    Some(text) => self.send(Message::Text(text)).await,
                    None => return End::CutOff,
                },
                _ = ping.tick() => {
                    if !std::mem::take(&mut heard) {
                        return End::Silent;
                    }
                    self.send(Message::Ping(bytes::Bytes::new())).await
                }
                message = self.socket.next() => {
                    heard = true;
                    match message {
                        Some(Ok(Message::Text(text))) => {
                            if commands.try_send(text).is_err() {
                                self.link.refuse(None, &Error::Unavailable("too many messages at once".into())).await;
                            }
                            Ok(())
                        }
                        Some(Ok(Message::Binary(_))) => {
                            self.link.refuse(None, &Error::bad_body("messages are text")).await;
                            Ok(())
                        }
                        Some(Ok(Message::Close(_))) | None => return End::Closed,
                        Some(Ok(_)) => Ok(()),
                        Some(Err(error)) => return End::Broken(error),
                    }
                }
            };
            if let Err(end) = sent {
                return end;
            }
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        match tokio::time::timeout(WRITE_TIMEOUT, self.socket.send(message)).await {
            Ok(sent) => sent.map_err(End::Broken),
            Err(_) => Err(End::Silent),
        }
    }
}

impl Link {
    async fn obey(&self, text: &str) {
        let message: Value = match serde_json::from_str(text) {
            Ok(message) => message,
            Err(error) => return self.refuse(None, &Error::bad_body(format!("not JSON: {error}"))).await,
        };
        let named =
            message.get("type").and_then(Value::as_str).map(|name| name.chars().take(MAX_NAMED_CHARS).collect());
        let obeyed = match read_command(message) {
            Ok(command) => self.carry_out(command).await,
            Err(error) => Err(error),
        };
        if let Err(error) = obeyed {
            self.refuse(named, &error).await;
        }
    }

    async fn refuse(&self, command: Option<String>, error: &Error) {
        let refused = ScreenEvent::Refused { command, code: error.code().to_owned(), message: error.to_string() };
        if let Err(error) = self.app.actors.screens.tell(DeliverTo(self.id, refused)).await {
            tracing::debug!(%error, "the host is shutting down");
        }
    }

    async fn carry_out(&self, command: ScreenCommand) -> Result<(), Error> {
        let may_watch = matches!(command, ScreenCommand::Join { role: Role::Watch, .. });
        if !self.trusted && !may_watch {
            return Err(Error::Forbidden("this page may watch; only the host's own pages command".into()));
        }
        let seats = |change| async { ask(&self.app.actors.session, change).await.map(|_| ()) };
        let play = |event| ask(&self.app.actors.round, Play(event));
        match command {
            ScreenCommand::Join { role, take_over } => {
                ask(&self.app.actors.screens, TakeRole { id: self.id, role, take_over }).await
            }
            ScreenCommand::ClaimSeat { gamepad_index, slot } => {
                seats(ChangeSeats::Claim { pad: gamepad_index, wish: slot }).await
            }
            ScreenCommand::ChooseAvatar { slot, avatar_id } => {
                seats(ChangeSeats::ChooseAvatar { slot, avatar_id }).await
            }
            ScreenCommand::MovePad { slot, gamepad_index } => {
                seats(ChangeSeats::MovePad { slot, pad: gamepad_index }).await
            }
            ScreenCommand::LeaveSeat { slot } => seats(ChangeSeats::Leave { slot }).await,
            ScreenCommand::SetReady { slot, ready } => play(Event::SetReady { slot, ready }).await,
            ScreenCommand::StartVote {} => play(Event::StartVote).await,
            ScreenCommand::Vote { slot, game_id } => play(Event::Vote { slot, game_id }).await,
            ScreenCommand::StartGame { game_id } => play(Event::StartGame(game_id)).await,
            ScreenCommand::EndRound {} => play(Event::EndRound).await,
            ScreenCommand::Rate { slot, rating } => play(Event::Rate { slot, rating }).await,
            ScreenCommand::FrameReport { round_id, frame_attempt, report } => {
                self.report(round_id, frame_attempt, report).await
            }
        }
    }

    async fn report(&self, round_id: String, attempt: u32, report: FrameReport) -> Result<(), Error> {
        if *self.app.actors.board.stage.borrow() != Some(self.id) {
            return Err(Error::Forbidden("only the stage reports on its frame".into()));
        }
        if let FrameReport::Error { message, stack } = &report {
            tracing::info!(round_id, message, stack, "the game has an uncaught error");
        }
        let told = self.app.actors.round.tell(Happened(Event::Frame { round_id, attempt, report })).await;
        told.map_err(|error| Error::Unavailable(format!("the round cannot be told: {error}")))
    }
}

/// A message as a command; one without a payload counts as having an empty one.
fn read_command(mut message: Value) -> Result<ScreenCommand, Error> {
    if let Some(object) = message.as_object_mut() {
        object.entry("payload").or_insert_with(|| Value::Object(serde_json::Map::new()));
    }
    serde_json::from_value(message).map_err(|error| Error::bad_body(error.to_string()))
}
