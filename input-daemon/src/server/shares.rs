//! What games may take of the daemon. Their frames hold the token, as they must, and nobody has read their code: they have
//! their own share of the places and of the commands, so that no game can take either from the lobby or from the next game.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// Places for connections of game frames, a quarter of all. One game needs one; a frame that is gone may leave some behind.
const MAX_FRAMES: usize = 32;
/// Commands that may come at once, and how many may come per second after these: four pads that are shaken and lit thirty
/// times a second. A command can cost a report to a pad, of which Bluetooth carries some hundred per second.
const MAX_BURST: u32 = 240;
/// See [`MAX_BURST`].
const COMMANDS_PER_SEC: u32 = 120;

/// Commands that a client, or all frames together, have sent, as the time that they take to earn.
#[derive(Debug, Clone)]
pub(super) struct Allowance(Arc<Mutex<Instant>>);

impl Allowance {
    pub(super) fn new(now: Instant) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }

    /// One command came. Whether that was too much; such a one costs nothing.
    pub(super) fn used_up(&self, now: Instant) -> bool {
        let each = Duration::from_secs(1) / COMMANDS_PER_SEC;
        let mut paid_until = locked(&self.0);
        let next = (*paid_until).max(now) + each;
        let too_much = next - now > each * MAX_BURST;
        if !too_much {
            *paid_until = next;
        }
        too_much
    }
}

/// The share of the frames.
#[derive(Debug, Clone)]
pub(super) struct Frames {
    connected: Arc<Mutex<VecDeque<CancellationToken>>>,
    commands: Allowance,
}

/// The place of a frame's connection; it is free again when this is dropped.
#[derive(Debug)]
pub(super) struct FramePlace {
    frames: Frames,
    /// Done when a newer frame needs the place.
    pub(super) taken: CancellationToken,
}

impl Frames {
    pub(super) fn new() -> Self {
        Self { connected: Arc::default(), commands: Allowance::new(Instant::now()) }
    }

    /// A place for one more. When all are taken the oldest connection loses its own: it belongs to a game that opens many, or
    /// that was taken off the stage.
    pub(super) fn enter(&self) -> FramePlace {
        let taken = CancellationToken::new();
        let mut connected = locked(&self.connected);
        while connected.len() >= MAX_FRAMES {
            connected.pop_front().iter().for_each(CancellationToken::cancel);
        }
        connected.push_back(taken.clone());
        drop(connected);
        FramePlace { frames: self.clone(), taken }
    }

    /// What all frames together may command.
    pub(super) fn commands(&self) -> Allowance {
        self.commands.clone()
    }
}

impl Drop for FramePlace {
    fn drop(&mut self) {
        // Cancelled only to be told apart from the others.
        self.taken.cancel();
        locked(&self.frames.connected).retain(|other| !other.is_cancelled());
    }
}

/// What is behind these locks is whole at any moment.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_frame_makes_room_for_the_newest() {
        let frames = Frames::new();
        let mut places: Vec<_> = (0..MAX_FRAMES).map(|_| frames.enter()).collect();
        assert!(places.iter().all(|place| !place.taken.is_cancelled()));
        let newest = frames.enter();
        assert!(places[0].taken.is_cancelled() && places[1..].iter().all(|place| !place.taken.is_cancelled()));
        places.pop();
        let another = frames.enter();
        assert!(!places[1].taken.is_cancelled(), "a place that was left is free");
        drop((places, newest, another));
        assert!(locked(&frames.connected).is_empty());
    }

    #[test]
    fn much_at_once_and_some_all_the_time_is_allowed_and_no_more() {
        let start = Instant::now();
        let allowance = Allowance::new(start);
        assert!((0..MAX_BURST).all(|_| !allowance.used_up(start)));
        assert!((0..1_000).all(|_| allowance.used_up(start)), "and what is refused is not held against anybody later");
        let later = start + Duration::from_secs(1);
        assert_eq!((0..1_000).filter(|_| !allowance.used_up(later)).count(), COMMANDS_PER_SEC as usize);
    }
}
