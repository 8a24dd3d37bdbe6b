//! maribro: from "make me a minigame" to the big screen.
//!
//! - [`args`]: the command line
//! - [`new`]: a game to begin with
//! - [`dev`]: a game that is played while it is written
//! - [`verify`]: all checks of contract §6
//! - [`send`], [`status`]: a game on its way to a host, and what became of it; [`party`] is that host over HTTP
//! - [`discover`]: the hosts of the local network
//! - [`doctor`]: whether this machine has what it needs
//! - [`remembered`]: host and avatar of the last time
//! - [`browser`]: the Chromium in which games are played
//! - [`machine`]: what this machine is and how it installs things
//! - [`progress`]: bars on a terminal
//! - [`saves`]: files that are saved
//!
//! [`run`] is the whole program; `main` only reads arguments.

pub mod args;
pub mod browser;
pub mod dev;
pub mod discover;
pub mod doctor;
pub mod machine;
pub mod new;
pub mod party;
pub mod progress;
pub mod remembered;
pub mod saves;
pub mod send;
pub mod status;
pub mod verify;

use args::{Cli, Command, DevArgs, DoctorArgs, NewArgs, SendArgs, StatusArgs, VerifyArgs};
use progress::Progress;
use send::Sent;
use serde::Serialize;
use serde_json::json;
use std::{fmt::Display, io::Write, process::ExitCode};
use verify::{Options, Verifier};

/// How a command ended, and the program with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// 0
    Passed,
    /// 1: it ran, and the answer is no.
    Failed,
    /// 2: it could not run.
    CouldNotRun,
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        Self::from(match verdict {
            Verdict::Passed => 0,
            Verdict::Failed => 1,
            Verdict::CouldNotRun => 2,
        })
    }
}

/// Runs a command and says what came of it: answers on the standard output, troubles on the error output.
pub async fn run(cli: Cli) -> Verdict {
    let json = cli.json;
    // Nothing but that ends it.
    let ends_when_asked = matches!(cli.command, Command::Dev(_));
    let command = async {
        match cli.command {
            Command::New(args) => make(&args, json),
            Command::Dev(args) => play(args, json).await,
            Command::Verify(args) => Box::pin(check(args, json)).await,
            Command::Send(args) => Box::pin(deliver(args, json)).await,
            Command::Status(args) => ask(args, json).await,
            Command::Doctor(args) => examine(&args, json).await,
        }
    };
    // Dropped, a command ends its browser and removes its folders.
    let ran = tokio::select! {
        ran = command => ran,
        () = asked_to_stop() => if ends_when_asked { Ok(Verdict::Passed) } else { Err(anyhow::anyhow!("stopped")) },
    };
    ran.unwrap_or_else(|error| {
        if json {
            println!(
                "{}",
                json!({ "ok": false, "error": { "code": "could_not_run", "message": format!("{error:#}") } })
            );
        } else {
            eprintln!("maribro: {error:#}");
        }
        Verdict::CouldNotRun
    })
}

/// Ctrl-C, or a request to end. Where there are no signals nobody can ask.
async fn asked_to_stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}

/// An answer on the standard output. Whoever reads it may have had enough before its end.
fn say(answer: impl Display) -> anyhow::Result<()> {
    match write!(std::io::stdout(), "{answer}").and_then(|()| std::io::stdout().flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// One object on the standard output.
fn say_json(answer: &impl Serialize) -> anyhow::Result<()> {
    say(format_args!("{}\n", serde_json::to_string_pretty(answer)?))
}

fn make(args: &NewArgs, json: bool) -> anyhow::Result<Verdict> {
    let made = new::run(args)?;
    if json {
        say_json(&made)?;
    } else {
        let file = made.file.display();
        say(format_args!("{file}\nNext: maribro verify {file}\n"))?;
    }
    Ok(Verdict::Passed)
}

async fn play(args: DevArgs, json: bool) -> anyhow::Result<Verdict> {
    let tell = |news: &dev::News, note: Option<&str>| {
        if let Some(note) = note {
            eprintln!("maribro: {note}");
        }
        if json { say_json(news) } else { say(news) }
    };
    dev::run(args, tell).await.map(|()| Verdict::Passed)
}

async fn check(args: VerifyArgs, json: bool) -> anyhow::Result<Verdict> {
    let VerifyArgs { files, screenshot, allow_no_runtime, watch } = args;
    let progress = Progress::new(json);
    let verifier = Verifier::start(Options { screenshots: screenshot, allow_no_runtime }).await?;
    let tell = |report: &verify::VerifyReport| {
        if json {
            return say_json(report);
        }
        say(report)
    };
    let verdict = if watch {
        let tell = |report: anyhow::Result<verify::VerifyReport>| {
            if let Err(error) = report.and_then(|report| tell(&report)) {
                eprintln!("maribro: {error:#}");
            }
        };
        verify::watch(&verifier, &files, &progress, tell).await.map(|()| Verdict::Passed)
    } else {
        let report = verifier.verify(&files, &progress).await;
        report.and_then(|report| {
            tell(&report)?;
            Ok(if report.ok { Verdict::Passed } else { Verdict::Failed })
        })
    };
    verifier.close().await;
    verdict
}

async fn deliver(args: SendArgs, json: bool) -> anyhow::Result<Verdict> {
    let file = args.file.display().to_string();
    let sent = send::run(args, &Progress::new(json)).await?;
    if json {
        say_json(&sent)?;
    }
    match &sent {
        Sent::Landed { host, id, title, revision, report, forced, .. } => {
            if !json {
                say(report)?;
                if let Some(reason) = forced {
                    say(format_args!("Sent although it failed: {reason}\n"))?;
                }
                say(format_args!("{title:?} is on the shelf of {host} as {id}, revision {revision}\n"))?;
                say(format_args!("Next: maribro status {id}\n"))?;
            }
            Ok(Verdict::Passed)
        }
        Sent::NotSent { error, report, .. } => {
            if !json {
                say(report)?;
                eprintln!("maribro: {file}: {}", error.message);
            }
            Ok(Verdict::Failed)
        }
        Sent::Refused { error, .. } => {
            if !json {
                eprintln!("maribro: the host refused {file} ({}): {}", error.code, error.message);
            }
            Ok(Verdict::Failed)
        }
    }
}

async fn ask(args: StatusArgs, json: bool) -> anyhow::Result<Verdict> {
    let status = status::run(args).await?;
    if json {
        say_json(&status)?;
    } else {
        say(&status)?;
    }
    Ok(if status.ok { Verdict::Passed } else { Verdict::Failed })
}

async fn examine(args: &DoctorArgs, json: bool) -> anyhow::Result<Verdict> {
    let role = args.role;
    let findings = tokio::task::spawn_blocking(move || doctor::examine(role)).await?;
    if json {
        say_json(&findings)?;
    } else {
        say(&findings)?;
    }
    Ok(if findings.ok { Verdict::Passed } else { Verdict::Failed })
}
