//! The round: lobby → vote → loading → playing → closing → results → rating → lobby.
//!
//! [`Round::step`] is the whole rule book: it takes what happened and when, and gives the next state and what is to
//! be done. Time is a [`Duration`] on a clock of the caller's that only goes forward; a step with an earlier time counts
//! as happening at the latest time seen. The numbers are [`Timing`]; who may send what is decided before this.
//!
//! Here: the states, the clock, and where each event goes. `lobby`, `game` and `aftermath` hold the rules of the three
//! parts, `pause` how a game stands still, `view` what screens see.

use super::{
    ballot::{Ballot, Drawn},
    diary::Diary,
    session::Seats,
    settings,
    watchdog::Watchdog,
};
use crate::error::Error;
use maribro_contract::wire::{
    EndReason, FramePhase, GameSummary, Notice, NoticeCode, Outcome, PartySettings, PauseReason, QueueMode, Rating,
    SEATS,
};
use rand::{SeedableRng, rngs::SmallRng};
use std::{collections::BTreeSet, sync::Arc, time::Duration};

mod aftermath;
mod events;
mod game;
mod lobby;
mod pause;
mod view;

use pause::Halt;

pub use events::{Effect, Event, Timing};
pub(crate) use view::millis;

/// A game being played by these people.
#[derive(Debug, Clone, PartialEq)]
struct Play {
    game: GameSummary,
    seats: Seats,
    drawn_from: Vec<String>,
    watchdog: Watchdog,
    frame_phase: Option<FramePhase>,
    diary: Diary,
    /// The stage went away in a pause: the new frame is paused as soon as it is ready.
    halted: Option<(PauseReason, Option<usize>)>,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Lobby {
        ready: [bool; SEATS],
    },
    Vote {
        ballot: Ballot,
        ends: Duration,
    },
    /// Chance has decided a tie, and screens show how. They still see the vote.
    Draw {
        ballot: Ballot,
        drawn: Drawn,
        ends: Duration,
    },
    Loading {
        play: Play,
        ends: Duration,
    },
    Playing {
        play: Play,
        ends: Duration,
    },
    /// Playing, but clock and game stand still.
    Paused {
        play: Play,
        halt: Halt,
    },
    Closing {
        play: Play,
        reason: EndReason,
        ends: Duration,
    },
    /// The game is over, its record on the way to the disk. Screens still see closing.
    Recording {
        play: Play,
        scores: [u8; SEATS],
        outcome: Outcome,
        reason: Option<EndReason>,
        ends: Duration,
    },
    Results {
        play: Play,
        scores: [u8; SEATS],
        outcome: Outcome,
        ready: [bool; SEATS],
        ends: Duration,
    },
    Rating {
        play: Play,
        scores: [u8; SEATS],
        outcome: Outcome,
        ratings: [Option<Rating>; SEATS],
        tally: Tally,
        ends: Duration,
    },
}

/// How far the ratings of a round have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tally {
    /// People rate.
    Open,
    /// Nobody may rate any more; the ratings are on their way to the disk.
    Counting,
    /// They are safe, and this is the creator's bonus.
    Shown(u8),
}

/// The one running round.
#[derive(Debug, Clone, PartialEq)]
pub struct Round {
    timing: Timing,
    rng: SmallRng,
    now: Duration,
    next_tick: Duration,
    seats: Seats,
    played: BTreeSet<String>,
    settings: Arc<PartySettings>,
    /// All games.
    games: Arc<Vec<GameSummary>>,
    /// Those that may be voted for and drawn.
    shelf: Vec<GameSummary>,
    stage: Option<u64>,
    id: String,
    seed: u32,
    frame_attempt: u32,
    stages_lost: u32,
    state: State,
}

/// How often a round begins again because the stage page went away.
const MAX_STAGES_LOST: u32 = 1;

impl Round {
    /// A party in its lobby. `seed` decides every chance of the night.
    pub fn new(timing: Timing, seed: u64) -> Self {
        Self {
            timing,
            rng: SmallRng::seed_from_u64(seed),
            now: Duration::ZERO,
            next_tick: Duration::ZERO,
            seats: Seats::default(),
            played: BTreeSet::new(),
            settings: Arc::new(settings::defaults()),
            games: Arc::default(),
            shelf: Vec::new(),
            stage: None,
            id: String::new(),
            seed: 0,
            frame_attempt: 0,
            stages_lost: 0,
            state: State::Lobby { ready: [false; SEATS] },
        }
    }

