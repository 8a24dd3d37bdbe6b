//! `cargo xtask test`: sets up what the tests need, then runs every check and test.

use crate::process::{Interrupted, Supervisor, say, shown};
use crate::setup::{self, Need};
use crate::workspace::{DAEMON, HOST, Programs, Workspace};
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

/// Parallel cargo jobs unless `CARGO_BUILD_JOBS` says otherwise: more of them have no memory on small CI machines.
const DEFAULT_BUILD_JOBS: &str = "2";
/// Test programs at once, for two cores: half of their time they wait for sockets and browsers.
const LANES: usize = 2;
/// The package whose tests play some fifty games in a browser.
const LONGEST_TESTS: &str = "sdk/cli";
/// Folders with unit tests of JavaScript.
const UNIT_TEST_FOLDERS: &[&str] = &["sdk/tests", "public/tests", "e2e", "input-daemon/tests", "games/tests"];
/// How a file with unit tests is named.
const UNIT_TEST_SUFFIX: &str = ".test.js";

/// What `cargo xtask test` takes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Runs this step alone; may be given several times.
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
    /// Goes on after a failed step.
    #[arg(long)]
    keep_going: bool,
}

/// One check or suite, in the order in which they run: quick ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// cargo fmt
    Fmt,
    /// Biome: JavaScript and JSON
    Lint,
    /// tsc: types of the JavaScript
    Types,
    /// Node's test runner: JavaScript without a browser
    Unit,
    /// cargo clippy, warnings refused
    Clippy,
    /// cargo test
    Rust,
    /// Playwright: the whole thing in a real browser
    E2e,
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Lint => "lint",
            Self::Types => "types",
            Self::Unit => "unit",
            Self::Clippy => "clippy",
            Self::Rust => "rust",
            Self::E2e => "e2e",
        }
    }

    fn needs_node(self) -> bool {
        matches!(self, Self::Lint | Self::Types | Self::Unit | Self::E2e)
    }

    fn needs_sdl2(self) -> bool {
        matches!(self, Self::Clippy | Self::Rust | Self::E2e)
    }

    /// Rust tests start a browser too where the thing tested does.
    fn needs_chromium(self) -> bool {
        matches!(self, Self::Rust | Self::E2e)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    NotRun,
}

struct Runner<'a> {
    workspace: &'a Workspace,
    supervisor: &'a Supervisor,
    chromium: Option<PathBuf>,
}

