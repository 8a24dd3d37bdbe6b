//! How often a pad reports, and how evenly: what tells a pad on a crowded Bluetooth adapter from a healthy one.
//!
//! SDL tells of changes only, so a pad is measured while something on it moves (a stick in a hand always does), or all
//! the time while its motion sensors are on.

/// Intervals that are kept: about half a second of a DualShock 4.
const KEPT: usize = 128;
/// Fewer tell nothing.
const NEEDED: usize = 16;
/// A longer pause is a pad at rest, not a slow one.
const LONGEST_INTERVAL_US: u64 = 50_000;
/// Microseconds in a second.
const SECOND_US: f32 = 1_000_000.0;
/// Microseconds in a millisecond.
const MS_US: f32 = 1_000.0;

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Reports per second.
    pub hz: f32,
    /// Mean deviation of an interval from the mean interval, in milliseconds.
    pub jitter_ms: f32,
}

/// Measures one pad.
#[derive(Debug, Clone, Default)]
pub struct RateMeter {
    intervals_us: Vec<u32>,
    next: usize,
    last_us: Option<u64>,
}

impl RateMeter {
    /// A report was read at this time.
    pub fn report(&mut self, now_us: u64) {
        let last = self.last_us.replace(now_us);
        let Some(interval) = last.and_then(|last| now_us.checked_sub(last)) else { return };
        if interval == 0 || interval > LONGEST_INTERVAL_US {
            return;
        }
        let interval = u32::try_from(interval).unwrap_or(u32::MAX);
        if self.intervals_us.len() < KEPT {
            self.intervals_us.push(interval);
        } else {
            self.intervals_us[self.next] = interval;
            self.next = (self.next + 1) % KEPT;
        }
    }

    /// Rate and jitter of the last reports; `None` when there were too few.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "far below what an f32 holds")]
    pub fn measure(&self) -> Option<Measured> {
        if self.intervals_us.len() < NEEDED {
            return None;
        }
        let count = self.intervals_us.len() as f32;
        let mean = self.intervals_us.iter().map(|one| *one as f32).sum::<f32>() / count;
        let deviation = self.intervals_us.iter().map(|one| (*one as f32 - mean).abs()).sum::<f32>() / count;
        Some(Measured { hz: SECOND_US / mean, jitter_ms: deviation / MS_US })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(times: impl IntoIterator<Item = u64>) -> Option<Measured> {
        let mut meter = RateMeter::default();
        times.into_iter().for_each(|time| meter.report(time));
        meter.measure()
    }

    #[test]
    fn an_even_pad_has_its_rate_and_no_jitter() {
        let even = measured((0..500).map(|n| n * 4_000)).expect("enough");
        assert!((even.hz - 250.0).abs() < 0.1 && even.jitter_ms < 0.001, "{even:?}");
    }

    #[test]
    fn an_uneven_pad_has_jitter() {
        let uneven = measured((0..500).map(|n| n * 4_000 + (n % 2) * 1_000)).expect("enough");
        assert!((uneven.hz - 250.0).abs() < 1.0 && (uneven.jitter_ms - 1.0).abs() < 0.05, "{uneven:?}");
    }

    #[test]
    fn a_pause_is_no_slow_report() {
        let paused = measured((0..200).map(|n| n * 4_000 + (n / 50) * 10_000_000)).expect("enough");
        assert!((paused.hz - 250.0).abs() < 0.1, "{paused:?}");
    }

    #[test]
    fn few_reports_tell_nothing() {
        assert_eq!(measured((0..10).map(|n| n * 4_000)), None);
    }
}
