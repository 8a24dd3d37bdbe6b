//! What happens to a round, what it asks for, and how long its parts last.

use crate::{
    error::Error,
    party::session::{Record, Seats},
};
use maribro_contract::wire::{
    FrameReport, GameSummary, Mishap, Notice, PartySettings, PauseReason, QueueMode, Rating, SEATS,
};
use std::{collections::BTreeSet, sync::Arc, time::Duration};

/// How long each part of a round lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// Vote clock at the settings' default.
    pub vote: Duration,
    /// What is left of it when everyone has voted.
    pub vote_complete: Duration,
    /// How long the draw is shown when the vote ends in a tie.
    pub draw: Duration,
    /// A frame that is not ready by then is removed. Contract §3.
    pub loading: Duration,
    /// How long a round waits for a stage page to come back.
    pub stage: Duration,
    /// Closing window after the clock ran out. Contract §3.
    pub closing_timeout: Duration,
    /// Closing window after "End round". Contract §3.
    pub closing_host: Duration,
    /// A pause that nobody ended by then ends the round.
    pub pause: Duration,
    /// From the wish to go on until a paused round does: people take their pads up again.
    pub resume: Duration,
    /// How long a report waits for the disk before the party goes on without showing it.
    pub recording: Duration,
    /// Results screen.
    pub results: Duration,
    /// Time to rate.
    pub rating: Duration,
    /// How long the ratings and the bonus are shown.
    pub bonus: Duration,
    /// Distance of two ticks. Contract §3.
    pub tick: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            vote: Duration::from_secs(10),
            vote_complete: Duration::from_millis(1_500),
            draw: Duration::from_millis(2_500),
            loading: Duration::from_secs(10),
            stage: Duration::from_secs(10),
            closing_timeout: Duration::from_secs(5),
            closing_host: Duration::from_secs(3),
            pause: Duration::from_secs(600),
            resume: Duration::from_secs(3),
            recording: Duration::from_secs(15),
            results: Duration::from_secs(6),
            rating: Duration::from_secs(8),
            bonus: Duration::from_secs(3),
            tick: Duration::from_millis(100),
        }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Time passed.
    Clock,
    /// Seats or history changed.
    SessionChanged {
        /// Who is locked in.
        seats: Seats,
        /// Ids of the games that this session has played.
        played: BTreeSet<String>,
    },
    /// The shelf changed.
    GamesChanged(Arc<Vec<GameSummary>>),
    /// The party's settings changed.
    SettingsChanged(Arc<PartySettings>),
    /// The stage page went away (`None`) or is this one now.
    StageChanged(Option<u64>),
    /// A seat is ready (lobby) or has seen enough (results).
    SetReady {
        /// The seat.
        slot: usize,
        /// Ready or not.
        ready: bool,
    },
    /// Begin the vote now.
    StartVote,
    /// A seat votes.
    Vote {
        /// The seat.
        slot: usize,
        /// Game id or [`SURPRISE`](crate::party::ballot::SURPRISE).
        game_id: String,
    },
    /// Play this game now.
    StartGame(String),
    /// End what is running.
    EndRound,
    /// Let the game stand still.
    Pause {
        /// Why.
        reason: PauseReason,
        /// Who wished it, or whose pad is gone.
        slot: Option<usize>,
    },
    /// Let it go on after a moment.
    Resume,
    /// Begin this round again from its start.
    Restart,
    /// A seat rates.
    Rate {
        /// The seat.
        slot: usize,
        /// -1, 0 or 1.
        rating: Rating,
    },
    /// The stage reports on a frame.
    Frame {
        /// The round that the frame was made for.
        round_id: String,
        /// The frame's number.
        attempt: u32,
        /// What it did.
        report: FrameReport,
    },
    /// The bytes of the game cannot be held: the file vanished in the moment in which the round began.
    Unreadable {
        /// The round.
        round_id: String,
    },
    /// These ratings of this round are safe.
    RatingsSaved {
        /// The round.
        round_id: String,
        /// By slot.
        ratings: [Rating; SEATS],
    },
    /// The record of this round is safe.
    Recorded {
        /// The round.
        round_id: String,
    },
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Tell the screens the new round.
    Changed,
    /// Tell the screens the clock.
    Tick {
        /// What is left of the round.
        remaining: Duration,
    },
    /// Write the round down, then step with [`Event::Recorded`].
    Record(Record),
    /// Write the ratings of the recorded round down, then step with [`Event::RatingsSaved`].
    SaveRatings {
        /// The round.
        round_id: String,
        /// By slot.
        ratings: [Rating; SEATS],
    },
    /// A round with this game begins: hold its bytes for as long as it is on the stage, else step with
    /// [`Event::Unreadable`].
    Hold(GameSummary),
    /// The recorded round is over: some of those who played make room for those who wait.
    TakeTurns {
        /// The round.
        round_id: String,
        /// Who makes room.
        mode: QueueMode,
    },
    /// The game came to its end by itself or by somebody's wish.
    WentWell(GameSummary),
    /// The game was taken off the stage: keep what is known for its maker.
    TakenOff(GameSummary, Mishap),
    /// Tell people.
    Notify(Notice),
    /// The event was not allowed; nothing changed.
    Refuse(Error),
}
