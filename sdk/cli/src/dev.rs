//! `maribro dev`: a game is played in a browser while it is written, anew at each save.
//!
//! - `pick`: which game
//! - `server`: the page, the game under the policy of the big screen, and the line that tells pages of saves
//!
//! The page is `dev/` in this crate. It frames the game and speaks with it as the big screen does, with the placeholder
//! players of the SDK's mock mode; all that a round is made of happens there.

mod pick;
mod server;

use crate::{
    args::DevArgs,
    saves::Saves,
    verify::{read, row},
};
use anyhow::Context;
use maribro_contract::{
    checks,
    wire::{Check, CheckStatus},
};
use maribro_host::board::HeldGame;
use serde::Serialize;
use server::{Server, Shown};
use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::{net::TcpListener, sync::watch};

/// The page's port when nobody names one.
const PORT: u16 = 8010;
/// So many ports from there on are tried, then any.
const PORTS: u16 = 10;
/// How a game is called in the browser whose own name cannot stand in an address.
const PLAIN_NAME: &str = "game.html";

/// What is said after each save, to people, programs and pages.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct News {
    /// Whether the file can be read and no static check fails.
    pub ok: bool,
    /// Where it is played.
    pub url: String,
    /// The file.
    pub file: PathBuf,
    /// Counts contents from 1; 0 as long as there was none.
    pub revision: u64,
    /// What the game calls itself.
    pub title: Option<String>,
    /// Length of a round in seconds.
    pub max_duration_sec: f64,
    /// Why the file cannot be read; the game stays what it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// The static checks of what was read last.
    pub checks: Vec<Check>,
}

/// What people read.
impl fmt::Display for News {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        if self.revision == 1 && self.problem.is_none() {
            writeln!(f, "{file} is played at {}  (Ctrl-C ends it)", self.url)?;
        }
        if let Some(problem) = &self.problem {
            return writeln!(f, "{problem}");
        }
        let failed = self.checks.iter().filter(|check| check.status == CheckStatus::Fail).count();
        match failed {
            0 => writeln!(f, "{file}, version {}: no static check fails", self.revision)?,
            _ => writeln!(f, "{file}, version {}: {failed} to mend", self.revision)?,
        }
        for check in self.checks.iter().filter(|check| check.status != CheckStatus::Pass) {
            writeln!(f, "{}", row(check, &file.to_string())?)?;
        }
        Ok(())
    }
}

/// Serves the game until this is dropped. `tell` hears of the game at first and after each save, and what else is worth a line.
///
/// # Errors
/// There is no such game, the port is taken, or `tell` fails.
pub async fn run(args: DevArgs, mut tell: impl FnMut(&News, Option<&str>) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let picked = pick::game(args.file.as_deref())?;
    let listener = listen(args.port).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    // Before it is read: no save falls between.
    let mut saves = Saves::of(std::slice::from_ref(&picked.file))?;
    let mut desk = Desk::new(picked.file, url.clone());
    desk.look();
    if let Some(problem) = &desk.news.problem {
        anyhow::bail!("{problem}");
    }
    let (show, shown) = watch::channel(desk.shown()?);
    let server = Server::new(shown);
    tell(&desk.news, picked.note.as_deref())?;
    if !args.no_open
        && has_screen()
        && let Err(error) = open::that_detached(&url)
    {
        eprintln!("maribro: no browser opened by itself ({error}); open {url}");
    }
    let watching = async {
        loop {
            saves.next().await;
            if desk.look() {
                show.send_replace(desk.shown()?);
                tell(&desk.news, None)?;
            }
        }
    };
    tokio::select! {
        watched = watching => watched,
        never = server.serve(listener) => match never {},
    }
}

/// The game as it was read last.
struct Desk {
    news: News,
    held: HeldGame,
}

impl Desk {
    fn new(file: PathBuf, url: String) -> Self {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        // Else the host's code would not serve it.
        let is_servable = name.ends_with(".html") && !name.starts_with('.') && !name.contains(['\\', ':', '\u{fffd}']);
        let filename = if is_servable { name.into_owned() } else { PLAIN_NAME.to_owned() };
        let held = HeldGame { round_id: String::new(), filename, bytes: Default::default() };
        let news = News {
            ok: false,
            url,
            file,
            revision: 0,
            title: None,
            max_duration_sec: 0.0,
            problem: None,
            checks: Vec::new(),
        };
        Self { news, held }
    }

    /// Reads the file again, and says whether anything is new.
    fn look(&mut self) -> bool {
        let before = self.news.clone();
        match read(&self.news.file) {
            Ok(bytes) => {
                self.news.problem = None;
                if self.news.revision == 0 || self.held.bytes != bytes {
                    self.take(bytes);
                }
            }
            Err(error) => self.news.problem = Some(problem(&self.news.file, &error)),
        }
        let passes = self.news.checks.iter().all(|check| check.status != CheckStatus::Fail);
        self.news.ok = self.news.problem.is_none() && passes;
        self.news != before
    }

    fn take(&mut self, bytes: Vec<u8>) {
        let inspected = checks::inspect(&bytes);
        self.news.revision += 1;
        self.news.title = inspected.metadata.title;
        self.news.max_duration_sec = inspected.metadata.max_duration_sec;
        self.news.checks = inspected.report.checks;
        self.held.round_id = self.news.revision.to_string();
        self.held.bytes = bytes.into();
    }

    fn shown(&self) -> anyhow::Result<Arc<Shown>> {
        Ok(Arc::new(Shown::new(&self.news, self.held.clone())?))
    }
}

fn problem(file: &Path, error: &std::io::Error) -> String {
    let file = file.display();
    match error.kind() {
        std::io::ErrorKind::NotFound => format!("{file} is gone; it goes on when the file is there again"),
        _ => format!("{file} cannot be read: {error}"),
    }
}

/// A port that was named is that or none.
async fn listen(named: Option<u16>) -> anyhow::Result<TcpListener> {
    let at = |port| TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    if let Some(port) = named {
        return at(port).await.with_context(|| {
            format!("port {port} cannot be had; choose another with --port, or leave it out for one that is free")
        });
    }
    for port in PORT..PORT + PORTS {
        if let Ok(listener) = at(port).await {
            return Ok(listener);
        }
    }
    at(0).await.context("this machine has no free port")
}

/// Whether a browser could show anything. Without a screen some systems open one in the terminal.
fn has_screen() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"].into_iter().any(is_set)
}
