//! `cargo xtask party`: from a clean clone to a lobby on the screen.
//!
//! The host opens the browser and prints the addresses itself, so that an installed host does all of it without xtask. It
//! does not start the input daemon yet, so the party needs no SDL2.

use crate::process::{Reach, Supervisor, say};
use crate::workspace::{HOST, Workspace};
use anyhow::Result;
use std::ffi::OsString;
use std::process::{Command, ExitCode};

/// Sets up, builds and runs the host until it ends or xtask is told to stop; the host's exit code is the answer.
///
/// # Errors
/// Something that is missing cannot be installed, or the build fails.
pub(crate) fn run(workspace: &Workspace, supervisor: &Supervisor, host_flags: &[OsString]) -> Result<ExitCode> {
    say("Building the party …");
    let programs = workspace.build_party(supervisor, &[HOST])?;
    let mut host = Command::new(programs.path(HOST)?);
    host.args(host_flags).current_dir(workspace.root());
    Ok(supervisor.run(&mut host, Reach::Child)?.exit_code())
}
