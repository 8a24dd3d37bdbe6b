//! Who is calling. Decided here only, asked for by name everywhere.
//!
//! Layers of defence, outermost first:
//! 1. A write or an upgrade that a foreign page or a game's frame caused is refused, whatever else it carries:
//!    `Origin: null`, an `Origin` other than the `Host`, `Sec-Fetch-Site: cross-site`.
//! 2. The host is known by its key: a cookie that other sites' requests do not carry (`SameSite=Strict`), or a bearer token.
//! 3. Without a key, only a direct call on this very machine is the host: peer and `Host` header are loopback (a foreign
//!    name that resolves to 127.0.0.1 is not), and nothing says that it was forwarded: tunnels end on loopback. Proxies
//!    that speak HTTP/1.0 often add no such header, and browsers never speak it. A forwarder that passes everything on as
//!    its own, without a word (socat, `ssh -R`), cannot be told from the machine itself.
//! 4. Secrets are compared in constant time, wrong ones are counted by address ([`Address`], [`super::attempts`]).

use hyper::{HeaderMap, Uri, Version, header};
use std::{
    borrow::Cow,
    net::{IpAddr, SocketAddr},
};
use subtle::ConstantTimeEq;

/// Name of the host's cookie.
pub const COOKIE: &str = "maribro_host";

/// Headers that say, under any proxy that is known, that a request was forwarded.
const FORWARDING: [&str; 12] = [
    "forwarded",
    "via",
    "x-real-ip",
    "x-client-ip",
    "true-client-ip",
    "fly-client-ip",
    "fastly-client-ip",
    "client-ip",
    "forwarded-for",
    "cdn-loop",
    "x-cluster-client-ip",
    "x-scheme",
];

/// Prefixes of further such headers (cloudflared, ngrok, and proxies yet to come).
const FORWARDING_PREFIXES: [&str; 8] =
    ["cf-", "ngrok-", "x-forwarded-", "x-original-", "x-envoy-", "x-azure-", "x-arr-", "tailscale-"];

/// The four kinds of caller are these three and the uploader, whom only the upload knows by its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// May do everything.
    Host,
    /// May read.
    Guest,
    /// A page of another site, or a game's frame: may read what anyone may, never write or connect.
    Foreign,
}

/// The secret that makes a caller the host.
#[derive(Clone)]
pub struct HostKey(String);

impl std::fmt::Debug for HostKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HostKey")
    }
}

impl HostKey {
    /// A key.
    pub fn new(key: String) -> Self {
        Self(key)
    }

    /// Whether this is the key.
    pub fn is(&self, tried: &str) -> bool {
        same_secret(&self.0, tried)
    }

    /// `Set-Cookie` value that makes a browser the host.
    pub fn cookie(&self) -> String {
        const A_WEEK_SEC: u32 = 7 * 24 * 60 * 60;
        format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={A_WEEK_SEC}", self.0)
    }
}

/// Compares secrets in a time that does not tell where they differ.
pub fn same_secret(expected: &str, tried: &str) -> bool {
    expected.as_bytes().ct_eq(tried.as_bytes()).into()
}

/// Who sent a request with these headers from this peer, and whom to count for it.
pub fn calling(version: Version, headers: &HeaderMap, peer: IpAddr, key: &HostKey) -> (Caller, Address) {
    let peer = peer.to_canonical();
    let here = is_direct_on_this_machine(version, headers, peer);
    let caller = if is_foreign(headers) {
        Caller::Foreign
    } else if here || tried_key(headers, key) == Some(true) {
        Caller::Host
    } else {
        Caller::Guest
    };
    let address = match (here, peer.is_loopback()) {
        (true, _) => Address::Here,
        (false, true) => named_by_proxy(headers),
        // SECURITY: what another machine says about itself is not asked for.
        (false, false) => Address::Peer(network(peer)),
    };
    (caller, address)
}

/// Whom limits count: what tells one stranger from another, as far as that can be known.
///
/// Each kind is counted apart, so that nobody who is forwarded can use up what belongs to this machine or to a neighbour
/// by claiming its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Address {
    /// A direct call on this machine.
    Here,
    /// Another machine that calls directly.
    Peer(IpAddr),
    /// Whom a proxy on this machine names.
    Named(IpAddr),
    /// Everybody behind a forwarder on this machine that names nobody. They share one address.
    Unnamed,
}

