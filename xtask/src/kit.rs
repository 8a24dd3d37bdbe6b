//! `cargo xtask kit`: the test in `sdk/cli/tests/cli/kit.rs`, with the programs as they are released.

use crate::process::{Reach, Supervisor, say};
use crate::setup::{self, Need};
use crate::workspace::{CLI, DAEMON, HOST, Workspace};
use anyhow::Result;
use std::process::ExitCode;

/// The tests that do it; with debug builds they run with all others.
const TESTS: &str = "kit::";

/// Builds and tries; the tests' exit code is the answer.
///
/// # Errors
/// A build fails, cargo cannot be started, or xtask had been told to stop.
pub(crate) fn run(workspace: &Workspace, supervisor: &Supervisor) -> Result<ExitCode> {
    setup::provide(supervisor, &[Need::Sdl2, Need::Chromium])?;
    say("Building the programs as they are released …");
    let programs = workspace.build_party(supervisor, &[HOST, DAEMON, CLI])?;
    for name in [HOST, DAEMON, CLI] {
        let path = programs.path(name)?;
        let megabytes = std::fs::metadata(path)?.len() as f64 / 1e6;
        say(format_args!("{name}: {megabytes:.1} MB"));
    }
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--quiet", "--locked", "--package", CLI, "--test", "cli", "--", TESTS, "--nocapture"]);
    cargo.env("MARIBRO_HOST_BIN", programs.path(HOST)?);
    cargo.env("MARIBRO_INPUT_BIN", programs.path(DAEMON)?);
    cargo.env("MARIBRO_BIN", programs.path(CLI)?);
    if let Some(chromium) = setup::find_chromium(supervisor)? {
        cargo.env("MARIBRO_CHROMIUM", chromium);
    }
    Ok(supervisor.run(&mut cargo, Reach::Group)?.exit_code())
}
