//! Where the input daemon is.

use hyper::http::uri::Authority;
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    str::FromStr,
};
use tokio::net::TcpSocket;

/// `ws://HOST:PORT`, checked to be one: it stands in headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputUrl {
    host: String,
    port: u16,
}

/// What is wrong with an address.
#[derive(Debug, thiserror::Error)]
#[error("an address like ws://127.0.0.1:8137 is needed")]
pub struct NoInputUrl;

impl InputUrl {
    /// `HOST:PORT`.
    pub fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Where a daemon of this machine would have to listen; `None` for an address of another machine.
    pub fn local(&self) -> Option<SocketAddr> {
        let name = self.host.trim_matches(['[', ']']);
        let ip = if name == "localhost" { Some(Ipv4Addr::LOCALHOST.into()) } else { name.parse::<IpAddr>().ok() };
        ip.filter(IpAddr::is_loopback).map(|ip| SocketAddr::new(ip, self.port))
    }
}

impl From<SocketAddr> for InputUrl {
    fn from(address: SocketAddr) -> Self {
        let host = if address.is_ipv6() { format!("[{}]", address.ip()) } else { address.ip().to_string() };
        Self { host, port: address.port() }
    }
}

impl fmt::Display for InputUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ws://{}:{}", self.host, self.port)
    }
}

impl FromStr for InputUrl {
    type Err = NoInputUrl;

    fn from_str(text: &str) -> Result<Self, NoInputUrl> {
        let rest = text.strip_prefix("ws://").ok_or(NoInputUrl)?;
        let authority: Authority = rest.strip_suffix('/').unwrap_or(rest).parse().map_err(|_| NoInputUrl)?;
        let (host, port) = (authority.host().to_ascii_lowercase(), authority.port_u16().ok_or(NoInputUrl)?);
        // SECURITY: it stands in policies, where `;`, `,`, quotes and `*` mean something.
        let is_name = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        let is_v6 = |text: &str| {
            let inside = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
            inside.is_some_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok())
        };
        let is_whole = authority.as_str().eq_ignore_ascii_case(&format!("{host}:{port}"));
        if !host.is_empty() && is_whole && port > 0 && (is_name(&host) || is_v6(&host)) {
            Ok(Self { host, port })
        } else {
            Err(NoInputUrl)
        }
    }
}

/// A port of 127.0.0.1 for the daemon: `wanted`, or another one if somebody has that. Nobody holds it until the daemon does:
/// if somebody is quicker, the daemon says so and ends, and the next try finds another port.
///
/// # Errors
/// The system has none.
pub(super) fn free_port(wanted: Option<u16>) -> std::io::Result<u16> {
    let bind = |port| {
        let socket = TcpSocket::new_v4()?;
        // As the daemon does: connections of the one before may still be ending.
        socket.set_reuseaddr(true)?;
        socket.bind((Ipv4Addr::LOCALHOST, port).into())?;
        socket.local_addr().map(|address| address.port())
    };
    wanted.map_or_else(|| bind(0), |port| bind(port).or_else(|_| bind(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<InputUrl> {
        text.parse().ok()
    }

    #[test]
    fn an_address_is_a_host_and_a_port_and_nothing_else() {
        for (text, told) in [
            ("ws://127.0.0.1:8137", "ws://127.0.0.1:8137"),
            ("ws://Localhost:80/", "ws://localhost:80"),
            ("ws://[::1]:8137", "ws://[::1]:8137"),
            ("ws://couch-pc.local:1", "ws://couch-pc.local:1"),
        ] {
            assert_eq!(read(text).map(|url| url.to_string()).as_deref(), Some(told));
        }
        for text in [
            "",
            "ws://",
            "ws://127.0.0.1",
            "ws://127.0.0.1:0",
            "ws://127.0.0.1:99999",
            "ws://:8137",
            "wss://127.0.0.1:8137",
            "http://127.0.0.1:8137",
            "ws://a:b@127.0.0.1:8137",
            "ws://127.0.0.1:8137/path",
            "ws://127.0.0.1:8137?x",
            "ws://*:8137",
            "ws://a;b:8137",
            "ws://a,b:8137",
            "ws://a\"b:8137",
            "ws://a b:8137",
            "ws://[::1]x:8137",
            "ws://[v1.x]:8137",
            "ws://127.0.0.1:*",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_daemon_can_be_started_on_this_machine_only() {
        let local = |text| read(text).and_then(|url| url.local()).map(|address| address.to_string());
        assert_eq!(local("ws://localhost:1").as_deref(), Some("127.0.0.1:1"));
        assert_eq!(local("ws://127.0.0.1:1").as_deref(), Some("127.0.0.1:1"));
        assert_eq!(local("ws://[::1]:1").as_deref(), Some("[::1]:1"));
        assert_eq!(local("ws://192.168.1.5:1"), None);
        assert_eq!(local("ws://couch-pc.local:1"), None);
    }

    #[tokio::test]
    async fn a_port_that_somebody_has_is_not_taken() {
        let port = free_port(None).unwrap();
        assert_eq!(free_port(Some(port)).unwrap(), port);
        let _somebody = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        assert_ne!(free_port(Some(port)).unwrap(), port);
    }
}
