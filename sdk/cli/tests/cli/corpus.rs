//! Each faulty game is caught by the check meant for it and by no other; odd but valid games pass.

use crate::harness::{NO_BROWSER, games_of, maribro, tests_folder};
use maribro::{
    progress::Progress,
    verify::{GameReport, Options, Verifier},
};
use maribro_contract::wire::CheckStatus::{self, Fail, Warn};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Faults that are plain without running the game: file, check, status.
const STATIC_FAULTS: [(&str, &str, CheckStatus); 26] = [
    ("background-picture-by-url", "self_contained", Fail),
    ("fetches-its-levels", "self_contained", Fail),
    ("font-from-the-web", "self_contained", Fail),
    ("frame-inside", "self_contained", Fail),
    ("link-to-a-site", "self_contained", Fail),
    ("module-import", "self_contained", Fail),
    ("picture-beside-the-game", "self_contained", Fail),
    ("refresh-at-the-end", "self_contained", Fail),
    ("script-from-a-cdn", "self_contained", Fail),
    ("socket-to-a-server", "self_contained", Fail),
    ("sound-beside-the-game", "self_contained", Fail),
    ("style-import", "self_contained", Fail),
    ("sdk-missing", "uses_sdk", Fail),
    ("sdk-by-relative-path", "uses_sdk", Fail),
    ("sdk-comes-second", "uses_sdk", Warn),
    ("no-doctype", "html_structure", Fail),
    ("no-body", "html_structure", Fail),
    ("nothing-to-see", "render_target", Fail),
    ("never-reports-in-the-code", "score_reporting", Fail),
    ("reports-in-a-comment-only", "score_reporting", Fail),
    ("knows-one-player-only", "supports_4_players", Fail),
    ("latin-letters", "utf8", Warn),
    ("no-title", "meta_title", Warn),
    ("no-description", "meta_description", Warn),
    ("no-author", "meta_author", Warn),
    ("no-duration", "meta_max_duration", Warn),
];

/// Faults that show when the game is played: file, check, status, line of the place that is named.
const PLAYED_FAULTS: [(&str, &str, CheckStatus, Option<u32>); 25] = [
    ("asks-for-a-picture-by-stealth", "runtime_starts", Fail, None),
    ("floods-the-host-page", "runtime_starts", Fail, None),
    ("leaves-its-page", "runtime_starts", Fail, None),
    ("loops-while-loading", "runtime_starts", Fail, None),
    ("rejects-unheard", "runtime_starts", Fail, Some(21)),
    ("syntax-error", "runtime_starts", Fail, Some(18)),
    ("throws-in-a-frame-of-the-play", "runtime_starts", Fail, Some(37)),
    ("throws-when-ready", "runtime_starts", Fail, Some(20)),
    ("ends-long-after-its-time", "runtime_completes", Fail, None),
    ("hangs-in-the-play", "runtime_completes", Fail, None),
    ("stuck-in-a-menu-of-its-own", "runtime_completes", Fail, None),
    ("waits-for-a-press", "runtime_completes", Fail, None),
    ("waits-for-four-players", "runtime_completes", Fail, None),
    ("score-is-not-a-number", "runtime_scores", Fail, None),
    ("scores-of-two-seats-only", "runtime_scores", Fail, None),
    ("scores-too-high-by-message", "runtime_scores", Fail, None),
    ("scores-up-to-a-hundred", "runtime_scores", Fail, None),
    ("shows-other-scores-than-it-reports", "runtime_scores", Warn, None),
    ("reports-at-once", "runtime_round_flow", Fail, None),
    ("no-countdown", "runtime_round_flow", Warn, None),
    ("no-results-screen", "runtime_round_flow", Warn, None),
    ("deaf-to-the-last-seat", "runtime_responds", Warn, None),
    ("plays-by-itself", "runtime_responds", Warn, None),
    ("slow-frames", "runtime_smooth", Warn, None),
    ("stands-still-in-the-play", "runtime_smooth", Warn, None),
];

fn faulty(name: &str) -> PathBuf {
    tests_folder("faulty").join(format!("{name}.html"))
}

