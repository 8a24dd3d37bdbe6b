//! More people than seats, over the wire, with this test as the stage.

use crate::harness::{Form, GAME, Page, TestHost, wait_for};
use serde_json::{Value, json};

const FOUR: [&str; 4] = ["knight-red", "wizard-blue", "slime-green", "banana-yellow"];

/// A host with a game and four people on their seats, and its stage.
async fn full_couch() -> (TestHost, Page) {
    let host = TestHost::start().await;
    assert_eq!(host.upload(&Form::game("a.html", "fox-orange", GAME)).await.status, 200);
    let seats: Vec<Value> = FOUR
        .iter()
        .enumerate()
        .map(|(slot, avatar)| json!({ "slot": slot, "avatarId": avatar, "gamepadIndex": slot }))
        .collect();
    assert_eq!(host.post("/api/session/players", &json!({ "playersBySlot": seats })).await.status, 200);
    let mut stage = host.page().await;
    stage.send("join", json!({ "role": "stage" })).await;
    stage.next_that("role_changed", |p| p["role"] == "stage").await;
    (host, stage)
}

async fn wait_in_line(stage: &mut Page, avatar: &str, pad: i32) -> Value {
    stage.send("join_queue", json!({ "avatarId": avatar, "gamepadIndex": pad })).await;
    let waits =
        |p: &Value| p["session"]["queue"].as_array().is_some_and(|queue| queue.iter().any(|w| w["avatarId"] == avatar));
    stage.next_that("session_changed", waits).await["session"].clone()
}

/// Plays a round to its end and gives the session in which turns were taken.
async fn play(stage: &mut Page, scores: [u8; 4]) -> Value {
    stage.send("start_game", json!({ "gameId": "a" })).await;
    let round = stage.phase("loading").await;
    stage.report(&round, json!({ "kind": "ready", "sdkVersion": "1" })).await;
    stage.phase("playing").await;
    stage.report(&round, json!({ "kind": "ended", "scoresBySlot": scores })).await;
    stage.phase("results").await;
    stage.send("end_round", json!({})).await;
    stage.phase("rating").await;
    stage.send("end_round", json!({})).await;
    let taken = |p: &Value| {
        let history = p["session"]["history"].as_array();
        history
            .and_then(|history| history.last())
            .is_some_and(|entry| entry["roundId"] == round["id"] && entry["swaps"].is_array())
    };
    stage.next_that("session_changed", taken).await["session"].clone()
}

