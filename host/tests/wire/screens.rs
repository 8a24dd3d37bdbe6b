//! The screens' WebSocket: hello, roles, refusals, and pages that misbehave.

use crate::harness::{Form, GAME, TestHost};
use futures_util::SinkExt;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn hello_says_everything_there_is() {
    let host = TestHost::start().await;
    host.drop_game("a.html", GAME).await;
    let hello = host.page().await.hello;
    assert_eq!(
        (&hello["trusted"], &hello["round"]["phase"], &hello["problems"]),
        (&json!(true), &json!("lobby"), &json!([]))
    );
    assert_eq!((&hello["games"][0]["id"], &hello["session"]["version"]), (&json!("a"), &json!(1)));
    assert!(hello["joinUrls"][0].as_str().unwrap().starts_with("http://"));
}

#[tokio::test]
async fn one_page_is_the_stage_until_it_leaves_or_is_taken_over() {
    let host = TestHost::start().await;
    let (mut first, mut second) = (host.page().await, host.page().await);
    first.send("join", json!({ "role": "stage" })).await;
    assert_eq!(first.next_of("role_changed").await, json!({ "role": "stage", "stageTaken": false }));
    assert_eq!(second.next_of("role_changed").await, json!({ "role": "watch", "stageTaken": true }));
    second.send("join", json!({ "role": "stage" })).await;
    assert_eq!(second.next_of("role_changed").await, json!({ "role": "watch", "stageTaken": true }));
    second.send("join", json!({ "role": "stage", "takeOver": true })).await;
    assert_eq!(second.next_of("role_changed").await, json!({ "role": "stage", "stageTaken": false }));
    assert_eq!(first.next_of("role_changed").await, json!({ "role": "watch", "stageTaken": true }));
    drop(second);
    assert_eq!(first.next_of("role_changed").await, json!({ "role": "watch", "stageTaken": false }));
}

#[tokio::test]
async fn messages_that_are_refused_and_the_connection_lives() {
    let host = TestHost::start().await;
    let mut page = host.page().await;
    let cases = [
        ("not json", None, "bad_body"),
        ("7", None, "bad_body"),
        ("{}", None, "bad_body"),
        ("{\"type\":7}", None, "bad_body"),
        ("{\"type\":\"dance\"}", Some("dance"), "bad_body"),
        ("{\"type\":\"claim_seat\"}", Some("claim_seat"), "bad_body"),
        ("{\"type\":\"claim_seat\",\"payload\":{\"gamepadIndex\":\"one\"}}", Some("claim_seat"), "bad_body"),
        ("{\"type\":\"claim_seat\",\"payload\":{\"gamepadIndex\":-1}}", Some("claim_seat"), "bad_body"),
        ("{\"type\":\"leave_seat\",\"payload\":{\"slot\":4}}", Some("leave_seat"), "bad_body"),
        (
            "{\"type\":\"choose_avatar\",\"payload\":{\"slot\":0,\"avatarId\":\"nobody\"}}",
            Some("choose_avatar"),
            "unknown_avatar",
        ),
        ("{\"type\":\"start_vote\"}", Some("start_vote"), "unavailable"),
        ("{\"type\":\"end_round\",\"payload\":{}}", Some("end_round"), "unavailable"),
        (
            "{\"type\":\"frame_report\",\"payload\":{\"roundId\":\"\",\"frameAttempt\":0,\"report\":{\"kind\":\"lost\"}}}",
            Some("frame_report"),
            "forbidden",
        ),
    ];
    for (text, command, code) in cases {
        page.send_text(text).await;
        let refused = page.next_of("refused").await;
        assert_eq!((&refused["command"], &refused["code"]), (&json!(command), &json!(code)), "{text}");
    }
    page.socket.send(Message::binary(vec![1, 2, 3])).await.unwrap();
    assert_eq!(page.next_of("refused").await["code"], "bad_body");
    page.send("claim_seat", json!({ "gamepadIndex": 3 })).await;
    assert_eq!(page.next_of("session_changed").await["session"]["playersBySlot"][0]["gamepadIndex"], 3);
}

#[tokio::test]
async fn a_message_over_the_limit_ends_that_connection_only() {
    let host = TestHost::start().await;
    let (mut loud, mut quiet) = (host.page().await, host.page().await);
    loud.send_text(&"x".repeat(100_000)).await;
    assert_eq!(loud.next().await, None);
    quiet.send("claim_seat", json!({ "gamepadIndex": 3 })).await;
    quiet.next_of("session_changed").await;
}