/// Sets up and runs the steps; fails when one of them does.
///
/// # Errors
/// The setup fails, or xtask is told to stop.
pub(crate) fn run(workspace: &Workspace, supervisor: &Supervisor, options: &Options) -> Result<ExitCode> {
    let steps: Vec<Step> = Step::value_variants()
        .iter()
        .copied()
        .filter(|step| options.only.is_empty() || options.only.contains(step))
        .collect();
    let started = Instant::now();
    let chromium = set_up(workspace, supervisor, &steps)?;
    say(format_args!("Setup: done in {:.1} s", started.elapsed().as_secs_f64()));

    let runner = Runner { workspace, supervisor, chromium };
    let mut results: Vec<(Step, Outcome, Duration)> = Vec::new();
    for step in steps {
        let stop = !options.keep_going && results.iter().any(|(_, outcome, _)| *outcome == Outcome::Failed);
        let (outcome, took) = if stop { (Outcome::NotRun, Duration::ZERO) } else { runner.timed(step)? };
        results.push((step, outcome, took));
    }
    say(summary(&results));
    let all_passed = results.iter().all(|(_, outcome, _)| *outcome == Outcome::Passed);
    Ok(if all_passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn set_up(workspace: &Workspace, supervisor: &Supervisor, steps: &[Step]) -> Result<Option<PathBuf>> {
    let wants = |need: fn(Step) -> bool| steps.iter().any(|step| need(*step));
    if wants(Step::needs_node) {
        setup::require_node(supervisor)?;
    }
    let mut needs = Vec::new();
    if wants(Step::needs_sdl2) {
        needs.push(Need::Sdl2);
    }
    if wants(Step::needs_chromium) {
        needs.push(Need::Chromium);
    }
    setup::provide(supervisor, &needs)?;
    if wants(Step::needs_node) {
        setup::provide_node_packages(workspace, supervisor)?;
    }
    if wants(Step::needs_chromium) { setup::find_chromium(supervisor) } else { Ok(None) }
}

impl Runner<'_> {
    fn timed(&self, step: Step) -> Result<(Outcome, Duration)> {
        let started = Instant::now();
        let outcome = match self.run(step) {
            Ok(()) => Outcome::Passed,
            Err(error) if error.is::<Interrupted>() => return Err(error),
            Err(error) => {
                say(format_args!("{}: {error:#}", step.name()));
                Outcome::Failed
            }
        };
        let took = started.elapsed();
        say(format_args!("-- {} {} in {:.1} s", step.name(), word(outcome), took.as_secs_f64()));
        Ok((outcome, took))
    }

    fn run(&self, step: Step) -> Result<()> {
        match step {
            Step::Fmt => self.announce_and_run(step, self.cargo(&["fmt", "--all", "--check"])),
            Step::Lint => self.announce_and_run(step, self.biome()),
            Step::Types => self.announce_and_run(step, self.npx(&["tsc", "--noEmit"])),
            Step::Unit => self.announce_and_run(step, self.unit_tests()?),
            Step::Clippy => {
                let clippy = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
                self.announce_and_run(step, self.cargo(&clippy))
            }
            Step::Rust => self.rust_tests(),
            Step::E2e => self.announce_and_run(step, self.browser_tests()?),
        }
    }

    fn announce_and_run(&self, step: Step, mut command: Command) -> Result<()> {
        say(format_args!("\n== {}: {}", step.name(), shown(&command)));
        self.supervisor.run_tool(&mut command)
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = self.workspace.cargo();
        cargo.args(arguments);
        if std::env::var_os("CARGO_BUILD_JOBS").is_none() {
            cargo.env("CARGO_BUILD_JOBS", DEFAULT_BUILD_JOBS);
        }
        self.with_chromium(cargo)
    }

    fn npx(&self, arguments: &[&str]) -> Command {
        let mut npx = self.workspace.command("npx");
        npx.arg("--no-install").args(arguments);
        self.with_chromium(npx)
    }

    fn biome(&self) -> Command {
        let mut biome = self.npx(&["biome", "ci", "."]);
        // Biome paints its report letter by letter under CI=true, also where nobody can see colours.
        if !std::io::stdout().is_terminal() {
            biome.arg("--colors=off");
        }
        biome
    }

    fn with_chromium(&self, mut command: Command) -> Command {
        if let Some(chromium) = &self.chromium {
            command.env("MARIBRO_CHROMIUM", chromium);
        }
        command
    }

    /// The files are named one by one: Node 20 knows no patterns here.
    fn unit_tests(&self) -> Result<Command> {
        let mut files = Vec::new();
        for folder in UNIT_TEST_FOLDERS {
            let folder = self.workspace.root().join(folder);
            if folder.is_dir() {
                collect_unit_tests(&folder, &mut files)?;
            }
        }
        if files.is_empty() {
            bail!("no file *{UNIT_TEST_SUFFIX} in {}", UNIT_TEST_FOLDERS.join(", "));
        }
        files.sort();
        let mut node = self.workspace.command("node");
        // Node alone would leave one core to nobody.
        node.args(["--test", "--test-reporter=spec"]).arg(format!("--test-concurrency={LANES}"));
        for file in files {
            node.arg(file.strip_prefix(self.workspace.root()).unwrap_or(&file));
        }
        Ok(node)
    }

    /// Runs the test programs side by side, which cargo does one after another, as cargo does: each in its package's folder. The
    /// tests of one package start the program of another, and cargo tells no package where the others' programs are.
    fn rust_tests(&self) -> Result<()> {
        let programs = self.programs()?;
        let (host, daemon) = (programs.path(HOST)?, programs.path(DAEMON)?);
        // What takes longest begins first, so that the others fit beside it.
        let mut tests: Vec<_> = programs.tests().iter().collect();
        tests.sort_by_key(|test| !test.folder.ends_with(LONGEST_TESTS));
        let commands = tests.iter().map(|test| {
            let mut command = self.with_chromium(Command::new(&test.program));
            command.current_dir(&test.folder).env("CARGO_MANIFEST_DIR", &test.folder);
            command.env("MARIBRO_HOST_BIN", host).env("MARIBRO_INPUT_BIN", daemon);
            command
        });
        say(format_args!("\n== {}: {} test programs, {LANES} at a time", Step::Rust.name(), tests.len()));
        self.supervisor.run_side_by_side(commands.collect(), LANES)?;
        let mut examples = self.cargo(&["test", "--workspace", "--locked", "--doc"]);
        self.announce_and_run(Step::Rust, {
            examples.env("MARIBRO_INPUT_BIN", daemon);
            examples
        })
    }

    /// Builds what the tests run, exactly as the `rust` step does, so that all share one build.
    fn programs(&self) -> Result<Programs> {
        say("\nBuilding the programs for the tests …");
        let mut cargo = self.cargo(&["test", "--workspace", "--locked", "--no-run"]);
        self.workspace.build(self.supervisor, &mut cargo)
    }

    fn browser_tests(&self) -> Result<Command> {
        let programs = self.programs()?;
        let mut playwright = self.npx(&["playwright", "test", "--config", "e2e/playwright.config.js"]);
        playwright.env("MARIBRO_HOST_BIN", programs.path(HOST)?).env("MARIBRO_INPUT_BIN", programs.path(DAEMON)?);
        Ok(playwright)
    }
}

fn collect_unit_tests(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let list = std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    for entry in list {
        let path = entry?.path();
        if path.is_dir() {
            collect_unit_tests(&path, files)?;
        } else if path.to_string_lossy().ends_with(UNIT_TEST_SUFFIX) {
            files.push(path);
        }
    }
    Ok(())
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "FAILED",
        Outcome::NotRun => "not run",
    }
}

