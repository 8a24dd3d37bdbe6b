//! `cargo xtask soak`: builds the host as the party does, and runs a party of bots on it (`e2e/soak`).

use crate::process::{Reach, Supervisor, say};
use crate::setup::{self, Need};
use crate::workspace::{HOST, Workspace};
use anyhow::{Context, Result};
use clap::Args;
use std::process::ExitCode;

/// What `cargo xtask soak` takes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How long, in minutes; it ends at the next lobby after that.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=24 * 60))]
    minutes: u32,
}

/// Sets up, builds and runs it; its exit code is the verdict.
///
/// # Errors
/// Something that is missing cannot be installed, or the build fails.
pub(crate) fn run(workspace: &Workspace, supervisor: &Supervisor, options: &Options) -> Result<ExitCode> {
    setup::require_node(supervisor)?;
    setup::provide(supervisor, &[Need::Chromium])?;
    setup::provide_node_packages(workspace, supervisor)?;
    let chromium = setup::find_chromium(supervisor)?.context("Chromium was there a moment ago")?;
    say("Building the party …");
    let programs = workspace.build_party(supervisor, &[HOST])?;
    let mut node = workspace.command("node");
    node.args(["e2e/soak/soak.js", "--minutes", &options.minutes.to_string()]);
    node.env("MARIBRO_HOST_BIN", programs.path(HOST)?).env("MARIBRO_CHROMIUM", chromium);
    // It ends host and browser in its own order.
    Ok(supervisor.run(&mut node, Reach::Child)?.exit_code())
}
