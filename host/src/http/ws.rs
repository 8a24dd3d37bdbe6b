//! `/ws`: the screens' WebSocket. Facts go out, commands of trusted pages come in; docs/screen-protocol.md.

use super::{
    App, commands,
    connections::Place,
    reply::{Response, full},
    server::Request,
    trust::{Address, Caller},
};
use crate::{
    actors::{
        ask,
        round::{Happened, Play},
        screens::{DeliverTo, Join, Leave, QUEUE, TakeRole},
        session::ChangeSeats,
        settings::ChangeSettings,
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
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{io::AsyncReadExt, sync::mpsc};
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
/// Messages of a page, pings included, that may come at once, and how many may come per second after these. The stage
/// itself sends some thirty.
const MAX_BURST: u32 = 256;
/// See [`MAX_BURST`].
const MESSAGES_PER_SEC: u32 = 128;
/// Bytes that a message for a page may make it wait for, with what waits already. The longest night's session is smaller.
const MAX_UNSENT_BYTES: usize = 64 * 1024 * 1024;
/// Longest time to say goodbye, and most bytes that are still read of a page that is sent away, so that it hears why.
const GOODBYE: (Duration, usize) = (Duration::from_secs(1), 1024 * 1024);

/// Upgrades a request to the screens' WebSocket.
///
/// # Errors
/// [`Error::BadBody`] when it is no WebSocket handshake, [`Error::RateLimited`] for a stranger who has too many pages.
pub(super) fn upgrade(
    app: Arc<App>,
    mut request: Request,
    caller: Caller,
    address: Address,
) -> Result<Response, Error> {
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
    // The input daemon listens on this machine, and takes pages of this machine only.
    let told_of_input = trusted && address == Address::Here;
    let watching = if trusted { None } else { Some(app.watchers.take(address)?) };
    let place = request.extensions_mut().remove::<Arc<Place>>();
    let place = place.ok_or_else(|| Error::Internal("a request without a connection".into()))?;
    let upgraded = hyper::upgrade::on(&mut request);
    let tasks = app.tasks.clone();
    tasks.spawn(async move {
        let _watching = watching;
        match upgraded.await {
            Ok(stream) => {
                place.became_screen();
                serve(app, stream, &place, trusted, told_of_input).await;
            }
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
async fn serve(app: Arc<App>, stream: Upgraded, place: &Place, trusted: bool, told_of_input: bool) {
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_MESSAGE_BYTES))
        .max_frame_size(Some(MAX_MESSAGE_BYTES))
        .read_buffer_size(8 * 1024)
        .write_buffer_size(0)
        .max_write_buffer_size(MAX_UNSENT_BYTES);
    let socket = WebSocketStream::from_raw_socket(TokioIo::new(stream), Side::Server, Some(config)).await;
    let (queue, news) = mpsc::channel(QUEUE);
    let joined = ask(&app.actors.screens, Join { queue, trusted, told_of_input }).await;
    let mut page = match joined {
        Ok(id) => Page { link: Arc::new(Link { app: Arc::clone(&app), id, trusted }), socket },
        Err(error) => return dismiss(socket, CloseCode::Again, error.to_string()).await,
    };
    let end = tokio::select! {
        end = page.run(news) => end,
        () = place.ended.cancelled() => End::Cleared,
    };
    tracing::debug!(screen = page.link.id, ?end, "a page left");
    if let Err(error) = app.actors.screens.tell(Leave(page.link.id)).await {
        tracing::debug!(%error, "the host is shutting down");
    }
    let (code, reason) = if app.shutdown.is_cancelled() { (CloseCode::Restart, "") } else { end.told() };
    dismiss(page.socket, code, reason.into()).await;
}

/// Says goodbye. Whether the page hears it is its own affair.
async fn dismiss(mut socket: Socket, code: CloseCode, reason: String) {
    let goodbye = async {
        if let Err(error) = socket.close(Some(CloseFrame { code, reason: reason.into() })).await {
            return tracing::debug!(%error, "a page did not hear the goodbye");
        }
        // What is on its way already is read past, else the system would throw the goodbye away.
        let (mut stream, mut scrap, mut left) = (socket.into_inner(), vec![0; 4096], GOODBYE.1);
        while left > 0 {
            match stream.read(&mut scrap).await {
                Ok(bytes @ 1..) => left = left.saturating_sub(bytes),
                Ok(0) | Err(_) => break,
            }
        }
    };
    // Out of time is one of the ways in which this ends.
    tokio::time::timeout(GOODBYE.0, goodbye).await.ok();
}

/// Why a page's connection ended.
#[derive(Debug)]
enum End {
    Shutdown,
    CutOff,
    Closed,
    Silent,
    Flood,
    Cleared,
    Broken(tungstenite::Error),
}

impl End {
    /// What the page is told.
    fn told(&self) -> (CloseCode, &'static str) {
        match self {
            Self::Shutdown => (CloseCode::Restart, ""),
            Self::Closed | Self::Silent => (CloseCode::Normal, ""),
            Self::CutOff => (CloseCode::Again, "too much is waiting for this page"),
            Self::Flood => (CloseCode::Policy, "too many messages"),
            Self::Cleared => (CloseCode::Again, "too many connections"),
            Self::Broken(tungstenite::Error::Capacity(_)) => (CloseCode::Size, "a message is at most 64 KB"),
            Self::Broken(tungstenite::Error::Utf8(_)) => (CloseCode::Invalid, "text is UTF-8"),
            Self::Broken(_) => (CloseCode::Protocol, ""),
        }
    }
}

/// What a page has sent, as the time that it takes to earn.
struct Allowance {
    paid_until: Instant,
}

impl Allowance {
    fn new(now: Instant) -> Self {
        Self { paid_until: now }
    }

    /// One message came. Whether that was too much.
    fn used_up(&mut self, now: Instant) -> bool {
        let each = Duration::from_secs(1) / MESSAGES_PER_SEC;
        self.paid_until = self.paid_until.max(now) + each;
        self.paid_until - now > each * MAX_BURST
    }
}

struct Page {
    link: Arc<Link>,
    socket: Socket,
}

/// What a message calls itself, and the command that it is.
type Read = (Option<String>, Result<ScreenCommand, Error>);

/// Carries a page's commands out, one after the other, until the page is gone.
async fn obey_in_order(link: Arc<Link>, mut waiting: mpsc::Receiver<Read>) {
    while let Some(read) = waiting.recv().await {
        link.obey(read).await;
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
        let mut allowance = Allowance::new(Instant::now());
        // A command may wait for the disk; meanwhile the page must go on being told things.
        let (queue, waiting) = mpsc::channel(MAX_WAITING);
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
                    if allowance.used_up(Instant::now()) {
                        return End::Flood;
                    }
                    match message {
                        Some(Ok(Message::Text(text))) => {
                            let read = commands::read(&text);
                            if matches!(read.1, Ok(ScreenCommand::FrameReport { .. })) {
                                // It waits for no disk, so it does not wait for those that do: a heartbeat must not come
                                // late, and a score not after the page has left.
                                self.link.obey(read).await;
                            } else if queue.try_send(read).is_err() {
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
    async fn obey(&self, (named, command): Read) {
        let obeyed = match command {
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
            ScreenCommand::JoinQueue { avatar_id, gamepad_index } => {
                seats(ChangeSeats::JoinQueue { avatar_id, pad: gamepad_index }).await
            }
            ScreenCommand::LeaveQueue { avatar_id } => seats(ChangeSeats::LeaveQueue { avatar_id }).await,
            ScreenCommand::SetReady { slot, ready } => play(Event::SetReady { slot, ready }).await,
            ScreenCommand::StartVote {} => play(Event::StartVote).await,
            ScreenCommand::Vote { slot, game_id } => play(Event::Vote { slot, game_id }).await,
            ScreenCommand::StartGame { game_id } => play(Event::StartGame(game_id)).await,
            ScreenCommand::EndRound {} => play(Event::EndRound).await,
            ScreenCommand::PauseRound { reason, slot } => play(Event::Pause { reason, slot }).await,
            ScreenCommand::ResumeRound {} => play(Event::Resume).await,
            ScreenCommand::RestartRound {} => play(Event::Restart).await,
            ScreenCommand::ChangeSettings(change) => ask(&self.app.actors.settings, ChangeSettings(change)).await,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_send_much_at_once_and_some_all_the_time() {
        let start = Instant::now();
        let mut allowance = Allowance::new(start);
        assert!((0..MAX_BURST).all(|_| !allowance.used_up(start)));
        assert!(allowance.used_up(start));
        let mut allowance = Allowance::new(start);
        let a_minute = (0..60 * MESSAGES_PER_SEC).map(|n| start + Duration::from_secs(1) * n / MESSAGES_PER_SEC);
        assert!(a_minute.into_iter().all(|now| !allowance.used_up(now)));
    }
}
