//! `cargo xtask bench`: builds the host as the party does, and the bench program that measures it.

use crate::process::{Reach, Supervisor, say};
use crate::setup::{self, Need};
use crate::workspace::{DAEMON, HOST, Workspace};
use anyhow::Result;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

/// Package and program of the bench.
const BENCH: &str = "maribro-bench";

/// Builds and runs the bench; its exit code is the answer.
///
/// # Errors
/// Something that is missing cannot be installed, or a build fails.
pub(crate) fn run(workspace: &Workspace, supervisor: &Supervisor, bench_flags: &[OsString]) -> Result<ExitCode> {
    // Its baseline for the daemon is SDL itself.
    setup::provide(supervisor, &[Need::Sdl2])?;
    say("Building the party and the bench …");
    // Two builds, because in one the bench's dependencies could change the features of the host's.
    let party = workspace.build_party(supervisor, &[HOST, DAEMON])?;
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--release", "--locked", "--package", BENCH]);
    let programs = workspace.build(supervisor, &mut cargo)?;
    let bench_path: &Path = programs.path(BENCH)?;
    let mut bench = Command::new(bench_path);
    // Relative paths among the flags are meant from where xtask was called.
    bench.arg("--host").arg(party.path(HOST)?).arg("--input").arg(party.path(DAEMON)?).args(bench_flags);
    Ok(supervisor.run(&mut bench, Reach::Child)?.exit_code())
}
