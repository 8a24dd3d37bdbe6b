//! A game's way from nothing to the shelf, in an empty folder.

use crate::harness::{NO_BROWSER, Party, maribro, tests_folder};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn a_new_game_passes_reaches_the_shelf_and_gets_a_second_revision() {
    let party = Party::start().await;
    let folder = tempfile::tempdir().unwrap();
    let run = async |words: &[&str]| {
        let said = maribro(folder.path(), words, &[]).await;
        assert_eq!(said.code, Some(0), "{words:?}: {}{}", said.out, said.err);
        said
    };
    let made = run(&["new", "Snack Race", "--title", "Snacks & \"Races\"", "--avatar", "cat-pink", "--json"]).await;
    assert_eq!(made.json()["file"], "snack-race.html");
    let verified = run(&["verify", "snack-race.html", "--screenshot", "pictures", "--json"]).await.json();
    println!("verify: {} ms", verified["wallMs"]);
    let checks = verified["games"][0]["checks"].as_array().unwrap();
    assert_eq!(checks.len(), 18);
    let not_passed: Vec<&Value> = checks.iter().filter(|check| check["status"] != "pass").collect();
    assert!(not_passed.is_empty(), "{not_passed:#?}");
    for picture in ["countdown", "play", "results"] {
        let bytes = std::fs::read(folder.path().join(format!("pictures/snack-race-{picture}.png"))).unwrap();
        assert!(bytes.starts_with(b"\x89PNG") && bytes.len() > 5_000, "{picture}: {} bytes", bytes.len());
    }

    let sent = run(&["send", "snack-race.html", "--host", &party.url(), "--avatar", "cat-pink", "--json"]).await.json();
    assert_eq!((&sent["id"], &sent["revision"], &sent["tries"]), (&"snack-race".into(), &1.into(), &1.into()));
    assert_eq!(sent["title"], "Snacks & \"Races\"");
    // Host and avatar are remembered; the token is not written down.
    let remembered = std::fs::read_to_string(folder.path().join(".maribro.toml")).unwrap();
    assert!(remembered.contains(&party.url()) && remembered.contains("cat-pink"), "{remembered}");
    assert!(!remembered.contains("token") && !remembered.contains("maribro-upload"), "{remembered}");
    let quick = ["send", "snack-race.html", "--json", "--allow-no-runtime"];
    let again = maribro(folder.path(), &quick, &[NO_BROWSER]).await;
    assert_eq!(again.json()["revision"], 2, "{}", again.err);

    let status = run(&["status", "snack-race.html", "--json"]).await.json();
    assert_eq!((&status["game"]["revision"], &status["game"]["plays"]), (&2.into(), &0.into()));
    assert_eq!(status["needsWork"], false);
    assert!(run(&["status", "snack-race"]).await.out.contains("revision 2"));
    assert_eq!(maribro(folder.path(), &["status", "nobody-made-it"], &[]).await.code, Some(1));
}

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
