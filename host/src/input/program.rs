//! The input daemon as a child process of the host.

use super::{Settings, TOKEN_VARIABLE, Token, address::InputUrl};
use crate::child::{
    apart,
    program::{self, Search},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{Child, ChildStdin, Command},
    time::timeout,
};

/// The program's name.
const NAME: &str = "maribro-input";
/// Longest time until it says where it listens: SDL looks for devices before that, and the machine may be starting.
const START: Duration = Duration::from_secs(15);
/// Longest time for it to say goodbye to its clients and to end.
const GOODBYE: Duration = Duration::from_millis(2_500);

/// A child that was started. Killed when it is dropped.
#[derive(Debug)]
pub(super) struct Program {
    child: Child,
    /// It ends when this is closed.
    stdin: Option<ChildStdin>,
}

/// Why a child could not be started, or ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoProgram {
    #[error("{} does not start: {error}", path.display())]
    Spawn { path: PathBuf, error: io::Error },
    #[error("it did not say where it listens within {START:?}")]
    Mute,
    #[error("it said {0:?} where it should have said where it listens")]
    Nonsense(String),
    #[error("it ended with {0}")]
    Ended(ExitStatus),
}

/// The program: the one that was named, else the one beside the host's own program, else the first in `PATH`.
pub(super) fn find(named: Option<&Path>) -> Option<PathBuf> {
    program::find(named, NAME, Search::BesideThenPath)
}

impl Program {
    /// Starts it, to listen at `address`; where it says that it listens.
    ///
    /// # Errors
    /// See [`NoProgram`]; the child has ended then.
    pub(super) async fn start(
        path: &Path,
        settings: &Settings,
        address: SocketAddr,
    ) -> Result<(Self, InputUrl), NoProgram> {
        let Token(token) = &settings.token;
        let mut command = Command::new(path);
        command
            .arg("--end-with-stdin")
            .args(["--log-format", "json", "--port", &address.port().to_string(), "--bind", &address.ip().to_string()])
            .arg("--data-dir")
            .arg(&settings.data_dir)
            .args(&settings.arguments)
            .env(TOKEN_VARIABLE, token)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child =
            apart(&mut command).spawn().map_err(|error| NoProgram::Spawn { path: path.to_owned(), error })?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        if let Some(stderr) = stderr {
            tokio::spawn(pass_on_log(stderr));
        }
        let program = Self { child, stdin };
        let mut lines = BufReader::new(stdout.ok_or(NoProgram::Mute)?).lines();
        let first = match timeout(START, lines.next_line()).await {
            Ok(Ok(Some(line))) => line,
            // Its output is closed: it ends.
            Ok(_) => return Err(program.end(GOODBYE).await.map_or(NoProgram::Mute, NoProgram::Ended)),
            Err(_) => return Err(program.killed(NoProgram::Mute).await),
        };
        // It says no more, but must never wait for somebody who reads.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let heard = first.strip_prefix("Input: ").and_then(|url| url.parse().ok());
        match heard {
            Some(url) => Ok((program, url)),
            None => Err(program.killed(NoProgram::Nonsense(first)).await),
        }
    }

    /// Its process id, while it lives.
    pub(super) fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Waits for its end.
    pub(super) async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Asks it to end and waits for that; after `patience` it is killed.
    pub(super) async fn end(mut self, patience: Duration) -> Option<ExitStatus> {
        drop(self.stdin.take());
        match timeout(patience, self.child.wait()).await {
            Ok(ended) => ended.inspect_err(|error| tracing::warn!(%error, "the input daemon's end was not seen")).ok(),
            Err(_) => {
                self.kill().await;
                None
            }
        }
    }

    /// Says goodbye, when the host ends.
    pub(super) async fn dismiss(self) {
        self.end(GOODBYE).await;
    }

    /// SIGKILL, and its end.
    pub(super) async fn kill(mut self) {
        if let Err(error) = self.child.kill().await {
            tracing::warn!(%error, "the input daemon cannot be killed");
        }
    }

    async fn killed(self, why: NoProgram) -> NoProgram {
        self.kill().await;
        why
    }
}

/// A log line of the daemon.
#[derive(Debug, Deserialize)]
struct LogLine {
    level: String,
    fields: Map<String, Value>,
}

/// Passes the daemon's log on into the host's, until the daemon has ended.
async fn pass_on_log(stderr: impl AsyncRead + Unpin) {
    let mut lines = BufReader::new(stderr).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let Ok(LogLine { level, fields }) = serde_json::from_str(&line) else {
            // What ends it is told in plain words.
            tracing::warn!("maribro-input: {}", line.strip_prefix("maribro-input: ").unwrap_or(&line));
            continue;
        };
        let told = in_words(&fields);
        match level.as_str() {
            "ERROR" => tracing::error!("maribro-input: {told}"),
            "WARN" => tracing::warn!("maribro-input: {told}"),
            "INFO" => tracing::info!("maribro-input: {told}"),
            _ => tracing::debug!("maribro-input: {told}"),
        }
    }
}

fn in_words(fields: &Map<String, Value>) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let message = fields.get("message").map(text).unwrap_or_default();
    let others = fields.iter().filter(|(name, _)| *name != "message");
    others.fold(message, |told, (name, value)| format!("{told} {name}={}", text(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_line_is_told_with_all_that_it_says() {
        let line =
            r#"{"timestamp":"x","level":"INFO","fields":{"message":"a pad is there","number":100,"name":"PS4"}}"#;
        let LogLine { level, fields } = serde_json::from_str(line).unwrap();
        assert_eq!((level.as_str(), in_words(&fields)), ("INFO", "a pad is there number=100 name=PS4".to_owned()));
    }
}
