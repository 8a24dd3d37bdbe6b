//! The command line of game makers.

use clap::Parser;
use maribro::{Verdict, args::Cli};
use std::{process::ExitCode, time::Duration};

/// How long blocking work (an upload, a disk) may hold up the end.
const EXIT_DEADLINE: Duration = Duration::from_millis(500);

fn main() -> ExitCode {
    let cli = Cli::parse();
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => {
            let verdict = runtime.block_on(maribro::run(cli));
            runtime.shutdown_timeout(EXIT_DEADLINE);
            verdict.into()
        }
        Err(error) => {
            eprintln!("maribro: the program cannot run here: {error}");
            Verdict::CouldNotRun.into()
        }
    }
}
