//! Playtester owns the queue of uploads that are to be played, and the one run that is under way.
//!
//! It promises that what it publishes is about the revision that it names, and that one game is played at a time. Nobody waits
//! for it: who asks is told that the game is queued.

use super::registry::{Look, Registry};
use crate::{
    board::Board,
    error::Error,
    playtest::{
        self, NotPlayed, Playtests, Settings,
        queue::{Job, MAX_WAITING, Queue},
        verifier,
    },
    store::games_folder::GamesFolder,
};
use kameo::{
    Actor,
    actor::{ActorRef, WeakActorRef},
    error::Infallible,
    message::{Context, Message},
};
use maribro_contract::wire::{GameSummary, Playtest, PlaytestReport, PlaytestState, PlaytestsState};
use std::{path::PathBuf, sync::Arc};
use tokio::sync::Mutex;
use tokio_util::task::AbortOnDropHandle;

/// See the module.
#[derive(Debug)]
pub struct Playtester {
    /// `None` when uploads are not played.
    settings: Option<Arc<Settings>>,
    games: GamesFolder,
    board: Arc<Board>,
    registry: ActorRef<Registry>,
    queue: Queue,
    running: Option<Running>,
    /// Number of the next run.
    next: u64,
    /// Held by a run to its end: one at a time. The child of one that is broken off is killed, and may die beside the next.
    place: Arc<Mutex<()>>,
    _look: Option<AbortOnDropHandle<()>>,
}

/// A run; broken off, with its child, when it is dropped.
#[derive(Debug)]
struct Running {
    number: u64,
    job: Job,
    _task: AbortOnDropHandle<()>,
}

/// What Playtester is made from, also after a panic.
#[derive(Debug, Clone)]
pub struct Args {
    /// How uploads are played, if they are.
    pub settings: Option<Settings>,
    /// Where the games lie.
    pub games: GamesFolder,
    /// Where it publishes.
    pub board: Arc<Board>,
    /// Whose shelf tells of games that failed.
    pub registry: ActorRef<Registry>,
}

impl Actor for Playtester {
    type Args = Args;
    type Error = Infallible;

    async fn on_start(args: Args, me: ActorRef<Self>) -> Result<Self, Infallible> {
        let Args { settings, games, board, registry } = args;
        let (settings, place) = (settings.map(Arc::new), Arc::default());
        let mut playtester = Self {
            settings,
            games,
            board,
            registry,
            queue: Queue::default(),
            running: None,
            next: 0,
            place,
            _look: None,
        };
        if playtester.settings.is_some() {
            playtester.publish(|playtests| {
                playtests.break_off();
                playtests.health_mut().state = PlaytestsState::Starting;
            });
            playtester.look_around(me.downgrade());
        }
        Ok(playtester)
    }
}

impl Playtester {
    fn publish(&self, change: impl FnOnce(&mut Playtests)) {
        let mut now = Playtests::clone(&self.board.playtests.borrow());
        change(&mut now);
        now.keep_only(&self.board.shelf.borrow().games);
        let health = now.health_mut();
        health.waiting = self.queue.waiting();
        health.running = self.running.as_ref().map(|running| running.job.id.clone());
        self.board.playtests.send_replace(Arc::new(now));
    }

    fn publish_one(&self, job: &Job, playtest: Playtest) {
        self.publish(|playtests| playtests.set(&job.id, &job.uploaded_at, playtest));
    }

    /// Finds out whether all is there that it takes.
    fn look_around(&mut self, me: WeakActorRef<Self>) {
        let Some(settings) = self.settings.clone() else { return };
        let look = tokio::spawn(async move {
            let seen = verifier::look(&settings).await;
            if let Some(me) = me.upgrade() {
                // It ends, and nobody will ask any more.
                me.tell(Looked(seen)).await.ok();
            }
        });
        self._look = Some(AbortOnDropHandle::new(look));
    }

    /// The game as it is on the shelf, if it still is what this is about.
    fn on_shelf(&self, job: &Job) -> Option<GameSummary> {
        self.board.shelf.borrow().find(&job.id).filter(|game| game.uploaded_at == job.uploaded_at).cloned()
    }

