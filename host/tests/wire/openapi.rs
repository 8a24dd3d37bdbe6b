//! `/openapi.json` is valid, true and held: every other test here holds its answers against it (`described`).

use crate::{
    described::{at, escaped, faults, judge},
    harness::{Form, GAME, TestHost},
};
use hyper::{HeaderMap, StatusCode};
use jsonschema::{Draft, Registry};
use maribro_host::http::openapi;
use serde_json::{Value, json};

/// The schema of OpenAPI 3.1 as the OpenAPI Initiative published it (https://spec.openapis.org/oas/3.1/schema/2022-10-07,
/// Apache License 2.0).
const OPENAPI_SCHEMA: &str = include_str!("openapi-3.1.schema.json");

#[tokio::test]
async fn the_description_is_served_to_anyone_and_may_be_kept() {
    let host = TestHost::start().await;
    let reply = host.send("GET", "/openapi.json", &[("host", "party.example")], "").await;
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, "application/json"));
    assert_eq!(reply.json, openapi::document());
    assert_eq!(reply.header("cache-control"), "no-cache");
    let again = host.send("GET", "/openapi.json", &[("if-none-match", reply.header("etag"))], "").await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    let head = host.send("HEAD", "/openapi.json", &[], "").await;
    assert_eq!((head.status.as_u16(), head.header("content-length")), (200, reply.body.len().to_string().as_str()));
    assert_eq!(host.send("POST", "/openapi.json", &[], "").await.code(), "method_not_allowed");
}

#[test]
fn the_description_is_openapi_3_1_and_its_schemas_are_json_schema() {
    let official: Value = serde_json::from_str(OPENAPI_SCHEMA).unwrap();
    let official_id = official["$id"].as_str().unwrap().to_owned();
    let registry = Registry::new().add(official_id.as_str(), &official).unwrap().prepare().unwrap();
    // The official schema leaves the dialect of the schemas inside open; here it is JSON Schema's own.
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://host.test/openapi-with-schemas",
        "$ref": official_id,
        "$defs": { "schema": { "$dynamicAnchor": "meta", "$ref": "https://json-schema.org/draft/2020-12/schema" } },
    });
    let validator =
        jsonschema::options().with_draft(Draft::Draft202012).with_registry(&registry).build(&schema).unwrap();
    let wrong = |document: &Value| -> Vec<String> {
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
    };
    let document = openapi::document();
    assert_eq!(wrong(&document), Vec::<String>::new());

    let mut without_info = document.clone();
    without_info.as_object_mut().unwrap().remove("info");
    assert_ne!(wrong(&without_info), Vec::<String>::new(), "the check sees what is missing");
    let mut bad_schema = document;
    bad_schema["components"]["schemas"]["Seat"]["type"] = json!("seat");
    assert_ne!(wrong(&bad_schema), Vec::<String>::new(), "the check looks into the schemas");
}

/// Every value with its place, the document first.
fn walk(pointer: &str, value: &'static Value, visit: &mut impl FnMut(&str, &'static Value)) {
    visit(pointer, value);
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| walk(&format!("{pointer}/{}", escaped(name)), value, visit));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(n, value)| walk(&format!("{pointer}/{n}"), value, visit));
        }
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_everything_that_can_be_referred_to_is() {
    let mut used = std::collections::BTreeSet::new();
    walk("", at(""), &mut |place, value| {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{place} leads out: {reference}"));
            assert!(at("").pointer(pointer).is_some(), "{place} leads nowhere: {reference}");
            used.insert(pointer.to_owned());
        }
    });
    for kind in ["schemas", "responses"] {
        for name in at("/components")[kind].as_object().unwrap().keys() {
            let pointer = format!("/components/{kind}/{}", escaped(name));
            assert!(used.contains(&pointer), "nothing leads to {pointer}");
        }
    }
}

