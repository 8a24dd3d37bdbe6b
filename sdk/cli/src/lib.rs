//! maribro: from "make me a minigame" to the big screen.
//!
//! - [`args`]: the command line
//! - [`new`]: a game to begin with
//! - [`verify`]: all checks of contract §6
//! - [`browser`]: the Chromium in which games are played
//! - [`machine`]: what this machine is and how it installs things
//! - [`progress`]: bars on a terminal
//!
//! [`run`] is the whole program; `main` only reads arguments.

pub mod args;
pub mod browser;
pub mod machine;
pub mod new;
pub mod progress;
pub mod verify;

use args::{Cli, Command, NewArgs, VerifyArgs};
use progress::Progress;
use serde::Serialize;
use serde_json::json;
use std::process::ExitCode;
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
    let ran = match cli.command {
        Command::New(args) => make(&args, json),
        Command::Verify(args) => check(args, json).await,
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

/// One object on the standard output.
fn print_json(answer: &impl Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(answer)?);
    Ok(())
}

fn make(args: &NewArgs, json: bool) -> anyhow::Result<Verdict> {
    let made = new::run(args)?;
    if json {
        print_json(&made)?;
    } else {
        println!("{}", made.file.display());
        println!("Next: maribro verify {}", made.file.display());
    }
    Ok(Verdict::Passed)
}

async fn check(args: VerifyArgs, json: bool) -> anyhow::Result<Verdict> {
    let VerifyArgs { files, screenshot, allow_no_runtime, watch } = args;
    let progress = Progress::new(json);
    let verifier = Verifier::start(Options { screenshots: screenshot, allow_no_runtime }).await?;
    let tell = |report: &verify::VerifyReport| {
        if json {
            return print_json(report);
        }
        print!("{report}");
        Ok(())
    };
    let verdict = if watch {
        let tell = |report: anyhow::Result<verify::VerifyReport>| {
            if let Err(error) = report.and_then(|report| tell(&report)) {
                eprintln!("maribro: {error:#}");
            }
        };
        let stop = async {
            // Without signals nobody can ask to stop.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        verify::watch(&verifier, &files, &progress, tell, stop).await.map(|()| Verdict::Passed)
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
