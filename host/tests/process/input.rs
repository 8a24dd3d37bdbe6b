//! The host and its input daemon: started, seen, started again, and never left behind.

use crate::{
    client::{Stage, game, post, seat_all, send},
    daemon::{self, ByHand, told},
    program::{Program, data, log},
};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::{
    ffi::OsStr,
    fs,
    net::SocketAddr,
    os::unix::fs::PermissionsExt,
    path::Path,
    time::{Duration, Instant},
};

/// A quiet machine needs some 30 ms.
const BACK_AFTER_A_KILL: Duration = Duration::from_secs(5);

/// What a tunnel adds.
const FORWARDED: (&str, &str) = ("x-forwarded-for", "203.0.113.7");

fn runs(input: &Value) -> bool {
    input["state"] == "running"
}

fn numbers(input: &Value) -> Vec<u64> {
    input["pads"].as_array().unwrap().iter().map(|pad| pad["number"].as_u64().unwrap()).collect()
}

/// Lines of a host's log at warn or above.
fn warnings(folder: &Path) -> Vec<String> {
    let is_loud = |line: &&str| line.contains(r#""level":"WARN""#) || line.contains(r#""level":"ERROR""#);
    fs::read_to_string(log(folder)).unwrap().lines().filter(is_loud).map(str::to_owned).collect()
}

/// Value of a header of an answer.
async fn policies_of(host: SocketAddr, path: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\n\r\n", host.port());
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer:.200}");
    answer.split("\r\n\r\n").next().unwrap().to_ascii_lowercase()
}

#[tokio::test]
async fn a_killed_input_daemon_is_back_at_once_at_the_same_address() {
    let folder = tempfile::tempdir().unwrap();
    let host = daemon::start(folder.path(), &[]);
    let input = told(host.address, |input| runs(input) && numbers(input) == [100, 101]).await;
    assert_eq!((&input["restarts"], &input["pads"][0]["link"]), (&json!(0), &json!("virtual")));
    let page = Stage::connect(host.address, &[]).await.unwrap();
    let (pid, url) = daemon::child(folder.path());
    let before = page.hello["input"].clone();
    assert_eq!((&before["state"], &before["url"]), (&json!("running"), &json!(url)));
    assert!(before["token"].as_str().is_some_and(|token| token.len() == 64), "a fresh one: {before}");

    let killed = Instant::now();
    daemon::signal(pid, Signal::KILL);
    let back = |input: &Value| runs(input) && input["restarts"] == 1;
    told(host.address, back).await;
    let took = killed.elapsed();
    println!("input: back {} ms after a SIGKILL", took.as_millis());
    assert!(took < BACK_AFTER_A_KILL, "{took:?}");
    told(host.address, |input| back(input) && numbers(input) == [100, 101]).await;
    let page = Stage::connect(host.address, &[]).await.unwrap();
    assert_eq!(page.hello["input"], before, "pages that were there can go on as before");

    let loud = warnings(folder.path());
    assert_eq!(loud.len(), 1, "the kill and nothing else: {loud:?}");
    assert!(host.stop().success());
    daemon::until_nobody_is_at(&url).await;
    assert!(!fs::read_to_string(log(folder.path())).unwrap().contains(before["token"].as_str().unwrap()));
}

#[tokio::test]
async fn who_is_not_at_the_host_machine_is_not_told_how_to_reach_the_pads() {
    let folder = tempfile::tempdir().unwrap();
    let host = daemon::start(folder.path(), &[]);
    told(host.address, runs).await;
    let key = fs::read_to_string(data(folder.path()).join("host.key")).unwrap();
    let key = format!("Bearer {}", key.trim());
    // The second one is the host on another machine: the address would be that machine's own.
    for (headers, trusted) in [(vec![FORWARDED], false), (vec![FORWARDED, ("authorization", key.as_str())], true)] {
        let page = Stage::connect(host.address, &headers).await.unwrap();
        assert_eq!(page.hello["trusted"], trusted);
        assert_eq!(page.hello["input"], json!({ "state": "running", "url": null, "token": null }));
    }
    let token = Stage::connect(host.address, &[]).await.unwrap().hello["input"]["token"].clone();
    let (_, health) = send(host.address, "GET", "/api/health", &[], "").await.unwrap();
    let health = String::from_utf8(health.to_vec()).unwrap();
    assert!(!health.contains(token.as_str().expect("a token")), "{health}");
}

#[tokio::test]
async fn the_input_daemon_ends_with_a_host_that_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let host = daemon::start(folder.path(), &[]);
    told(host.address, runs).await;
    let (_, url) = daemon::child(folder.path());
    host.kill();
    daemon::until_nobody_is_at(&url).await;
}

#[tokio::test]
async fn an_input_daemon_that_hangs_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let host = daemon::start(folder.path(), &[]);
    told(host.address, runs).await;
    let (pid, _) = daemon::child(folder.path());
    daemon::signal(pid, Signal::STOP);
    told(host.address, |input| runs(input) && input["restarts"] == 1).await;
    assert_ne!(daemon::child(folder.path()).0, pid);
    assert!(warnings(folder.path()).iter().any(|line| line.contains("does not answer")));
}

