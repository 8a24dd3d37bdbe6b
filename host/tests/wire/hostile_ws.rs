//! Pages that misbehave on the WebSocket: each hears why it is sent away, and the others go on.

use crate::harness::{PATIENCE, TestHost, wait_for};
use futures_util::SinkExt;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::Message;

const FIN: u8 = 0x80;
const CONTINUED: u8 = 0;
const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const PING: u8 = 9;

/// A page that puts its frames together by hand.
struct Raw(TcpStream);

impl Raw {
    async fn connect(host: &TestHost) -> Self {
        let mut stream = TcpStream::connect(host.address).await.unwrap();
        let upgrade = "GET /ws HTTP/1.1\r\nHost: party.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        stream.write_all(upgrade.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        assert!(head.starts_with(b"HTTP/1.1 101 "));
        let mut page = Self(stream);
        assert_eq!(page.frame().await.map(|(kind, _)| kind), Some(FIN | TEXT), "hello");
        page
    }

    /// A masked frame. The mask is zero, so that the bytes stay readable.
    async fn send(&mut self, first: u8, bytes: &[u8]) {
        let mut frame = vec![first];
        match bytes.len() {
            length @ 0..126 => frame.push(0x80 | u8::try_from(length).unwrap()),
            length => {
                frame.push(0x80 | 127);
                frame.extend((length as u64).to_be_bytes());
            }
        }
        frame.extend([0; 4]);
        frame.extend(bytes);
        self.bytes(&frame).await;
    }

    /// The host may have ended it already.
    async fn bytes(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.ok();
    }

    /// The next frame: its first byte and what it brings. `None` at the end.
    async fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        let reading = async {
            let first = self.0.read_u8().await.ok()?;
            let length = match self.0.read_u8().await.ok()? {
                126 => u64::from(self.0.read_u16().await.ok()?),
                127 => self.0.read_u64().await.ok()?,
                length => u64::from(length),
            };
            let mut bytes = vec![0; usize::try_from(length).unwrap()];
            self.0.read_exact(&mut bytes).await.ok()?;
            Some((first, bytes))
        };
        tokio::time::timeout(PATIENCE, reading).await.expect("the host says something")
    }

    /// The code of the goodbye. `None` when the connection ends without.
    async fn goodbye(&mut self) -> Option<u16> {
        loop {
            match self.frame().await? {
                (first, bytes) if first == FIN | CLOSE => {
                    return Some(u16::from_be_bytes(bytes.get(..2)?.try_into().unwrap()));
                }
                _ => {}
            }
        }
    }
}