#[test]
fn every_example_is_as_its_schema_says() {
    let mut examples = 0;
    walk("", at(""), &mut |place, value| {
        let Some(schema) =
            value.get("schema").filter(|_| value.get("example").is_some() || value.get("examples").is_some())
        else {
            return;
        };
        assert!(schema.is_object());
        let many = value.get("examples").and_then(Value::as_object).into_iter().flatten().map(|(_, one)| &one["value"]);
        for example in value.get("example").into_iter().chain(many) {
            // What people send may have more than what is read.
            let faults: Vec<String> = faults(&format!("{place}/schema"), example);
            assert!(faults.is_empty(), "{place}: {faults:?}");
            examples += 1;
        }
    });
    assert!(examples > 20, "{examples} examples were found");
}

#[tokio::test]
async fn what_the_examples_send_does_what_they_say() {
    let host = TestHost::start().await;
    host.upload(&Form::game("my-game.html", "fox-orange", GAME)).await;
    host.upload(&Form::game("my-game.html", "fox-orange", GAME)).await;
    for (path, template) in [
        ("/api/session/players", "/api/session/players"),
        ("/api/session/record_game", "/api/session/record_game"),
        ("/api/games/my-game/rollback", "/api/games/{id}/rollback"),
    ] {
        let body = format!("/paths/{}/post/requestBody/content/application~1json/example", escaped(template));
        let reply = host.post(path, at(&body)).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.json);
    }
}

/// The judge of all the other tests must itself be just.
#[test]
fn a_wrong_answer_is_told_from_a_right_one() {
    let json_type: HeaderMap =
        [("content-type".parse().unwrap(), "application/json".parse().unwrap())].into_iter().collect();
    let told = |method: &str, path: &str, status: u16, body: &Value| {
        let status = StatusCode::from_u16(status).unwrap();
        judge(method, path, status, &json_type, body.to_string().as_bytes()).err()
    };
    let games = |change: fn(&mut Value)| {
        let mut answer = at("/paths/~1api~1games/get/responses/200/content/application~1json/example").clone();
        change(&mut answer);
        told("GET", "/api/games", 200, &answer)
    };
    let refusal = |code: &str| json!({ "ok": false, "error": { "code": code, "message": "no" } });
    assert_eq!(games(|_| {}), None);
    for (what, change) in [
        (
            "a field is missing",
            (|answer| drop(answer["games"][0].as_object_mut().unwrap().remove("title"))) as fn(&mut Value),
        ),
        ("a field too many", |answer| answer["games"][0]["size"] = json!(7)),
        ("a field of another type", |answer| answer["games"][0]["title"] = json!(7)),
        ("a time that is none", |answer| answer["games"][0]["uploadedAt"] = json!("yesterday")),
        ("out of range", |answer| answer["games"][0]["maxDurationSec"] = json!(4)),
        ("null for a field that is left out", |answer| answer["games"][0]["unstable"] = json!(null)),
        ("not ok", |answer| answer["ok"] = json!(false)),
        ("another answer", |answer| *answer = json!({ "ok": true, "game": {} })),
    ] {
        assert!(games(change).is_some(), "{what}");
    }
    assert_eq!(told("GET", "/api/games/a", 404, &refusal("unknown_game")), None);
    assert_eq!(told("GET", "/api/nothing", 404, &refusal("not_found")), None);
    for (method, path, status, body) in [
        ("GET", "/api/games/a", 404, refusal("not_found")),
        ("GET", "/api/games/a", 409, refusal("name_taken")),
        ("GET", "/api/games/a", 404, json!({ "ok": false, "error": { "code": "unknown_game" } })),
        ("GET", "/api/nothing", 200, json!({ "ok": true })),
        ("PUT", "/api/games", 404, json!({ "ok": false })),
    ] {
        assert!(told(method, path, status, &body).is_some(), "{method} {path} {status} {body}");
    }
    let html: HeaderMap = [("content-type".parse().unwrap(), "text/html".parse().unwrap())].into_iter().collect();
    assert!(judge("GET", "/api/session", StatusCode::OK, &html, b"<p>").is_err());
    assert!(judge("GET", "/api/games", StatusCode::NOT_MODIFIED, &json_type, b"x").is_err());
    let waits = json!({ "ok": false, "error": { "code": "rate_limited", "message": "wait" } });
    assert!(told("POST", "/api/games", 429, &waits).is_some_and(|wrong| wrong.contains("Retry-After")));
}
