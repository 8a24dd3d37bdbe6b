//! Who may do what: every endpoint by every kind of caller, in one table. docs/architecture.md, Trust.

use crate::harness::{BOUNDARY, Form, GAME, TestHost};
use serde_json::json;

/// A kind of caller as headers; `{key}` is replaced by the host's key.
const CALLERS: [(&str, &[(&str, &str)]); 8] = [
    ("host on this machine", &[]),
    ("host by cookie", &[("host", "party.example"), ("cookie", "maribro_host={key}")]),
    ("host by bearer", &[("host", "party.example"), ("authorization", "Bearer {key}")]),
    ("guest by another name", &[("host", "party.example")]),
    ("guest through a tunnel", &[("x-forwarded-for", "203.0.113.9")]),
    ("foreign page with the cookie", &[("origin", "http://evil.example"), ("cookie", "maribro_host={key}")]),
    ("game frame", &[("origin", "null")]),
    ("cross-site request", &[("sec-fetch-site", "cross-site")]),
];

/// Endpoint and, by caller in the order above, whether it is allowed in.
const TABLE: [(&str, &str, [bool; 8]); 11] = [
    ("GET", "/", [true; 8]),
    ("GET", "/api/games", [true; 8]),
    ("GET", "/api/games/a", [true; 8]),
    ("GET", "/api/avatars", [true; 8]),
    ("GET", "/api/session", [true; 8]),
    ("GET", "/api/health", [true; 8]),
    ("POST", "/api/games", [true, true, true, true, true, false, false, false]),
    ("POST", "/api/games/check", [true, true, true, true, true, false, false, false]),
    ("POST", "/api/session/players", [true, true, true, false, false, false, false, false]),
    ("POST", "/api/session/record_game", [true, true, true, false, false, false, false, false]),
    ("POST", "/api/session/reset", [true, true, true, false, false, false, false, false]),
];

fn body(path: &str) -> (String, Vec<u8>) {
    let json = |value: serde_json::Value| ("application/json".to_owned(), value.to_string().into_bytes());
    let seat = |slot| json!({ "slot": slot, "avatarId": "", "gamepadIndex": -1 });
    match path {
        "/api/games" | "/api/games/check" => {
            (format!("multipart/form-data; boundary={BOUNDARY}"), Form::game("a.html", "cat-pink", GAME).body())
        }
        "/api/session/players" => json(json!({ "playersBySlot": [seat(0), seat(1), seat(2), seat(3)] })),
        "/api/session/record_game" => json(json!({ "gameId": "a", "scoresBySlot": [0, 0, 0, 0] })),
        _ => json(json!({})),
    }
}

#[tokio::test]
async fn every_endpoint_lets_in_whom_it_should_and_nobody_else() {
    let host = TestHost::start().await;
    host.drop_game(
        "a.html",
        &GAME.replace("<meta charset", "<meta name=\"creatorAvatarId\" content=\"cat-pink\"><meta charset"),
    )
    .await;
    for (method, path, allowed) in TABLE {
        for ((who, headers), allowed) in CALLERS.iter().zip(allowed) {
            let headers: Vec<(&str, String)> =
                headers.iter().map(|(n, v)| (*n, v.replace("{key}", &host.key))).collect();
            let mut headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
            let (content_type, body) = if method == "POST" { body(path) } else { Default::default() };
            if path == "/api/games" && method == "POST" {
                headers.push(("x-maribro-token", "maribro-upload"));
            }
            headers.push(("content-type", &content_type));
            let reply = host.send(method, path, &headers, body).await;
            if allowed {
                assert_eq!(reply.status, 200, "{method} {path} as {who}: {:?}", reply.json);
            } else {
                assert_eq!((reply.status.as_u16(), reply.code()), (403, "forbidden"), "{method} {path} as {who}");
            }
        }
    }
}

#[tokio::test]
async fn pages_connect_from_anywhere_but_foreign_sites_and_only_the_hosts_command() {
    let host = TestHost::start().await;
    for ((who, headers), (connects, trusted)) in CALLERS.iter().zip([
        (true, true),
        (true, true),
        (true, true),
        (true, false),
        (true, false),
        (false, false),
        (false, false),
        (false, false),
    ]) {
        let headers: Vec<(&str, String)> = headers.iter().map(|(n, v)| (*n, v.replace("{key}", &host.key))).collect();
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        match host.page_with(&headers).await {
            Ok(mut page) => {
                assert!(connects, "{who} connected");
                assert_eq!(page.hello["trusted"], trusted, "{who}");
                page.send("claim_seat", json!({ "gamepadIndex": 7 })).await;
                if trusted {
                    page.next_of("session_changed").await;
                    page.send("leave_seat", json!({ "slot": 0 })).await;
                    page.next_of("session_changed").await;
                } else {
                    assert_eq!(page.next_of("refused").await["code"], "forbidden", "{who}");
                }
            }
            Err(status) => assert_eq!((connects, status.as_u16()), (false, 403), "{who}"),
        }
    }
    let seats = host.get("/api/session").await.json["session"]["playersBySlot"].clone();
    assert_eq!(seats[0]["gamepadIndex"], -1);
}

#[tokio::test]
async fn opening_the_printed_address_makes_a_browser_the_host() {
    let host = TestHost::start().await;
    let reply = host.send("GET", &format!("/?key={}", host.key), &[("host", "party.example")], "").await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/"));
    let cookie = reply.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    let reset = host.send("POST", "/api/session/reset", &[("host", "party.example"), ("cookie", cookie)], "{}").await;
    assert_eq!(reset.status, 200);
}

#[tokio::test]
async fn guessing_the_key_is_stopped() {
    let host = TestHost::start().await;
    let guess = |key: String| {
        let host = &host;
        async move { host.send("GET", &format!("/?key={key}"), &[("host", "party.example")], "").await }
    };
    for n in 0..10 {
        assert_eq!(guess(format!("{n:064}")).await.code(), "forbidden");
    }
    assert_eq!(guess(host.key.clone()).await.code(), "rate_limited");
}
