//! What the actors publish: the newest facts, readable by anyone without asking.
//!
//! Each part has one writer, the actor that owns it. Reads outnumber writes by far (every page polls, every request
//! for the shelf), so they cost no mailbox and go on while an actor restarts.

use crate::{input::Input, party::settings, playtest::Playtests, tunnel::Tunnel};
use bytes::Bytes;
use maribro_contract::wire::{GameSummary, PartySettings, Problem, RoundState, SessionState};
use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::AtomicU64},
    time::{Duration, Instant},
};
use tokio::sync::watch;

pub use maribro_contract::wire::BadFile;

/// The shelf.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    /// Newest first.
    pub games: Arc<Vec<GameSummary>>,
    /// `{ok, games}` as `GET /api/games` answers it.
    pub json: Bytes,
    /// The same, gzipped: the list goes over slow Wi-Fi and tunnels at every poll of every page.
    pub gzip: Bytes,
    /// Entity tag of `json`, without quotes.
    pub etag: String,
    /// What lies in the folder and cannot be played.
    pub bad_files: Vec<BadFile>,
}

impl Shelf {
    /// The game with this id.
    pub fn find(&self, id: &str) -> Option<&GameSummary> {
        self.games.iter().find(|game| game.id == id)
    }
}

/// The session and whether it is on disk.
#[derive(Debug, Clone)]
pub struct SessionSnapshot {
    /// The session.
    pub state: SessionState,
    /// `{ok, session}` as `GET /api/session` answers it.
    pub json: Bytes,
    /// False while the disk refuses it.
    pub saved: bool,
}

/// The round as it was at a moment.
#[derive(Debug, Clone)]
pub struct RoundSnapshot {
    /// The round.
    pub state: RoundState,
    /// When `remaining_ms` was right.
    pub at: Instant,
}

impl RoundSnapshot {
    /// The round with what is left of its phase now.
    pub fn now(&self) -> RoundState {
        let mut state = self.state.clone();
        let passed = u64::try_from(self.at.elapsed().as_millis()).unwrap_or(u64::MAX);
        match &mut state.paused {
            Some(pause) => {
                pause.resumes_in_ms = pause.resumes_in_ms.map(|left| left.saturating_sub(passed));
                pause.ends_in_ms = pause.ends_in_ms.saturating_sub(passed);
            }
            None => state.remaining_ms = state.remaining_ms.map(|left| left.saturating_sub(passed)),
        }
        state
    }
}

/// The game on the stage: what a round began with, whatever becomes of the file.
#[derive(Debug, Clone)]
pub struct HeldGame {
    /// The round.
    pub round_id: String,
    /// The game's file.
    pub filename: String,
    /// Its bytes.
    pub bytes: Bytes,
}

/// Everything published.
#[derive(Debug)]
pub struct Board {
    /// Written by Session.
    pub session: watch::Sender<Option<Arc<SessionSnapshot>>>,
    /// Written by Settings.
    pub settings: watch::Sender<Arc<PartySettings>>,
    /// Written by Registry.
    pub shelf: watch::Sender<Arc<Shelf>>,
    /// Written by Round.
    pub round: watch::Sender<Option<Arc<RoundSnapshot>>>,
    /// Written by Round: the game on the stage; `None` between rounds.
    pub held: watch::Sender<Option<Arc<HeldGame>>>,
    /// Written by Screens: which page is the stage.
    pub stage: watch::Sender<Option<u64>>,
    /// Number of the next page. Here because it must not begin again with Screens: a page of before would be another.
    pub next_screen: AtomicU64,
    /// Written by Screens: pages connected.
    pub screens: watch::Sender<usize>,
    /// Each trouble is set and cleared by the actor that has it.
    pub problems: watch::Sender<BTreeSet<Problem>>,
    /// Written by the keeper of the input daemon.
    pub input: watch::Sender<Input>,
    /// Written by the keeper of the tunnel.
    pub tunnel: watch::Sender<Tunnel>,
    /// Written by Playtester.
    pub playtests: watch::Sender<Arc<Playtests>>,
    /// Facts that stay as they are.
    pub about: About,
}

/// Facts about this run of the host.
#[derive(Debug, Clone)]
pub struct About {
    /// Since when it runs.
    pub started: Instant,
    /// Where other devices reach it, but for a tunnel of its own; see [`Board::join_urls`].
    pub join_urls: Vec<String>,
}

impl Board {
    /// An empty board.
    pub fn new(about: About) -> Self {
        Self {
            session: watch::Sender::new(None),
            settings: watch::Sender::new(Arc::new(settings::defaults())),
            shelf: watch::Sender::new(Arc::default()),
            round: watch::Sender::new(None),
            held: watch::Sender::new(None),
            stage: watch::Sender::new(None),
            next_screen: AtomicU64::new(1),
            screens: watch::Sender::new(0),
            problems: watch::Sender::new(BTreeSet::new()),
            input: watch::Sender::new(Input::off()),
            tunnel: watch::Sender::new(Tunnel::off()),
            playtests: watch::Sender::new(Arc::default()),
            about,
        }
    }

    /// How long the host has been up.
    pub fn uptime(&self) -> Duration {
        self.about.started.elapsed()
    }

    /// Where other devices reach the host, the address that works for most of them first.
    pub fn join_urls(&self) -> Vec<String> {
        let tunnel = self.tunnel.borrow().url.clone();
        tunnel.into_iter().chain(self.about.join_urls.iter().cloned()).collect()
    }

    /// Sets or clears a trouble.
    pub fn set_problem(&self, problem: Problem, there: bool) {
        self.problems.send_if_modified(
            |problems| {
                if there { problems.insert(problem) } else { problems.remove(&problem) }
            },
        );
    }
}
