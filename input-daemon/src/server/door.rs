//! Who may come in. Layers of defence, outermost first:
//! 1. The daemon listens on loopback unless told otherwise.
//! 2. A page of a foreign site is refused by its `Origin`. Pages of this machine and game frames, whose origin is `null`,
//!    pass; programs send none.
//! 3. Everyone needs the token, in the address: browsers cannot set headers on a WebSocket. It is compared in constant time.
//! 4. The subprotocol has to be named, so that nobody gets in by mistake; the rig's exists only with `--virtual`, and is not
//!    for pages: a game has the token, too, and would press the buttons itself.

use super::Socket;
use crate::{
    protocol::{PROTOCOL, RIG_PROTOCOL},
    token::Token,
};
use percent_encoding::percent_decode_str;
use std::time::Duration;
use tokio::{io::AsyncWriteExt, net::TcpStream, time::timeout};
use tokio_tungstenite::{
    accept_hdr_async_with_config,
    tungstenite::{
        self,
        handshake::server::{ErrorResponse, Request, Response},
        http::{
            HeaderMap, HeaderValue, StatusCode,
            header::{CONTENT_TYPE, ORIGIN, SEC_WEBSOCKET_PROTOCOL},
        },
        protocol::WebSocketConfig,
    },
};

/// Longest time to tell somebody that there is no room.
const TURN_AWAY_DEADLINE: Duration = Duration::from_secs(1);

/// Who came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guest {
    /// Reads pads.
    Client,
    /// Drives virtual pads.
    Driver,
}

/// Where somebody comes from, by his `Origin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// None: no browser.
    Program,
    /// A page of this machine.
    Page,
    /// `null`: a game's frame.
    Frame,
}

/// Why somebody may not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoEntry {
    #[error("pages of other sites may not read the pads")]
    ForeignOrigin,
    #[error("the token is missing or wrong")]
    WrongToken,
    #[error("ask for the subprotocol maribro.input.v1")]
    Protocol,
    #[error("there are no virtual pads: start with --virtual")]
    NoRig,
    #[error("games and pages may not drive the virtual pads")]
    RigForPrograms,
}

impl NoEntry {
    fn status_and_code(self) -> (StatusCode, &'static str) {
        match self {
            Self::ForeignOrigin | Self::RigForPrograms => (StatusCode::FORBIDDEN, "forbidden"),
            Self::WrongToken => (StatusCode::UNAUTHORIZED, "invalid_token"),
            Self::Protocol => (StatusCode::BAD_REQUEST, "bad_protocol"),
            Self::NoRig => (StatusCode::NOT_FOUND, "no_virtual_pads"),
        }
    }
}

/// What the door goes by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Door<'a> {
    pub(super) token: &'a Token,
    pub(super) has_rig: bool,
    pub(super) rig_for_pages: bool,
}

impl Door<'_> {
    /// The handshake.
    ///
    /// # Errors
    /// It is none, or it was refused; the other side was told.
    #[allow(clippy::result_large_err, reason = "the type of tungstenite's callback")]
    pub(super) async fn open(
        self,
        stream: TcpStream,
        config: WebSocketConfig,
    ) -> Result<(Socket, Guest, Origin), tungstenite::Error> {
        let (mut guest, mut origin) = (Guest::Client, Origin::Frame);
        let look = |request: &Request, mut response: Response| match self.let_in(request) {
            Ok((who, protocol, from)) => {
                (guest, origin) = (who, from);
                response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(protocol));
                Ok(response)
            }
            Err(why) => Err(refusal(why)),
        };
        let socket = accept_hdr_async_with_config(stream, look, Some(config)).await?;
        Ok((socket, guest, origin))
    }

    fn let_in(self, request: &Request) -> Result<(Guest, &'static str, Origin), NoEntry> {
        let origin = origin(request.headers()).ok_or(NoEntry::ForeignOrigin)?;
        // SECURITY: before anything that could tell a stranger what runs here.
        if !token_in(request.uri().query().unwrap_or("")).is_some_and(|tried| self.token.is(&tried)) {
            return Err(NoEntry::WrongToken);
        }
        let asked = protocols(request.headers());
        if asked.contains(&PROTOCOL) {
            return Ok((Guest::Client, PROTOCOL, origin));
        }
        match origin {
            _ if !asked.contains(&RIG_PROTOCOL) => Err(NoEntry::Protocol),
            Origin::Frame => Err(NoEntry::RigForPrograms),
            Origin::Page if !self.rig_for_pages => Err(NoEntry::RigForPrograms),
            _ if !self.has_rig => Err(NoEntry::NoRig),
            Origin::Page | Origin::Program => Ok((Guest::Driver, RIG_PROTOCOL, origin)),
        }
    }
}

/// Tells somebody that there is no room.
pub(super) async fn turn_away(mut stream: TcpStream) {
    let body = envelope("unavailable", "there are too many connections");
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    // Whether it is heard is the other side's affair.
    timeout(TURN_AWAY_DEADLINE, stream.write_all(answer.as_bytes())).await.ok();
}

