//! What the host is told at its start.

use crate::{http::limits::Limits, input::address::InputUrl, party::round::Timing, playtest::TIME_LIMIT};
use clap::{Parser, ValueEnum};
use hyper::Uri;
use std::{net::IpAddr, path::PathBuf, time::Duration};

/// The games folder that is made and filled with the shipped games when it is not there.
pub const DEFAULT_GAMES_DIR: &str = "games";

/// The token of uploads when nobody chose one. Contract §1.
pub const DEFAULT_UPLOAD_TOKEN: &str = "maribro-upload";

/// The host of Maribro Party: lobby, rounds, uploads and scores.
#[derive(Debug, Clone, Parser)]
#[command(name = "maribro-host", version, about)]
pub struct Config {
    /// Port to listen on; 0 takes a free one and prints it
    #[arg(long, env = "MARIBRO_PORT", default_value_t = 8000)]
    pub port: u16,
    /// Address to listen on; 127.0.0.1 keeps other devices out
    #[arg(long, env = "MARIBRO_BIND", default_value = "0.0.0.0")]
    pub bind: IpAddr,
    /// Folder of the games
    #[arg(long, env = "MARIBRO_GAMES_DIR", default_value = DEFAULT_GAMES_DIR)]
    pub games_dir: PathBuf,
    /// Folder of session.json and everything else that is kept
    #[arg(long, env = "MARIBRO_DATA_DIR", default_value = "data")]
    pub data_dir: PathBuf,
    /// Folder of the page; the one built into the program is used when it is not there
    #[arg(long, env = "MARIBRO_PUBLIC_DIR", default_value = "public")]
    pub public_dir: PathBuf,
    /// Address under which friends elsewhere reach the host, by a tunnel that somebody else runs; shown on the lobby
    #[arg(long, env = "MARIBRO_PUBLIC_URL", value_parser = public_url)]
    pub public_url: Option<String>,
    /// Let friends elsewhere in by this program, which must be installed; its address is shown on the lobby
    #[arg(long, env = "MARIBRO_TUNNEL")]
    pub tunnel: Option<TunnelKind>,
    /// The tunnel's program, where it is not in PATH
    #[arg(long, env = "MARIBRO_TUNNEL_BIN")]
    pub tunnel_bin: Option<PathBuf>,
    /// Do not tell the local network where the party is
    #[arg(long, env = "MARIBRO_NO_ANNOUNCE")]
    pub no_announce: bool,
    /// Do not open the lobby in a browser
    #[arg(long, env = "MARIBRO_NO_OPEN")]
    pub no_open: bool,
    /// Play each upload in a browser on this machine, one at a time, and say what was found: docs/design.md. Uploads wait for
    /// nothing: a game is on the shelf at once
    #[arg(long, env = "MARIBRO_VERIFY_UPLOADS")]
    pub verify_uploads: bool,
    /// Program that plays them; else maribro beside this program, then in PATH
    #[arg(long, env = "MARIBRO_VERIFY_BIN", value_name = "FILE")]
    pub verify_bin: Option<PathBuf>,
    /// Longest time that it gets for one game.
    #[arg(skip = TIME_LIMIT)]
    pub verify_limit: Duration,
    /// Do not start the input daemon
    #[arg(long, env = "MARIBRO_NO_INPUT")]
    pub no_input: bool,
    /// Address of the input daemon, like ws://127.0.0.1:8137: one that answers there is used, else the host starts its own
    /// there; without this flag on a free port
    #[arg(long, env = "MARIBRO_INPUT_URL")]
    pub input_url: Option<InputUrl>,
    /// Program of the input daemon; else maribro-input beside this program, then in PATH
    #[arg(long, env = "MARIBRO_INPUT_BIN", value_name = "FILE")]
    pub input_bin: Option<PathBuf>,
    /// More arguments for the input daemon that the host starts, separated by spaces, like "--virtual 2"
    #[arg(long, env = "MARIBRO_INPUT_ARGS", value_name = "ARGS", default_value = "", allow_hyphen_values = true)]
    pub input_args: String,
    /// Token of the input daemon; only from the environment, because flags are seen by everybody on the machine.
    #[arg(skip)]
    pub input_token: Option<String>,
    /// How log lines look
    #[arg(long, env = "MARIBRO_LOG_FORMAT", default_value = "pretty")]
    pub log_format: LogFormat,
    /// Token that uploads must carry
    #[arg(long, env = "MARIBRO_UPLOAD_TOKEN", default_value = DEFAULT_UPLOAD_TOKEN, hide_env_values = true)]
    pub upload_token: String,
    /// Lengths of the parts of a round.
    #[arg(skip)]
    pub timing: Timing,
    /// What callers may take of the front door.
    #[arg(skip)]
    pub limits: Limits,
}

/// A program that makes the host reachable from the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TunnelKind {
    /// A quick tunnel of Cloudflare's: no account, a new address at each start.
    Cloudflared,
    /// ngrok, with the account that its own configuration has.
    Ngrok,
}

/// The origin of a public address, with a slash at its end.
fn public_url(text: &str) -> Result<String, String> {
    let wrong = || format!("{text:?} is no address like https://party.example");
    let uri: Uri = text.parse().map_err(|_| wrong())?;
    match (uri.scheme_str(), uri.authority(), uri.path()) {
        (Some(scheme @ ("http" | "https")), Some(authority), "" | "/") => Ok(format!("{scheme}://{authority}/")),
        _ => Err(wrong()),
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For programs, a JSON object a line.
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_an_origin() {
        for (text, origin) in [
            ("https://party.example", "https://party.example/"),
            ("https://party.example/", "https://party.example/"),
            ("http://10.0.0.7:8000", "http://10.0.0.7:8000/"),
        ] {
            assert_eq!(public_url(text).as_deref(), Ok(origin));
        }
        for text in
            ["party.example", "ftp://party.example", "https://party.example/lobby", "https://", "", "https://a b"]
        {
            assert!(public_url(text).is_err(), "{text}");
        }
    }
}
