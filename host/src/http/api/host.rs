//! What the host says about itself: `/api/health`, `/api/avatars`, `/join.svg`.

use crate::{
    error::Error,
    http::{
        App,
        reply::{self, Response, full},
    },
};
use hyper::StatusCode;
use maribro_contract::{
    avatars::AVATARS,
    wire::{Done, Health},
};
use qrcode::{QrCode, render::svg};
use serde_json::json;

/// Side of the picture in CSS pixels; it scales.
const QR_SIDE: u32 = 320;

/// `GET /api/avatars`
pub(crate) fn avatars() -> Response {
    reply::json(StatusCode::OK, &json!({ "ok": true, "avatars": AVATARS }))
}

/// `GET /api/health`
pub(crate) fn health(app: &App) -> Response {
    let board = &app.actors.board;
    let shelf = board.shelf.borrow().clone();
    let health = Health {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        uptime_ms: u64::try_from(board.uptime().as_millis()).unwrap_or(u64::MAX),
        actors: app.actors.alive().map(|(name, alive)| (name.to_owned(), alive)).into(),
        screens: *board.screens.borrow(),
        connections: app.connections.count(),
        stage: board.stage.borrow().is_some(),
        games: shelf.games.len(),
        bad_files: shelf.bad_files.clone(),
        problems: board.problems.borrow().clone(),
        input: board.input.borrow().health(),
        tunnel: board.tunnel.borrow().health(),
        playtests: board.playtests.borrow().health(),
    };
    reply::json(StatusCode::OK, &Done { ok: true, answer: health })
}

/// `GET /join.svg`: the address at which other devices reach the host, as a QR code.
pub(crate) fn join_code(app: &App) -> Result<Response, Error> {
    let url = app.actors.board.join_urls().into_iter().next().ok_or(Error::NotFound)?;
    code_of(&url)
}

/// The QR code of an address.
pub(super) fn code_of(url: &str) -> Result<Response, Error> {
    let code = QrCode::new(url).map_err(|error| Error::Internal(format!("no QR code for {url}: {error}")))?;
    let picture = code.render::<svg::Color<'_>>().min_dimensions(QR_SIDE, QR_SIDE).build();
    Ok(reply::of_type(StatusCode::OK, "image/svg+xml", full(picture)))
}
