//! JSON messages: `{"type": …, "payload": …}`, as on the host's own WebSocket.

use super::PROTOCOL;
use crate::model::{Battery, News, PadInfo, identity::Link};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Longest rumble of one message, in milliseconds: a client that dies leaves no pad rumbling for long.
pub const MAX_RUMBLE_MS: u32 = 5_000;
/// Highest player index; the session has four slots.
pub const MAX_PLAYER_INDEX: u8 = 3;
/// How much of a wrong message is told back.
const MAX_NAMED_CHARS: usize = 40;

/// From a client.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", content = "payload", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Shakes a pad.
    #[serde(rename_all = "camelCase")]
    Rumble {
        /// 100 + n.
        pad: u16,
        /// The heavy motor, 0 to 1.
        strong: f32,
        /// The light motor, 0 to 1.
        weak: f32,
        /// 0 stops; at most [`MAX_RUMBLE_MS`].
        duration_ms: u32,
    },
    /// Colours the light bar.
    Light {
        /// 100 + n.
        pad: u16,
        /// 0 to 255.
        r: u8,
        /// 0 to 255.
        g: u8,
        /// 0 to 255.
        b: u8,
    },
    /// Tells a pad which player it is; pads with player lights show it.
    Player {
        /// 100 + n.
        pad: u16,
        /// 0 to 3, or none.
        index: Option<u8>,
    },
    /// Chooses what state frames have.
    Subscribe {
        /// With motion and touchpad.
        motion: bool,
    },
    /// Asks for the list of pads.
    List {},
}

/// To a client.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", content = "payload", rename_all = "snake_case")]
pub enum Event {
    /// The first message.
    #[serde(rename_all = "camelCase")]
    Hello {
        /// What is spoken.
        protocol: &'static str,
        /// Version of the daemon.
        version: &'static str,
        /// Version of SDL.
        sdl: String,
        /// Whether pads on Bluetooth take effects and give motion.
        bluetooth_effects: bool,
        /// Every pad of this session.
        pads: Vec<Pad>,
    },
    /// Every pad of this session, when asked for, and when a client missed news.
    Pads {
        /// Ascending by number.
        pads: Vec<Pad>,
    },
    /// A pad came, came back, or changed its link.
    Connected(Pad),
    /// A pad is gone; everything on it is let go.
    Disconnected {
        /// 100 + n.
        number: u16,
    },
    /// A pad's charge.
    Battery {
        /// 100 + n.
        number: u16,
        /// The charge.
        level: Battery,
    },
    /// A device has no mapping (`mapped` is false: it is no pad until `--mappings` has a line for it), or got one.
    Mapping {
        /// 100 + n, if it is a pad.
        number: Option<u16>,
        /// Its name.
        name: String,
        /// What a mapping line for it begins with.
        guid: String,
        /// Whether it is mapped.
        mapped: bool,
    },
    /// Measured rates, every few seconds, of pads that were measured.
    Rates {
        /// Ascending by number.
        rates: Vec<Rate>,
    },
    /// The last message was not carried out.
    Error {
        /// The message's type, if it had one.
        command: Option<String>,
        /// One of [`Refusal::code`].
        code: &'static str,
        /// For people.
        message: String,
    },
}

/// A pad in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pad {
    number: u16,
    connected: bool,
    name: String,
    link: Link,
    /// Four hexadecimal digits each, as in the id of a browser's Gamepad.
    vendor: String,
    product: String,
    guid: String,
    /// Whether the pad has a serial, so that it is known again for sure. The serial itself is nobody's business.
    has_serial: bool,
    battery: Battery,
    rumble: bool,
    light: bool,
    motion: bool,
    report_hz: Option<f32>,
    jitter_ms: Option<f32>,
}

/// What was measured of a pad.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rate {
    number: u16,
    report_hz: f32,
    jitter_ms: f32,
}

/// Why a message is not carried out. The connection lives.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not JSON, of an unknown type, of the wrong shape, or out of range.
    #[error("{0}")]
    BadMessage(String),
    /// No pad ever had this number.
    #[error("there is no pad {0}")]
    UnknownPad(u16),
    /// It was here.
    #[error("pad {0} is not connected")]
    PadGone(u16),
    /// Effects over Bluetooth are opt-in.
    #[error("pad {0} is on Bluetooth; effects there need --bluetooth-effects")]
    BluetoothEffectsOff(u16),
    /// The pad cannot do that.
    #[error("pad {pad} can't do that: {why}")]
    Unsupported {
        /// 100 + n.
        pad: u16,
        /// What SDL says.
        why: String,
    },
    /// More commands than a client may send, or all game frames together.
    #[error("too many commands; this one was not carried out")]
    RateLimited,
    /// The thread of the pads has too much to do, or has ended.
    #[error("the daemon is too busy")]
    Busy,
}

impl Refusal {
    /// The word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadMessage(_) => "bad_message",
            Self::UnknownPad(_) => "unknown_pad",
            Self::PadGone(_) => "pad_gone",
            Self::BluetoothEffectsOff(_) => "bluetooth_effects_off",
            Self::Unsupported { .. } => "unsupported",
            Self::RateLimited => "rate_limited",
            Self::Busy => "busy",
        }
    }
}

/// Reads a client's message; one without a payload counts as having an empty one. Gives the type it names, for the answer.
///
/// # Errors
/// [`Refusal::BadMessage`].
pub fn read<C: for<'de> Deserialize<'de>>(text: &str) -> (Option<String>, Result<C, Refusal>) {
    let mut message: Value = match serde_json::from_str(text) {
        Ok(message) => message,
        Err(error) => return (None, Err(Refusal::BadMessage(format!("not JSON: {error}")))),
    };
    if let Some(object) = message.as_object_mut() {
        object.entry("payload").or_insert_with(|| Value::Object(serde_json::Map::new()));
    }
    let named = message.get("type").and_then(Value::as_str);
    let named = named.map(|name| name.chars().take(MAX_NAMED_CHARS).collect());
    (named, serde_json::from_value(message).map_err(|error| Refusal::BadMessage(error.to_string())))
}

