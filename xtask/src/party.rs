//! `cargo xtask party`: from a clean clone to a lobby on the screen.
//!
//! The host opens the browser, prints the addresses and starts the input daemon itself, so that an installed host does
//! all of it without xtask.

use crate::process::{Reach, Supervisor, say};
use crate::setup::{self, Need};
use crate::workspace::{HOST, Workspace};
use anyhow::Result;
use std::ffi::OsString;
use std::process::{Command, ExitCode};

/// Sets up, builds and runs the host until it ends or xtask is told to stop; the host's exit code is the answer.
///
/// # Errors
/// Something that is missing cannot be installed, or the build fails.
pub(crate) fn run(workspace: &Workspace, supervisor: &Supervisor, host_flags: &[OsString]) -> Result<ExitCode> {
    if workspace.has_daemon() {
        setup::provide(supervisor, &[Need::Sdl2])?;
    }
    say("Building the party …");
    let programs = workspace.build_party(supervisor)?;
    let mut host = Command::new(programs.path(HOST)?);
    host.args(host_flags).current_dir(workspace.root());
    Ok(supervisor.run(&mut host, Reach::Child)?.exit_code())
}
