//! `maribro dev`: a game is played while it is written.

use crate::harness::maribro;
use maribro::browser::{self, Browser, Page};
use serde_json::{Deserializer, Value};
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

/// Longest time for anything to be said or seen.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program at work.
struct Dev {
    child: Child,
    said: Receiver<Value>,
    /// Where the page is.
    url: String,
}

impl Dev {
    fn start(folder: &Path, words: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_maribro"))
            .current_dir(folder)
            .args(["dev", "--json"])
            .args(words)
            .env_remove("MARIBRO_DEV_PORT")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = child.stdout.take().unwrap();
        let (tell, said) = channel();
        std::thread::spawn(move || {
            for news in Deserializer::from_reader(out).into_iter::<Value>() {
                if news.is_err() || tell.send(news.unwrap()).is_err() {
                    return;
                }
            }
        });
        let mut dev = Self { child, said, url: String::new() };
        let first = dev.next();
        dev.url = first["url"].as_str().unwrap_or_else(|| panic!("no address: {first}")).to_owned();
        dev
    }

    fn next(&self) -> Value {
        self.said.recv_timeout(PATIENCE).expect("the program says something")
    }

    fn authority(&self) -> &str {
        self.url.trim_start_matches("http://").trim_end_matches('/')
    }

    /// The status line of the answer to a request.
    fn asked(&self, path: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(self.authority()).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nConnection: close\r\n{headers}\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.lines().next().unwrap_or_default().to_owned()
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        // It may have ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A game in which the first press of the first player ends the round; `code` runs when it is ready.
fn game(code: &str) -> String {
    format!(
        r#"<!doctype html>
<html><head><meta charset="utf-8"><title>Buzzer</title>
<meta name="maribro:title" content="Buzzer"><meta name="maribro:maxDurationSec" content="30">
<script src="/public/maribro-sdk.js"></script>
</head><body><p>Press!</p><script>
Maribro.onReady((ctx) => {{
  {code}
  const look = () => {{
    if (Maribro.getInput(0).pressed.south) return Maribro.endGame([10, 4.6, 0, 17]);
    document.querySelector("p").textContent = ctx.activeSlots.join(" ");
    requestAnimationFrame(look);
  }};
  look();
}});
</script></body></html>"#
    )
}

/// Waits until something holds on the page.
async fn until(page: &Page, holds: &str) {
    let wait = format!(
        "new Promise((done) => {{ const look = () => ({holds}) ? done(true) : setTimeout(look, 20); look(); }})"
    );
    match tokio::time::timeout(PATIENCE, page.evaluate(&wait)).await {
        Ok(held) => assert_eq!(held, Ok(Value::Bool(true)), "{holds}"),
        Err(_) => panic!("never came true: {holds}\n{:?}", page.evaluate("document.body.innerText").await),
    }
}

fn says(text: &str) -> String {
    format!("document.body?.innerText.includes({})", serde_json::to_string(text).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_game_is_played_beside_its_panel_and_anew_at_each_save() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Buzzer für 4.html");
    std::fs::write(&file, game("")).unwrap();
    let dev = Dev::start(folder.path(), &["--no-open"], &[]);
    let browser = Browser::start(&browser::find().unwrap(), "").await.unwrap();
    let page = browser.open(&dev.url).await.unwrap();

    until(&page, &says("Playing")).await;
    // Pads are live, and what is pressed reaches the game.
    let press = r#"dispatchEvent(new KeyboardEvent("keydown", { code: "Space" }))"#;
    let lit = r#"document.querySelector(".pad .buttons [data-on]")?.textContent === "✕""#;
    page.evaluate(press).await.unwrap();
    until(&page, lit).await;
    until(&page, &says("Reported after")).await;
    for score in ["10", "4.6 → 5", "0", "17 → 10"] {
        assert_eq!(page.evaluate(&says(score)).await.unwrap(), true, "{score}");
    }
    until(&page, &says("The score of seat 4 is not within 0 and 10")).await;
    let release = r#"dispatchEvent(new KeyboardEvent("keyup", { code: "Space" }))"#;
    page.evaluate(release).await.unwrap();

    // Seats 1 and 3 alone, from here on.
    page.evaluate(r#"document.querySelectorAll(".pad .seat").forEach((seat, n) => n % 2 && seat.click())"#)
        .await
        .unwrap();
    until(&page, &format!("{} && {}", says("Playing"), "document.querySelectorAll('.pad[data-empty]').length === 2"))
        .await;

    // A save plays anew, and what goes wrong is said with its place.
    let broken = r#"console.warn("seats", ...ctx.activeSlots); fetch("https://levels.example/1.json"); nowhere();"#;
    std::fs::write(&file, game(broken)).unwrap();
    let news = dev.next();
    assert_eq!((&news["ok"], &news["revision"]), (&false.into(), &2.into()), "{news}");
    until(&page, &says("Uncaught ReferenceError: nowhere is not defined")).await;
    until(&page, &says("A request was blocked: https://levels.example/1.json")).await;
    for text in ["line 7:", "seats 0 2", "version 2", "self_contained", "1 to mend"] {
        until(&page, &says(text)).await;
    }

    // A file that is gone is waited for, and the page loses nothing by it.
    std::fs::remove_file(&file).unwrap();
    assert!(dev.next()["problem"].as_str().is_some_and(|problem| problem.contains("is gone")));
    until(&page, &says("is gone; it goes on when the file is there again")).await;
    std::fs::write(&file, game("/* mended */")).unwrap();
    assert_eq!(dev.next()["revision"], 3);
    until(&page, &format!("{} && {}", says("version 3"), says("Playing"))).await;
    assert_eq!(page.evaluate(&says("is gone")).await.unwrap(), false);

    // A game that hangs is named, and the next save plays.
    std::fs::write(&file, game("setTimeout(() => { for (;;); }, 1000);")).unwrap();
    until(&page, &says("No sign of life")).await;
    std::fs::write(&file, game("/* mended again */")).unwrap();
    until(&page, &format!("{} && {}", says("version 5"), says("Playing"))).await;

    ends_when_asked(dev);
    until(&page, &says("maribro dev has ended")).await;
    browser.close().await;
}

/// Ctrl-C is how this command ends: nothing went wrong.
fn ends_when_asked(mut dev: Dev) {
    #[cfg(unix)]
    {
        let interrupted = Command::new("kill").args(["-INT", &dev.child.id().to_string()]).status().unwrap();
        assert!(interrupted.success());
        assert_eq!(dev.child.wait().unwrap().code(), Some(0));
    }
    #[cfg(not(unix))]
    dev.child.kill().unwrap();
}

#[tokio::test]
async fn without_a_game_or_a_port_it_says_what_to_name() {
    let folder = tempfile::tempdir().unwrap();
    let run = async |words: &[&str]| {
        let said = maribro(folder.path(), &[&["dev", "--no-open"], words].concat(), &[]).await;
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{}", said.err);
        said.err
    };
    assert!(run(&[]).await.contains("maribro new"));
    std::fs::write(folder.path().join("buzzer.html"), game("")).unwrap();
    assert!(run(&["buzer.html"]).await.contains("buzzer.html"));
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let err = run(&["--port", &port]).await;
    assert!(err.contains(&port) && err.contains("--port"), "{err}");
}

#[test]
fn two_games_are_worked_on_side_by_side_and_other_sites_read_neither() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("buzzer.html"), game("")).unwrap();
    let [one, two] = [(); 2].map(|()| Dev::start(folder.path(), &["--no-open", "buzzer.html"], &[]));
    assert_ne!(one.url, two.url);
    let here = format!("Host: {}\r\n", one.authority());
    let upgrade = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for (path, headers, wanted) in [
        ("/", here.clone(), "200"),
        ("/games/buzzer.html", here.clone(), "200"),
        // The frame of a game.
        ("/public/maribro-sdk.js", format!("{here}Sec-Fetch-Site: cross-site\r\n"), "200"),
        ("/games/other.html", here.clone(), "404"),
        ("/nowhere", here.clone(), "404"),
        // A name that leads here by a trick, and pages of other sites.
        ("/games/buzzer.html", "Host: rebound.example\r\n".to_owned(), "403"),
        ("/public/maribro-sdk.js", "Host: rebound.example\r\n".to_owned(), "403"),
        ("/games/buzzer.html", format!("{here}Sec-Fetch-Site: cross-site\r\n"), "403"),
        ("/news", format!("{here}Origin: http://site.example\r\n{upgrade}"), "403"),
        // A frame that navigates itself stays where it is.
        ("/", format!("{here}Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: iframe\r\n"), "204"),
    ] {
        let answer = one.asked(path, &headers);
        assert!(answer.contains(wanted), "{path} {headers}: {answer}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_page_opens_in_the_persons_own_browser() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("buzzer.html"), game("")).unwrap();
    let opener = folder.path().join("xdg-open");
    std::fs::write(&opener, "#!/bin/sh\necho \"$1\" > opened.part && /bin/mv opened.part opened\n").unwrap();
    std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = folder.path().display().to_string();
    let dev = Dev::start(folder.path(), &[], &[("PATH", &path), ("DISPLAY", ":77"), ("WSL_DISTRO_NAME", "")]);
    let deadline = std::time::Instant::now() + PATIENCE;
    let opened = loop {
        match std::fs::read_to_string(folder.path().join("opened")) {
            Ok(opened) => break opened,
            Err(error) => assert!(std::time::Instant::now() < deadline, "{error}"),
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    assert_eq!(opened.trim(), dev.url);
}
