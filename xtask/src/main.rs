//! The project's own commands, called as `cargo xtask <command>`.
//!
//! - `party`: from a clean clone to a lobby on the screen.
//! - `test`: every check and test, the same that CI runs.
//! - `bench`: the numbers to keep, as ratios to a baseline measured in the same run.
//! - `crash`: rounds are recorded while the host is killed at random moments.
//! - `kit`: the release builds of all programs, tried in empty folders far from the repository.
//! - `soak`: a party of bots with hostile games, watched for growth and losses.
//!
//! Each sets up what it needs and is missing, and says so first. Nothing that a command started outlives it.

mod bench;
mod crash;
mod kit;
mod party;
mod process;
mod setup;
mod soak;
mod test;
mod workspace;

use clap::{Parser, Subcommand};
use process::{Interrupted, Supervisor};
use std::io::Write;
use std::process::ExitCode;
use workspace::Workspace;

/// Commands of Maribro Party.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sets up what is missing, builds, starts the host and opens the lobby.
    ///
    /// Every flag is passed on to the host; `cargo xtask party -- --help` lists the host's flags.
    /// Relative paths among them are meant from the project's top folder.
    Party {
        /// The host's flags, e.g. `--port 8000`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        host_flags: Vec<std::ffi::OsString>,
    },
    /// Sets up what the tests need, then runs every check and test.
    Test(test::Options),
    /// Measures the numbers to keep, each against a baseline of the same run.
    ///
    /// Every flag is passed on to the bench; `cargo xtask bench -- --help` lists them.
    Bench {
        /// The bench's flags, e.g. `--json FILE`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        bench_flags: Vec<std::ffi::OsString>,
    },
    /// Records rounds while the host is killed at random moments, and checks after each restart that nothing is lost.
    Crash(crash::Options),
    /// Builds the programs as they are released and tries them alone: from `maribro new` to the big screen and back.
    Kit,
    /// Runs a party of bots with hostile games, uploads and strangers; says what grew and what was lost.
    Soak(soak::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.command) {
        Ok(code) => code,
        Err(error) => {
            // Not eprintln: after a hang-up there may be nowhere to print, and that must not turn into a panic.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            match error.downcast_ref::<Interrupted>() {
                Some(interrupted) => interrupted.exit_code(),
                None => ExitCode::FAILURE,
            }
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find()?;
    let supervisor = Supervisor::start()?;
    match command {
        Command::Party { host_flags } => party::run(&workspace, &supervisor, &host_flags),
        Command::Test(options) => test::run(&workspace, &supervisor, &options),
        Command::Bench { bench_flags } => bench::run(&workspace, &supervisor, &bench_flags),
        Command::Crash(options) => crash::run(&workspace, &supervisor, &options),
        Command::Kit => kit::run(&workspace, &supervisor),
        Command::Soak(options) => soak::run(&workspace, &supervisor, &options),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn party_passes_every_host_flag_on() {
        let arguments = Arguments::parse_from(["cargo xtask", "party", "--port", "0", "--no-open", "--help"]);
        let Command::Party { host_flags } = arguments.command else { panic!("not the party") };
        assert_eq!(host_flags, ["--port", "0", "--no-open", "--help"]);
    }
}
