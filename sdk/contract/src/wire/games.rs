//! What the host says about games: on the shelf, their revisions, and what became of those that were taken off the stage.

use super::{FramePhase, Outcome, Phase, Playtest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a list of games says about one game.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GameSummary {
    /// File stem, unique on the shelf.
    pub id: String,
    /// File name under `/games/`.
    pub filename: String,
    /// Title; the file stem when the game has none.
    pub title: String,
    /// One or two sentences; may be empty.
    pub description: String,
    /// Free text name of the author; may be empty.
    pub author: String,
    /// Avatar id of the creator; empty when nobody is known.
    pub creator_avatar_id: String,
    /// Length of a round in seconds, 5 to 300.
    #[schemars(range(min = 5, max = 300))]
    pub max_duration_sec: f64,
    /// ISO 8601 UTC.
    #[schemars(extend("format" = "date-time"))]
    pub uploaded_at: String,
    /// This revision was taken off the stage twice in a row; a surprise does not draw it. Left out when false.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unstable: bool,
    /// The host played this revision and a check failed. Left out when false.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub failed_playtest: bool,
}

/// What `GET /api/games/{id}` says about one game.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GameDetails {
    /// What lists say as well.
    #[serde(flatten)]
    pub summary: GameSummary,
    /// Rounds of this session that played it.
    pub plays: usize,
    /// Thumbs up in this session.
    pub thumbs_up: usize,
    /// Thumbs down in this session.
    pub thumbs_down: usize,
    /// Number of the revision on the shelf; the first is 1.
    pub revision: u32,
    /// Every revision that a rollback can bring back, and the one on the shelf; oldest first.
    pub revisions: Vec<Revision>,
    /// When and why it was taken off the stage; newest first.
    pub incidents: Vec<Incident>,
    /// The host's own playtest of this revision; left out by a host that plays no uploads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub playtest: Option<Playtest>,
}

/// What `POST /api/games` says of the game that it put on the shelf.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Uploaded {
    /// As it stands on the shelf.
    pub game: GameSummary,
    /// The host's own playtest of it, which goes on: ask `GET /api/games/{id}`. Left out by a host that plays no uploads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub playtest: Option<Playtest>,
}

/// What `DELETE /api/games/{id}` says of the game that it took off the shelf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RemovedGame {
    /// Its id.
    pub id: String,
    /// The revision that was on the shelf; a rollback brings it back.
    pub revision: u32,
}

/// One state of a game's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// 1 is the first that was uploaded; numbers are not used twice.
    pub revision: u32,
    /// ISO 8601 UTC.
    #[schemars(extend("format" = "date-time"))]
    pub uploaded_at: String,
    /// Size in bytes.
    pub size: u64,
}

/// A game was taken off the stage: what is known of it, so that its maker can mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Incident {
    /// ISO 8601 UTC.
    #[schemars(extend("format" = "date-time"))]
    pub at: String,
    /// The revision that was played.
    pub revision: u32,
    /// What it did.
    #[serde(flatten)]
    pub mishap: Mishap,
}

/// What a game did before it was taken off the stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mishap {
    /// `hung` or `crashed`.
    pub outcome: Outcome,
    /// The round's phase at that moment: `loading`, `playing` or `closing`.
    pub phase: Phase,
    /// What the game said last about its own progress.
    pub frame_phase: Option<FramePhase>,
    /// Milliseconds from the making of its frame to the verdict.
    pub after_ms: u64,
    /// Seats that took part.
    pub active_slots: Vec<usize>,
    /// Its first uncaught errors.
    pub errors: Vec<UncaughtError>,
    /// Its last console lines, oldest first.
    pub console: Vec<ConsoleLine>,
}

/// An error that a game did not catch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UncaughtError {
    /// Clipped text.
    pub message: String,
    /// Clipped stack; may be empty.
    pub stack: String,
}

/// A line that a game wrote to its console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConsoleLine {
    /// How loud.
    pub level: ConsoleLevel,
    /// Clipped text.
    pub text: String,
}

/// The console's methods of the same names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsoleLevel {
    /// `console.log`
    Log,
    /// `console.info`
    Info,
    /// `console.warn`
    Warn,
    /// `console.error`
    Error,
}
