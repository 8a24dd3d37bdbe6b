//! What is done with a command line that is shown to agents: each has a rule, or the test fails.

use super::extract::words;
use crate::programs::xtask;
use clap::{CommandFactory, Parser, error::ErrorKind};
use maribro::args::{Cli, Command};
use maribro_host::config::Config;
use std::path::Path;

/// What is done with a command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// This is run in a shell, and must succeed.
    Run(String),
    /// It was held against the command line's own rules, for running it would open a browser, never end, or change the machine.
    Parsed,
}

/// What stands for something in the texts, and for what here.
const PLACEHOLDERS: [(&str, &str); 4] =
    [("ROLE", "host"), ("FILE", "my-game.html"), ("DIR", "a-folder"), ("NAME", "my-game")];

/// Addresses in the texts that stand for the host's.
const HOSTS: [&str; 2] = ["http://localhost:8000", "http://192.168.0.10:8000"];

/// The environment of a machine without a browser: the game was played once, and is not played for every command.
const UNPLAYED: &str = "MARIBRO_CHROMIUM=/nowhere/chromium";

/// Where commands are run, and what was done so far.
pub(crate) struct Scene<'a> {
    /// The host's address.
    pub(crate) host: &'a str,
    /// The top of the repository.
    pub(crate) repository: &'a Path,
    /// Flags for a host that disturbs nobody.
    pub(crate) quiet: &'a str,
    /// Whether a game was played already; that is done once.
    pub(crate) played: bool,
}

/// The step for a command.
///
/// # Errors
/// It fits no rule, or breaks the one that it fits.
pub(crate) fn step(shown: &str, scene: &mut Scene<'_>) -> Result<Step, String> {
    let mut line = shown.to_owned();
    for address in HOSTS {
        line = line.replace(address, scene.host);
    }
    let words: Vec<String> = words(&line)
        .into_iter()
        .map(|word| {
            PLACEHOLDERS.iter().find(|(name, _)| *name == word).map_or(word, |(_, filled)| (*filled).to_owned())
        })
        .collect();
    for (name, filled) in PLACEHOLDERS {
        line = line.split(' ').map(|word| if word == name { filled } else { word }).collect::<Vec<_>>().join(" ");
    }
    let arguments: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    match words[0].as_str() {
        "maribro" => game_maker(&line, &words, scene),
        "curl" => Ok(ask(&line, &arguments)),
        "cargo" => cargo(&arguments, scene),
        "maribro-host" => host_flags(&arguments),
        // The name of a package, in a sentence.
        "maribro-input" if arguments.is_empty() => Ok(Step::Parsed),
        "mkdir" | "cd" => Ok(Step::Run(line)),
        "bash" => match arguments.split_first() {
            Some((path, flags)) => {
                script(path.strip_prefix("skills/host-server/scripts/").unwrap_or(path), flags, scene)
            }
            None => Err("bash needs a script".into()),
        },
        // By its bare name, in a sentence; it is run where it is shown with its path.
        "start.sh" | "restart.sh" | "debug.sh" | "stop.sh" => {
            script(&words[0], &arguments, scene)?;
            Ok(Step::Parsed)
        }
        // It never ends; its own help is shown instead, after its other arguments were read.
        "python3" if arguments.starts_with(&["-m", "http.server"]) => {
            Ok(Step::Run(format!("! command -v python3 || {line} --help")))
        }
        flag if flag.starts_with("--") => flags(&words),
        first => match first.split_once('=') {
            Some(("HOST", _)) if words.len() == 1 => Ok(Step::Run(line)),
            Some((name, _)) if words.len() == 1 => known_variable(name),
            _ => Err("it fits no rule: add one, or show another command".into()),
        },
    }
}

fn game_maker(line: &str, words: &[String], scene: &mut Scene<'_>) -> Result<Step, String> {
    let command = match Cli::try_parse_from(words) {
        Ok(cli) => cli.command,
        // Just the name of a command, in a sentence.
        Err(error) if words.len() <= 2 && error.kind() == ErrorKind::MissingRequiredArgument => {
            return Ok(Step::Parsed);
        }
        Err(error) if words.len() == 1 && error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            return Ok(Step::Parsed);
        }
        Err(error) => return Err(error.to_string()),
    };
    // It serves until somebody ends it.
    if words[1] == "dev" {
        return Ok(Step::Parsed);
    }
    Ok(match command {
        Command::New(_) | Command::Status(_) => Step::Run(line.to_owned()),
        Command::Verify(args) if args.watch => Step::Parsed,
        Command::Verify(args) if args.allow_no_runtime => Step::Run(format!("{UNPLAYED} {line}")),
        Command::Verify(_) if std::mem::replace(&mut scene.played, true) => {
            Step::Run(format!("{UNPLAYED} {line} --allow-no-runtime"))
        }
        Command::Verify(_) => Step::Run(line.to_owned()),
        Command::Send(_) => Step::Run(format!("{UNPLAYED} {line} --allow-no-runtime")),
        // A test machine may lack something: then it says so, and what to do.
        Command::Doctor(_) => Step::Run(format!(
            "said=$({line}) || test $? = 1; echo \"$said\" | tail -n 1 | grep -E '^(READY|ACTION_REQUIRED: .+)$'"
        )),
        #[allow(unreachable_patterns, reason = "a command that is added later has its rule here, or fails")]
        other => return Err(format!("there is no rule for {other:?}")),
    })
}

