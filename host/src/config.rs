//! What the host is told at its start.

use crate::{http::limits::Limits, party::round::Timing};
use clap::{Parser, ValueEnum};
use std::{net::IpAddr, path::PathBuf};

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
    /// Do not open the lobby in a browser
    #[arg(long, env = "MARIBRO_NO_OPEN")]
    pub no_open: bool,
    /// Do not start the input daemon
    #[arg(long, env = "MARIBRO_NO_INPUT")]
    pub no_input: bool,
    /// Address of the input daemon
    #[arg(long, env = "MARIBRO_INPUT_URL", default_value = "ws://127.0.0.1:8137")]
    pub input_url: String,
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

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For programs, a JSON object a line.
    Json,
}
