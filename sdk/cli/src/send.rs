//! `maribro send`: verifies a game and brings it to a host.
//!
//! A connection may break off at any moment, and the host makes a new revision of every upload that it gets whole. So before
//! anything is sent again the host is asked whether the game is there already: its revision has grown, and its file is the one
//! that was sent.

use crate::{
    args::SendArgs,
    discover,
    party::{Party, PartyError, Upload, form_length},
    progress::Progress,
    remembered::Remembered,
    verify::{Options, Verifier, VerifyReport},
};
use anyhow::Context;
use maribro_contract::{avatars, creator::rewrite_creator, filename::derive_filename, wire::GameDetails};
use serde::Serialize;
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// Uploads that are tried.
const TRIES: u32 = 5;
/// Wait before the second; it doubles each time.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// When every byte had left, the host may still be at work on them: so long it is asked before they are sent again.
const SETTLE: Duration = Duration::from_secs(5);
const SETTLE_STEP: Duration = Duration::from_millis(250);

/// What came of it.
#[derive(Debug, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum Sent {
    /// It is on the shelf.
    Landed {
        /// True.
        ok: bool,
        /// Address of the host.
        host: String,
        /// The game's id.
        id: String,
        /// Its title on the shelf.
        title: String,
        /// Its revision.
        revision: u32,
        /// Uploads that were tried.
        tries: u32,
        /// Why it was sent although it failed.
        #[serde(skip_serializing_if = "Option::is_none")]
        forced: Option<String>,
        /// What was verified before.
        report: Box<VerifyReport>,
    },
    /// It failed, and was not sent.
    NotSent {
        /// False.
        ok: bool,
        /// What to do.
        error: Trouble,
        /// What failed.
        report: Box<VerifyReport>,
    },
    /// The host refused it.
    Refused {
        /// False.
        ok: bool,
        /// Why.
        error: Trouble,
    },
}

/// The error of an answer.
#[derive(Debug, Serialize)]
pub struct Trouble {
    /// A code as on the wire.
    pub code: String,
    /// For people.
    pub message: String,
    /// Checks that failed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<maribro_contract::wire::Check>,
}

/// Sends a game.
///
/// # Errors
/// It could not be tried: no host is known, the file cannot be read, there is no browser, or the host cannot be reached.
pub async fn run(args: SendArgs, progress: &Progress) -> anyhow::Result<Sent> {
    let here = std::env::current_dir()?;
    let remembered = Remembered::of(&here)?;
    let host = discover::host(args.host, remembered.host, !args.no_discover).await?;
    let avatar =
        args.avatar.or(remembered.avatar).context("whose game is it? Name the avatar with --avatar fox-orange")?;
    anyhow::ensure!(avatars::find(&avatar).is_some(), "there is no avatar {avatar:?}; {host}/api/avatars lists them");
    let party = Party::at(&host).map_err(anyhow::Error::msg)?;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let filename = derive_filename(&name).with_context(|| format!("{name:?} has no letter a-z and no digit"))?;

    let bytes = std::fs::read(&args.file).with_context(|| format!("{} cannot be read", args.file.display()))?;
    let report = Box::new(verified(&args.file, args.allow_no_runtime, progress).await?);
    if !report.ok && args.force.is_none() {
        let message =
            "the game failed and was not sent: mend what failed (or say with --force why it should go all the same)";
        let error = Trouble { code: "not_verified".into(), message: message.into(), details: Vec::new() };
        return Ok(Sent::NotSent { ok: false, error, report });
    }
    let bar = progress.upload(&filename, 0);
    let (address, forced) = (party.address().to_owned(), args.force.filter(|_| !report.ok));
    let kept = Remembered { host: Some(address.clone()), avatar: Some(avatar.clone()) };
    let sent = tokio::task::spawn_blocking(move || {
        let upload = Upload { filename: &filename, bytes: &bytes, avatar: &avatar, token: &args.token };
        bar.set_length(form_length(upload));
        let sent = deliver(&party, upload, &mut |count| bar.at(count));
        bar.finish();
        sent
    })
    .await?;
    match sent {
        Ok((game, tries)) => {
            kept.keep(&here)?;
            let GameDetails { summary, revision, .. } = game;
            let (id, title) = (summary.id, summary.title);
            Ok(Sent::Landed { ok: true, host: address, id, title, revision, tries, forced, report })
        }
        Err(PartyError::Refused { code, message, details, .. }) => {
            Ok(Sent::Refused { ok: false, error: Trouble { code, message, details } })
        }
        Err(error) => Err(error.into()),
    }
}

