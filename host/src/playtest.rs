//! Playtests of uploads, with `--verify-uploads`: `maribro verify` as a child of the host, one game at a time.
//!
//! - [`queue`]: which game is next; pure
//! - [`verifier`]: one run of the program
//! - [`report`]: what it printed, read as what it is: made from what a stranger's game did; pure
//!
//! The actor is [`crate::actors::playtester`]; it publishes [`Playtests`] on the board. A game waits for none of this: it is on
//! the shelf at once. What is known is about one revision, and is shown with no other.

pub mod queue;
pub mod report;
pub mod verifier;

use crate::config::Config;
use maribro_contract::wire::{
    GameSummary, Playtest, PlaytestError, PlaytestReport, PlaytestState, PlaytestsHealth, PlaytestsState,
};
use std::{collections::BTreeMap, path::PathBuf, time::Duration};

/// Longest time for one game: a machine that is busy with the party takes far longer than the usual ten seconds.
pub const TIME_LIMIT: Duration = Duration::from_secs(180);

/// How uploads are played.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The program, if one was named.
    pub program: Option<PathBuf>,
    /// Longest time for one game.
    pub limit: Duration,
}

impl Settings {
    /// `None` when uploads are not played.
    pub fn of(config: &Config) -> Option<Self> {
        let program = config.verify_bin.clone().filter(|path| !path.as_os_str().is_empty());
        config.verify_uploads.then_some(Self { program, limit: config.verify_limit })
    }
}

/// Why a game was not played.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotPlayed {
    /// Nothing is wrong with the game, and trying again may help.
    #[error("{0}")]
    Unavailable(String),
    /// The playtest itself failed.
    #[error("{0}")]
    Internal(String),
}

impl NotPlayed {
    /// What is said of it.
    pub fn playtest(&self) -> Playtest {
        let code = match self {
            Self::Unavailable(_) => "unavailable",
            Self::Internal(_) => "internal",
        };
        let error = PlaytestError { code: code.to_owned(), message: self.to_string() };
        Playtest { state: PlaytestState::NotRun, error: Some(error), report: None }
    }
}

/// One that is under way.
pub fn under_way(state: PlaytestState) -> Playtest {
    Playtest { state, error: None, report: None }
}

/// One that is done.
pub fn done(report: PlaytestReport) -> Playtest {
    let state = if report.ok { PlaytestState::Passed } else { PlaytestState::Failed };
    Playtest { state, error: None, report: Some(report) }
}

/// What is known of one revision of a game.
#[derive(Debug, Clone, PartialEq)]
struct Known {
    /// The revision, by its time of upload.
    uploaded_at: String,
    playtest: Playtest,
}

/// What is published about playtests.
#[derive(Debug, Clone, PartialEq)]
pub struct Playtests {
    health: PlaytestsHealth,
    /// By game id.
    known: BTreeMap<String, Known>,
}

impl Default for Playtests {
    fn default() -> Self {
        let health = PlaytestsHealth { state: PlaytestsState::Off, message: None, running: None, waiting: 0 };
        Self { health, known: BTreeMap::new() }
    }
}

impl Playtests {
    /// For everybody.
    pub fn health(&self) -> PlaytestsHealth {
        self.health.clone()
    }

    /// Changes what everybody is told.
    pub fn health_mut(&mut self) -> &mut PlaytestsHealth {
        &mut self.health
    }

    /// The playtest of this revision of a game; `None` when uploads are not played.
    pub fn of(&self, game: &GameSummary) -> Option<Playtest> {
        if self.health.state == PlaytestsState::Off {
            return None;
        }
        let known = self.known.get(&game.id).filter(|known| known.uploaded_at == game.uploaded_at);
        let nothing = || {
            NotPlayed::Unavailable(
                "this revision was not sent since the host started; send it to have it played".into(),
            )
        };
        Some(known.map_or_else(|| nothing().playtest(), |known| known.playtest.clone()))
    }

    /// Whether this revision of a game was played and a check failed.
    pub fn has_failed(&self, game: &GameSummary) -> bool {
        let known = self.known.get(&game.id).filter(|known| known.uploaded_at == game.uploaded_at);
        known.is_some_and(|known| known.playtest.state == PlaytestState::Failed)
    }

    /// Says this of the revision that was uploaded then.
    pub fn set(&mut self, id: &str, uploaded_at: &str, playtest: Playtest) {
        self.known.insert(id.to_owned(), Known { uploaded_at: uploaded_at.to_owned(), playtest });
    }

    /// Forgets games that are not on the shelf.
    pub fn keep_only(&mut self, shelf: &[GameSummary]) {
        self.known.retain(|id, known| shelf.iter().any(|game| game.id == *id && game.uploaded_at == known.uploaded_at));
    }

    /// What was under way is over: whoever did it is gone.
    pub fn break_off(&mut self) {
        let broke_off = NotPlayed::Internal("the playtest broke off; send the game again".into()).playtest();
        let under_way =
            |known: &&mut Known| matches!(known.playtest.state, PlaytestState::Queued | PlaytestState::Running);
        for known in self.known.values_mut().filter(under_way) {
            known.playtest = broke_off.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use maribro_contract::metadata::Metadata;

    fn game(id: &str, uploaded_at: &str) -> GameSummary {
        Metadata::default().summary(id, &format!("{id}.html"), uploaded_at.to_owned())
    }

    fn on() -> Playtests {
        let mut playtests = Playtests::default();
        playtests.health_mut().state = PlaytestsState::Ready;
        playtests
    }

    fn failed() -> Playtest {
        Playtest { state: PlaytestState::Failed, error: None, report: None }
    }

    #[test]
    fn what_is_known_of_an_old_revision_is_not_said_of_the_new_one() {
        let mut playtests = on();
        playtests.set("a", "first", failed());
        assert!(playtests.has_failed(&game("a", "first")));
        let new = game("a", "second");
        assert!(!playtests.has_failed(&new));
        assert_eq!(playtests.of(&new).map(|playtest| playtest.state), Some(PlaytestState::NotRun));
    }

    #[test]
    fn a_host_that_plays_no_uploads_says_nothing() {
        assert_eq!(Playtests::default().of(&game("a", "first")), None);
    }

    #[test]
    fn what_is_off_the_shelf_is_forgotten() {
        let mut playtests = on();
        playtests.set("a", "first", failed());
        playtests.set("b", "first", failed());
        playtests.keep_only(&[game("a", "first"), game("b", "second")]);
        assert_eq!(playtests.known.keys().collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn nothing_stays_under_way_when_nobody_is_at_it() {
        let mut playtests = on();
        playtests.set("a", "first", under_way(PlaytestState::Running));
        playtests.set("b", "first", failed());
        playtests.break_off();
        let state = |id| playtests.of(&game(id, "first")).map(|playtest| playtest.state);
        assert_eq!((state("a"), state("b")), (Some(PlaytestState::NotRun), Some(PlaytestState::Failed)));
    }
}