    /// The rule book.
    pub fn step(mut self, event: Event, now: Duration) -> (Self, Vec<Effect>) {
        let mut effects = Vec::new();
        self.now = self.now.max(now);
        // What the clock brings comes before what happened now: a report after the deadline is too late.
        self.pass_time(&mut effects);
        if let Err(refusal) = self.apply(event, &mut effects) {
            effects.push(Effect::Refuse(refusal));
        }
        (self, effects)
    }

    /// The round's id; empty before the first.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When [`Event::Clock`] is needed next; `None` while nothing is on the clock.
    pub fn next_deadline(&self) -> Option<Duration> {
        let (ends, ticks, watched) = match &self.state {
            State::Lobby { .. } => return None,
            State::Vote { ends, .. }
            | State::Draw { ends, .. }
            | State::Recording { ends, .. }
            | State::Results { ends, .. }
            | State::Rating { ends, .. } => (*ends, None, None),
            State::Loading { play, ends } => (*ends, None, play.watchdog.deadline()),
            State::Playing { play, ends } | State::Closing { play, ends, .. } => {
                (*ends, Some(self.next_tick), play.watchdog.deadline())
            }
            State::Paused { play, halt } => (halt.deadline(), None, play.watchdog.deadline()),
        };
        [Some(ends), ticks, watched].into_iter().flatten().min()
    }

    fn pass_time(&mut self, effects: &mut Vec<Effect>) {
        self.watch(effects);
        let now = self.now;
        match self.state.clone() {
            State::Vote { ballot, ends } if ends <= now => self.close_vote(&ballot, effects),
            State::Draw { drawn, ends, .. } if ends <= now => self.load(drawn, effects),
            State::Loading { play, ends } if ends <= now => match self.stage {
                Some(_) => self.condemn(play, effects),
                None => self.abandon(&play, NoticeCode::StageLost, effects),
            },
            State::Playing { play, ends } if ends <= now => {
                // The window begins when the clock ran out, not when somebody looked at it.
                let ends = ends + self.timing.closing_timeout;
                self.enter(State::Closing { play, reason: EndReason::Timeout, ends }, effects);
                self.pass_time(effects);
            }
            State::Paused { play, halt } if halt.deadline() <= now => self.end_halt(play, &halt, effects),
            State::Closing { play, reason, ends } if ends <= now => {
                self.close_without_report(play, reason, effects);
            }
            State::Recording { ends, .. } if ends <= now => self.back_to_lobby(effects),
            State::Results { play, scores, outcome, ends, .. } if ends <= now => {
                self.open_rating(play, scores, outcome, effects);
            }
            State::Rating { play, scores, outcome, ratings, tally: Tally::Open, ends } if ends <= now => {
                self.close_rating(play, scores, outcome, ratings, effects);
            }
            State::Rating { ends, .. } if ends <= now => self.back_to_lobby(effects),
            _ => {}
        }
        self.tick(effects);
    }

    /// Removes a game that shows no sign of life.
    fn watch(&mut self, effects: &mut Vec<Effect>) {
        if let Some(play) = self.on_stage()
            && play.watchdog.verdict(self.now).is_some()
        {
            let play = play.clone();
            self.condemn(play, effects);
        }
    }

    /// What is played in the frame that is there now.
    fn on_stage(&self) -> Option<&Play> {
        match &self.state {
            State::Loading { play, .. }
            | State::Playing { play, .. }
            | State::Paused { play, .. }
            | State::Closing { play, .. } => Some(play),
            _ => None,
        }
    }

    fn on_stage_mut(&mut self) -> Option<&mut Play> {
        match &mut self.state {
            State::Loading { play, .. }
            | State::Playing { play, .. }
            | State::Paused { play, .. }
            | State::Closing { play, .. } => Some(play),
            _ => None,
        }
    }

