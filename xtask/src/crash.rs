//! `cargo xtask crash`: the long form of the test in `host/tests/process/crash.rs`, with its figures shown.

use crate::process::{Reach, Supervisor, say};
use crate::workspace::{HOST, Workspace};
use anyhow::Result;
use clap::Args;
use std::process::ExitCode;

/// The test that does it; the short form runs with all others.
const TEST: &str = "crash::what_was_acknowledged_survives_kills_at_random_moments_exactly_once";

/// What `cargo xtask crash` takes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Rounds to record.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rounds: u32,
    /// Chooses the moments of the kills again as a run before did, which printed it.
    #[arg(long)]
    seed: Option<u64>,
}

/// Runs the test; its exit code is the answer.
///
/// # Errors
/// Cargo cannot be started, or xtask had been told to stop.
pub(crate) fn run(workspace: &Workspace, supervisor: &Supervisor, options: &Options) -> Result<ExitCode> {
    say("Building the host and its tests …");
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--quiet", "--locked", "--package", HOST, "--test", "process"]);
    cargo.args(["--", "--exact", TEST, "--nocapture"]);
    cargo.env("MARIBRO_CRASH_ROUNDS", options.rounds.to_string());
    if let Some(seed) = options.seed {
        cargo.env("MARIBRO_CRASH_SEED", seed.to_string());
    }
    Ok(supervisor.run(&mut cargo, Reach::Group)?.exit_code())
}
