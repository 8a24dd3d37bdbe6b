//! What cannot run says so in one line and ends with 2; what fails ends with 1.

use crate::harness::{NO_BROWSER, maribro, tests_folder};
use serde_json::Value;

#[tokio::test]
async fn without_a_browser_verify_says_in_one_line_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let game = tests_folder("valid").join("minified.html").display().to_string();
    // Nothing is found in an empty PATH either.
    for variables in [[NO_BROWSER, ("PATH", "/usr/bin:/bin")], [("MARIBRO_CHROMIUM", ""), ("PATH", "/nowhere")]] {
        let said = maribro(folder.path(), &["verify", &game], &variables).await;
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
        assert!(said.err.contains("MARIBRO_CHROMIUM"), "{}", said.err);
        let said = maribro(folder.path(), &["verify", "--json", &game], &variables).await;
        assert_eq!((said.code, &said.json()["ok"]), (Some(2), &Value::Bool(false)));
    }
}

#[tokio::test]
async fn without_a_browser_the_static_result_is_there_for_who_asks_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let game = tests_folder("valid").join("minified.html").display().to_string();
    let said = maribro(folder.path(), &["verify", "--allow-no-runtime", "--json", &game], &[NO_BROWSER]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let report = said.json();
    let checks = report["games"][0]["checks"].as_array().unwrap();
    let warned: Vec<&str> =
        checks.iter().filter(|check| check["status"] == "warn").map(|check| check["id"].as_str().unwrap()).collect();
    assert_eq!(warned, maribro::verify::RUNTIME_CHECK_IDS);
}

#[tokio::test]
async fn a_file_that_is_not_there_is_no_failed_game() {
    let folder = tempfile::tempdir().unwrap();
    let said = maribro(folder.path(), &["verify", "--allow-no-runtime", "nope.html"], &[NO_BROWSER]).await;
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("nope.html cannot be read"), "{}", said.err);
}

#[tokio::test]
async fn send_and_status_ask_for_a_host_and_an_avatar() {
    let folder = tempfile::tempdir().unwrap();
    let game = tests_folder("valid").join("minified.html").display().to_string();
    for (words, wanted) in [
        (vec!["send", &game], "--host"),
        (vec!["send", &game, "--host", "localhost:1"], "--avatar"),
        (vec!["send", &game, "--host", "localhost:1", "--avatar", "fox"], "no avatar"),
        (vec!["status", "minified"], "--host"),
    ] {
        let said = maribro(folder.path(), &words, &[NO_BROWSER]).await;
        assert_eq!(said.code, Some(2));
        assert!(said.err.contains(wanted), "{}", said.err);
    }
}
