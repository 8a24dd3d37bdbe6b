//! Is the game alive? Contract §3: no heartbeat after one was seen is `hung`, an uncaught error followed by
//! silence is `crashed`.

use maribro_contract::wire::Outcome;
use std::time::Duration;

/// Silence that condemns a game. Contract §3.
pub const SILENCE: Duration = Duration::from_secs(3);

/// What is known of one frame's signs of life. Times are the round's own clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watchdog {
    heartbeat_at: Option<Duration>,
    activity: Option<u64>,
    active_at: Option<Duration>,
    error_at: Option<Duration>,
    paused: bool,
}

impl Watchdog {
    /// A heartbeat arrived; `activity` counts the callbacks that the game's own code has run. A frame that does not
    /// count is taken at its heartbeat's word.
    pub fn heartbeat(&mut self, activity: Option<u64>, now: Duration) {
        self.heartbeat_at = Some(now);
        if activity.is_none() || activity != self.activity {
            self.activity = activity;
            self.active_at = Some(now);
        }
    }

    /// The game did something that only running code does.
    pub fn active(&mut self, now: Duration) {
        self.active_at = Some(now);
    }

    /// The game's own code does not run from now on: its heart is all that can be watched.
    pub fn pause(&mut self) {
        self.paused = true;
    }

    /// The game's own code runs again, and has its whole time to show that it does.
    pub fn resume(&mut self, now: Duration) {
        self.paused = false;
        self.active_at = Some(now);
    }

    /// An uncaught error was reported.
    pub fn error(&mut self, now: Duration) {
        self.error_at.get_or_insert(now);
    }

    /// Whether an uncaught error was reported.
    pub fn saw_error(&self) -> bool {
        self.error_at.is_some()
    }

    /// The verdict at `now`, if there is one.
    pub fn verdict(&self, now: Duration) -> Option<Outcome> {
        let outcome = if self.saw_error() { Outcome::Crashed } else { Outcome::Hung };
        self.deadline().filter(|deadline| *deadline <= now).map(|_| outcome)
    }

    /// When the verdict will fall if nothing more is heard.
    pub fn deadline(&self) -> Option<Duration> {
        let unheard = self.heartbeat_at.map(|at| at + SILENCE);
        let crashed = self.error_at.map(|at| at.max(self.active_at.unwrap_or(at)) + SILENCE);
        let crashed = crashed.filter(|_| !self.paused);
        [unheard, crashed].into_iter().flatten().min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_game_that_never_beat_is_not_condemned_for_silence() {
        assert_eq!(Watchdog::default().verdict(at(1_000_000)), None);
    }

    #[test]
    fn a_heartbeat_that_stops_is_hung_after_three_seconds() {
        let mut watchdog = Watchdog::default();
        watchdog.heartbeat(Some(1), at(1_000));
        assert_eq!(watchdog.verdict(at(3_999)), None);
        assert_eq!(watchdog.verdict(at(4_000)), Some(Outcome::Hung));
        watchdog.heartbeat(Some(1), at(4_000));
        assert_eq!(watchdog.verdict(at(6_999)), None);
    }

    #[test]
    fn an_error_followed_by_silence_is_crashed_although_the_heart_beats() {
        let mut watchdog = Watchdog::default();
        watchdog.heartbeat(Some(7), at(0));
        watchdog.error(at(500));
        for beat in 1..=6 {
            watchdog.heartbeat(Some(7), at(beat * 500));
        }
        assert_eq!(watchdog.verdict(at(3_499)), None);
        assert_eq!(watchdog.verdict(at(3_500)), Some(Outcome::Crashed));
    }

    #[test]
    fn a_game_that_goes_on_after_an_error_lives() {
        let mut watchdog = Watchdog::default();
        watchdog.error(at(0));
        for beat in 1..=40 {
            watchdog.heartbeat(Some(beat), at(beat * 500));
            assert_eq!(watchdog.verdict(at(beat * 500)), None);
        }
    }

    #[test]
    fn a_paused_game_may_do_nothing_but_its_heart_has_to_beat() {
        let mut watchdog = Watchdog::default();
        watchdog.heartbeat(Some(7), at(0));
        watchdog.error(at(100));
        watchdog.pause();
        for beat in 1..=20 {
            watchdog.heartbeat(Some(7), at(beat * 500));
        }
        assert_eq!(watchdog.verdict(at(12_999)), None);
        assert_eq!(watchdog.verdict(at(13_000)), Some(Outcome::Crashed), "its heart stopped");
        watchdog.resume(at(10_000));
        watchdog.heartbeat(Some(7), at(12_000));
        assert_eq!(watchdog.verdict(at(12_999)), None, "it has three seconds to go on");
        assert_eq!(watchdog.verdict(at(13_000)), Some(Outcome::Crashed));
    }

    #[test]
    fn an_error_without_any_heartbeat_is_crashed() {
        let mut watchdog = Watchdog::default();
        watchdog.error(at(100));
        assert_eq!(watchdog.deadline(), Some(at(3_100)));
        assert_eq!(watchdog.verdict(at(3_100)), Some(Outcome::Crashed));
    }
}
