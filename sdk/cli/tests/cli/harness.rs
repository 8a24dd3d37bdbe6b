//! The program, and a host to send to.

use maribro_host::{Host, config::Config};
use serde_json::Value;
use std::{
    ffi::OsStr,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

/// Stands for a machine without a browser.
pub(crate) const NO_BROWSER: (&str, &str) = ("MARIBRO_CHROMIUM", "/nowhere/chromium");

/// What the program said.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// Runs a command to its end.
    pub(crate) async fn of(mut command: Command) -> Self {
        let Output { status, stdout, stderr } =
            tokio::task::spawn_blocking(move || command.output()).await.unwrap().expect("the program starts");
        let text = |bytes| String::from_utf8(bytes).expect("it speaks UTF-8");
        Self { code: status.code(), out: text(stdout), err: text(stderr) }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("no JSON: {} {}", self.out, self.err))
    }
}

/// Runs the program in a folder.
pub(crate) async fn maribro(folder: &Path, words: &[&str], variables: &[(&str, &str)]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_maribro"));
    command.current_dir(folder).args(words).env_remove("MARIBRO_HOST").env_remove("MARIBRO_UPLOAD_TOKEN");
    // Whose host is in the network of the tests is not theirs to say.
    command.env("MARIBRO_NO_DISCOVER", "true");
    command.envs(variables.iter().copied());
    Said::of(command).await
}

/// A host of its own; ends when dropped.
pub(crate) struct Party {
    pub(crate) address: SocketAddr,
    pub(crate) folder: TempDir,
    _stop: oneshot::Sender<()>,
    _running: JoinHandle<()>,
}

impl Party {
    pub(crate) async fn start() -> Self {
        Self::start_with(&["--bind=127.0.0.1"]).await
    }

    /// One that other machines reach, and that tells them so.
    pub(crate) async fn start_announced() -> Self {
        Self::start_with(&["--bind=0.0.0.0"]).await
    }

    async fn start_with(flags: &[&str]) -> Self {
        use clap::Parser;
        let folder = tempfile::tempdir().unwrap();
        let [games, data] = ["games", "data"].map(|name| folder.path().join(name));
        std::fs::create_dir(&games).unwrap();
        let mut words: Vec<&OsStr> = ["maribro-host", "--port=0", "--no-open", "--no-input"].map(OsStr::new).to_vec();
        words.extend(flags.iter().map(OsStr::new));
        words.extend([OsStr::new("--games-dir"), games.as_os_str(), OsStr::new("--data-dir"), data.as_os_str()]);
        let host = Host::start(Config::parse_from(words)).await.unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], host.address().port()));
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(host.run(async {
            stopped.await.ok();
        }));
        Self { address, folder, _stop: stop, _running: running }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Revision of a game on the shelf; 0 when there is none.
    pub(crate) async fn revision(&self, id: &str) -> u64 {
        let words = ["status", id, "--json", "--host", &self.url()];
        maribro(self.folder.path(), &words, &[]).await.json()["game"]["revision"].as_u64().unwrap_or(0)
    }
}

/// A folder of this crate's tests.
pub(crate) fn tests_folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// The HTML files of a folder, by name.
pub(crate) fn games_of(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "html"))
        .collect();
    files.sort();
    files
}
