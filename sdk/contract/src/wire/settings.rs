//! What people set for the whole party: in `hello`, `settings_changed` and `data/settings.json`.

use serde::{Deserialize, Serialize};

/// What happens after a round when more people want to play than there are seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueMode {
    /// Nobody can join the queue, and nobody leaves a seat for those who still wait.
    Off,
    /// Those with the fewest points make room.
    WinnerStays,
    /// Those who have played longest make room.
    Rotate,
}

/// The party's settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartySettings {
    /// How long rounds are, as a share of what their games ask for.
    pub length_factor: f64,
    /// Length of a vote in seconds.
    pub vote_sec: u32,
    /// Who makes room for those who wait.
    pub queue_mode: QueueMode,
    /// Ids of games that are neither voted for nor drawn, ascending.
    pub hidden_games: Vec<String>,
}

/// A change of the settings; what is left out stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SettingsChange {
    /// 0.5, 0.75, 1, 1.5 or 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length_factor: Option<f64>,
    /// 5, 10, 15 or 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vote_sec: Option<u32>,
    /// `off`, `winner_stays` or `rotate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_mode: Option<QueueMode>,
    /// Id of a game to take out of votes and surprises.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hide_game: Option<String>,
    /// Id of a game to bring back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_game: Option<String>,
}
