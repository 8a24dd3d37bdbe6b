//! The programs themselves, in a folder of their own: those that `cargo xtask test` or `cargo xtask kit` have built and name in the
//! environment, else those that cargo builds here.

use crate::harness::Said;
use serde_json::Value;
use std::{
    env::consts::EXE_SUFFIX,
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Longest wait for what must happen; games are played meanwhile, on a machine that does other things as well.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// The host's program.
pub(crate) fn host() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| std::env::var_os("MARIBRO_HOST_BIN").map_or_else(|| build("maribro-host"), PathBuf::from))
}

/// xtask's program, whose command line is tried.
pub(crate) fn xtask() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| build("xtask"))
}

/// The program of game makers that is tried in the place of the one that was built for these tests.
const OTHER_MARIBRO: &str = "MARIBRO_BIN";

/// Whether it is `cargo xtask kit` that asks, which has time for more.
pub(crate) fn are_named() -> bool {
    std::env::var_os(OTHER_MARIBRO).is_some()
}

fn maribro() -> PathBuf {
    std::env::var_os(OTHER_MARIBRO).unwrap_or_else(|| env!("CARGO_BIN_EXE_maribro").into()).into()
}

fn build(package: &str) -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--locked", "--package", package, "--bins", "--message-format", "json"]);
    let built = build.current_dir(env!("CARGO_MANIFEST_DIR")).stderr(Stdio::inherit()).output().unwrap();
    assert!(built.status.success(), "{package} cannot be built: {}", built.status);
    let messages = built.stdout.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
    let path = messages.filter_map(|message: Value| message["executable"].as_str().map(PathBuf::from)).next_back();
    path.expect("the build names its program")
}

/// The programs of the kit beside each other, and nothing else: an installed Maribro, far from its repository.
pub(crate) struct Kit {
    folder: TempDir,
}

impl Kit {
    pub(crate) fn install() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
        assert!(!folder.path().canonicalize().unwrap().starts_with(repository), "temp files lie in the repository");
        let kit = Self { folder };
        for (name, program) in [("maribro", maribro()), ("maribro-host", host().to_owned())] {
            kit.put(name, &program);
        }
        if let Some(daemon) = std::env::var_os("MARIBRO_INPUT_BIN") {
            kit.put("maribro-input", Path::new(&daemon));
        }
        kit
    }

    fn put(&self, name: &str, program: &Path) {
        let to = self.program(name);
        if fs::hard_link(program, &to).is_err() {
            fs::copy(program, &to).unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        }
    }

    /// The folder with nothing but the programs in it.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.path().join(format!("{name}{EXE_SUFFIX}"))
    }

    /// Whether the input daemon is one of them.
    pub(crate) fn has_input(&self) -> bool {
        self.program("maribro-input").is_file()
    }

    /// Runs `maribro` in a folder.
    pub(crate) async fn maribro(&self, folder: &Path, words: &[&str], variables: &[(&str, &str)]) -> Said {
        let mut command = Command::new(self.program("maribro"));
        command.current_dir(folder).args(words).envs(variables.iter().copied());
        Said::of(without_settings(command, variables)).await
    }
}

/// None of the settings that somebody may have in the environment of these tests, but for the browser.
pub(crate) fn without_settings(mut command: Command, kept: &[(&str, &str)]) -> Command {
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let is_kept = name == "MARIBRO_CHROMIUM" || kept.iter().any(|(kept, _)| *kept == name);
        if name.starts_with("MARIBRO_") && !is_kept {
            command.env_remove(&*name);
        }
    }
    command
}

/// A host as a process of its own; killed when dropped.
pub(crate) struct Host {
    child: Child,
    pub(crate) port: u16,
}

impl Host {
    /// Starts this program in this folder with these flags, on a free port of this machine.
    pub(crate) fn start(program: &Path, folder: &Path, flags: &[&OsStr]) -> Self {
        let mut command = Command::new(program);
        command.args(["--port", "0", "--bind", "127.0.0.1", "--no-open"]).args(flags).current_dir(folder);
        let mut command = without_settings(command, &[]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(fs::File::create(folder.join("host.log")).unwrap());
        let mut child = command.spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        output.read_line(&mut first).unwrap();
        let port = first.trim().trim_end_matches('/').rsplit(':').next().and_then(|port| port.parse().ok());
        // The rest is read and dropped, so that the program never blocks on its output.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        let mut host = Self { child, port: 0 };
        host.port = port.unwrap_or_else(|| panic!("no address in {first:?}"));
        host
    }

    pub(crate) fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// What is at an address of its API.
    pub(crate) async fn get(&self, path: &str) -> Value {
        serde_json::from_slice(&self.bytes(path).await).unwrap()
    }

    /// What is at an address.
    pub(crate) async fn bytes(&self, path: &str) -> Vec<u8> {
        let url = format!("{}{path}", self.url());
        let asked = tokio::task::spawn_blocking(move || {
            ureq::get(&url)
                .call()
                .and_then(|mut answer| answer.body_mut().read_to_vec())
                .map_err(|e| format!("{url}: {e}"))
        });
        asked.await.unwrap().unwrap()
    }

    /// What is at an address once it is as wanted.
    pub(crate) async fn until(&self, path: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            let seen = self.get(path).await;
            if is_wanted(&seen) {
                return seen;
            }
            assert!(began.elapsed() < PATIENCE, "not as wanted: {seen:#}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Asks it to end, and waits for that.
    #[cfg(unix)]
    pub(crate) fn stop(mut self) {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(asked.success() && self.child.wait().unwrap().success(), "it ends as it should");
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // It has ended already when it was asked to.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