impl Command {
    /// Refuses what the types let through.
    ///
    /// # Errors
    /// [`Refusal::BadMessage`] for a number out of its range.
    pub fn checked(self) -> Result<Self, Refusal> {
        let bad = |what: String| Err(Refusal::BadMessage(what));
        match &self {
            Self::Rumble { strong, weak, .. } if ![strong, weak].iter().all(|force| (0.0..=1.0).contains(*force)) => {
                bad("strong and weak are 0 to 1".to_owned())
            }
            Self::Rumble { duration_ms, .. } if *duration_ms > MAX_RUMBLE_MS => {
                bad(format!("durationMs is at most {MAX_RUMBLE_MS}"))
            }
            Self::Player { index: Some(index), .. } if *index > MAX_PLAYER_INDEX => {
                bad(format!("index is 0 to {MAX_PLAYER_INDEX}, or null"))
            }
            _ => Ok(self),
        }
    }
}

impl Event {
    /// The first message of a connection.
    #[must_use]
    pub fn hello(sdl: String, bluetooth_effects: bool, pads: &[PadInfo]) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        Self::Hello { protocol: PROTOCOL, version, sdl, bluetooth_effects, pads: list(pads) }
    }

    /// The list of pads.
    #[must_use]
    pub fn pads(pads: &[PadInfo]) -> Self {
        Self::Pads { pads: list(pads) }
    }

    /// The rates of the pads that were measured; `None` if no pad was.
    #[must_use]
    pub fn rates(pads: &[PadInfo]) -> Option<Self> {
        let rate =
            |pad: &PadInfo| Some(Rate { number: pad.number, report_hz: pad.report_hz?, jitter_ms: pad.jitter_ms? });
        let rates: Vec<Rate> = pads.iter().filter_map(rate).collect();
        (!rates.is_empty()).then_some(Self::Rates { rates })
    }

    /// A refusal.
    #[must_use]
    pub fn error(command: Option<String>, refusal: &Refusal) -> Self {
        Self::Error { command, code: refusal.code(), message: refusal.to_string() }
    }

    /// As it is sent.
    #[must_use]
    pub fn json(&self) -> String {
        // Nothing in it can fail: no maps with other keys than texts.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl From<News> for Event {
    fn from(news: News) -> Self {
        match news {
            News::Connected(info) => Self::Connected(Pad::from(&info)),
            News::Disconnected(number) => Self::Disconnected { number },
            News::Battery(number, level) => Self::Battery { number, level },
        }
    }
}

impl From<&PadInfo> for Pad {
    fn from(info: &PadInfo) -> Self {
        let facts = info.facts.clone();
        Self {
            number: info.number,
            connected: info.connected,
            name: facts.name,
            link: facts.identity.link,
            vendor: format!("{:04x}", facts.vendor),
            product: format!("{:04x}", facts.product),
            guid: facts.identity.guid,
            has_serial: facts.identity.serial.is_some(),
            battery: facts.battery,
            rumble: facts.rumble,
            light: facts.light,
            motion: facts.motion,
            report_hz: info.report_hz,
            jitter_ms: info.jitter_ms,
        }
    }
}

fn list(pads: &[PadInfo]) -> Vec<Pad> {
    pads.iter().map(Pad::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn command(text: &str) -> Result<Command, Refusal> {
        read::<Command>(text).1.and_then(Command::checked)
    }

    #[test]
    fn commands_are_read() {
        assert_eq!(
            command(r#"{"type":"rumble","payload":{"pad":100,"strong":1,"weak":0.5,"durationMs":200}}"#),
            Ok(Command::Rumble { pad: 100, strong: 1.0, weak: 0.5, duration_ms: 200 })
        );
        assert_eq!(command(r#"{"type":"list"}"#), Ok(Command::List {}));
        let none = command(r#"{"type":"player","payload":{"pad":101,"index":null}}"#);
        assert_eq!(none, Ok(Command::Player { pad: 101, index: None }));
    }

    #[test]
    fn what_is_out_of_range_is_refused() {
        for text in [
            r#"{"type":"rumble","payload":{"pad":100,"strong":1.1,"weak":0,"durationMs":1}}"#,
            r#"{"type":"rumble","payload":{"pad":100,"strong":1,"weak":-0.1,"durationMs":1}}"#,
            r#"{"type":"rumble","payload":{"pad":100,"strong":1,"weak":0,"durationMs":5001}}"#,
            r#"{"type":"light","payload":{"pad":100,"r":256,"g":0,"b":0}}"#,
            r#"{"type":"player","payload":{"pad":100,"index":4}}"#,
            r#"{"type":"light","payload":{"pad":100,"r":1,"g":0,"b":0,"w":0}}"#,
            r#"{"type":"dance"}"#,
            "[]",
            "7",
            "{",
        ] {
            assert!(matches!(command(text), Err(Refusal::BadMessage(_))), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_tried(text in "\\PC{0,60}") {
            command(&text).ok();
        }

        #[test]
        fn any_numbers_can_be_tried(strong: f32, pad: i64, duration: i64) {
            let text = format!(
                r#"{{"type":"rumble","payload":{{"pad":{pad},"strong":{strong:?},"weak":0,"durationMs":{duration}}}}}"#
            );
            if let Ok(Command::Rumble { strong, duration_ms, .. }) = command(&text) {
                prop_assert!((0.0..=1.0).contains(&strong) && duration_ms <= MAX_RUMBLE_MS);
            }
        }
    }
}
