//! After the game: the record, the results, the rating.

use super::{Effect, Play, Round, State, Tally, everyone, notice};
use crate::{
    error::Error,
    party::{scoring, session::Record},
};
use maribro_contract::wire::{EndReason, NoticeCode, Outcome, Rating, SEATS};

impl Round {
    pub(super) fn record(
        &mut self,
        play: Play,
        scores: [u8; SEATS],
        outcome: Outcome,
        reason: Option<EndReason>,
        effects: &mut Vec<Effect>,
    ) {
        let record = self.record_of(&play, scores, outcome);
        effects.push(Effect::Record(record));
        effects.push(Effect::WentWell(play.game.clone()));
        let ends = self.now + self.timing.recording;
        self.enter(State::Recording { play, scores, outcome, reason, ends }, effects);
    }

    pub(super) fn record_of(&self, play: &Play, scores: [u8; SEATS], outcome: Outcome) -> Record {
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

    /// The game did not report in its closing window: everyone gets 0.
    pub(super) fn close_without_report(&mut self, play: Play, reason: EndReason, effects: &mut Vec<Effect>) {
        let outcome = match reason {
            EndReason::Timeout => {
                effects.push(notice(NoticeCode::GameTimeout, &play.game));
                Outcome::Timeout
            }
            EndReason::Host => Outcome::HostEnded,
        };
        self.record(play, [0; SEATS], outcome, Some(reason), effects);
    }

    /// The scores are safe: now they may be shown.
    pub(super) fn recorded(&mut self, round_id: &str, effects: &mut Vec<Effect>) {
        if let State::Recording { play, scores, outcome, .. } = &self.state
            && round_id == self.id
        {
            let (play, scores, outcome) = (play.clone(), *scores, *outcome);
            let ends = self.now + self.timing.results;
            self.enter(State::Results { play, scores, outcome, ready: [false; SEATS], ends }, effects);
        }
    }

    pub(super) fn open_rating(&mut self, play: Play, scores: [u8; SEATS], outcome: Outcome, effects: &mut Vec<Effect>) {
        let ends = self.now + self.timing.rating;
        self.enter(State::Rating { play, scores, outcome, ratings: [None; SEATS], tally: Tally::Open, ends }, effects);
    }

    pub(super) fn rate(&mut self, slot: usize, rating: Rating, effects: &mut Vec<Effect>) -> Result<(), Error> {
        if !(-1..=1).contains(&rating) {
            return Err(Error::bad_body(format!("a rating is -1, 0 or 1, not {rating}")));
        }
        let State::Rating { play, scores, outcome, ratings, tally: Tally::Open, .. } = &mut self.state else {
            return Err(Error::Unavailable("there is nothing to rate now".into()));
        };
        if play.seats.get(slot).is_none_or(Option::is_none) {
            return Err(Error::bad_body(format!("slot {slot} did not play this round")));
        }
        // Who came since then did not play, and who left has not changed their mind.
        let stays = |slot: usize| play.seats[slot] == self.seats[slot];
        if !stays(slot) {
            return Err(Error::bad_body(format!("who played at slot {slot} is not there any more")));
        }
        let before = ratings[slot].replace(rating);
        if everyone(&play.seats, |slot| ratings[slot].is_some() || !stays(slot)) {
            let (play, scores, outcome, ratings) = (play.clone(), *scores, *outcome, *ratings);
            self.close_rating(play, scores, outcome, ratings, effects);
        } else if before != Some(rating) {
            effects.push(Effect::SaveRatings { round_id: self.id.clone(), ratings: given(ratings) });
            effects.push(Effect::Changed);
        }
        Ok(())
    }

    pub(super) fn close_rating(
        &mut self,
        play: Play,
        scores: [u8; SEATS],
        outcome: Outcome,
        ratings: [Option<Rating>; SEATS],
        effects: &mut Vec<Effect>,
    ) {
        let (tally, ends) = if ratings == [None; SEATS] {
            (Tally::Shown(0), self.now + self.timing.bonus)
        } else {
            effects.push(Effect::SaveRatings { round_id: self.id.clone(), ratings: given(&ratings) });
            (Tally::Counting, self.now + self.timing.recording)
        };
        self.enter(State::Rating { play, scores, outcome, ratings, tally, ends }, effects);
    }

    /// The bonus is shown once the ratings that it comes from are safe.
    pub(super) fn ratings_saved(&mut self, round_id: &str, saved: [Rating; SEATS], effects: &mut Vec<Effect>) {
        let shown_until = self.now + self.timing.bonus;
        if let State::Rating { play, ratings, tally, ends, .. } = &mut self.state
            && *tally == Tally::Counting
            && round_id == self.id
            && given(ratings) == saved
        {
            let nobody = play.game.creator_avatar_id.is_empty();
            *tally = Tally::Shown(if nobody { 0 } else { scoring::creator_bonus(&saved) });
            *ends = shown_until;
            effects.push(Effect::Changed);
        }
    }
}

fn given(ratings: &[Option<Rating>; SEATS]) -> [Rating; SEATS] {
    ratings.map(Option::unwrap_or_default)
}
