//! Uploads are played by the host. The verifiers are stand-ins that print what `maribro` prints; the real one, with a real browser,
//! is tried in sdk/cli/tests/cli/kit.rs.
#![cfg(unix)]

use crate::harness::{Form, GAME, Reply, TestHost, wait_for};
use maribro_host::playtest::queue::MAX_WAITING;
use serde_json::{Value, json};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

/// What `doctor` says on a machine that has everything.
const WELL: &str = r#"[ "$1" = doctor ] && { echo '{"ok":true,"findings":[]}'; exit 0; }"#;

/// A verdict as `maribro verify --json` prints it.
fn verdict(status: &str) -> String {
    let check = json!({ "id": "runtime_scores", "status": status, "message": "as the stand-in says" });
    let game = json!({ "file": "x", "ok": status != "fail", "wallMs": 5, "checks": [check] });
    json!({ "ok": status != "fail", "wallMs": 5, "games": [game] }).to_string()
}

/// A verifier that runs these lines of a shell script in the folder of its run.
fn stand_in(folder: &Path, lines: &str) -> PathBuf {
    let path = folder.join("stand-in");
    let new = folder.join("stand-in.new");
    fs::write(&new, format!("#!/bin/sh\n{lines}\n")).unwrap();
    fs::set_permissions(&new, fs::Permissions::from_mode(0o755)).unwrap();
    fs::rename(new, &path).unwrap();
    path
}

async fn start(program: &Path, limit: Option<Duration>) -> TestHost {
    TestHost::start_with(|config| {
        config.verify_uploads = true;
        config.verify_bin = Some(program.to_owned());
        config.verify_limit = limit.unwrap_or(config.verify_limit);
    })
    .await
}

async fn upload(host: &TestHost, name: &str, note: &str) -> Reply {
    let reply = host.upload(&Form::game(name, "cat-pink", GAME.replace("A game.", note))).await;
    assert_eq!(reply.status, 200, "{}", reply.json);
    reply
}

async fn playtest(host: &TestHost, id: &str) -> Value {
    host.get(&format!("/api/games/{id}")).await.json["game"]["playtest"].clone()
}

async fn until(host: &TestHost, id: &str, state: &str) -> Value {
    wait_for(|| async { playtest(host, id).await["state"] == state }).await;
    playtest(host, id).await
}

async fn health(host: &TestHost) -> Value {
    host.get("/api/health").await.json["playtests"].clone()
}

#[tokio::test]
async fn a_host_that_was_not_told_to_plays_nothing_and_says_nothing() {
    let host = TestHost::start().await;
    assert_eq!(upload(&host, "a.html", "one").await.json.get("playtest"), None);
    assert_eq!(playtest(&host, "a").await, Value::Null);
    assert_eq!(health(&host).await, json!({ "state": "off", "waiting": 0 }));
}

#[tokio::test]
async fn an_upload_is_on_the_shelf_at_once_and_its_verdict_comes_later() {
    let folder = tempfile::tempdir().unwrap();
    let go = folder.path().join("go");
    let waits = format!("while ! [ -e {} ]; do sleep 0.02; done", go.display());
    // What it is given: its arguments, the file, and nothing of the host's.
    let looks = "[ \"$*\" = 'verify --json -- a.html' ] && grep -q one a.html && grep -q cat-pink a.html || exit 9\n\
                 env | grep -qvE '^(PATH|HOME|LANG|LD_LIBRARY_PATH|MARIBRO_CHROMIUM|TMPDIR|PWD|OLDPWD|SHLVL|_)=' && exit 9";
    let lines = format!("{WELL}\n{looks}\n{waits}\necho '{}'\nexit 1", verdict("fail"));
    let host = start(&stand_in(folder.path(), &lines), None).await;
    wait_for(|| async { health(&host).await["state"] == "ready" }).await;
    let mut page = host.page().await;
    let reply = upload(&host, "a.html", "one").await;
    assert!(["queued", "running"].contains(&reply.json["playtest"]["state"].as_str().unwrap()), "{}", reply.json);
    assert_eq!(host.get("/api/games").await.json["games"][0]["id"], "a");
    until(&host, "a", "running").await;
    assert_eq!(health(&host).await, json!({ "state": "ready", "running": "a", "waiting": 0 }));

    fs::write(go, "").unwrap();
    let told = until(&host, "a", "failed").await;
    assert_eq!(told["report"]["checks"][0]["message"], "as the stand-in says");
    page.next_that("games_changed", |news| news["games"][0]["failedPlaytest"] == true).await;

    // By hand or by the host another state of the file comes: nothing of that is said of it. The file may be seen half written,
    // and then it is no game.
    fs::write(host.games().join("a.html"), GAME).unwrap();
    let is_new = |game: &Value| game["id"] == "a" && game.get("failedPlaytest").is_none();
    wait_for(|| async { is_new(&host.get("/api/games").await.json["games"][0]) }).await;
    assert_eq!(playtest(&host, "a").await["error"]["code"], "unavailable");
}

