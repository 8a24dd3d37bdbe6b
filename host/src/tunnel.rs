//! A way in for friends elsewhere: `cloudflared` or `ngrok` as a child of the host, kept running.
//!
//! - [`address`]: the address in what the program prints; pure
//!
//! The keeper publishes [`Tunnel`] on the board; lobby and health show it. What comes through a tunnel ends on loopback and
//! carries a forwarding header, so it is a guest's (`http/trust.rs`). A quick tunnel has a new address after each start.

pub mod address;

use crate::{
    board::Board,
    child::{
        keep::{self, End, Kept},
        leash::{self, Leashed},
        output,
        program::{self, Search},
    },
    config::{Config, TunnelKind},
};
use maribro_contract::wire::{TunnelHealth, TunnelState};
use std::{
    ffi::OsString,
    iter,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::mpsc,
    task::JoinHandle,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

/// Longest time until the program tells its address: it asks a server on the internet for one.
const START: Duration = Duration::from_secs(60);
/// Longest time for the program to end when it is asked to.
const GOODBYE: Duration = Duration::from_secs(2);
/// The last words of a program that ended, told with its end.
const MAX_LAST_WORDS: usize = 300;

/// What is published about the tunnel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tunnel {
    /// What it is doing.
    pub state: TunnelState,
    /// `https://…/` while it runs.
    pub url: Option<String>,
    /// How often it was started again.
    pub restarts: u32,
}

impl Tunnel {
    /// There is none.
    pub fn off() -> Self {
        Self { state: TunnelState::Off, url: None, restarts: 0 }
    }

    /// For everybody.
    pub fn health(&self) -> TunnelHealth {
        TunnelHealth { state: self.state, url: self.url.clone(), restarts: self.restarts }
    }
}

/// Keeps the tunnel to `port` on this machine running until `stop`, if one is wanted; the task ends after the child.
pub fn keep(config: &Config, port: u16, board: Arc<Board>, stop: CancellationToken) -> JoinHandle<()> {
    let Some(kind) = config.tunnel else { return tokio::spawn(async {}) };
    let keeper = Keeper { kind, named: config.tunnel_bin.clone(), port, board, stop: stop.clone() };
    keeper.publish(TunnelState::Starting, None);
    tokio::spawn(keep::running(keeper, stop))
}

struct Keeper {
    kind: TunnelKind,
    named: Option<PathBuf>,
    port: u16,
    board: Arc<Board>,
    stop: CancellationToken,
}

impl Keeper {
    fn publish(&self, state: TunnelState, url: Option<String>) {
        self.board.tunnel.send_if_modified(|tunnel| {
            let now = Tunnel { state, url, restarts: tunnel.restarts };
            let changed = *tunnel != now;
            *tunnel = now;
            changed
        });
    }

    fn spawn(&self, program: &Path) -> std::io::Result<(Leashed, mpsc::Receiver<String>)> {
        let words = iter::once(program.into()).chain(self.kind.arguments(self.port));
        let mut child = Leashed::start(leash::command(words).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
        let no_output = || std::io::Error::other("it has no outputs");
        let (stdout, stderr) = child.outputs();
        let lines = output::lines(stdout.ok_or_else(no_output)?, stderr.ok_or_else(no_output)?);
        Ok((child, lines))
    }
}

impl Kept for Keeper {
    const NAME: &'static str = "the tunnel";

    async fn one_life(&mut self) -> End {
        let found = program::find(self.named.as_deref(), self.kind.program(), Search::Path);
        let Some(program) = found else { return End::Missing };
        let (child, mut lines) = match self.spawn(&program) {
            Ok(started) => started,
            Err(error) => return End::failed(format!("{} does not start: {error}", program.display())),
        };
        let (mut since, mut last_words) = (None, String::new());
        let started = Instant::now();
        let end = loop {
            let patience = if since.is_some() { Duration::MAX } else { START.saturating_sub(started.elapsed()) };
            let line = tokio::select! {
                () = self.stop.cancelled() => break End::Stop,
                line = timeout(patience, lines.recv()) => line,
            };
            let well = since.map_or(Duration::ZERO, |since: Instant| since.elapsed());
            match line {
                Ok(Some(line)) => {
                    tracing::debug!("{}: {line}", self.kind.program());
                    if let Some(url) = address::in_line(self.kind, &line) {
                        tracing::info!(%url, "friends elsewhere reach the party through the tunnel");
                        since.get_or_insert_with(Instant::now);
                        self.publish(TunnelState::Running, Some(url));
                    } else if !line.trim().is_empty() {
                        last_words = line.chars().take(MAX_LAST_WORDS).collect();
                    }
                }
                // Its outputs are closed: it ends.
                Ok(None) => break End::Over { well, why: last_words },
                Err(_) => break End::Over { well, why: format!("it told no address within {START:?}; {last_words}") },
            }
        };
        child.part(GOODBYE).await;
        end
    }

    fn missing(&mut self) {
        self.publish(TunnelState::Missing, None);
    }

    fn tell_missing(&self) {
        let (name, how) = (self.kind.program(), self.kind.how_to_install());
        tracing::warn!("there is no tunnel: {name} is not installed ({how})");
    }

    fn restarting(&mut self) {
        self.board.tunnel.send_modify(|tunnel| {
            let restarts = tunnel.restarts.saturating_add(1);
            *tunnel = Tunnel { state: TunnelState::Restarting, url: None, restarts };
        });
    }
}

impl TunnelKind {
    fn program(self) -> &'static str {
        match self {
            Self::Cloudflared => "cloudflared",
            Self::Ngrok => "ngrok",
        }
    }

    fn arguments(self, port: u16) -> Vec<OsString> {
        let words = match self {
            Self::Cloudflared => format!("tunnel --no-autoupdate --url http://localhost:{port}"),
            Self::Ngrok => format!("http --log stdout --log-format logfmt {port}"),
        };
        words.split(' ').map(OsString::from).collect()
    }

    fn how_to_install(self) -> &'static str {
        match self {
            Self::Cloudflared => "macOS: brew install cloudflared; Linux: the package from Cloudflare",
            Self::Ngrok => {
                "macOS: brew install ngrok; Linux: the package from ngrok; then ngrok config add-authtoken …"
            }
        }
    }
}
