//! One run of `maribro` as a child of the host.
//!
//! SECURITY: what runs in it is a stranger's game, in the browser's sandbox, which browsers do not have as root. Around that: 1. a
//! folder of its own, which also holds what browser and program write, and goes with the run; 2. none of the host's settings and
//! secrets in its environment; 3. a time limit, after which program and browser are killed as one process group; 4. behind all others
//! in line for the processor; 5. its output is bounded and believed in nothing ([`super::report`]).

use super::{
    NotPlayed, Settings,
    report::{self, MAX_OUTPUT},
};
use crate::{
    child::{
        leash::{self, Leashed},
        output,
        program::{self, Search},
    },
    store::games_folder::GamesFolder,
};
use maribro_contract::wire::{GameSummary, PlaytestReport};
use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::time::timeout;

/// The program's name.
const NAME: &str = "maribro";
/// All that a run gets of the host's environment: where programs and the system's own files are, and the browser that somebody
/// named for games.
const VARIABLES: [&str; 5] = ["PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "MARIBRO_CHROMIUM"];
/// Longest time for the look at what there is.
const LOOK: Duration = Duration::from_secs(30);
/// Longest time for the program to end its browser when it is asked to end.
const GOODBYE: Duration = Duration::from_secs(2);
/// Error output that is read, in bytes; its last line is told when nothing else says what happened.
const MAX_WORDS: usize = 16 * 1024;

/// How a program ended, and what it said.
struct Said {
    code: Option<i32>,
    out: Vec<u8>,
    err: Vec<u8>,
}

fn find(settings: &Settings) -> Result<PathBuf, NotPlayed> {
    program::find(settings.program.as_deref(), NAME, Search::BesideThenPath).ok_or_else(|| {
        let place = match &settings.program {
            Some(named) => format!("at {}", named.display()),
            None => "beside maribro-host or in PATH".to_owned(),
        };
        NotPlayed::Unavailable(format!(
            "there is no program {NAME} {place}; in a clone: cargo install --locked --path sdk/cli"
        ))
    })
}

/// Whether all is there that it takes to play.
///
/// # Errors
/// What is missing, and what to do.
pub async fn look(settings: &Settings) -> Result<PathBuf, NotPlayed> {
    let program = find(settings)?;
    let words = ["doctor", "--json", "--role", "vibe-coder"].map(OsStr::new);
    let said = run(&program, &words, &std::env::temp_dir(), LOOK).await?;
    match report::of_doctor(&said.out)? {
        None => Ok(program),
        Some(missing) => Err(NotPlayed::Unavailable(missing)),
    }
}

/// Plays a game. `None` when its file is another by now.
///
/// # Errors
/// It was not played, and why.
pub async fn play(
    settings: &Settings,
    games: &GamesFolder,
    game: &GameSummary,
) -> Result<Option<PlaytestReport>, NotPlayed> {
    let program = find(settings)?;
    // It is in the system's folder for temp files, because browsers put sockets into it, whose paths must be short.
    let folder = tempfile::Builder::new().prefix("maribro-play-").tempdir().map_err(|error| no_room(&error))?;
    let (games, copied, to) = (games.clone(), game.clone(), folder.path().join(&game.filename));
    let copied = tokio::task::spawn_blocking(move || games.copy(&copied, &to)).await;
    match copied.map_err(std::io::Error::other).and_then(|copied| copied) {
        Ok(true) => {}
        Ok(false) => return Ok(None),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(no_room(&error)),
    }
    let words = [OsStr::new("verify"), OsStr::new("--json"), OsStr::new("--"), OsStr::new(&game.filename)];
    let said = run(&program, &words, folder.path(), settings.limit).await?;
    let read = report::of_verify(&said.out, said.code);
    if let Err(NotPlayed::Internal(_)) = &read {
        let last = String::from_utf8_lossy(&said.err);
        tracing::warn!(game = game.id, code = said.code, last = last.lines().last(), "a playtest came to nothing");
    }
    read.map(Some)
}

fn no_room(error: &std::io::Error) -> NotPlayed {
    NotPlayed::Internal(format!("the game could not be copied for its playtest: {error}"))
}

async fn run(program: &Path, words: &[&OsStr], folder: &Path, limit: Duration) -> Result<Said, NotPlayed> {
    let no_start = |error: std::io::Error| NotPlayed::Unavailable(format!("{NAME} does not start: {error}"));
    let nice = leash::behind_all_others().iter().map(OsStr::new);
    let mut command = leash::command(nice.chain([program.as_os_str()]).chain(words.iter().copied()));
    command.env_clear().envs(VARIABLES.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command.env("TMPDIR", folder).current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = Leashed::start(&mut command).map_err(no_start)?;
    let (Some(stdout), Some(stderr)) = child.outputs() else {
        return Err(no_start(std::io::Error::other("it has no outputs")));
    };
    let all = async {
        let (out, err) = tokio::try_join!(output::at_most(stdout, MAX_OUTPUT), output::at_most(stderr, MAX_WORDS))?;
        Ok::<_, std::io::Error>(Said { code: child.ended().await?.code(), out, err })
    };
    let said = timeout(limit, all).await;
    // Also when it ended by itself: its browser may not have.
    child.part(GOODBYE).await;
    match said {
        Ok(Ok(said)) => Ok(said),
        Ok(Err(error)) => Err(NotPlayed::Internal(format!("the verifier's answer was not heard: {error}"))),
        Err(_) => Err(NotPlayed::Unavailable(format!(
            "its playtest was given up after {} s: the game, or this machine, is too slow for it",
            limit.as_secs_f32().ceil()
        ))),
    }
}
