//! `cargo xtask bench`: builds the party as `cargo xtask party` does, and measures it: with the bench program, and the way of a
//! button into a game with `e2e/latency.js`, which needs a browser.

use crate::process::{Reach, Supervisor, say};
use crate::setup::{self, Need};
use crate::workspace::{DAEMON, HOST, Workspace};
use anyhow::{Context, Result};
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

/// Package and program of the bench.
const BENCH: &str = "maribro-bench";

/// Group of the bench that the browser's part belongs to.
const INPUT_GROUP: &str = "input";

/// Builds and runs both; success when every budget is kept.
///
/// # Errors
/// Something that is missing cannot be installed, or a build fails.
pub(crate) fn run(workspace: &Workspace, supervisor: &Supervisor, bench_flags: &[OsString]) -> Result<ExitCode> {
    let measures_input = wants(bench_flags, INPUT_GROUP);
    // Its baseline for the daemon is SDL itself.
    let mut needs = vec![Need::Sdl2];
    if measures_input {
        setup::require_node(supervisor)?;
        needs.push(Need::Chromium);
    }
    setup::provide(supervisor, &needs)?;
    if measures_input {
        setup::provide_node_packages(workspace, supervisor)?;
    }
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
    let answer = supervisor.run(&mut bench, Reach::Child)?.exit_code();
    if !measures_input {
        return Ok(answer);
    }
    say("\nMeasuring the way of a button into a game …");
    let chromium = setup::find_chromium(supervisor)?.context("Chromium was there a moment ago")?;
    let mut latency = workspace.command("node");
    latency.arg("e2e/latency.js").env("MARIBRO_CHROMIUM", chromium);
    latency.env("MARIBRO_HOST_BIN", party.path(HOST)?).env("MARIBRO_INPUT_BIN", party.path(DAEMON)?);
    // It ends host and browser in its own order.
    let in_a_game = supervisor.run(&mut latency, Reach::Child)?.exit_code();
    Ok(if answer == ExitCode::SUCCESS { in_a_game } else { answer })
}

/// Whether the bench's flags ask for this group: without `--only` for all, and nobody measures who asks for help.
fn wants(flags: &[OsString], group: &str) -> bool {
    let words: Vec<_> = flags.iter().map(|flag| flag.to_string_lossy()).collect();
    if words.iter().any(|word| word == "--help" || word == "-h") {
        return false;
    }
    let joined = words.iter().filter_map(|word| word.strip_prefix("--only="));
    let apart = words.windows(2).filter(|pair| pair[0] == "--only").map(|pair| pair[1].as_ref());
    let mut chosen = joined.chain(apart).peekable();
    chosen.peek().is_none() || chosen.any(|only| only == group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_part_runs_with_its_group_or_without_a_choice() {
        let asks = |flags: &[&str]| wants(&flags.iter().map(OsString::from).collect::<Vec<_>>(), INPUT_GROUP);
        assert!(asks(&[]) && asks(&["--only", "input"]) && asks(&["--only=http", "--only=input"]));
        assert!(!asks(&["--only", "http"]) && !asks(&["--only=http"]) && !asks(&["--help"]));
    }
}
