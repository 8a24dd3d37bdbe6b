//! The game on the stage: its frame, its signs of life, its end.

use super::{Effect, MAX_STAGES_LOST, Play, Round, State, millis, notice};
use crate::{
    error::Error,
    party::{ballot::Drawn, diary::Diary, scoring, settings, watchdog::Watchdog},
};
use maribro_contract::wire::{EndReason, FrameReport, Mishap, NoticeCode, Outcome, SEATS};
use rand::RngExt;
use std::time::Duration;

impl Round {
    pub(super) fn load(&mut self, drawn: Drawn, effects: &mut Vec<Effect>) {
        self.id = format!("{:016x}", self.rng.random::<u64>());
        self.seed = self.rng.random();
        self.frame_attempt = 0;
        self.stages_lost = 0;
        let play = Play {
            game: settings::adapted(&self.settings, drawn.game),
            seats: self.seats.clone(),
            drawn_from: drawn.drawn_from,
            watchdog: Watchdog::default(),
            frame_phase: None,
            diary: Diary::default(),
            halted: None,
        };
        effects.push(Effect::Hold(play.game.clone()));
        self.make_frame(play, effects);
    }

    pub(super) fn make_frame(&mut self, play: Play, effects: &mut Vec<Effect>) {
        self.frame_attempt += 1;
        let patience = if self.stage.is_some() { self.timing.loading } else { self.timing.stage };
        let diary = Diary::new(self.now);
        let play = Play { watchdog: Watchdog::default(), frame_phase: None, diary, ..play };
        let ends = self.now + patience;
        self.enter(State::Loading { play, ends }, effects);
    }

    pub(super) fn stage_changed(&mut self, stage: Option<u64>, effects: &mut Vec<Effect>) {
        if std::mem::replace(&mut self.stage, stage) == stage {
            return;
        }
        match self.state.clone() {
            // Somebody wanted this round to end: it does not begin again.
            State::Closing { play, reason: EndReason::Host, .. } => {
                self.close_without_report(play, EndReason::Host, effects);
            }
            State::Loading { play, .. } if stage.is_some() => {
                let ends = self.now + self.timing.loading;
                self.enter(State::Loading { play, ends }, effects);
            }
            State::Paused { play, halt } => {
                let halted = halt.resumes.is_none().then_some((halt.reason, halt.slot));
                self.begin_again(Play { halted, ..play }, effects);
            }
            State::Loading { play, .. } | State::Playing { play, .. } | State::Closing { play, .. } => {
                self.begin_again(play, effects);
            }
            _ => {}
        }
    }

    /// The stage went away with the game's frame.
    fn begin_again(&mut self, play: Play, effects: &mut Vec<Effect>) {
        if self.stages_lost < MAX_STAGES_LOST {
            self.stages_lost += 1;
            self.make_frame(play, effects);
        } else {
            self.abandon(&play, NoticeCode::StageLost, effects);
        }
    }

    pub(super) fn frame(&mut self, report: FrameReport, effects: &mut Vec<Effect>) {
        let now = self.now;
        match (self.state.clone(), report) {
            (State::Loading { play, .. }, FrameReport::Ready { .. }) => {
                let whole = Duration::from_secs_f64(play.game.max_duration_sec);
                if let Some((reason, slot)) = play.halted {
                    self.halt(play, whole, reason, slot, effects);
                } else {
                    self.go(play, whole, now, effects);
                }
                self.tick(effects);
            }
            (
                State::Loading { play, .. }
                | State::Playing { play, .. }
                | State::Paused { play, .. }
                | State::Closing { play, .. },
                FrameReport::Lost {},
            ) => {
                // What navigated away cannot beat any more: this is the crash of a game, not of the stage.
                self.condemn(Play { watchdog: crashed(now), ..play }, effects);
            }
            // In a pause it was on its way already when the pause came.
            (State::Playing { play, .. } | State::Paused { play, .. }, FrameReport::Ended { scores_by_slot }) => {
                self.game_ended(play, &scores_by_slot, None, effects);
            }
            (State::Closing { play, reason, .. }, FrameReport::Ended { scores_by_slot }) => {
                self.game_ended(play, &scores_by_slot, Some(reason), effects);
            }
            (_, report) => self.sign_of_life(report, effects),
        }
    }

    pub(super) fn sign_of_life(&mut self, report: FrameReport, effects: &mut Vec<Effect>) {
        let now = self.now;
        let Some(play) = self.on_stage_mut() else { return };
        match report {
            FrameReport::Heartbeat { activity } => play.watchdog.heartbeat(activity, now),
            FrameReport::Error { message, stack } => {
                play.watchdog.error(now);
                play.diary.error(&message, &stack);
            }
            FrameReport::Log { level, text } => play.diary.log(level, &text),
            FrameReport::Phase { phase } => {
                play.watchdog.active(now);
                if play.frame_phase.replace(phase) != Some(phase) {
                    effects.push(Effect::Changed);
                }
            }
            FrameReport::Ready { .. } | FrameReport::Ended { .. } | FrameReport::Lost {} => {}
        }
    }

    pub(super) fn game_ended(
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

    pub(super) fn end_round(&mut self, effects: &mut Vec<Effect>) -> Result<(), Error> {
        match self.state.clone() {
            State::Lobby { .. } => return Err(Error::Unavailable("no round is running".into())),
            State::Playing { play, .. } | State::Paused { play, .. } => {
                let ends = self.now + self.timing.closing_host;
                self.enter(State::Closing { play, reason: EndReason::Host, ends }, effects);
            }
            State::Closing { .. } | State::Recording { .. } => {}
            State::Results { play, scores, outcome, .. } => self.open_rating(play, scores, outcome, effects),
            State::Vote { .. } | State::Draw { .. } | State::Loading { .. } | State::Rating { .. } => {
                self.back_to_lobby(effects)
            }
        }
        Ok(())
    }

    /// Takes a game off the stage that hangs, crashed or never got ready: named on screen, nobody's score changes.
    pub(super) fn condemn(&mut self, play: Play, effects: &mut Vec<Effect>) {
        let (outcome, code) = if play.watchdog.saw_error() {
            (Outcome::Crashed, NoticeCode::GameCrashed)
        } else {
            (Outcome::Hung, NoticeCode::GameHung)
        };
        effects.push(notice(code, &play.game));
        let record = self.record_of(&play, [0; SEATS], outcome);
        effects.push(Effect::Record(record));
        let phase = self.view(self.now).phase;
        let after = self.now.saturating_sub(play.diary.since);
        let (errors, console) = play.diary.close();
        let active_slots = (0..SEATS).filter(|slot| play.seats[*slot].is_some()).collect();
        let (frame_phase, after_ms) = (play.frame_phase, millis(after));
        let mishap = Mishap { outcome, phase, frame_phase, after_ms, active_slots, errors, console };
        effects.push(Effect::TakenOff(play.game, mishap));
        // Nobody earned anything, so the lobby need not wait for the disk.
        self.back_to_lobby(effects);
    }

    pub(super) fn abandon(&mut self, play: &Play, code: NoticeCode, effects: &mut Vec<Effect>) {
        effects.push(notice(code, &play.game));
        self.back_to_lobby(effects);
    }
}

fn crashed(now: Duration) -> Watchdog {
    let mut watchdog = Watchdog::default();
    watchdog.error(now);
    watchdog
}
