//! A way in for friends elsewhere: `cloudflared` or `ngrok` as a child of the host, kept running.
//!
//! - [`address`]: the address in what the program prints; pure
//!
//! The keeper publishes [`Tunnel`] on the board; lobby and health show it. What comes through a tunnel ends on loopback and
//! carries a forwarding header, so it is a guest's (`http/trust.rs`). A quick tunnel has a new address after each start.

pub mod address;

use crate::{
    board::Board,
    config::{Config, TunnelKind},
    input::pacing::Pacing,
};
use maribro_contract::wire::{TunnelHealth, TunnelState};
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{Child, Command},
    sync::mpsc,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// Longest time until the program tells its address: it asks a server on the internet for one.
const START: Duration = Duration::from_secs(60);
/// Longest time for the program to end when it is asked to.
const GOODBYE: Duration = Duration::from_secs(2);
/// How often a program that is not there is looked for: somebody may be installing it.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// A longer line has no address in it.
const MAX_LINE: u64 = 16 * 1024;
/// Lines of the program that may wait to be looked at.
const LINES: usize = 64;
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
    let keeper = Keeper { kind, named: config.tunnel_bin.clone(), port, board, stop };
    keeper.publish(TunnelState::Starting, None);
    tokio::spawn(keeper.run())
}

struct Keeper {
    kind: TunnelKind,
    named: Option<PathBuf>,
    port: u16,
    board: Arc<Board>,
    stop: CancellationToken,
}

/// How one life of the program came to its end.
enum End {
    Stop,
    Missing,
    Over { well: Duration, why: String },
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

    async fn run(self) {
        let mut pacing = Pacing::default();
        let mut told_missing = false;
        loop {
            let wait = match self.one_life().await {
                End::Stop => return,
                End::Missing => {
                    self.publish(TunnelState::Missing, None);
                    if !std::mem::replace(&mut told_missing, true) {
                        let (name, how) = (self.kind.program(), self.kind.how_to_install());
                        tracing::warn!("there is no tunnel: {name} is not installed ({how})");
                    }
                    LOOK_AGAIN
                }
                End::Over { well, why } => {
                    let wait = pacing.ended(well);
                    if pacing.is_told() {
                        tracing::warn!(?wait, "the tunnel is gone and will be started again: {why}");
                    }
                    self.board.tunnel.send_modify(|tunnel| {
                        let restarts = tunnel.restarts.saturating_add(1);
                        *tunnel = Tunnel { state: TunnelState::Restarting, url: None, restarts };
                    });
                    wait
                }
            };
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = sleep(wait) => {}
            }
        }
    }

    async fn one_life(&self) -> End {
        let Some(program) = find(self.named.as_deref(), self.kind.program()) else { return End::Missing };
        let mut child = match self.spawn(&program) {
            Ok(child) => child,
            Err(error) => {
                let why = format!("{} does not start: {error}", program.display());
                return End::Over { well: Duration::ZERO, why };
            }
        };
        let mut lines = lines_of(&mut child);
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
        part_from(child).await;
        end
    }

    fn spawn(&self, program: &Path) -> std::io::Result<Child> {
        let mut command = Command::new(program);
        command
            .args(self.kind.arguments(self.port))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // Ctrl-C goes to every process of the terminal's group: this one shall end when the host says so.
        #[cfg(unix)]
        command.process_group(0);
        command.spawn()
    }
}

impl TunnelKind {
    fn program(self) -> &'static str {
        match self {
            Self::Cloudflared => "cloudflared",
            Self::Ngrok => "ngrok",
        }
    }

    fn arguments(self, port: u16) -> Vec<String> {
        let words = match self {
            Self::Cloudflared => format!("tunnel --no-autoupdate --url http://localhost:{port}"),
            Self::Ngrok => format!("http --log stdout --log-format logfmt {port}"),
        };
        words.split(' ').map(str::to_owned).collect()
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

/// The program that was named, else the first of its name in `PATH`.
fn find(named: Option<&Path>, name: &str) -> Option<PathBuf> {
    if let Some(named) = named {
        return named.is_file().then(|| named.to_owned());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|path| path.is_file())
}

/// The lines of both outputs, until both are closed.
fn lines_of(child: &mut Child) -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(LINES);
    if let Some(output) = child.stdout.take() {
        tokio::spawn(read_lines(output, sender.clone()));
    }
    if let Some(output) = child.stderr.take() {
        tokio::spawn(read_lines(output, sender));
    }
    lines
}

async fn read_lines(output: impl AsyncRead + Unpin, lines: mpsc::Sender<String>) {
    use tokio::io::AsyncReadExt;
    let mut output = BufReader::new(output);
    loop {
        let mut line = Vec::new();
        // A line that never ends must not fill the memory; its rest counts as the next one.
        match (&mut output).take(MAX_LINE).read_until(b'\n', &mut line).await {
            Ok(1..) => {}
            Ok(0) => return,
            Err(error) => return tracing::debug!(%error, "the tunnel's output cannot be read"),
        }
        if lines.send(String::from_utf8_lossy(&line).trim_end().to_owned()).await.is_err() {
            return;
        }
    }
}

/// Asks the program to end, so that it can say goodbye to its server; then it is killed.
async fn part_from(mut child: Child) {
    #[cfg(unix)]
    if let Some(pid) = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed())) {
        if let Err(error) = rustix::process::kill_process(pid, rustix::process::Signal::TERM) {
            tracing::debug!(%error, "the tunnel had ended already");
        }
        if timeout(GOODBYE, child.wait()).await.is_ok() {
            return;
        }
    }
    if let Err(error) = child.kill().await {
        tracing::warn!(%error, "the tunnel cannot be killed");
    }
}
