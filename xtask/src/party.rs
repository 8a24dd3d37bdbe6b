//! `cargo xtask party`: from a clean clone to a lobby on the screen.
//!
//! The host opens the browser, starts the input daemon that it finds beside itself, and prints the addresses, so that an
//! installed host does all of it without xtask. Where SDL2 cannot be had, the party goes on without the daemon: then the
//! browser alone reads the pads.

use crate::process::{Interrupted, Reach, Supervisor, say};
use crate::setup::{self, Need};
use crate::workspace::{CLI, DAEMON, HOST, Workspace};
use anyhow::Result;
use std::ffi::OsString;
use std::process::{Command, ExitCode};

/// Flags with which the host starts no daemon, or nothing at all.
const WITHOUT_DAEMON: [&str; 5] = ["--no-input", "--help", "-h", "--version", "-V"];

/// Variables of the same meaning; a daemon that is named there is used as it is.
const WITHOUT_DAEMON_VARIABLES: [&str; 2] = ["MARIBRO_NO_INPUT", "MARIBRO_INPUT_BIN"];

/// The flag with which the host plays uploads, by the program of game makers, which it looks for beside its own.
const PLAYS_UPLOADS: &str = "--verify-uploads";
/// A variable of the same meaning.
const PLAYS_UPLOADS_VARIABLE: &str = "MARIBRO_VERIFY_UPLOADS";

/// Sets up, builds and runs the host until it ends or xtask is told to stop; the host's exit code is the answer.
///
/// # Errors
/// The host cannot be built, or xtask is told to stop.
pub(crate) fn run(workspace: &Workspace, supervisor: &Supervisor, host_flags: &[OsString]) -> Result<ExitCode> {
    say("Building the party …");
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let packages: &[&str] = if plays_uploads(host_flags, is_set) { &[HOST, CLI] } else { &[HOST] };
    let programs = workspace.build_party(supervisor, packages)?;
    if wants_daemon(host_flags, is_set) {
        match build_daemon(workspace, supervisor) {
            Err(error) if error.is::<Interrupted>() => return Err(error),
            Err(error) => say(format_args!("The input daemon was not built, so the browser reads the pads: {error:#}")),
            Ok(()) => {}
        }
    }
    let mut host = Command::new(programs.path(HOST)?);
    host.args(host_flags).current_dir(workspace.root());
    Ok(supervisor.run(&mut host, Reach::Child)?.exit_code())
}

fn wants_daemon(host_flags: &[OsString], is_set: impl Fn(&str) -> bool) -> bool {
    let is_without = |flag: &OsString| WITHOUT_DAEMON.iter().any(|without| flag == without);
    !host_flags.iter().any(is_without) && !WITHOUT_DAEMON_VARIABLES.into_iter().any(is_set)
}

fn plays_uploads(host_flags: &[OsString], is_set: impl Fn(&str) -> bool) -> bool {
    host_flags.iter().any(|flag| flag == PLAYS_UPLOADS) || is_set(PLAYS_UPLOADS_VARIABLE)
}

/// The host looks for it beside its own program, where cargo puts it.
fn build_daemon(workspace: &Workspace, supervisor: &Supervisor) -> Result<()> {
    setup::provide(supervisor, &[Need::Sdl2])?;
    workspace.build_party(supervisor, &[DAEMON])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_daemon_is_built_for_a_party_that_starts_one() {
        let wants = |flags: &[&str], variable: &str| {
            let flags: Vec<OsString> = flags.iter().map(OsString::from).collect();
            wants_daemon(&flags, |name| name == variable)
        };
        assert!(wants(&[], "") && wants(&["--port", "0", "--no-open"], ""));
        assert!(!wants(&["--no-open", "--no-input"], "") && !wants(&["--help"], ""));
        assert!(!wants(&[], "MARIBRO_NO_INPUT") && !wants(&[], "MARIBRO_INPUT_BIN"));
    }

    #[test]
    fn the_program_that_plays_uploads_is_built_for_a_party_that_plays_them() {
        let plays = |flags: &[&str], variable: &str| {
            let flags: Vec<OsString> = flags.iter().map(OsString::from).collect();
            plays_uploads(&flags, |name| name == variable)
        };
        assert!(plays(&["--no-open", "--verify-uploads"], "") && plays(&[], "MARIBRO_VERIFY_UPLOADS"));
        assert!(!plays(&["--no-open"], ""));
    }
}
