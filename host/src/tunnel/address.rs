//! The public address in what a tunnel program prints. Pure.

use crate::config::TunnelKind;
use hyper::Uri;

/// Quick tunnels of `cloudflared` have names under this; the other addresses that it prints are links to documents.
const QUICK_TUNNELS: &str = ".trycloudflare.com";
/// The server that quick tunnels are asked for.
const QUICK_TUNNEL_SERVER: &str = "api.trycloudflare.com";
/// How `ngrok` prints its own in logfmt.
const NGROK_FIELD: &str = "url=";

/// The address that this line tells, with a slash at its end: `https` only, nothing but an origin.
pub fn in_line(kind: TunnelKind, line: &str) -> Option<String> {
    line.split([' ', '|', '\t', '"']).find_map(|word| {
        let word = match kind {
            TunnelKind::Cloudflared => word,
            TunnelKind::Ngrok => word.strip_prefix(NGROK_FIELD)?,
        };
        let uri: Uri = word.strip_prefix("https://").and(word.parse().ok())?;
        let authority = uri.authority()?.as_str();
        // SECURITY: what is shown as a QR code is a name, without a user or anything that only looks like one.
        let is_name = authority.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':'));
        let is_ours = match kind {
            TunnelKind::Cloudflared => authority.ends_with(QUICK_TUNNELS) && authority != QUICK_TUNNEL_SERVER,
            TunnelKind::Ngrok => true,
        };
        (is_name && is_ours && matches!(uri.path(), "" | "/")).then(|| format!("https://{authority}/"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use TunnelKind::{Cloudflared, Ngrok};

    #[test]
    fn the_address_is_found_among_what_the_programs_print() {
        let cloudflared = [
            "2026-11-21T08:00:00Z INF Thank you for trying Cloudflare Tunnel. (https://developers.cloudflare.com/x)",
            "2026-11-21T08:00:00Z INF Requesting new quick Tunnel on trycloudflare.com...",
            "2026-11-21T08:00:00Z ERR failed to request quick Tunnel: Post \"https://api.trycloudflare.com/tunnel\": EOF",
            "2026-11-21T08:00:03Z INF |  Your quick Tunnel has been created! Visit it at (it may take some time):  |",
            "2026-11-21T08:00:03Z INF |  https://four-friends-one-couch.trycloudflare.com                          |",
        ];
        let found: Vec<_> = cloudflared.iter().filter_map(|line| in_line(Cloudflared, line)).collect();
        assert_eq!(found, ["https://four-friends-one-couch.trycloudflare.com/"]);
        let ngrok = [
            "t=2026-11-21T08:00:00+0000 lvl=info msg=\"open config file\" path=/x err=nil",
            "t=2026-11-21T08:00:00+0000 lvl=info msg=\"starting web service\" obj=web addr=127.0.0.1:4040",
            "t=2026-11-21T08:00:01+0000 lvl=info msg=\"started tunnel\" name=command_line addr=http://localhost:8000 \
             url=https://ab12.ngrok-free.app",
        ];
        let found: Vec<_> = ngrok.iter().filter_map(|line| in_line(Ngrok, line)).collect();
        assert_eq!(found, ["https://ab12.ngrok-free.app/"]);
    }

    #[test]
    fn what_only_looks_like_an_address_is_none() {
        for line in [
            "",
            "https://",
            "http://a.trycloudflare.com",
            "https://a.trycloudflare.com/path",
            "https://a.trycloudflare.com@evil.example",
            "https://evil.example/a.trycloudflare.com",
            "https://evil.example",
            "https://a.trycloudflare.com\u{202e}x",
        ] {
            assert_eq!(in_line(Cloudflared, line), None, "{line}");
        }
        for line in ["url=http://a.ngrok.app", "https://a.ngrok.app", "url=", "url=https://user:pass@a.ngrok.app"] {
            assert_eq!(in_line(Ngrok, line), None, "{line}");
        }
    }
}
