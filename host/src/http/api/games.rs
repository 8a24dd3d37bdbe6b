//! `/api/games`: the shelf, uploads and checks.

use super::whole::Whole;
use crate::{
    actors::{
        ask,
        playtester::Begin,
        registry::{Describe, Known, PutGame, RemoveGame, RollBack},
        validator::Validate,
    },
    error::Error,
    http::{
        App, multipart,
        reply::{self, Response},
        server::{Request, read_json_or_nothing},
        trust::{self, Address, Caller},
    },
};
use hyper::{HeaderMap, StatusCode};
use maribro_contract::{
    avatars,
    wire::{Check, Done, GameDetails, GameSummary, HistoryEntry, Playtest, RemovedGame, Report, Uploaded},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use std::time::Instant;

/// Header that carries the upload token.
const TOKEN_HEADER: &str = "x-maribro-token";

/// `GET /api/games`
pub(crate) fn list(app: &App, request: &HeaderMap) -> Response {
    let shelf = app.actors.board.shelf.borrow().clone();
    reply::json_cached(request, &shelf.json, &shelf.gzip, &shelf.etag)
}

/// `GET /api/games/{id}`
pub(crate) async fn show(app: &App, id: &str) -> Result<Response, Error> {
    let id = decoded(id);
    let game = app.actors.board.shelf.borrow().find(&id).cloned().ok_or(Error::UnknownGame(id))?;
    let Known { revisions, incidents } = ask(&app.actors.registry, Describe { id: game.id.clone() }).await?;
    let session = app.actors.board.session.borrow().clone();
    let history = session.iter().flat_map(|snapshot| &snapshot.state.history);
    let played: Vec<&HistoryEntry> = history.filter(|entry| entry.game_id == game.id).collect();
    let thumbs =
        |rating| played.iter().flat_map(|e| e.ratings_by_slot.iter().flatten()).filter(|r| **r == rating).count();
    let details = GameDetails {
        plays: played.len(),
        thumbs_up: thumbs(1),
        thumbs_down: thumbs(-1),
        revision: revisions.current.unwrap_or(1),
        revisions: revisions.all,
        incidents,
        playtest: app.actors.board.playtests.borrow().of(&game),
        summary: game,
    };
    Ok(reply::json(StatusCode::OK, &json!({ "ok": true, "game": details })))
}

/// `DELETE /api/games/{id}`
pub(crate) async fn remove(app: &App, id: &str) -> Result<Response, Error> {
    let id = decoded(id);
    let revision = ask(&app.actors.registry, RemoveGame { id: id.clone() }).await?;
    Ok(reply::json(StatusCode::OK, &json!({ "ok": true, "removed": RemovedGame { id, revision } })))
}

/// Body of a rollback; an empty one is as good as `{}`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct WantedRevision {
    /// Its number; the one before the present one when left out.
    #[serde(default)]
    #[schemars(with = "Option<u32>", range(min = 1, max = u32::MAX))]
    revision: Option<Whole<u32>>,
}

/// `POST /api/games/{id}/rollback`
pub(crate) async fn roll_back(app: &App, id: &str, request: Request) -> Result<Response, Error> {
    let id = decoded(id);
    let WantedRevision { revision } = read_json_or_nothing(request).await?;
    let game = ask(&app.actors.registry, RollBack { id, revision: revision.map(|number| number.0) }).await?;
    Ok(reply::json(StatusCode::OK, &json!({ "ok": true, "game": game })))
}

fn decoded(id: &str) -> String {
    percent_encoding::percent_decode_str(id).decode_utf8_lossy().into_owned()
}

/// `POST /api/games`
pub(crate) async fn upload(app: &App, request: Request, caller: Caller, address: Address) -> Result<Response, Error> {
    let judge = |tried: &str| {
        let (right, now) = (trust::same_secret(&app.upload_token, tried), Instant::now());
        app.attempts.tokens.judge(address, now, right, Error::InvalidUploadToken)?;
        // Right ones only: nobody without a token uses up what belongs to those who have it.
        app.attempts.uploads.count(address, now)
    };
    let header = request.headers().get(TOKEN_HEADER).map(|value| value.to_str().unwrap_or_default().to_owned());
    if let Some(tried) = &header {
        // Before the body is read: a stranger costs no memory.
        judge(tried)?;
    }
    let places = if header.is_some() { &app.uploads } else { &app.unproven_uploads };
    let _place = places.take((caller != Caller::Host).then_some(address))?;
    let form = multipart::read(&app.limits, request).await?;
    if header.is_none() {
        judge(form.upload_token.as_deref().unwrap_or_default())?;
    }
    let creator_avatar_id =
        form.creator_avatar_id.ok_or_else(|| Error::bad_body("the field \"creator_avatar_id\" is missing"))?;
    if avatars::find(&creator_avatar_id).is_none() {
        return Err(Error::UnknownAvatar(creator_avatar_id));
    }
    let filename = form.filename?;
    let report = ask(&app.actors.validator, Validate(form.file.clone())).await?.report;
    refuse_failures(&report)?;
    let game: GameSummary =
        ask(&app.actors.registry, PutGame { filename, creator_avatar_id, bytes: form.file }).await?;
    Ok(reply::json(
        StatusCode::OK,
        &Done { ok: true, answer: Uploaded { playtest: begin_playtest(app, &game).await, game } },
    ))
}

/// Has a game played that is on the shelf now. `None` when this host plays no uploads.
async fn begin_playtest(app: &App, game: &GameSummary) -> Option<Playtest> {
    let begun = ask(&app.actors.playtester, Begin { id: game.id.clone() }).await;
    // The game is on the shelf, whatever comes of this.
    begun.unwrap_or_else(|error| {
        tracing::warn!(%error, game = game.id, "a game was not queued for its playtest");
        app.actors.board.playtests.borrow().of(game)
    })
}

/// `POST /api/games/check`
pub(crate) async fn check(app: &App, request: Request, caller: Caller, address: Address) -> Result<Response, Error> {
    app.attempts.checks.count(address, Instant::now())?;
    let _place = app.checks.take((caller != Caller::Host).then_some(address))?;
    let form = multipart::read(&app.limits, request).await?;
    let report = ask(&app.actors.validator, Validate(form.file)).await?.report;
    Ok(reply::json(StatusCode::OK, &json!({ "ok": true, "report": report })))
}

/// Refuses a game that failed a check.
///
/// # Errors
/// [`Error::ExternalResource`], [`Error::Rejected`].
pub(crate) fn refuse_failures(report: &Report) -> Result<(), Error> {
    let details: Vec<Check> = report.failures().cloned().collect();
    let Some(first) = details.first() else { return Ok(()) };
    let message = match &first.hint {
        Some(hint) => format!("{}: {} {hint}", first.id, first.message),
        None => format!("{}: {}", first.id, first.message),
    };
    // The one failure with a code of its own counts only when it is what stands in the way.
    if details.iter().any(|check| check.id == "self_contained")
        && details.iter().all(|check| check.id != "html_structure")
    {
        return Err(Error::ExternalResource { message, details });
    }
    Err(Error::Rejected { message, details })
}
