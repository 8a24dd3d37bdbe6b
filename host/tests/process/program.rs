//! The real program, in a folder of the test's.

use rustix::process::{Pid, Signal, kill_process};
use std::{
    ffi::OsStr,
    fs::File,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio},
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// The host under test.
const HOST: &str = env!("CARGO_BIN_EXE_maribro-host");

/// A running host; killed when dropped.
pub(crate) struct Program {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Time from its start to the line that says where it listens.
    pub(crate) start: Duration,
}

impl Program {
    /// Starts the host on a free port, with `data` and `games` in this folder; listens when this returns.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_by(&[], folder)
    }

    /// As `start`, by a program that ends in becoming the host.
    pub(crate) fn start_by(launcher: &[&str], folder: &Path) -> Self {
        Self::started(command(launcher, folder))
    }

    /// As `start`, with an input daemon as these flags say, and its log in a file.
    pub(crate) fn start_with_input(folder: &Path, flags: &[&OsStr]) -> Self {
        let mut command = bare_command(&[], folder);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("MARIBRO_INPUT") {
                command.env_remove(name);
            }
        }
        command.args(["--log-format", "json"]).args(flags).env("RUST_LOG", "info");
        command.stderr(File::create(log(folder)).unwrap());
        Self::started(command)
    }

    fn started(command: Command) -> Self {
        let began = Instant::now();
        let (mut child, mut output) = spawn(command);
        let mut first = String::new();
        output.read_line(&mut first).unwrap();
        let port = first.trim().trim_end_matches('/').rsplit(':').next().and_then(|port| port.parse().ok());
        let Some(port) = port else {
            child.kill().unwrap();
            panic!("no address in {first:?}; it ended with {:?}", child.wait());
        };
        // The rest is read and dropped, so that the program never blocks on its output.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)), start: began.elapsed() }
    }

    /// Starts the host and kills it after `delay`, wherever it is then.
    pub(crate) fn start_and_kill(folder: &Path, delay: Duration) {
        let (mut child, mut output) = spawn(command(&[], folder));
        std::thread::sleep(delay);
        child.kill().unwrap();
        child.wait().unwrap();
        output.read_to_end(&mut Vec::new()).unwrap();
    }

    /// Runs the host to its end, which must come by itself.
    pub(crate) fn run(folder: &Path) -> Output {
        command(&[], folder).stderr(Stdio::piped()).output().unwrap()
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// A fuse that kills the process with SIGKILL when it has burnt down; it burns in a thread of its own.
    pub(crate) fn fuse(&self, burns: Duration) -> Fuse {
        Fuse { pid: self.pid(), burns, lit: None }
    }

    /// SIGKILL, and its end.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.killed();
    }

    /// Waits for the end by a SIGKILL that was sent.
    pub(crate) fn killed(&mut self) {
        let status = self.child.wait().unwrap();
        assert_eq!(status.signal(), Some(Signal::KILL.as_raw()), "it ended by itself: {status}");
    }

    /// Asks it to end, and how it did.
    pub(crate) fn stop(mut self) -> ExitStatus {
        kill_process(self.pid(), Signal::TERM).unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It has ended already in most tests.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// See [`Program::fuse`].
pub(crate) struct Fuse {
    pid: Pid,
    burns: Duration,
    lit: Option<JoinHandle<()>>,
}

impl Fuse {
    /// Begins to burn.
    pub(crate) fn light(&mut self) {
        let (pid, burns) = (self.pid, self.burns);
        // Nobody waits for the child before the fuse has burnt down, so the id stays its own.
        self.lit = Some(std::thread::spawn(move || {
            std::thread::sleep(burns);
            kill_process(pid, Signal::KILL).unwrap();
        }));
    }

    /// Waits until it has burnt down; lights it if nobody did.
    pub(crate) fn burn_down(mut self) {
        if self.lit.is_none() {
            self.light();
        }
        self.lit.take().unwrap().join().unwrap();
    }
}

impl Drop for Fuse {
    fn drop(&mut self) {
        // A test that failed waits for it, too: later the id may be another process's.
        if let Some(lit) = self.lit.take() {
            lit.join().ok();
        }
    }
}

fn spawn(mut command: Command) -> (Child, BufReader<ChildStdout>) {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    (child, output)
}

fn command(launcher: &[&str], folder: &Path) -> Command {
    let mut command = bare_command(launcher, folder);
    command.arg("--no-input").stderr(Stdio::null());
    command
}

fn bare_command(launcher: &[&str], folder: &Path) -> Command {
    let mut words = launcher.iter().map(OsStr::new).chain([OsStr::new(HOST)]);
    let mut command = Command::new(words.next().unwrap());
    command
        .args(words)
        .args(["--port", "0", "--bind", "127.0.0.1", "--no-open", "--games-dir"])
        .arg(folder.join("games"))
        .arg("--data-dir")
        .arg(data(folder))
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

/// The log of a host in this folder, if it writes one.
pub(crate) fn log(folder: &Path) -> PathBuf {
    folder.join("host.log")
}

/// The data folder of a host in this folder.
pub(crate) fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}
