//! A pad that sleeps and comes back is the same pad with the same number.

use crate::harness::{Client, DEADLINE, Daemon, Rig, pad};
use maribro_input::model::pad::FULL;
use serde_json::{Value, json};

async fn renamed(daemon: &Daemon, rig: &mut Rig) -> Client {
    for (virtual_pad, serial) in ["a4-53-85-00-00-0a", "a4-53-85-00-00-0b", "a4-53-85-00-00-0c"].iter().enumerate() {
        rig.act("unplug", json!({ "pad": virtual_pad })).await;
        rig.act("plug", json!({ "pad": virtual_pad, "serial": serial, "link": "usb" })).await;
    }
    daemon.client().await
}

#[tokio::test]
async fn pads_that_come_back_in_another_order_over_another_link_have_their_numbers_and_nothing_held() {
    let daemon = Daemon::with_pads(3).await;
    let mut rig = daemon.rig().await;
    // They were 100 to 102 under their first serials; under the new ones they are 103 to 105.
    let mut client = renamed(&daemon, &mut rig).await;
    for (virtual_pad, presses) in [(0, 1), (1, 2), (2, 3)] {
        for _ in 1..presses {
            rig.button(virtual_pad, "south", 1.0).await;
            rig.button(virtual_pad, "south", 0.0).await;
        }
        rig.button(virtual_pad, "south", 1.0).await;
    }
    client.state(|frame| (103..=105).all(|number| pad(frame, number).values[0] == FULL)).await;
    for virtual_pad in [1, 0, 2] {
        rig.act("unplug", json!({ "pad": virtual_pad })).await;
        let number = 103 + virtual_pad;
        assert_eq!(client.event("disconnected").await["number"], number);
        let frame = client.state(|frame| !pad(frame, number).connected).await;
        assert!(pad(&frame, number).is_at_rest(), "nothing sticks");
    }
    // SDL's devices change their roles: the one that was a is now c, and so on; and the link is another.
    for (virtual_pad, serial, number) in
        [(2, "A4:53:85:00:00:0A", 103), (0, "A4:53:85:00:00:0C", 105), (1, "A4:53:85:00:00:0B", 104)]
    {
        rig.act("plug", json!({ "pad": virtual_pad, "serial": serial, "link": "bluetooth" })).await;
        let connected = client.event("connected").await;
        assert_eq!((&connected["number"], &connected["link"]), (&json!(number), &json!("bluetooth")));
        let frame = client.state(|frame| pad(frame, number).connected).await;
        assert!(pad(&frame, number).is_at_rest(), "nothing sticks");
        assert_eq!(pad(&frame, number).presses[0], number - 102, "and no press is counted again");
        rig.button(virtual_pad, "south", 1.0).await;
        client.state(|frame| pad(frame, number).presses[0] == number - 101).await;
    }
}

#[tokio::test]
async fn a_pad_without_a_serial_is_known_by_its_make() {
    let daemon = Daemon::with_pads(1).await;
    let (mut rig, mut client) = (daemon.rig().await, daemon.client().await);
    rig.act("unplug", json!({ "pad": 0 })).await;
    rig.act("plug", json!({ "pad": 0, "serial": "00:00:00:00:00:00" })).await;
    let connected = client.event("connected").await;
    assert_eq!((&connected["number"], &connected["hasSerial"]), (&json!(101), &json!(false)));
    for _ in 0..3 {
        rig.act("unplug", json!({ "pad": 0 })).await;
        rig.act("plug", json!({ "pad": 0 })).await;
        assert_eq!(client.event("connected").await["number"], 101);
    }
}

#[tokio::test]
async fn a_client_that_comes_late_is_told_of_pads_that_are_gone() {
    let daemon = Daemon::with_pads(2).await;
    daemon.rig().await.act("unplug", json!({ "pad": 0 })).await;
    let mut client = daemon.client().await;
    let hello = client.event("hello").await;
    let connected: Vec<&Value> = hello["pads"].as_array().expect("pads").iter().map(|pad| &pad["connected"]).collect();
    assert_eq!(connected, [false, true]);
    let frame = client.state(|_| true).await;
    assert!(!pad(&frame, 100).connected && pad(&frame, 101).connected);
}

/// Waits until the file has the numbers of so many pads.
async fn until_kept(daemon: &Daemon, count: usize) {
    let kept = async {
        loop {
            let text = std::fs::read_to_string(daemon.data.path().join("pads.json")).unwrap_or_default();
            let pads = serde_json::from_str::<Value>(&text).ok().and_then(|file| file["pads"].as_array().map(Vec::len));
            if pads == Some(count) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(DEADLINE, kept).await.expect("the numbers are kept");
}

#[tokio::test]
async fn pads_have_their_numbers_after_a_kill_in_whatever_order_they_come() {
    let daemon = Daemon::with_pads(1).await;
    let mut rig = daemon.rig().await;
    // By turns one SDL device is three pads: 100 is the one that was there at first, 101 and 102 are these.
    for serial in ["virtual-2", "virtual-1"] {
        rig.act("unplug", json!({ "pad": 0 })).await;
        rig.act("plug", json!({ "pad": 0, "serial": serial })).await;
    }
    until_kept(&daemon, 3).await;
    let daemon = daemon.killed_and_started(&["--virtual", "2"]).await;
    let (mut rig, mut client) = (daemon.rig().await, daemon.client().await);
    let hello = client.event("hello").await;
    let numbers: Vec<&Value> = hello["pads"].as_array().expect("pads").iter().map(|pad| &pad["number"]).collect();
    assert_eq!(numbers, [100, 102], "who was not seen in this run is not told of");
    rig.button(1, "south", 1.0).await;
    client.state(|frame| frame.pads.len() == 2 && pad(frame, 102).values[0] == FULL).await;
    rig.act("unplug", json!({ "pad": 0 })).await;
    rig.act("plug", json!({ "pad": 0, "serial": "virtual-2" })).await;
    assert_eq!(client.event("connected").await["number"], 101);
    let frame = client.state(|frame| frame.pads.len() == 3).await;
    assert_eq!(frame.pads.iter().map(|pad| pad.number).collect::<Vec<_>>(), [100, 101, 102], "in their order");
}

#[tokio::test]
async fn a_damaged_file_of_numbers_is_replaced() {
    let daemon = Daemon::with_pads(2).await;
    until_kept(&daemon, 2).await;
    std::fs::write(daemon.data.path().join("pads.json"), "{\"version\": 1, \"pads\": [{").expect("written");
    let daemon = daemon.killed_and_started(&["--virtual", "2"]).await;
    until_kept(&daemon, 2).await;
    assert_eq!(daemon.client().await.event("hello").await["pads"][1]["number"], 101);
}
