//! Virtual pads as their drivers see them: reports go in, effects come out. `backend/virtual_device.rs` makes SDL devices
//! of them.
//!
//! Reports wait in a queue as they do in the kernel for a real pad, and SDL reads one at each look. So a press and its
//! release are two reports and never fall together, and they are found at SDL's pace, as those of a real pad.

use crate::model::pad::{BUTTONS, LEFT_TRIGGER};
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Most virtual pads.
pub const MAX_VIRTUAL: usize = 8;
/// Reports that may wait: a second of a pad at 1 kHz. A driver that is faster is told so.
pub const MAX_REPORTS: usize = 1_024;
/// Effects of each kind that are kept to be read.
pub const KEPT_EFFECTS: usize = 64;

/// One change on a pad.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Report {
    /// A button in the standard order, 0 to 1.
    Button(usize, f32),
    /// An axis, -1 to 1.
    Axis(usize, f32),
}

/// The same, as SDL's virtual pad has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawReport {
    /// SDL's button, and whether it is down.
    Button(i32, bool),
    /// SDL's axis.
    Axis(i32, i16),
}

/// SDL's button of each standard button; the triggers are axes there.
const SDL_BUTTONS: [i32; BUTTONS] = [0, 1, 2, 3, 9, 10, -1, -1, 4, 6, 7, 8, 11, 12, 13, 14, 5];
/// SDL's axis of the left trigger; the right one follows.
const SDL_LEFT_TRIGGER: usize = 4;

impl Report {
    /// As SDL has it.
    #[must_use]
    pub fn raw(self) -> RawReport {
        // Both are small constants.
        let axis = |axis: usize| i32::try_from(axis).unwrap_or(0);
        match self {
            Self::Axis(at, value) => RawReport::Axis(axis(at), scaled(value)),
            Self::Button(trigger @ (LEFT_TRIGGER | 7), value) => {
                RawReport::Axis(axis(trigger - LEFT_TRIGGER + SDL_LEFT_TRIGGER), scaled(value * 2.0 - 1.0))
            }
            Self::Button(button, value) => {
                RawReport::Button(SDL_BUTTONS.get(button).copied().unwrap_or(-1), value > 0.5)
            }
        }
    }
}

/// -1 to 1 over all that SDL has.
#[allow(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
fn scaled(value: f32) -> i16 {
    (value * 32_767.5).floor() as i16
}

/// What arrived at a pad, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effects {
    /// Heavy and light motor.
    pub rumbles: VecDeque<[u16; 2]>,
    /// Red, green, blue.
    pub lights: VecDeque<[u8; 3]>,
    /// Player indexes.
    pub players: VecDeque<i32>,
}

/// One virtual pad, shared by its driver and SDL.
#[derive(Debug, Default)]
pub struct VirtualPad {
    reports: Mutex<VecDeque<RawReport>>,
    effects: Mutex<Effects>,
}

impl VirtualPad {
    /// Lets a report wait to be read; `false` when too many do.
    #[must_use]
    pub fn report(&self, report: Report) -> bool {
        let mut reports = locked(&self.reports);
        let has_room = reports.len() < MAX_REPORTS;
        if has_room {
            reports.push_back(report.raw());
        }
        has_room
    }

    /// The next report that waits.
    pub(crate) fn next_report(&self) -> Option<RawReport> {
        locked(&self.reports).pop_front()
    }

    /// Whether reports wait.
    #[must_use]
    pub fn has_reports(&self) -> bool {
        !locked(&self.reports).is_empty()
    }

    /// Forgets the reports that wait: the pad is unplugged.
    pub(crate) fn forget_reports(&self) {
        locked(&self.reports).clear();
    }

    /// What arrived so far.
    #[must_use]
    pub fn effects(&self) -> Effects {
        locked(&self.effects).clone()
    }

    pub(crate) fn rumbled(&self, strong: u16, weak: u16) {
        keep(&mut locked(&self.effects).rumbles, [strong, weak]);
    }

    pub(crate) fn lit(&self, colour: [u8; 3]) {
        keep(&mut locked(&self.effects).lights, colour);
    }

    pub(crate) fn numbered(&self, player: i32) {
        keep(&mut locked(&self.effects).players, player);
    }
}

fn keep<T>(kept: &mut VecDeque<T>, one: T) {
    if kept.len() == KEPT_EFFECTS {
        kept.pop_front();
    }
    kept.push_back(one);
}

/// What is in it is whole after every statement, so that a panic elsewhere spoils nothing.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_span_what_sdl_has() {
        assert_eq!(Report::Axis(1, -1.0).raw(), RawReport::Axis(1, i16::MIN));
        assert_eq!(Report::Axis(1, 0.0).raw(), RawReport::Axis(1, 0));
        assert_eq!(Report::Axis(3, 1.0).raw(), RawReport::Axis(3, i16::MAX));
        assert_eq!(Report::Button(6, 0.0).raw(), RawReport::Axis(4, i16::MIN));
        assert_eq!(Report::Button(7, 1.0).raw(), RawReport::Axis(5, i16::MAX));
        assert_eq!(Report::Button(16, 1.0).raw(), RawReport::Button(5, true));
    }

    #[test]
    fn reports_and_effects_are_bounded() {
        let pad = VirtualPad::default();
        for _ in 0..MAX_REPORTS {
            assert!(pad.report(Report::Button(0, 1.0)));
        }
        assert!(!pad.report(Report::Button(0, 0.0)));
        for n in 0..100 {
            pad.rumbled(n, 0);
        }
        assert_eq!(pad.effects().rumbles.len(), KEPT_EFFECTS);
        assert_eq!(pad.effects().rumbles.back(), Some(&[99, 0]));
    }
}
