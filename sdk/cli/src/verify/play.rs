//! One round of one game, played in the browser.

use super::arena::Arena;
use crate::browser::{CdpError, ConsoleEntry};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Virtual milliseconds in each real one, at most: what a game does besides its clock (unpacking a picture, a worker) must
/// keep up.
const PACE: f64 = 30.0;
/// The dice of every round.
const SEED: u32 = 20_260_117;
/// Real time left for a round beyond the time that it lasts.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a player plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Manner {
    /// Touches nothing.
    Idle,
    /// Steers, taps and waits, as people do.
    Mixed,
    /// Everything at once.
    Mash,
    /// Steers only.
    Sticks,
}

/// When what a game draws is drawn. That takes most of a round's time, so it is done where somebody looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Draws {
    /// Nobody looks.
    Never,
    /// The last frames before each sample: what is drawn anew in each frame is seen, what is drawn once and stays may be missed.
    AtSamples,
    /// All of it.
    Always,
}

/// A round that is to be played.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Round {
    /// Address of the game.
    pub(super) src: String,
    /// Length in seconds.
    pub(super) duration_sec: f64,
    pub(super) seed: u32,
    /// Seats that take part.
    pub(super) active_slots: Vec<usize>,
    /// How each seat plays.
    pub(super) manners: [Manner; 4],
    pub(super) pace: f64,
    /// When the screen is compared, in ms of the round.
    pub(super) samples_at: Vec<u32>,
    /// What it was like in another round.
    pub(super) reference: Option<Vec<String>>,
    pub(super) draws: Draws,
    /// Whether to end after the last sample.
    pub(super) stops_after_samples: bool,
    pub(super) snaps: bool,
}

impl Round {
    /// A round in which nobody does anything.
    pub(super) fn new(src: &str, duration_sec: f64, active_slots: &[usize]) -> Self {
        Self {
            src: src.to_owned(),
            duration_sec,
            seed: SEED,
            active_slots: active_slots.to_vec(),
            manners: [Manner::Idle; 4],
            pace: PACE,
            samples_at: Vec::new(),
            reference: None,
            draws: Draws::Never,
            stops_after_samples: false,
            snaps: false,
        }
    }
}

/// How a round ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The game reported.
    Ended,
    /// The game did not report in time.
    Timeout,
    /// The frame answers no more.
    Hung,
    /// The frame left for another page.
    Lost,
    /// It sent too many messages.
    Flooded,
    /// The file did not load.
    NoLoad,
    /// It never said `ready`.
    NoReady,
    /// The screen differs from the reference.
    Differs,
    /// The last sample was taken.
    Sampled,
}

/// What was seen of a round.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Seen {
    /// How it ended.
    pub(super) outcome: Ending,
    /// When it ended, in ms after ready.
    pub(super) ended_ms: Option<f64>,
    /// Whether its time was out.
    pub(super) is_forced: bool,
    /// What was reported; null where no number was.
    pub(super) scores: Option<Vec<Option<f64>>>,
    /// What the game gave the SDK's functions.
    pub(super) given: Vec<Given>,
    /// What the game said of its progress.
    pub(super) phases: Vec<PhaseSeen>,
    /// Uncaught errors.
    pub(super) errors: Vec<Thrown>,
    /// Requests that the policy refused.
    pub(super) blocked: Vec<Blocked>,
    /// What the screen was like.
    pub(super) digests: Vec<String>,
    /// Frames played.
    pub(super) frames: u32,
    /// Median of the time that the game's code took for a frame.
    pub(super) median_frame_ms: f64,
    /// The longest.
    pub(super) worst_frame_ms: f64,
    /// When that was, in ms after ready.
    pub(super) worst_at_ms: f64,
    /// What was written to the console.
    #[serde(skip)]
    pub(super) console: Vec<ConsoleEntry>,
    /// Names and bytes of the pictures.
    #[serde(skip)]
    pub(super) pictures: Vec<(String, Vec<u8>)>,
}

/// Scores as the game gave them.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Given {
    /// The function.
    pub(super) via: String,
    /// Numbers; null where nothing was given; a text where it was something else.
    pub(super) scores: Option<Vec<serde_json::Value>>,
    /// What was given in the place of a list.
    pub(super) given: String,
}

/// A phase that the game entered.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhaseSeen {
    /// `countdown`, `playing` or `results`.
    pub(super) phase: String,
    /// ms after ready.
    pub(super) at_ms: f64,
}

/// An uncaught error.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Thrown {
    /// Its text.
    pub(super) message: String,
    /// Address of the script, empty when unknown.
    pub(super) file: String,
    /// 1-based; 0 when unknown.
    pub(super) line: u32,
    /// 1-based; 0 when unknown.
    pub(super) column: u32,
    /// May be empty.
    pub(super) stack: String,
}

/// A request that the policy refused.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Blocked {
    /// What was asked for.
    pub(super) url: String,
    /// The part of the policy that refused it.
    pub(super) directive: String,
    /// Address of the script.
    #[serde(default)]
    pub(super) file: Option<String>,
    /// 1-based; 0 when unknown.
    pub(super) line: u32,
    /// 1-based; 0 when unknown.
    pub(super) column: u32,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum News {
    Snap { name: String },
    End(Box<Seen>),
    Broken { message: String },
}

/// Plays a round. `pictures`: whether to take them.
///
/// # Errors
/// The browser fails; what the game does wrong is in the answer.
pub(super) async fn play(arena: &Arena, round: &Round, pictures: bool) -> Result<Seen, CdpError> {
    let mut place = arena.page().await?;
    // What a frame that is gone said last belongs to nobody.
    place.page.console();
    let round = Round { snaps: pictures, ..round.clone() };
    let wanted = serde_json::to_string(&round).map_err(|error| CdpError::Refused(error.to_string()))?;
    let limit = PATIENCE + Duration::from_secs_f64(round.duration_sec * 2.0);
    let played = async {
        let mut taken = Vec::new();
        let mut news = place.page.evaluate(&format!("verifier.play({wanted})")).await?;
        loop {
            match serde_json::from_value(news).map_err(|error| CdpError::Refused(error.to_string()))? {
                News::Snap { name } => {
                    taken.push((name, place.page.picture().await?));
                    news = place.page.evaluate("verifier.resume()").await?;
                }
                News::End(seen) => return Ok(Seen { pictures: taken, ..*seen }),
                News::Broken { message } => return Err(CdpError::Refused(format!("the stage failed: {message}"))),
            }
        }
    };
    let Ok(played) = tokio::time::timeout(limit, played).await else {
        place.page.close().await?;
        return Err(CdpError::Refused(format!("a round took more than {} s", limit.as_secs())));
    };
    let console = place.page.console();
    arena.give_back(place);
    Ok(Seen { console, ..played? })
}
