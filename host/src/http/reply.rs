//! What an answer is made of.

use bytes::Bytes;
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use hyper::{
    StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH},
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

/// A JSON answer that the caller may have already.
pub fn json_tagged(request: &hyper::HeaderMap, text: Bytes, etag: &str) -> Response {
    let mut response = if has_already(request, etag) {
        let mut response = Response::new(full(Bytes::new()));
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        json_text(StatusCode::OK, text)
    };
    tag(&mut response, etag);
    response
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
