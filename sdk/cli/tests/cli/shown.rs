//! Every command line that agents are shown works: those of the skills, of AGENTS.md and of the index are run, against a real host,
//! each text's in a folder of its own and in its order. What would open a browser, never end or change the machine is held
//! against the program's own command line instead. A command without a rule fails the test, so that none is left out.
#![cfg(unix)]

mod extract;
mod rules;

use crate::programs::{Host, Kit, PATIENCE, host, without_settings};
use extract::{Shown, commands};
use rules::{Scene, Step, step};
use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Fewer would mean that they are not found any more, or that rules let too much pass.
const LEAST: usize = 50;
const LEAST_RUN: usize = 30;

/// The texts, by their place in the repository.
fn texts(repository: &Path) -> Vec<(String, String)> {
    let mut paths = vec![PathBuf::from("AGENTS.md"), PathBuf::from("skills/llms.txt")];
    for entry in fs::read_dir(repository.join("skills")).unwrap() {
        let path = Path::new("skills").join(entry.unwrap().file_name()).join("SKILL.md");
        paths.extend(repository.join(&path).is_file().then_some(path));
    }
    paths.sort();
    let read = |path: PathBuf| (path.display().to_string(), fs::read_to_string(repository.join(&path)).unwrap());
    paths.into_iter().map(read).collect()
}

/// A shell script of these steps; each that fails says which it was, and what it said.
fn script(steps: &[(Shown, String)]) -> String {
    let mut script = String::from("log=$PWD/step.log\n");
    for (shown, run) in steps {
        let name = format!("line {}: {}", shown.line, shown.command).replace('\'', "'\\''");
        script += &format!("{{\n{run}\n}} >\"$log\" 2>&1 </dev/null || {{ echo '{name}'; cat \"$log\"; exit 1; }}\n");
    }
    script
}

/// Ends what the scripts of a party left behind, whatever became of the test.
struct Session<'a> {
    repository: &'a Path,
    run_dir: PathBuf,
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        let mut stop = Command::new("bash");
        stop.arg(self.repository.join("skills/host-server/scripts/stop.sh")).arg("--yes");
        // Nothing may be left to end.
        stop.env("MARIBRO_RUN_DIR", &self.run_dir).stdout(Stdio::null()).stderr(Stdio::null()).status().ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_that_agents_are_shown_works() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let kit = Kit::install();
    let folder = tempfile::tempdir().unwrap();
    let party =
        Host::start(&kit.program("maribro-host"), folder.path(), &["--no-announce", "--no-input"].map(OsStr::new));
    let session = Session { repository: &repository, run_dir: folder.path().join("run") };
    let at = |name: &str| folder.path().join(name).display().to_string();
    let quiet = format!(
        "--port 0 --bind 127.0.0.1 --no-open --no-input --games-dir {} --data-dir {}",
        at("session-games"),
        at("session-data")
    );
    let url = party.url();
    let mut scene = Scene { host: &url, repository: &repository, quiet: &quiet, played: false };
    let template = fs::read(repository.join("games/_template.html")).unwrap();

    let (mut found, mut wrong, mut scripts) = (0, Vec::new(), Vec::new());
    for (name, text) in texts(&repository) {
        let (mut steps, shown) = (Vec::new(), commands(&text));
        found += shown.len();
        let makes_it = shown.iter().any(|one| one.command.starts_with("maribro new my-game"));
        for one in shown {
            match step(&one.command, &mut scene) {
                Ok(Step::Run(line)) => steps.push((one, line)),
                Ok(Step::Parsed) => {}
                Err(why) => wrong.push(format!("{name}, line {}: {}: {why}", one.line, one.command)),
            }
        }
        scripts.push((name, steps, makes_it));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(found >= LEAST, "only {found} commands were found");
    let run: usize = scripts.iter().map(|(_, steps, _)| steps.len()).sum();
    println!("{found} commands shown, {run} run");
    assert!(run >= LEAST_RUN, "only {run} commands are run");

    for (number, (name, steps, makes_it)) in scripts.into_iter().enumerate() {
        let desk = folder.path().join(format!("desk-{number}"));
        fs::create_dir(&desk).unwrap();
        // Most texts are about a game that is there already.
        if !makes_it {
            fs::write(desk.join("my-game.html"), &template).unwrap();
        }
        let path = format!("{}:{}", kit.path().display(), std::env::var("PATH").unwrap());
        let mut shell = Command::new("bash");
        shell.args(["-u", "-c", &script(&steps)]).current_dir(&desk).stdin(Stdio::null());
        let mut shell = without_settings(shell, &[]);
        shell.env("HOST", &url).env("PATH", path);
        shell.env("MARIBRO_HOST_BIN", host()).env("MARIBRO_RUN_DIR", &session.run_dir);
        let began = std::time::Instant::now();
        let ended = tokio::task::spawn_blocking(move || shell.output());
        let said = tokio::time::timeout(PATIENCE, ended).await.expect("it ends").unwrap().unwrap();
        println!("{name}: {} run in {:.1} s", steps.len(), began.elapsed().as_secs_f64());
        assert!(said.status.success(), "{name}: {}", String::from_utf8_lossy(&said.stdout));
    }
}
