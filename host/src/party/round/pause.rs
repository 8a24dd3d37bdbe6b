//! A game that stands still, goes on, or begins again. While paused neither the round's clock nor the game's runs; the
//! game's heart goes on beating and is watched as ever.

use super::{Effect, Play, Round, State};
use crate::error::Error;
use maribro_contract::wire::{EndReason, PauseReason};
use std::time::Duration;

/// What is kept of a round while it stands still.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Halt {
    pub(super) reason: PauseReason,
    pub(super) slot: Option<usize>,
    /// Of the round's clock.
    pub(super) left: Duration,
    /// When the round goes on; `None` while nobody asked for that.
    pub(super) resumes: Option<Duration>,
    /// When a pause that everybody forgot ends the round.
    pub(super) ends: Duration,
}

impl Halt {
    /// When the halt is over by itself.
    pub(super) fn deadline(&self) -> Duration {
        self.resumes.unwrap_or(self.ends)
    }
}

impl Round {
    pub(super) fn pause(
        &mut self,
        reason: PauseReason,
        slot: Option<usize>,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Error> {
        let (State::Playing { play, .. } | State::Paused { play, .. }) = &self.state else {
            return Err(Error::Unavailable("no game is being played that could pause".into()));
        };
        if let Some(slot) = slot
            && play.seats.get(slot).is_none_or(Option::is_none)
        {
            return Err(Error::bad_body(format!("slot {slot} does not play this round")));
        }
        match self.state.clone() {
            State::Playing { play, ends } => {
                let left = ends.saturating_sub(self.now);
                self.halt(play, left, reason, slot, effects);
            }
            // Who was about to go on thinks better of it.
            State::Paused { play, halt } if halt.resumes.is_some() => {
                self.halt(play, halt.left, reason, slot, effects);
            }
            _ => {}
        }
        Ok(())
    }

    /// Everything stands still, with this much left of the round's clock.
    pub(super) fn halt(
        &mut self,
        mut play: Play,
        left: Duration,
        reason: PauseReason,
        slot: Option<usize>,
        effects: &mut Vec<Effect>,
    ) {
        play.watchdog.pause();
        play.halted = None;
        let ends = self.now + self.timing.pause;
        self.enter(State::Paused { play, halt: Halt { reason, slot, left, resumes: None, ends } }, effects);
    }

    /// The clock runs from `since` on, with this much left.
    pub(super) fn go(&mut self, play: Play, left: Duration, since: Duration, effects: &mut Vec<Effect>) {
        self.next_tick = since;
        self.enter(State::Playing { play, ends: since + left }, effects);
    }

    pub(super) fn resume(&mut self, effects: &mut Vec<Effect>) -> Result<(), Error> {
        let resumes = self.now + self.timing.resume;
        let State::Paused { halt, .. } = &mut self.state else {
            return Err(Error::Unavailable("no round is paused".into()));
        };
        if halt.resumes.is_none() {
            halt.resumes = Some(resumes);
            effects.push(Effect::Changed);
        }
        Ok(())
    }

    pub(super) fn restart(&mut self, effects: &mut Vec<Effect>) -> Result<(), Error> {
        let (State::Playing { play, .. } | State::Paused { play, .. }) = self.state.clone() else {
            return Err(Error::Unavailable("no game is being played that could begin again".into()));
        };
        self.make_frame(Play { halted: None, ..play }, effects);
        Ok(())
    }

    /// The pause is over: because somebody wished so, or because nobody did.
    pub(super) fn end_halt(&mut self, mut play: Play, halt: &Halt, effects: &mut Vec<Effect>) {
        let over = halt.deadline();
        play.watchdog.resume(over);
        if halt.resumes.is_some() {
            self.go(play, halt.left, over, effects);
        } else {
            let ends = over + self.timing.closing_host;
            self.enter(State::Closing { play, reason: EndReason::Host, ends }, effects);
        }
        self.pass_time(effects);
    }
}
