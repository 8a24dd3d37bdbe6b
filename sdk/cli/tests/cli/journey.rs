//! What stands in a game's way to the shelf. The way itself is in `kit`.

use crate::harness::{NO_BROWSER, Party, maribro, tests_folder};
use serde_json::Value;

#[tokio::test]
async fn a_game_that_fails_is_not_sent_and_force_needs_a_reason() {
    let party = Party::start().await;
    let folder = tempfile::tempdir().unwrap();
    let game = tests_folder("faulty").join("no-doctype.html").display().to_string();
    let url = party.url();
    let words = ["send", &game, "--allow-no-runtime", "--json", "--host", &url, "--avatar", "fox-orange"];
    let said = maribro(folder.path(), &words, &[NO_BROWSER]).await;
    assert_eq!((said.code, &said.json()["error"]["code"]), (Some(1), &"not_verified".into()));
    assert_eq!(party.revision("no-doctype").await, 0);
    let forced = |reason: &'static str| [&words[..], &["--force", reason]].concat();
    assert_eq!(maribro(folder.path(), &forced(""), &[NO_BROWSER]).await.code, Some(2));
    // The host has the last word.
    let said = maribro(folder.path(), &forced("it is an old one"), &[NO_BROWSER]).await;
    assert_eq!((said.code, &said.json()["error"]["code"]), (Some(1), &"rejected".into()), "{}", said.out);
}

#[tokio::test]
async fn a_wrong_token_is_told_and_not_tried_again() {
    let party = Party::start().await;
    let folder = tempfile::tempdir().unwrap();
    let game = tests_folder("valid").join("minified.html").display().to_string();
    let url = party.url();
    let words =
        ["send", &game, "--allow-no-runtime", "--json", "--host", &url, "--avatar", "fox-orange", "--token", "guess"];
    let said = maribro(folder.path(), &words, &[NO_BROWSER]).await;
    assert_eq!((said.code, &said.json()["error"]["code"]), (Some(1), &"invalid_upload_token".into()), "{}", said.out);
}

/// Without a browser, so that it takes no time; what is played is tested elsewhere.
#[tokio::test]
async fn watch_verifies_again_when_the_game_is_saved() {
    use serde_json::{Deserializer, StreamDeserializer};
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("game.html");
    let game = |name: &str, kind: &str| std::fs::read(tests_folder(kind).join(format!("{name}.html"))).unwrap();
    std::fs::write(&file, game("no-doctype", "faulty")).unwrap();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_maribro"))
        .current_dir(folder.path())
        .args(["verify", "--watch", "--json", "--allow-no-runtime", "game.html"])
        .env(NO_BROWSER.0, NO_BROWSER.1)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let out = child.stdout.take().unwrap();
    let seen = tokio::task::spawn_blocking(move || {
        let mut reports: StreamDeserializer<'_, _, Value> = Deserializer::from_reader(out).into_iter();
        let mut next = || reports.next().unwrap().unwrap()["ok"].clone();
        let first = next();
        // As editors save: a new file in the place of the old one.
        let other = file.with_extension("tmp");
        std::fs::write(&other, game("minified", "valid")).unwrap();
        std::fs::rename(&other, &file).unwrap();
        (first, next())
    });
    let seen = tokio::time::timeout(std::time::Duration::from_secs(60), seen).await;
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(seen.expect("both reports come").unwrap(), (false.into(), true.into()));
}
