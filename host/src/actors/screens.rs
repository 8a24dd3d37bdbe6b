//! Screens owns the connected pages and their roles; one of them is the stage that runs the game frame.
//!
//! It promises never to wait for a page: one whose queue is full misses ticks, and is cut off when it would miss
//! anything else; it connects again and gets everything anew.

use crate::{board::Board, error::Error};
use kameo::{
    Actor,
    actor::{ActorRef, WeakActorRef},
    error::Infallible,
    message::{Context, Message},
};
use maribro_contract::wire::{Problem, Role, RoundState, ScreenEvent, SessionState};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::Ordering},
};
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_util::task::AbortOnDropHandle;

/// Messages that may wait for one page: some seconds of ticks.
pub const QUEUE: usize = 64;

/// Pages at the same time. Each costs two tasks and a queue.
pub const MAX_SCREENS: usize = 1_000;

/// Places that only the host's own pages get, so that onlookers cannot keep the stage out.
pub const KEPT_FOR_THE_HOST: usize = 16;

/// See the module.
#[derive(Debug)]
pub struct Screens {
    connected: BTreeMap<u64, Screen>,
    board: Arc<Board>,
    /// Ends with this actor: its address would outlive it and lead to the next one.
    _forwarding: AbortOnDropHandle<()>,
}

#[derive(Debug)]
struct Screen {
    queue: mpsc::Sender<Utf8Bytes>,
    trusted: bool,
    told_of_input: bool,
}

impl Actor for Screens {
    type Args = Arc<Board>;
    type Error = Infallible;

    async fn on_start(board: Arc<Board>, me: ActorRef<Self>) -> Result<Self, Infallible> {
        board.stage.send_replace(None);
        board.screens.send_replace(0);
        let forwarding = tokio::spawn(forward(Arc::clone(&board), me.downgrade()));
        Ok(Self { connected: BTreeMap::new(), board, _forwarding: AbortOnDropHandle::new(forwarding) })
    }
}

/// Passes on to Screens what others publish and pages have to know.
async fn forward(board: Arc<Board>, screens: WeakActorRef<Screens>) {
    let (mut problems, mut input) = (board.problems.subscribe(), board.input.subscribe());
    let mut tunnel = board.tunnel.subscribe();
    let mut told_urls = board.join_urls();
    let mut told = input.borrow_and_update().status(true);
    loop {
        let sent = tokio::select! {
            Ok(()) = problems.changed() => {
                let event = problems_changed(&problems.borrow_and_update());
                let Some(screens) = screens.upgrade() else { return };
                screens.tell(Deliver(event)).await.is_ok()
            }
            Ok(()) = input.changed() => {
                let now = input.borrow_and_update().status(true);
                if now == told {
                    // A pad came or went, which the input daemon tells pages itself.
                    continue;
                }
                told = now;
                let Some(screens) = screens.upgrade() else { return };
                screens.tell(TellOfInput).await.is_ok()
            }
            Ok(()) = tunnel.changed() => {
                tunnel.mark_unchanged();
                let join_urls = board.join_urls();
                if join_urls == told_urls {
                    continue;
                }
                told_urls.clone_from(&join_urls);
                let Some(screens) = screens.upgrade() else { return };
                screens.tell(Deliver(ScreenEvent::JoinUrlsChanged { join_urls })).await.is_ok()
            }
            else => return,
        };
        if !sent {
            return;
        }
    }
}

fn problems_changed(problems: &BTreeSet<Problem>) -> ScreenEvent {
    ScreenEvent::ProblemsChanged { problems: problems.iter().copied().collect() }
}

/// The event as it goes over the wire. Only types of our own come here; one that cannot be written is a defect.
fn written(event: &ScreenEvent) -> Option<Utf8Bytes> {
    serde_json::to_string(event)
        .inspect_err(|error| tracing::error!(%error, "a screen event that cannot be written"))
        .ok()
        .map(Utf8Bytes::from)
}

/// Tells every page.
pub async fn deliver(screens: &ActorRef<Screens>, event: ScreenEvent) {
    if let Err(error) = screens.tell(Deliver(event)).await {
        tracing::debug!(%error, "no screens to tell");
    }
}

impl Screens {
    fn stage(&self) -> Option<u64> {
        *self.board.stage.borrow()
    }

    fn send(&mut self, id: u64, event: &ScreenEvent) {
        if let Some(text) = written(event) {
            self.send_text(id, text, false);
        }
    }

