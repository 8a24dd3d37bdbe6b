//! The daemon's clock: microseconds since its start, never going back.

use std::time::Instant;

/// Starts at 0.
#[derive(Debug, Clone, Copy)]
pub struct Clock(Instant);

impl Clock {
    /// Starts now.
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Microseconds since the start.
    #[must_use]
    pub fn now_us(&self) -> u64 {
        // Half a million years.
        u64::try_from(self.0.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}