#[tokio::test]
async fn games_and_the_page_may_connect_to_the_input_daemon_and_without_one_to_nobody() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("games")).unwrap();
    fs::write(folder.path().join("games/a.html"), game("")).unwrap();
    let host = daemon::start(folder.path(), &[]);
    told(host.address, runs).await;
    let (_, url) = daemon::child(folder.path());
    let frame = policies_of(host.address, "/games/a.html").await;
    assert!(frame.contains(&format!("connect-src data: blob: {url};")), "{frame}");
    let http = url.replace("ws:", "http:");
    assert!(frame.contains(&format!("connection-allowlist: (response-origin \"{http}/*\")\r\n")), "{frame}");
    assert!(policies_of(host.address, "/").await.contains(&format!("connect-src 'self' {url};")));
    drop(host);

    let host = Program::start(folder.path());
    let off = told(host.address, |_| true).await;
    assert_eq!(off, json!({ "state": "off", "restarts": 0, "pads": [] }));
    let frame = policies_of(host.address, "/games/a.html").await;
    assert!(
        frame.contains("connect-src data: blob:;") && frame.contains("connection-allowlist: (response-origin)\r\n")
    );
    assert!(policies_of(host.address, "/").await.contains("connect-src 'self';"));
}

#[tokio::test]
async fn without_the_program_the_party_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("games")).unwrap();
    fs::write(folder.path().join("games/a.html"), game("")).unwrap();
    let host = Program::start_with_input(folder.path(), &["--input-bin", "nowhere/maribro-input"].map(OsStr::new));
    let input = told(host.address, |_| true).await;
    assert_eq!(input, json!({ "state": "missing", "restarts": 0, "pads": [] }));
    seat_all(host.address).await;
    post(host.address, "/api/session/record_game", &json!({ "gameId": "a", "scoresBySlot": [1, 2, 3, 4] }))
        .await
        .unwrap();
    let page = Stage::connect(host.address, &[]).await.unwrap();
    assert_eq!(page.hello["input"], json!({ "state": "missing", "url": null, "token": null }));
    assert!(policies_of(host.address, "/").await.contains("connect-src 'self';"));
    assert!(host.stop().success());
}

#[tokio::test]
async fn one_that_was_started_by_hand_is_used_and_replaced_when_it_stays_away() {
    let folder = tempfile::tempdir().unwrap();
    let by_hand = ByHand::start(folder.path());
    let url = by_hand.url.clone();
    let host = daemon::start(folder.path(), &["--input-url", &url].map(OsStr::new));
    told(host.address, |input| runs(input) && numbers(input) == [100]).await;
    let mut page = Stage::connect(host.address, &[]).await.unwrap();
    let mut onlooker = Stage::connect(host.address, &[FORWARDED]).await.unwrap();
    let token = fs::read_to_string(data(folder.path()).join("input.token")).unwrap();
    assert_eq!(page.hello["input"], json!({ "state": "running", "url": url, "token": token }));

    drop(by_hand);
    // It gets some seconds to come back, so pages hear of both.
    for page in [&mut page, &mut onlooker] {
        let gone = page.until("input_changed", |payload| !runs(&payload["input"])).await.unwrap();
        assert_eq!(gone["input"], json!({ "state": "restarting", "url": null, "token": null }));
    }
    // The host's own one has two pads.
    let input = told(host.address, |input| runs(input) && numbers(input).len() == 2).await;
    assert_eq!(input["restarts"], 1);
    let own = page.until("input_changed", |payload| runs(&payload["input"])).await.unwrap();
    assert_eq!(own["input"]["url"], url);
    assert!(own["input"]["token"].is_string() && own["input"]["token"] != token);
    let own = onlooker.until("input_changed", |payload| runs(&payload["input"])).await.unwrap();
    assert_eq!(own["input"], json!({ "state": "running", "url": null, "token": null }));
}

#[tokio::test]
async fn one_that_dies_again_and_again_is_started_more_and_more_rarely() {
    let folder = tempfile::tempdir().unwrap();
    let (program, starts) = (folder.path().join("maribro-input"), folder.path().join("starts"));
    fs::write(&program, "#!/bin/sh\necho >> starts\necho cannot >&2\nexit 3\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let began = Instant::now();
    let host = Program::start_with_input(folder.path(), &[OsStr::new("--input-bin"), program.as_os_str()]);
    let input = told(host.address, |input| input["restarts"].as_u64().is_some_and(|restarts| restarts >= 5)).await;
    // At once, then 100, 200 and 400 ms later.
    assert!(began.elapsed() > Duration::from_millis(700), "{:?}", began.elapsed());
    assert_eq!(input["state"], "restarting");
    let starts = fs::read_to_string(starts).unwrap().lines().count() as u64;
    assert!(starts <= input["restarts"].as_u64().unwrap() + 1, "{starts} starts: {input}");
    let loud = warnings(folder.path()).join("\n");
    assert!(loud.contains("maribro-input: cannot") && loud.contains("exit status: 3"), "{loud}");
    seat_all(host.address).await;
}
