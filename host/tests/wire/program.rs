//! The real program as its own process: it can be killed, and its memory and files are its own.

use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

/// A running program; killed when dropped.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
}

impl Program {
    pub fn start(folder: &Path) -> Self {
        Self::start_by(Command::new(env!("CARGO_BIN_EXE_maribro-host")), folder)
    }

    /// As `start`, with at most so many open files.
    #[cfg(target_os = "linux")]
    pub fn start_with_files(folder: &Path, files: u32) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit -n {files} && exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_maribro-host")]);
        Self::start_by(shell, folder)
    }

    fn start_by(mut command: Command, folder: &Path) -> Self {
        let mut child = command
            .args(["--port", "0", "--bind", "127.0.0.1", "--no-open", "--no-input", "--games-dir"])
            .arg(folder.join("games"))
            .arg("--data-dir")
            .arg(folder.join("data"))
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().expect("the first line comes").unwrap();
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
