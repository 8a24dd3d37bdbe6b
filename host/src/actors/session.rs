//! Session owns the [`SessionState`] and its file.
//!
//! It promises that what it publishes is on disk, and says so when it is not: while the disk refuses, the party goes
//! on in memory, [`Problem::ScoresNotSaved`] stands on every screen, and saving is tried again until it succeeds.
//! After a panic it begins again from what it last published: that is on disk, or newer where the disk refused.

use super::{
    on_disk,
    screens::{Screens, deliver},
};
use crate::{
    board::{Board, SessionSnapshot},
    error::Error,
    party::{
        queue,
        session::{self, Record},
    },
    store::session_file::{Loaded, SessionFile, now},
};
use kameo::{
    Actor,
    actor::{ActorRef, WeakActorRef},
    error::Infallible,
    message::{Context, Message},
};
use maribro_contract::wire::{Problem, QueueMode, Rating, SEATS, ScreenEvent, Seat, SessionState};
use std::{sync::Arc, time::Duration};

/// Pause between two tries to save what the disk refused.
const SAVE_AGAIN: Duration = Duration::from_secs(2);

/// See the module.
#[derive(Debug)]
pub struct Session {
    state: SessionState,
    file: SessionFile,
    board: Arc<Board>,
    screens: ActorRef<Screens>,
    me: WeakActorRef<Self>,
}

/// What Session is made from, also after a panic.
#[derive(Debug, Clone)]
pub struct Args {
    /// Its file.
    pub file: SessionFile,
    /// Where it publishes.
    pub board: Arc<Board>,
    /// Who is told.
    pub screens: ActorRef<Screens>,
}

impl Actor for Session {
    type Args = Args;
    type Error = Infallible;

    async fn on_start(args: Args, me: ActorRef<Self>) -> Result<Self, Infallible> {
        let Args { file, board, screens } = args;
        // After a panic: what was published is what is on disk, or newer when the disk refused.
        let published = board.session.borrow().as_ref().map(|snapshot| snapshot.state.clone());
        let state = match published {
            Some(state) => state,
            None => load(&file, &board).await,
        };
        let mut session = Self { state, file, board, screens, me: me.downgrade() };
        session.save_and_publish().await;
        Ok(session)
    }
}

async fn load(file: &SessionFile, board: &Board) -> SessionState {
    let reader = file.clone();
    match on_disk(move || reader.load()).await {
        Ok(Loaded::New(state) | Loaded::Found(state)) => state,
        Ok(Loaded::MovedAside { session, aside, reason }) => {
            tracing::error!(
                ?aside,
                reason,
                "session.json could not be read; it was moved aside and the party begins anew"
            );
            board.set_problem(Problem::SessionFileMovedAside, true);
            session
        }
        Err(error) => {
            tracing::error!(%error, "the data folder cannot be used; scores are kept in memory");
            session::begin(&now())
        }
    }
}

impl Session {
    /// Applies a change to the state; saves and publishes it when there was one.
    async fn change<T>(&mut self, change: impl FnOnce(&mut SessionState) -> Result<T, Error>) -> Result<T, Error> {
        let mut next = self.state.clone();
        let answer = change(&mut next)?;
        if next != self.state {
            next.updated_at = now();
            self.state = next;
            self.save_and_publish().await;
        }
        Ok(answer)
    }

    async fn save_and_publish(&mut self) {
        let (file, state) = (self.file.clone(), self.state.clone());
        let saved = match on_disk(move || file.save(&state)).await {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(%error, "the session could not be saved; it is kept in memory and tried again");
                self.save_again_soon();
                false
            }
        };
        self.board.set_problem(Problem::ScoresNotSaved, !saved);
        let json = serde_json::json!({ "ok": true, "session": self.state }).to_string().into();
        let snapshot = SessionSnapshot { state: self.state.clone(), json, saved };
        self.board.session.send_replace(Some(Arc::new(snapshot)));
        deliver(&self.screens, ScreenEvent::SessionChanged { session: self.state.clone() }).await;
    }

    fn save_again_soon(&self) {
        let me = self.me.clone();
        tokio::spawn(async move {
            tokio::time::sleep(SAVE_AGAIN).await;
            if let Some(me) = me.upgrade() {
                // Stopped meanwhile: then there is nothing left to save for.
                me.tell(SaveAgain).await.ok();
            }
        });
    }
}

/// A change of the seats.
#[derive(Debug, Clone)]
pub enum ChangeSeats {
    /// Replace all four.
    Set(Vec<Seat>),
    /// See [`session::claim_seat`].
    Claim {
        /// The pad.
        pad: i32,
        /// The seat wished for.
        wish: Option<usize>,
    },
    /// See [`session::choose_avatar`].
    ChooseAvatar {
        /// The seat.
        slot: usize,
        /// The avatar, or empty.
        avatar_id: String,
    },
    /// See [`session::move_pad`].
    MovePad {
        /// The seat.
        slot: usize,
        /// The pad.
        pad: i32,
    },
    /// See [`session::leave_seat`].
    Leave {
        /// The seat.
        slot: usize,
    },
    /// See [`queue::join`].
    JoinQueue {
        /// Who waits.
        avatar_id: String,
        /// The pad, or none.
        pad: i32,
    },
    /// See [`queue::leave`].
    LeaveQueue {
        /// Who waited.
        avatar_id: String,
    },
}

