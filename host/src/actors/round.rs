//! Round runs the one running round: it feeds [`party::round`](crate::party::round) with what happens and the time,
//! and does what that asks for. It waits, persists and tells; it decides nothing.

use super::{
    RESTART_PAUSE, ask, on_disk,
    registry::{Played, Registry},
    screens::{Screens, deliver},
    session::{RateRound, RecordRound, Session, TakeTurns},
};
use crate::{
    board::{Board, HeldGame, RoundSnapshot},
    error::Error,
    party::{
        round::{Effect, Event, Round as Rules, Timing, millis},
        session::{played, seated},
    },
    store::games_folder::GamesFolder,
};
use kameo::{
    Actor,
    actor::{ActorRef, WeakActorRef},
    error::Infallible,
    message::{Context, Message},
};
use maribro_contract::wire::{GameSummary, Phase, ScreenEvent};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, watch};
use tokio_util::task::AbortOnDropHandle;

/// See the module.
#[derive(Debug)]
pub struct Round {
    /// `None` only within a step.
    rules: Option<Rules>,
    started: Instant,
    games: GamesFolder,
    registry: ActorRef<Registry>,
    board: Arc<Board>,
    screens: ActorRef<Screens>,
    /// What is to be written down, in order.
    outbox: mpsc::UnboundedSender<Deed>,
    /// When the rules need the clock next.
    alarm: watch::Sender<Option<Duration>>,
    /// Ends with this actor: its address would outlive it and lead to the next one.
    _following: AbortOnDropHandle<()>,
}

/// What Round is made from, also after a panic.
#[derive(Debug, Clone)]
pub struct Args {
    /// Lengths of the parts of a round.
    pub timing: Timing,
    /// Where the games lie.
    pub games: GamesFolder,
    /// Where it publishes and reads the session, the shelf and the stage.
    pub board: Arc<Board>,
    /// Who writes scores down.
    pub session: ActorRef<Session>,
    /// Who keeps what became of games.
    pub registry: ActorRef<Registry>,
    /// Who is told.
    pub screens: ActorRef<Screens>,
}

impl Actor for Round {
    type Args = Args;
    type Error = Infallible;

    async fn on_start(args: Args, me: ActorRef<Self>) -> Result<Self, Infallible> {
        let Args { timing, games, board, session, registry, screens } = args;
        let (outbox, deeds) = mpsc::unbounded_channel();
        let alarm = watch::Sender::new(None);
        let started = Instant::now();
        tokio::spawn(write_down(deeds, session, me.downgrade()));
        tokio::spawn(ring(alarm.subscribe(), started, me.downgrade()));
        let following = tokio::spawn(follow(Arc::clone(&board), me.downgrade()));
        let rules = Some(Rules::new(timing, rand::random()));
        let _following = AbortOnDropHandle::new(following);
        let mut round = Self { rules, started, games, registry, board, screens, outbox, alarm, _following };
        round.publish().await;
        Ok(round)
    }
}

impl Round {
    async fn step(&mut self, event: Event) -> Result<(), Error> {
        let Some(rules) = self.rules.take() else {
            return Err(Error::Internal("the round is between two states".into()));
        };
        let (rules, effects) = rules.step(event, self.started.elapsed());
        let id = rules.id().to_owned();
        self.rules = Some(rules);
        let mut refusal = Ok(());
        let (mut changed, mut is_held) = (false, true);
        for effect in effects {
            match effect {
                Effect::Changed => changed = true,
                Effect::Tick { remaining } => {
                    let tick = ScreenEvent::Tick { round_id: id.clone(), time_remaining_ms: millis(remaining) };
                    deliver(&self.screens, tick).await;
                }
                Effect::Notify(notice) => {
                    tracing::info!(code = ?notice.code, title = notice.title, "people are told");
                    deliver(&self.screens, ScreenEvent::Notice(notice)).await;
                }
                Effect::Record(record) => self.put_out(Deed::Record(RecordRound(record))),
                Effect::SaveRatings { round_id, ratings } => self.put_out(Deed::Rate(RateRound { round_id, ratings })),
                Effect::TakeTurns { round_id, mode } => self.put_out(Deed::TakeTurns(TakeTurns { round_id, mode })),
                Effect::Hold(game) => is_held = self.hold(&id, game).await,
                Effect::WentWell(game) => self.tell_registry(Played { game, mishap: None }),
                Effect::TakenOff(game, mishap) => {
                    tracing::info!(game = game.id, outcome = ?mishap.outcome, "a game was taken off the stage");
                    self.tell_registry(Played { game, mishap: Some(mishap) });
                }
                Effect::Refuse(error) => refusal = Err(error),
            }
        }
        if !is_held {
            // It cannot begin a round of its own: one step deep.
            Box::pin(self.step(Event::Unreadable { round_id: id })).await?;
        }
        if changed {
            self.publish().await;
        }
        let deadline = self.rules.as_ref().and_then(Rules::next_deadline);
        self.alarm.send_replace(deadline);
        refusal
    }

    async fn publish(&mut self) {
        let Some(rules) = &self.rules else { return };
        let state = rules.view(self.started.elapsed());
        if !matches!(state.phase, Phase::Loading | Phase::Playing | Phase::Closing) {
            self.board.held.send_replace(None);
        }
        let snapshot = RoundSnapshot { state: state.clone(), at: Instant::now() };
        self.board.round.send_replace(Some(Arc::new(snapshot)));
        deliver(&self.screens, ScreenEvent::RoundChanged { round: state }).await;
    }