async fn verified(file: &Path, allow_no_runtime: bool, progress: &Progress) -> anyhow::Result<VerifyReport> {
    let verifier = Verifier::start(Options { screenshots: None, allow_no_runtime }).await?;
    let report = verifier.verify(&[file.to_owned()], progress).await;
    verifier.close().await;
    report
}

/// Brings it there, once. Says what the host knows of it then, and how many uploads were tried.
fn deliver(party: &Party, upload: Upload<'_>, sent: &mut dyn FnMut(u64)) -> Result<(GameDetails, u32), PartyError> {
    let id = upload.filename.trim_end_matches(".html");
    let before = party.game(id)?.map_or(0, |game| game.revision);
    let whole = form_length(upload);
    let mut wait = FIRST_WAIT;
    let mut tries = 1;
    loop {
        let mut left = 0;
        let tried = party.upload(upload, &mut |count| {
            left = count;
            sent(count);
        });
        match tried {
            Ok(_) => {
                let gone = || PartyError::NotAHost("the game was taken, but is not there".to_owned());
                return Ok((patiently(|| party.game(id))?.ok_or_else(gone)?, tries));
            }
            Err(PartyError::Unreachable(reason)) => {
                let patience = if left >= whole { SETTLE } else { Duration::ZERO };
                match landed(party, upload, id, before, patience) {
                    Ok(Some(game)) => return Ok((game, tries)),
                    Ok(None) | Err(PartyError::Unreachable(_)) if tries < TRIES => {}
                    Ok(None) => return Err(PartyError::Unreachable(format!("{reason} ({tries} tries)"))),
                    Err(error) => return Err(error),
                }
            }
            // It has too much to do just now.
            Err(PartyError::Refused { status: 503, .. }) if tries < TRIES => {}
            Err(error) => return Err(error),
        }
        std::thread::sleep(wait);
        wait *= 2;
        tries += 1;
    }
}

/// Asks again when the connection breaks off.
fn patiently<T>(ask: impl Fn() -> Result<T, PartyError>) -> Result<T, PartyError> {
    let mut wait = FIRST_WAIT;
    for _ in 1..TRIES {
        match ask() {
            Err(PartyError::Unreachable(_)) => std::thread::sleep(wait),
            answer => return answer,
        }
        wait *= 2;
    }
    ask()
}

/// The game, if it is there as it was sent, and newer than `before`. Asks until it is or `patience` is over.
fn landed(
    party: &Party,
    upload: Upload<'_>,
    id: &str,
    before: u32,
    patience: Duration,
) -> Result<Option<GameDetails>, PartyError> {
    let asked = Instant::now();
    loop {
        if let Some(game) = party.game(id)?.filter(|game| game.revision > before) {
            let mut stored = Vec::with_capacity(upload.bytes.len() + 128);
            let rewritten = rewrite_creator(upload.bytes, upload.avatar, |piece| stored.extend_from_slice(piece));
            if rewritten.is_ok() && party.file(upload.filename)?.as_deref() == Some(&stored) {
                return Ok(Some(game));
            }
        }
        if asked.elapsed() >= patience {
            return Ok(None);
        }
        std::thread::sleep(SETTLE_STEP);
    }
}
