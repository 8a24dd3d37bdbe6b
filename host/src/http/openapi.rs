//! `/openapi.json`: the HTTP API as OpenAPI 3.1, for agents and programs.
//!
//! Made from what the host itself goes by: the routes from the router's table, the shapes from the wire's types, the
//! refusals from [`Error`], the limits from their constants. What only words can say stands in `operations`, one arm an
//! endpoint. The tests in `tests/wire` hold every answer that they get against this document.
//!
//! - `operations`: what each endpoint takes and answers
//! - `parts`: what an operation is made of
//! - `refusals`: the error envelope and the codes in it
//! - `examples`: values that stand for others

mod examples;
mod operations;
mod parts;
mod refusals;

use super::{
    attempts::{MAX_WRONG, WINDOW},
    reply::{self, Response},
    router::{ROUTES, Who},
    server::MAX_JSON_BYTES,
    shape::MAX_HEADER_BYTES,
    trust::COOKIE,
};
use bytes::Bytes;
use hyper::HeaderMap;
use maribro_contract::checks::MAX_GAME_BYTES;
use parts::Shapes;
use serde_json::{Map, Value, json};

/// The description as it is sent.
#[derive(Debug)]
pub struct Openapi {
    json: Bytes,
    etag: String,
}

impl Openapi {
    /// Describes this host.
    pub fn new() -> Self {
        let json = Bytes::from(document().to_string());
        let etag = blake3::hash(&json).to_hex()[..16].to_owned();
        Self { json, etag }
    }

    /// `GET /openapi.json`
    pub(super) fn answer(&self, request: &HeaderMap) -> Response {
        // Asked for once by an agent, not polled: not worth a gzipped form.
        reply::json_cached(request, &self.json, &Bytes::new(), &self.etag)
    }
}

impl Default for Openapi {
    fn default() -> Self {
        Self::new()
    }
}

/// The whole document.
pub fn document() -> Value {
    let mut shapes = Shapes::new();
    let (mut paths, mut answers) = (Map::new(), Map::new());
    for (method, pattern, who, endpoint) in &ROUTES {
        let operation = operations::describe(*endpoint, &mut shapes);
        let path = operation.path(pattern);
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[method.as_str().to_ascii_lowercase()] = operation.into_json(*who, &mut answers);
    }
    let mut schemas = shapes.into_components();
    schemas.insert(refusals::NAME.to_owned(), refusals::envelope_schema());
    answers.sort_keys();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Maribro Party",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "A couch party of games that are written while it runs.",
            "description": about(),
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": "/", "description": "The host that serves this document." }],
        "tags": [
            { "name": "games", "description": "The shelf: look, check, send." },
            { "name": "session", "description": "Seats, scores, history. Anyone reads, the host writes." },
            { "name": "host", "description": "The host itself." },
            { "name": "agents", "description": "All that a coding agent needs to make a game." },
            { "name": "files", "description": "The page, the SDK, the games." },
        ],
        "paths": paths,
        "components": { "schemas": schemas, "responses": answers, "securitySchemes": security_schemes() },
    })
}

fn about() -> String {
    format!(
        "To send a game: write one HTML file (types of the SDK: `/public/maribro-sdk.d.ts`; a start: \
         `/games/_template.html`), `POST /api/games/check` until `report.ok` is true, then `POST /api/games`.\n\n\
         Every answer under `/api/` is `{{\"ok\": true, …}}` or `{{\"ok\": false, \"error\": {{\"code\", \"message\", \
         \"details\"?}}}}`. Go by `error.code`; `error.message` says what to do. An unknown path answers 404 \
         `not_found`, a wrong method 405 `method_not_allowed` with the right ones in `Allow`. Where GET answers, HEAD \
         does too. Further fields may come in later versions.\n\n\
         Limits: game {MAX_GAME_BYTES} bytes (20 MB), headers {} KB, JSON bodies {} KB, wrong tokens or keys {MAX_WRONG} in {} s per \
         address. JSON is camelCase, times are ISO 8601 UTC. Requests out of a game's frame or from a page of another \
         site may read, but never write.",
        MAX_HEADER_BYTES / 1024,
        MAX_JSON_BYTES / 1024,
        WINDOW.as_secs(),
    )
}

/// Names of the security schemes.
mod scheme {
    pub(super) const HOST_KEY: &str = "hostKey";
    pub(super) const HOST_COOKIE: &str = "hostCookie";
    pub(super) const UPLOAD_TOKEN: &str = "uploadToken";
}

fn security_schemes() -> Value {
    json!({
        scheme::HOST_KEY: {
            "type": "http",
            "scheme": "bearer",
            "description": "The host key: the host prints its address with `?key=…` at its start. Not needed on the host \
                machine itself, calling localhost without a proxy.",
        },
        scheme::HOST_COOKIE: {
            "type": "apiKey",
            "in": "cookie",
            "name": COOKIE,
            "description": "The host key as the cookie that `GET /?key=…` sets in a browser.",
        },
        scheme::UPLOAD_TOKEN: {
            "type": "apiKey",
            "in": "header",
            "name": "X-Maribro-Token",
            "description": "The upload token, `maribro-upload` unless the host chose another. The form field \
                `upload_token` does as well.",
        },
    })
}

/// What a caller must bring. An empty requirement says that it can do without: see the scheme.
fn security(who: Who, needs_upload_token: bool) -> Value {
    match who {
        Who::Host => json!([{ scheme::HOST_KEY: [] }, { scheme::HOST_COOKIE: [] }, {}]),
        Who::NotForeign if needs_upload_token => json!([{ scheme::UPLOAD_TOKEN: [] }, {}]),
        Who::NotForeign | Who::Anyone => json!([]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let document = document();
        let described: BTreeSet<String> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, item)| {
                let braces = path.find('{').map(|start| (start, path.find('}').unwrap() + 1));
                let pattern =
                    braces.map_or(path.clone(), |(start, end)| format!("{}…{}", &path[..start], &path[end..]));
                item.as_object().unwrap().keys().map(move |method| format!("{method} {pattern}"))
            })
            .collect();
        let routes: BTreeSet<String> = ROUTES
            .iter()
            .map(|(method, pattern, ..)| {
                format!("{} {}", method.as_str().to_ascii_lowercase(), pattern.replace("{}", "…").replace('*', "…"))
            })
            .collect();
        assert_eq!(described, routes);
    }

    #[test]
    fn every_operation_has_a_name_of_its_own_and_its_path_parameters() {
        let document = document();
        let mut names = BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for operation in item.as_object().unwrap().values() {
                assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{operation}");
                let in_path: Vec<String> = operation["parameters"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter(|parameter| parameter["in"] == "path")
                    .map(|parameter| format!("{{{}}}", parameter["name"].as_str().unwrap()))
                    .collect();
                assert_eq!(in_path.len(), path.matches('{').count(), "{path}");
                assert!(in_path.iter().all(|parameter| path.contains(parameter)), "{path}");
            }
        }
        assert_eq!(names.len(), ROUTES.len());
    }

    #[test]
    fn the_description_is_the_same_every_time() {
        assert_eq!(document(), document());
        assert_eq!(Openapi::new().etag, Openapi::new().etag);
    }
}
