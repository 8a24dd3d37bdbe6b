//! The round as screens see it.

use super::{Play, Round, State, Tally};
use maribro_contract::wire::{EndReason, Outcome, Pause, Phase, Rating, RoundState, SEATS};
use std::time::Duration;

impl Round {
    /// The round at `now`, on the clock of [`Round::step`].
    pub fn view(&self, now: Duration) -> RoundState {
        let now = self.now.max(now);
        let mut view = self.blank();
        let ends = match &self.state {
            State::Lobby { ready } => {
                view.ready_by_slot = *ready;
                None
            }
            State::Vote { ballot, ends } => {
                view.phase = Phase::Vote;
                view.votes_by_slot.clone_from(&ballot.votes);
                Some(*ends)
            }
            State::Draw { ballot, drawn, ends } => {
                view.phase = Phase::Vote;
                view.votes_by_slot.clone_from(&ballot.votes);
                view.game = Some(drawn.game.clone());
                view.drawn_from.clone_from(&drawn.drawn_from);
                Some(*ends)
            }
            State::Loading { play, ends } => {
                self.show_play(&mut view, Phase::Loading, play);
                Some(*ends)
            }
            State::Playing { play, ends } => {
                self.show_play(&mut view, Phase::Playing, play);
                Some(*ends)
            }
            State::Paused { play, halt } => {
                self.show_play(&mut view, Phase::Playing, play);
                view.paused = Some(Pause {
                    reason: halt.reason,
                    slot: halt.slot,
                    resumes_in_ms: halt.resumes.map(|at| millis(at.saturating_sub(now))),
                    ends_in_ms: millis(halt.ends.saturating_sub(now)),
                });
                Some(now + halt.left)
            }
            State::Closing { play, reason, ends } => {
                self.show_play(&mut view, Phase::Closing, play);
                view.end_reason = Some(*reason);
                Some(*ends)
            }
            State::Recording { play, reason, .. } => {
                self.show_play(&mut view, Phase::Closing, play);
                view.end_reason = *reason;
                None
            }
            State::Results { play, scores, outcome, ready, ends } => {
                self.show_scores(&mut view, Phase::Results, play, *scores, *outcome);
                view.ready_by_slot = *ready;
                Some(*ends)
            }
            State::Rating { play, scores, outcome, ratings, tally, ends } => {
                self.show_scores(&mut view, Phase::Rating, play, *scores, *outcome);
                view.ratings_by_slot = *ratings;
                view.creator_bonus = if let Tally::Shown(bonus) = tally { Some(*bonus) } else { None };
                // While the ratings are counted nothing ends that people could see a clock for.
                if *tally == Tally::Counting { None } else { Some(*ends) }
            }
        };
        view.remaining_ms = ends.map(|ends| millis(ends.saturating_sub(now)));
        view
    }

    fn blank(&self) -> RoundState {
        RoundState {
            id: self.id.clone(),
            phase: Phase::Lobby,
            remaining_ms: None,
            paused: None,
            game: None,
            avatars_by_slot: Default::default(),
            ready_by_slot: [false; SEATS],
            votes_by_slot: Default::default(),
            drawn_from: Vec::new(),
            seed: self.seed,
            frame_attempt: self.frame_attempt,
            end_reason: None::<EndReason>,
            frame_phase: None,
            scores_by_slot: None,
            outcome: None,
            ratings_by_slot: [None::<Rating>; SEATS],
            creator_bonus: None,
        }
    }

    fn show_play(&self, view: &mut RoundState, phase: Phase, play: &Play) {
        view.phase = phase;
        view.game = Some(play.game.clone());
        view.avatars_by_slot = play.seats.clone().map(Option::unwrap_or_default);
        view.drawn_from.clone_from(&play.drawn_from);
        view.frame_phase = play.frame_phase;
    }

    fn show_scores(&self, view: &mut RoundState, phase: Phase, play: &Play, scores: [u8; SEATS], outcome: Outcome) {
        self.show_play(view, phase, play);
        view.scores_by_slot = Some(scores);
        view.outcome = Some(outcome);
    }
}

/// Whole milliseconds for the wire.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
