//! The whole kit as installed programs, in empty folders outside the repository: from nothing to the big screen and back.
//! `cargo xtask kit` does the same with release builds.

use crate::{
    harness::{NO_BROWSER, tests_folder},
    programs::{self, Host, Kit, PATIENCE},
};
use futures_util::StreamExt;
use serde_json::Value;
use std::{ffi::OsStr, fs, path::Path, time::Instant};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_tungstenite::tungstenite::Message;

/// A game whose fault shows only when it is played: what `PLAYED_FAULTS` of the corpus says of it.
const FAULTY: (&str, &str, u64) = ("throws-when-ready", "runtime_starts", 20);

/// A page of the big screen: all that it hears, in order. It reads all the time, as pages do; who doesn't is cut off.
struct Screen(UnboundedReceiver<Value>);

impl Screen {
    async fn connect(port: u16) -> Self {
        let stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let address = format!("ws://localhost:{port}/ws");
        let (mut socket, _) = tokio_tungstenite::client_async(address, stream).await.unwrap();
        let (heard, messages) = unbounded_channel();
        tokio::spawn(async move {
            while let Some(Ok(message)) = socket.next().await {
                let Message::Text(text) = message else { continue };
                if heard.send(serde_json::from_str(&text).unwrap()).is_err() {
                    return;
                }
            }
        });
        Self(messages)
    }

    /// The payload of the next message of this type for which it holds.
    async fn next_that(&mut self, kind: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let next = async {
            loop {
                let message = self.0.recv().await.expect("the host is there");
                if message["type"] == kind && holds(&message["payload"]) {
                    return message["payload"].clone();
                }
            }
        };
        tokio::time::timeout(PATIENCE, next).await.unwrap_or_else(|_| panic!("no such {kind}"))
    }
}

fn state(game: &Value) -> &str {
    game["game"]["playtest"]["state"].as_str().unwrap_or("none")
}

fn is_done(game: &Value) -> bool {
    !["queued", "running"].contains(&state(game))
}

/// Group and command line of each process that runs; one that ended and has nobody who asks for it does not.
#[cfg(unix)]
fn processes() -> Vec<(String, String)> {
    let listed = std::process::Command::new("ps").args(["-eo", "stat=,pgid=,args="]).output().unwrap();
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    let parts = text.lines().filter_map(|line| line.trim_start().split_once(' '));
    let alive = parts.filter(|(state, _)| !state.starts_with('Z')).map(|(_, rest)| rest.trim_start());
    alive.filter_map(|rest| rest.split_once(' ')).map(|(group, args)| (group.to_owned(), args.to_owned())).collect()
}

/// The flag that tells the browser in which this program plays just now from all others, once it is there.
#[cfg(unix)]
async fn browser_of(program: &str) -> String {
    until_some(|| {
        let all = processes();
        let (group, _) = all.iter().find(|(_, args)| args.starts_with(program) && args.contains(" verify "))?;
        let mut flags = all.iter().filter(|(other, _)| other == group).flat_map(|(_, args)| args.split(' '));
        flags.find(|flag| flag.starts_with("--user-data-dir=")).map(str::to_owned)
    })
    .await
}

