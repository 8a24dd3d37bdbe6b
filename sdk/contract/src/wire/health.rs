//! What the host says about itself: `GET /api/health`.

use super::{PlaytestsHealth, Problem};
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
    /// The tunnel.
    pub tunnel: TunnelHealth,
    /// Playtests of uploads.
    pub playtests: PlaytestsHealth,
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

/// How the tunnel is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TunnelHealth {
    /// What it is doing.
    pub state: TunnelState,
    /// The public address while it runs.
    pub url: Option<String>,
    /// How often it was started again since the host's start.
    pub restarts: u32,
}

/// What the tunnel is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TunnelState {
    /// None is wanted.
    Off,
    /// Its program is not installed.
    Missing,
    /// It has no address yet.
    Starting,
    /// Friends elsewhere reach the host.
    Running,
    /// It ended, and is being started again.
    Restarting,
}

/// How the input daemon is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InputHealth {
    /// What it is doing.
    pub state: InputState,
    /// How often it was started again since the host's start.
    pub restarts: u32,
    /// The pads that are connected to it, ascending by number; empty unless it runs.
    pub pads: Vec<InputPad>,
}

/// What the input daemon is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InputState {
    /// The host was told to do without it.
    Off,
    /// There is no program to start: pads are read by the browser alone.
    Missing,
    /// It is being started for the first time.
    Starting,
    /// It answers.
    Running,
    /// It ended or hung, and is being started again.
    Restarting,
}

/// A pad that is connected to the input daemon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InputPad {
    /// Its number in the session: 100 + n.
    pub number: u16,
    /// Its name; clipped to 100 characters.
    pub name: String,
    /// How it is connected.
    pub link: PadLink,
    /// Its charge.
    pub battery: PadBattery,
}

/// How a pad is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PadLink {
    /// Cable, or the maker's dongle.
    Usb,
    /// Bluetooth.
    Bluetooth,
    /// A pad without hardware, for tests and demos.
    Virtual,
    /// Not told.
    Unknown,
}

/// The charge of a pad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PadBattery {
    /// Not told.
    Unknown,
    /// At most 5 %.
    Empty,
    /// At most 20 %.
    Low,
    /// At most 70 %.
    Medium,
    /// More than 70 %.
    Full,
    /// Powered by its cable.
    Wired,
}
