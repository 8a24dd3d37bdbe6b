//! Whole rounds over the wire, with this test as the stage.

use crate::harness::{Form, GAME, PATIENCE, Page, TestHost, wait_for};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

async fn host_with_game() -> TestHost {
    with_game(TestHost::start().await).await
}

async fn with_game(host: TestHost) -> TestHost {
    assert_eq!(host.upload(&Form::game("a.html", "fox-orange", GAME)).await.status, 200);
    host
}

async fn start(stage: &mut Page) -> Value {
    stage.send("start_game", json!({ "gameId": "a" })).await;
    stage.phase("loading").await
}

async fn play(stage: &mut Page) -> Value {
    let round = start(stage).await;
    stage.report(&round, json!({ "kind": "ready", "sdkVersion": "1" })).await;
    stage.phase("playing").await
}

#[tokio::test]
async fn a_round_from_vote_to_rating_is_on_the_leaderboard() {
    // Nobody hurries: votes and ratings end when all have given theirs, and one may still be changed.
    let host = TestHost::start_with(|config| {
        config.timing.vote = Duration::from_secs(20);
        config.timing.vote_complete = Duration::from_secs(3);
        config.timing.rating = Duration::from_secs(20);
    })
    .await;
    let host = with_game(host).await;
    host.drop_game("b.html", GAME).await;
    let mut stage = host.couple().await;
    for slot in [0, 1] {
        stage.send("set_ready", json!({ "slot": slot, "ready": true })).await;
    }
    stage.phase("vote").await;
    stage.send("vote", json!({ "slot": 0, "gameId": "a" })).await;
    stage.send("vote", json!({ "slot": 1, "gameId": "" })).await;
    stage.next_that("round_changed", |p| p["round"]["votesBySlot"] == json!(["a", "", null, null])).await;
    stage.send("vote", json!({ "slot": 1, "gameId": "a" })).await;
    let round = stage.phase("loading").await;
    assert_eq!(round["drawnFrom"], json!(["a"]));
    assert_eq!(
        (&round["game"]["id"], &round["avatarsBySlot"]),
        (&json!("a"), &json!(["knight-red", "wizard-blue", "", ""]))
    );
    stage.report(&round, json!({ "kind": "ready", "sdkVersion": "1" })).await;
    let playing = stage.phase("playing").await;
    assert!(playing["remainingMs"].as_u64().unwrap() > 19_000);
    stage.report(&round, json!({ "kind": "ended", "scoresBySlot": [10, 4.4, 9, null] })).await;
    let results = stage.phase("results").await;
    assert_eq!((&results["scoresBySlot"], &results["outcome"]), (&json!([10, 4, 0, 0]), &json!("reported")));
    let on_disk: Value = serde_json::from_slice(&std::fs::read(host.session_file()).unwrap()).unwrap();
    assert_eq!(on_disk["scoreboardByAvatarId"]["knight-red"]["play"], 10, "shown scores are on disk");
    stage.phase("rating").await;
    stage.send("rate", json!({ "slot": 0, "rating": 1 })).await;
    stage.send("rate", json!({ "slot": 1, "rating": -1 })).await;
    let rated = stage.next_that("round_changed", |p| !p["round"]["creatorBonus"].is_null()).await;
    assert_eq!(rated["round"]["creatorBonus"], 5);
    stage.phase("lobby").await;
    let session = host.get("/api/session").await.json["session"].clone();
    let entry = &session["history"][0];
    assert_eq!((&entry["ratingsBySlot"], &entry["outcome"]), (&json!([1, -1, 0, 0]), &json!("reported")));
    assert_eq!(session["scoreboardByAvatarId"]["fox-orange"], json!({ "play": 0, "creator": 5, "total": 5 }));
}

#[tokio::test]
async fn the_clock_ticks_ten_times_a_second() {
    let host = host_with_game().await;
    let mut stage = host.couple().await;
    play(&mut stage).await;
    let (start, mut left) = (Instant::now(), Vec::new());
    while left.len() < 10 {
        left.push(stage.next_of("tick").await["timeRemainingMs"].as_u64().unwrap());
    }
    // Each tells a place of the 100 ms grid of the round's own clock, whatever this machine's load makes of the arrival.
    assert!(left.windows(2).all(|pair| pair[0] > pair[1] && (pair[0] - pair[1]) % 100 == 0), "{left:?}");
    assert!(start.elapsed() < PATIENCE);
}

#[tokio::test]
async fn ending_a_round_records_what_the_game_still_reports() {
    let host = host_with_game().await;
    let mut stage = host.couple().await;
    let round = play(&mut stage).await;
    stage.send("end_round", json!({})).await;
    let closing = stage.phase("closing").await;
    assert_eq!(closing["endReason"], "host");
    stage.report(&round, json!({ "kind": "ended", "scoresBySlot": [3, 2, 1, 0] })).await;
    let results = stage.phase("results").await;
    assert_eq!((&results["outcome"], &results["scoresBySlot"]), (&json!("host_ended"), &json!([3, 2, 0, 0])));
}

