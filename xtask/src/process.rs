//! Runs child processes so that none outlives xtask.
//!
//! Each child leads a process group of its own: a Ctrl-C in the terminal reaches xtask alone, which passes it on once,
//! waits with a deadline, and then ends whatever is left of the group.

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;
use std::fmt::Display;
use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a child may take to end after it was asked to: the host saves and closes its sockets well within it.
const GRACE: Duration = Duration::from_secs(10);
/// How long the processes that an ended child left behind may take to end.
const LEFTOVER_GRACE: Duration = Duration::from_secs(2);
/// Read from a child's pipe at once.
const PIPE_BYTES: usize = 64 * 1024;
/// How often to look whether they have.
const LEFTOVER_POLL: Duration = Duration::from_millis(20);

/// Prints a line to standard output, where the children print too.
///
/// A write error is not reported: there is nowhere left to, and after a hang-up the children must still be ended.
pub(crate) fn say(line: impl Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// xtask was told to stop by a signal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Interrupted {
    signal: i32,
}

impl Interrupted {
    /// The shell's exit code for a death by this signal.
    pub(crate) fn exit_code(self) -> ExitCode {
        exit_code_of_signal(self.signal)
    }
}

impl Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "stopped by signal {}", self.signal)
    }
}

impl std::error::Error for Interrupted {}

/// Who gets the signal that stopped xtask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The child alone: it ends its own children in its own order.
    Child,
    /// The child and all that it started, as a terminal does it.
    Group,
}

/// How a child ended.
#[derive(Debug)]
pub(crate) struct Ending {
    /// What the child said last.
    pub(crate) status: ExitStatus,
    /// Set when xtask was told to stop while the child ran.
    pub(crate) interrupted: Option<Interrupted>,
}

impl Ending {
    /// The child's exit code, in the shell's form for a death by signal.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match (self.status.code(), self.status.signal()) {
            (Some(code), _) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
            (None, Some(signal)) => exit_code_of_signal(signal),
            (None, None) => ExitCode::FAILURE,
        }
    }
}

enum Happening {
    Signal(i32),
    Ended(Pid),
}

/// Starts children, and passes on the signals that xtask gets.
pub(crate) struct Supervisor {
    happenings: Receiver<Happening>,
    reporter: Sender<Happening>,
}

