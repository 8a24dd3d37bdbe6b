//! What an answer is made of.

use bytes::Bytes;
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use hyper::{
    StatusCode,
    header::{
        ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH,
        VARY,
    },
};
use serde::Serialize;
use std::io;

/// Body of every answer.
pub type Body = UnsyncBoxBody<Bytes, io::Error>;
/// Every answer.
pub type Response = hyper::Response<Body>;

/// `Cross-Origin-Resource-Policy`, which hyper has no name for.
pub const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// A body of these bytes.
pub fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// An answer of this type.
pub fn of_type(status: StatusCode, content_type: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// 204: no answer worth showing.
pub fn nothing() -> Response {
    let mut response = Response::new(full(Bytes::new()));
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// A JSON answer that nobody keeps.
pub fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(text) => json_text(status, text.into()),
        // Only types of our own come here; one that cannot be written is a defect.
        Err(error) => {
            tracing::error!(%error, "an answer that cannot be written as JSON");
            let text = r#"{"ok":false,"error":{"code":"internal","message":"the answer could not be written"}}"#;
            json_text(StatusCode::INTERNAL_SERVER_ERROR, text.into())
        }
    }
}

/// A JSON answer that is text already.
pub fn json_text(status: StatusCode, text: Bytes) -> Response {
    let mut response = of_type(status, "application/json", full(text));
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// A JSON answer that the caller may have already, or may take gzipped.
pub fn json_cached(request: &hyper::HeaderMap, plain: &Bytes, gzipped: &Bytes, etag: &str) -> Response {
    let gzip = !gzipped.is_empty() && takes_gzip(request);
    // Another form of the same is another representation, with a tag of its own.
    let etag = if gzip { format!("\"{etag}-gzip\"") } else { format!("\"{etag}\"") };
    let mut response = if has_already(request, &etag) {
        let mut response = Response::new(full(Bytes::new()));
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        json_text(StatusCode::OK, if gzip { gzipped.clone() } else { plain.clone() })
    };
    tag(&mut response, &etag);
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding"));
    if gzip && response.status() == StatusCode::OK {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// Whether `Accept-Encoding` names gzip and does not refuse it.
fn takes_gzip(request: &hyper::HeaderMap) -> bool {
    let lists = request.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let refused =
            |parameter: &str| parameter.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0));
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip")) && !parts.any(refused)
    })
}

/// Marks an answer with its entity tag; caches must ask each time whether it still holds.
pub fn tag(response: &mut Response, etag: &str) {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(etag) = HeaderValue::from_str(etag) {
        headers.insert(ETAG, etag);
    }
}

/// Whether `If-None-Match` names this entity tag.
pub fn has_already(request: &hyper::HeaderMap, etag: &str) -> bool {
    let mut named = request.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    named
        .any(|list| list.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == etag || one == "*"))
}
