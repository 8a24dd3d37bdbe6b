//! Errors as answers: the status of each code of contract §1, and the envelope.

use super::reply::{self, Response};
use crate::error::Error;
use hyper::{
    StatusCode,
    header::{ALLOW, HeaderValue, RETRY_AFTER},
};
use serde_json::{Value, json};

/// The status of an error.
pub fn status(error: &Error) -> StatusCode {
    match error {
        Error::BadBody(_) | Error::BadFilename(_) | Error::UnknownAvatar(_) => StatusCode::BAD_REQUEST,
        Error::InvalidUploadToken => StatusCode::UNAUTHORIZED,
        Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::NotFound | Error::UnknownGame(_) | Error::UnknownRevision(_) => StatusCode::NOT_FOUND,
        Error::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
        Error::NameTaken(_) | Error::AvatarTaken(_) | Error::PadTaken(_) => StatusCode::CONFLICT,
        Error::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        Error::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Error::ExternalResource { .. } | Error::Rejected { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Error::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// `{ok: false, error: {code, message, details?}}`.
pub fn envelope(error: &Error) -> Value {
    let mut told = json!({ "code": error.code(), "message": error.to_string() });
    if !error.details().is_empty() {
        told["details"] = json!(error.details());
    }
    json!({ "ok": false, "error": told })
}

/// The answer: status, envelope, and what the status asks for besides.
pub fn answer(error: &Error) -> Response {
    let mut response = reply::json(status(error), &envelope(error));
    match error {
        Error::MethodNotAllowed(methods) => {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
        }
        Error::RateLimited(seconds) => {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*seconds));
        }
        _ => {}
    }
    response
}
