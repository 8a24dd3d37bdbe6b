//! A child on a leash: it ends with the host in whatever way that ends, and with it all that it started.
//!
//! On Unix a shell starts a watcher beside the program and then becomes the program. Both are in one process group. The
//! watcher holds the reading end of a pipe whose other end the host has and never writes to: the system closes that also when
//! the host is killed, and then the watcher ends the group. As long as the watcher is there the group's number is nobody else's,
//! so the host may end the group by its number, too. Elsewhere only the program itself ends, and only with its handle.

use super::{apart, program};
#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::{ffi::OsStr, io, process::ExitStatus, time::Duration};
use tokio::{
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command},
    time::timeout,
};

/// `sh -c THIS sh PROGRAM ARGUMENTS…`, with the leash as its standard input. Two seconds are what a program has to end by itself.
#[cfg(unix)]
const TIED: &str = r#"exec 3<&0
(trap '' HUP INT TERM; read -r _; kill -s TERM -- "-$$"; sleep 2; kill -s KILL -- "-$$") <&3 >/dev/null 2>&1 &
exec "$@" 3<&- </dev/null"#;

/// See the module. All that it started is killed when this is dropped.
#[derive(Debug)]
pub struct Leashed {
    child: Child,
    /// Number of the group, which is the program's own.
    group: Option<u32>,
    /// Held until the group was killed.
    leash: Option<ChildStdin>,
}

/// The command for a program and its arguments. Folder, environment and outputs may be set; its input is empty.
pub fn command<W: AsRef<OsStr>>(words: impl IntoIterator<Item = W>) -> Command {
    #[cfg(unix)]
    let mut command = {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", TIED, "sh"]);
        shell
    };
    #[cfg(not(unix))]
    let mut words = words.into_iter();
    #[cfg(not(unix))]
    let mut command = Command::new(words.next().map(|program| program.as_ref().to_owned()).unwrap_or_default());
    command.args(words);
    command
}

/// Words that put the program behind them after everything else that wants the processor; none where that cannot be had.
pub fn behind_all_others() -> &'static [&'static str] {
    match program::find(None, "nice", program::Search::Path) {
        Some(_) if cfg!(unix) => &["nice", "-n", "19"],
        _ => &[],
    }
}

impl Leashed {
    /// Starts a [`command`].
    ///
    /// # Errors
    /// The system refuses. A program that does not start says so on its error output, and ends with 126 or 127.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let mut child = apart(command).stdin(std::process::Stdio::piped()).spawn()?;
        let (group, leash) = (child.id(), child.stdin.take());
        Ok(Self { child, group, leash })
    }

    /// Its outputs, if they were asked for and not taken yet.
    pub fn outputs(&mut self) -> (Option<ChildStdout>, Option<ChildStderr>) {
        (self.child.stdout.take(), self.child.stderr.take())
    }

    /// Waits for its end; what it started may go on.
    ///
    /// # Errors
    /// The system does not tell.
    pub async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Asks it to end; after `patience` it is killed. All that it started is killed in any case.
    pub async fn part(mut self, patience: Duration) {
        if self.ask_to_end() && timeout(patience, self.child.wait()).await.is_ok() {
            return;
        }
        self.kill_all();
        if let Err(error) = self.child.kill().await {
            tracing::warn!(%error, "a child cannot be killed");
        }
    }

    fn ask_to_end(&self) -> bool {
        #[cfg(unix)]
        {
            // The number is known until it was waited for, so it is nobody else's.
            if let Some(Err(error)) = self.child.id().and_then(pid_of).map(|pid| kill_process(pid, Signal::TERM)) {
                tracing::debug!(%error, "a child had ended already");
            }
            true
        }
        #[cfg(not(unix))]
        false
    }

    /// SIGKILL for the whole group, once.
    fn kill_all(&mut self) {
        let Some(leash) = self.leash.take() else { return };
        #[cfg(unix)]
        if let Some(Err(error)) = self.group.and_then(pid_of).map(|group| kill_process_group(group, Signal::KILL)) {
            tracing::debug!(%error, "a child's group had ended already");
        }
        drop(leash);
    }
}

