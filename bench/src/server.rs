//! The servers that are measured, as child processes: start, wait for the address, end by their own id.

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal};
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

/// How a server's line with its address begins.
pub(crate) const ADDRESS_LINE: &str = "Lobby: ";
/// How the input daemon's begins.
const INPUT_ADDRESS_LINE: &str = "Input: ws://";
/// Longest wait for that line.
const START_DEADLINE: Duration = Duration::from_secs(20);
/// Longest wait for a server that was asked to end.
const END_DEADLINE: Duration = Duration::from_secs(10);

/// The programs under measure and the folder that they work in.
pub(crate) struct Programs {
    host: PathBuf,
    input: PathBuf,
    bench: PathBuf,
    scratch: PathBuf,
    games: PathBuf,
}

impl Programs {
    /// Generates the games, too.
    ///
    /// # Errors
    /// They cannot be written.
    pub(crate) fn new(host: PathBuf, input: PathBuf, bench: PathBuf, scratch: &Path) -> Result<Self> {
        let games = scratch.join("games");
        crate::games::write_shelf(&games)?;
        Ok(Self { host, input, bench, scratch: scratch.to_path_buf(), games })
    }

    /// The folder that all files of the measuring are in.
    pub(crate) fn scratch(&self) -> &Path {
        &self.scratch
    }

    /// Starts the host on the generated games, with a data folder of its own each time.
    ///
    /// # Errors
    /// It does not start.
    pub(crate) async fn start_host(&self) -> Result<Server> {
        let data =
            tempfile::Builder::new().prefix("data-").tempdir_in(&self.scratch).context("making a data folder")?;
        let mut command = Command::new(&self.host);
        command
            .args(["--port", "0", "--bind", "127.0.0.1", "--no-open", "--no-input"])
            .arg("--games-dir")
            .arg(&self.games)
            .arg("--data-dir")
            .arg(data.keep())
            .env_remove("MARIBRO_UPLOAD_TOKEN")
            .current_dir(&self.scratch);
        self.start(command, "host").await
    }

    /// Starts the baseline, whose answers have this many bytes.
    ///
    /// # Errors
    /// It does not start.
    pub(crate) async fn start_hello(&self, body_bytes: usize) -> Result<Server> {
        let mut command = Command::new(&self.bench);
        command.args(["hello", "--body-bytes", &body_bytes.to_string()]);
        self.start(command, "hello").await
    }

    /// Starts the input daemon with this many virtual pads.
    ///
    /// # Errors
    /// It does not start.
    pub(crate) async fn start_input(&self, pads: usize, token: &str) -> Result<Server> {
        let mut command = Command::new(&self.input);
        command
            .args(["--port", "0", "--bind", "127.0.0.1", "--virtual", &pads.to_string()])
            .arg("--data-dir")
            .arg(&self.scratch)
            .env("MARIBRO_INPUT_TOKEN", token)
            .env("SDL_VIDEODRIVER", "dummy");
        self.start(command, "input daemon").await
    }

    /// A baseline that this program plays itself.
    pub(crate) fn role(&self, name: &str) -> Command {
        let mut command = Command::new(&self.bench);
        command.arg(name).env("SDL_VIDEODRIVER", "dummy").stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    async fn start(&self, mut command: Command, name: &str) -> Result<Server> {
        let log_path = self.scratch.join(format!("{name}.log"));
        let log = File::create(&log_path).with_context(|| format!("making {}", log_path.display()))?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).kill_on_drop(true);
        let spawned = Instant::now();
        let mut process = command.spawn().with_context(|| format!("starting the {name}"))?;
        let stdout = process.stdout.take().context("the server has no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let address = match timeout(START_DEADLINE, address_in(&mut lines)).await {
            Ok(Ok(address)) => address,
            Ok(Err(error)) => bail!("the {name}: {error}; it said:\n{}", std::fs::read_to_string(&log_path)?),
            Err(_) => bail!("the {name} did not say its address; it said:\n{}", std::fs::read_to_string(&log_path)?),
        };
        // Read on to the end, so that the server never waits for room to print.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Server { process, address, spawned })
    }
}

async fn address_in(lines: &mut Lines<BufReader<ChildStdout>>) -> Result<SocketAddr> {
    while let Some(line) = lines.next_line().await? {
        if let Some(address) = line.strip_prefix(INPUT_ADDRESS_LINE) {
            return address.parse().context("reading the address");
        }
        if let Some(port) = line.split_once(ADDRESS_LINE).and_then(|(_, url)| port_of(url)) {
            return Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        }
    }
    bail!("it ended before it said its address")
}

fn port_of(url: &str) -> Option<u16> {
    let digits: String =
        url.trim().strip_prefix("http://localhost:")?.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// A running server.
pub(crate) struct Server {
    process: Child,
    /// Where it answers.
    pub(crate) address: SocketAddr,
    /// The moment right before its process was made.
    pub(crate) spawned: Instant,
}

impl Server {
    /// Its process id.
    ///
    /// # Errors
    /// It has ended.
    pub(crate) fn pid(&self) -> Result<Pid> {
        let id = self.process.id().context("the server has ended")?;
        Pid::from_raw(i32::try_from(id).context("an id of another system")?).context("the server has ended")
    }

    /// Asks it to end, and makes it after a deadline.
    ///
    /// # Errors
    /// It had ended before, or cannot be ended.
    pub(crate) async fn end(mut self) -> Result<()> {
        rustix::process::kill_process(self.pid()?, Signal::TERM).context("ending the server")?;
        if timeout(END_DEADLINE, self.process.wait()).await.is_err() {
            self.process.kill().await.context("ending the server")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_the_address() {
        assert_eq!(port_of("http://localhost:41234/"), Some(41234));
        assert_eq!(port_of("http://localhost:8000/?key=a1 (this machine)"), Some(8000));
        assert_eq!(port_of("http://192.168.0.2:8000/"), None);
    }
}
