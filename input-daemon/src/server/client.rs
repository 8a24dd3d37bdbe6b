//! A client: gets the newest state and the news, and has its commands carried out.
//!
//! A client that reads slowly holds up nobody: while a frame of it is on its way only the newest state waits, and news that
//! it misses are replaced by the list of pads.

use super::{End, Server, Socket, shares::Allowance};
use crate::{
    hub::{Effect, Order, WantsMotion},
    model::Snapshot,
    protocol::{
        frame::encode,
        messages::{Command, Event, Refusal, read},
    },
};
use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{
        broadcast::{self, error::TryRecvError},
        mpsc, watch,
    },
    time::{Instant, timeout},
};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

/// A state is sent at least this often; contract §5.
const STATE_EVERY: Duration = Duration::from_millis(250);
/// Longest time for one message to leave.
const WRITE_DEADLINE: Duration = Duration::from_secs(10);
/// Answers that may wait; then the client's next command waits too.
const ANSWERS: usize = 16;

/// From the hello to the end.
pub(super) async fn serve(server: &Server, socket: &mut Socket, allowance: Allowance) -> End {
    let news = server.hub.news();
    let (answers, answered) = mpsc::channel(ANSWERS);
    let (motion, with_motion) = watch::channel(false);
    let (sink, stream) = socket.split();
    let mut writer =
        Writer { server, sink, news, answered, with_motion, states: server.hub.states.clone(), sent: None };
    let reader = Reader { server, stream, answers, motion, wants: None, allowance };
    tokio::select! {
        () = server.stop.cancelled() => End::Shutdown,
        end = writer.run() => end,
        end = reader.run() => end,
    }
}

struct Writer<'a> {
    server: &'a Server,
    sink: SplitSink<&'a mut Socket, Message>,
    states: watch::Receiver<Arc<Snapshot>>,
    news: broadcast::Receiver<Utf8Bytes>,
    answered: mpsc::Receiver<Event>,
    with_motion: watch::Receiver<bool>,
    /// Number of the last state that was sent, and whether with motion.
    sent: Option<(u32, bool)>,
}

impl Writer<'_> {
    async fn run(&mut self) -> End {
        match self.write_on().await {
            Ok(()) => End::Closed,
            Err(end) => end,
        }
    }

    async fn write_on(&mut self) -> Result<(), End> {
        let hub = &self.server.hub;
        let infos = hub.infos.borrow().clone();
        self.tell(&Event::hello(self.server.sdl.clone(), self.server.bluetooth_effects, &infos)).await?;
        let mut due = Instant::now();
        loop {
            tokio::select! {
                biased;
                answer = self.answered.recv() => match answer {
                    Some(answer) => self.tell(&answer).await?,
                    None => return Ok(()),
                },
                news = self.news.recv() => match news {
                    Ok(text) => self.send(Message::Text(text)).await?,
                    Err(broadcast::error::RecvError::Lagged(_)) => self.tell_pads().await?,
                    Err(broadcast::error::RecvError::Closed) => return Ok(()),
                },
                changed = self.states.changed() => {
                    if changed.is_err() {
                        return Ok(());
                    }
                    if self.send_state(false).await? {
                        due = Instant::now() + STATE_EVERY;
                    }
                }
                () = tokio::time::sleep_until(due) => {
                    self.send_state(true).await?;
                    due = Instant::now() + STATE_EVERY;
                }
            }
        }
    }

    /// Sends the newest state, if it is news for this client or `anyway`; whether it did.
    async fn send_state(&mut self, anyway: bool) -> Result<bool, End> {
        let state = self.states.borrow_and_update().clone();
        let with_motion = *self.with_motion.borrow();
        let number = if with_motion { state.seq } else { state.plain_seq };
        if !anyway && self.sent == Some((number, with_motion)) {
            return Ok(false);
        }
        // News of a state are told before it is published: so a pad is always announced before its first record.
        self.catch_up_on_news().await?;
        self.sent = Some((number, with_motion));
        let frame = encode(&state, with_motion, self.server.hub.clock.now_us());
        self.send(Message::Binary(frame.into())).await?;
        Ok(true)
    }

    async fn catch_up_on_news(&mut self) -> Result<(), End> {
        loop {
            match self.news.try_recv() {
                Ok(text) => self.send(Message::Text(text)).await?,
                Err(TryRecvError::Lagged(_)) => self.tell_pads().await?,
                Err(TryRecvError::Empty | TryRecvError::Closed) => return Ok(()),
            }
        }
    }

    async fn tell_pads(&mut self) -> Result<(), End> {
        let infos = self.server.hub.infos.borrow().clone();
        self.tell(&Event::pads(&infos)).await
    }

    async fn tell(&mut self, event: &Event) -> Result<(), End> {
        self.send(Message::Text(event.json().into())).await
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(WRITE_DEADLINE, self.sink.send(message)).await {
            Ok(sent) => sent.map_err(End::Broken),
            Err(_) => Err(End::Silent),
        }
    }
}

/// Commands are carried out one after the other, so that a client that sends a flood waits for itself.
struct Reader<'a> {
    server: &'a Server,
    stream: SplitStream<&'a mut Socket>,
    answers: mpsc::Sender<Event>,
    motion: watch::Sender<bool>,
    wants: Option<WantsMotion>,
    allowance: Allowance,
}

impl Reader<'_> {
    async fn run(mut self) -> End {
        loop {
            let answer = match self.stream.next().await {
                // SECURITY: before anything of it is read.
                Some(Ok(Message::Text(_) | Message::Binary(_)))
                    if self.allowance.used_up(std::time::Instant::now()) =>
                {
                    Some(Event::error(None, &Refusal::RateLimited))
                }
                Some(Ok(Message::Text(text))) => self.obey(&text).await,
                Some(Ok(Message::Binary(_))) => {
                    Some(Event::error(None, &Refusal::BadMessage("messages are text".to_owned())))
                }
                Some(Ok(Message::Close(_))) | None => return End::Closed,
                Some(Ok(_)) => None,
                Some(Err(error)) => return End::Broken(error),
            };
            if let Some(answer) = answer
                && self.answers.send(answer).await.is_err()
            {
                return End::Closed;
            }
        }
    }

    async fn obey(&mut self, text: &str) -> Option<Event> {
        let (named, command) = read::<Command>(text);
        let obeyed = match command.and_then(Command::checked) {
            Ok(command) => self.carry_out(command).await,
            Err(refusal) => Err(refusal),
        };
        obeyed.unwrap_or_else(|refusal| Some(Event::error(named, &refusal)))
    }

    async fn carry_out(&mut self, command: Command) -> Result<Option<Event>, Refusal> {
        let hub = &self.server.hub;
        let (pad, effect) = match command {
            Command::List {} => return Ok(Some(Event::pads(&hub.infos.borrow()))),
            Command::Subscribe { motion } => {
                self.wants = motion.then(|| hub.want_motion());
                self.motion.send_replace(motion);
                return Ok(None);
            }
            Command::Rumble { pad, strong, weak, duration_ms } => {
                (pad, Effect::Rumble(force(strong), force(weak), Duration::from_millis(duration_ms.into())))
            }
            Command::Light { pad, r, g, b } => (pad, Effect::Light(r, g, b)),
            Command::Player { pad, index } => (pad, Effect::Player(index)),
        };
        hub.order(|answer| Order::Effect(pad, effect, answer)).await.map(|()| None)
    }
}

/// 0 to 1 as SDL has it.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
fn force(part: f32) -> u16 {
    (part * f32::from(u16::MAX)).round() as u16
}
