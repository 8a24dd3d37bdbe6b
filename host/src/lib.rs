//! maribro-host: lobby, rounds, uploads and scores of Maribro Party.
//!
//! - [`party`]: the rules, pure
//! - [`actors`]: who owns what; shells around the rules
//! - [`board`]: what the actors publish
//! - [`http`]: the front door
//! - [`store`]: files that survive a power cut
//! - [`announce`]: tells the local network where the party is
//! - [`browser`]: opens the big screen
//! - [`child`]: child processes: found, kept running, ended
//! - [`input`]: starts the input daemon and keeps it running
//! - [`tunnel`]: lets friends elsewhere in
//! - [`playtest`]: has uploads played
//! - [`config`]: what the host is told at its start
//! - [`error`]: every refusal
//!
//! [`Host::start`] and [`Host::run`] are the whole program; `main` only reads arguments.

pub mod actors;
pub mod announce;
pub mod board;
pub mod browser;
pub mod child;
pub mod config;
pub mod error;
pub mod http;
pub mod input;
pub mod party;
pub mod playtest;
pub mod store;
pub mod tunnel;

use actors::supervisor::{self, Actors, Supervisor};
use announce::Announcement;
use anyhow::Context;
use board::{About, Board};
use config::{Config, DEFAULT_GAMES_DIR};
use http::{
    App,
    assets::Assets,
    attempts::Attempts,
    connections::Connections,
    limits,
    openapi::Openapi,
    places::{PerAddress, Places},
    trust::HostKey,
};
use kameo::actor::ActorRef;
use std::{
    future::Future,
    io::ErrorKind,
    net::{IpAddr, SocketAddr},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use store::{
    atomic, data_lock::DataLock, games_folder::GamesFolder, host_key, session_file::SessionFile,
    settings_file::SettingsFile, summaries::Summaries,
};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Longest time for the actors to end after the last request.
const STOP_DEADLINE: Duration = Duration::from_secs(3);

/// A temp file this old in the games folder, which hosts may share, is no one's any more.
const NOBODYS: Duration = Duration::from_secs(60 * 60);

/// A host that listens.
#[derive(Debug)]
pub struct Host {
    app: Arc<App>,
    listener: TcpListener,
    address: SocketAddr,
    supervisor: ActorRef<Supervisor>,
    key: String,
    data_lock: DataLock,
    announcement: Option<Announcement>,
    input: JoinHandle<()>,
    tunnel: JoinHandle<()>,
}

impl Host {
    /// Binds the port and starts the actors.
    ///
    /// # Errors
    /// The port is taken, or a folder cannot be used; each with a line that says what to do.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        let started = Instant::now();
        let listener = bind(&config).await?;
        let address = listener.local_addr()?;
        let session_file = SessionFile::in_folder(&config.data_dir);
        let data_lock = session_file.lock().clone();
        claim(&data_lock, &config.data_dir)?;
        let key = host_key(&config.data_dir)?;
        prepare_games(&config.games_dir)
            .with_context(|| format!("the games folder {} cannot be made", config.games_dir.display()))?;
        atomic::remove_leftovers(&config.games_dir, NOBODYS);
        let mut join_urls = join_urls(address);
        // It works for everybody; the others for those in the same network.
        join_urls.splice(0..0, config.public_url.clone());
        let board = Arc::new(Board::new(About { started, join_urls }));
        let shutdown = CancellationToken::new();
        let input = input::keep(&config, Arc::clone(&board), shutdown.clone())?;
        let tunnel = tunnel::keep(&config, address.port(), Arc::clone(&board), shutdown.clone());
        let (supervisor, actors) = supervisor::start(supervisor::Args {
            board,
            session_file,
            settings_file: SettingsFile::in_folder(&config.data_dir, data_lock.clone()),
            games: GamesFolder::new(config.games_dir.clone(), config.data_dir.join("revisions")),
            incidents: config.data_dir.join("incidents"),
            playtests: playtest::Settings::of(&config),
            timing: config.timing.clone(),
        })
        .await?;
        let app = Arc::new(App {
            actors,
            assets: Assets::new(&config.public_dir, config.games_dir),
            summaries: Summaries::new(config.data_dir.join("summaries")),
            openapi: Openapi::new(),
            host_key: HostKey::new(key.clone()),
            upload_token: config.upload_token,
            attempts: Attempts::new(&config.limits),
            connections: Arc::new(Connections::new(config.limits.clone())),
            limits: config.limits,
            requests: PerAddress::new(limits::MAX_REQUESTS_EACH),
            watchers: PerAddress::new(limits::MAX_WATCHERS_EACH),
            uploads: Places::new(limits::MAX_UPLOADS, limits::MAX_FORMS_EACH),
            unproven_uploads: Places::new(limits::MAX_UNPROVEN_UPLOADS, limits::MAX_FORMS_EACH),
            checks: Places::new(limits::MAX_CHECKS, limits::MAX_FORMS_EACH),
            shutdown,
            tasks: TaskTracker::new(),
        });
        let announcement = if config.no_announce { None } else { Announcement::start(address) };
        Ok(Self { app, listener, address, supervisor, key, data_lock, announcement, input, tunnel })
    }

    /// The address that was bound; its port is never 0.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The lobby's address on this machine.
    pub fn lobby_url(&self) -> String {
        format!("http://localhost:{}/", self.address.port())
    }

    /// Where other devices reach the host.
    pub fn join_urls(&self) -> &[String] {
        &self.app.actors.board.about.join_urls
    }

    /// The addresses that make a browser elsewhere the host.
    pub fn host_urls(&self) -> Vec<String> {
        self.join_urls().iter().map(|url| format!("{url}?key={}", self.key)).collect()
    }

    /// The actors.
    pub fn actors(&self) -> Actors {
        self.app.actors.clone()
    }

    /// Serves until `shutdown` is done, then ends gracefully.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send + 'static) {
        let stop = self.app.shutdown.clone();
        tokio::spawn(async move {
            shutdown.await;
            stop.cancel();
        });
        http::server::serve(self.listener, self.app).await;
        if let Some(announcement) = self.announcement {
            announcement.end().await;
        }
        if let Err(error) = self.supervisor.stop_gracefully().await {
            tracing::debug!(%error, "the supervisor had stopped already");
        }
        if tokio::time::timeout(STOP_DEADLINE, self.supervisor.wait_for_shutdown()).await.is_err() {
            tracing::warn!("the actors did not end in time");
        }
        if tokio::time::timeout(STOP_DEADLINE, self.input).await.is_err() {
            tracing::warn!("the input daemon did not end in time");
        }
        if tokio::time::timeout(STOP_DEADLINE, self.tunnel).await.is_err() {
            tracing::warn!("the tunnel did not end in time");
        }
        // Only now may another host have the folder.
        self.data_lock.release();
    }
}