/// Whom the proxy on this machine names.
fn named_by_proxy(headers: &HeaderMap) -> Address {
    // SECURITY: the last address is the one that the nearest proxy saw; earlier ones, and the headers that only some
    // proxies set, are anybody's claim.
    let named = headers.get_all("x-forwarded-for").iter().next_back();
    let named = named.and_then(|value| value.to_str().ok()?.rsplit(',').next());
    let parsed = named.map(str::trim).and_then(|named| {
        let with_port = || named.parse::<SocketAddr>().map(|address| address.ip());
        named.parse::<IpAddr>().or_else(|_| with_port()).ok()
    });
    parsed.map_or(Address::Unnamed, |named| Address::Named(network(named.to_canonical())))
}

/// What one person has: an IPv4 address, or the /64 of an IPv6 address.
fn network(address: IpAddr) -> IpAddr {
    const HOST_BITS: u32 = 64;
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> HOST_BITS << HOST_BITS).into()),
    }
}

fn is_foreign(headers: &HeaderMap) -> bool {
    if headers.get_all("sec-fetch-site").iter().any(|site| site.as_bytes().eq_ignore_ascii_case(b"cross-site")) {
        return true;
    }
    let mut origins = headers.get_all(header::ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (None, _) => false,
        (Some(_), Some(_)) => true,
        (Some(origin), None) => match (origin.to_str().ok().and_then(authority_of_origin), host(headers)) {
            (Some(origin), Some(host)) => !origin.eq_ignore_ascii_case(host),
            _ => true,
        },
    }
}

/// `http://a:1` → `a:1`; `None` for `null` and anything else that is no web origin.
fn authority_of_origin(origin: &str) -> Option<&str> {
    let rest = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"))?;
    (!rest.is_empty() && !rest.contains(['/', '@', '?', '#'])).then_some(rest)
}

/// The one `Host` header.
fn host(headers: &HeaderMap) -> Option<&str> {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok(),
        _ => None,
    }
}

/// Whether the request carries the right key; `None` when it carries none at all.
pub fn tried_key(headers: &HeaderMap, key: &HostKey) -> Option<bool> {
    let tried = bearer(headers).into_iter().chain(cookies(headers));
    tried.map(|tried| key.is(tried)).reduce(|one, other| one || other)
}

/// The bearer token, if there is one.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value)
}

fn is_direct_on_this_machine(version: Version, headers: &HeaderMap, peer: IpAddr) -> bool {
    // SECURITY: cloudflared and ngrok connect from 127.0.0.1 as well.
    let forwarded = || {
        headers.keys().any(|name| {
            // Some proxies write underscores.
            let name = match name.as_str() {
                name if name.contains('_') => Cow::Owned(name.replace('_', "-")),
                name => Cow::Borrowed(name),
            };
            FORWARDING.contains(&name.as_ref()) || FORWARDING_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        })
    };
    let direct = version >= Version::HTTP_11 && peer.is_loopback() && !forwarded();
    direct && host(headers).is_some_and(is_loopback_name)
}