#[test]
fn every_faulty_game_is_in_one_of_the_tables() {
    let mut known: Vec<&str> = STATIC_FAULTS.iter().map(|(name, ..)| *name).collect();
    known.extend(PLAYED_FAULTS.iter().map(|(name, ..)| *name));
    known.sort_unstable();
    let there: Vec<String> = games_of(&tests_folder("faulty"))
        .iter()
        .map(|file| file.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(there, known);
}

#[tokio::test]
async fn each_static_fault_is_caught_by_the_check_meant_for_it() {
    let files: Vec<String> = STATIC_FAULTS.iter().map(|(name, ..)| faulty(name).display().to_string()).collect();
    let mut words = vec!["verify", "--json", "--allow-no-runtime"];
    words.extend(files.iter().map(String::as_str));
    let said = maribro(Path::new("."), &words, &[NO_BROWSER]).await;
    assert_eq!(said.code, Some(1), "{}", said.err);
    for ((name, id, status), game) in STATIC_FAULTS.iter().zip(said.json()["games"].as_array().unwrap()) {
        let checks = game["checks"].as_array().unwrap().iter();
        let caught: Vec<(&str, &str)> = checks
            .map(|check| (check["id"].as_str().unwrap(), check["status"].as_str().unwrap()))
            .filter(|(id, status)| *status != "pass" && !id.starts_with("runtime_"))
            .collect();
        let status = if *status == Fail { "fail" } else { "warn" };
        assert_eq!(caught, [(*id, status)], "{name}: {game:#}");
        assert_eq!(game["ok"], Value::Bool(status == "warn"), "{name}");
    }
}

/// What was found; checks that could not be judged because of a failure are no findings.
fn caught(game: &GameReport) -> Vec<(&str, CheckStatus)> {
    let found = game.checks.iter().filter(|check| check.status != CheckStatus::Pass);
    found
        .filter(|check| check.status == Fail || game.ok || !check.message.starts_with("Not judged:"))
        .map(|check| (check.id.as_str(), check.status))
        .collect()
}

/// The games that come with the host, and what game makers begin with.
fn shipped() -> Vec<PathBuf> {
    games_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../games"))
}

/// All in one browser, so that it has to start once.
#[tokio::test(flavor = "multi_thread")]
async fn what_shows_in_play_is_caught_and_odd_or_shipped_games_pass() {
    let verifier = Verifier::start(Options::default()).await.expect("a browser");
    let mut files: Vec<PathBuf> = PLAYED_FAULTS.iter().map(|(name, ..)| faulty(name)).collect();
    files.extend(games_of(&tests_folder("valid")));
    let odd = files.len();
    files.extend(shipped());
    let report = verifier.verify(&files, &Progress::new(true)).await.expect("they are played");
    verifier.close().await;
    println!("{} games in {:.1} s", report.games.len(), report.wall_ms as f64 / 1000.0);

    let (faults, rest) = report.games.split_at(PLAYED_FAULTS.len());
    let mut wrong = Vec::new();
    for ((name, id, status, line), game) in PLAYED_FAULTS.iter().zip(faults) {
        println!("{name}: {:.1} s", game.wall_ms as f64 / 1000.0);
        // Of a game that fails only what fails counts. On a machine that is busy with other things no game is smooth.
        let counts = |found: CheckStatus| *status == Warn || found == Fail;
        let noise = |found: &str| found == "runtime_smooth" && found != *id;
        let found: Vec<_> = caught(game).into_iter().filter(|(check, found)| counts(*found) && !noise(check)).collect();
        if found != [(*id, *status)] {
            wrong.push(format!("{name}: {found:?}\n{game}"));
        } else if let Some(line) = line
            && game.check(id).and_then(|check| check.line) != Some(*line)
        {
            wrong.push(format!("{name}: not line {line}\n{game}"));
        }
    }
    for (n, game) in rest.iter().enumerate() {
        println!("{}: {:.1} s", game.file, game.wall_ms as f64 / 1000.0);
        // What game makers learn from has no warning either, but for what a busy machine does to any game.
        let is_shipped = n >= odd - PLAYED_FAULTS.len();
        let warned = is_shipped && caught(game).iter().any(|(check, _)| *check != "runtime_smooth");
        if !game.ok || !game.errors.is_empty() || warned {
            wrong.push(format!("{}", game));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