    /// Begins with the next game, if there is one and none is being played.
    fn go_on(&mut self, me: &ActorRef<Self>) {
        while self.running.is_none()
            && let Some(job) = self.queue.take()
        {
            let (Some(settings), Some(game)) = (self.settings.clone(), self.on_shelf(&job)) else {
                self.publish(|_| {});
                continue;
            };
            let (number, games, me) = (self.next, self.games.clone(), me.downgrade());
            self.next += 1;
            let place = Arc::clone(&self.place);
            let task = tokio::spawn(async move {
                let _place = place.lock().await;
                let verdict = verifier::play(&settings, &games, &game).await;
                if let Some(me) = me.upgrade() {
                    me.tell(Played { number, verdict }).await.ok();
                }
            });
            self.running = Some(Running { number, job: job.clone(), _task: AbortOnDropHandle::new(task) });
            self.publish_one(&job, playtest::under_way(PlaytestState::Running));
        }
    }
}

/// Play a game that was put on the shelf. The answer is what is said of it now; `None` when uploads are not played.
#[derive(Debug, Clone)]
pub struct Begin {
    /// The game.
    pub id: String,
}

impl Message<Begin> for Playtester {
    type Reply = Result<Option<Playtest>, Error>;

    async fn handle(&mut self, Begin { id }: Begin, ctx: &mut Context<Self, Self::Reply>) -> Self::Reply {
        // A game may be gone again by now.
        let Some(game) = self.board.shelf.borrow().find(&id).filter(|_| self.settings.is_some()).cloned() else {
            return Ok(None);
        };
        let job = Job { id, uploaded_at: game.uploaded_at.clone() };
        if self.running.as_ref().is_some_and(|running| running.job == job) {
            return Ok(self.board.playtests.borrow().of(&game));
        }
        if self.running.as_ref().is_some_and(|running| running.job.id == job.id) {
            tracing::info!(game = job.id, "a playtest is broken off: there is a new revision");
            self.running = None;
            // Nobody else begins with those who wait, and a full queue has no room for this one before that.
            self.go_on(ctx.actor_ref());
        }
        if self.queue.put(job.clone()) {
            self.publish_one(&job, playtest::under_way(PlaytestState::Queued));
            self.go_on(ctx.actor_ref());
        } else {
            let full = format!("{MAX_WAITING} games wait for their playtest already; send it again in a minute");
            self.publish_one(&job, NotPlayed::Unavailable(full).playtest());
        }
        Ok(self.board.playtests.borrow().of(&game))
    }
}

/// A run came to its end.
#[derive(Debug)]
struct Played {
    number: u64,
    verdict: Result<Option<PlaytestReport>, NotPlayed>,
}

impl Message<Played> for Playtester {
    type Reply = ();

    async fn handle(&mut self, Played { number, verdict }: Played, ctx: &mut Context<Self, Self::Reply>) {
        // One that was broken off may just have been done.
        let Some(Running { job, .. }) = self.running.take_if(|running| running.number == number) else { return };
        match verdict {
            // The file is another now; who put it there has it played anew.
            Ok(None) => {
                self.publish_one(&job, NotPlayed::Unavailable("its file was changed by hand".into()).playtest())
            }
            Ok(Some(report)) => {
                let (playtest, wall_ms) = (playtest::done(report.clone()), report.wall_ms);
                let failed: Vec<&str> = report.checks_failed().collect();
                tracing::info!(game = job.id, wall_ms, ?failed, "a game was played: {:?}", playtest.state);
                self.publish(|playtests| {
                    playtests.set(&job.id, &job.uploaded_at, playtest);
                    (playtests.health_mut().state, playtests.health_mut().message) = (PlaytestsState::Ready, None);
                });
                if let Err(error) = self.registry.tell(Look).await {
                    tracing::debug!(%error, "no shelf to tell");
                }
            }
            Err(why) => {
                tracing::warn!(game = job.id, "a game was not played: {why}");
                self.publish_one(&job, why.playtest());
                if matches!(why, NotPlayed::Unavailable(_)) {
                    self.look_around(ctx.actor_ref().downgrade());
                }
            }
        }
        self.go_on(ctx.actor_ref());
    }
}

/// It was looked whether all is there.
#[derive(Debug)]
struct Looked(Result<PathBuf, NotPlayed>);

impl Message<Looked> for Playtester {
    type Reply = ();

    async fn handle(&mut self, Looked(seen): Looked, _: &mut Context<Self, Self::Reply>) {
        let (state, message) = match seen {
            Ok(program) => {
                tracing::info!(program = %program.display(), "uploads are played, one at a time");
                (PlaytestsState::Ready, None)
            }
            Err(why) => {
                tracing::warn!("uploads are not played, and taken all the same: {why}");
                (PlaytestsState::Missing, Some(why.to_string()))
            }
        };
        self.publish(|playtests| (playtests.health_mut().state, playtests.health_mut().message) = (state, message));
    }
}