    /// The frame of this round gets these bytes, whatever becomes of the file.
    async fn hold(&self, round_id: &str, game: GameSummary) -> bool {
        let (games, filename) = (self.games.clone(), game.filename.clone());
        let held = match on_disk(move || games.read(&filename)).await {
            Ok(bytes) => Some(Arc::new(HeldGame { round_id: round_id.to_owned(), filename: game.filename, bytes })),
            Err(error) => {
                tracing::info!(%error, game = game.id, "the game of a round cannot be held");
                None
            }
        };
        let is_held = held.is_some();
        self.board.held.send_replace(held);
        is_held
    }

    /// Not by the outbox: no score may wait for the games folder. Said once, for saying it twice would count twice.
    fn tell_registry(&self, played: Played) {
        let registry = self.registry.clone();
        tokio::spawn(async move {
            if let Err(error) = ask(&registry, played).await {
                tracing::warn!(%error, "it is not kept what became of a game");
            }
        });
    }

    fn put_out(&self, deed: Deed) {
        if self.outbox.send(deed).is_err() {
            tracing::error!("the task that writes rounds down is gone");
        }
    }
}

/// Something to be written down by Session.
#[derive(Debug, Clone)]
enum Deed {
    Record(RecordRound),
    Rate(RateRound),
    TakeTurns(TakeTurns),
}

/// Writes down what comes, in order, and does not stop trying: recording is idempotent by the round's id.
/// Ends when the actor is gone and everything is written.
async fn write_down(mut deeds: mpsc::UnboundedReceiver<Deed>, session: ActorRef<Session>, round: WeakActorRef<Round>) {
    while let Some(deed) = deeds.recv().await {
        let mut written = try_once(&session, &deed).await;
        while let Err(error) = written {
            if !session.is_alive() {
                return tracing::error!(%error, ?deed, "the host stops before this was written down");
            }
            tracing::warn!(%error, "a round is not written down yet; trying again");
            tokio::time::sleep(RESTART_PAUSE).await;
            written = try_once(&session, &deed).await;
        }
        let news = match deed {
            Deed::Record(RecordRound(record)) => record.round_id.map(|round_id| Event::Recorded { round_id }),
            Deed::Rate(RateRound { round_id, ratings }) => Some(Event::RatingsSaved { round_id, ratings }),
            Deed::TakeTurns(_) => None,
        };
        if let (Some(news), Some(round)) = (news, round.upgrade()) {
            // Stopped meanwhile: then nobody waits for the news.
            round.tell(Happened(news)).await.ok();
        }
    }
}

async fn try_once(session: &ActorRef<Session>, deed: &Deed) -> Result<(), Error> {
    match deed {
        Deed::Record(record) => ask(session, record.clone()).await.map(|_| ()),
        Deed::Rate(ratings) => ask(session, ratings.clone()).await,
        Deed::TakeTurns(turns) => ask(session, turns.clone()).await,
    }
}

/// Steps the clock at each deadline that the rules name.
async fn ring(mut alarm: watch::Receiver<Option<Duration>>, started: Instant, round: WeakActorRef<Round>) {
    loop {
        let deadline = *alarm.borrow_and_update();
        let changed = match deadline {
            Some(deadline) => tokio::select! {
                changed = alarm.changed() => changed,
                () = tokio::time::sleep_until((started + deadline).into()) => {
                    let Some(round) = round.upgrade() else { return };
                    if round.tell(Happened(Event::Clock)).await.is_err() {
                        return;
                    }
                    drop(round);
                    // The step sets the alarm anew, be it to the same time.
                    alarm.changed().await
                }
            },
            None => alarm.changed().await,
        };
        if changed.is_err() {
            return;
        }
    }
}

/// Tells the rules what the other actors publish.
async fn follow(board: Arc<Board>, round: WeakActorRef<Round>) {
    let (mut session, mut shelf, mut stage) =
        (board.session.subscribe(), board.shelf.subscribe(), board.stage.subscribe());
    let mut settings = board.settings.subscribe();
    settings.mark_changed();
    session.mark_changed();
    shelf.mark_changed();
    stage.mark_changed();
    loop {
        let event = tokio::select! {
            Ok(()) = stage.changed() => Event::StageChanged(*stage.borrow_and_update()),
            Ok(()) = session.changed() => match session.borrow_and_update().as_ref() {
                Some(snapshot) => {
                    Event::SessionChanged { seats: seated(&snapshot.state), played: played(&snapshot.state) }
                }
                None => continue,
            },
            Ok(()) = settings.changed() => Event::SettingsChanged(Arc::clone(&settings.borrow_and_update())),
            Ok(()) = shelf.changed() => Event::GamesChanged(Arc::clone(&shelf.borrow_and_update().games)),
            else => return,
        };
        let Some(round) = round.upgrade() else { return };
        if round.tell(Happened(event)).await.is_err() {
            return;
        }
    }
}

/// Something happened that nobody waits for an answer to.
#[derive(Debug, Clone)]
pub struct Happened(pub Event);

impl Message<Happened> for Round {
    type Reply = ();

    async fn handle(&mut self, Happened(event): Happened, _: &mut Context<Self, Self::Reply>) {
        if let Err(error) = self.step(event).await {
            tracing::warn!(%error, "the round refused a fact");
        }
    }
}

/// Somebody wants something of the round.
#[derive(Debug, Clone)]
pub struct Play(pub Event);

impl Message<Play> for Round {
    type Reply = Result<(), Error>;

    async fn handle(&mut self, Play(event): Play, _: &mut Context<Self, Self::Reply>) -> Self::Reply {
        self.step(event).await
    }
}
