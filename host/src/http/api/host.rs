//! What the host says about itself: `/api/health`, `/api/avatars`, `/join.svg`.

use crate::{
    error::Error,
    http::{
        App,
        reply::{self, Response, full},
    },
};
use hyper::StatusCode;
use maribro_contract::avatars::AVATARS;
use qrcode::{QrCode, render::svg};
use serde_json::{Map, json};

/// Side of the picture in CSS pixels; it scales.
const QR_SIDE: u32 = 320;

/// `GET /api/avatars`
pub(crate) fn avatars() -> Response {
    reply::json(StatusCode::OK, &json!({ "ok": true, "avatars": AVATARS }))
}

/// `GET /api/health`
pub(crate) fn health(app: &App) -> Response {
    let board = &app.actors.board;
    let actors: Map<_, _> =
        app.actors.alive().into_iter().map(|(name, alive)| (name.to_owned(), json!(alive))).collect();
    let shelf = board.shelf.borrow().clone();
    reply::json(
        StatusCode::OK,
        &json!({
            "ok": true,
            "version": env!("CARGO_PKG_VERSION"),
            "uptimeMs": u64::try_from(board.uptime().as_millis()).unwrap_or(u64::MAX),
            "actors": actors,
            "screens": *board.screens.borrow(),
            "connections": app.connections.count(),
            "stage": board.stage.borrow().is_some(),
            "games": shelf.games.len(),
            "badFiles": shelf.bad_files,
            "problems": *board.problems.borrow(),
            "input": { "state": "not_running" },
        }),
    )
}

/// `GET /join.svg`: the address at which other devices reach the host, as a QR code.
pub(crate) fn join_code(app: &App) -> Result<Response, Error> {
    let url = app.actors.board.about.join_urls.first().ok_or(Error::NotFound)?;
    let code = QrCode::new(url).map_err(|error| Error::Internal(format!("no QR code for {url}: {error}")))?;
    let picture = code.render::<svg::Color<'_>>().min_dimensions(QR_SIDE, QR_SIDE).build();
    Ok(reply::of_type(StatusCode::OK, "image/svg+xml", full(picture)))
}
