//! A score that was acknowledged survives whatever happens to the process or to its files.

use crate::{
    harness::{Form, GAME, TestHost, config},
    program::Program,
};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

#[tokio::test]
async fn a_score_that_was_acknowledged_survives_kill_nine() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("games")).unwrap();
    std::fs::write(folder.path().join("games/a.html"), GAME).unwrap();
    let mut acknowledged = 0;
    for _ in 0..5 {
        let program = Program::start(folder.path());
        let session = program.send("GET", "/api/session", &Value::Null).await.unwrap();
        assert_eq!(session["session"]["history"].as_array().unwrap().len(), acknowledged);
        for _ in 0..4 {
            let reply = program
                .send("POST", "/api/session/record_game", &json!({ "gameId": "a", "scoresBySlot": [1, 0, 0, 0] }))
                .await;
            assert_eq!(reply.unwrap()["ok"], true);
            acknowledged += 1;
        }
        program.kill();
    }
}

#[tokio::test]
async fn an_unreadable_session_is_moved_aside_and_the_lobby_says_so() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(folder.path().join("data/session.json"), "{\"version\":1,\"hist").unwrap();
    let host = TestHost::start_in(folder, |_| {}).await;
    assert_eq!(host.page().await.hello["problems"], json!(["session_file_moved_aside"]));
    let aside = std::fs::read_dir(host.folder.path().join("data")).unwrap().map(|e| e.unwrap().path());
    let aside = aside.into_iter().find(|p| p.to_string_lossy().contains("unreadable")).expect("kept");
    assert_eq!(std::fs::read_to_string(aside).unwrap(), "{\"version\":1,\"hist");
}

#[tokio::test]
async fn a_graceful_end_and_a_new_start_keep_everything() {
    let host = TestHost::start().await;
    host.upload(&Form::game("a.html", "cat-pink", GAME)).await;
    host.post("/api/session/record_game", &json!({ "gameId": "a", "scoresBySlot": [1, 2, 3, 4] })).await;
    let before = host.get("/api/session").await.json;
    let mut page = host.page().await;
    let folder = host.stop().await;
    assert_eq!(page.next().await, None, "pages are told goodbye");
    let host = TestHost::start_in(folder, |_| {}).await;
    assert_eq!(host.get("/api/session").await.json, before);
    assert_eq!(host.get("/api/games").await.json["games"][0]["id"], "a");
}

#[tokio::test]
async fn a_disk_that_refuses_is_said_on_screen_and_written_to_when_it_comes_back() {
    let host = TestHost::start().await;
    host.upload(&Form::game("a.html", "cat-pink", GAME)).await;
    let mut page = host.page().await;
    // A folder in the file's place refuses every rename, for root as well.
    std::fs::remove_file(host.session_file()).unwrap();
    std::fs::create_dir(host.session_file()).unwrap();
    std::fs::write(host.session_file().join("in-the-way"), "").unwrap();
    let reply = host.post("/api/session/record_game", &json!({ "gameId": "a", "scoresBySlot": [1, 2, 3, 4] })).await;
    assert_eq!(reply.json["session"]["history"].as_array().unwrap().len(), 1, "the party goes on");
    page.next_that("problems_changed", |p| p["problems"] == json!(["scores_not_saved"])).await;
    std::fs::remove_dir_all(host.session_file()).unwrap();
    page.next_that("problems_changed", |p| p["problems"] == json!([])).await;
    let saved: Value = serde_json::from_slice(&std::fs::read(host.session_file()).unwrap()).unwrap();
    assert_eq!(saved["history"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_taken_port_is_one_clear_line() {
    let host = TestHost::start().await;
    let folder = tempfile::tempdir().unwrap();
    let mut second = config(folder.path());
    second.port = host.address.port();
    let error = maribro_host::Host::start(second).await.unwrap_err().to_string();
    assert!(error.contains("is taken") && error.contains("--port") && !error.contains('\n'), "{error}");
}

#[tokio::test]
async fn only_the_default_games_folder_is_filled_with_the_shipped_games() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_maribro-host"))
        .args(["--port", "0", "--bind", "127.0.0.1", "--no-open", "--no-input"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(folder.path().join("games/button-masher.html").is_file());
    let named = TestHost::start().await;
    assert_eq!(std::fs::read_dir(named.games()).unwrap().count(), 0);
}

#[tokio::test]
async fn absurd_numbers_in_the_file_neither_crash_nor_lose_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = TestHost::start().await.get("/api/session").await.json["session"].clone();
    session["scoreboardByAvatarId"] = json!({ "cat-pink": { "play": u64::MAX, "creator": 7, "total": 0 } });
    session["playersBySlot"][0] = json!({ "slot": 3, "avatarId": "nobody", "gamepadIndex": -5, "lockedIn": true });
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(folder.path().join("data/session.json"), session.to_string()).unwrap();
    let host = TestHost::start_in(folder, |_| {}).await;
    let loaded = host.get("/api/session").await.json["session"].clone();
    assert_eq!(loaded["scoreboardByAvatarId"]["cat-pink"]["total"], u64::MAX);
    assert_eq!(loaded["playersBySlot"][0], json!({ "slot": 0, "avatarId": "", "gamepadIndex": -1, "lockedIn": false }));
}
