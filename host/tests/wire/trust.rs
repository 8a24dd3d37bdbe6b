//! Who may do what: every route by every kind of caller, in one table. docs/architecture.md, Trust.

use crate::harness::{BOUNDARY, Form, GAME, PNG, Reply, TestHost};
use maribro_host::http::{limits::Limits, router};
use serde_json::json;
use std::{collections::BTreeSet, net::SocketAddr};

/// What a caller counts as.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Is {
    Host,
    Guest,
    Foreign,
}

/// From where a caller calls.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    ThisMachine,
    AnotherAddress,
}

use Is::{Foreign, Guest, Host};
use Place::{AnotherAddress, ThisMachine};

const RIGHT_TOKEN: (&str, &str) = ("x-maribro-token", "maribro-upload");
const COOKIE: (&str, &str) = ("cookie", "maribro_host={key}");
const BEARER: (&str, &str) = ("authorization", "Bearer {key}");
const ELSEWHERE: (&str, &str) = ("host", "party.example");

type Caller = (&'static str, Is, Place, &'static [(&'static str, &'static str)]);

/// Every kind of caller: what it is, from where, with which headers. `{key}` is replaced by the host's key.
const CALLERS: &[Caller] = &[
    ("host on this machine", Host, ThisMachine, &[]),
    ("host on this machine, own origin", Host, ThisMachine, &[("origin", "http://localhost:{port}")]),
    ("host by cookie", Host, ThisMachine, &[ELSEWHERE, COOKIE]),
    ("host by bearer", Host, ThisMachine, &[ELSEWHERE, BEARER]),
    ("host by cookie through a tunnel", Host, ThisMachine, &[ELSEWHERE, COOKIE, ("x-forwarded-for", "203.0.113.1")]),
    ("host by cookie, own origin", Host, ThisMachine, &[ELSEWHERE, COOKIE, ("origin", "https://party.example")]),
    ("host by bearer from another address", Host, AnotherAddress, &[ELSEWHERE, BEARER]),
    ("uploader on this machine", Host, ThisMachine, &[RIGHT_TOKEN]),
    ("uploader", Guest, ThisMachine, &[ELSEWHERE, RIGHT_TOKEN]),
    ("uploader through a tunnel", Guest, ThisMachine, &[ELSEWHERE, RIGHT_TOKEN, ("x-forwarded-for", "203.0.113.2")]),
    ("uploader from another address", Guest, AnotherAddress, &[ELSEWHERE, RIGHT_TOKEN]),
    (
        "uploader with a wrong token",
        Guest,
        ThisMachine,
        &[ELSEWHERE, ("x-maribro-token", "guess"), ("x-forwarded-for", "203.0.113.3")],
    ),
    ("guest from another address", Guest, AnotherAddress, &[ELSEWHERE]),
    ("guest from another address who says localhost", Guest, AnotherAddress, &[("host", "localhost")]),
    (
        "guest from another address who says to be forwarded for this machine",
        Guest,
        AnotherAddress,
        &[("host", "localhost"), ("x-forwarded-for", "127.0.0.1")],
    ),
    ("guest through a tunnel", Guest, ThisMachine, &[("x-forwarded-for", "203.0.113.9")]),
    ("guest through a tunnel who says to be this machine", Guest, ThisMachine, &[("x-forwarded-for", "127.0.0.1")]),
    ("guest through cloudflared", Guest, ThisMachine, &[("cf-connecting-ip", "203.0.113.9")]),
    ("guest through a standard proxy", Guest, ThisMachine, &[("forwarded", "for=203.0.113.9")]),
    ("rebinding page", Guest, ThisMachine, &[("host", "evil.example"), ("origin", "http://evil.example")]),
    ("rebinding page by a like name", Guest, ThisMachine, &[("host", "localhost.evil.example")]),
    (
        "guest with a wrong key",
        Guest,
        ThisMachine,
        &[ELSEWHERE, ("authorization", "Bearer guess"), ("x-forwarded-for", "203.0.113.4")],
    ),
    (
        "guest with a wrong cookie",
        Guest,
        ThisMachine,
        &[ELSEWHERE, ("cookie", "maribro_host=guess"), ("x-forwarded-for", "203.0.113.5")],
    ),
    ("foreign page", Foreign, ThisMachine, &[("origin", "http://evil.example")]),
    (
        "foreign page with cookie and token",
        Foreign,
        ThisMachine,
        &[("origin", "http://evil.example"), COOKIE, RIGHT_TOKEN],
    ),
    ("page of another port", Foreign, ThisMachine, &[("origin", "http://localhost:1")]),
    ("game frame", Foreign, ThisMachine, &[("origin", "null")]),
    ("game frame with key and token", Foreign, ThisMachine, &[("origin", "null"), BEARER, RIGHT_TOKEN]),
    ("cross-site request", Foreign, ThisMachine, &[("sec-fetch-site", "cross-site"), RIGHT_TOKEN]),
];

