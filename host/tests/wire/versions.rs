//! Revisions: an upload, a rollback or a removal loses nothing, and a running round keeps the bytes it began with.

use crate::harness::{Form, GAME, Reply, TestHost};
use serde_json::{Value, json};

fn titled(title: &str) -> Form {
    Form::game("a.html", "cat-pink", GAME.replace("Test Game", title))
}

async fn host_with(titles: &[&str]) -> TestHost {
    let host = TestHost::start().await;
    for title in titles {
        assert_eq!(host.upload(&titled(title)).await.status, 200);
    }
    host
}

async fn details(host: &TestHost) -> (Value, Value, Vec<Value>) {
    let game = host.get("/api/games/a").await.json["game"].clone();
    let numbers = game["revisions"].as_array().unwrap().iter().map(|one| one["revision"].clone()).collect();
    (game["title"].clone(), game["revision"].clone(), numbers)
}

async fn roll_back(host: &TestHost, body: &str) -> Reply {
    host.send("POST", "/api/games/a/rollback", &[], body.to_owned()).await
}

#[tokio::test]
async fn a_rollback_brings_the_revision_before_or_the_one_that_is_named() {
    let host = host_with(&["One", "Two", "Three"]).await;
    assert_eq!(details(&host).await, (json!("Three"), json!(3), vec![json!(1), json!(2), json!(3)]));
    let mut page = host.page().await;
    let back = roll_back(&host, "").await;
    assert_eq!((back.status.as_u16(), &back.json["game"]["title"]), (200, &json!("Two")));
    page.next_that("games_changed", |payload| payload["games"][0]["title"] == "Two").await;
    assert_eq!(roll_back(&host, "{}").await.json["game"]["title"], "One");
    assert_eq!(details(&host).await, (json!("One"), json!(1), vec![json!(1), json!(2), json!(3)]));
    let refused = roll_back(&host, "").await;
    assert_eq!((refused.status.as_u16(), refused.code()), (404, "not_found"));
    assert_eq!(roll_back(&host, r#"{"revision":3}"#).await.json["game"]["title"], "Three");
    assert_eq!(roll_back(&host, r#"{"revision":"x"}"#).await.code(), "bad_body");
    assert_eq!(roll_back(&host, r#"{"revision":-1}"#).await.code(), "bad_body");
    assert!(host.get("/games/a.html").await.body.windows(5).any(|bytes| bytes == b"Three"));
    assert_eq!(host.upload(&titled("Four")).await.status, 200);
    assert_eq!(details(&host).await.1, 4, "numbers are not used twice");
}

#[tokio::test]
async fn a_removed_game_is_gone_and_comes_back_as_it_was() {
    let host = host_with(&["One", "Two"]).await;
    let before = host.get("/api/games").await.json;
    let removed = host.send("DELETE", "/api/games/a", &[], "").await;
    assert_eq!((removed.status.as_u16(), &removed.json["removed"]), (200, &json!({ "id": "a", "revision": 2 })));
    assert_eq!(host.get("/api/games").await.json["games"], json!([]));
    assert_eq!(host.get("/games/a.html").await.status, 404);
    assert_eq!(host.get("/api/games/a").await.code(), "unknown_game");
    assert_eq!(host.send("DELETE", "/api/games/a", &[], "").await.code(), "unknown_game");
    let host = TestHost::start_in(host.stop().await, |_| {}).await;
    assert_eq!(roll_back(&host, "").await.status, 200);
    assert_eq!(host.get("/api/games").await.json, before);
}

#[tokio::test]
async fn ids_that_are_paths_lead_nowhere() {
    let host = host_with(&["One"]).await;
    for id in ["..%2fa", "%2e%2e", ".", "a%00", "a%5cb", "revisions%2Fa", "no-such-game", "_template"] {
        let path = format!("/api/games/{id}");
        assert_eq!(host.send("DELETE", &path, &[], "").await.code(), "unknown_game", "{id}");
        assert_eq!(host.send("POST", &format!("{path}/rollback"), &[], "").await.code(), "unknown_game", "{id}");
    }
    assert_eq!(host.get("/api/games/a").await.status, 200);
}

#[tokio::test]
async fn a_running_round_keeps_the_bytes_it_began_with() {
    let host = host_with(&["Before"]).await;
    let mut stage = host.couple().await;
    stage.send("start_game", json!({ "gameId": "a" })).await;
    let round = stage.phase("loading").await;
    let path = format!("/games/a.html?round={}", round["id"].as_str().unwrap());
    let holds = |reply: &Reply, title: &str| reply.body.windows(title.len()).any(|bytes| bytes == title.as_bytes());
    let began = host.get(&path).await;
    assert!(holds(&began, "Before") && began.header("content-security-policy").starts_with("sandbox"));
    assert_eq!(host.upload(&titled("After")).await.status, 200);
    assert!(holds(&host.get(&path).await, "Before"));
    assert!(holds(&host.get("/games/a.html").await, "After"), "the next round gets the new one");
    let part = host.send("GET", &path, &[("range", "bytes=0-14")], "").await;
    assert_eq!((part.status.as_u16(), &part.body[..]), (206, &b"<!doctype html>"[..]));
    stage.report(&round, json!({ "kind": "ready", "sdkVersion": "1" })).await;
    stage.phase("playing").await;
    assert_eq!(host.send("DELETE", "/api/games/a", &[], "").await.status, 200);
    assert!(holds(&host.get(&path).await, "Before"), "also when the game is removed");
    stage.report(&round, json!({ "kind": "ended", "scoresBySlot": [5, 0, 0, 0] })).await;
    assert_eq!(stage.phase("results").await["scoresBySlot"], json!([5, 0, 0, 0]));
    assert_eq!(host.get(&path).await.status, 404, "after the round it is gone");
}

/// Plays a round in which the game is lost, from the lobby to the lobby.
async fn lose(host: &TestHost, stage: &mut crate::harness::Page) {
    stage.send("start_game", json!({ "gameId": "a" })).await;
    let round = stage.phase("loading").await;
    stage.report(&round, json!({ "kind": "ready", "sdkVersion": "1" })).await;
    stage.phase("playing").await;
    stage.report(&round, json!({ "kind": "phase", "phase": "countdown" })).await;
    stage.report(&round, json!({ "kind": "log", "level": "warn", "text": "it will not go well" })).await;
    stage
        .report(&round, json!({ "kind": "error", "message": "x is not defined", "stack": "at frame (a.html:7)" }))
        .await;
    stage.report(&round, json!({ "kind": "lost" })).await;
    stage.phase("lobby").await;
    let recorded = |history: &Value| history.as_array().unwrap().iter().any(|entry| entry["roundId"] == round["id"]);
    crate::harness::wait_for(|| async { recorded(&host.get("/api/session").await.json["session"]["history"]) }).await;
}

#[tokio::test]
async fn a_maker_can_read_what_became_of_a_game_and_two_kills_mark_it_until_a_new_revision() {
    let host = host_with(&["One"]).await;
    let mut stage = host.couple().await;
    let marked = |host: &TestHost| {
        let games = host.actors.board.shelf.borrow().games.clone();
        games[0].unstable
    };
    lose(&host, &mut stage).await;
    crate::harness::wait_for(|| async { host.get("/api/games/a").await.json["game"]["incidents"][0].is_object() })
        .await;
    assert!(!marked(&host));
    let incident = host.get("/api/games/a").await.json["game"]["incidents"][0].clone();
    let expected = json!({
        "at": incident["at"], "afterMs": incident["afterMs"], "revision": 1, "outcome": "crashed", "phase": "playing",
        "framePhase": "countdown", "activeSlots": [0, 1],
        "errors": [{ "message": "x is not defined", "stack": "at frame (a.html:7)" }],
        "console": [{ "level": "warn", "text": "it will not go well" }],
    });
    assert_eq!(incident, expected);
    lose(&host, &mut stage).await;
    stage.next_that("games_changed", |payload| payload["games"][0]["unstable"] == true).await;
    let host = TestHost::start_in(host.stop().await, |_| {}).await;
    assert!(marked(&host), "also after a restart");
    assert_eq!(host.get("/api/games/a").await.json["game"]["incidents"].as_array().unwrap().len(), 2);
    assert_eq!(host.upload(&titled("Mended")).await.json["game"].get("unstable"), None);
    assert!(!marked(&host));
    assert_eq!(host.get("/api/games/a").await.json["game"]["incidents"][0]["revision"], 1, "it stays to be read");
}
