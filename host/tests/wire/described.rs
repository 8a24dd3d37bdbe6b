//! Holds what the host answers against what `/openapi.json` says that it may answer.

use hyper::{HeaderMap, StatusCode, header};
use jsonschema::{Draft, Registry, Validator};
use maribro_host::http::openapi;
use serde_json::{Map, Value, json};
use std::{
    collections::HashMap,
    io::Read,
    sync::{Arc, LazyLock, Mutex},
};

/// Where the document lies for the validators.
const HERE: &str = "https://host.test/openapi.json";

/// What requests get that lead to no operation.
const NOWHERE: [(u16, &str); 6] = [
    (400, "bad_body"),
    (404, "not_found"),
    (405, "method_not_allowed"),
    (413, "too_large"),
    (415, "unsupported_media_type"),
    (429, "rate_limited"),
];

/// The document as the tests read it: what an answer has and the document does not name is as wrong as what it lacks.
/// Readers out there are told to expect further fields.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = openapi::document();
    close(&mut document["components"]);
    close(&mut document["paths"]);
    document
});

static REGISTRY: LazyLock<Registry<'static>> =
    LazyLock::new(|| Registry::new().draft(Draft::Draft202012).add(HERE, &*DOCUMENT).unwrap().prepare().unwrap());

fn close(schema: &mut Value) {
    if let Value::Object(fields) = schema {
        if fields.get("type").is_some_and(|of| of == "object")
            && fields.contains_key("properties")
            && !fields.contains_key("additionalProperties")
        {
            fields.insert("unevaluatedProperties".to_owned(), json!(false));
        }
        fields.values_mut().for_each(close);
    } else if let Value::Array(list) = schema {
        list.iter_mut().for_each(close);
    }
}

/// The validator of the schema at this place of the document.
fn validator(pointer: &str) -> Arc<Validator> {
    static KNOWN: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let compiled = known.entry(pointer.to_owned()).or_insert_with(|| {
        let reference = json!({ "$ref": format!("{HERE}#{pointer}") });
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        Arc::new(options.with_registry(&REGISTRY).build(&reference).unwrap())
    });
    Arc::clone(compiled)
}

/// Why a value is not as the schema at this place says; empty when it is.
pub fn faults(pointer: &str, value: &Value) -> Vec<String> {
    validator(pointer).iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// One segment of a JSON pointer.
pub fn escaped(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1").replace('{', "%7B").replace('}', "%7D")
}

/// The pointer to what stands there, or to what it refers to.
fn resolved(pointer: String) -> String {
    let there = at(&pointer);
    there["$ref"].as_str().map_or(pointer, |reference| reference.trim_start_matches('#').to_owned())
}

/// What stands at a place of the document.
pub fn at(pointer: &str) -> &'static Value {
    let pointer = pointer.replace("%7B", "{").replace("%7D", "}");
    DOCUMENT.pointer(&pointer).unwrap_or_else(|| panic!("nothing at {pointer}"))
}

/// The operation that a request leads to.
fn operation(method: &str, path: &str) -> Option<String> {
    let method = if method == "HEAD" { "get" } else { &method.to_ascii_lowercase() };
    let paths: &Map<String, Value> = DOCUMENT["paths"].as_object().unwrap();
    let mut fitting: Vec<&String> = paths
        .iter()
        .filter(|(template, item)| fits(template, path) && item[method].is_object())
        .map(|(t, _)| t)
        .collect();
    fitting.sort_by_key(|template| template.contains('{'));
    fitting.first().map(|template| format!("/paths/{}/{method}", escaped(template)))
}

fn fits(template: &str, path: &str) -> bool {
    let Some((prefix, rest)) = template.split_once('{') else { return template == path };
    let suffix = rest.split_once('}').unwrap().1;
    let middle = path.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix));
    // Only the API's parameters end at a slash.
    let slashes = !template.starts_with("/api/");
    middle.is_some_and(|middle| !middle.is_empty() && (slashes || !middle.contains('/')))
}