impl Supervisor {
    /// Begins to listen for SIGINT, SIGTERM, SIGHUP and SIGQUIT.
    ///
    /// # Errors
    /// The system refuses the handlers.
    pub(crate) fn start() -> Result<Self> {
        let (reporter, happenings) = channel();
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT]).context("listening for signals")?;
        let to_supervisor = reporter.clone();
        thread::spawn(move || {
            for signal in signals.forever() {
                if to_supervisor.send(Happening::Signal(signal)).is_err() {
                    break;
                }
            }
        });
        Ok(Self { happenings, reporter })
    }

    /// Runs a command to its end.
    ///
    /// # Errors
    /// It cannot be started, or xtask had been told to stop before. A failure of the command itself is in [`Ending`].
    pub(crate) fn run(&self, command: &mut Command, reach: Reach) -> Result<Ending> {
        Ok(self.supervise(command, reach)?.0)
    }

    /// Runs a tool that has to succeed.
    ///
    /// # Errors
    /// As [`Self::run`], and when the tool fails or xtask is told to stop.
    pub(crate) fn run_tool(&self, command: &mut Command) -> Result<()> {
        let ending = self.run(command, Reach::Group)?;
        succeeded(command, &ending)
    }

    /// Runs a tool that has to succeed and gives its standard output.
    ///
    /// # Errors
    /// As [`Self::run_tool`].
    pub(crate) fn output_of(&self, command: &mut Command) -> Result<Vec<u8>> {
        let (ending, output) = self.supervise(command.stdout(Stdio::piped()), Reach::Group)?;
        succeeded(command, &ending)?;
        Ok(output)
    }

    /// Whether a command can be started and succeeds; its output is not shown.
    ///
    /// # Errors
    /// xtask was told to stop.
    pub(crate) fn probe(&self, command: &mut Command) -> Result<bool> {
        match self.run(command.stdout(Stdio::null()).stderr(Stdio::null()), Reach::Group) {
            Ok(Ending { interrupted: Some(interrupted), .. }) => Err(interrupted.into()),
            Ok(ending) => Ok(ending.status.success()),
            Err(error) if error.is::<Interrupted>() => Err(error),
            Err(_) => Ok(false),
        }
    }

    /// Runs tools that all have to succeed, some at a time, and shows what each printed when it ends.
    ///
    /// # Errors
    /// One of them cannot be started, one or more failed (the others go on), or xtask is told to stop.
    pub(crate) fn run_side_by_side(&self, commands: Vec<Command>, at_once: usize) -> Result<()> {
        let mut waiting = commands.into_iter();
        let mut running: Vec<(Command, Running)> = Vec::new();
        let mut failed = Vec::new();
        loop {
            while running.len() < at_once
                && let Some(mut command) = waiting.next()
            {
                let started = self.start_child(command.stdout(Stdio::piped()).stderr(Stdio::piped()));
                match started {
                    Ok(child) => running.push((command, child)),
                    Err(error) => {
                        let groups: Vec<&Group> = running.iter().map(|(_, child)| &child.group).collect();
                        groups.iter().for_each(|group| group.signal(Signal::KILL, Reach::Group));
                        return Err(error);
                    }
                }
            }
            let groups: Vec<&Group> = running.iter().map(|(_, child)| &child.group).collect();
            if groups.is_empty() {
                break;
            }
            let (ended, interrupted) = self.until_one_ended(&groups, Reach::Group);
            let at = running.iter().position(|(_, child)| Some(child.group.leader) == ended).unwrap_or_default();
            let (command, child) = running.swap_remove(at);
            let finished = child.finish();
            if interrupted.is_some() || finished.is_err() {
                running.iter().for_each(|(_, child)| child.group.signal(Signal::KILL, Reach::Group));
                for (_, child) in running.drain(..) {
                    child.finish()?;
                }
            }
            let (status, output) = finished?;
            if let Some(interrupted) = interrupted {
                return Err(interrupted.into());
            }
            say(format_args!("-- {}\n{}", shown(&command), String::from_utf8_lossy(&output)));
            if !status.success() {
                failed.push(format!("{} ({status})", shown(&command)));
            }
        }
        if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
    }

    fn supervise(&self, command: &mut Command, reach: Reach) -> Result<(Ending, Vec<u8>)> {
        let child = self.start_child(command)?;
        let (_, interrupted) = self.until_one_ended(&[&child.group], reach);
        let (status, output) = child.finish()?;
        Ok((Ending { status, interrupted }, output))
    }

    fn start_child(&self, command: &mut Command) -> Result<Running> {
        match self.happenings.try_recv() {
            // A signal that came between two children counts for the next one.
            Ok(Happening::Signal(signal)) => return Err(Interrupted { signal }.into()),
            // Another child runs beside this one, and its end is waited for.
            Ok(ended) => self.reporter.send(ended).context("keeping the end of a child")?,
            Err(_) => {}
        }
        let mut child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("starting {}", command.get_program().display()))?;
        let group = Group::led_by(&child);
        let name = command.get_program().display().to_string();
        let printed = Arc::new(Mutex::new(Vec::new()));
        let mut readers = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            readers.push(collect(stdout, printed.clone()));
        }
        if let Some(stderr) = child.stderr.take() {
            readers.push(collect(stderr, printed.clone()));
        }
        self.report_end_of(group.leader);
        Ok(Running { child, group, name, readers, printed })
    }

    fn report_end_of(&self, child: Pid) {
        let reporter = self.reporter.clone();
        thread::spawn(move || {
            // The child stays a zombie here, so that its id cannot become another process's before it is done with.
            let wait = || rustix::process::waitid(WaitId::Pid(child), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
            while matches!(wait(), Err(rustix::io::Errno::INTR)) {}
            let _ = reporter.send(Happening::Ended(child));
        });
    }

    /// Waits until one of these children ended, or until all did once xtask was told to stop.
    fn until_one_ended(&self, groups: &[&Group], reach: Reach) -> (Option<Pid>, Option<Interrupted>) {
        let mut interrupted = None;
        let mut deadline: Option<Instant> = None;
        let mut left = groups.len();
        let signal_all = |signal, reach| groups.iter().for_each(|group| group.signal(signal, reach));
        loop {
            let happening = match deadline {
                None => self.happenings.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(deadline) => self.happenings.recv_timeout(deadline.saturating_duration_since(Instant::now())),
            };
            match happening {
                Ok(Happening::Ended(child)) => {
                    left -= 1;
                    if interrupted.is_none() || left == 0 {
                        return (Some(child), interrupted);
                    }
                }
                Ok(Happening::Signal(signal)) if interrupted.is_none() => {
                    interrupted = Some(Interrupted { signal });
                    deadline = Some(Instant::now() + GRACE);
                    signal_all(if signal == SIGINT { Signal::INT } else { Signal::TERM }, reach);
                }
                // A second signal means "now", and so does the end of the grace.
                Ok(Happening::Signal(_)) | Err(RecvTimeoutError::Timeout) => {
                    signal_all(Signal::KILL, Reach::Group);
                    deadline = None;
                }
                Err(RecvTimeoutError::Disconnected) => return (None, interrupted),
            }
        }
    }
}

