//! The picture of the night: the page draws it, the host keeps it and hands it to phones.

use crate::{
    error::Error,
    http::{
        App,
        api::host::code_of,
        reply::{self, Response},
        server::{Request, read_at_most},
    },
    store::summaries,
};
use hyper::{
    StatusCode,
    header::{CONTENT_TYPE, HeaderMap},
};
use serde_json::json;

/// Largest picture. One of 1920x1080 has some 0.5 MB.
pub(crate) const MAX_SUMMARY_BYTES: usize = 8 * 1024 * 1024;
/// Where phones find it.
pub(crate) const PATH: &str = "/summaries/latest.png";

/// `POST /api/session/summary`
pub(crate) async fn keep(app: &App, request: Request) -> Result<Response, Error> {
    if request.headers().get(CONTENT_TYPE).is_none_or(|media_type| media_type != "image/png") {
        return Err(Error::UnsupportedMediaType("send the picture as image/png".into()));
    }
    let picture = read_at_most(request, MAX_SUMMARY_BYTES).await?;
    summaries::check(&picture).map_err(Error::BadBody)?;
    let session = app.actors.board.session.borrow().clone();
    let session = session.ok_or_else(|| Error::Unavailable("the host is starting".into()))?;
    let (summaries, bytes) = (app.summaries.clone(), picture.len());
    tokio::task::spawn_blocking(move || summaries.keep(&session.state.created_at, &picture))
        .await
        .map_err(|error| Error::Internal(format!("keeping the picture failed: {error}")))?
        .map_err(|error| Error::Internal(format!("the picture cannot be written: {error}")))?;
    Ok(reply::json(StatusCode::OK, &json!({ "ok": true, "summary": { "path": PATH, "bytes": bytes } })))
}

/// `GET /summaries/latest.png`
pub(crate) async fn show(app: &App, request: &HeaderMap) -> Result<Response, Error> {
    let summaries = app.summaries.clone();
    let name = tokio::task::spawn_blocking(move || summaries.latest())
        .await
        .map_err(|error| Error::Internal(format!("looking for the picture failed: {error}")))?
        .map_err(|error| Error::Internal(format!("the pictures cannot be listed: {error}")))?;
    app.assets.file_in(app.summaries.folder(), name.ok_or(Error::NotFound)?, request).await
}

/// `GET /summaries/latest.svg`: its address as a QR code.
pub(crate) fn code(app: &App) -> Result<Response, Error> {
    let url = app.actors.board.about.join_urls.first().ok_or(Error::NotFound)?;
    code_of(&format!("{}{PATH}", url.trim_end_matches('/')))
}