/// Makes sure that no other host has the data folder. One that cannot be written to is told of on the screens.
fn claim(lock: &DataLock, folder: &Path) -> anyhow::Result<()> {
    match lock.hold() {
        Err(error) if error.kind() == ErrorKind::ResourceBusy => anyhow::bail!(
            "the data folder {} is in use by another host (is the party running already?); choose another with --data-dir",
            folder.display()
        ),
        Err(error) if !refuses_writing(error.kind()) => {
            Err(error).with_context(|| format!("the data folder {} cannot be used", folder.display()))
        }
        Err(error) => {
            tracing::error!(%error, ?folder, "nothing can be written to the data folder; the party goes on in memory");
            Ok(())
        }
        Ok(()) => {
            atomic::remove_leftovers(folder, Duration::ZERO);
            Ok(())
        }
    }
}

/// The key of this data folder; on a disk that refuses one for this run alone.
fn host_key(folder: &Path) -> anyhow::Result<String> {
    match host_key::load_or_make(folder) {
        Err(error) if refuses_writing(error.kind()) => {
            tracing::warn!(%error, "the host key cannot be kept; the next start makes a new one");
            Ok(host_key::fresh())
        }
        key => key.with_context(|| format!("the data folder {} cannot be used", folder.display())),
    }
}

/// Whether this is a disk that may take writes again later, rather than a wrong path.
fn refuses_writing(kind: ErrorKind) -> bool {
    use ErrorKind::{FileTooLarge, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    matches!(kind, StorageFull | QuotaExceeded | FileTooLarge | ReadOnlyFilesystem | PermissionDenied)
}

async fn bind(config: &Config) -> anyhow::Result<TcpListener> {
    let address = SocketAddr::new(config.bind, config.port);
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "port {} is taken (is the party running already?); choose another with --port, or --port 0 for any",
            config.port
        ),
        _ => anyhow::anyhow!("cannot listen on {address}: {error}"),
    })
}

/// A folder that was named is used as it is; only the default one is filled with the shipped games when it is not there.
fn prepare_games(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if folder == Path::new(DEFAULT_GAMES_DIR) {
        return http::assets::unpack_games(folder);
    }
    std::fs::create_dir_all(folder)
}

/// Addresses of this machine in its networks, IPv4 first.
fn join_urls(address: SocketAddr) -> Vec<String> {
    let port = address.port();
    if address.ip().is_loopback() {
        return vec![format!("http://localhost:{port}/")];
    }
    let mut addresses: Vec<IpAddr> = if address.ip().is_unspecified() {
        let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
            tracing::warn!(%error, "the addresses of this machine cannot be read");
            Vec::new()
        });
        interfaces
            .iter()
            .filter(|one| !one.is_loopback() && !one.is_link_local())
            .map(if_addrs::Interface::ip)
            .collect()
    } else {
        vec![address.ip()]
    };
    addresses.sort_by_key(|ip| ip.is_ipv6());
    addresses.dedup();
    if addresses.is_empty() {
        return vec![format!("http://localhost:{port}/")];
    }
    addresses.into_iter().map(|ip| format!("http://{}/", SocketAddr::new(ip, port))).collect()
}
