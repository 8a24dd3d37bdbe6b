//! Every file in `corpus/accept` is a game that is let in; every file in `corpus/reject` must fail exactly
//! the checks that its first line (or the file `<name>.must-fail` beside it) names.

use maribro_contract::checks::{CHECK_IDS, inspect};
use maribro_contract::metadata;
use maribro_contract::wire::CheckStatus;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn games(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(folder);
    let mut games: Vec<_> = fs::read_dir(folder)
        .expect("the corpus is there")
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "html"))
        .collect();
    games.sort();
    games
}

fn expected_failures(game: &Path, bytes: &[u8]) -> BTreeSet<String> {
    let sidecar = game.with_extension("html.must-fail");
    let list = fs::read_to_string(sidecar).unwrap_or_else(|_| {
        let first_line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
        let first_line = String::from_utf8_lossy(first_line);
        let list = first_line.strip_prefix("<!-- must fail: ").and_then(|rest| rest.strip_suffix(" -->"));
        list.unwrap_or_else(|| panic!("{} says what must fail", game.display())).to_owned()
    });
    list.split(',').map(|id| id.trim().to_owned()).collect()
}

fn failures(bytes: &[u8]) -> BTreeSet<String> {
    inspect(bytes).report.failures().map(|check| check.id.clone()).collect()
}

#[test]
fn every_game_in_accept_is_let_in() {
    let mut wrong = Vec::new();
    for game in games("accept") {
        let inspection = inspect(&fs::read(&game).expect("reads"));
        if !inspection.report.ok {
            wrong.push(format!("{}: {:#?}", game.display(), inspection.report.failures().collect::<Vec<_>>()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_game_in_reject_fails_just_the_checks_that_it_names() {
    let mut wrong = Vec::new();
    for game in games("reject") {
        let bytes = fs::read(&game).expect("reads");
        let (expected, found) = (expected_failures(&game, &bytes), failures(&bytes));
        assert!(expected.iter().all(|id| CHECK_IDS.contains(&id.as_str())), "{}: {expected:?}", game.display());
        if expected != found {
            wrong.push(format!("{}: expected {expected:?}, found {found:?}", game.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_finding_points_at_what_it_names() {
    for game in games("reject") {
        let bytes = fs::read(&game).expect("reads");
        let report = inspect(&bytes).report;
        let failed = report.checks.iter().find(|check| check.id == "self_contained" && check.line.is_some());
        let Some(check) = failed.filter(|check| check.status == CheckStatus::Fail) else { continue };
        let line = bytes.split(|b| *b == b'\n').nth(check.line.expect("a line") as usize - 1).expect("the line exists");
        assert!(check.column.expect("a column") as usize <= line.len(), "{}: {check:?}", game.display());
        assert!(check.hint.is_some(), "{}", game.display());
    }
}

#[test]
fn both_ways_to_the_metadata_agree() {
    for game in games("accept").into_iter().chain(games("reject")) {
        let bytes = fs::read(&game).expect("reads");
        if bytes.starts_with(b"\xff\xfe") {
            continue;
        }
        assert_eq!(inspect(&bytes).metadata, metadata::read(&bytes), "{}", game.display());
    }
}
