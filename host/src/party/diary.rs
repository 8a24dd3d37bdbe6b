//! What a game said while it was on the stage, kept for its maker in case that it is taken off. Bounded: a game may
//! talk as much as it likes.

use maribro_contract::wire::{ConsoleLevel, ConsoleLine, UncaughtError};
use std::{collections::VecDeque, time::Duration};

/// Uncaught errors that are kept: the first ones, for the others mostly follow from them.
pub const MAX_ERRORS: usize = 5;
/// Console lines that are kept: the last ones.
pub const MAX_CONSOLE_LINES: usize = 30;
/// Characters that are kept of each text.
pub const MAX_TEXT: usize = 2_000;

/// The diary of one frame.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diary {
    /// When the frame was made, on the round's clock.
    pub since: Duration,
    errors: Vec<UncaughtError>,
    console: VecDeque<ConsoleLine>,
}

impl Diary {
    /// An empty one for a frame that is made at `since`.
    pub fn new(since: Duration) -> Self {
        Self { since, ..Self::default() }
    }

    /// An uncaught error.
    pub fn error(&mut self, message: &str, stack: &str) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(UncaughtError { message: clip(message), stack: clip(stack) });
        }
    }

    /// A console line.
    pub fn log(&mut self, level: ConsoleLevel, text: &str) {
        if self.console.len() == MAX_CONSOLE_LINES {
            self.console.pop_front();
        }
        self.console.push_back(ConsoleLine { level, text: clip(text) });
    }

    /// The first errors, and the last console lines, oldest first.
    pub fn close(self) -> (Vec<UncaughtError>, Vec<ConsoleLine>) {
        (self.errors, self.console.into())
    }
}

fn clip(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_errors_and_the_last_lines_are_kept_and_no_more() {
        let mut diary = Diary::new(Duration::ZERO);
        for n in 0..1_000 {
            diary.error(&n.to_string(), &"ä".repeat(3_000));
            diary.log(ConsoleLevel::Warn, &n.to_string());
        }
        let (errors, console) = diary.close();
        assert_eq!(errors.iter().map(|e| e.message.as_str()).collect::<Vec<_>>(), ["0", "1", "2", "3", "4"]);
        assert!(errors.iter().all(|error| error.stack.chars().count() == MAX_TEXT));
        let lines: Vec<String> = console.into_iter().map(|line| line.text).collect();
        assert_eq!(lines, (970..1_000).map(|n| n.to_string()).collect::<Vec<_>>());
    }
}
