//! What the HTTP API says and `data/session.json` holds: seats, scores, history, checks. Contract §1 and §6.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Number of seats on the couch.
pub const SEATS: usize = 4;
/// Highest score that one round can give a player.
pub const MAX_SCORE: u8 = 10;
/// `gamepadIndex` of a seat without a pad.
pub const NO_PAD: i32 = -1;

/// One seat on the couch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Seat {
    /// 0 to 3.
    #[schemars(range(max = 3))]
    pub slot: usize,
    /// Empty when no avatar is chosen.
    pub avatar_id: String,
    /// -1 without a pad, else the pad's number: browser 0 to 15, daemon 100+, phones 200+, keyboard 300+.
    #[schemars(range(min = -1, max = 399))]
    pub gamepad_index: i32,
    /// Derived: avatar and pad are both set.
    pub locked_in: bool,
    /// Fields that a later version wrote.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

impl Seat {
    /// A seat that nobody has taken.
    pub fn empty(slot: usize) -> Self {
        Self { slot, avatar_id: String::new(), gamepad_index: NO_PAD, locked_in: false, unknown: Map::new() }
    }
}

/// One person who waits for a seat: contract §1's `queue`, an addition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// Who waits; never empty.
    pub avatar_id: String,
    /// The pad that they bring along, numbered as a seat's; -1 for those who take over the pad of whoever leaves.
    #[schemars(range(min = -1, max = 399))]
    pub gamepad_index: i32,
    /// Fields that a later version wrote.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// One seat that changed hands after a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Swap {
    /// The seat, 0 to 3.
    #[schemars(range(max = 3))]
    pub slot: usize,
    /// Avatar id of who waits now.
    pub leaves: String,
    /// Avatar id of who sits now.
    pub comes: String,
}

/// Points of one avatar over the night.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Score {
    /// Points from playing.
    pub play: u64,
    /// Creator bonus from ratings of the avatar's games.
    pub creator: u64,
    /// `play + creator`.
    pub total: u64,
    /// Fields that a later version wrote.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// How a round came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The game reported its scores.
    Reported,
    /// The clock and the closing window ran out without a report.
    Timeout,
    /// The host ended the round; the scores are those that the game reported in the closing window, else 0.
    HostEnded,
    /// An uncaught error was followed by silence.
    Crashed,
    /// The game never got ready, or its heartbeat stopped.
    Hung,
}

/// One rating: thumbs down, none, thumbs up as -1, 0, 1.
pub type Rating = i8;

/// One played round in the session's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// ISO 8601 UTC.
    #[schemars(extend("format" = "date-time"))]
    pub played_at: String,
    /// Id of the game.
    pub game_id: String,
    /// Avatar that gets the creator bonus; empty when nobody is known.
    pub creator_avatar_id: String,
    /// Points of each seat, 0 to 10.
    #[schemars(inner(range(max = 10)))]
    pub scores_by_slot: [u8; SEATS],
    /// -1, 0 or 1 of each seat.
    #[schemars(inner(range(min = -1, max = 1)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratings_by_slot: Option<[Rating; SEATS]>,
    /// How the round ended; missing in files of the first design.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Who sat where; empty for an empty seat. Missing in files of the first design.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatars_by_slot: Option<[String; SEATS]>,
    /// The round that this entry records; makes recording idempotent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round_id: Option<String>,
    /// Who left and who came after this round; missing when nobody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swaps: Option<Vec<Swap>>,
    /// Fields that a later version wrote.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// The session, on the wire and in `data/session.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionState {
    /// Always 1.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// ISO 8601 UTC.
    #[schemars(extend("format" = "date-time"))]
    pub created_at: String,
    /// ISO 8601 UTC.
    #[schemars(extend("format" = "date-time"))]
    pub updated_at: String,
    /// The four seats, in order.
    pub players_by_slot: [Seat; SEATS],
    /// Who waits for a seat, the next one first; missing when nobody does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queue: Vec<Waiting>,
    /// The leaderboard.
    pub scoreboard_by_avatar_id: BTreeMap<String, Score>,
    /// Every round played, oldest first.
    pub history: Vec<HistoryEntry>,
    /// Fields that a later version wrote.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// Result of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckStatus {
    /// As it should be.
    Pass,
    /// The game is not accepted.
    Fail,
    /// Accepted, but better mended.
    Warn,
}

/// One check of a game's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// Fixed id, e.g. `self_contained`.
    pub id: String,
    /// Pass, fail or warn.
    pub status: CheckStatus,
    /// What was found.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// 1-based line in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// 1-based column in the file, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

/// All checks of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// True when no check failed.
    pub ok: bool,
    /// Every check, always in the same order.
    pub checks: Vec<Check>,
}

impl Report {
    /// A report of these checks.
    pub fn new(checks: Vec<Check>) -> Self {
        let ok = checks.iter().all(|check| check.status != CheckStatus::Fail);
        Self { ok, checks }
    }

    /// The checks that failed.
    pub fn failures(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.status == CheckStatus::Fail)
    }
}
