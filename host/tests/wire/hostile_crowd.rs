//! However many strangers there are: memory stays bounded, the lobby answers, and the host keeps its places. It is
//! a process of its own, whose memory and files Linux tells.
#![cfg(target_os = "linux")]

use crate::{
    harness::wait_for,
    hostile_http::{GET_SESSION, answer, connect, connect_and_send, rest},
    program::Program,
};
use serde_json::json;
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::io::AsyncWriteExt;

/// Raises the number of files that this process may open, for it is all the strangers, and tells it.
fn many_files() -> u64 {
    rlimit::increase_nofile_limit(u64::MAX).unwrap()
}

#[tokio::test]
async fn however_many_connections_are_opened_and_left_a_newcomer_gets_in_and_the_host_stays() {
    const FILES: u64 = 512;
    const STRANGERS: usize = 1_000;
    many_files();
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start_patient(folder.path(), FILES);
    let mut own = connect_and_send(program.address, GET_SESSION).await;
    assert!(answer(&mut own).await.is_some());
    let before = program.memory();
    let mut left = Vec::new();
    for n in 0..STRANGERS {
        let sent = match n % 4 {
            0 => String::new(),
            1 => "GET /api/session HTTP/1.1\r\nHost: party.example\r\n".to_owned(),
            // As much as is buffered.
            2 => format!("GET /api/session HTTP/1.1\r\nX: {}", "x".repeat(30_000)),
            _ => "GET /api/session HTTP/1.1\r\nHost: party.example\r\n\r\n".to_owned(),
        };
        left.push(connect_and_send(program.address, &sent).await);
        if n % 50 == 0 {
            let mut newcomer =
                connect_and_send(program.address, &GET_SESSION.replace("localhost", "party.example")).await;
            let answer = answer(&mut newcomer).await.unwrap_or_else(|| panic!("newcomer {n} was turned away"));
            assert!(answer.starts_with("HTTP/1.1 200 "), "{n}: {answer}");
        }
        assert!(program.files() < FILES as usize);
    }
    // Whoever came first and asked nothing made room, and was told so if a request had begun.
    assert_eq!(rest(&mut left[0]).await, "");
    assert!(rest(&mut left[1]).await.starts_with("HTTP/1.1 503 "));
    own.write_all(GET_SESSION.as_bytes()).await.unwrap();
    assert!(
        answer(&mut own).await.is_some_and(|answer| answer.starts_with("HTTP/1.1 200 ")),
        "the host lost its place"
    );
    let grown = program.memory().saturating_sub(before);
    println!("{STRANGERS} connections in {FILES} files: {} KB more", grown / 1024);
    assert!(grown < 48 * 1024 * 1024, "{grown} bytes");
}

/// The 99th percentile of so many times of `GET /api/session`, each over a connection of its own, and over one kept.
async fn p99(address: SocketAddr, requests: usize) -> (Duration, Duration) {
    let mut kept = connect(address).await;
    let (mut fresh_times, mut kept_times) = (Vec::new(), Vec::new());
    for _ in 0..requests {
        let began = Instant::now();
        let mut fresh = connect_and_send(address, GET_SESSION).await;
        assert!(answer(&mut fresh).await.is_some(), "no answer over a fresh connection");
        fresh_times.push(began.elapsed());
        let began = Instant::now();
        kept.write_all(GET_SESSION.as_bytes()).await.unwrap();
        assert!(answer(&mut kept).await.is_some(), "no answer over a kept connection");
        kept_times.push(began.elapsed());
    }
    let percentile = |mut times: Vec<Duration>| {
        times.sort();
        times[times.len() * 99 / 100]
    };
    (percentile(fresh_times), percentile(kept_times))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lobby_answers_while_two_thousand_connections_and_five_hundred_deaf_pages_hang_on() {
    const STRANGERS: usize = 2_500;
    /// One in so many is a page.
    const A_PAGE_IN: usize = 5;
    /// Files of the host that one connection may take, and those of this process and of the host for everything else.
    const FILES_EACH: u64 = 2;
    const OTHER_FILES: u64 = 256;
    const REQUESTS: usize = 300;
    /// What must hold on a quiet machine; on a loaded one the same measurement without strangers, before or
    /// after, is the measure.
    const P99: Duration = Duration::from_millis(50);
    const TIMES_BASELINE: u32 = 10;
    let files = many_files();
    let affordable = usize::try_from(files.saturating_sub(OTHER_FILES) / FILES_EACH).unwrap();
    let strangers = STRANGERS.min(affordable);
    let pages = strangers / A_PAGE_IN;
    let connections = strangers - pages;
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start_patient(folder.path(), files);
    let (fresh_before, kept_before) = p99(program.address, REQUESTS).await;
    let memory_before = program.memory();
    let mut strangers = Vec::new();
    for n in 0..pages {
        let upgrade = format!(
            "GET /ws HTTP/1.1\r\nHost: party.example\r\nX-Forwarded-For: 203.0.{}.{}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            n / 250,
            n % 250
        );
        strangers.push(connect_and_send(program.address, &upgrade).await);
    }
    for n in 0..connections {
        let sent = match n % 4 {
            0 => "",
            1 => "GET /api/session HTTP/1.1\r\nHost: party.example\r\nX: ",
            2 => "POST /api/games/check HTTP/1.1\r\nHost: party.example\r\nContent-Length: 5\r\n\r\n",
            _ => GET_SESSION,
        };
        strangers.push(connect_and_send(program.address, sent).await);
    }
    let health = async || program.send("GET", "/api/health", &json!(null)).await.unwrap();
    wait_for(|| async {
        let health = health().await;
        health["screens"] == pages && health["connections"].as_u64().unwrap() > (connections * 3 / 4 + pages) as u64
    })
    .await;
    // Meanwhile there is news for all the pages, and more strangers come and go.
    let address = program.address;
    let news = tokio::spawn(async move {
        let seats =
            json!({ "playersBySlot": (0..4).map(|slot| json!({ "slot": slot })).collect::<Vec<_>>() }).to_string();
        loop {
            let post = format!(
                "POST /api/session/players HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{seats}",
                seats.len()
            );
            let mut changed = connect_and_send(address, &post).await;
            assert!(answer(&mut changed).await.unwrap().starts_with("HTTP/1.1 200 "));
            connect_and_send(address, "GET /api/ses").await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let (fresh, kept) = p99(program.address, REQUESTS).await;
    assert!(!news.is_finished(), "the news broke off");
    news.abort();
    let grown = program.memory().saturating_sub(memory_before);
    drop(strangers);
    // What asks is a connection, too.
    wait_for(|| async { health().await["connections"] == 1 }).await;
    let (fresh_after, kept_after) = p99(program.address, REQUESTS).await;
    println!(
        "p99 of GET /api/session over a fresh connection: {fresh:?} (before: {fresh_before:?}, after: {fresh_after:?}), over a kept one: {kept:?} \
         (before: {kept_before:?}, after: {kept_after:?}); {} KB more memory for {connections} connections and {pages} deaf pages",
        grown / 1024
    );
    let most = |before: Duration, after| P99.max(before.max(after) * TIMES_BASELINE);
    assert!(
        fresh < most(fresh_before, fresh_after),
        "fresh: {fresh:?}, before: {fresh_before:?}, after: {fresh_after:?}"
    );
    assert!(kept < most(kept_before, kept_after), "kept: {kept:?}, before: {kept_before:?}, after: {kept_after:?}");
    assert!(grown < 128 * 1024 * 1024, "{grown} bytes");
}