/// Who may use a route.
#[derive(Debug, Clone, Copy)]
enum Who {
    Anyone,
    NotForeign,
    Uploader,
    HostOnly,
}

use Who::{Anyone, HostOnly, NotForeign, Uploader};

/// Every route: its method and pattern, an address of it, who may, and the status when they may.
const TABLE: &[(&str, &str, &str, Who, u16)] = &[
    ("GET", "/", "/", Anyone, 200),
    ("GET", "/watch", "/watch", Anyone, 200),
    ("GET", "/creators", "/creators", Anyone, 200),
    ("GET", "/public/*", "/public/maribro-sdk.js", Anyone, 200),
    ("GET", "/games/*", "/games/a.html", Anyone, 200),
    ("GET", "/llms.txt", "/llms.txt", Anyone, 200),
    ("GET", "/skills/*", "/skills/init-game/SKILL.md", Anyone, 200),
    ("GET", "/docs/*", "/docs/design.md", Anyone, 200),
    ("GET", "/sdk/*", "/sdk/maribro-sdk.d.ts", Anyone, 200),
    ("GET", "/template.html", "/template.html", Anyone, 200),
    ("GET", "/openapi.json", "/openapi.json", Anyone, 200),
    ("GET", "/join.svg", "/join.svg", Anyone, 200),
    ("POST", "/api/session/summary", "/api/session/summary", HostOnly, 200),
    // There since the row above.
    ("GET", "/summaries/latest.png", "/summaries/latest.png", Anyone, 200),
    ("GET", "/summaries/latest.svg", "/summaries/latest.svg", Anyone, 200),
    // Without a handshake it is told what it lacks; with one, see below.
    ("GET", "/ws", "/ws", NotForeign, 400),
    ("GET", "/api/avatars", "/api/avatars", Anyone, 200),
    ("GET", "/api/games", "/api/games", Anyone, 200),
    ("POST", "/api/games", "/api/games", Uploader, 200),
    ("POST", "/api/games/check", "/api/games/check", NotForeign, 200),
    ("GET", "/api/games/{}", "/api/games/a", Anyone, 200),
    // Who may is told that there is no such game.
    ("DELETE", "/api/games/{}", "/api/games/no-such-game", HostOnly, 404),
    ("POST", "/api/games/{}/rollback", "/api/games/no-such-game/rollback", HostOnly, 404),
    ("GET", "/api/health", "/api/health", Anyone, 200),
    ("GET", "/api/session", "/api/session", Anyone, 200),
    ("POST", "/api/session/reset", "/api/session/reset", HostOnly, 200),
    ("POST", "/api/session/players", "/api/session/players", HostOnly, 200),
    // The last, so that its traces can be counted.
    ("POST", "/api/session/record_game", "/api/session/record_game", HostOnly, 200),
];

/// What a caller must be answered: the status if it may, else status and code of the refusal.
fn expected(who: Who, is: Is, headers: &[(&str, &str)], granted: u16) -> Result<u16, (u16, &'static str)> {
    match (who, is) {
        (Anyone, _) | (NotForeign, Host | Guest) | (HostOnly, Host) => Ok(granted),
        (NotForeign | Uploader, Foreign) | (HostOnly, Guest | Foreign) => Err((403, "forbidden")),
        (Uploader, Host | Guest) if headers.contains(&RIGHT_TOKEN) => Ok(granted),
        (Uploader, Host | Guest) => Err((401, "invalid_upload_token")),
    }
}