#[tokio::test]
async fn a_plain_get_of_the_websocket_is_told_what_it_is() {
    let host = TestHost::start().await;
    let reply = host.get("/ws").await;
    assert_eq!((reply.status.as_u16(), reply.code()), (400, "bad_body"));
}

#[tokio::test]
async fn a_page_that_never_reads_is_cut_off_and_others_go_on() {
    // A long night: each change of the session is some 500 KB for every page, and the deaf one's socket fills up.
    let folder = tempfile::tempdir().unwrap();
    let entry = json!({ "playedAt": "2026-11-21T20:00:00Z", "gameId": "a", "creatorAvatarId": "", "scoresBySlot": [1, 2, 3, 4], "note": "x".repeat(400) });
    let mut session = TestHost::start().await.get("/api/session").await.json["session"].clone();
    session["history"] = json!(vec![entry; 1_000]);
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(folder.path().join("data/session.json"), session.to_string()).unwrap();
    let host = TestHost::start_in(folder, |_| {}).await;
    let _deaf = host.page().await;
    let mut page = host.page().await;
    for _ in 0..100 {
        page.send("claim_seat", json!({ "gamepadIndex": 1 })).await;
        page.next_of("session_changed").await;
        page.send("leave_seat", json!({ "slot": 0 })).await;
        page.next_of("session_changed").await;
        if host.get("/api/health").await.json["screens"] == 1 {
            break;
        }
    }
    assert_eq!(host.get("/api/health").await.json["screens"], 1, "the deaf page is still there");
}

#[tokio::test]
async fn seats_are_taken_left_and_handed_on_by_pad() {
    let host = TestHost::start().await;
    let mut page = host.page().await;
    page.send("claim_seat", json!({ "gamepadIndex": 300 })).await;
    page.next_of("session_changed").await;
    page.send("choose_avatar", json!({ "slot": 0, "avatarId": "cat-pink" })).await;
    let seat = page.next_of("session_changed").await["session"]["playersBySlot"][0].clone();
    assert_eq!(seat, json!({ "slot": 0, "avatarId": "cat-pink", "gamepadIndex": 300, "lockedIn": true }));
    page.send("move_pad", json!({ "slot": 0, "gamepadIndex": 2 })).await;
    assert_eq!(page.next_of("session_changed").await["session"]["playersBySlot"][0]["gamepadIndex"], 2);
    page.send("leave_seat", json!({ "slot": 0 })).await;
    assert_eq!(page.next_of("session_changed").await["session"]["playersBySlot"][0]["avatarId"], "");
}

#[tokio::test]
async fn settings_are_told_to_every_page_hold_for_the_next_round_and_survive_a_restart() {
    let host = TestHost::start().await;
    host.upload(&Form::game("a.html", "fox-orange", GAME)).await;
    let mut stage = host.couple().await;
    assert_eq!(
        stage.hello["settings"],
        json!({ "lengthFactor": 1.0, "voteSec": 10, "queueMode": "rotate", "hiddenGames": [] })
    );
    let mut other = host.page().await;
    for change in [
        json!({ "lengthFactor": 1.5, "voteSec": 20, "queueMode": "off" }),
        json!({ "hideGame": "a" }),
        json!({ "showGame": "a" }),
    ] {
        stage.send("change_settings", change).await;
        other.next_of("settings_changed").await;
    }
    for (change, code) in [
        (json!({ "lengthFactor": 3 }), "bad_body"),
        (json!({ "voteSec": "20" }), "bad_body"),
        (json!({ "queueMode": "loser_stays" }), "bad_body"),
        (json!({ "hideGame": "nobodys" }), "unknown_game"),
    ] {
        stage.send("change_settings", change).await;
        assert_eq!(stage.next_of("refused").await["code"], code);
    }
    stage.send("start_game", json!({ "gameId": "a" })).await;
    assert_eq!(stage.phase("loading").await["game"]["maxDurationSec"], 30.0, "of 20 s");
    let host = TestHost::start_in(host.stop().await, |_| {}).await;
    let settings = json!({ "lengthFactor": 1.5, "voteSec": 20, "queueMode": "off", "hiddenGames": [] });
    assert_eq!(host.page().await.hello["settings"], settings);
    let mut stranger = host.page_with(&[("X-Forwarded-For", "203.0.113.9")]).await.unwrap();
    stranger.send("change_settings", json!({ "voteSec": 5 })).await;
    assert_eq!(stranger.next_of("refused").await["code"], "forbidden");
}
