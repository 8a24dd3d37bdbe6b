//! The host as its own process: it can be killed, and its memory and files are its own.

use crate::harness::config;
use maribro_host::Host;
use serde_json::Value;
use std::{
    future,
    io::{BufRead, BufReader, Lines},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

/// Says where [`a_patient_host`] has its folders.
const FOLDER: &str = "MARIBRO_TEST_HOST_FOLDER";

/// No test but a host: this binary is started once more as it, for there the limits can be chosen. It waits for headers
/// and for next requests longer than the slowest machine needs to open thousands of connections.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a host for other tests"]
async fn a_patient_host() {
    const LONG: Duration = Duration::from_secs(600);
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let mut config = config(Path::new(&folder));
    (config.limits.head, config.limits.idle) = (LONG, LONG);
    let host = Host::start(config).await.unwrap();
    println!("\nLobby: {}", host.lobby_url());
    host.run(future::pending()).await;
}

/// A running program; killed when dropped.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
}

impl Program {
    /// The real program.
    pub fn start(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_maribro-host"));
        command
            .args(["--port", "0", "--bind", "127.0.0.1", "--no-open", "--no-input", "--games-dir"])
            .arg(folder.join("games"))
            .arg("--data-dir")
            .arg(folder.join("data"));
        Self::start_by(command, folder, |lines| lines.next().expect("the first line comes").unwrap())
    }

    /// A host of patience, with at most so many open files.
    #[cfg(target_os = "linux")]
    pub fn start_patient(folder: &Path, files: u64) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit -n {files} && exec \"$0\" \"$@\"")]);
        shell.arg(std::env::current_exe().unwrap());
        shell.args(["program::a_patient_host", "--exact", "--ignored", "--nocapture"]).env(FOLDER, folder);
        Self::start_by(shell, folder, |lines| {
            // The test runner speaks first.
            lines.map(Result::unwrap).find(|line| line.starts_with("Lobby: ")).expect("it listens")
        })
    }

    fn start_by(
        mut command: Command,
        folder: &Path,
        address_line: impl FnOnce(&mut Lines<BufReader<ChildStdout>>) -> String,
    ) -> Self {
        let mut child = command
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = address_line(&mut lines);
        let url = first.strip_prefix("Lobby: ").unwrap_or_else(|| panic!("{first}")).trim_end_matches('/').to_owned();
        let port = url.rsplit(':').next().unwrap().parse().unwrap();
        // The rest is read and dropped, so that the program never blocks on its output.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)) }
    }

    pub async fn send(&self, method: &str, path: &str, body: &Value) -> Option<Value> {
        use http_body_util::{BodyExt, Full};
        let stream = tokio::net::TcpStream::connect(self.address).await.ok()?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        let host = format!("localhost:{}", self.address.port());
        let request = hyper::Request::builder().method(method).uri(path).header("host", host);
        let request = request.body(Full::new(hyper::body::Bytes::from(body.to_string()))).unwrap();
        let (head, body) = sender.send_request(request).await.ok()?.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        crate::described::hold(method, path, head.status, &head.headers, &body);
        serde_json::from_slice(&body).ok()
    }

    /// Resident memory in bytes.
    #[cfg(target_os = "linux")]
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS is there");
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    /// Open files.
    #[cfg(target_os = "linux")]
    pub fn files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().count()
    }

    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Killed already in some tests.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