    fn tick(&mut self, effects: &mut Vec<Effect>) {
        let remaining = match &self.state {
            State::Playing { ends, .. } => ends.saturating_sub(self.now),
            State::Closing { .. } => Duration::ZERO,
            _ => return,
        };
        if self.next_tick <= self.now {
            // Ticks that were missed are not made up for; the grid stays, and each tells the time of its place in it.
            let missed = (self.now - self.next_tick).as_nanos() / self.timing.tick.as_nanos().max(1);
            let late = self.now - self.next_tick - self.timing.tick * missed as u32;
            self.next_tick += self.timing.tick * (missed as u32 + 1);
            effects.push(Effect::Tick { remaining: if remaining.is_zero() { remaining } else { remaining + late } });
        }
    }

    fn apply(&mut self, event: Event, effects: &mut Vec<Effect>) -> Result<(), Error> {
        match event {
            Event::Clock => {}
            Event::SessionChanged { seats, played } => {
                self.forget_who_moved(&seats, effects);
                self.seats = seats;
                self.played = played;
                self.people_or_games_changed(effects);
            }
            Event::GamesChanged(games) => {
                self.games = games;
                self.shelf = settings::shown(&self.settings, &self.games);
                self.people_or_games_changed(effects);
            }
            Event::SettingsChanged(settings) => {
                self.settings = settings;
                self.shelf = settings::shown(&self.settings, &self.games);
                self.people_or_games_changed(effects);
            }
            Event::StageChanged(stage) => self.stage_changed(stage, effects),
            Event::SetReady { slot, ready } => self.set_ready(slot, ready, effects)?,
            Event::StartVote => {
                self.must_be_lobby()?;
                self.can_begin()?;
                self.open_vote(effects);
            }
            Event::Vote { slot, game_id } => self.vote(slot, game_id, effects)?,
            Event::StartGame(game_id) => {
                self.must_be_lobby()?;
                self.can_begin()?;
                let game = self.shelf.iter().find(|game| game.id == game_id).cloned();
                let game = game.ok_or(Error::UnknownGame(game_id))?;
                self.load(Drawn { game, drawn_from: Vec::new() }, effects);
            }
            Event::EndRound => self.end_round(effects)?,
            Event::Pause { reason, slot } => self.pause(reason, slot, effects)?,
            Event::Resume => self.resume(effects)?,
            Event::Restart => self.restart(effects)?,
            Event::Rate { slot, rating } => self.rate(slot, rating, effects)?,
            Event::Frame { round_id, attempt, report } => {
                // A report on a frame of the past is no fault of the stage's: it crossed the news on the wire.
                if round_id == self.id && attempt == self.frame_attempt {
                    self.frame(report, effects);
                }
            }
            Event::Unreadable { round_id } => {
                if let State::Loading { play, .. } = self.state.clone()
                    && round_id == self.id
                {
                    self.abandon(&play, NoticeCode::GameGone, effects);
                }
            }
            Event::RatingsSaved { round_id, ratings } => self.ratings_saved(&round_id, ratings, effects),
            Event::Recorded { round_id } => self.recorded(&round_id, effects),
        }
        Ok(())
    }

    fn back_to_lobby(&mut self, effects: &mut Vec<Effect>) {
        let mode = self.settings.queue_mode;
        if matches!(self.state, State::Recording { .. } | State::Rating { .. }) && mode != QueueMode::Off {
            effects.push(Effect::TakeTurns { round_id: self.id.clone(), mode });
        }
        self.enter(State::Lobby { ready: [false; SEATS] }, effects);
    }

    fn enter(&mut self, state: State, effects: &mut Vec<Effect>) {
        self.state = state;
        effects.push(Effect::Changed);
    }
}

/// Whether there are players and `holds` for each of them.
fn everyone(seats: &Seats, holds: impl Fn(usize) -> bool) -> bool {
    let mut slots = (0..SEATS).filter(|slot| seats[*slot].is_some()).peekable();
    slots.peek().is_some() && slots.all(holds)
}

fn notice(code: NoticeCode, game: &GameSummary) -> Effect {
    Effect::Notify(Notice { code, title: game.title.clone(), creator_avatar_id: game.creator_avatar_id.clone() })
}

#[cfg(test)]
mod tests;