/// A file that is fetched must have something in it; any other answer must be a good one.
fn ask(line: &str, arguments: &[&str]) -> Step {
    match arguments.iter().position(|argument| *argument == "-o").and_then(|at| arguments.get(at + 1)) {
        Some(file) => Step::Run(format!("{line} && test -s {file}")),
        None => Step::Run(format!(
            "said=$({line}) && echo \"$said\" && case $said in '{{\"ok\":true,'*) ;; *) false ;; esac"
        )),
    }
}

fn cargo(arguments: &[&str], scene: &Scene<'_>) -> Result<Step, String> {
    match arguments {
        ["install", "--locked", "--path", path] => {
            let manifest = std::fs::read_to_string(scene.repository.join(path).join("Cargo.toml"));
            let manifest = manifest.map_err(|error| format!("{path}: {error}"))?;
            if manifest.contains("\nname = \"maribro\"\n") {
                Ok(Step::Parsed)
            } else {
                Err(format!("{path} is not maribro"))
            }
        }
        ["xtask", "party", "--", flags @ ..] | ["xtask", "party", flags @ ..] => host_flags(flags),
        ["xtask", command, flags @ ..] => {
            // Arguments are read up to the last one, which asks for help.
            Ok(Step::Run(format!("{} {command} {} --help", xtask().display(), flags.join(" "))))
        }
        _ => Err("it fits no rule: add one, or show another command".into()),
    }
}

/// The scripts of a party; host/tests/process/session_scripts.rs tries all that they do.
fn script(name: &str, given: &[&str], scene: &Scene<'_>) -> Result<Step, String> {
    let path = scene.repository.join("skills/host-server/scripts").join(name);
    if !path.is_file() {
        return Err(format!("there is no script {name}"));
    }
    let run = |flags: &str| Step::Run(format!("bash {} {flags}", path.display()));
    match (name, given) {
        ("start.sh", []) => Ok(run(scene.quiet)),
        ("start.sh", flags) => host_flags(flags),
        ("restart.sh", []) => Ok(run("")),
        ("stop.sh", [] | ["--yes"]) => Ok(run("--yes")),
        ("debug.sh", []) => Ok(Step::Run(format!(
            "said=$(bash {}) || test $? = 1; echo \"$said\"; echo \"$said\" | grep -qE '^(READY$|ACTION_REQUIRED: .)'",
            path.display()
        ))),
        _ => Err(format!("{name} does not take {given:?}")),
    }
}

fn host_flags(flags: &[&str]) -> Result<Step, String> {
    match Config::try_parse_from(["maribro-host"].iter().chain(flags)) {
        Err(error) if error.kind() != ErrorKind::DisplayHelp => Err(error.to_string()),
        _ => Ok(Step::Parsed),
    }
}

/// Flags in a sentence: of the host with their values, or names of flags of any command.
fn flags(words: &[String]) -> Result<Step, String> {
    let host: Vec<&str> = words.iter().map(String::as_str).collect();
    // Of stop.sh.
    let mut known = vec!["--yes".to_owned()];
    for command in [Cli::command(), Config::command()] {
        let all = command.get_subcommands().chain([&command]).flat_map(clap::Command::get_arguments);
        known.extend(all.filter_map(clap::Arg::get_long).map(|long| format!("--{long}")));
    }
    match host_flags(&host) {
        Ok(step) => Ok(step),
        Err(_) if words.iter().filter(|word| word.starts_with("--")).all(|word| known.contains(word)) => {
            Ok(Step::Parsed)
        }
        Err(error) => Err(error),
    }
}

fn known_variable(name: &str) -> Result<Step, String> {
    for command in [Cli::command(), Config::command()] {
        let mut all = command.get_subcommands().chain([&command]).flat_map(clap::Command::get_arguments);
        if all.any(|argument| argument.get_env().is_some_and(|env| env == name)) {
            return Ok(Step::Parsed);
        }
    }
    Err(format!("nobody reads {name}"))
}

#[test]
fn what_fits_no_rule_or_breaks_it_is_an_error() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut scene = Scene { host: "http://localhost:1", repository: &repository, quiet: "", played: false };
    let wrong = [
        "rm -rf x",
        "maribro fly my-game.html",
        "maribro verify my-game.html --wings",
        "maribro send my-game.html --host",
        "cargo publish",
        "cargo install --locked --path host",
        "cargo xtask party --prot 9000",
        "bash skills/host-server/scripts/begin.sh",
        "stop.sh --now",
        "start.sh --tunnel carrier-pigeon",
        "--no-such-flag",
        "MARIBRO_NOBODY=1",
    ];
    for command in wrong {
        let step = step(command, &mut scene);
        assert!(step.is_err(), "{command}: {step:?}");
    }
    let sent = step("maribro send FILE --host http://192.168.0.10:8000 --avatar fox-orange", &mut scene).unwrap();
    let Step::Run(line) = sent else { panic!("{sent:?}") };
    assert!(
        line.ends_with("maribro send my-game.html --host http://localhost:1 --avatar fox-orange --allow-no-runtime"),
        "{line}"
    );
}
