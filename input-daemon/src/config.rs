//! What the daemon is told at its start.

use clap::{Parser, ValueEnum};
use std::{net::IpAddr, path::PathBuf};

/// The port of contract §5.
pub const DEFAULT_PORT: u16 = 8137;

/// Name in the environment of the token; never a flag, because flags are seen by everybody on the machine.
pub const TOKEN_VARIABLE: &str = "MARIBRO_INPUT_TOKEN";

/// Reads pads through SDL2 and serves them over WebSocket.
///
/// Clients need a token: MARIBRO_INPUT_TOKEN in the environment, else the file input.token in the data folder, which is
/// made when it is not there.
#[derive(Debug, Clone, Parser)]
#[command(name = "maribro-input", version, about)]
pub struct Config {
    /// Port to listen on; 0 takes a free one and prints it
    #[arg(long, env = "MARIBRO_INPUT_PORT", default_value_t = DEFAULT_PORT)]
    pub port: u16,
    /// Address to listen on; only this machine can reach the default one
    #[arg(long, env = "MARIBRO_INPUT_BIND", default_value = "127.0.0.1")]
    pub bind: IpAddr,
    /// Folder of the token and of the pads' numbers
    #[arg(long, env = "MARIBRO_INPUT_DATA_DIR", default_value = "data")]
    pub data_dir: PathBuf,
    /// More mappings, in the form of SDL's gamecontrollerdb.txt
    #[arg(long, env = "MARIBRO_INPUT_MAPPINGS", value_name = "FILE")]
    pub mappings: Option<PathBuf>,
    /// Rumble, light and motion on Bluetooth too: switches a pad's mode until its power is cycled, and can disturb the
    /// browser's view of it
    #[arg(long, env = "MARIBRO_INPUT_BLUETOOTH_EFFECTS")]
    pub bluetooth_effects: bool,
    /// Makes N virtual pads, which --script or the rig's WebSocket drives
    #[arg(long, env = "MARIBRO_INPUT_VIRTUAL", value_name = "N", default_value_t = 0,
        value_parser = clap::value_parser!(u8).range(0..=8))]
    pub r#virtual: u8,
    /// Script that the virtual pads follow; docs/input-protocol.md has its form
    #[arg(long, env = "MARIBRO_INPUT_SCRIPT", value_name = "FILE", requires = "virtual")]
    pub script: Option<PathBuf>,
    /// Lets pages of this machine drive the virtual pads, too; games never may
    #[arg(long, env = "MARIBRO_INPUT_RIG_FOR_PAGES", requires = "virtual")]
    pub rig_for_pages: bool,
    /// Lists the pads and ends
    #[arg(long)]
    pub list: bool,
    /// Ends when its standard input is closed, so that it never outlives the program that started it
    #[arg(long)]
    pub end_with_stdin: bool,
    /// How log lines look
    #[arg(long, env = "MARIBRO_INPUT_LOG_FORMAT", default_value = "pretty")]
    pub log_format: LogFormat,
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
    use crate::virtual_pads::MAX_VIRTUAL;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Config::command().debug_assert();
    }

    #[test]
    fn as_many_virtual_pads_as_there_can_be_are_taken() {
        let with = |count: usize| Config::try_parse_from(["maribro-input", "--virtual", &count.to_string()]);
        assert!(with(MAX_VIRTUAL).is_ok());
        assert!(with(MAX_VIRTUAL + 1).is_err());
    }
}