#[cfg(unix)]
async fn until_some<T>(look: impl Fn() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "not there: {:#?}", processes());
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_an_empty_folder_to_the_big_screen_with_nothing_but_the_programs() {
    let began = Instant::now();
    let lap = |what: &str| println!("kit: {what} after {:.1} s", began.elapsed().as_secs_f64());
    let kit = Kit::install();
    let (party, desk) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut flags = vec!["--no-announce", "--verify-uploads"];
    flags.extend(if kit.has_input() { ["--input-args", "--virtual 1"].as_slice() } else { &["--no-input"] });
    let flags: Vec<&OsStr> = flags.iter().map(OsStr::new).collect();
    let host = Host::start(&kit.program("maribro-host"), party.path(), &flags);
    lap("host up");
    let mut screen = Screen::connect(host.port).await;
    let hello = screen.next_that("hello", |_| true).await;
    assert!(hello["games"].as_array().unwrap().len() > 5, "the shipped games are unpacked into the empty folder");
    what_agents_start_from_is_there(&host).await;
    if kit.has_input() {
        host.until("/api/health", |health| health["input"]["pads"][0]["link"] == "virtual").await;
    }
    let health = host.until("/api/health", |health| health["playtests"]["state"] != "starting").await;
    assert_eq!(health["playtests"]["state"], "ready", "{health:#}");

    let run = async |words: &[&str], variables: &[(&str, &str)]| {
        let said = kit.maribro(desk.path(), words, variables).await;
        assert_eq!(said.code, Some(0), "{words:?}: {}{}", said.out, said.err);
        said
    };
    let made =
        run(&["new", "Snack Race", "--title", "Snacks & \"Races\"", "--avatar", "cat-pink", "--json"], &[]).await;
    assert_eq!(made.json()["file"], "snack-race.html");
    let verified = run(&["verify", "snack-race.html", "--screenshot", "pictures", "--json"], &[]).await.json();
    lap(&format!("verified in {} ms", verified["wallMs"]));
    let checks = verified["games"][0]["checks"].as_array().unwrap();
    let not_passed: Vec<&Value> = checks.iter().filter(|check| check["status"] != "pass").collect();
    assert!(checks.len() == 18 && not_passed.is_empty(), "{not_passed:#?}");
    for picture in ["countdown", "play", "results"] {
        let bytes = fs::read(desk.path().join(format!("pictures/snack-race-{picture}.png"))).unwrap();
        assert!(bytes.starts_with(b"\x89PNG") && bytes.len() > 5_000, "{picture}: {} bytes", bytes.len());
    }

    let url = host.url();
    // It was played a moment ago, which takes most of the time of this test.
    let words = ["send", "snack-race.html", "--host", &url, "--avatar", "cat-pink", "--json", "--allow-no-runtime"];
    let sent = run(&words, &[NO_BROWSER]).await.json();
    assert_eq!((&sent["id"], &sent["revision"], &sent["tries"]), (&"snack-race".into(), &1.into(), &1.into()));
    assert_eq!(sent["title"], "Snacks & \"Races\"");
    lap("sent");
    let pushed = screen.next_that("games_changed", |news| news["games"][0]["id"] == "snack-race").await;
    assert_eq!(pushed["games"][0]["title"], "Snacks & \"Races\"");
    assert_eq!(host.get("/api/games").await["games"][0]["id"], "snack-race");
    // Host and avatar are remembered; the token is not written down.
    let remembered = fs::read_to_string(desk.path().join(".maribro.toml")).unwrap();
    assert!(remembered.contains(&url) && remembered.contains("cat-pink"), "{remembered}");
    assert!(!remembered.contains("token") && !remembered.contains("maribro-upload"), "{remembered}");

    // The host plays it, and one that passes every check but the played ones.
    let (name, check, line) = FAULTY;
    let faulty = tests_folder("faulty").join(format!("{name}.html")).display().to_string();
    run(&["send", &faulty, "--allow-no-runtime"], &[NO_BROWSER]).await;
    let good = host.until("/api/games/snack-race", is_done).await;
    assert_eq!(state(&good), "passed", "{good:#}");
    let report = &good["game"]["playtest"]["report"];
    assert_eq!(report["checks"].as_array().unwrap().len(), 18);
    lap(&format!("played by the host in {} ms", report["wallMs"]));
    let bad = host.until(&format!("/api/games/{name}"), is_done).await;
    assert_eq!(state(&bad), "failed", "{bad:#}");
    let checks = bad["game"]["playtest"]["report"]["checks"].as_array().unwrap();
    let failed: Vec<&Value> = checks.iter().filter(|check| check["status"] == "fail").collect();
    assert_eq!((failed.len(), &failed[0]["id"], &failed[0]["line"]), (1, &check.into(), &line.into()), "{failed:#?}");
    screen.next_that("games_changed", |news| news["games"][0]["failedPlaytest"] == true).await;
    lap("the faulty one failed");
    let status = kit.maribro(desk.path(), &["status", name], &[]).await;
    assert!(status.out.contains(&format!("played by the host: FAILED {check}")), "{}", status.out);

    // Once more, as after a change: everything is remembered.
    let text = fs::read_to_string(desk.path().join("snack-race.html")).unwrap();
    fs::write(desk.path().join("snack-race.html"), text.replace("</body>", "<!-- changed --></body>")).unwrap();
    if programs::are_named() {
        run(&["verify", "snack-race.html"], &[]).await;
        lap("verified a second time");
    }
    let again = run(&["send", "snack-race.html", "--json"], &[]).await.json();
    assert_eq!((&again["revision"], &again["report"]["ok"]), (&2.into(), &true.into()));
    lap("verified and sent again");
    let playing = host.until("/api/games/snack-race", |game| state(game) == "running").await;
    assert_eq!(playing["game"]["playtest"].get("report"), None, "nothing of the old revision");
    let program = kit.program("maribro").display().to_string();
    #[cfg(unix)]
    let browser = browser_of(&program).await;
    let status = run(&["status", "snack-race.html", "--json"], &[]).await.json();
    assert_eq!((&status["game"]["revision"], &status["game"]["plays"]), (&2.into(), &0.into()));
    assert_eq!(status["needsWork"], false);
    assert!(run(&["status", "snack-race"], &[]).await.out.contains("revision 2"));
    assert_eq!(kit.maribro(desk.path(), &["status", "nobody-made-it"], &[]).await.code, Some(1));
    lap("second revision");

    // Mostly in mid-playtest: neither program nor browser stays.
    host.stop();
    #[cfg(unix)]
    until_some(|| {
        let stays = |(_, args): &(String, String)| args.contains(&*program) || args.contains(&browser);
        (!processes().iter().any(stays)).then_some(())
    })
    .await;
    lap("host down");
}

/// Byte for byte what the repository has, though the programs know nothing of it.
async fn what_agents_start_from_is_there(host: &Host) {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (path, file) in [
        ("/llms.txt", "skills/llms.txt"),
        ("/docs/AGENTS.md", "AGENTS.md"),
        ("/docs/design.md", "docs/design.md"),
        ("/skills/send-game/SKILL.md", "skills/send-game/SKILL.md"),
        ("/template.html", "games/_template.html"),
        ("/public/maribro-sdk.js", "sdk/maribro-sdk.js"),
        ("/sdk/maribro-sdk.d.ts", "sdk/maribro-sdk.d.ts"),
        ("/", "public/index.html"),
    ] {
        assert!(host.bytes(path).await == fs::read(repository.join(file)).unwrap(), "{path} is not {file}");
    }
}

/// Whoever does not know where the repository lies opens nothing in it. Debug builds have its path in their debug information.
#[test]
fn release_builds_do_not_know_where_the_repository_lies() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let path = repository.to_str().unwrap().as_bytes();
    for variable in ["MARIBRO_HOST_BIN", "MARIBRO_BIN", "MARIBRO_INPUT_BIN"] {
        let Some(program) = std::env::var_os(variable).map(std::path::PathBuf::from) else { continue };
        if program.components().any(|folder| folder.as_os_str() == "release") {
            let bytes = fs::read(&program).unwrap();
            assert!(memchr::memmem::find(&bytes, path).is_none(), "{} has it inside", program.display());
        }
    }
}
