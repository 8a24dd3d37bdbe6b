//! The loop that keeps a child running: looked for, started, watched, and started again when it ended.

use super::pacing::Pacing;
use std::{future::Future, time::Duration};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// How one life of a child, or one try, came to its end.
#[derive(Debug)]
pub enum End {
    /// The host ends.
    Stop,
    /// There is nothing to start.
    Missing,
    /// It ended, hung, or did not start.
    Over {
        /// How long it was well; zero if it never was.
        well: Duration,
        /// Why, for the log.
        why: String,
    },
}

impl End {
    /// It was never well.
    pub fn failed(why: impl ToString) -> Self {
        Self::Over { well: Duration::ZERO, why: why.to_string() }
    }
}

/// A child that shall always run, and what is published of it.
pub trait Kept: Send {
    /// What it is in the log, like "the tunnel".
    const NAME: &'static str;
    /// How often a program that is not there is looked for: somebody may be installing it.
    const LOOK_AGAIN: Duration = Duration::from_secs(5);

    /// From the search for the program to its end. The child has ended when this is done.
    fn one_life(&mut self) -> impl Future<Output = End> + Send;

    /// Publishes that there is nothing to start.
    fn missing(&mut self);

    /// Tells people that there is nothing to start, and what to do; once.
    fn tell_missing(&self);

    /// Publishes that it ended and will be started again.
    fn restarting(&mut self);
}

/// Keeps it running until `stop`.
pub async fn running(mut kept: impl Kept, stop: CancellationToken) {
    run(&mut kept, stop).await;
}

async fn run<K: Kept>(kept: &mut K, stop: CancellationToken) {
    let mut pacing = Pacing::default();
    let mut told_missing = false;
    loop {
        let wait = match kept.one_life().await {
            End::Stop => return,
            End::Missing => {
                kept.missing();
                if !std::mem::replace(&mut told_missing, true) {
                    kept.tell_missing();
                }
                K::LOOK_AGAIN
            }
            End::Over { well, why } => {
                let wait = pacing.ended(well);
                if pacing.is_told() {
                    tracing::warn!(?wait, "{} is gone and will be started again: {why}", K::NAME);
                }
                kept.restarting();
                wait
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(wait) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One that has these lives, and then stops the loop.
    struct Scripted {
        lives: Vec<End>,
        said: Vec<&'static str>,
        told: std::sync::atomic::AtomicU32,
    }

    impl Kept for Scripted {
        const NAME: &'static str = "the stand-in";
        const LOOK_AGAIN: Duration = Duration::from_millis(20);

        async fn one_life(&mut self) -> End {
            self.said.push("life");
            self.lives.pop().unwrap_or(End::Stop)
        }

        fn missing(&mut self) {
            self.said.push("missing");
        }

        fn tell_missing(&self) {
            self.told.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }

        fn restarting(&mut self) {
            self.said.push("restarting");
        }
    }

    #[tokio::test]
    async fn it_is_looked_for_until_it_is_there_and_started_again_until_the_end() {
        let lives = vec![End::failed("again"), End::failed("once"), End::Missing, End::Missing];
        let mut kept = Scripted { lives, said: Vec::new(), told: 0.into() };
        let began = tokio::time::Instant::now();
        run(&mut kept, CancellationToken::new()).await;
        let said = ["life", "missing", "life", "missing", "life", "restarting", "life", "restarting", "life"];
        assert_eq!(kept.said, said);
        assert_eq!(kept.told.into_inner(), 1, "people are told once");
        assert!(began.elapsed() >= 2 * Scripted::LOOK_AGAIN);
    }

    #[tokio::test]
    async fn the_end_of_the_host_waits_for_no_pause() {
        let lives = (0..40).map(|_| End::failed("at once")).collect();
        let mut kept = Scripted { lives, said: Vec::new(), told: 0.into() };
        let stop = CancellationToken::new();
        stop.cancel();
        // All their pauses together would be minutes.
        run(&mut kept, stop).await;
        assert!(kept.said.len() < 40, "it ended: {}", kept.said.len());
    }
}
