//! What a client sees of the pads.

use crate::harness::{Client, Daemon, Got, pad, place};
use maribro_input::model::pad::{BUTTON_NAMES, FULL};
use serde_json::json;
use std::time::{Duration, Instant};

#[tokio::test]
async fn the_hello_comes_first_and_lists_the_pads() {
    let daemon = Daemon::with_pads(4).await;
    let mut client = daemon.client().await;
    let Got::Event(hello) = client.next().await else { panic!("a state before the hello") };
    assert_eq!(hello["type"], "hello");
    let hello = &hello["payload"];
    assert_eq!(hello["protocol"], "maribro.input.v1");
    assert_eq!(hello["sdl"].as_str().expect("a version").split('.').next(), Some("2"));
    let pads = hello["pads"].as_array().expect("pads");
    let numbers: Vec<_> = pads.iter().map(|pad| pad["number"].as_u64()).collect();
    assert_eq!(numbers, [Some(100), Some(101), Some(102), Some(103)]);
    assert_eq!((&pads[0]["vendor"], &pads[0]["product"]), (&json!("054c"), &json!("09cc")));
    assert_eq!((&pads[0]["rumble"], &pads[0]["light"]), (&json!(true), &json!(true)));
    assert!(!hello.to_string().contains("virtual-0"), "serials are nobody's business");
    let frame = client.state(|_| true).await;
    assert_eq!(frame.pads.len(), 4);
    assert!(frame.pads.iter().all(|pad| pad.connected && pad.is_at_rest()));
}

#[tokio::test]
async fn every_button_and_axis_is_in_its_standard_place() {
    let daemon = Daemon::with_pads(1).await;
    let (mut client, mut rig) = (daemon.client().await, daemon.rig().await);
    for (place, name) in BUTTON_NAMES.iter().enumerate() {
        rig.button(0, name, 1.0).await;
        let frame = client.state(|frame| frame.pads[0].values[place] == FULL).await;
        let held = frame.pads[0].values.iter().filter(|value| **value != 0).count();
        assert_eq!(held, 1, "{name}: {:?}", frame.pads[0].values);
        rig.button(0, name, 0.0).await;
        let frame = client.state(|frame| frame.pads[0].values[place] == 0).await;
        assert_eq!(frame.pads[0].presses[place], 1, "{name}");
    }
    for (place, name) in ["lx", "ly", "rx", "ry"].iter().enumerate() {
        rig.act("axis", json!({ "pad": 0, "axis": name, "value": -1 })).await;
        let frame = client.state(|frame| frame.pads[0].axes[place] == -FULL).await;
        assert_eq!(frame.pads[0].axes.iter().filter(|value| **value != 0).count(), 1, "{name}");
        rig.act("axis", json!({ "pad": 0, "axis": name, "value": 0 })).await;
        client.state(|frame| frame.pads[0].axes[place] == 0).await;
    }
    rig.button(0, "l2", 0.25).await;
    let analog = client.state(|frame| frame.pads[0].values[place("l2")] > 0).await;
    assert!((8_000..8_400).contains(&analog.pads[0].values[place("l2")]), "{:?}", analog.pads[0].values);
}

#[tokio::test]
async fn the_stamp_of_a_report_is_between_the_states_without_it_and_with_it() {
    let daemon = Daemon::with_pads(1).await;
    let (mut client, mut rig) = (daemon.client().await, daemon.rig().await);
    let without = client.state(|_| true).await;
    let at_us = rig.button(0, "south", 1.0).await;
    let with = client.state(|frame| frame.pads[0].presses[place("south")] == 1).await;
    assert!(without.sent_us <= at_us && at_us <= with.sent_us, "{} {at_us} {}", without.sent_us, with.sent_us);
}

#[tokio::test]
async fn a_state_comes_also_when_nothing_changes() {
    let daemon = Daemon::with_pads(1).await;
    let mut client = daemon.client().await;
    let first = client.state(|_| true).await;
    let began = Instant::now();
    let mut last = first.sent_us;
    for _ in 0..8 {
        let frame = client.state(|_| true).await;
        assert_eq!(frame.seq, first.seq, "nothing changed");
        assert!(frame.sent_us > last, "the clock goes forward");
        last = frame.sent_us;
    }
    // 2 s on a machine that has time.
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}

#[tokio::test]
async fn numbers_and_stamps_only_go_up() {
    let daemon = Daemon::with_pads(2).await;
    let (mut client, mut rig) = (daemon.client().await, daemon.rig().await);
    for n in 0..50 {
        rig.button(n % 2, "south", if n % 4 < 2 { 1.0 } else { 0.0 }).await;
    }
    let (mut seq, mut sent, mut changed) = (0, 0, 0);
    for _ in 0..10 {
        let frame = client.state(|_| true).await;
        assert!(frame.seq >= seq && frame.sent_us > sent, "{frame:?}");
        let newest = frame.pads.iter().map(|pad| pad.changed_us).max().unwrap_or(0);
        assert!(newest >= changed && newest <= frame.sent_us, "{frame:?}");
        (seq, sent, changed) = (frame.seq, frame.sent_us, newest);
    }
}

#[tokio::test]
async fn a_pad_is_announced_before_its_first_record_and_its_end_before_its_zeros() {
    let daemon = Daemon::with_pads(2).await;
    let (mut client, mut rig) = (daemon.client().await, daemon.rig().await);
    client.event("hello").await;
    client.state(|_| true).await;
    rig.button(1, "south", 1.0).await;
    client.state(|frame| pad(frame, 101).values[0] == FULL).await;
    rig.act("unplug", json!({ "pad": 1 })).await;
    rig.act("plug", json!({ "pad": 1, "serial": "somebody new" })).await;
    let mut known = vec![100, 101];
    let mut gone = Vec::new();
    loop {
        match next(&mut client).await {
            Ok(frame) => {
                for pad in &frame.pads {
                    assert!(known.contains(&pad.number), "{} was not announced", pad.number);
                    assert!(pad.connected || gone.contains(&pad.number), "{} is gone without a word", pad.number);
                    assert!(pad.connected || pad.is_at_rest());
                }
                if frame.pads.len() == 3 {
                    break;
                }
            }
            Err(("connected", number)) => known.push(number),
            Err(("disconnected", number)) => gone.push(number),
            Err(_) => {}
        }
    }
    assert_eq!((known, gone), (vec![100, 101, 102], vec![101]));
}

async fn next(client: &mut Client) -> Result<maribro_input::protocol::frame::Frame, (&'static str, u16)> {
    match client.next().await {
        Got::State(frame) => Ok(frame),
        Got::Event(event) => {
            let number = event["payload"]["number"].as_u64().and_then(|number| u16::try_from(number).ok());
            let kinds = ["connected", "disconnected"];
            let kind = kinds.into_iter().find(|kind| event["type"] == *kind).unwrap_or("other");
            Err((kind, number.unwrap_or(0)))
        }
    }
}
