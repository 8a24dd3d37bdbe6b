//! The round: lobby → vote → loading → playing → closing → results → rating → lobby.
//!
//! [`Round::step`] is the whole rule book: it takes what happened and when, and gives the next state and what is to
//! be done. Time is a [`Duration`] on a clock of the caller's that only goes forward; a step with an earlier time counts
//! as happening at the latest time seen. The numbers are [`Timing`]; who may send what is decided before this.

use super::{
    ballot::{Ballot, Drawn, SURPRISE},
    scoring,
    session::{MIN_PLAYERS, Record, Seats},
    watchdog::Watchdog,
};
use crate::error::Error;
use maribro_contract::wire::{
    EndReason, FramePhase, FrameReport, GameSummary, Notice, NoticeCode, Outcome, Rating, SEATS,
};
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use std::{collections::BTreeSet, sync::Arc, time::Duration};

mod events;
mod view;

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
    Loading {
        play: Play,
        ends: Duration,
    },
    Playing {
        play: Play,
        ends: Duration,
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
        bonus: Option<u8>,
        ends: Duration,
    },
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
    shelf: Arc<Vec<GameSummary>>,
    stage: Option<u64>,
    id: String,
    seed: u32,
    frame_attempt: u32,
    state: State,
}

/// A frame may be made once more when the stage page went away in mid-round.
const MAX_FRAME_ATTEMPTS: u32 = 2;

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
            shelf: Arc::default(),
            stage: None,
            id: String::new(),
            seed: 0,
            frame_attempt: 0,
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

    /// When [`Event::Clock`] is needed next; `None` while nothing is on the clock.
    pub fn next_deadline(&self) -> Option<Duration> {
        let (ends, ticks, watched) = match &self.state {
            State::Lobby { .. } => return None,
            State::Vote { ends, .. }
            | State::Recording { ends, .. }
            | State::Results { ends, .. }
            | State::Rating { ends, .. } => (*ends, None, None),
            State::Loading { play, ends } => (*ends, None, play.watchdog.deadline()),
            State::Playing { play, ends } | State::Closing { play, ends, .. } => {
                (*ends, Some(self.next_tick), play.watchdog.deadline())
            }
        };
        [Some(ends), ticks, watched].into_iter().flatten().min()
    }

    fn pass_time(&mut self, effects: &mut Vec<Effect>) {
        self.watch(effects);
        let now = self.now;
        match self.state.clone() {
            State::Vote { ballot, ends } if ends <= now => self.close_vote(&ballot, effects),
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
            State::Closing { play, reason, ends } if ends <= now => {
                let outcome = match reason {
                    EndReason::Timeout => Outcome::Timeout,
                    EndReason::Host => Outcome::HostEnded,
                };
                if outcome == Outcome::Timeout {
                    effects.push(notice(NoticeCode::GameTimeout, &play.game));
                }
                self.record(play, [0; SEATS], outcome, Some(reason), effects);
            }
            State::Recording { ends, .. } if ends <= now => self.to_lobby(effects),
            State::Results { play, scores, outcome, ends, .. } if ends <= now => {
                self.open_rating(play, scores, outcome, effects);
            }
            State::Rating { play, scores, outcome, ratings, bonus: None, ends } if ends <= now => {
                self.close_rating(play, scores, outcome, ratings, effects);
            }
            State::Rating { bonus: Some(_), ends, .. } if ends <= now => self.to_lobby(effects),
            _ => {}
        }
        self.tick(effects);
    }

    /// Removes a game that shows no sign of life.
    fn watch(&mut self, effects: &mut Vec<Effect>) {
        if let State::Loading { play, .. } | State::Playing { play, .. } | State::Closing { play, .. } = &self.state
            && play.watchdog.verdict(self.now).is_some()
        {
            let play = play.clone();
            self.condemn(play, effects);
        }
    }

    fn tick(&mut self, effects: &mut Vec<Effect>) {
        let remaining = match &self.state {
            State::Playing { ends, .. } => ends.saturating_sub(self.now),
            State::Closing { .. } => Duration::ZERO,
            _ => return,
        };
        if self.next_tick <= self.now {
            effects.push(Effect::Tick { remaining });
            // Ticks that were missed are not made up for; the grid stays.
            let late = (self.now - self.next_tick).as_nanos() / self.timing.tick.as_nanos().max(1);
            self.next_tick += self.timing.tick * (late as u32 + 1);
        }
    }

    fn apply(&mut self, event: Event, effects: &mut Vec<Effect>) -> Result<(), Error> {
        match event {
            Event::Clock => {}
            Event::SessionChanged { seats, played } => {
                self.seats = seats;
                self.played = played;
                self.people_or_games_changed(effects);
            }
            Event::GamesChanged(shelf) => {
                self.shelf = shelf;
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
            Event::Rate { slot, rating } => self.rate(slot, rating, effects)?,
            Event::Frame { round_id, attempt, report } => {
                // A report on a frame of the past is no fault of the stage's: it crossed the news on the wire.
                if round_id == self.id && attempt == self.frame_attempt {
                    self.frame(report, effects);
                }
            }
            Event::Recorded { round_id } => {
                if let State::Recording { play, scores, outcome, .. } = &self.state
                    && round_id == self.id
                {
                    let (play, scores, outcome) = (play.clone(), *scores, *outcome);
                    if matches!(outcome, Outcome::Hung | Outcome::Crashed) {
                        self.to_lobby(effects);
                    } else {
                        let ends = self.now + self.timing.results;
                        self.enter(State::Results { play, scores, outcome, ready: [false; SEATS], ends }, effects);
                    }
                }
            }
        }
        Ok(())
    }

    // --- lobby and vote -------------------------------------------------------------------------------------

    fn must_be_lobby(&self) -> Result<(), Error> {
        match self.state {
            State::Lobby { .. } => Ok(()),
            _ => Err(Error::Unavailable("a round is running already".into())),
        }
    }

    fn can_begin(&self) -> Result<(), Error> {
        if self.shelf.is_empty() {
            return Err(Error::Unavailable("there is no game on the shelf yet".into()));
        }
        if self.seats.iter().flatten().count() < MIN_PLAYERS {
            return Err(Error::Unavailable(format!("a round needs {MIN_PLAYERS} players with an avatar and a pad")));
        }
        Ok(())
    }

    fn seated(&self, slot: usize) -> Result<(), Error> {
        match self.seats.get(slot) {
            Some(Some(_)) => Ok(()),
            _ => Err(Error::bad_body(format!("nobody is locked in at slot {slot}"))),
        }
    }

    fn people_or_games_changed(&mut self, effects: &mut Vec<Effect>) {
        match &mut self.state {
            State::Lobby { ready } => {
                let before = *ready;
                for (ready, seat) in ready.iter_mut().zip(&self.seats) {
                    *ready &= seat.is_some();
                }
                if *ready != before {
                    effects.push(Effect::Changed);
                }
                self.begin_when_all_are_ready(effects);
            }
            State::Vote { ballot, .. } => {
                let before = ballot.clone();
                ballot.forget_the_gone(&self.seats, &self.shelf);
                if *ballot != before {
                    effects.push(Effect::Changed);
                }
                if self.can_begin().is_err() {
                    self.to_lobby(effects);
                } else {
                    self.shorten_complete_vote(effects);
                }
            }
            State::Loading { play, .. } if !self.shelf.iter().any(|game| game.id == play.game.id) => {
                let play = play.clone();
                self.abandon(&play, NoticeCode::GameGone, effects);
            }
            _ => {}
        }
    }

    fn set_ready(&mut self, slot: usize, now_ready: bool, effects: &mut Vec<Effect>) -> Result<(), Error> {
        self.seated(slot)?;
        match &mut self.state {
            State::Lobby { ready } | State::Results { ready, .. } => {
                if ready[slot] != now_ready {
                    ready[slot] = now_ready;
                    effects.push(Effect::Changed);
                }
            }
            _ => {
                return Err(Error::Unavailable("there is nothing to be ready for now".into()));
            }
        }
        self.begin_when_all_are_ready(effects);
        if let State::Results { play, scores, outcome, ready, .. } = &self.state
            && everyone(&play.seats, |slot| ready[slot])
        {
            let (play, scores, outcome) = (play.clone(), *scores, *outcome);
            self.open_rating(play, scores, outcome, effects);
        }
        Ok(())
    }

    fn begin_when_all_are_ready(&mut self, effects: &mut Vec<Effect>) {
        if let State::Lobby { ready } = self.state
            && everyone(&self.seats, |slot| ready[slot])
            && self.can_begin().is_ok()
        {
            self.open_vote(effects);
        }
    }

    fn open_vote(&mut self, effects: &mut Vec<Effect>) {
        let ends = self.now + self.timing.vote;
        self.enter(State::Vote { ballot: Ballot::default(), ends }, effects);
    }

    fn vote(&mut self, slot: usize, game_id: String, effects: &mut Vec<Effect>) -> Result<(), Error> {
        self.seated(slot)?;
        if game_id != SURPRISE && !self.shelf.iter().any(|game| game.id == game_id) {
            return Err(Error::UnknownGame(game_id));
        }
        let State::Vote { ballot, .. } = &mut self.state else {
            return Err(Error::Unavailable("there is no vote now".into()));
        };
        if ballot.votes[slot].as_ref() != Some(&game_id) {
            ballot.votes[slot] = Some(game_id);
            effects.push(Effect::Changed);
        }
        self.shorten_complete_vote(effects);
        Ok(())
    }

    fn shorten_complete_vote(&mut self, effects: &mut Vec<Effect>) {
        let soon = self.now + self.timing.vote_complete;
        if let State::Vote { ballot, ends } = &mut self.state
            && ballot.is_complete(&self.seats)
            && soon < *ends
        {
            *ends = soon;
            effects.push(Effect::Changed);
        }
    }

    fn close_vote(&mut self, ballot: &Ballot, effects: &mut Vec<Effect>) {
        match ballot.close(&self.shelf, &self.played, &mut self.rng) {
            Some(drawn) if self.can_begin().is_ok() => self.load(drawn, effects),
            _ => self.to_lobby(effects),
        }
    }

    // --- the game -------------------------------------------------------------------------------------------

    fn load(&mut self, drawn: Drawn, effects: &mut Vec<Effect>) {
        self.id = format!("{:016x}", self.rng.random::<u64>());
        self.seed = self.rng.random();
        self.frame_attempt = 0;
        let play = Play {
            game: drawn.game,
            seats: self.seats.clone(),
            drawn_from: drawn.drawn_from,
            watchdog: Watchdog::default(),
            frame_phase: None,
        };
        self.make_frame(play, effects);
    }

    fn make_frame(&mut self, play: Play, effects: &mut Vec<Effect>) {
        self.frame_attempt += 1;
        let patience = if self.stage.is_some() { self.timing.loading } else { self.timing.stage };
        let play = Play { watchdog: Watchdog::default(), frame_phase: None, ..play };
        let ends = self.now + patience;
        self.enter(State::Loading { play, ends }, effects);
    }

    fn stage_changed(&mut self, stage: Option<u64>, effects: &mut Vec<Effect>) {
        if std::mem::replace(&mut self.stage, stage) == stage {
            return;
        }
        match self.state.clone() {
            State::Loading { play, .. } | State::Playing { play, .. } | State::Closing { play, .. } => {
                match (stage, self.frame_attempt < MAX_FRAME_ATTEMPTS) {
                    (Some(_), _) if matches!(self.state, State::Loading { .. }) => {
                        let ends = self.now + self.timing.loading;
                        self.enter(State::Loading { play, ends }, effects);
                    }
                    (_, true) => self.make_frame(play, effects),
                    (_, false) => self.abandon(&play, NoticeCode::StageLost, effects),
                }
            }
            _ => {}
        }
    }

    fn frame(&mut self, report: FrameReport, effects: &mut Vec<Effect>) {
        let now = self.now;
        match (self.state.clone(), report) {
            (State::Loading { play, .. }, FrameReport::Ready { .. }) => {
                let ends = now + Duration::from_secs_f64(play.game.max_duration_sec);
                self.next_tick = now;
                self.enter(State::Playing { play, ends }, effects);
                self.tick(effects);
            }
            (
                State::Loading { play, .. } | State::Playing { play, .. } | State::Closing { play, .. },
                FrameReport::Lost {},
            ) => {
                // What navigated away cannot beat any more: this is the crash of a game, not of the stage.
                self.condemn(Play { watchdog: crashed(now), ..play }, effects);
            }
            (State::Playing { play, .. }, FrameReport::Ended { scores_by_slot }) => {
                self.game_ended(play, &scores_by_slot, None, effects);
            }
            (State::Closing { play, reason, .. }, FrameReport::Ended { scores_by_slot }) => {
                self.game_ended(play, &scores_by_slot, Some(reason), effects);
            }
            (_, report) => self.sign_of_life(report, effects),
        }
    }

    fn sign_of_life(&mut self, report: FrameReport, effects: &mut Vec<Effect>) {
        let now = self.now;
        let (State::Loading { play, .. } | State::Playing { play, .. } | State::Closing { play, .. }) = &mut self.state
        else {
            return;
        };
        match report {
            FrameReport::Heartbeat { activity } => play.watchdog.heartbeat(activity, now),
            FrameReport::Error { .. } => play.watchdog.error(now),
            FrameReport::Phase { phase } => {
                play.watchdog.active(now);
                if play.frame_phase.replace(phase) != Some(phase) {
                    effects.push(Effect::Changed);
                }
            }
            FrameReport::Ready { .. } | FrameReport::Ended { .. } | FrameReport::Lost {} => {}
        }
    }

    fn game_ended(
        &mut self,
        play: Play,
        values: &[serde_json::Value],
        reason: Option<EndReason>,
        effects: &mut Vec<Effect>,
    ) {
        let reported = scoring::scores(values);
        let scores = std::array::from_fn(|slot| if play.seats[slot].is_some() { reported[slot] } else { 0 });
        let outcome = if reason == Some(EndReason::Host) { Outcome::HostEnded } else { Outcome::Reported };
        self.record(play, scores, outcome, reason, effects);
    }

    fn end_round(&mut self, effects: &mut Vec<Effect>) -> Result<(), Error> {
        match self.state.clone() {
            State::Lobby { .. } => return Err(Error::Unavailable("no round is running".into())),
            State::Playing { play, .. } => {
                let ends = self.now + self.timing.closing_host;
                self.enter(State::Closing { play, reason: EndReason::Host, ends }, effects);
            }
            State::Closing { .. } | State::Recording { .. } => {}
            State::Results { play, scores, outcome, .. } => self.open_rating(play, scores, outcome, effects),
            State::Vote { .. } | State::Loading { .. } | State::Rating { .. } => self.to_lobby(effects),
        }
        Ok(())
    }

    /// Takes a game off the stage that hangs, crashed or never got ready: named on screen, nobody's score changes.
    fn condemn(&mut self, play: Play, effects: &mut Vec<Effect>) {
        let (outcome, code) = if play.watchdog.saw_error() {
            (Outcome::Crashed, NoticeCode::GameCrashed)
        } else {
            (Outcome::Hung, NoticeCode::GameHung)
        };
        effects.push(notice(code, &play.game));
        let record = self.record_of(&play, [0; SEATS], outcome);
        effects.push(Effect::Record(record));
        // Nobody earned anything, so the lobby need not wait for the disk.
        self.to_lobby(effects);
    }

    fn abandon(&mut self, play: &Play, code: NoticeCode, effects: &mut Vec<Effect>) {
        effects.push(notice(code, &play.game));
        self.to_lobby(effects);
    }

    // --- after the game -------------------------------------------------------------------------------------

    fn record(
        &mut self,
        play: Play,
        scores: [u8; SEATS],
        outcome: Outcome,
        reason: Option<EndReason>,
        effects: &mut Vec<Effect>,
    ) {
        let record = self.record_of(&play, scores, outcome);
        effects.push(Effect::Record(record));
        let ends = self.now + self.timing.recording;
        self.enter(State::Recording { play, scores, outcome, reason, ends }, effects);
    }

    fn record_of(&self, play: &Play, scores: [u8; SEATS], outcome: Outcome) -> Record {
        Record {
            round_id: Some(self.id.clone()),
            game_id: play.game.id.clone(),
            creator_avatar_id: play.game.creator_avatar_id.clone(),
            seats: play.seats.clone(),
            scores,
            ratings: None,
            outcome,
        }
    }

    fn open_rating(&mut self, play: Play, scores: [u8; SEATS], outcome: Outcome, effects: &mut Vec<Effect>) {
        let ends = self.now + self.timing.rating;
        self.enter(State::Rating { play, scores, outcome, ratings: [None; SEATS], bonus: None, ends }, effects);
    }

    fn rate(&mut self, slot: usize, rating: Rating, effects: &mut Vec<Effect>) -> Result<(), Error> {
        if !(-1..=1).contains(&rating) {
            return Err(Error::bad_body(format!("a rating is -1, 0 or 1, not {rating}")));
        }
        let State::Rating { play, scores, outcome, ratings, bonus: None, .. } = &mut self.state else {
            return Err(Error::Unavailable("there is nothing to rate now".into()));
        };
        if play.seats.get(slot).is_none_or(Option::is_none) {
            return Err(Error::bad_body(format!("slot {slot} did not play this round")));
        }
        if ratings[slot].replace(rating) != Some(rating) {
            effects.push(Effect::SaveRatings { round_id: self.id.clone(), ratings: given(ratings) });
            effects.push(Effect::Changed);
        }
        if everyone(&play.seats, |slot| ratings[slot].is_some()) {
            let (play, scores, outcome, ratings) = (play.clone(), *scores, *outcome, *ratings);
            self.close_rating(play, scores, outcome, ratings, effects);
        }
        Ok(())
    }

    fn close_rating(
        &mut self,
        play: Play,
        scores: [u8; SEATS],
        outcome: Outcome,
        ratings: [Option<Rating>; SEATS],
        effects: &mut Vec<Effect>,
    ) {
        let bonus = if play.game.creator_avatar_id.is_empty() { 0 } else { scoring::creator_bonus(&given(&ratings)) };
        let ends = self.now + self.timing.bonus;
        self.enter(State::Rating { play, scores, outcome, ratings, bonus: Some(bonus), ends }, effects);
    }

    fn to_lobby(&mut self, effects: &mut Vec<Effect>) {
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

fn given(ratings: &[Option<Rating>; SEATS]) -> [Rating; SEATS] {
    ratings.map(Option::unwrap_or_default)
}

fn crashed(now: Duration) -> Watchdog {
    let mut watchdog = Watchdog::default();
    watchdog.error(now);
    watchdog
}

fn notice(code: NoticeCode, game: &GameSummary) -> Effect {
    Effect::Notify(Notice { code, title: game.title.clone(), creator_avatar_id: game.creator_avatar_id.clone() })
}

#[cfg(test)]
mod tests;
