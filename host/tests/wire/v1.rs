//! Every V1 endpoint, success and failure. Contract §1.

use crate::harness::{Form, GAME, TestHost};
use serde_json::{Value, json};

fn seats(first: Value, second: Value) -> Value {
    let empty = |slot| json!({ "slot": slot, "avatarId": "", "gamepadIndex": -1 });
    json!({ "playersBySlot": [first, second, empty(2), empty(3)] })
}

fn seat(slot: usize, avatar: &str, pad: i32) -> Value {
    json!({ "slot": slot, "avatarId": avatar, "gamepadIndex": pad })
}

/// Waits until a file that is written is newer than this game: the clock of files goes in steps of some milliseconds.
async fn the_clock_of_files_moves_past(host: &TestHost, game: &str) {
    let modified = |path: std::path::PathBuf| std::fs::metadata(path).unwrap().modified().unwrap();
    let probe = host.folder.path().join("probe");
    crate::harness::wait_for(|| async {
        std::fs::write(&probe, "").unwrap();
        modified(probe.clone()) > modified(host.games().join(game))
    })
    .await;
}

#[tokio::test]
async fn the_shelf_begins_empty_and_lists_uploads_newest_first() {
    let host = TestHost::start().await;
    assert_eq!(host.get("/api/games").await.json, json!({ "ok": true, "games": [] }));
    for name in ["first.html", "second.html"] {
        assert_eq!(host.upload(&Form::game(name, "cat-pink", GAME)).await.status, 200);
        the_clock_of_files_moves_past(&host, name).await;
    }
    std::fs::write(host.games().join("_hidden.html"), GAME).unwrap();
    host.drop_game("third.html", GAME).await;
    let games = host.get("/api/games").await.json["games"].clone();
    let ids: Vec<&str> = games.as_array().unwrap().iter().map(|g| g["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["third", "second", "first"]);
}

#[tokio::test]
async fn an_upload_answers_its_summary_with_the_creator_of_the_upload() {
    let host = TestHost::start().await;
    let lying = GAME.replace(
        "<meta name=\"author\"",
        "<meta name=\"creatorAvatarId\" content=\"yeti-white\"><meta name=\"author\"",
    );
    let reply = host.upload(&Form::game("My Cool Game!.HTML", "cat-pink", lying)).await;
    let game = &reply.json["game"];
    assert_eq!(reply.json["ok"], true, "{}", reply.json);
    assert_eq!(
        (
            &game["id"],
            &game["filename"],
            &game["title"],
            &game["description"],
            &game["author"],
            &game["creatorAvatarId"]
        ),
        (
            &json!("my-cool-game"),
            &json!("my-cool-game.html"),
            &json!("Test Game"),
            &json!("A game."),
            &json!("Somebody"),
            &json!("cat-pink")
        )
    );
    assert_eq!(game["maxDurationSec"], 20.0);
    assert!(game["uploadedAt"].as_str().unwrap().ends_with('Z'));
    let served = host.get("/games/my-cool-game.html").await;
    assert!(String::from_utf8_lossy(&served.body).contains("cat-pink"), "the tag in the file is rewritten");
    assert!(!String::from_utf8_lossy(&served.body).contains("yeti-white"));
}

#[tokio::test]
async fn the_token_may_come_as_a_field_and_after_the_file() {
    let host = TestHost::start().await;
    let form = Form::game("a.html", "cat-pink", GAME).text("upload_token", "maribro-upload");
    assert_eq!(host.send_form("/api/games", &form, &[]).await.status, 200);
}

#[tokio::test]
async fn the_filename_field_wins_over_the_uploads_name() {
    let host = TestHost::start().await;
    let reply = host.upload(&Form::game("whatever.html", "cat-pink", GAME).text("filename", "named-so.html")).await;
    assert_eq!(reply.json["game"]["id"], "named-so");
}

#[tokio::test]
async fn a_name_is_its_creators() {
    let host = TestHost::start().await;
    host.upload(&Form::game("a.html", "cat-pink", GAME)).await;
    let other = host.upload(&Form::game("a.html", "yeti-white", GAME)).await;
    assert_eq!((other.status.as_u16(), other.code()), (409, "name_taken"));
    let again = host.upload(&Form::game("a.html", "cat-pink", GAME.replace("Test Game", "Better Game"))).await;
    assert_eq!(again.json["game"]["title"], "Better Game");
    let about = host.get("/api/games/a").await.json["game"].clone();
    assert_eq!((&about["revision"], about["revisions"].as_array().unwrap().len()), (&json!(2), 2));
}

#[tokio::test]
async fn sixteen_avatars_are_offered() {
    let host = TestHost::start().await;
    let avatars = host.get("/api/avatars").await.json["avatars"].clone();
    assert_eq!(avatars.as_array().unwrap().len(), 16);
    assert_eq!(
        avatars[0],
        json!({ "id": "knight-red", "name": "Knight", "color": "#E53935", "image": "/public/avatars/knight-red.svg" })
    );
    for avatar in avatars.as_array().unwrap() {
        let picture = host.get(avatar["image"].as_str().unwrap()).await;
        assert_eq!((picture.status.as_u16(), picture.header("content-type")), (200, "image/svg+xml"));
    }
}

#[tokio::test]
async fn the_session_begins_with_four_empty_seats() {
    let host = TestHost::start().await;
    let session = host.get("/api/session").await.json["session"].clone();
    assert_eq!(
        (&session["version"], &session["history"], &session["scoreboardByAvatarId"]),
        (&json!(1), &json!([]), &json!({}))
    );
    let empty = |slot| json!({ "slot": slot, "avatarId": "", "gamepadIndex": -1, "lockedIn": false });
    assert_eq!(session["playersBySlot"], json!([empty(0), empty(1), empty(2), empty(3)]));
}

#[tokio::test]
async fn seats_are_set_and_locked_in_is_derived() {
    let host = TestHost::start().await;
    let reply = host.post("/api/session/players", &seats(seat(0, "knight-red", 0), seat(1, "cat-pink", -1))).await;
    let set = &reply.json["session"]["playersBySlot"];
    assert_eq!((&set[0]["lockedIn"], &set[1]["lockedIn"]), (&json!(true), &json!(false)));
    assert_eq!(host.get("/api/session").await.json["session"], reply.json["session"]);
}

#[tokio::test]
async fn whole_numbers_may_come_in_floating_form() {
    let host = TestHost::start().await;
    host.upload(&Form::game("a.html", "fox-orange", GAME)).await;
    let floating = seats(
        json!({ "slot": 0.0, "avatarId": "knight-red", "gamepadIndex": 300.0 }),
        json!({ "slot": 1.0, "avatarId": "", "gamepadIndex": -1.0 }),
    );
    let session = host.post("/api/session/players", &floating).await.json["session"].clone();
    assert_eq!(session["playersBySlot"][0]["gamepadIndex"].to_string(), "300");
    let body = json!({ "gameId": "a", "scoresBySlot": [7.0, 0, 0, 0], "ratingsBySlot": [1.0, -1.0, 0.0, 0] });
    let session = host.post("/api/session/record_game", &body).await.json["session"].clone();
    assert_eq!(session["history"][0]["ratingsBySlot"].to_string(), "[1,-1,0,0]");
}

#[tokio::test]
async fn a_recorded_game_is_on_the_leaderboard_and_on_disk() {
    let host = TestHost::start().await;
    host.upload(&Form::game("a.html", "fox-orange", GAME)).await;
    host.post("/api/session/players", &seats(seat(0, "knight-red", 0), seat(1, "cat-pink", 1))).await;
    let body = json!({ "gameId": "a", "scoresBySlot": [10, 2.5, 9, 0], "ratingsBySlot": [1, -1, 0, 0] });
    let session = host.post("/api/session/record_game", &body).await.json["session"].clone();
    let entry = &session["history"][0];
    assert_eq!((&entry["gameId"], &entry["creatorAvatarId"]), (&json!("a"), &json!("fox-orange")));
    assert_eq!((&entry["scoresBySlot"], &entry["ratingsBySlot"]), (&json!([10, 3, 9, 0]), &json!([1, -1, 0, 0])));
    let board = &session["scoreboardByAvatarId"];
    assert_eq!(board["knight-red"], json!({ "play": 10, "creator": 0, "total": 10 }));
    assert_eq!(board["cat-pink"], json!({ "play": 3, "creator": 0, "total": 3 }));
    assert_eq!(board["fox-orange"], json!({ "play": 0, "creator": 5, "total": 5 }));
    let file: Value = serde_json::from_slice(&std::fs::read(host.session_file()).unwrap()).unwrap();
    assert_eq!(file, session, "the file has the wire's shape");
}

#[tokio::test]
async fn a_reset_begins_anew_and_keeps_the_old_session_as_a_dated_file() {
    let host = TestHost::start().await;
    host.upload(&Form::game("a.html", "fox-orange", GAME)).await;
    host.post("/api/session/players", &seats(seat(0, "knight-red", 0), seat(1, "cat-pink", 1))).await;
    host.post("/api/session/record_game", &json!({ "gameId": "a", "scoresBySlot": [7, 0, 0, 0] })).await;
    let reply = host.post("/api/session/reset", &json!({})).await;
    assert_eq!(reply.json["ok"], true);
    let session = host.get("/api/session").await.json["session"].clone();
    assert_eq!((&session["history"], &session["scoreboardByAvatarId"]), (&json!([]), &json!({})));
    let kept: Vec<_> = std::fs::read_dir(host.folder.path().join("data"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("session-"))
        .collect();
    let old: Value = serde_json::from_slice(&std::fs::read(&kept[0]).unwrap()).unwrap();
    assert_eq!((kept.len(), &old["scoreboardByAvatarId"]["knight-red"]["play"]), (1, &json!(7)));
}

#[tokio::test]
async fn a_check_reports_everything_and_stores_nothing() {
    let host = TestHost::start().await;
    let reply = host.send_form("/api/games/check", &Form::default().file("x.html", "<p>hello"), &[]).await;
    assert_eq!((reply.status.as_u16(), &reply.json["report"]["ok"]), (200, &json!(false)));
    let good = host.send_form("/api/games/check", &Form::default().file("x.html", GAME), &[]).await;
    assert_eq!(good.json["report"]["ok"], true, "{}", good.json);
    let ids: Vec<&str> =
        good.json["report"]["checks"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 12, "{ids:?}");
    assert_eq!(host.get("/api/games").await.json["games"], json!([]));
}

#[tokio::test]
async fn a_game_tells_its_plays_and_thumbs() {
    let host = TestHost::start().await;
    host.upload(&Form::game("a.html", "fox-orange", GAME)).await;
    for ratings in [json!([1, 1, -1, 0]), json!([1, 0, 0, 0])] {
        let body = json!({ "gameId": "a", "scoresBySlot": [0, 0, 0, 0], "ratingsBySlot": ratings });
        host.post("/api/session/record_game", &body).await;
    }
    let about = host.get("/api/games/a").await.json["game"].clone();
    assert_eq!((&about["plays"], &about["thumbsUp"], &about["thumbsDown"]), (&json!(2), &json!(3), &json!(1)));
    assert_eq!(host.get("/api/games/nothing").await.code(), "unknown_game");
}

#[tokio::test]
async fn health_tells_how_the_host_is() {
    let host = TestHost::start().await;
    std::fs::write(host.games().join("empty.html"), "").unwrap();
    let _page = host.page().await;
    crate::harness::wait_for(|| async {
        host.get("/api/health").await.json["badFiles"][0]["filename"] == "empty.html"
    })
    .await;
    let health = host.get("/api/health").await.json;
    assert_eq!((&health["ok"], &health["screens"], &health["stage"]), (&json!(true), &json!(1), &json!(false)));
    let actors = health["actors"].as_object().unwrap();
    assert!(actors.len() == 7 && actors.values().all(|alive| alive == true), "{actors:?}");
}

#[tokio::test]
async fn every_wrong_path_and_method_gets_the_envelope() {
    let host = TestHost::start().await;
    let cases = [
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/api/", 404, "not_found"),
        ("GET", "/nothing", 404, "not_found"),
        ("PUT", "/api/games", 405, "method_not_allowed"),
        ("DELETE", "/api/session", 405, "method_not_allowed"),
        ("GET", "/api/session/reset", 405, "method_not_allowed"),
        ("GET", "/api/session/players", 405, "method_not_allowed"),
        ("GET", "/api/session/record_game", 405, "method_not_allowed"),
        ("POST", "/api/avatars", 405, "method_not_allowed"),
        ("POST", "/", 405, "method_not_allowed"),
        ("BREW", "/api/games", 405, "method_not_allowed"),
    ];
    for (method, path, status, code) in cases {
        let reply = host.send(method, path, &[], "").await;
        assert_eq!((reply.status.as_u16(), reply.code()), (status, code), "{method} {path}");
        if status == 405 {
            assert!(!reply.header("allow").is_empty());
        }
    }
}
