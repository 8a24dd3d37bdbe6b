//! What coding agents get from a host: docs, skills, template and types, without a clone.

use crate::harness::TestHost;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Longest name and description of a skill, and its longest body in lines: the Agent Skills format.
const MAX_NAME: usize = 64;
const MAX_DESCRIPTION: usize = 1_024;
const MAX_LINES: usize = 500;

/// The top of the repository.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Where the links of a Markdown text lead.
fn links(text: &str) -> Vec<&str> {
    text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect()
}

#[tokio::test]
async fn all_that_the_index_names_is_there() {
    let host = TestHost::start().await;
    let index = host.get("/llms.txt").await;
    assert_eq!(index.header("content-type"), "text/plain; charset=utf-8");
    let text = String::from_utf8(index.body.to_vec()).unwrap();
    assert!(text.starts_with("# ") && text.contains("\n> ") && text.contains("\n## "), "an H1, a quote, sections");
    let links = links(&text);
    assert!(links.len() > 10, "{links:?}");
    for link in links {
        assert_eq!(host.get(link).await.status, 200, "{link}");
    }
    for skill in
        fs::read_dir(repository().join("skills")).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir())
    {
        let address = format!("/skills/{}/SKILL.md", skill.unwrap().file_name().display());
        assert!(text.contains(&address), "{address} is not in the index");
    }
}

#[tokio::test]
async fn the_template_is_the_shipped_one_and_runs_as_a_game() {
    let host = TestHost::start().await;
    fs::write(host.games().join("_template.html"), "somebody's own").unwrap();
    let template = host.get("/template.html").await;
    assert_eq!(template.body, fs::read(repository().join("games/_template.html")).unwrap());
    assert!(template.header("content-security-policy").starts_with("sandbox allow-scripts"));
    assert!(!template.header("connection-allowlist").is_empty());
}

#[tokio::test]
async fn nothing_of_the_repository_but_the_kit_is_served() {
    let repository = repository();
    let host = TestHost::start_with(|config| config.public_dir = repository.join("public")).await;
    for path in ["/docs/AGENTS.md", "/docs/design.md", "/sdk/maribro-sdk.js", "/skills/setup/SKILL.md", "/llms.txt"] {
        let reply = host.get(path).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("content-security-policy")),
            (200, "default-src 'none'; sandbox"),
            "{path}"
        );
    }
    for path in [
        "/sdk/contract/Cargo.toml",
        "/sdk/tests/clock.test.js",
        "/docs/lobby.png",
        "/docs/README.md",
        "/docs/../README.md",
        "/docs/%2e%2e/README.md",
        "/skills/../Cargo.toml",
        "/skills/..%2fCargo.toml",
        "/skills/setup/../../Cargo.toml",
        "/skills/",
        "/skills/setup",
        "/docs/",
    ] {
        assert_eq!(host.get(path).await.status, 404, "{path}");
    }
}

#[test]
fn every_skill_holds_to_the_format() {
    let skills = repository().join("skills");
    let mut seen = 0;
    for folder in fs::read_dir(&skills).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        seen += 1;
        let name = folder.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(folder.join("SKILL.md")).unwrap();
        let (head, body) = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).unwrap();
        let field = |key: &str| {
            let found = head.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
            found.unwrap_or_else(|| panic!("{name} has no {key}")).trim()
        };
        assert_eq!(field("name"), name);
        let plain = name.split('-').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase()));
        assert!(plain && name.len() <= MAX_NAME, "{name}");
        let description = field("description");
        assert!(description.chars().count() <= MAX_DESCRIPTION, "{name}");
        assert!(description.contains(". Use it "), "{name}: the description says what it does and when to use it");
        assert!(!description.contains(": "), "{name}: a colon would begin a map in YAML");
        assert!(body.lines().count() < MAX_LINES, "{name}");
        for link in links(body).into_iter().filter(|link| !link.contains("://")) {
            assert!(folder.join(link).exists(), "{name} links to {link}");
        }
    }
    assert_eq!(seen, 6);
}
