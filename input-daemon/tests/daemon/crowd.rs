//! Slow clients get the newest state, never a backlog, and cost the others nothing.

use crate::harness::{DEADLINE, Daemon, Got};
use maribro_input::model::pad::FULL;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;

/// Clients in all.
const CLIENTS: usize = 100;
/// Of which so many never read.
const DEAF: usize = 10;
/// Changes that everybody would have to be told of.
const CHANGES: usize = 3_000;
/// What the daemon's memory may grow by while the deaf do not read, in KB. All states for one client alone are 500 KB.
#[cfg(target_os = "linux")]
const MOST_GROWTH_KB: u64 = 3_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ninety_clients_are_served_while_ten_never_read() {
    let daemon = Daemon::with_pads(2).await;
    let mut deaf = Vec::new();
    for _ in 0..DEAF {
        deaf.push(daemon.client().await);
    }
    let mut readers = JoinSet::new();
    for _ in DEAF..CLIENTS {
        let mut client = daemon.client().await;
        client.event("hello").await;
        // Not by a deadline of its own: it begins long before the press.
        readers.spawn(async move {
            while !matches!(client.next().await, Got::State(frame) if frame.pads[1].values[0] == FULL) {}
        });
    }
    #[cfg(target_os = "linux")]
    let before = resident_kb(&daemon);
    let mut rig = daemon.rig().await;
    for change in 0..CHANGES {
        let value = if change % 2 == 0 { 0.5 } else { -0.5 };
        rig.act("axis", json!({ "pad": 0, "axis": "lx", "value": value })).await;
    }
    rig.button(1, "south", 1.0).await;
    let all_see_it = async {
        while let Some(seen) = readers.join_next().await {
            seen.expect("everybody who reads goes on reading");
        }
    };
    tokio::time::timeout(DEADLINE, all_see_it).await.expect("everybody who reads sees the press");
    #[cfg(target_os = "linux")]
    {
        let growth = resident_kb(&daemon).saturating_sub(before);
        assert!(growth < MOST_GROWTH_KB, "{growth} KB more");
    }
    // Who reads again is in the present after what was on its way: far fewer states than there were.
    let mut late = deaf.pop().expect("a deaf one");
    let mut states = 0;
    loop {
        let frame = late.state(|_| true).await;
        states += 1;
        if frame.pads[1].values[0] == FULL {
            break;
        }
        assert!(states < CHANGES, "a backlog of {states} states");
    }
}

/// Presses that are measured, one after the other.
const MEASURED: usize = 300;
/// Between two of them.
const PAUSE: Duration = Duration::from_millis(10);
/// Longest time from a press to a client that reads, for 99 of 100.
const P99: Duration = Duration::from_millis(5);

/// `cargo test --release -p maribro-input --test daemon -- --ignored --nocapture ninety`
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures, so it wants a quiet machine"]
async fn ninety_clients_hear_of_each_press_within_5_ms_while_ten_never_read() {
    let daemon = Daemon::with_pads(2).await;
    let mut deaf = Vec::new();
    for _ in 0..DEAF {
        deaf.push(daemon.client().await);
    }
    let mut readers = JoinSet::new();
    for _ in DEAF..CLIENTS {
        let mut client = daemon.client().await;
        client.event("hello").await;
        readers.spawn(async move {
            let mut heard = Vec::with_capacity(MEASURED);
            for press in 1..=MEASURED {
                client.state(|frame| usize::from(frame.pads[1].presses[0]) >= press).await;
                heard.push(Instant::now());
            }
            heard
        });
    }
    let mut rig = daemon.rig().await;
    let mut pressed = Vec::with_capacity(MEASURED);
    for _ in 0..MEASURED {
        pressed.push(Instant::now());
        rig.button(1, "south", 1.0).await;
        rig.button(1, "south", 0.0).await;
        tokio::time::sleep(PAUSE).await;
    }
    let mut took = Vec::new();
    while let Some(heard) = readers.join_next().await {
        let heard = heard.expect("everybody who reads hears of every press");
        took.extend(heard.iter().zip(&pressed).map(|(heard, pressed)| heard.duration_since(*pressed)));
    }
    took.sort_unstable();
    let at = |share: usize| took[took.len() * share / 100];
    println!("{} presses at {} clients: p50 {:?}, p99 {:?}", MEASURED, CLIENTS - DEAF, at(50), at(99));
    assert!(at(99) < P99, "{:?}", at(99));
    drop(deaf);
}

#[cfg(target_os = "linux")]
fn resident_kb(daemon: &Daemon) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", daemon.id().as_raw_nonzero())).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    line.trim().trim_end_matches("kB").trim().parse().expect("a number")
}

/// Connections of games.
const FRAMES: usize = 32;

#[tokio::test]
async fn a_game_that_opens_connections_without_end_takes_places_from_games_only() {
    let daemon = Daemon::with_pads(1).await;
    let (mut page, mut rig) = (daemon.client().await, daemon.rig().await);
    let mut frames = Vec::new();
    // More than there are places in all.
    for _ in 0..150 {
        frames.push(daemon.frame().await);
    }
    let mut displaced = frames.drain(..frames.len() - FRAMES).collect::<Vec<_>>();
    let goodbye = async {
        loop {
            match futures_util::StreamExt::next(&mut displaced[0].0).await {
                Some(Ok(Message::Close(Some(frame)))) => return u16::from(frame.code),
                Some(Ok(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    };
    assert_eq!(tokio::time::timeout(DEADLINE, goodbye).await.expect("it is told"), 1013, "the oldest goes");
    rig.button(0, "south", 1.0).await;
    for client in frames.iter_mut().chain([&mut page, &mut daemon.client().await]) {
        client.state(|frame| frame.pads[0].values[0] == FULL).await;
    }
}
