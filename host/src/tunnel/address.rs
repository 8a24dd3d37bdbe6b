//! The public address in what a tunnel program prints. Pure.
//!
//! SECURITY: these programs also print what strangers asked them for, with addresses of the strangers' choice in it
//! (`Request failed … dest=https://ours/?a|https://theirs`). So an address counts in the line that announces it, nowhere else.

use crate::config::TunnelKind;
use hyper::Uri;

/// Quick tunnels of `cloudflared` have names under this; the other addresses that it prints are links to documents.
const QUICK_TUNNELS: &str = ".trycloudflare.com";
/// The server that quick tunnels are asked for.
const QUICK_TUNNEL_SERVER: &str = "api.trycloudflare.com";
/// How `ngrok` prints its own in logfmt, where a quote inside of a value has a backslash before it.
const NGROK_FIELD: &str = "url=";
/// In the line that announces it.
const NGROK_STARTED: &str = "msg=\"started tunnel\"";
/// What `cloudflared` draws around its address.
const FRAME: &str = "|";

/// The address that this line tells, with a slash at its end: `https` only, nothing but an origin.
pub fn in_line(kind: TunnelKind, line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    match kind {
        TunnelKind::Cloudflared => {
            let framed = words.skip_while(|word| *word != FRAME).collect::<Vec<_>>();
            let [FRAME, word, FRAME] = framed[..] else { return None };
            origin(word).filter(|name| name.ends_with(QUICK_TUNNELS) && name != QUICK_TUNNEL_SERVER)
        }
        TunnelKind::Ngrok if line.contains(NGROK_STARTED) => {
            words.find_map(|word| origin(word.strip_prefix(NGROK_FIELD)?))
        }
        TunnelKind::Ngrok => None,
    }
    .map(|name| format!("https://{name}/"))
}

/// The name in an `https` address that has nothing else.
fn origin(word: &str) -> Option<String> {
    let uri: Uri = word.strip_prefix("https://").and(word.parse().ok())?;
    let authority = uri.authority()?.as_str();
    // SECURITY: what is shown as a QR code is a name, without a user or anything that only looks like one.
    let is_name = authority.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':'));
    (is_name && matches!(uri.path(), "" | "/") && uri.query().is_none()).then(|| authority.to_owned())
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
        for word in [
            "",
            "https://",
            "http://a.trycloudflare.com",
            "https://a.trycloudflare.com/path",
            "https://a.trycloudflare.com?query",
            "https://a.trycloudflare.com@evil.example",
            "https://evil.example/a.trycloudflare.com",
            "https://evil.example",
            "https://a.trycloudflare.com\u{202e}x",
        ] {
            let line = format!("2026-11-21T08:00:03Z INF |  {word}  |");
            assert_eq!(in_line(Cloudflared, &line), None, "{line}");
        }
        for word in ["url=http://a.ngrok.app", "https://a.ngrok.app", "url=", "url=https://user:pass@a.ngrok.app"] {
            let line = format!("lvl=info msg=\"started tunnel\" {word}");
            assert_eq!(in_line(Ngrok, &line), None, "{line}");
        }
    }

    #[test]
    fn an_address_that_a_stranger_asked_for_is_none() {
        let failed = "2026-11-21T08:05:03Z ERR Request failed error=\"Incoming request ended abruptly: context canceled\" \
                      connIndex=2 dest=";
        for asked in [
            "https://ours.trycloudflare.com/watch?a|https://theirs.trycloudflare.com event=0 type=http",
            "https://ours.trycloudflare.com/?a|https://theirs.trycloudflare.com| event=0 type=http",
            "\"https://ours.trycloudflare.com/?\\\"https://theirs.trycloudflare.com\" event=0 type=http",
            "https://theirs.trycloudflare.com event=0 type=http",
            "| https://theirs.trycloudflare.com | event=0 type=http",
        ] {
            assert_eq!(in_line(Cloudflared, &format!("{failed}{asked}")), None, "{asked}");
        }
        for asked in [
            "lvl=info msg=\"join connections\" r=\"a url=https://theirs.ngrok-free.app\"",
            "lvl=warn msg=\"failed\" path=\"msg=\\\"started tunnel\\\" url=https://theirs.ngrok-free.app\"",
        ] {
            assert_eq!(in_line(Ngrok, asked), None, "{asked}");
        }
    }
}
