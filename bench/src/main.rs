//! Measures the numbers to keep of a running host and input daemon, each beside a baseline measured in the same run, so that the ratio
//! says something on any machine.
//!
//! `cargo xtask bench` builds and calls it. It talks only to 127.0.0.1, takes about a minute, and stops by itself. A
//! number over its budget is printed, not an error: machines are noisy, and people judge.

mod games;
mod hello;
mod http;
mod idle;
mod input;
mod listing;
mod load;
mod memory;
mod server;
mod start;
mod table;
mod upload;

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand, ValueEnum};
use server::Programs;
use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;
use table::Row;
use tokio::signal::unix::{SignalKind, signal};

/// Longest time that one group of rows may take; each is bounded to a few seconds on a machine that works.
const ROWS_DEADLINE: Duration = Duration::from_secs(180);

/// Measures the numbers to keep, each against a baseline of the same run.
#[derive(Debug, Parser)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct Arguments {
    #[command(subcommand)]
    role: Option<Role>,
    #[command(flatten)]
    options: Options,
}

#[derive(Debug, Args)]
struct Options {
    /// The host program that is measured.
    #[arg(long, value_name = "PROGRAM", required = true)]
    host: Option<PathBuf>,
    /// The input daemon that is measured.
    #[arg(long, value_name = "PROGRAM", required = true)]
    input: Option<PathBuf>,
    /// Measures these rows alone; may be given several times.
    #[arg(long, value_name = "ROWS")]
    only: Vec<Group>,
    /// Also saves the rows as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Folder for the generated games, made and removed in it; it decides which disk is measured. Default: where this
    /// program is.
    #[arg(long, value_name = "FOLDER")]
    scratch: Option<PathBuf>,
}

/// Rows that are measured together, in the order in which they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Group {
    /// The list of games
    Games,
    /// From the start to the first answer
    Start,
    /// Memory at rest
    Memory,
    /// The largest upload
    Upload,
    /// The input daemon
    Input,
}

impl Group {
    async fn measure(self, programs: &Programs) -> Result<Vec<Row>> {
        match self {
            Self::Games => bounded("the list of games", listing::measure(programs)).await,
            Self::Start => bounded("the start", start::measure(programs)).await,
            Self::Memory => bounded("the idle memory", idle::measure(programs)).await,
            Self::Upload => bounded("the upload", upload::measure(programs)).await,
            Self::Input => bounded("the input daemon", input::measure(programs)).await,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Role {
    /// The baseline: a bare hyper server.
    #[command(hide = true)]
    Hello {
        /// Size of its only answer, in bytes.
        #[arg(long)]
        body_bytes: usize,
    },
    /// The baseline: a program that waits for SDL's events, and prints how long each report took, in microseconds.
    #[command(hide = true)]
    SdlWait,
    /// The baseline: a program that waits for SDL's events, and none come.
    #[command(hide = true)]
    SdlIdle,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    match arguments.role {
        Some(Role::Hello { body_bytes }) => hello::run(body_bytes),
        Some(Role::SdlWait) => input::bare_wait(),
        Some(Role::SdlIdle) => input::bare_idle(),
        // One thread, so that the load generator leaves the other cores to what it measures.
        None => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("starting the runtime")?
            .block_on(until_stopped(measure(&arguments.options))),
    }
}

/// Drops the measuring, and its children with it, when told to stop.
async fn until_stopped(measuring: impl Future<Output = Result<()>>) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("listening for signals")?;
    tokio::select! {
        result = measuring => result,
        _ = terminate.recv() => bail!("stopped"),
        _ = tokio::signal::ctrl_c() => bail!("stopped"),
    }
}

async fn measure(options: &Options) -> Result<()> {
    let bench = std::env::current_exe().context("finding this program")?;
    let parent = match (&options.scratch, bench.parent()) {
        (Some(folder), _) => folder.clone(),
        // Not the system's folder for such things: where that is in memory, an fsync costs nothing.
        (None, Some(folder)) => folder.to_path_buf(),
        (None, None) => bail!("this program is in no folder: name one with --scratch"),
    };
    let scratch = tempfile::Builder::new()
        .prefix("maribro-bench-")
        .tempdir_in(&parent)
        .with_context(|| format!("making a folder in {}", parent.display()))?;
    let host = options.host.clone().context("--host is missing")?;
    let input = options.input.clone().context("--input is missing")?;
    let programs = Programs::new(host, input, bench, scratch.path())?;

    let mut rows = Vec::new();
    for group in Group::value_variants() {
        if options.only.is_empty() || options.only.contains(group) {
            rows.extend(group.measure(&programs).await?);
        }
    }
    print!("\n{}", table::aligned(&rows));
    if let Some(file) = &options.json {
        std::fs::write(file, table::json(&rows)?).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(())
}

async fn bounded(what: &str, rows: impl Future<Output = Result<Vec<Row>>>) -> Result<Vec<Row>> {
    println!("Measuring {what} …");
    tokio::time::timeout(ROWS_DEADLINE, rows)
        .await
        .with_context(|| format!("measuring {what} took over {} s", ROWS_DEADLINE.as_secs()))?
        .with_context(|| format!("measuring {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }
}