fn avatars(session: &Value) -> Vec<&str> {
    session["playersBySlot"].as_array().unwrap().iter().map(|seat| seat["avatarId"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn five_people_take_turns_and_a_restart_forgets_nobody() {
    let (host, mut stage) = full_couch().await;
    assert_eq!(stage.hello["settings"]["queueMode"], "rotate");
    wait_in_line(&mut stage, "fox-orange", 4).await;
    wait_in_line(&mut stage, "cat-pink", -1).await;
    stage.send("change_settings", json!({ "queueMode": "winner_stays" })).await;
    stage.next_that("settings_changed", |p| p["settings"]["queueMode"] == "winner_stays").await;
    let session = play(&mut stage, [0, 3, 10, 6]).await;
    assert_eq!(avatars(&session), ["fox-orange", "cat-pink", "slime-green", "banana-yellow"]);
    assert_eq!(session["playersBySlot"][0]["gamepadIndex"], 4, "fox brought a pad");
    assert_eq!(session["playersBySlot"][1]["gamepadIndex"], 1, "cat was handed the wizard's");
    let waiting = json!([
        { "avatarId": "wizard-blue", "gamepadIndex": -1 },
        { "avatarId": "knight-red", "gamepadIndex": 0 }
    ]);
    assert_eq!(session["queue"], waiting);
    let swaps = json!([
        { "slot": 0, "leaves": "knight-red", "comes": "fox-orange" },
        { "slot": 1, "leaves": "wizard-blue", "comes": "cat-pink" }
    ]);
    assert_eq!(session["history"][0]["swaps"], swaps);
    let on_disk: Value = serde_json::from_slice(&std::fs::read(host.session_file()).unwrap()).unwrap();
    assert_eq!(on_disk["queue"], waiting);

    drop(stage);
    let host = TestHost::start_in(host.stop().await, |_| {}).await;
    let again = host.page().await.hello;
    assert_eq!((&again["session"]["queue"], &again["settings"]["queueMode"]), (&waiting, &json!("winner_stays")));
    assert_eq!(host.get("/api/session").await.json["session"]["queue"], waiting);
    // A reset is about points.
    assert_eq!(host.post("/api/session/reset", &json!({})).await.json["session"]["queue"], waiting);
}

#[tokio::test]
async fn an_avatar_that_waits_is_taken_and_gets_the_seat_that_is_left() {
    let (host, mut stage) = full_couch().await;
    let session = wait_in_line(&mut stage, "fox-orange", -1).await;
    let mut seats = session["playersBySlot"].clone();
    seats[0]["avatarId"] = json!("fox-orange");
    let refused = host.post("/api/session/players", &json!({ "playersBySlot": seats })).await;
    assert_eq!((refused.status.as_u16(), &refused.json["error"]["code"]), (409, &json!("avatar_taken")));
    for (command, payload, code) in [
        ("join_queue", json!({ "avatarId": "knight-red", "gamepadIndex": -1 }), "avatar_taken"),
        ("join_queue", json!({ "avatarId": "cat-pink", "gamepadIndex": 2 }), "pad_taken"),
        ("join_queue", json!({ "avatarId": "nobody", "gamepadIndex": -1 }), "unknown_avatar"),
        ("leave_queue", json!({ "avatarId": "cat-pink" }), "bad_body"),
    ] {
        stage.send(command, payload).await;
        let refused = stage.next_of("refused").await;
        assert_eq!((&refused["command"], &refused["code"]), (&json!(command), &json!(code)));
    }
    stage.send("leave_seat", json!({ "slot": 2 })).await;
    let left = stage.next_that("session_changed", |p| p["session"]["queue"].is_null()).await;
    let seat = &left["session"]["playersBySlot"][2];
    assert_eq!(
        (&seat["avatarId"], &seat["gamepadIndex"], &seat["lockedIn"]),
        (&json!("fox-orange"), &json!(2), &json!(true))
    );

    wait_in_line(&mut stage, "cat-pink", 7).await;
    stage.send("change_settings", json!({ "queueMode": "off" })).await;
    stage.next_of("settings_changed").await;
    stage.send("join_queue", json!({ "avatarId": "bear-brown", "gamepadIndex": -1 })).await;
    assert_eq!(stage.next_of("refused").await["code"], "unavailable");
    stage.send("leave_queue", json!({ "avatarId": "cat-pink" })).await;
    wait_for(|| async { host.get("/api/session").await.json["session"].get("queue").is_none() }).await;
}

#[tokio::test]
async fn a_stranger_moves_nobody_in_the_queue() {
    let (host, mut stage) = full_couch().await;
    wait_in_line(&mut stage, "fox-orange", -1).await;
    let mut stranger = host.page_with(&[("x-forwarded-for", "203.0.113.9")]).await.unwrap();
    assert_eq!(stranger.hello["session"]["queue"][0]["avatarId"], "fox-orange", "but sees it");
    for (command, payload) in [
        ("join_queue", json!({ "avatarId": "cat-pink", "gamepadIndex": -1 })),
        ("leave_queue", json!({ "avatarId": "fox-orange" })),
    ] {
        stranger.send(command, payload).await;
        assert_eq!(stranger.next_of("refused").await["code"], "forbidden");
    }
    assert_eq!(host.get("/api/session").await.json["session"]["queue"].as_array().unwrap().len(), 1);
}
