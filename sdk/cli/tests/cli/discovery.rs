//! Hosts that nobody named are found in the local network, by real multicast. Others may run in the same network just now.

use crate::harness::{NO_BROWSER, Party, maribro, tests_folder};
use mdns_sd::{ServiceDaemon, ServiceEvent, ServiceInfo};
use std::time::{Duration, Instant};

/// Lets the program look around, which the harness forbids.
const LOOK: (&str, &str) = ("MARIBRO_NO_DISCOVER", "false");

/// Looks until a host that is there is seen, too: it takes a moment until a new one has announced itself.
const TRIES: usize = 5;

/// Whether multicast passes at all here; a machine without it cannot have this tested.
fn multicast_passes() -> bool {
    const SERVICE: &str = "_maribro-cli._tcp.local.";
    let speaker = ServiceDaemon::new().unwrap();
    let service = ServiceInfo::new(SERVICE, "baseline", "maribro-cli.local.", "", 9, None).unwrap().enable_addr_auto();
    speaker.register(service).unwrap();
    let listener = ServiceDaemon::new().unwrap();
    let news = listener.browse(SERVICE).unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    let passes = std::iter::from_fn(|| news.recv_deadline(deadline).ok())
        .any(|event| matches!(event, ServiceEvent::ServiceResolved(_)));
    for daemon in [speaker, listener] {
        daemon.shutdown().unwrap();
    }
    passes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_announces_itself_is_used_and_remembered_and_of_several_one_is_asked_for() {
    let one = Party::start_announced().await;
    let folder = tempfile::tempdir().unwrap();
    let port = |party: &Party| format!(":{}", party.address.port());
    let mut asked = maribro(folder.path(), &["status", "nobody-made-it"], &[LOOK]).await;
    for _ in 1..TRIES {
        if asked.err.contains(&port(&one)) {
            break;
        }
        asked = maribro(folder.path(), &["status", "nobody-made-it"], &[LOOK]).await;
    }
    if asked.err.contains("None was found") && !tokio::task::spawn_blocking(multicast_passes).await.unwrap() {
        eprintln!("skipped: multicast does not pass on this machine");
        return;
    }
    assert!(asked.err.contains(&port(&one)), "{}", asked.err);
    if asked.err.contains("found Maribro Party") {
        assert_eq!(asked.code, Some(1), "{}", asked.out);
        let game = tests_folder("valid").join("minified.html").display().to_string();
        let words = ["send", &game, "--allow-no-runtime", "--avatar", "fox-orange", "--json"];
        let sent = maribro(folder.path(), &words, &[LOOK, NO_BROWSER]).await;
        assert_eq!((sent.code, &sent.json()["revision"]), (Some(0), &1.into()), "{}", sent.err);
        let remembered = std::fs::read_to_string(folder.path().join(".maribro.toml")).unwrap();
        assert!(remembered.contains(&port(&one)), "{remembered}");
    }

    let two = Party::start_announced().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let mut said = String::new();
    for _ in 0..TRIES {
        let asked = maribro(elsewhere.path(), &["status", "nobody-made-it", "--json"], &[LOOK]).await;
        said = asked.json()["error"]["message"].as_str().unwrap_or_default().to_owned();
        if said.contains("several") && [&one, &two].iter().all(|party| said.contains(&port(party))) {
            assert_eq!(asked.code, Some(2), "{}", asked.out);
            return;
        }
    }
    panic!("two hosts are there, and this was said: {said}");
}
