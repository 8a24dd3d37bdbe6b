//! How long to wait before a child that ended is started again. Pure.
//!
//! After a kill in the middle of a party it is started again at once, for people hold pads in their hands. One that dies
//! again and again is waited for longer and longer, so that it cannot take the machine away from the game.

use std::time::Duration;

/// The second wait; it doubles from there. The first one is none.
const SHORTEST: Duration = Duration::from_millis(100);
/// The longest wait: people notice within seconds that pads, or a tunnel, are back.
const LONGEST: Duration = Duration::from_secs(8);
/// Who answered for so long was well, whatever it died of.
const WELL_AFTER: Duration = Duration::from_secs(10);
/// Ends in a row that are told aloud; later ones only now and then.
const TOLD: u32 = 8;

/// What became of the children so far.
#[derive(Debug, Clone, Default)]
pub struct Pacing {
    /// Ends in a row without a healthy time between them.
    ends: u32,
}

impl Pacing {
    /// One ended that had answered for `well`, zero if it never did. How long to wait before the next.
    pub fn ended(&mut self, well: Duration) -> Duration {
        if well >= WELL_AFTER {
            self.ends = 0;
        }
        self.ends = self.ends.saturating_add(1);
        match self.ends {
            1 => Duration::ZERO,
            ends => SHORTEST.saturating_mul(2u32.saturating_pow(ends - 2)).min(LONGEST),
        }
    }

    /// Whether the last end is worth a warning: a night of them must not fill a disk with words.
    pub fn is_told(&self) -> bool {
        self.ends <= TOLD || self.ends.is_power_of_two()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_end_is_made_good_at_once_and_waits_grow_to_seconds() {
        let mut pacing = Pacing::default();
        let waits: Vec<u128> = (0..10).map(|_| pacing.ended(Duration::ZERO).as_millis()).collect();
        assert_eq!(waits, [0, 100, 200, 400, 800, 1_600, 3_200, 6_400, 8_000, 8_000]);
        assert!((0..100).all(|_| pacing.ended(WELL_AFTER / 2) == LONGEST));
    }

    #[test]
    fn a_healthy_time_makes_good_what_was_before() {
        let mut pacing = Pacing::default();
        for _ in 0..50 {
            pacing.ended(Duration::ZERO);
        }
        assert_eq!(pacing.ended(WELL_AFTER), Duration::ZERO);
        assert_eq!(pacing.ended(Duration::ZERO), SHORTEST);
    }

    #[test]
    fn a_night_of_ends_is_told_of_a_few_times() {
        let mut pacing = Pacing::default();
        let told = (0..10_000).filter(|_| (pacing.ended(Duration::ZERO), pacing.is_told()).1).count();
        assert!((10..25).contains(&told), "{told}");
    }
}