/// The table of steps, and the closing line that CI reads.
fn summary(results: &[(Step, Outcome, Duration)]) -> String {
    let mut text = String::from("\n");
    for (step, outcome, took) in results {
        text.push_str(&format!("{:<8}{:<9}{:>7.1} s\n", step.name(), word(*outcome), took.as_secs_f64()));
    }
    let count = |wanted| results.iter().filter(|(_, outcome, _)| *outcome == wanted).count();
    text.push_str(&format!("\n{} passed, {} failed", count(Outcome::Passed), count(Outcome::Failed)));
    match count(Outcome::NotRun) {
        0 => {}
        not_run => text.push_str(&format!(", {not_run} skipped")),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_counts_steps() {
        let second = Duration::from_secs(1);
        let results = [(Step::Fmt, Outcome::Passed, second), (Step::Clippy, Outcome::Failed, second)];
        assert_eq!(summary(&results).lines().last(), Some("1 passed, 1 failed"));
        let results = [(Step::Fmt, Outcome::Failed, second), (Step::Clippy, Outcome::NotRun, second)];
        assert_eq!(summary(&results).lines().last(), Some("0 passed, 1 failed, 1 skipped"));
    }

    #[test]
    fn unit_tests_are_found_in_every_depth() {
        let root = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(root.path().join("a/b")).expect("folders");
        for name in ["a/one.test.js", "a/b/two.test.js", "a/three.spec.js"] {
            std::fs::write(root.path().join(name), "").expect("a file");
        }
        let mut files = Vec::new();
        collect_unit_tests(root.path(), &mut files).expect("the folder is read");
        files.sort();
        assert_eq!(files, [root.path().join("a/b/two.test.js"), root.path().join("a/one.test.js")]);
    }
}
