//! What the host says about itself: `GET /api/health`.

use super::Problem;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// `ok`, and beside it what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "{T}Answer")]
pub struct Done<T> {
    /// Always true.
    #[schemars(extend("const" = true))]
    pub ok: bool,
    /// The fields.
    #[serde(flatten)]
    pub answer: T,
}

/// How the host is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Version of the host.
    pub version: String,
    /// Milliseconds since it started.
    pub uptime_ms: u64,
    /// Whether each actor is alive, by its name.
    pub actors: BTreeMap<String, bool>,
    /// Pages connected.
    pub screens: usize,
    /// Connections, theirs included.
    pub connections: usize,
    /// One of them is the stage.
    pub stage: bool,
    /// Games on the shelf.
    pub games: usize,
    /// What lies in the games folder and cannot be played.
    pub bad_files: Vec<BadFile>,
    /// What people should know of.
    pub problems: BTreeSet<Problem>,
    /// The input daemon.
    pub input: InputHealth,
}

/// A file in the games folder that is no game.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BadFile {
    /// Its name.
    pub filename: String,
    /// Why it is not on the shelf.
    pub reason: String,
}

/// How the input daemon is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InputHealth {
    /// Whether it runs.
    pub state: InputState,
}

/// Whether the input daemon runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InputState {
    /// The host has none.
    NotRunning,
}
