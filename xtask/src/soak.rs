//! `cargo xtask soak`: builds the host as the party does, and runs a party of bots on it (`e2e/soak`).

use crate::process::{Reach, Supervisor, say};
use crate::setup::{self, Need};
use crate::workspace::{HOST, Workspace};
use anyhow::{Context, Result};
use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `cargo xtask soak` takes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How long, in minutes; it ends at the next lobby after that. 10 unless there are rounds to count.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=24 * 60))]
    minutes: Option<u32>,
    /// How many rounds; what comes first ends it.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,
    /// Quick ordinary games only, no hostile ones: many rounds in little time.
    #[arg(long)]
    calm: bool,
    /// Each shipped game once, by bots that know it, with pictures of each.
    #[arg(long, conflicts_with_all = ["minutes", "rounds", "calm"])]
    every_game: bool,
    /// Folder for those pictures; target/soak-pictures unless said otherwise.
    #[arg(long, requires = "every_game", value_name = "FOLDER")]
    pictures: Option<PathBuf>,
    /// Length of those rounds, as a share of the games' own.
    #[arg(long, requires = "every_game", value_parser = ["0.5", "0.75", "1", "1.5", "2"])]
    length: Option<String>,
}

impl Options {
    /// The same for `e2e/soak/soak.js`, which knows the defaults.
    fn arguments(&self) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = Vec::new();
        let values = [
            ("--minutes", self.minutes.map(|minutes| minutes.to_string().into())),
            ("--rounds", self.rounds.map(|rounds| rounds.to_string().into())),
            ("--pictures", self.pictures.clone().map(OsString::from)),
            ("--length", self.length.clone().map(OsString::from)),
        ];
        for (name, value) in values {
            arguments.extend(value.into_iter().flat_map(|value| [name.into(), value]));
        }
        for (name, is_set) in [("--calm", self.calm), ("--every-game", self.every_game)] {
            arguments.extend(is_set.then(|| name.into()));
        }
        arguments
    }
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
    node.arg("e2e/soak/soak.js").args(options.arguments());
    node.env("MARIBRO_HOST_BIN", programs.path(HOST)?).env("MARIBRO_CHROMIUM", chromium);
    // It ends host and browser in its own order.
    Ok(supervisor.run(&mut node, Reach::Child)?.exit_code())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn passed_on(line: &[&str]) -> Result<Vec<OsString>, clap::Error> {
        Line::try_parse_from([&["soak"], line].concat()).map(|line| line.options.arguments())
    }

    #[test]
    fn what_is_said_is_passed_on_and_nothing_else() {
        assert_eq!(passed_on(&[]).unwrap(), Vec::<OsString>::new());
        let line = ["--minutes", "5", "--rounds", "50", "--calm"];
        assert_eq!(passed_on(&line).unwrap(), line);
        let line = ["--pictures", "out", "--length", "0.5", "--every-game"];
        assert_eq!(passed_on(&line).unwrap(), line);
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        for line in [vec!["--every-game", "--rounds", "3"], vec!["--pictures", "out"], vec!["--minutes", "0"]] {
            assert!(passed_on(&line).is_err(), "{line:?}");
        }
    }
}