    fn send_text(&mut self, id: u64, text: Utf8Bytes, droppable: bool) {
        let Some(screen) = self.connected.get(&id) else { return };
        match screen.queue.try_send(text) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) if droppable => {}
            Err(TrySendError::Full(_)) => {
                tracing::info!(screen = id, "a page that does not read is cut off");
                self.leave(id);
            }
            Err(TrySendError::Closed(_)) => self.leave(id),
        }
    }

    fn leave(&mut self, id: u64) {
        if self.connected.remove(&id).is_none() {
            return;
        }
        self.board.screens.send_replace(self.connected.len());
        if self.stage() == Some(id) {
            self.set_stage(None);
        }
    }

    /// Makes this page the stage and tells every page whose situation changed.
    fn set_stage(&mut self, stage: Option<u64>) {
        self.board.stage.send_replace(stage);
        let ids: Vec<u64> = self.connected.keys().copied().collect();
        for id in ids {
            self.tell_role(id);
        }
    }

    fn tell_role(&mut self, id: u64) {
        let stage = self.stage();
        let role = if stage == Some(id) { Role::Stage } else { Role::Watch };
        self.send(id, &ScreenEvent::RoleChanged { role, stage_taken: stage.is_some_and(|stage| stage != id) });
    }

    fn hello(&self, id: u64, trusted: bool, told_of_input: bool) -> Result<ScreenEvent, Error> {
        let starting = || Error::Unavailable("the host is starting".into());
        let session: SessionState = self.board.session.borrow().as_ref().ok_or_else(starting)?.state.clone();
        let round: RoundState = self.board.round.borrow().as_ref().ok_or_else(starting)?.now();
        Ok(ScreenEvent::Hello {
            screen_id: id,
            trusted,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            join_urls: self.board.join_urls(),
            session,
            games: self.board.shelf.borrow().games.as_ref().clone(),
            round,
            problems: self.board.problems.borrow().iter().copied().collect(),
            input: self.board.input.borrow().status(told_of_input),
            settings: self.board.settings.borrow().as_ref().clone(),
        })
    }
}

/// A page connected. The answer is its number; `hello` is the first message in its queue.
#[derive(Debug, Clone)]
pub struct Join {
    /// Where its messages go.
    pub queue: mpsc::Sender<Utf8Bytes>,
    /// Whether it may command.
    pub trusted: bool,
    /// Whether it may know how to reach the input daemon.
    pub told_of_input: bool,
}

impl Message<Join> for Screens {
    type Reply = Result<u64, Error>;

    async fn handle(&mut self, join: Join, _: &mut Context<Self, Self::Reply>) -> Self::Reply {
        let places = if join.trusted { MAX_SCREENS } else { MAX_SCREENS - KEPT_FOR_THE_HOST };
        if self.connected.len() >= places {
            return Err(Error::Unavailable(format!("{places} pages are connected already")));
        }
        let id = self.board.next_screen.fetch_add(1, Ordering::Relaxed);
        let hello = self.hello(id, join.trusted, join.told_of_input)?;
        let Join { queue, trusted, told_of_input } = join;
        self.connected.insert(id, Screen { queue, trusted, told_of_input });
        self.board.screens.send_replace(self.connected.len());
        self.send(id, &hello);
        Ok(id)
    }
}

/// A page went away.
#[derive(Debug, Clone)]
pub struct Leave(pub u64);

impl Message<Leave> for Screens {
    type Reply = ();

    async fn handle(&mut self, Leave(id): Leave, _: &mut Context<Self, Self::Reply>) {
        self.leave(id);
    }
}

/// A page asks for a role. It is told the outcome by `role_changed`.
#[derive(Debug, Clone)]
pub struct TakeRole {
    /// The page.
    pub id: u64,
    /// What it wants to be.
    pub role: Role,
    /// Whether to take the stage from the page that has it.
    pub take_over: bool,
}

impl Message<TakeRole> for Screens {
    type Reply = Result<(), Error>;

    async fn handle(&mut self, message: TakeRole, _: &mut Context<Self, Self::Reply>) -> Self::Reply {
        let TakeRole { id, role, take_over } = message;
        let Some(screen) = self.connected.get(&id) else { return Ok(()) };
        let stage = self.stage();
        match role {
            Role::Stage if !screen.trusted => {
                return Err(Error::Forbidden("only the host's own pages can be the stage".into()));
            }
            Role::Stage if stage.is_none() || (take_over && stage != Some(id)) => self.set_stage(Some(id)),
            Role::Watch if stage == Some(id) => self.set_stage(None),
            Role::Stage | Role::Watch => self.tell_role(id),
        }
        Ok(())
    }
}

/// Tell every page.
#[derive(Debug, Clone)]
pub struct Deliver(pub ScreenEvent);

impl Message<Deliver> for Screens {
    type Reply = ();

    async fn handle(&mut self, Deliver(event): Deliver, _: &mut Context<Self, Self::Reply>) {
        let droppable = matches!(event, ScreenEvent::Tick { .. });
        let Some(text) = written(&event) else { return };
        let ids: Vec<u64> = self.connected.keys().copied().collect();
        for id in ids {
            self.send_text(id, text.clone(), droppable);
        }
    }
}

/// Tell every page how the input daemon is, each as much as it may know.
#[derive(Debug, Clone)]
pub struct TellOfInput;

impl Message<TellOfInput> for Screens {
    type Reply = ();

    async fn handle(&mut self, _: TellOfInput, _: &mut Context<Self, Self::Reply>) {
        let input = self.board.input.borrow().clone();
        let pages: Vec<(u64, bool)> = self.connected.iter().map(|(id, page)| (*id, page.told_of_input)).collect();
        for (id, told_of_input) in pages {
            self.send(id, &ScreenEvent::InputChanged { input: input.status(told_of_input) });
        }
    }
}

/// Tell one page.
#[derive(Debug, Clone)]
pub struct DeliverTo(pub u64, pub ScreenEvent);

impl Message<DeliverTo> for Screens {
    type Reply = ();

    async fn handle(&mut self, DeliverTo(id, event): DeliverTo, _: &mut Context<Self, Self::Reply>) {
        self.send(id, &event);
    }
}