fn is_loopback_name(host: &str) -> bool {
    // SECURITY: a rebinding attack comes with the attacker's own name in `Host`.
    let Ok(authority) = host.parse::<Uri>() else { return false };
    let named = matches!(authority.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
    named && authority.path().is_empty() && !host.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::{HeaderName, HeaderValue};

    const HERE: &str = "127.0.0.1";
    const ELSEWHERE: &str = "192.168.1.7";

    fn who(peer: &str, headers: &[(&str, &str)]) -> Caller {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        }
        calling(Version::HTTP_11, &map, peer.parse().unwrap(), &HostKey::new("k3y".into())).0
    }

    #[test]
    fn only_a_direct_call_on_this_machine_is_the_host_without_a_key() {
        let hosts = ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "[::1]"];
        for host in hosts {
            assert_eq!(who(HERE, &[("host", host)]), Caller::Host, "{host}");
            assert_eq!(who("::1", &[("host", host)]), Caller::Host, "{host}");
            assert_eq!(who("::ffff:127.0.0.1", &[("host", host)]), Caller::Host, "{host}");
            assert_eq!(who(ELSEWHERE, &[("host", host)]), Caller::Guest, "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "",
            "localhost@evil",
            "evil@localhost",
            "192.168.1.2:8000",
        ] {
            assert_eq!(who(HERE, &[("host", host)]), Caller::Guest, "{host}");
        }
        assert_eq!(who(HERE, &[]), Caller::Guest);
        assert_eq!(who(HERE, &[("host", "localhost"), ("host", "localhost")]), Caller::Guest);
    }

    #[test]
    fn whatever_was_forwarded_is_a_guest() {
        for name in FORWARDING.iter().chain(&[
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-forwarded-port",
            "x-forwarded-server",
            "x_forwarded_for",
            "cf_connecting_ip",
            "tailscale-user-login",
            "cf-connecting-ip",
            "cf-ray",
            "ngrok-trace-id",
            "x-forwarded-by",
        ]) {
            assert_eq!(who(HERE, &[("host", "localhost:8000"), (name, "1.2.3.4")]), Caller::Guest, "{name}");
        }
    }

    #[test]
    fn the_key_makes_the_host_from_anywhere() {
        let host = ("host", "party.example");
        assert_eq!(who(ELSEWHERE, &[host, ("cookie", "a=b; maribro_host=k3y")]), Caller::Host);
        assert_eq!(who(ELSEWHERE, &[host, ("authorization", "Bearer k3y")]), Caller::Host);
        assert_eq!(who(ELSEWHERE, &[host, ("cookie", "maribro_host=k3z")]), Caller::Guest);
        assert_eq!(who(ELSEWHERE, &[host, ("cookie", "xmaribro_host=k3y")]), Caller::Guest);
        assert_eq!(who(ELSEWHERE, &[host, ("authorization", "Basic k3y")]), Caller::Guest);
        assert_eq!(who(ELSEWHERE, &[host, ("authorization", "Bearer ")]), Caller::Guest);
    }

    #[test]
    fn foreign_pages_and_game_frames_are_foreign_even_with_the_key() {
        let (host, key) = (("host", "localhost:8000"), ("cookie", "maribro_host=k3y"));
        for origin in
            ["null", "http://evil.example", "http://localhost:9000", "https://", "file://", "http://localhost:8000/x"]
        {
            assert_eq!(who(HERE, &[host, key, ("origin", origin)]), Caller::Foreign, "{origin}");
        }
        for site in ["cross-site", "Cross-Site"] {
            assert_eq!(who(HERE, &[host, key, ("sec-fetch-site", "none"), ("sec-fetch-site", site)]), Caller::Foreign);
        }
        assert_eq!(
            who(HERE, &[host, ("origin", "http://localhost:8000"), ("sec-fetch-site", "same-origin")]),
            Caller::Host
        );
    }

    #[test]
    fn strangers_are_counted_by_whom_the_proxy_on_this_machine_names() {
        let counted = |peer: &str, headers: &[(&'static str, &'static str)]| {
            let mut map = HeaderMap::new();
            map.insert("host", HeaderValue::from_static("localhost:8000"));
            for (name, value) in headers {
                map.insert(*name, HeaderValue::from_static(value));
            }
            calling(Version::HTTP_11, &map, peer.parse().unwrap(), &HostKey::new("k3y".into())).1
        };
        let named = |address: &str| Address::Named(address.parse().unwrap());
        let through_proxy = |value: &'static str| counted(HERE, &[("x-forwarded-for", value)]);
        assert_eq!(through_proxy("9.9.9.9, 8.8.8.8"), named("8.8.8.8"));
        assert_eq!(through_proxy("9.9.9.9:1000"), named("9.9.9.9"));
        assert_eq!(through_proxy("::ffff:1.2.3.4"), named("1.2.3.4"));
        assert_eq!(through_proxy("2001:db8:1:2:3:4:5:6"), named("2001:db8:1:2::"));
        assert_eq!(through_proxy("nonsense"), Address::Unnamed);
        assert_eq!(
            counted(HERE, &[("cf-connecting-ip", "8.8.4.4")]),
            Address::Unnamed,
            "ngrok passes this on as claimed"
        );
        assert_eq!(counted(HERE, &[("host", "party.example")]), Address::Unnamed, "a forwarder that says nothing");
        assert_eq!(counted(HERE, &[]), Address::Here);
        let peer = Address::Peer(ELSEWHERE.parse().unwrap());
        assert_eq!(counted(ELSEWHERE, &[("x-forwarded-for", "8.8.8.8")]), peer);
        // A claim is not what it claims to be: nobody's tries can be used up from behind a proxy.
        assert_ne!(through_proxy("192.168.1.7"), peer);
        assert_ne!(through_proxy("127.0.0.1"), Address::Here);
    }
}
