//! The input daemon's program, and what the host tells of it.

use crate::{
    client::{PATIENCE, send},
    program::{Program, data, log},
};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::{
    ffi::OsStr,
    io::{BufRead, BufReader},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

/// How often it is looked whether something holds.
const LOOK: Duration = Duration::from_millis(10);

/// The program: the one that `cargo xtask test` has built, else it is built here, once.
pub(crate) fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| match std::env::var_os("MARIBRO_INPUT_BIN") {
        Some(named) => PathBuf::from(named),
        None => build(),
    })
}

fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--locked", "--package", "maribro-input", "--bins", "--message-format", "json"]);
    let built = build.current_dir(env!("CARGO_MANIFEST_DIR")).stderr(Stdio::inherit()).output().unwrap();
    assert!(built.status.success(), "the input daemon cannot be built: {}", built.status);
    let messages = built.stdout.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
    let path = messages.filter_map(|message: Value| message["executable"].as_str().map(PathBuf::from)).next_back();
    path.expect("the build names its program")
}

/// A host with an input daemon that has two virtual pads.
pub(crate) fn start(folder: &Path, flags: &[&OsStr]) -> Program {
    let daemon =
        [OsStr::new("--input-bin"), program().as_os_str(), OsStr::new("--input-args"), OsStr::new("--virtual 2")];
    Program::start_with_input(folder, &[&daemon, flags].concat())
}

/// A port for who comes back to it: systems give ports from 32,768 on to outgoing connections, of which other tests make
/// thousands, and one of those keeps its port for a minute after its end.
fn port_of_nobody() -> u16 {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    // Another run of these tests begins elsewhere.
    let first = std::process::id() % 10_000;
    loop {
        let port = 20_000 + (first + TRIED.fetch_add(1, Ordering::Relaxed)) % 12_000;
        let port = u16::try_from(port).unwrap();
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// A daemon that somebody started by hand; killed when dropped.
pub(crate) struct ByHand {
    child: Child,
    pub(crate) url: String,
}

impl ByHand {
    /// With the data folder of a host in this folder.
    pub(crate) fn start(folder: &Path) -> Self {
        let mut command = Command::new(program());
        command.args(["--port", &port_of_nobody().to_string(), "--virtual", "1", "--data-dir"]).arg(data(folder));
        command.env_remove("MARIBRO_INPUT_TOKEN").stdin(Stdio::null()).stderr(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("Input: ").unwrap_or_else(|| panic!("{line:?}")).to_owned();
        Self { child, url }
    }
}

impl Drop for ByHand {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// What the host tells of the input daemon, once it is as wanted.
pub(crate) async fn told(host: SocketAddr, is_wanted: impl Fn(&Value) -> bool) -> Value {
    let began = Instant::now();
    loop {
        let (_, answer) = send(host, "GET", "/api/health", &[], "").await.expect("the host answers");
        let input = serde_json::from_slice::<Value>(&answer).unwrap()["input"].take();
        if is_wanted(&input) {
            return input;
        }
        assert!(began.elapsed() < PATIENCE, "not as wanted: {input}");
        tokio::time::sleep(LOOK).await;
    }
}

/// What a host's log tells of the daemon that it started last: its process and its address.
pub(crate) fn child(folder: &Path) -> (Pid, String) {
    let text = std::fs::read_to_string(log(folder)).unwrap();
    let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["fields"].take());
    let runs = lines.rfind(|fields| fields["message"] == "the input daemon runs").expect("it ran");
    let pid = runs["pid"].as_i64().and_then(|pid| Pid::from_raw(pid.try_into().unwrap())).expect("an id");
    (pid, runs["url"].as_str().unwrap().to_owned())
}

/// Sends a signal to the daemon of a host.
pub(crate) fn signal(pid: Pid, signal: Signal) {
    kill_process(pid, signal).expect("it runs");
}

/// Waits until nobody listens at an address any more.
pub(crate) async fn until_nobody_is_at(url: &str) {
    let began = Instant::now();
    while tokio::net::TcpStream::connect(url.strip_prefix("ws://").unwrap()).await.is_ok() {
        assert!(began.elapsed() < PATIENCE, "somebody still listens at {url}");
        tokio::time::sleep(LOOK).await;
    }
}
