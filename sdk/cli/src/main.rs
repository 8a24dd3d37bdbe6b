//! The command line of game makers.

use clap::Parser;
use maribro::{Verdict, args::Cli};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(maribro::run(cli)).into(),
        Err(error) => {
            eprintln!("maribro: the program cannot run here: {error}");
            Verdict::CouldNotRun.into()
        }
    }
}
