//! The input daemon, `maribro-input`: the host starts it, notices when it ends or hangs, and starts it again.
//!
//! - [`address`]: where it is
//! - `program`: the child process
//! - `line`: the host's own connection to it, over which it is seen to live
//! - `keeper`: one life of it after the other
//!
//! The keeper publishes [`Input`] on the board; nobody asks it anything. The child ends with the host in any case: it reads
//! the host's end of a pipe, which the system closes also when the host is killed.

pub mod address;
mod keeper;
mod line;
mod program;

use crate::{board::Board, child::keep, config::Config, store::host_key};
use address::InputUrl;
use keeper::Keeper;
use maribro_contract::wire::{InputHealth, InputPad, InputState, InputStatus};
use std::{path::PathBuf, sync::Arc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Name in the environment of the token, for the host and for the input daemon.
pub const TOKEN_VARIABLE: &str = "MARIBRO_INPUT_TOKEN";

/// The input daemon takes no shorter token: a page that tries could guess it.
const MIN_TOKEN_CHARS: usize = 16;

/// The secret that clients of the input daemon carry.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

/// What is published about the input daemon.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// What it is doing.
    pub state: InputState,
    /// Where it is, or will be as soon as it runs: what pages and games may connect to.
    pub address: Option<InputUrl>,
    /// What it wants to see, while it runs.
    pub token: Option<Token>,
    /// How often it was started again.
    pub restarts: u32,
    /// The pads that are connected to it, ascending by number.
    pub pads: Vec<InputPad>,
}

impl Input {
    /// There is none, and there will be none.
    pub fn off() -> Self {
        Self { state: InputState::Off, address: None, token: None, restarts: 0, pads: Vec::new() }
    }

    /// For everybody.
    pub fn health(&self) -> InputHealth {
        InputHealth { state: self.state, restarts: self.restarts, pads: self.pads.clone() }
    }

    /// For a page; `whole`: with what it takes to connect.
    pub fn status(&self, whole: bool) -> InputStatus {
        let reach = self.address.as_ref().zip(self.token.as_ref());
        let reach = reach.filter(|_| whole && self.state == InputState::Running);
        let (url, token) = reach.map(|(url, Token(token))| (url.to_string(), token.clone())).unzip();
        InputStatus { state: self.state, url, token }
    }
}

/// What the keeper is told at its start.
#[derive(Debug)]
struct Settings {
    /// The program, if one was named.
    program: Option<PathBuf>,
    /// More arguments for it.
    arguments: Vec<String>,
    /// Where it has to be, if that was named.
    url: Option<InputUrl>,
    /// For its files.
    data_dir: PathBuf,
    /// Of one that the host starts.
    token: Token,
    /// Somebody chose it, so that one started by hand may have it, too.
    token_was_chosen: bool,
}

/// Keeps an input daemon running until `stop`, if the host shall have one; the task ends after the child. The board says
/// from now on where the daemon will be.
///
/// # Errors
/// The token that was chosen is too short.
pub fn keep(config: &Config, board: Arc<Board>, stop: CancellationToken) -> anyhow::Result<JoinHandle<()>> {
    if config.no_input {
        return Ok(tokio::spawn(async {}));
    }
    let chosen = config.input_token.clone();
    anyhow::ensure!(
        chosen.as_ref().is_none_or(|token| token.chars().count() >= MIN_TOKEN_CHARS),
        "{TOKEN_VARIABLE} needs at least {MIN_TOKEN_CHARS} characters"
    );
    let settings = Settings {
        program: config.input_bin.clone().filter(|path| !path.as_os_str().is_empty()),
        arguments: config.input_args.split_whitespace().map(str::to_owned).collect(),
        url: config.input_url.clone(),
        data_dir: config.data_dir.clone(),
        token_was_chosen: chosen.is_some(),
        token: Token(chosen.unwrap_or_else(host_key::fresh)),
    };
    let keeper = Keeper::new(settings, board, stop.clone());
    Ok(tokio::spawn(keep::running(keeper, stop)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_may_reach_it_is_told_how_and_only_while_it_runs() {
        let running = Input {
            state: InputState::Running,
            address: Some("ws://127.0.0.1:8137".parse().unwrap()),
            token: Some(Token("the token of a test".into())),
            ..Input::off()
        };
        let whole = running.status(true);
        assert_eq!(
            (whole.url.as_deref(), whole.token.as_deref()),
            (Some("ws://127.0.0.1:8137"), Some("the token of a test"))
        );
        let nothing =
            |input: &Input, whole| InputStatus { state: input.state, url: None, token: None } == input.status(whole);
        assert!(nothing(&running, false));
        assert!(nothing(&Input { state: InputState::Restarting, ..running.clone() }, true));
        assert!(!format!("{running:?}").contains("the token"), "no log has it");
    }
}
