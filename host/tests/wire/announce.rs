//! The party in the local network, by real multicast.

use crate::harness::TestHost;
use maribro_contract::discovery::SERVICE_TYPE;
use mdns_sd::{ServiceDaemon, ServiceEvent, ServiceInfo};
use std::time::{Duration, Instant};

/// Longest time for an answer; it takes a second.
const ANSWER: Duration = Duration::from_secs(10);

/// Whether a service at this port comes up, or goes away, in the network.
fn hears(daemon: &ServiceDaemon, service: &str, holds: impl Fn(&ServiceEvent) -> bool) -> bool {
    let news = daemon.browse(service).unwrap();
    let deadline = Instant::now() + ANSWER;
    while let Some(left) = deadline.checked_duration_since(Instant::now()) {
        match news.recv_timeout(left) {
            Ok(event) if holds(&event) => return true,
            Ok(_) => {}
            Err(_) => break,
        }
    }
    false
}

fn found(port: u16) -> impl Fn(&ServiceEvent) -> bool {
    move |event| matches!(event, ServiceEvent::ServiceResolved(service) if service.port == port && !service.addresses.is_empty())
}

/// Whether multicast passes at all here; a machine without it cannot have this tested.
fn multicast_passes() -> bool {
    const BASELINE: &str = "_maribro-test._tcp.local.";
    let speaker = ServiceDaemon::new().unwrap();
    let service =
        ServiceInfo::new(BASELINE, "baseline", "maribro-test.local.", "", 9, None).unwrap().enable_addr_auto();
    speaker.register(service).unwrap();
    let listener = ServiceDaemon::new().unwrap();
    let passes = hears(&listener, BASELINE, found(9));
    for daemon in [speaker, listener] {
        daemon.shutdown().unwrap();
    }
    passes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_is_found_in_its_network_while_it_runs() {
    if !tokio::task::spawn_blocking(multicast_passes).await.unwrap() {
        eprintln!("skipped: multicast does not pass on this machine");
        return;
    }
    let host = TestHost::start_with(|config| {
        config.bind = [0, 0, 0, 0].into();
        config.no_announce = false;
    })
    .await;
    let port = host.address.port();
    let listener = ServiceDaemon::new().unwrap();
    let listening = listener.clone();
    let came = tokio::task::spawn_blocking(move || hears(&listening, SERVICE_TYPE, found(port))).await.unwrap();
    assert!(came, "the host was not found");
    let listening = listener.clone();
    let left = tokio::task::spawn_blocking(move || {
        hears(&listening, SERVICE_TYPE, |event| matches!(event, ServiceEvent::ServiceRemoved(..)))
    });
    host.stop().await;
    assert!(left.await.unwrap(), "a host that ended is still announced");
    listener.shutdown().unwrap();
}

#[tokio::test]
async fn a_host_for_this_machine_alone_is_not_announced() {
    assert!(maribro_host::announce::Announcement::start(([127, 0, 0, 1], 8000).into()).is_none());
}