#[tokio::test]
async fn frames_that_break_the_protocol_are_answered_with_its_codes() {
    let host = TestHost::start().await;
    let mut quiet = host.page().await;
    // A frame's first byte, its second with the length, and what follows.
    let cases: [(&str, Vec<u8>, u16); 13] = [
        ("not masked", vec![FIN | TEXT, 2, b'{', b'}'], 1002),
        ("an unknown kind", vec![FIN | 3, 0x80, 0, 0, 0, 0], 1002),
        ("an unknown control", vec![FIN | 11, 0x80, 0, 0, 0, 0], 1002),
        ("a reserved bit", vec![FIN | 0x40 | TEXT, 0x80, 0, 0, 0, 0], 1002),
        ("a control in pieces", vec![PING, 0x80, 0, 0, 0, 0], 1002),
        ("a long control", [&[FIN | PING, 0x80 | 126, 0, 200, 0, 0, 0, 0][..], &[0; 200]].concat(), 1002),
        ("a continuation of nothing", vec![FIN | CONTINUED, 0x80, 0, 0, 0, 0], 1002),
        ("a message within a message", vec![TEXT, 0x80, 0, 0, 0, 0, FIN | TEXT, 0x80, 0, 0, 0, 0], 1002),
        ("no UTF-8", vec![FIN | TEXT, 0x81, 0, 0, 0, 0, 0xff], 1007),
        ("70 KB announced", vec![FIN | TEXT, 0x80 | 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70, 0, 0, 0, 0], 1009),
        ("4 GB announced", vec![FIN | TEXT, 0x80 | 127, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0], 1009),
        ("2^63 bytes announced", vec![FIN | TEXT, 0x80 | 127, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 1009),
        ("2^64 - 1 bytes announced", [&[FIN | TEXT, 0x80 | 127][..], &[0xff; 8], &[0; 4]].concat(), 1009),
    ];
    for (what, bytes, code) in cases {
        let mut page = Raw::connect(&host).await;
        page.bytes(&bytes).await;
        assert_eq!(page.goodbye().await, Some(code), "{what}");
    }
    quiet.send("claim_seat", json!({ "gamepadIndex": 3 })).await;
    quiet.next_of("session_changed").await;
}

#[tokio::test]
async fn a_message_in_pieces_is_put_together_up_to_the_limit() {
    let host = TestHost::start().await;
    let mut page = Raw::connect(&host).await;
    for (n, piece) in ["{\"type\":", "\"dan", "ce\"}"].iter().enumerate() {
        let (kind, fin) = (if n == 0 { TEXT } else { CONTINUED }, if n == 2 { FIN } else { 0 });
        page.send(fin | kind, piece.as_bytes()).await;
        // Controls may come in between.
        page.send(FIN | PING, b"x").await;
    }
    let mut refused = String::new();
    while !refused.contains("refused") {
        refused = String::from_utf8(page.frame().await.expect("an answer").1).unwrap();
    }
    assert!(refused.contains("\"command\":\"dance\""), "{refused}");
    page.send(TEXT, b"").await;
    for _ in 0..20 {
        page.send(CONTINUED, &[b'x'; 4096]).await;
    }
    assert_eq!(page.goodbye().await, Some(1009));
}

#[tokio::test]
async fn floods_are_sent_away_and_others_go_on() {
    let host = TestHost::start().await;
    let mut quiet = host.page().await;
    // Texts are cut off sooner when their refusals pile up.
    for (what, kind, bytes) in [("pings", PING, &b""[..]), ("texts", TEXT, b"{}"), ("empty texts", TEXT, b"")] {
        let mut page = Raw::connect(&host).await;
        for _ in 0..2_000 {
            page.send(FIN | kind, bytes).await;
        }
        let code = page.goodbye().await;
        assert!(code == Some(1008) || (kind == TEXT && code == Some(1013)), "{what}: {code:?}");
    }
    // A page that has something to say may say it fast.
    for _ in 0..100 {
        quiet.socket.send(Message::Ping(Default::default())).await.unwrap();
    }
    quiet.send("claim_seat", json!({ "gamepadIndex": 3 })).await;
    quiet.next_of("session_changed").await;
}

#[tokio::test]
async fn one_address_has_so_many_pages_and_the_host_is_not_counted() {
    const EACH: usize = 64;
    let host = TestHost::start().await;
    let one = [("x-forwarded-for", "203.0.113.1")];
    let mut pages = Vec::new();
    for _ in 0..EACH {
        pages.push(host.page_with(&one).await.expect("a place"));
    }
    assert_eq!(host.page_with(&one).await.err().map(|status| status.as_u16()), Some(429));
    // Claims in front of what the proxy saw change nothing.
    let claimed = [("x-forwarded-for", "198.51.100.7, 203.0.113.1")];
    assert_eq!(host.page_with(&claimed).await.err().map(|status| status.as_u16()), Some(429));
    pages.push(host.page_with(&[("x-forwarded-for", "203.0.113.2")]).await.expect("another address"));
    pages.push(host.page().await);
    pages.swap_remove(0);
    wait_for(|| async { host.page_with(&one).await.is_ok() }).await;
}

#[tokio::test]
async fn a_page_holds_a_place_for_a_connection_until_it_is_gone() {
    let host = TestHost::start().await;
    let (first, second) = (host.page().await, host.page().await);
    let connections = async || host.get("/api/health").await.json["connections"].as_u64().unwrap();
    assert!(connections().await >= 3);
    drop((first, second));
    wait_for(|| async { connections().await == 1 }).await;
}

#[tokio::test]
async fn pages_of_strangers_make_room_and_the_stage_stays() {
    let host = TestHost::start_with(|config| config.limits.connections = 30).await;
    let mut stage = host.page().await;
    let mut strangers = Vec::new();
    for n in 0..60 {
        let address = format!("203.0.113.{n}");
        strangers.push(host.page_with(&[("x-forwarded-for", &address)]).await.expect("a newcomer gets in"));
    }
    assert_eq!(host.get("/api/session").await.status, 200);
    assert_eq!(strangers[0].next().await, None, "the oldest made room");
    stage.send("claim_seat", json!({ "gamepadIndex": 3 })).await;
    stage.next_of("session_changed").await;
}