fn body(path: &str) -> (String, Vec<u8>) {
    let json = |value: serde_json::Value| ("application/json".to_owned(), value.to_string().into_bytes());
    let seat = |slot| json!({ "slot": slot, "avatarId": "", "gamepadIndex": -1 });
    match path {
        "/api/games" | "/api/games/check" => {
            (format!("multipart/form-data; boundary={BOUNDARY}"), Form::game("a.html", "cat-pink", GAME).body())
        }
        "/api/session/summary" => ("image/png".to_owned(), PNG.to_vec()),
        "/api/session/players" => json(json!({ "playersBySlot": [seat(0), seat(1), seat(2), seat(3)] })),
        "/api/session/record_game" => json(json!({ "gameId": "a", "scoresBySlot": [0, 0, 0, 0] })),
        _ => json(json!({})),
    }
}

fn filled_in(host: &TestHost, headers: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let port = host.address.port().to_string();
    headers.iter().map(|(n, v)| (*n, v.replace("{key}", &host.key).replace("{port}", &port))).collect()
}

fn borrowed<'h>(headers: &'h [(&'static str, String)]) -> Vec<(&'h str, &'h str)> {
    headers.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// An address of this machine that is not loopback: whoever calls it comes from it.
fn another_address(host: &TestHost) -> Option<SocketAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap();
    let ip = interfaces.iter().map(if_addrs::Interface::ip).find(|ip| ip.is_ipv4() && !ip.is_loopback());
    ip.map(|ip| SocketAddr::new(ip, host.address.port()))
}

#[test]
fn the_table_has_every_route_once() {
    let routes: Vec<(String, &str)> = router::routes().map(|(method, path)| (method.to_string(), path)).collect();
    let rows: Vec<(String, &str)> = TABLE.iter().map(|(method, path, ..)| ((*method).to_owned(), *path)).collect();
    let sets: [BTreeSet<_>; 2] = [routes.iter().collect(), rows.iter().collect()];
    assert_eq!(sets[0], sets[1], "a route without a row in the table of trust, or a row without a route");
    assert_eq!((routes.len(), rows.len()), (sets[0].len(), sets[1].len()));
}

#[tokio::test]
async fn every_route_lets_in_whom_it_should_and_nobody_else() {
    let host = TestHost::start_with(|config| config.bind = [0, 0, 0, 0].into()).await;
    host.drop_game(
        "a.html",
        &GAME.replace("<meta charset", "<meta name=\"creatorAvatarId\" content=\"cat-pink\"><meta charset"),
    )
    .await;
    let another_address = another_address(&host);
    if another_address.is_none() {
        eprintln!("this machine has no address but loopback: callers from other addresses are not tried");
    }
    let mut recorded = 0;
    for (method, route, path, who, granted) in TABLE.iter().copied() {
        for (name, is, from, headers) in CALLERS.iter().copied() {
            let Some(address) = (if from == ThisMachine { Some(host.address) } else { another_address }) else {
                continue;
            };
            let mut sent = filled_in(&host, headers);
            let (content_type, body) = if method == "POST" { body(path) } else { Default::default() };
            sent.push(("content-type", content_type));
            let reply: Reply = host.send_to(address, method, path, &borrowed(&sent), body).await;
            let what = format!("{method} {route} as {name}: {:?}", reply.json);
            match expected(who, is, headers, granted) {
                Ok(status) => assert_eq!(reply.status.as_u16(), status, "{what}"),
                Err(refusal) => assert_eq!((reply.status.as_u16(), reply.code()), refusal, "{what}"),
            }
            recorded += usize::from(path.ends_with("record_game") && reply.status == 200);
        }
    }
    let session = host.get("/api/session").await.json["session"].clone();
    assert_eq!(session["history"].as_array().unwrap().len(), recorded, "a refused one left its traces");
}

#[tokio::test]
async fn pages_connect_from_anywhere_but_foreign_sites_and_only_the_hosts_command() {
    let host = TestHost::start().await;
    for (name, is, from, headers) in CALLERS.iter().copied() {
        if from == AnotherAddress {
            continue;
        }
        let headers = filled_in(&host, headers);
        match host.page_with(&borrowed(&headers)).await {
            Ok(mut page) => {
                assert_ne!(is, Foreign, "{name} connected");
                assert_eq!(page.hello["trusted"], is == Host, "{name}");
                page.send("claim_seat", json!({ "gamepadIndex": 7 })).await;
                if is == Host {
                    page.next_of("session_changed").await;
                    page.send("leave_seat", json!({ "slot": 0 })).await;
                    page.next_of("session_changed").await;
                } else {
                    assert_eq!(page.next_of("refused").await["code"], "forbidden", "{name}");
                }
            }
            Err(status) => assert_eq!((is, status.as_u16()), (Foreign, 403), "{name}"),
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

#[tokio::test]
async fn guessing_the_key_in_headers_is_stopped_as_well() {
    let host = TestHost::start().await;
    let from = |address: &'static str| [ELSEWHERE, ("x-forwarded-for", address)];
    let reset = async |headers: &[(&'static str, &str)]| {
        host.send("POST", "/api/session/reset", &borrowed(&filled_in(&host, headers)), "{}").await
    };
    for n in 0..10 {
        let guess = if n % 2 == 0 { ("authorization", "Bearer guess") } else { ("cookie", "maribro_host=guess") };
        assert_eq!(reset(&[&from("203.0.113.1")[..], &[guess]].concat()).await.code(), "forbidden");
    }
    assert_eq!(reset(&[&from("203.0.113.1")[..], &[BEARER]].concat()).await.code(), "rate_limited");
    assert_eq!(reset(&[&from("203.0.113.2")[..], &[BEARER]].concat()).await.status, 200, "another address");
    assert_eq!(reset(&[]).await.status, 200, "the machine itself");
    assert_eq!(reset(&[("authorization", "Bearer guess")]).await.status, 200, "the machine itself needs no key");
}

#[tokio::test]
async fn wrong_tokens_lock_out_their_address_and_nobody_else_whatever_they_claim() {
    let host = TestHost::start().await;
    let form = Form::game("a.html", "cat-pink", GAME);
    let upload = async |token: &str, headers: &[(&str, &str)]| {
        host.send_form("/api/games", &form, &[&[("x-maribro-token", token)], headers].concat()).await.status.as_u16()
    };
    for n in 0..10 {
        // What stands in front of the address that the proxy saw is anybody's claim, and so are other headers.
        let claims = [format!("198.51.100.{n}, 203.0.113.1"), format!("198.51.100.{n}")];
        let headers = [("x-forwarded-for", claims[0].as_str()), ("x-real-ip", &claims[1])];
        assert_eq!(upload("guess", &headers).await, 401);
    }
    assert_eq!(upload("maribro-upload", &[("x-forwarded-for", "203.0.113.1")]).await, 429);
    assert_eq!(upload("maribro-upload", &[("x-forwarded-for", "203.0.113.2")]).await, 200);
    // Claiming to be this machine locks nobody out here.
    for _ in 0..10 {
        assert_eq!(upload("guess", &[("x-forwarded-for", "127.0.0.1")]).await, 401);
        assert_eq!(upload("guess", &[("cf-connecting-ip", "127.0.0.1")]).await, 401);
    }
    assert_eq!(upload("maribro-upload", &[]).await, 200);
}

#[tokio::test]
async fn right_tokens_and_checks_are_counted_by_address_too() {
    const UPLOADS: u32 = 5;
    const CHECKS: u32 = 8;
    let usual = Limits::default();
    assert_eq!((usual.uploads_per_window, usual.checks_per_window), (120, 240));
    // So few that a slow machine sends them within the window.
    let host = TestHost::start_with(|config| {
        (config.limits.uploads_per_window, config.limits.checks_per_window) = (UPLOADS, CHECKS);
    })
    .await;
    let junk = Form::game("a.html", "cat-pink", "no game at all");
    for (path, most, refused_as) in [("/api/games", UPLOADS, 422), ("/api/games/check", CHECKS, 200)] {
        let send = async |address: &str| {
            host.send_form(path, &junk, &[RIGHT_TOKEN, ELSEWHERE, ("x-forwarded-for", address)]).await
        };
        for n in 0..most {
            assert_eq!(send("203.0.113.1").await.status, refused_as, "{path} {n}");
        }
        let reply = send("203.0.113.1").await;
        assert_eq!((reply.status.as_u16(), reply.code()), (429, "rate_limited"), "{path}");
        assert!((1..=61).contains(&reply.header("retry-after").parse::<u64>().unwrap()), "{path}");
        assert_eq!(send("203.0.113.2").await.status, refused_as, "{path} from another address");
    }
}
