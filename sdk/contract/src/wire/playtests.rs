//! What the host says of its own playtests of uploads: `--verify-uploads`.

use super::{Check, CheckStatus};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far the host's playtest of a revision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaytestState {
    /// It waits for others.
    Queued,
    /// It is being played.
    Running,
    /// No check failed.
    Passed,
    /// A check failed: `report` says which.
    Failed,
    /// It was not played: `error` says why.
    NotRun,
}

/// The host's playtest of the revision on the shelf.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Playtest {
    /// How far it is; `passed`, `failed` and `not_run` stay until there is a new revision.
    pub state: PlaytestState,
    /// Why it was not played, with `not_run`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<PlaytestError>,
    /// What was found, with `passed` and `failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<PlaytestReport>,
}

/// Why a game was not played by the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlaytestError {
    /// `unavailable`: nothing is wrong with the game, sending it again may help; `internal`: the playtest itself failed.
    pub code: String,
    /// In words.
    pub message: String,
}

/// What `maribro verify` found when the host let it play the game; clipped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlaytestReport {
    /// True when no check failed.
    pub ok: bool,
    /// Milliseconds that it took.
    pub wall_ms: u64,
    /// Static and `runtime_…` checks.
    pub checks: Vec<Check>,
    /// The rounds that were played.
    #[serde(default)]
    pub rounds: Vec<PlayedRound>,
    /// Uncaught errors.
    #[serde(default)]
    pub errors: Vec<SeenInPlay>,
    /// Requests that the game's policy refused.
    #[serde(default)]
    pub blocked: Vec<SeenInPlay>,
    /// What the game, or the browser about it, wrote to the console.
    #[serde(default)]
    pub console: Vec<WrittenInPlay>,
}

impl PlaytestReport {
    /// Ids of the checks that failed.
    pub fn checks_failed(&self) -> impl Iterator<Item = &str> {
        self.checks.iter().filter(|check| check.status == CheckStatus::Fail).map(|check| check.id.as_str())
    }
}

/// One round of a playtest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlayedRound {
    /// Who played how.
    pub name: String,
    /// How it ended.
    pub outcome: String,
    /// When it ended, in milliseconds after ready on the game's clock; null if it did not.
    pub ended_ms: Option<f64>,
    /// What was reported; null without a report, and for what is no number.
    pub scores: Option<Vec<Option<f64>>>,
}

/// An error or a refused request of a playtest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SeenInPlay {
    /// The round in which it was seen first.
    pub round: String,
    /// What happened.
    pub message: String,
    /// Its stack; left out when there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stack: String,
    /// 1-based line in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// 1-based column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

/// A line of the console of a playtest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WrittenInPlay {
    /// The round in which it was seen first.
    pub round: String,
    /// `log`, `warning`, `error`, …
    pub level: String,
    /// What was written.
    pub text: String,
    /// 1-based line in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// Whether the host plays uploads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaytestsState {
    /// It was not told to.
    Off,
    /// It looks for what it takes.
    Starting,
    /// The verifier or a browser is not there: `message` says what to do. Uploads are taken all the same.
    Missing,
    /// It does.
    Ready,
}

/// How the host's playtests are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlaytestsHealth {
    /// Whether uploads are played.
    pub state: PlaytestsState,
    /// What is missing, and what to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The game that is being played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running: Option<String>,
    /// Games that wait.
    pub waiting: usize,
}
