//! Which game is played next. Pure.

use std::collections::VecDeque;

/// Games that wait; with each taking some ten seconds the last one waits two minutes.
pub const MAX_WAITING: usize = 12;

/// One revision of a game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The game.
    pub id: String,
    /// The revision, by its time of upload.
    pub uploaded_at: String,
}

/// Games in the order in which they came, each once.
#[derive(Debug, Clone, Default)]
pub struct Queue(VecDeque<Job>);

impl Queue {
    /// Takes a game. A new revision takes the place of one that waits. False when there is no room.
    pub fn put(&mut self, job: Job) -> bool {
        if let Some(waiting) = self.0.iter_mut().find(|waiting| waiting.id == job.id) {
            *waiting = job;
            return true;
        }
        if self.0.len() >= MAX_WAITING {
            return false;
        }
        self.0.push_back(job);
        true
    }

    /// The next one.
    pub fn take(&mut self) -> Option<Job> {
        self.0.pop_front()
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(id: impl ToString, uploaded_at: &str) -> Job {
        Job { id: id.to_string(), uploaded_at: uploaded_at.to_owned() }
    }

    #[test]
    fn first_come_first_served_and_a_new_revision_keeps_the_place() {
        let mut queue = Queue::default();
        assert!(queue.put(job("a", "1")) && queue.put(job("b", "1")) && queue.put(job("a", "2")));
        let order: Vec<Job> = std::iter::from_fn(|| queue.take()).collect();
        assert_eq!(order, [job("a", "2"), job("b", "1")]);
    }

    #[test]
    fn who_comes_to_a_full_queue_is_turned_away_and_a_new_revision_of_one_that_waits_is_not() {
        let mut queue = Queue::default();
        assert!((0..MAX_WAITING).all(|n| queue.put(job(n, "1"))));
        assert!(!queue.put(job("late", "1")));
        assert!(queue.put(job(3, "2")));
        assert_eq!(queue.waiting(), MAX_WAITING);
    }
}
