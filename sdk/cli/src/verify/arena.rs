//! Where games are played for a check: a host of the same program as the party's, with folders of its own and the verifier's
//! stage in the place of the lobby, and a browser with a few pages.

use crate::browser::{BROWSER_VARIABLE, Browser, CdpError, Page};
use anyhow::Context;
use clap::Parser;
use maribro_host::{Host, config::Config};
use rust_embed::RustEmbed;
use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    sync::{Semaphore, SemaphorePermit, oneshot},
    task::JoinHandle,
};

/// Runs in a game's frame before its first script.
const CLOCK: &str = concat!(
    include_str!("../../stage/clock.js"),
    include_str!("../../stage/sound.js"),
    include_str!("../../stage/witness.js")
);

/// The stage and the SDK, by their place in the folder that the host serves.
const FILES: [(&str, &[u8]); 4] = [
    ("public/index.html", include_bytes!("../../stage/index.html")),
    ("public/verify/stage.js", include_bytes!("../../stage/stage.js")),
    ("public/verify/pads.js", include_bytes!("../../stage/pads.js")),
    ("sdk/maribro-sdk.js", include_bytes!("../../../maribro-sdk.js")),
];

/// The lobby's modules: the stage frames games with the same ones, whatever these import.
#[derive(RustEmbed)]
#[folder = "../../public"]
#[include = "app/*.js"]
struct LobbyModules;

/// Most pages at once.
const MAX_PAGES: usize = 8;
/// Longest time for the stage to load.
const STAGE_TIMEOUT: Duration = Duration::from_secs(20);
/// Longest time for the host to end.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// Pages at once: as many as can be at work.
pub(super) fn pages() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).clamp(1, MAX_PAGES)
}

/// A host and a browser, ready to play.
#[derive(Debug)]
pub(super) struct Arena {
    browser: Browser,
    port: u16,
    folder: TempDir,
    /// Pages that nobody uses.
    idle: Mutex<Vec<Page>>,
    places: Semaphore,
    opened: AtomicUsize,
    stored: AtomicUsize,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

/// A page that somebody uses. One that is not given back is closed with the browser.
#[derive(Debug)]
pub(super) struct Place<'a> {
    /// The page, with the stage in it.
    pub(super) page: Page,
    _permit: SemaphorePermit<'a>,
}

impl Arena {
    /// Starts a host and a browser.
    ///
    /// # Errors
    /// One of them does not start.
    pub(super) async fn open(browser: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("maribro-verify-").tempdir()?;
        for (name, bytes) in FILES {
            put(&folder.path().join(name), bytes)?;
        }
        for name in LobbyModules::iter() {
            let file = LobbyModules::get(&name).context("a module that is listed is there")?;
            put(&folder.path().join("public").join(name.as_ref()), &file.data)?;
        }
        let host = Host::start(config(folder.path())?);
        let (host, browser) = tokio::join!(host, Browser::start(browser, CLOCK));
        let (host, browser) = (host?, browser.with_context(|| format!("the browser ({BROWSER_VARIABLE})"))?);
        let port = host.address().port();
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(host.run(async {
            // Dropped counts as told.
            stopped.await.ok();
        }));
        Ok(Self {
            browser,
            port,
            folder,
            idle: Mutex::default(),
            places: Semaphore::new(pages()),
            opened: AtomicUsize::new(0),
            stored: AtomicUsize::new(0),
            stop,
            running,
        })
    }

    /// Puts a game where the host serves it, and says at which path.
    ///
    /// # Errors
    /// The disk refuses.
    pub(super) fn store(&self, bytes: &[u8]) -> std::io::Result<String> {
        let name = format!("game-{}.html", self.stored.fetch_add(1, Ordering::Relaxed));
        std::fs::write(self.games().join(&name), bytes)?;
        Ok(format!("/games/{name}"))
    }

    fn games(&self) -> PathBuf {
        self.folder.path().join("games")
    }

    /// Waits for a page to be free.
    ///
    /// # Errors
    /// The browser is gone, or the stage does not load.
    pub(super) async fn page(&self) -> Result<Place<'_>, CdpError> {
        let permit = self.places.acquire().await.map_err(|_| CdpError::Gone)?;
        let free = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let page = match free {
            Some(page) => page,
            None => self.new_page().await?,
        };
        Ok(Place { page, _permit: permit })
    }

    /// Gives a page back that is as it was.
    pub(super) fn give_back(&self, place: Place<'_>) {
        let Place { page, _permit } = place;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(page);
    }

    async fn new_page(&self) -> Result<Page, CdpError> {
        let number = self.opened.fetch_add(1, Ordering::Relaxed);
        // A site of its own is a process of its own: a page that hangs takes no other with it.
        let page = self.browser.open(&format!("http://stage-{number}.localhost:{}/", self.port)).await?;
        let ready = "new Promise((done) => { const look = () => window.verifier ? done(true) : setTimeout(look, 10); look(); })";
        match tokio::time::timeout(STAGE_TIMEOUT, page.evaluate(ready)).await {
            Ok(loaded) => loaded.map(|_| page),
            Err(_) => Err(CdpError::Refused("the stage did not load".to_owned())),
        }
    }

    /// Ends the host and the browser.
    pub(super) async fn close(self) {
        drop(self.stop);
        self.browser.close().await;
        tokio::time::timeout(STOP_TIMEOUT, self.running).await.ok();
    }
}

fn put(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/")))?;
    std::fs::write(path, bytes)
}

/// A host for nobody but this program.
fn config(folder: &Path) -> Result<Config, clap::Error> {
    let [games, data, public] = ["games", "data", "public"].map(|name| folder.join(name));
    let mut words: Vec<&OsStr> =
        ["maribro-host", "--port", "0", "--bind", "127.0.0.1", "--no-open", "--no-input"].map(OsStr::new).to_vec();
    for (flag, path) in [("--games-dir", &games), ("--data-dir", &data), ("--public-dir", &public)] {
        words.extend([OsStr::new(flag), path.as_os_str()]);
    }
    // The party's own settings may stand in the environment: nobody is let in here, and nothing played but what is verified.
    Ok(Config { tunnel: None, public_url: None, verify_uploads: false, ..Config::try_parse_from(words)? })
}
