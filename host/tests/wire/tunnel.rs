//! A way in for friends elsewhere. The programs are stand-ins that print what the real ones print and reach nobody: those need
//! the internet.
#![cfg(unix)]

use crate::harness::TestHost;
use maribro_host::config::TunnelKind;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

/// Longest time for what the host does by itself.
const SOON: Duration = Duration::from_secs(20);

/// A program that runs these lines of a shell script; `$0.runs` has a line for each of its starts.
fn stand_in(folder: &Path, lines: &str) -> PathBuf {
    let path = folder.join("stand-in");
    fs::write(
        &path,
        format!("#!/bin/sh\necho \"$@\" >> \"$0.runs\"\nrun=$(wc -l < \"$0.runs\" | tr -d ' ')\n{lines}\n"),
    )
    .unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn runs(program: &Path) -> Vec<String> {
    let text = fs::read_to_string(program.with_extension("runs")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

async fn start(kind: TunnelKind, program: &Path) -> TestHost {
    let program = program.to_owned();
    TestHost::start_with(|config| {
        config.tunnel = Some(kind);
        config.tunnel_bin = Some(program);
    })
    .await
}

/// Waits until health tells this of the tunnel.
async fn until(host: &TestHost, holds: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
    let mut last = serde_json::Value::Null;
    let waited = tokio::time::timeout(SOON, async {
        loop {
            last = host.get("/api/health").await.json["tunnel"].clone();
            if holds(&last) {
                return last.clone();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("the tunnel stays {last}"))
}

/// As long as the host lets it.
const FOR_EVER: &str = "trap 'kill $!; exit' TERM; sleep 600 & wait";

#[tokio::test]
async fn friends_are_shown_the_address_and_the_new_one_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let go = folder.path().join("go");
    let program = stand_in(
        folder.path(),
        &format!(
            "echo 'INF Requesting new quick Tunnel on trycloudflare.com...' >&2\n\
             while [ $run = 1 ] && ! [ -e {go} ]; do sleep 0.02; done\n\
             echo \"INF |  https://couch-$run.trycloudflare.com  |\" >&2\n\
             [ $run = 1 ] || {{ {FOR_EVER}; }}\nwhile [ -e {go} ]; do sleep 0.02; done\nexit 3",
            go = go.display()
        ),
    );
    let host = start(TunnelKind::Cloudflared, &program).await;
    let mut page = host.page().await;
    let own = page.hello["joinUrls"].clone();
    assert_eq!(host.get("/api/health").await.json["tunnel"]["state"], "starting");

    fs::write(&go, "").unwrap();
    let told = page.next_of("join_urls_changed").await["joinUrls"].clone();
    assert_eq!((&told[0], &told[1]), (&"https://couch-1.trycloudflare.com/".into(), &own[0]));
    let running = until(&host, |tunnel| tunnel["state"] == "running").await;
    assert_eq!((&running["url"], &running["restarts"]), (&told[0], &0.into()));
    let code = host.get("/join.svg").await.body;
    assert_eq!(host.page().await.hello["joinUrls"], told, "who comes later hears it, too");

    fs::remove_file(&go).unwrap();
    assert_eq!(page.next_of("join_urls_changed").await["joinUrls"], own, "an address that leads nowhere is not shown");
    assert_eq!(page.next_of("join_urls_changed").await["joinUrls"][0], "https://couch-2.trycloudflare.com/");
    assert_eq!(until(&host, |tunnel| tunnel["state"] == "running").await["restarts"], 1);
    assert_ne!(host.get("/join.svg").await.body, code);
    let port = host.address.port();
    assert_eq!(runs(&program), vec![format!("tunnel --no-autoupdate --url http://localhost:{port}"); 2]);
    host.stop().await;
}

#[tokio::test]
async fn the_program_ends_with_the_host() {
    let folder = tempfile::tempdir().unwrap();
    let ended = folder.path().join("ended");
    let farewell = format!("trap 'kill $!; touch {}; exit' TERM\n", ended.display());
    let address = "echo 'lvl=info msg=\"started tunnel\" addr=http://localhost url=https://ab12.ngrok-free.app'\n";
    let program = stand_in(folder.path(), &format!("{farewell}{address}sleep 600 & wait"));
    let host = start(TunnelKind::Ngrok, &program).await;
    assert_eq!(until(&host, |tunnel| tunnel["state"] == "running").await["url"], "https://ab12.ngrok-free.app/");
    assert_eq!(runs(&program), [format!("http --log stdout --log-format logfmt {}", host.address.port())]);
    host.stop().await;
    assert!(ended.exists(), "it was asked to end before the host had ended");
}

#[tokio::test]
async fn a_program_that_ends_at_once_is_tried_less_and_less_often() {
    let folder = tempfile::tempdir().unwrap();
    let program = stand_in(folder.path(), "echo 'no internet' >&2\nexit 1");
    let host = start(TunnelKind::Cloudflared, &program).await;
    let tunnel = until(&host, |tunnel| tunnel["restarts"].as_u64() >= Some(4)).await;
    assert_eq!((&tunnel["state"], &tunnel["url"]), (&"restarting".into(), &serde_json::Value::Null));
    // The next waits are 0.8 s and 1.6 s: who spins has hundreds of runs by then.
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(runs(&program).len() < 10, "{:?}", runs(&program));
    assert_eq!(host.get("/api/session").await.status, 200);
}

#[tokio::test]
async fn without_the_program_the_party_goes_on_and_takes_it_when_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let host = start(TunnelKind::Cloudflared, &folder.path().join("stand-in")).await;
    until(&host, |tunnel| tunnel["state"] == "missing").await;
    assert_eq!(host.get("/api/games").await.status, 200);
    stand_in(folder.path(), &format!("echo '|  https://late.trycloudflare.com  |'\n{FOR_EVER}"));
    let tunnel = until(&host, |tunnel| tunnel["state"] == "running").await;
    assert_eq!((&tunnel["url"], &tunnel["restarts"]), (&"https://late.trycloudflare.com/".into(), &0.into()));
}
