//! Who is let in.

use crate::harness::{DEADLINE, Daemon, TOKEN, connect, program, started};
use maribro_input::protocol::{PROTOCOL, RIG_PROTOCOL};
use serde_json::Value;
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_tungstenite::tungstenite;

/// Status and error code of a refusal; `None` when it is let in.
async fn refused(
    address: SocketAddr,
    protocol: &'static str,
    token: &str,
    origin: Option<&'static str>,
) -> Option<(u16, String)> {
    match connect(address, protocol, token, origin).await {
        Ok(_) => None,
        Err(tungstenite::Error::Http(response)) => {
            let body: Value = serde_json::from_slice(response.body().as_deref().expect("a body")).expect("JSON");
            assert_eq!(body["ok"], false);
            Some((response.status().as_u16(), body["error"]["code"].as_str().expect("a code").to_owned()))
        }
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_wrong_token_and_a_foreign_page_are_refused_at_the_handshake() {
    let daemon = Daemon::with_pads(1).await;
    let at = daemon.address;
    let forbidden = Some((403, "forbidden".to_owned()));
    let wrong = Some((401, "invalid_token".to_owned()));
    assert_eq!(refused(at, PROTOCOL, "", None).await, wrong);
    assert_eq!(refused(at, PROTOCOL, "the token of the test", None).await, wrong);
    assert_eq!(refused(at, RIG_PROTOCOL, "another", None).await, wrong);
    assert_eq!(refused(at, PROTOCOL, TOKEN, Some("https://evil.example")).await, forbidden);
    assert_eq!(refused(at, PROTOCOL, TOKEN, Some("http://localhost.evil.example")).await, forbidden);
    assert_eq!(refused(at, RIG_PROTOCOL, TOKEN, Some("https://evil.example")).await, forbidden);
    assert_eq!(refused(at, "chat", TOKEN, None).await, Some((400, "bad_protocol".to_owned())));
    for origin in [None, Some("null"), Some("http://localhost:8000"), Some("http://127.0.0.1:9"), Some("https://[::1]")]
    {
        assert_eq!(refused(at, PROTOCOL, TOKEN, origin).await, None, "{origin:?}");
    }
}

#[tokio::test]
async fn games_and_pages_do_not_drive_the_virtual_pads() {
    let forbidden = Some((403, "forbidden".to_owned()));
    let page = Some("http://localhost:8000");
    let daemon = Daemon::with_pads(1).await;
    for origin in [Some("null"), page] {
        assert_eq!(refused(daemon.address, RIG_PROTOCOL, TOKEN, origin).await, forbidden);
    }
    let open = Daemon::start(&["--virtual", "1", "--rig-for-pages"]).await;
    assert_eq!(refused(open.address, RIG_PROTOCOL, TOKEN, page).await, None);
    assert_eq!(refused(open.address, RIG_PROTOCOL, TOKEN, Some("null")).await, forbidden, "never a game");
}

#[tokio::test]
async fn without_virtual_pads_there_is_no_rig() {
    let daemon = Daemon::start(&[]).await;
    let no_rig = Some((404, "no_virtual_pads".to_owned()));
    assert_eq!(refused(daemon.address, RIG_PROTOCOL, TOKEN, None).await, no_rig);
}

#[tokio::test]
async fn the_token_is_made_kept_and_its_owners_alone() {
    let data = tempfile::tempdir().expect("a folder");
    let folder = data.path().join("data");
    let start = || {
        let mut command = program(&folder);
        command.args(["--port", "0"]);
        started(command)
    };
    let (first, at) = start().await;
    let token = std::fs::read_to_string(folder.join("input.token")).expect("the token");
    assert_eq!(refused(at, PROTOCOL, &token, None).await, None);
    drop(first);
    let (_second, at) = start().await;
    assert_eq!(refused(at, PROTOCOL, &token, None).await, None, "it is the same after a restart");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.join("input.token")).expect("the token").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn what_is_no_handshake_is_cut_off_and_others_are_served() {
    let daemon = Daemon::with_pads(1).await;
    for bytes in [&b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"[..], b"\x16\x03\x01\x00\xff", &[b'a'; 100_000]] {
        let mut stream = TcpStream::connect(daemon.address).await.expect("it is accepted");
        // It may be cut off before all is sent.
        stream.write_all(bytes).await.ok();
        stream.shutdown().await.ok();
        let mut answer = Vec::new();
        timeout(DEADLINE, stream.read_to_end(&mut answer)).await.expect("it is cut off").ok();
        assert!(!answer.starts_with(b"HTTP/1.1 101"), "{:?}", String::from_utf8_lossy(&answer));
    }
    daemon.client().await.state(|_| true).await;
}

#[tokio::test]
async fn connections_that_say_nothing_do_not_hold_their_places() {
    let daemon = Daemon::with_pads(1).await;
    let mut silent = Vec::new();
    // All places and more.
    for _ in 0..140 {
        silent.push(TcpStream::connect(daemon.address).await.expect("it is accepted"));
    }
    let served = async {
        loop {
            match connect(daemon.address, PROTOCOL, TOKEN, None).await {
                Ok(_) => return,
                Err(tungstenite::Error::Http(response)) => assert_eq!(response.status(), 503),
                // Told before the handshake was sent.
                Err(tungstenite::Error::Io(_) | tungstenite::Error::Protocol(_)) => {}
                Err(error) => panic!("{error}"),
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    timeout(DEADLINE, served).await.expect("the places are free again");
}
