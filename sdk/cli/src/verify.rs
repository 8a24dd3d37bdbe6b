//! `maribro verify`: every check of contract §6 on game files, the runtime ones by playing them.
//!
//! - `arena`: an in-process host and a browser; `stage/` in this crate is the page that it shows
//! - `play`: one round
//! - `rounds`: which rounds, and what they tell together
//! - `judge`: what was seen, as checks
//! - `report`: what is said of it, for people and as JSON
//! - `watch`: again on every save

mod arena;
mod judge;
mod play;
mod report;
mod rounds;
mod watch;

pub use judge::RUNTIME_CHECK_IDS;
pub use play::Ending;
pub(crate) use report::row;
pub use report::{ConsoleLine, ErrorSeen, GameReport, RoundReport, VerifyReport};
pub use watch::watch;

use crate::{browser, progress::Progress};
use arena::Arena;
use maribro_contract::{checks, wire::CheckStatus};
use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tokio::sync::Semaphore;

/// How games are verified.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Folder for pictures of countdown, play and results.
    pub screenshots: Option<PathBuf>,
    /// Without a browser go on with the static checks alone.
    pub allow_no_runtime: bool,
}

/// Verifies games; keeps the host and the browser for further ones.
#[derive(Debug)]
pub struct Verifier {
    /// None when there is no browser and that is allowed; then the reason.
    arena: Result<Arena, String>,
    options: Options,
}

impl Verifier {
    /// Starts what is needed.
    ///
    /// # Errors
    /// There is no browser and `options` do not allow that, or it does not start.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let found = tokio::task::spawn_blocking(browser::find).await?;
        let arena = match found {
            Ok(program) => Ok(Arena::open(&program).await?),
            Err(reason) if options.allow_no_runtime => Err(reason),
            Err(reason) => anyhow::bail!("{reason} (--allow-no-runtime makes do with the static checks)"),
        };
        Ok(Self { arena, options })
    }

    /// Verifies games side by side.
    ///
    /// # Errors
    /// A file cannot be read, a picture cannot be written, or the browser fails.
    pub async fn verify(&self, files: &[PathBuf], progress: &Progress) -> anyhow::Result<VerifyReport> {
        let started = Instant::now();
        // More at a time would all take longer, and none be done sooner.
        let places = Semaphore::new(arena::pages());
        let games = files.iter().map(async |file| {
            let _place = places.acquire().await?;
            self.verify_one(file, progress).await
        });
        let games = futures_util::future::try_join_all(games).await?;
        Ok(VerifyReport { ok: games.iter().all(|game| game.ok), wall_ms: millis(started.elapsed()), games })
    }

    async fn verify_one(&self, file: &Path, progress: &Progress) -> anyhow::Result<GameReport> {
        use anyhow::Context;
        let started = Instant::now();
        let shown = file.display().to_string();
        let bar = progress.game(&shown, rounds::USUAL_ROUNDS);
        let bytes = read(file).with_context(|| format!("{shown} cannot be read"))?;
        let inspected = checks::inspect(&bytes);
        let mut report = GameReport::new(shown.clone(), inspected.report.checks);
        match &self.arena {
            Err(reason) => report.checks.extend(judge::not_played(reason)),
            // What fails here would fail there once more, and say less.
            Ok(_) if !report.ok => {
                report.checks.extend(judge::not_played("mend what failed above first."));
            }
            Ok(arena) => {
                let src = arena.store(&bytes)?;
                let game = rounds::Game {
                    bytes: &bytes,
                    src: &src,
                    duration_sec: inspected.metadata.max_duration_sec,
                    pictures: self.options.screenshots.is_some(),
                };
                let on_round = || bar.step();
                let evidence = rounds::try_out(arena, game, &on_round)
                    .await
                    .with_context(|| format!("{shown} could not be played"))?;
                report.checks.extend(judge::judge(&evidence));
                report.take_evidence(&evidence);
                if let Some(folder) = &self.options.screenshots {
                    report.screenshots = save_pictures(folder, file, evidence).context("the pictures")?;
                }
            }
        }
        report.ok = report.checks.iter().all(|check| check.status != CheckStatus::Fail);
        report.wall_ms = millis(started.elapsed());
        bar.finish();
        Ok(report)
    }

    /// Ends the host and the browser.
    pub async fn close(self) {
        if let Ok(arena) = self.arena {
            arena.close().await;
        }
    }
}

/// A file, but not more of it than shows that it is too large.
pub(crate) fn read(file: &Path) -> io::Result<Vec<u8>> {
    use io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(file)?.take(checks::MAX_GAME_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn save_pictures(folder: &Path, file: &Path, evidence: rounds::Evidence) -> io::Result<Vec<String>> {
    std::fs::create_dir_all(folder)?;
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut paths = Vec::new();
    for (name, png) in evidence.rounds.into_iter().flat_map(|played| played.seen.pictures) {
        let path = folder.join(format!("{stem}-{name}.png"));
        std::fs::write(&path, png)?;
        paths.push(path.display().to_string());
    }
    Ok(paths)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
