//! Rumble, light and player index reach the pad; on Bluetooth only when the host of the party wants it.

use crate::harness::Daemon;
use serde_json::json;

#[tokio::test]
async fn rumble_and_light_arrive_at_the_pad_and_the_rumble_ends() {
    let daemon = Daemon::with_pads(2).await;
    let (mut client, mut rig) = (daemon.client().await, daemon.rig().await);
    client.send("rumble", json!({ "pad": 101, "strong": 1, "weak": 0.5, "durationMs": 30 })).await;
    client.send("light", json!({ "pad": 101, "r": 255, "g": 128, "b": 0 })).await;
    client.send("player", json!({ "pad": 101, "index": 3 })).await;
    let effects = rig
        .effects(1, |effects| {
            let has = |kind: &str, what| effects[kind].as_array().is_some_and(|all| all.contains(&what));
            has("rumbles", json!([65535, 32768])) && has("lights", json!([255, 128, 0])) && has("players", json!(3))
        })
        .await;
    assert_ne!(effects["rumbles"][0], json!([0, 0]));
    rig.effects(1, |effects| effects["rumbles"].as_array().and_then(|all| all.last()) == Some(&json!([0, 0]))).await;
    let other = rig.effects(0, |_| true).await;
    assert_eq!((&other["rumbles"], &other["lights"]), (&json!([]), &json!([])), "the other pad is left alone");
}

#[tokio::test]
async fn effects_on_bluetooth_are_refused_unless_wanted() {
    for (flags, wanted) in [(&["--virtual", "1"][..], false), (&["--virtual", "1", "--bluetooth-effects"], true)] {
        let daemon = Daemon::start(flags).await;
        let (mut client, mut rig) = (daemon.client().await, daemon.rig().await);
        assert_eq!(client.event("hello").await["bluetoothEffects"], wanted);
        rig.act("unplug", json!({ "pad": 0 })).await;
        rig.act("plug", json!({ "pad": 0, "link": "bluetooth" })).await;
        client.event("connected").await;
        client.send("light", json!({ "pad": 100, "r": 1, "g": 2, "b": 3 })).await;
        if wanted {
            rig.effects(0, |effects| effects["lights"] == json!([[1, 2, 3]])).await;
        } else {
            let error = client.event("error").await;
            assert_eq!((&error["code"], &error["command"]), (&json!("bluetooth_effects_off"), &json!("light")));
            assert_eq!(rig.effects(0, |_| true).await["lights"], json!([]));
        }
    }
}

#[tokio::test]
async fn effects_on_pads_that_are_not_there_are_refused() {
    let daemon = Daemon::with_pads(1).await;
    let (mut client, mut rig) = (daemon.client().await, daemon.rig().await);
    for pad in [0, 99, 101, 65_535] {
        client.send("rumble", json!({ "pad": pad, "strong": 1, "weak": 1, "durationMs": 10 })).await;
        assert_eq!(client.event("error").await["code"], "unknown_pad", "{pad}");
    }
    rig.act("unplug", json!({ "pad": 0 })).await;
    client.send("player", json!({ "pad": 100, "index": null })).await;
    assert_eq!(client.event("error").await["code"], "pad_gone");
}