impl Message<ChangeSeats> for Session {
    type Reply = Result<SessionState, Error>;

    async fn handle(&mut self, message: ChangeSeats, _: &mut Context<Self, Self::Reply>) -> Self::Reply {
        let mode = self.board.settings.borrow().queue_mode;
        self.change(|state| match message {
            ChangeSeats::Set(seats) => session::set_players(state, seats),
            ChangeSeats::Claim { pad, wish } => session::claim_seat(state, pad, wish),
            ChangeSeats::ChooseAvatar { slot, avatar_id } => session::choose_avatar(state, slot, &avatar_id),
            ChangeSeats::MovePad { slot, pad } => session::move_pad(state, slot, pad),
            ChangeSeats::Leave { slot } => session::leave_seat(state, slot),
            ChangeSeats::JoinQueue { avatar_id, pad } => queue::join(state, mode, &avatar_id, pad),
            ChangeSeats::LeaveQueue { avatar_id } => queue::leave(state, &avatar_id),
        })
        .await?;
        Ok(self.state.clone())
    }
}

/// Write a round down. Idempotent for records with a round id.
#[derive(Debug, Clone)]
pub struct RecordRound(pub Record);

impl Message<RecordRound> for Session {
    type Reply = Result<SessionState, Error>;

    async fn handle(&mut self, RecordRound(record): RecordRound, _: &mut Context<Self, Self::Reply>) -> Self::Reply {
        self.change(|state| {
            session::record(state, &record, &now());
            Ok(())
        })
        .await?;
        Ok(self.state.clone())
    }
}

/// Set the ratings of a recorded round. A round that is not there (a reset came between) is passed over.
#[derive(Debug, Clone)]
pub struct RateRound {
    /// The round.
    pub round_id: String,
    /// By slot.
    pub ratings: [Rating; SEATS],
}

impl Message<RateRound> for Session {
    type Reply = Result<(), Error>;

    async fn handle(&mut self, message: RateRound, _: &mut Context<Self, Self::Reply>) -> Self::Reply {
        self.change(|state| {
            session::rate(state, &message.round_id, message.ratings);
            Ok(())
        })
        .await
    }
}

/// Let those who wait have their turn after a recorded round; once for each round. See [`queue::take_turns`].
#[derive(Debug, Clone)]
pub struct TakeTurns {
    /// The round.
    pub round_id: String,
    /// Who makes room.
    pub mode: QueueMode,
}

impl Message<TakeTurns> for Session {
    type Reply = Result<(), Error>;

    async fn handle(&mut self, message: TakeTurns, _: &mut Context<Self, Self::Reply>) -> Self::Reply {
        self.change(|state| {
            queue::take_turns(state, &message.round_id, message.mode);
            Ok(())
        })
        .await
    }
}

/// Begin a new session; the old one is kept as a dated file. People keep their seats.
#[derive(Debug, Clone)]
pub struct Reset;

impl Message<Reset> for Session {
    type Reply = Result<SessionState, Error>;

    async fn handle(&mut self, _: Reset, _: &mut Context<Self, Self::Reply>) -> Self::Reply {
        let (file, old) = (self.file.clone(), self.state.clone());
        let kept = on_disk(move || file.archive(&old)).await;
        let kept = kept.map_err(|error| {
            Error::Internal(format!("the old session could not be kept, so nothing was reset: {error}"))
        })?;
        tracing::info!(?kept, "a new session begins; the old one is kept");
        self.board.set_problem(Problem::SessionFileMovedAside, false);
        self.change(|state| {
            *state = session::begin_again(state, &now());
            Ok(())
        })
        .await?;
        Ok(self.state.clone())
    }
}

/// Try again to save what the disk refused.
#[derive(Debug, Clone)]
struct SaveAgain;

impl Message<SaveAgain> for Session {
    type Reply = ();

    async fn handle(&mut self, _: SaveAgain, _: &mut Context<Self, Self::Reply>) {
        let saved = self.board.session.borrow().as_ref().is_some_and(|snapshot| snapshot.saved);
        if !saved {
            self.save_and_publish().await;
        }
    }
}

/// Panics, as a defect would. For tests of the supervision only; nothing on the wire leads here.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct PanicForTest;

impl Message<PanicForTest> for Session {
    type Reply = ();

    async fn handle(&mut self, _: PanicForTest, _: &mut Context<Self, Self::Reply>) {
        panic!("asked to panic by a test");
    }
}