#[tokio::test]
async fn a_game_that_is_lost_is_named_and_the_next_one_plays() {
    let host = host_with_game().await;
    let mut stage = host.couple().await;
    let round = play(&mut stage).await;
    stage.report(&round, json!({ "kind": "lost" })).await;
    let notice = stage.next_of("notice").await;
    assert_eq!(
        (&notice["code"], &notice["title"], &notice["creatorAvatarId"]),
        (&json!("game_crashed"), &json!("Test Game"), &json!("fox-orange"))
    );
    stage.phase("lobby").await;
    let again = play(&mut stage).await;
    assert_ne!(again["id"], round["id"]);
    stage.report(&again, json!({ "kind": "ended", "scoresBySlot": [1, 0, 0, 0] })).await;
    stage.phase("results").await;
    let board = host.get("/api/session").await.json["session"]["scoreboardByAvatarId"].clone();
    assert_eq!(board["knight-red"]["play"], 1);
}

#[tokio::test]
async fn a_stage_that_reloads_gets_a_new_frame_of_the_same_round() {
    let host = host_with_game().await;
    let mut stage = host.couple().await;
    let round = play(&mut stage).await;
    drop(stage);
    let mut stage = host.page().await;
    stage.send("join", json!({ "role": "stage" })).await;
    let again = stage
        .next_that("round_changed", |p| {
            p["round"]["frameAttempt"] == 2 && p["round"]["remainingMs"].as_u64() > Some(9_000)
        })
        .await;
    let again = again["round"].clone();
    assert_eq!((&again["id"], &again["phase"]), (&round["id"], &json!("loading")));
    stage.report(&again, json!({ "kind": "ready", "sdkVersion": "1" })).await;
    stage.phase("playing").await;
}

#[tokio::test]
async fn scores_over_http_and_seats_that_change_do_not_disturb_a_round() {
    let host = host_with_game().await;
    let mut stage = host.couple().await;
    let round = play(&mut stage).await;
    host.post("/api/session/record_game", &json!({ "gameId": "a", "scoresBySlot": [1, 1, 0, 0] })).await;
    stage.send("leave_seat", json!({ "slot": 1 })).await;
    stage.report(&round, json!({ "kind": "ended", "scoresBySlot": [5, 6, 0, 0] })).await;
    stage.phase("results").await;
    let board = host.get("/api/session").await.json["session"]["scoreboardByAvatarId"].clone();
    assert_eq!((&board["knight-red"]["play"], &board["wizard-blue"]["play"]), (&json!(6), &json!(7)));
}

#[tokio::test]
async fn a_session_that_panics_in_mid_round_loses_nothing() {
    let host = host_with_game().await;
    let mut stage = host.couple().await;
    host.post("/api/session/record_game", &json!({ "gameId": "a", "scoresBySlot": [4, 2, 0, 0] })).await;
    let before = host.get("/api/session").await.json;
    let round = play(&mut stage).await;
    for _ in 0..3 {
        host.actors.session.tell(maribro_host::actors::session::PanicForTest).await.unwrap();
        // The very next request: reading gives all scores, writing is done, exactly once.
        assert_eq!(
            host.get("/api/session").await.json["session"]["scoreboardByAvatarId"],
            before["session"]["scoreboardByAvatarId"]
        );
        let seats = &before["session"]["playersBySlot"];
        assert_eq!(host.post("/api/session/players", &json!({ "playersBySlot": seats })).await.status, 200);
    }
    host.actors.session.tell(maribro_host::actors::session::PanicForTest).await.unwrap();
    stage.report(&round, json!({ "kind": "ended", "scoresBySlot": [6, 1, 0, 0] })).await;
    stage.phase("results").await;
    let board = host.get("/api/session").await.json["session"]["scoreboardByAvatarId"].clone();
    assert_eq!((&board["knight-red"]["play"], &board["wizard-blue"]["play"]), (&json!(10), &json!(3)));
    let alive = host.get("/api/health").await.json["actors"]["session"].clone();
    assert_eq!(alive, true);
}

#[tokio::test]
async fn a_paused_round_keeps_its_time_for_every_page_and_goes_on() {
    let host = with_game(TestHost::start_with(|config| config.timing.resume = Duration::from_millis(100)).await).await;
    let mut stage = host.couple().await;
    play(&mut stage).await;
    stage.send("pause_round", json!({ "reason": "player", "slot": 1 })).await;
    let paused = stage.next_that("round_changed", |p| !p["round"]["paused"].is_null()).await["round"].clone();
    assert_eq!((&paused["phase"], &paused["paused"]["reason"]), (&json!("playing"), &json!("player")));
    assert_eq!((&paused["paused"]["slot"], &paused["paused"]["resumesInMs"]), (&json!(1), &Value::Null));
    // Whoever comes later sees the same time left, however long it stood still, and less until the pause ends by itself.
    wait_for(|| async {
        let hello = host.page().await.hello["round"].clone();
        assert_eq!(hello["remainingMs"], paused["remainingMs"]);
        hello["paused"]["endsInMs"].as_u64() < paused["paused"]["endsInMs"].as_u64()
    })
    .await;
    stage.send("resume_round", json!({})).await;
    stage.next_that("round_changed", |p| !p["round"]["paused"]["resumesInMs"].is_null()).await;
    stage.next_that("round_changed", |p| p["round"]["paused"].is_null()).await;
    // Ticks tell places of the 100 ms grid that the clock left off at.
    let tick = stage.next_of("tick").await["timeRemainingMs"].as_u64().unwrap();
    let left = paused["remainingMs"].as_u64().unwrap();
    assert!(tick <= left && (left - tick) % 100 == 0, "{tick} after {left}");
    stage.send("restart_round", json!({})).await;
    let again = stage.phase("loading").await;
    assert_eq!((&again["id"], &again["frameAttempt"]), (&paused["id"], &json!(2)));
}
