//! The hosts of the local network: they announce themselves by multicast DNS (`maribro_contract::discovery`).
//!
//! What is announced may be stale, or meant for another network of a host that has several. So only an address at which a
//! host answers counts, and those of this machine's own networks are asked first.

use crate::party::Party;
use maribro_contract::discovery::SERVICE_TYPE;
use mdns_sd::{ResolvedService, ServiceDaemon, ServiceEvent};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

/// Longest look around. Hosts answer within a second; a question or answer that is lost is repeated after one, and after three.
pub const LOOK: Duration = Duration::from_secs(4);
/// After the first one was heard of: others answer at the same time.
const OTHERS: Duration = Duration::from_secs(1);
/// Longest wait for one address to show that a host is there.
const ANSWER: Duration = Duration::from_millis(1500);

/// A host in the local network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it calls itself.
    pub name: String,
    /// Where it answers.
    pub url: String,
}

/// The host that was named, else the one of the last time, else the only one in the local network, which the error output
/// tells of.
///
/// # Errors
/// There is none or there are several; what to do about it.
pub async fn host(named: Option<String>, remembered: Option<String>, may_look: bool) -> anyhow::Result<String> {
    if let Some(host) = named.or(remembered) {
        return Ok(host);
    }
    let found = if may_look { tokio::task::spawn_blocking(|| hosts(LOOK)).await?? } else { Vec::new() };
    let host = the_only(found, may_look).map_err(anyhow::Error::msg)?;
    eprintln!("maribro: found {} at {}", host.name, host.url);
    Ok(host.url)
}

fn the_only(mut found: Vec<Found>, looked: bool) -> Result<Found, String> {
    match (found.pop(), found.as_slice()) {
        (Some(one), []) => Ok(one),
        (Some(last), others) => {
            let mut list = "which host? There are several in this network; name one with --host:".to_owned();
            for Found { name, url } in others.iter().chain([&last]) {
                write!(list, "\n  --host {url}  ({name})").map_err(|error| error.to_string())?;
            }
            Err(list)
        }
        (None, _) => Err(format!(
            "which host? {}ame it with --host http://192.168.1.20:8000; its address stands on the big screen, at the bottom of the lobby",
            if looked { "None was found in this network. N" } else { "N" }
        )),
    }
}

/// The hosts that answer, by name. Takes `look` and a little more when there is none. Blocks.
///
/// # Errors
/// This machine cannot ask its network at all.
pub fn hosts(look: Duration) -> anyhow::Result<Vec<Found>> {
    use anyhow::Context;
    let asked = || -> mdns_sd::Result<Vec<ResolvedService>> {
        let daemon = ServiceDaemon::new()?;
        let announced = announced(&daemon, look);
        daemon.shutdown()?;
        announced
    };
    let announced = asked().context("the local network cannot be asked for a host; name it with --host")?;
    let own: Vec<(IpAddr, u8)> = if_addrs::get_if_addrs()?.iter().map(|one| (one.ip(), prefix(&one.addr))).collect();
    let mut found: Vec<Found> = std::thread::scope(|scope| {
        let asked: Vec<_> = announced.iter().map(|service| scope.spawn(|| answering(service, &own))).collect();
        asked.into_iter().filter_map(|one| one.join().ok().flatten()).collect()
    });
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn announced(daemon: &ServiceDaemon, look: Duration) -> mdns_sd::Result<Vec<ResolvedService>> {
    let news = daemon.browse(SERVICE_TYPE)?;
    let mut heard = BTreeMap::new();
    let mut until = Instant::now() + look;
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        match news.recv_timeout(left) {
            Ok(ServiceEvent::ServiceResolved(service)) => {
                heard.insert(service.fullname.clone(), *service);
                until = until.min(Instant::now() + OTHERS);
            }
            Ok(ServiceEvent::ServiceRemoved(_, fullname)) => drop(heard.remove(&fullname)),
            Ok(_) => {}
            Err(_) => break,
        }
    }
    Ok(heard.into_values().collect())
}

/// The nearest address of a host at which it answers.
fn answering(service: &ResolvedService, own: &[(IpAddr, u8)]) -> Option<Found> {
    let addresses = nearest_first(service.addresses.iter().map(mdns_sd::ScopedIp::to_ip_addr), own);
    let answers = |ip| {
        let party = Party::at(&format!("http://{}", SocketAddr::new(ip, service.port))).ok()?;
        party.answers(ANSWER).then(|| party.address().to_owned())
    };
    let url = std::thread::scope(|scope| {
        let asked: Vec<_> = addresses.into_iter().map(|ip| scope.spawn(move || answers(ip))).collect();
        asked.into_iter().find_map(|one| one.join().ok().flatten())
    })?;
    let name = service.fullname.strip_suffix(SERVICE_TYPE).unwrap_or(&service.fullname).trim_end_matches('.');
    Some(Found { name: name.to_owned(), url })
}

/// Addresses in networks of this machine's own, then the others, IPv4 before IPv6. Those that need a zone are left out.
fn nearest_first(addresses: impl Iterator<Item = IpAddr>, own: &[(IpAddr, u8)]) -> Vec<IpAddr> {
    let needs_zone = |ip: &IpAddr| matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local());
    let mut addresses: Vec<IpAddr> = addresses.filter(|ip| !needs_zone(ip)).collect();
    addresses.sort_by_key(|ip| (!own.iter().any(|(mine, bits)| is_within(*ip, *mine, *bits)), ip.is_ipv6(), *ip));
    addresses.dedup();
    addresses
}

fn is_within(ip: IpAddr, network: IpAddr, bits: u8) -> bool {
    let shift = |width: u32| width.saturating_sub(u32::from(bits));
    match (ip, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits() ^ b.to_bits()).checked_shr(shift(32)).unwrap_or(0) == 0,
        (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits()).checked_shr(shift(128)).unwrap_or(0) == 0,
        _ => false,
    }
}

fn prefix(address: &if_addrs::IfAddr) -> u8 {
    match address {
        if_addrs::IfAddr::V4(address) => address.prefixlen,
        if_addrs::IfAddr::V6(address) => address.prefixlen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn found(port: u16) -> Found {
        Found { name: format!("Party {port}"), url: format!("http://10.0.0.1:{port}") }
    }

    #[test]
    fn one_host_is_used_and_several_are_listed() {
        assert_eq!(the_only(vec![found(1)], true), Ok(found(1)));
        let several = the_only(vec![found(1), found(2)], true).expect_err("nobody can tell");
        assert!(["--host http://10.0.0.1:1", "--host http://10.0.0.1:2"].iter().all(|one| several.contains(one)));
        let none = the_only(Vec::new(), true).expect_err("there is none");
        assert!(none.contains("None was found") && none.contains("--host"), "{none}");
        assert!(!the_only(Vec::new(), false).expect_err("there is none").contains("found"));
    }

    #[test]
    fn an_address_of_the_own_network_is_asked_first() {
        let own = [(ip("127.0.0.1"), 8), (ip("192.168.1.7"), 24), (ip("fd00::7"), 64)];
        let there = ["fe80::1", "172.17.0.1", "2001:db8::1", "fd00::9", "192.168.1.20"].map(ip);
        let order = nearest_first(there.into_iter(), &own);
        assert_eq!(order, ["192.168.1.20", "fd00::9", "172.17.0.1", "2001:db8::1"].map(ip));
    }
}
