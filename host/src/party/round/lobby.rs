//! Before the game: who is ready, and the vote.

use super::{Effect, Round, State, everyone};
use crate::{
    error::Error,
    party::{
        ballot::{Ballot, SURPRISE},
        session::{MIN_PLAYERS, Seats},
        settings::DEFAULT_VOTE_SEC,
    },
};
use maribro_contract::wire::SEATS;

impl Round {
    pub(super) fn must_be_lobby(&self) -> Result<(), Error> {
        match self.state {
            State::Lobby { .. } => Ok(()),
            _ => Err(Error::Unavailable("a round is running already".into())),
        }
    }

    pub(super) fn can_begin(&self) -> Result<(), Error> {
        if self.shelf.is_empty() {
            return Err(Error::Unavailable("there is no game on the shelf yet".into()));
        }
        if self.seats.iter().flatten().count() < MIN_PLAYERS {
            return Err(Error::Unavailable(format!("a round needs {MIN_PLAYERS} players with an avatar and a pad")));
        }
        Ok(())
    }

    pub(super) fn seated(&self, slot: usize) -> Result<(), Error> {
        match self.seats.get(slot) {
            Some(Some(_)) => Ok(()),
            _ => Err(Error::bad_body(format!("nobody is locked in at slot {slot}"))),
        }
    }

    /// Whoever takes somebody's seat is not ready because the other one was, and has not voted.
    pub(super) fn forget_who_moved(&mut self, seats: &Seats, effects: &mut Vec<Effect>) {
        for slot in (0..SEATS).filter(|slot| self.seats[*slot] != seats[*slot]) {
            let forgot = match &mut self.state {
                State::Lobby { ready } | State::Results { ready, .. } => std::mem::take(&mut ready[slot]),
                State::Vote { ballot, .. } => ballot.votes[slot].take().is_some(),
                _ => false,
            };
            if forgot {
                effects.push(Effect::Changed);
            }
        }
    }

    pub(super) fn people_or_games_changed(&mut self, effects: &mut Vec<Effect>) {
        if matches!(self.state, State::Draw { .. }) && self.can_begin().is_err() {
            return self.back_to_lobby(effects);
        }
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
                    self.back_to_lobby(effects);
                } else {
                    self.shorten_complete_vote(effects);
                }
            }
            _ => {}
        }
    }

    pub(super) fn set_ready(&mut self, slot: usize, now_ready: bool, effects: &mut Vec<Effect>) -> Result<(), Error> {
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

    pub(super) fn begin_when_all_are_ready(&mut self, effects: &mut Vec<Effect>) {
        if let State::Lobby { ready } = self.state
            && everyone(&self.seats, |slot| ready[slot])
            && self.can_begin().is_ok()
        {
            self.open_vote(effects);
        }
    }

    pub(super) fn open_vote(&mut self, effects: &mut Vec<Effect>) {
        let ends = self.now + self.timing.vote * self.settings.vote_sec / DEFAULT_VOTE_SEC;
        self.enter(State::Vote { ballot: Ballot::default(), ends }, effects);
    }

    pub(super) fn vote(&mut self, slot: usize, game_id: String, effects: &mut Vec<Effect>) -> Result<(), Error> {
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

    pub(super) fn shorten_complete_vote(&mut self, effects: &mut Vec<Effect>) {
        let soon = self.now + self.timing.vote_complete;
        if let State::Vote { ballot, ends } = &mut self.state
            && ballot.is_complete(&self.seats)
            && soon < *ends
        {
            *ends = soon;
            effects.push(Effect::Changed);
        }
    }

    pub(super) fn close_vote(&mut self, ballot: &Ballot, effects: &mut Vec<Effect>) {
        match ballot.close(&self.shelf, &self.played, &mut self.rng) {
            Some(drawn) if self.can_begin().is_ok() && drawn.drawn_from.len() > 1 => {
                let ends = self.now + self.timing.draw;
                self.enter(State::Draw { ballot: ballot.clone(), drawn, ends }, effects);
            }
            Some(drawn) if self.can_begin().is_ok() => self.load(drawn, effects),
            _ => self.back_to_lobby(effects),
        }
    }
}
