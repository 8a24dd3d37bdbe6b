//! Broken messages get an error, and the connection lives.

use crate::harness::{Client, DEADLINE, Daemon, Got};
use futures_util::SinkExt;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

async fn refused(client: &mut Client, text: &str) -> Value {
    client.send_text(text).await;
    client.event("error").await
}

#[tokio::test]
async fn a_broken_message_gets_an_error_and_the_connection_lives() {
    let daemon = Daemon::with_pads(1).await;
    let mut client = daemon.client().await;
    for (text, command) in [
        ("", Value::Null),
        ("{", Value::Null),
        ("null", Value::Null),
        ("[[[[[[[[[[[[[[[[[[[[[[[[[[", Value::Null),
        (r#"{"type":7}"#, Value::Null),
        (r#"{"type":"dance"}"#, json!("dance")),
        (r#"{"type":"rumble"}"#, json!("rumble")),
        (r#"{"type":"rumble","payload":{"pad":-1,"strong":1,"weak":1,"durationMs":1}}"#, json!("rumble")),
        (r#"{"type":"rumble","payload":{"pad":100,"strong":1e99,"weak":1,"durationMs":1}}"#, json!("rumble")),
        (r#"{"type":"light","payload":{"pad":100,"r":1,"g":1,"b":1,"a":1}}"#, json!("light")),
        (r#"{"type":"subscribe","payload":{"motion":"yes"}}"#, json!("subscribe")),
        // The rig's commands are no client's.
        (r#"{"type":"unplug","payload":{"pad":0}}"#, json!("unplug")),
    ] {
        let error = refused(&mut client, text).await;
        assert_eq!((&error["code"], &error["command"]), (&json!("bad_message"), &command), "{text}: {error}");
    }
    client.0.send(Message::binary(vec![1, 2, 3])).await.expect("it is sent");
    assert_eq!(client.event("error").await["code"], "bad_message");
    let long = refused(&mut client, &format!(r#"{{"type":"{}"}}"#, "x".repeat(3_000))).await;
    assert_eq!(long["command"].as_str().map(str::len), Some(40), "no more than needed is told back");
    client.send("list", json!({})).await;
    assert_eq!(client.event("pads").await["pads"].as_array().map(Vec::len), Some(1));
    client.state(|frame| frame.pads.len() == 1).await;
}

#[tokio::test]
async fn a_message_that_is_far_too_long_ends_that_connection_only() {
    let daemon = Daemon::with_pads(1).await;
    let (mut other, mut client) = (daemon.client().await, daemon.client().await);
    // It may be cut off while it is still being sent.
    client.0.send(Message::text("x".repeat(100_000))).await.ok();
    let ended =
        async { while futures_util::StreamExt::next(&mut client.0).await.is_some_and(|message| message.is_ok()) {} };
    tokio::time::timeout(crate::harness::DEADLINE, ended).await.expect("the connection ends");
    other.state(|_| true).await;
}

#[tokio::test]
async fn a_flood_of_commands_holds_up_nobody() {
    let daemon = Daemon::with_pads(2).await;
    let (mut flood, mut other, mut rig) = (daemon.client().await, daemon.client().await, daemon.rig().await);
    let flooding = tokio::spawn(async move {
        for n in 0..5_000 {
            let colour = json!({ "type": "light", "payload": { "pad": 100, "r": n % 256, "g": 0, "b": 0 } });
            if flood.0.feed(Message::text(colour.to_string())).await.is_err() {
                break;
            }
        }
        flood.0.flush().await.ok();
        flood
    });
    for presses in 1..=50 {
        rig.button(1, "south", 1.0).await;
        rig.button(1, "south", 0.0).await;
        other.state(|frame| frame.pads[1].presses[0] == presses).await;
    }
    let mut flood = flooding.await.expect("it floods");
    assert_eq!(flood.event("error").await["code"], "rate_limited");
    heard_again(&mut flood).await;
    let lights = rig.ask("effects", json!({ "pad": 0 })).await["payload"]["lights"].as_array().map(Vec::len);
    assert!(lights.is_some_and(|lights| lights > 0), "what was not too much was carried out");
}

/// Asks until it is not too much any more.
async fn heard_again(client: &mut Client) {
    let asking = async {
        loop {
            client.send("list", json!({})).await;
            loop {
                match client.next().await {
                    Got::Event(event) if event["type"] == "pads" => return,
                    Got::Event(event) if event["type"] == "error" => break,
                    _ => {}
                }
            }
        }
    };
    tokio::time::timeout(DEADLINE, asking).await.expect("it is heard again");
}

#[tokio::test]
async fn all_games_together_have_one_share_of_commands_and_the_others_have_their_own() {
    let daemon = Daemon::with_pads(1).await;
    let (mut first, mut second) = (daemon.frame().await, daemon.frame().await);
    for _ in 0..400 {
        first.0.feed(Message::text(r#"{"type":"list"}"#)).await.expect("it is sent");
    }
    first.0.flush().await.expect("it is sent");
    assert_eq!(first.event("error").await["code"], "rate_limited");
    let also_refused = async {
        loop {
            // More at once than is earned meanwhile, and few enough that nobody waits for a reader.
            for _ in 0..100 {
                second.0.feed(Message::text(r#"{"type":"list"}"#)).await.expect("it is sent");
            }
            second.0.flush().await.expect("it is sent");
            let mut answers = 0;
            while answers < 100 {
                match second.next().await {
                    Got::Event(event) if event["type"] == "pads" => answers += 1,
                    Got::Event(event) if event["type"] == "error" => return event["payload"]["code"].clone(),
                    _ => {}
                }
            }
        }
    };
    let code = tokio::time::timeout(DEADLINE, also_refused).await.expect("the first one has used up what both have");
    assert_eq!(code, "rate_limited");
    let mut program = daemon.client().await;
    program.send("list", json!({})).await;
    program.event("pads").await;
}

#[tokio::test]
async fn the_rig_answers_each_command_once() {
    let daemon = Daemon::with_pads(1).await;
    let mut rig = daemon.rig().await;
    for (kind, payload) in [
        ("button", json!({ "pad": 1, "button": "south", "value": 1 })),
        ("button", json!({ "pad": 0, "button": "turbo", "value": 1 })),
        ("axis", json!({ "pad": 0, "axis": "lx", "value": 2 })),
        ("plug", json!({ "pad": 0 })),
        ("dance", json!({})),
    ] {
        let answer = rig.ask(kind, payload).await;
        assert_eq!((&answer["type"], &answer["payload"]["command"]), (&json!("error"), &json!(kind)), "{answer}");
    }
    rig.act("unplug", json!({ "pad": 0 })).await;
    assert_eq!(rig.ask("unplug", json!({ "pad": 0 })).await["type"], "error");
    assert_eq!(rig.ask("battery", json!({ "pad": 0, "level": "low" })).await["type"], "error");
}