#[cfg(unix)]
fn pid_of(number: u32) -> Option<Pid> {
    Pid::from_raw(number.cast_signed())
}

impl Drop for Leashed {
    fn drop(&mut self) {
        self.kill_all();
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::child::output;
    use rustix::process::test_kill_process;

    /// Longest wait for what must happen.
    const PATIENCE: Duration = Duration::from_secs(20);

    /// A shell with a child of its own, both deaf to requests, when `deaf`; the numbers of both.
    async fn family(deaf: bool) -> (Leashed, [Pid; 2]) {
        let trap = if deaf { "trap '' TERM; " } else { "" };
        let script = format!("{trap}sleep 600 & echo $$ $!; wait");
        let mut tied = command(["sh", "-c", &script]);
        let mut child = Leashed::start(tied.stdout(std::process::Stdio::piped())).unwrap();
        let mut lines = output::lines(child.outputs().0.unwrap(), tokio::io::empty());
        let line = timeout(PATIENCE, lines.recv()).await.unwrap().unwrap();
        let numbers: Vec<Pid> = line.split(' ').map(|number| pid_of(number.parse().unwrap()).unwrap()).collect();
        (child, numbers.try_into().unwrap())
    }

    /// Waits until none of them runs. One that ended and was adopted by somebody who does not ask for it counts as gone.
    async fn until_gone(pids: &[Pid]) {
        let runs = |pid: &Pid| {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
            let dead = stat.is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| rest.starts_with(" Z")));
            test_kill_process(*pid).is_ok() && !dead
        };
        let gone = async {
            while pids.iter().any(runs) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, gone).await.expect("they end");
    }

    #[tokio::test]
    async fn a_child_whose_host_is_gone_ends_with_all_that_it_started() {
        for deaf in [false, true] {
            let (mut child, pids) = family(deaf).await;
            assert_eq!(child.group.and_then(pid_of), Some(pids[0]), "the program itself is the child");
            // What the system does when the host is killed.
            drop(child.leash.take());
            until_gone(&pids).await;
        }
    }

    #[tokio::test]
    async fn a_handle_that_is_dropped_takes_all_with_it() {
        let (child, pids) = family(true).await;
        drop(child);
        until_gone(&pids).await;
    }

    #[tokio::test]
    async fn one_that_is_asked_ends_by_itself_and_one_that_is_deaf_is_killed() {
        let (child, pids) = family(false).await;
        child.part(PATIENCE).await;
        until_gone(&pids).await;
        let (child, pids) = family(true).await;
        child.part(Duration::from_millis(50)).await;
        until_gone(&pids).await;
    }

    #[tokio::test]
    async fn how_it_ended_is_seen_and_a_program_that_is_not_there_says_so() {
        let mut child = Leashed::start(&mut command(["sh", "-c", "exit 7"])).unwrap();
        assert_eq!(child.ended().await.unwrap().code(), Some(7));
        let mut lost = command(["/nowhere/program"]);
        let mut child = Leashed::start(lost.stderr(std::process::Stdio::piped())).unwrap();
        let said = output::at_most(child.outputs().1.unwrap(), 1_000).await.unwrap();
        assert_eq!(child.ended().await.unwrap().code(), Some(127));
        assert!(String::from_utf8_lossy(&said).contains("/nowhere/program"));
    }

    #[tokio::test]
    async fn one_that_runs_behind_all_others_is_still_the_child_itself() {
        let words = [behind_all_others(), &["sh", "-c", "echo $$; nice"]].concat();
        let mut child = Leashed::start(command(words).stdout(std::process::Stdio::piped())).unwrap();
        let said = output::at_most(child.outputs().0.unwrap(), 1_000).await.unwrap();
        let wanted = format!("{}\n19\n", child.group.unwrap());
        assert_eq!(String::from_utf8_lossy(&said), wanted);
    }
}
