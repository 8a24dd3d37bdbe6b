//! The host's own connection to the input daemon: it shows that the daemon lives, and which pads it has.

use super::{Token, address::InputUrl};
use futures_util::StreamExt;
use maribro_contract::wire::{InputPad, PadBattery, PadLink};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use std::{collections::BTreeMap, io, time::Duration};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout, timeout_at},
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{
        self, Message,
        client::IntoClientRequest,
        http::{HeaderValue, StatusCode, header::SEC_WEBSOCKET_PROTOCOL},
        protocol::WebSocketConfig,
    },
};

/// The subprotocol: docs/input-protocol.md.
const PROTOCOL: &str = "maribro.input.v1";
/// Longest time to connect and to be greeted.
const GREETING: Duration = Duration::from_secs(5);
/// A daemon that sent no state for so long hangs; it sends one at least every 250 ms.
const SILENCE: Duration = Duration::from_secs(3);
/// Largest message of the daemon; a list of 16 pads has some 6 KB.
const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// Pads that are kept; the daemon has at most 16.
const MAX_PADS: usize = 64;
/// Characters of a pad's name that are kept.
const MAX_NAME_CHARS: usize = 100;

/// Why there is no line, or none any more.
#[derive(Debug, thiserror::Error)]
pub(super) enum Lost {
    /// Nothing listens there.
    #[error("nothing answers there: {0}")]
    Nobody(io::Error),
    /// It wants another token.
    #[error("it does not take this token")]
    WrongToken,
    /// It refused, or is something else.
    #[error("it is no input daemon, or has no room: {0}")]
    Refused(tungstenite::Error),
    /// It said nothing for too long.
    #[error("it does not answer")]
    Silent,
    /// It closed the connection.
    #[error("it hung up")]
    HungUp,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Line {
    socket: WebSocketStream<TcpStream>,
    pads: BTreeMap<u16, InputPad>,
    last_state: Instant,
}

impl Line {
    /// Connects, and waits for the hello.
    ///
    /// # Errors
    /// See [`Lost`].
    pub(super) async fn open(url: &InputUrl, token: &Token) -> Result<Self, Lost> {
        timeout(GREETING, Self::greet(url, token)).await.unwrap_or(Err(Lost::Silent))
    }

    async fn greet(url: &InputUrl, Token(token): &Token) -> Result<Self, Lost> {
        let stream = TcpStream::connect(url.authority()).await.map_err(Lost::Nobody)?;
        let address = format!("{url}/?token={}", utf8_percent_encode(token, NON_ALPHANUMERIC));
        let mut request = address.into_client_request().map_err(Lost::Refused)?;
        request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
        let config = WebSocketConfig::default()
            .max_message_size(Some(MAX_MESSAGE_BYTES))
            .max_frame_size(Some(MAX_MESSAGE_BYTES))
            .read_buffer_size(8 * 1024);
        let (socket, _) =
            client_async_with_config(request, stream, Some(config)).await.map_err(|error| match error {
                tungstenite::Error::Http(answer) if answer.status() == StatusCode::UNAUTHORIZED => Lost::WrongToken,
                other => Lost::Refused(other),
            })?;
        let mut line = Self { socket, pads: BTreeMap::new(), last_state: Instant::now() };
        line.news().await?;
        line.last_state = Instant::now();
        Ok(line)
    }

    /// The pads that are connected, ascending by number.
    pub(super) fn pads(&self) -> Vec<InputPad> {
        self.pads.values().cloned().collect()
    }

    /// Waits until the pads may have changed.
    ///
    /// # Errors
    /// The daemon is gone or hangs.
    pub(super) async fn news(&mut self) -> Result<(), Lost> {
        loop {
            // After a stall of this process what came meanwhile is read before the clock counts.
            let message = timeout_at(self.last_state + SILENCE, self.socket.next()).await;
            match message.map_err(|_| Lost::Silent)? {
                Some(Ok(Message::Binary(_))) => self.last_state = Instant::now(),
                Some(Ok(Message::Text(text))) => {
                    if tell(&mut self.pads, &text) {
                        return Ok(());
                    }
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Lost::HungUp),
            }
        }
    }
}

/// What the host understands of the daemon's events; it passes over the others.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", content = "payload", rename_all = "snake_case")]
enum Event {
    Hello { pads: Vec<Pad> },
    Pads { pads: Vec<Pad> },
    Connected(Pad),
    Disconnected { number: u16 },
    Battery { number: u16, level: PadBattery },
}

#[derive(Debug, Deserialize)]
struct Pad {
    number: u16,
    connected: bool,
    name: String,
    link: PadLink,
    battery: PadBattery,
}

/// Whether this was an event about pads; they are as it says then.
fn tell(pads: &mut BTreeMap<u16, InputPad>, text: &str) -> bool {
    let Ok(event) = serde_json::from_str::<Event>(text) else { return false };
    match event {
        Event::Hello { pads: all } | Event::Pads { pads: all } => {
            pads.clear();
            all.into_iter().for_each(|pad| add(pads, pad));
        }
        Event::Connected(pad) => add(pads, pad),
        Event::Disconnected { number } => drop(pads.remove(&number)),
        Event::Battery { number, level } => {
            if let Some(pad) = pads.get_mut(&number) {
                pad.battery = level;
            }
        }
    }
    true
}

fn add(pads: &mut BTreeMap<u16, InputPad>, pad: Pad) {
    let Pad { number, connected, name, link, battery } = pad;
    if connected && pads.len() < MAX_PADS {
        let name = name.chars().take(MAX_NAME_CHARS).collect();
        pads.insert(number, InputPad { number, name, link, battery });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_pads_are_those_that_the_daemon_told_of_last() {
        let mut pads = BTreeMap::new();
        let pad = |number: u16, connected: bool| json!({ "number": number, "connected": connected, "name": "x".repeat(300), "link": "usb", "battery": "low", "more": 1 });
        let mut told = |event: serde_json::Value| {
            assert!(tell(&mut pads, &event.to_string()), "{event}");
            pads.values().map(|pad| (pad.number, pad.battery)).collect::<Vec<_>>()
        };
        let hello = json!({ "type": "hello", "payload": { "protocol": "maribro.input.v1", "pads": [pad(101, true), pad(100, false)] } });
        assert_eq!(told(hello), [(101, PadBattery::Low)]);
        let connected = json!({ "type": "connected", "payload": pad(100, true) });
        assert_eq!(told(connected), [(100, PadBattery::Low), (101, PadBattery::Low)]);
        let battery = json!({ "type": "battery", "payload": { "number": 101, "level": "full" } });
        assert_eq!(told(battery), [(100, PadBattery::Low), (101, PadBattery::Full)]);
        let gone = json!({ "type": "disconnected", "payload": { "number": 100 } });
        assert_eq!(told(gone), [(101, PadBattery::Full)]);
        let again = json!({ "type": "pads", "payload": { "pads": [pad(102, true)] } });
        assert_eq!(told(again), [(102, PadBattery::Low)]);
        assert!(pads.values().all(|pad| pad.name.chars().count() == MAX_NAME_CHARS));
    }

    #[test]
    fn what_is_no_event_about_pads_changes_nothing() {
        let mut pads = BTreeMap::new();
        for text in
            ["", "{}", "[]", r#"{"type":"rates","payload":{"rates":[]}}"#, r#"{"type":"connected","payload":{}}"#]
        {
            assert!(!tell(&mut pads, text), "{text}");
        }
        assert!(pads.is_empty());
    }
}
