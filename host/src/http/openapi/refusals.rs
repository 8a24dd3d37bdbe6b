//! The error envelope and the codes in it.

use super::super::{
    error::{envelope, status},
    router::Who,
    shape::MAX_HEADER_BYTES,
};
use crate::error::Error;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Name of the envelope among the shapes.
pub(super) const NAME: &str = "Refusal";

/// `{ok: false, error: {code, message, details?}}`.
pub(super) fn envelope_schema() -> Value {
    json!({
        "description": "Why a request was not done.",
        "type": "object",
        "required": ["ok", "error"],
        "properties": {
            "ok": { "const": false },
            "error": {
                "type": "object",
                "required": ["code", "message"],
                "properties": {
                    "code": { "type": "string", "description": "Fixed; the answers name those that they may have." },
                    "message": { "type": "string", "minLength": 1, "description": "What is wrong and what to do, for people." },
                    "details": {
                        "type": "array",
                        "minItems": 1,
                        "description": "The checks that failed.",
                        "items": { "$ref": "#/components/schemas/Check" },
                    },
                },
            },
        },
    })
}

/// What any request may be refused with, at any address.
pub(super) fn of_everything() -> [Error; 5] {
    [
        Error::bad_body("a request has one Host header"),
        Error::UnsupportedMediaType("send the body as it is: compressed ones are not taken".into()),
        Error::RateLimited(1),
        Error::TooLarge(format!("the headers are over {} KB", MAX_HEADER_BYTES / 1024)),
        Error::Internal("the file cannot be read".into()),
    ]
}

/// What callers are refused with who may not do this.
pub(super) fn of_trust(who: Who) -> Option<Error> {
    match who {
        Who::Anyone => None,
        Who::NotForeign => Some(Error::Forbidden("games and pages of other sites may not do this".into())),
        Who::Host => Some(Error::Forbidden("only the host of the party may do this".into())),
    }
}

/// What to do about a refusal.
fn advice(error: &Error) -> &'static str {
    match error {
        Error::BadBody(_) => "a field is missing, twice or of the wrong shape; the message names it",
        Error::BadFilename(_) => "choose a name like `my-game.html`",
        Error::UnknownAvatar(_) => "take an id of `GET /api/avatars`",
        Error::InvalidUploadToken => "ask the host of the party for the token",
        Error::Forbidden(_) => "not for this caller, or not out of a game or a page of another site",
        Error::NotFound => "nothing is here",
        Error::UnknownRevision(_) => "take a `revision` of `GET /api/games/{id}`",
        Error::UnknownGame(_) => "take an id of `GET /api/games`",
        Error::MethodNotAllowed(_) => "the header `Allow` has the right methods",
        Error::NameTaken(_) => "the name belongs to another creator: choose another",
        Error::AvatarTaken(_) => "the avatar sits in another seat",
        Error::PadTaken(_) => "the pad belongs to another seat",
        Error::TooLarge(_) => "over a limit; the message names it",
        Error::UnsupportedMediaType(_) => "a form goes as `multipart/form-data`, no body compressed",
        Error::ExternalResource { .. } => {
            "the game would load something that is not in its file; `details` has the lines"
        }
        Error::Rejected { .. } => "a check failed; `details` has all that did",
        Error::RateLimited(_) => "wait as many seconds as `Retry-After` says",
        Error::Internal(_) => "a fault of the host or its disk",
        Error::Unavailable(_) => "busy, starting or stopping: try again in a moment",
    }
}

/// What a frame gets that navigates itself, at any address.
pub(super) fn own_way() -> Value {
    json!({ "description": "To a game's frame that went here on its own: it stays where it is." })
}

/// A reference to the answer of this name. The last one of a name gives the examples.
pub(super) fn share(name: &str, answer: Value, shared: &mut Map<String, Value>) -> Value {
    shared.insert(name.to_owned(), answer);
    json!({ "$ref": format!("#/components/responses/{name}") })
}

/// An answer for each status, with the codes that it may have there.
pub(super) fn answers(refusals: &[Error], shared: &mut Map<String, Value>) -> Map<String, Value> {
    let mut by_status: BTreeMap<String, Vec<&Error>> = BTreeMap::new();
    for error in refusals {
        let same = by_status.entry(status(error).as_str().to_owned()).or_default();
        if same.iter().all(|known| known.code() != error.code()) {
            same.push(error);
        }
    }
    let answers = by_status.into_iter().map(|(status, mut errors)| {
        errors.sort_by_key(|error| error.code());
        let name = errors.iter().map(|error| error.code()).collect::<Vec<_>>().join("-or-");
        (status, share(&name, answer(&errors), shared))
    });
    answers.collect()
}

fn answer(errors: &[&Error]) -> Value {
    let advice: Vec<String> = errors.iter().map(|error| format!("`{}`: {}", error.code(), advice(error))).collect();
    let codes: Vec<&str> = errors.iter().map(|error| error.code()).collect();
    let examples: Map<String, Value> =
        errors.iter().map(|error| (error.code().to_owned(), json!({ "value": envelope(error) }))).collect();
    let mut answer = json!({
        "description": format!("{}.", advice.join(". ")),
        "content": { "application/json": {
            "schema": {
                "$ref": format!("#/components/schemas/{NAME}"),
                "properties": { "error": { "properties": { "code": { "enum": codes } } } },
            },
            "examples": examples,
        } },
    });
    if errors.iter().any(|error| matches!(error, Error::RateLimited(_))) {
        answer["headers"] =
            json!({ "Retry-After": { "required": true, "description": "Seconds.", "schema": { "type": "integer" } } });
    }
    answer
}