/// A child that runs.
struct Running {
    child: Child,
    group: Group,
    name: String,
    readers: Vec<thread::JoinHandle<std::io::Result<()>>>,
    printed: Arc<Mutex<Vec<u8>>>,
}

impl Running {
    /// What the child said last, and what it printed into pipes, in the order in which that came.
    fn finish(mut self) -> Result<(ExitStatus, Vec<u8>)> {
        self.group.end_leftovers(&mut self.child)?;
        let status = self.child.wait().context("waiting for a child")?;
        for reader in self.readers {
            match reader.join() {
                Ok(read) => read.with_context(|| format!("reading from {}", self.name))?,
                Err(_) => bail!("the reader of {} panicked", self.name),
            }
        }
        let printed = std::mem::take(&mut *self.printed.lock().unwrap_or_else(PoisonError::into_inner));
        Ok((status, printed))
    }
}

/// Reads a pipe into what a child printed.
fn collect(
    mut pipe: impl Read + Send + 'static,
    printed: Arc<Mutex<Vec<u8>>>,
) -> thread::JoinHandle<std::io::Result<()>> {
    thread::spawn(move || {
        let mut piece = vec![0; PIPE_BYTES];
        loop {
            match pipe.read(&mut piece)? {
                0 => return Ok(()),
                count => {
                    printed.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&piece[..count]);
                }
            }
        }
    })
}

fn succeeded(command: &Command, ending: &Ending) -> Result<()> {
    if let Some(interrupted) = ending.interrupted {
        return Err(interrupted.into());
    }
    if !ending.status.success() {
        bail!("{} failed ({})", shown(command), ending.status);
    }
    Ok(())
}

/// A command as one would type it, without the folder of its program.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    std::iter::once(program.file_name().unwrap_or(program.as_os_str()))
        .chain(command.get_args())
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

fn exit_code_of_signal(signal: i32) -> ExitCode {
    const SHELL_SIGNAL_BASE: i32 = 128;
    ExitCode::from(u8::try_from(SHELL_SIGNAL_BASE + signal).unwrap_or(1))
}

/// The process group of one child.
struct Group {
    leader: Pid,
}

impl Group {
    fn led_by(child: &Child) -> Self {
        Self { leader: Pid::from_child(child) }
    }

    /// An error means that nobody is left to get it.
    fn signal(&self, signal: Signal, reach: Reach) {
        let _ = match reach {
            Reach::Child => rustix::process::kill_process(self.leader, signal),
            Reach::Group => rustix::process::kill_process_group(self.leader, signal),
        };
    }

    /// Ends what an ended leader left behind, and reaps the leader.
    fn end_leftovers(&self, leader: &mut Child) -> Result<()> {
        self.signal(Signal::TERM, Reach::Group);
        leader.wait().context("waiting for a child")?;
        let deadline = Instant::now() + LEFTOVER_GRACE;
        while rustix::process::test_kill_process_group(self.leader).is_ok() {
            if Instant::now() > deadline {
                self.signal(Signal::KILL, Reach::Group);
                break;
            }
            thread::sleep(LEFTOVER_POLL);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_side_by_side_are_all_waited_for_also_when_several_end_at_once() {
        const PATIENCE: Duration = Duration::from_secs(120);
        let (done, ended) = channel();
        thread::spawn(move || {
            let supervisor = Supervisor::start().unwrap();
            let quick = || (0..40).map(|_| Command::new("true"));
            let all_well = supervisor.run_side_by_side(quick().collect(), 4).is_ok();
            let with_a_failure = quick().chain([Command::new("false")]).collect();
            let failed = supervisor.run_side_by_side(with_a_failure, 4).unwrap_err().to_string();
            done.send((all_well, failed)).unwrap();
        });
        let (all_well, failed) = ended.recv_timeout(PATIENCE).expect("no end is missed");
        assert!(all_well && failed.contains("false"), "{failed}");
    }
}
