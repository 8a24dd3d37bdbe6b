//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use maribro_host::config::DEFAULT_UPLOAD_TOKEN;
use std::path::PathBuf;

/// Makes, verifies and sends games for Maribro Party.
///
/// Exit codes: 0 passed, 1 failed, 2 could not run.
#[derive(Debug, Clone, Parser)]
#[command(name = "maribro", version, about)]
pub struct Cli {
    /// Answer with one JSON object on the standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Make a new game from the template
    New(NewArgs),
    /// Play a game while you write it: in a browser, with its pads, errors and checks beside it, anew at each save
    Dev(DevArgs),
    /// Check games: without running them, and by playing them in a browser
    Verify(VerifyArgs),
    /// Verify a game and bring it to a host
    Send(SendArgs),
    /// Say what became of a game on a host
    Status(StatusArgs),
    /// Look whether this machine has what it needs
    Doctor(DoctorArgs),
}

/// `maribro new`
#[derive(Debug, Clone, Args)]
pub struct NewArgs {
    /// Name of the file; becomes kebab-case, and the game's id
    pub name: String,
    /// What the lobby shows
    #[arg(long)]
    pub title: String,
    /// The maker's avatar, e.g. fox-orange
    #[arg(long)]
    pub avatar: String,
    /// What to do with which button
    #[arg(long, default_value = "Run with the left stick, hop with ✕. Grab more coins than anyone else.")]
    pub description: String,
    /// The maker's name
    #[arg(long, default_value = "A party guest")]
    pub author: String,
    /// Length of a round in seconds, 5 to 300
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0)]
    pub duration: f64,
    /// Folder for the file
    #[arg(long, default_value = ".")]
    pub dir: PathBuf,
}

/// `maribro dev`
#[derive(Debug, Clone, Args)]
pub struct DevArgs {
    /// The game, or its folder; else the newest .html file here
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Port of the page on this machine; else 8010 or the next that is free
    #[arg(long, env = "MARIBRO_DEV_PORT")]
    pub port: Option<u16>,
    /// Do not open the page in a browser
    #[arg(long)]
    pub no_open: bool,
}

/// `maribro verify`
#[derive(Debug, Clone, Args)]
pub struct VerifyArgs {
    /// The games
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Write pictures of countdown, play and results into this folder
    #[arg(long, value_name = "DIR")]
    pub screenshot: Option<PathBuf>,
    /// Without a browser go on with the static checks alone
    #[arg(long)]
    pub allow_no_runtime: bool,
    /// Verify again whenever a file is saved
    #[arg(long)]
    pub watch: bool,
}

/// `maribro send`
#[derive(Debug, Clone, Args)]
pub struct SendArgs {
    /// The game
    pub file: PathBuf,
    /// Address of the host, as on the big screen; remembered. Else the one of the last time, else the one in this network
    #[arg(long, env = "MARIBRO_HOST")]
    pub host: Option<String>,
    /// Do not look for a host in the local network when none is given or remembered
    #[arg(long, env = "MARIBRO_NO_DISCOVER")]
    pub no_discover: bool,
    /// The maker's avatar, e.g. fox-orange; remembered
    #[arg(long)]
    pub avatar: Option<String>,
    /// Upload token of the host; never remembered
    #[arg(long, env = "MARIBRO_UPLOAD_TOKEN", default_value = DEFAULT_UPLOAD_TOKEN, hide_env_values = true)]
    pub token: String,
    /// Send a game that fails, and say why
    #[arg(long, value_name = "REASON", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub force: Option<String>,
    /// Without a browser go on with the static checks alone
    #[arg(long)]
    pub allow_no_runtime: bool,
}

/// `maribro status`
#[derive(Debug, Clone, Args)]
pub struct StatusArgs {
    /// The game's id, or its file
    pub name: String,
    /// Address of the host; else the one of the last time, else the one in this network
    #[arg(long, env = "MARIBRO_HOST")]
    pub host: Option<String>,
    /// Do not look for a host in the local network when none is given or remembered
    #[arg(long, env = "MARIBRO_NO_DISCOVER")]
    pub no_discover: bool,
}

/// `maribro doctor`
#[derive(Debug, Clone, Args)]
pub struct DoctorArgs {
    /// What the machine is for
    #[arg(long, value_enum, default_value_t = Role::VibeCoder)]
    pub role: Role,
}

/// What a machine is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// It stands at the big screen.
    Host,
    /// Games are made on it.
    VibeCoder,
}