/// Holds an answer against the document.
///
/// # Panics
/// With what is wrong, when the answer is not one that the document names for this request.
pub fn hold(method: &str, target: &str, status: StatusCode, headers: &HeaderMap, body: &[u8]) {
    // A target may also name the host; what is no address at all leads nowhere.
    let path = target.parse::<hyper::Uri>().map_or(String::new(), |uri| uri.path().to_owned());
    if let Err(wrong) = judge(method, &path, status, headers, body) {
        let shown = String::from_utf8_lossy(&body[..body.len().min(2_000)]);
        panic!("/openapi.json does not name this answer to {method} {target:.200}: {status} {shown}\n{wrong}");
    }
}

/// What is wrong with an answer.
///
/// # Errors
/// That.
pub fn judge(method: &str, path: &str, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Result<(), String> {
    let Some(operation) = operation(method, path) else { return judge_nowhere(method, status, body) };
    let answer = format!("{operation}/responses/{}", status.as_u16());
    if at(&format!("{operation}/responses")).get(status.as_str()).is_none() {
        return Err(format!("{operation} has no answer {status}"));
    }
    let answer = resolved(answer);
    for (name, about) in at(&answer)["headers"].as_object().into_iter().flatten() {
        if about["required"] == true && !headers.contains_key(name.as_str()) {
            return Err(format!("the header {name} is missing"));
        }
    }
    if method == "HEAD" {
        return Ok(());
    }
    let Some(content) = at(&answer)["content"].as_object() else {
        return if body.is_empty() { Ok(()) } else { Err("it has a body".to_owned()) };
    };
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if !content.contains_key(media_type) && !content.contains_key("*/*") {
        return Err(format!("it is of the type {media_type:?}"));
    }
    if !content.get(media_type).is_some_and(|content| content["schema"] != Value::Null) {
        return Ok(());
    }
    let value = read(headers, body)?;
    match faults(&format!("{answer}/content/{}/schema", escaped(media_type)), &value) {
        faults if faults.is_empty() => Ok(()),
        faults => Err(faults.join("\n")),
    }
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<Value, String> {
    let mut plain = Vec::new();
    let mut body = body;
    if headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding == "gzip") {
        flate2::read::GzDecoder::new(body).read_to_end(&mut plain).map_err(|error| error.to_string())?;
        body = &plain;
    }
    serde_json::from_slice(body).map_err(|error| format!("it is no JSON: {error}"))
}

fn judge_nowhere(method: &str, status: StatusCode, body: &[u8]) -> Result<(), String> {
    if method == "HEAD" || status == StatusCode::NO_CONTENT {
        return Ok(());
    }
    let value = serde_json::from_slice(body).map_err(|error| format!("it is no JSON: {error}"))?;
    let faults = faults("/components/schemas/Refusal", &value);
    if !faults.is_empty() {
        return Err(faults.join("\n"));
    }
    let code = value["error"]["code"].as_str().unwrap_or_default();
    if NOWHERE.contains(&(status.as_u16(), code)) {
        return Ok(());
    }
    Err("this address is not in the document, so that only a refusal is due".to_owned())
}

/// Holds an answer that was read as raw bytes. One that broke off, or that hyper gave itself, is no answer of the API's.
///
/// # Panics
/// As [`hold`].
pub fn hold_raw(request: &[u8], answer: &[u8]) {
    let mut lines =
        String::from_utf8_lossy(request.split(|byte| *byte == b'\r').next().unwrap_or_default()).into_owned();
    lines.truncate(4_000);
    let mut words = lines.split(' ');
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return };
    let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return };
    let head = String::from_utf8_lossy(&answer[..end]);
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let headers: HeaderMap = lines
        .filter_map(|line| line.split_once(':'))
        .filter_map(|(name, value)| Some((name.parse::<header::HeaderName>().ok()?, value.trim().parse().ok()?)))
        .collect();
    let body = &answer[end + 4..];
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let is_json = headers.get(header::CONTENT_TYPE).is_some_and(|of| of == "application/json");
    if let (Some(status), true, Some(body)) = (status, is_json, body.get(..length.unwrap_or(usize::MAX))) {
        hold(method, target, status, &headers, body);
    }
}