#[tokio::test]
async fn one_game_is_played_at_a_time_and_who_comes_to_a_full_queue_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (go, runs) = (folder.path().join("go"), folder.path().join("runs"));
    let lines = format!(
        "{WELL}\nmkdir {lock} || echo two >> {runs}\necho $4 >> {runs}\nwhile ! [ -e {go} ]; do sleep 0.02; done\n\
         rmdir {lock}\necho '{}'",
        verdict("pass"),
        lock = folder.path().join("lock").display(),
        runs = runs.display(),
        go = go.display(),
    );
    let host = start(&stand_in(folder.path(), &lines), None).await;
    upload(&host, "first.html", "one").await;
    until(&host, "first", "running").await;
    for n in 0..MAX_WAITING {
        let reply = upload(&host, &format!("game-{n}.html"), "one").await;
        assert_eq!(reply.json["playtest"]["state"], "queued");
    }
    let late = upload(&host, "late.html", "one").await.json["playtest"].clone();
    assert_eq!((&late["state"], &late["error"]["code"]), (&"not_run".into(), &"unavailable".into()));
    assert!(late["error"]["message"].as_str().unwrap().contains("wait for their playtest"), "{late}");
    assert_eq!(host.get("/api/games").await.json["games"][0]["id"], "late", "it is on the shelf all the same");
    assert_eq!(health(&host).await["waiting"], MAX_WAITING);

    fs::write(go, "").unwrap();
    for n in 0..MAX_WAITING {
        until(&host, &format!("game-{n}"), "passed").await;
    }
    let order: Vec<String> = fs::read_to_string(runs).unwrap().lines().map(str::to_owned).collect();
    let expected: Vec<String> =
        std::iter::once("first.html".into()).chain((0..MAX_WAITING).map(|n| format!("game-{n}.html"))).collect();
    assert_eq!(order, expected, "one after the other, as they came");
}

#[tokio::test]
async fn a_new_revision_breaks_off_the_playtest_of_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    // The first revision is played for ever, and would fail.
    let lines = format!(
        "{WELL}\ngrep -q one a.html && {{ trap '' TERM; sleep 600; echo '{}'; exit 1; }}\necho '{}'",
        verdict("fail"),
        verdict("pass")
    );
    let host = start(&stand_in(folder.path(), &lines), None).await;
    upload(&host, "a.html", "one").await;
    until(&host, "a", "running").await;
    upload(&host, "a.html", "two").await;
    let told = until(&host, "a", "passed").await;
    assert_eq!(told["report"]["ok"], true);
    assert_eq!(host.get("/api/games/a").await.json["game"]["revision"], 2);
}

#[tokio::test]
async fn a_verifier_that_hangs_is_killed_with_all_that_it_started_and_the_next_game_is_played() {
    let folder = tempfile::tempdir().unwrap();
    let pids = folder.path().join("pids");
    let lines = format!(
        "{WELL}\ngrep -q two a.html && {{ echo '{}'; exit; }}\ntrap '' TERM\nsleep 600 &\necho $$ $! > {}\nwait",
        verdict("pass"),
        pids.display()
    );
    // Long enough for a shell on a busy machine to write two numbers.
    let host = start(&stand_in(folder.path(), &lines), Some(Duration::from_secs(5))).await;
    upload(&host, "a.html", "one").await;
    let told = until(&host, "a", "not_run").await;
    assert_eq!(told["error"]["code"], "unavailable");
    assert!(told["error"]["message"].as_str().unwrap().contains("given up after 5 s"), "{told}");
    let numbers = fs::read_to_string(pids).unwrap();
    wait_for(|| async { numbers.split_whitespace().all(|pid| !runs(pid)) }).await;
    upload(&host, "a.html", "two").await;
    until(&host, "a", "passed").await;
}

/// Whether a process runs; one that ended and has nobody who asks for it does not.
fn runs(pid: &str) -> bool {
    let pid = rustix::process::Pid::from_raw(pid.parse().unwrap()).unwrap();
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    let dead = stat.is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| rest.starts_with(" Z")));
    rustix::process::test_kill_process(pid).is_ok() && !dead
}

#[tokio::test]
async fn without_verifier_or_browser_that_is_told_and_uploads_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("stand-in");
    let host = start(&program, None).await;
    wait_for(|| async { health(&host).await["state"] == "missing" }).await;
    assert!(health(&host).await["message"].as_str().unwrap().contains("there is no program maribro"));
    upload(&host, "a.html", "one").await;
    let told = until(&host, "a", "not_run").await;
    assert!(told["error"]["message"].as_str().unwrap().contains("there is no program maribro"), "{told}");

    let finding = json!({ "what": "browser", "found": "no Chromium", "action": "apt-get install chromium" });
    let sick = json!({ "ok": false, "findings": [finding] });
    let no_browser = json!({ "ok": false, "error": { "code": "could_not_run", "message": "no Chromium" } });
    stand_in(folder.path(), &format!("[ $1 = doctor ] && {{ echo '{sick}'; exit 1; }}\necho '{no_browser}'; exit 2"));
    upload(&host, "a.html", "two").await;
    wait_for(|| async { health(&host).await["message"] == "no Chromium: apt-get install chromium" }).await;
    assert_eq!(until(&host, "a", "not_run").await["error"]["message"], "it could not be played: no Chromium");

    // Somebody installs it in mid-party.
    stand_in(folder.path(), &format!("{WELL}\necho '{}'", verdict("warn")));
    upload(&host, "a.html", "three").await;
    until(&host, "a", "passed").await;
    assert_eq!(health(&host).await, json!({ "state": "ready", "waiting": 0 }));
}

#[tokio::test]
async fn nonsense_from_a_verifier_is_no_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let lines = format!(
        "{WELL}\ngrep -q flood a.html && {{ yes '{{' | head -c 3000000; exit 0; }}\n\
         grep -q liar a.html && {{ echo '{}'; exit 0; }}\nkill -9 $$",
        verdict("fail")
    );
    let host = start(&stand_in(folder.path(), &lines), None).await;
    for (note, words) in [("flood", "too long"), ("liar", "differ"), ("killed", "not the JSON")] {
        upload(&host, "a.html", note).await;
        let told = until(&host, "a", "not_run").await;
        assert_eq!(told["error"]["code"], "internal");
        assert!(told["error"]["message"].as_str().unwrap().contains(words), "{told}");
    }
}
