//! Motion, touchpad and charge: told to those who asked.

use crate::harness::{DEADLINE, Daemon, Got};
use maribro_input::model::pad::{FULL, Finger};
use serde_json::json;
use std::time::Instant;

#[tokio::test]
async fn motion_and_touch_come_to_clients_that_asked_and_to_no_others() {
    let daemon = Daemon::with_pads(1).await;
    let (mut plain, mut asking, mut rig) = (daemon.client().await, daemon.client().await, daemon.rig().await);
    asking.send("subscribe", json!({ "motion": true })).await;
    asking.state(|frame| frame.with_motion).await;
    let before = plain.state(|_| true).await;
    rig.act("motion", json!({ "pad": 0, "gyro": [0.0, -std::f32::consts::PI, 0.0], "accel": [0.0, 9.80665, 0.0] }))
        .await;
    rig.act("touch", json!({ "pad": 0, "finger": 1, "down": true, "x": 1.0, "y": 0.0 })).await;
    let frame = asking.state(|frame| frame.pads[0].fingers[1].down).await;
    assert_eq!(frame.pads[0].gyro, [0, -180 * 16, 0]);
    assert_eq!(frame.pads[0].accel, [0, 8192, 0]);
    assert_eq!(frame.pads[0].fingers[1], Finger { down: true, x: FULL, y: 0 });
    rig.act("touch", json!({ "pad": 0, "finger": 1, "down": false, "x": 1.0, "y": 0.0 })).await;
    asking.state(|frame| !frame.pads[0].fingers[1].down).await;
    // A press is the end of what the plain client has to be looked at for.
    rig.button(0, "south", 1.0).await;
    let frame = plain.state(|frame| frame.pads[0].values[0] == FULL).await;
    assert!(!frame.with_motion && frame.seq > before.seq);
    asking.send("subscribe", json!({ "motion": false })).await;
    asking.state(|frame| !frame.with_motion).await;
}

#[tokio::test]
async fn a_charge_is_told_when_it_changes() {
    let daemon = Daemon::with_pads(1).await;
    let (mut client, mut rig) = (daemon.client().await, daemon.rig().await);
    client.event("hello").await;
    for level in ["low", "low", "wired"] {
        rig.act("battery", json!({ "pad": 0, "level": level })).await;
    }
    assert_eq!(client.event("battery").await, json!({ "number": 100, "level": "low" }));
    assert_eq!(client.event("battery").await, json!({ "number": 100, "level": "wired" }));
    assert_eq!(daemon.client().await.event("hello").await["pads"][0]["battery"], "wired");
}

#[tokio::test]
async fn rates_are_told_of_pads_that_move() {
    let daemon = Daemon::with_pads(2).await;
    let (mut client, mut rig) = (daemon.client().await, daemon.rig().await);
    let mut step = 0f32;
    let began = Instant::now();
    let rates = loop {
        assert!(began.elapsed() < DEADLINE, "no rates");
        step = (step + 0.01) % 1.0;
        rig.act("axis", json!({ "pad": 1, "axis": "lx", "value": step })).await;
        if let Got::Event(event) = client.next().await
            && event["type"] == "rates"
        {
            break event["payload"]["rates"].clone();
        }
    };
    assert_eq!(rates.as_array().map(Vec::len), Some(1), "only one moves");
    assert_eq!(rates[0]["number"], 101);
    let (hz, jitter) = (rates[0]["reportHz"].as_f64(), rates[0]["jitterMs"].as_f64());
    assert!(hz.is_some_and(|hz| hz > 20.0) && jitter.is_some_and(|jitter| jitter >= 0.0), "{rates}");
}