fn refusal(why: NoEntry) -> ErrorResponse {
    let (status, code) = why.status_and_code();
    let mut response = ErrorResponse::new(Some(envelope(code, &why.to_string())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn envelope(code: &str, message: &str) -> String {
    serde_json::json!({ "ok": false, "error": { "code": code, "message": message } }).to_string()
}

/// No origin (a program), `null` (a game's frame), or a page of this machine; `None` for all others.
fn origin(headers: &HeaderMap) -> Option<Origin> {
    let mut origins = headers.get_all(ORIGIN).iter();
    match (origins.next().map(HeaderValue::to_str), origins.next()) {
        (None, _) => Some(Origin::Program),
        (Some(Ok("null")), None) => Some(Origin::Frame),
        (Some(Ok(page)), None) if is_local_page(page) => Some(Origin::Page),
        _ => None,
    }
}

/// `http://localhost:8000`, and so on.
fn is_local_page(origin: &str) -> bool {
    let Some(authority) = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")) else {
        return false;
    };
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|host| {
        // SECURITY: the whole rest has to be a port, or `localhost.evil.example` would pass.
        authority.strip_prefix(host).is_some_and(|rest| {
            rest.is_empty() || rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok())
        })
    })
}

/// The value of `token` in a query.
fn token_in(query: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix("token="))?;
    Some(percent_decode_str(value).decode_utf8().ok()?.into_owned())
}

fn protocols(headers: &HeaderMap) -> Vec<&str> {
    let lines = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
    lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const TOKEN: &str = "a party at the lake";

    fn asked(origin: &[&str], query: &str, protocol: &str, has_rig: bool) -> Result<Guest, NoEntry> {
        ask(origin, query, protocol, has_rig, false).map(|(guest, _)| guest)
    }

    fn ask(
        origin: &[&str],
        query: &str,
        protocol: &str,
        has_rig: bool,
        rig_for_pages: bool,
    ) -> Result<(Guest, Origin), NoEntry> {
        let mut request = Request::new(());
        *request.uri_mut() = format!("ws://127.0.0.1:8137/?{query}").parse().unwrap();
        for origin in origin {
            request.headers_mut().append(ORIGIN, origin.parse().unwrap());
        }
        request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, protocol.parse().unwrap());
        let token = Token::find(Some(TOKEN.to_owned()), Path::new("")).unwrap();
        let door = Door { token: &token, has_rig, rig_for_pages };
        door.let_in(&request).map(|(guest, _, origin)| (guest, origin))
    }

    const RIGHT: &str = "x=1&token=a%20party%20at%20the%20lake";

    #[test]
    fn pages_of_this_machine_frames_and_programs_come_in() {
        for origin in [&[][..], &["null"], &["http://localhost:8000"], &["https://127.0.0.1"], &["http://[::1]:3000"]] {
            assert_eq!(asked(origin, RIGHT, PROTOCOL, false), Ok(Guest::Client), "{origin:?}");
        }
    }

    #[test]
    fn pages_of_other_sites_do_not() {
        for origin in [
            &["http://evil.example"][..],
            &["http://localhost.evil.example"],
            &["http://localhost:80@evil.example"],
            &["http://localhost:"],
            &["http://127.0.0.1:8000/"],
            &["file://"],
            &["NULL"],
            &["null", "http://localhost"],
            &[""],
        ] {
            assert_eq!(asked(origin, RIGHT, PROTOCOL, false), Err(NoEntry::ForeignOrigin), "{origin:?}");
        }
    }

    #[test]
    fn nobody_comes_in_without_the_token() {
        for query in ["", "token=", "token=a", "Token=a%20party%20at%20the%20lake", "token=%ff", "atoken=x"] {
            assert_eq!(asked(&[], query, PROTOCOL, false), Err(NoEntry::WrongToken), "{query:?}");
        }
    }

    #[test]
    fn the_virtual_pads_are_for_programs_and_for_pages_only_where_that_was_wanted_and_never_for_games() {
        let page = &["http://localhost:8000"][..];
        let drives = |origin, rig_for_pages| ask(origin, RIGHT, RIG_PROTOCOL, true, rig_for_pages);
        assert_eq!(drives(&[], false), Ok((Guest::Driver, Origin::Program)));
        assert_eq!(drives(page, false), Err(NoEntry::RigForPrograms));
        assert_eq!(drives(page, true), Ok((Guest::Driver, Origin::Page)));
        for rig_for_pages in [false, true] {
            assert_eq!(drives(&["null"], rig_for_pages), Err(NoEntry::RigForPrograms));
            assert_eq!(drives(&["http://evil.example"], rig_for_pages), Err(NoEntry::ForeignOrigin));
        }
        assert_eq!(ask(&["null"], RIGHT, PROTOCOL, true, false), Ok((Guest::Client, Origin::Frame)));
    }

    #[test]
    fn the_subprotocol_says_what_is_wanted() {
        assert_eq!(asked(&[], RIGHT, "chat", true), Err(NoEntry::Protocol));
        assert_eq!(asked(&[], RIGHT, "chat, maribro.input.v1", true), Ok(Guest::Client));
        assert_eq!(asked(&[], RIGHT, RIG_PROTOCOL, true), Ok(Guest::Driver));
        assert_eq!(asked(&[], RIGHT, RIG_PROTOCOL, false), Err(NoEntry::NoRig));
    }
}
