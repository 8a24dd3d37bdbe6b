//! What an operation is made of.

use super::{refusals, security};
use crate::{
    error::Error,
    http::{router::Who, server::MAX_JSON_BYTES},
};
use hyper::StatusCode;
use schemars::{
    JsonSchema, Schema, SchemaGenerator,
    generate::SchemaSettings,
    transform::{Transform, transform_subschemas},
};
use serde_json::{Map, Value, json};

/// Where the shapes stand in the document.
const SHAPES: &str = "/components/schemas";

/// The shapes that the document refers to. A type says and reads may differ: what is always said may be left out when
/// it is sent.
pub(super) struct Shapes {
    said: SchemaGenerator,
    read: SchemaGenerator,
}

impl Shapes {
    pub(super) fn new() -> Self {
        let settings = SchemaSettings::draft2020_12().with_transform(NoRust).with(|settings| {
            settings.definitions_path = SHAPES.into();
            settings.meta_schema = None;
        });
        Self {
            said: settings.clone().for_serialize().with_transform(AbsentNotNull).into_generator(),
            read: settings.for_deserialize().into_generator(),
        }
    }

    /// The shape of what the host says.
    pub(super) fn said<T: JsonSchema>(&mut self) -> Value {
        self.said.subschema_for::<T>().to_value()
    }

    /// The shape of what the host reads.
    pub(super) fn read<T: JsonSchema>(&mut self) -> Value {
        self.read.subschema_for::<T>().to_value()
    }

    pub(super) fn into_components(mut self) -> Map<String, Value> {
        let mut components = self.said.take_definitions(true);
        components.extend(self.read.take_definitions(true));
        components.sort_keys();
        components
    }
}

/// Formats like `uint8` say nothing that the bounds beside them don't.
#[derive(Debug, Clone)]
struct NoRust;

impl Transform for NoRust {
    fn transform(&mut self, schema: &mut Schema) {
        if schema.get("format").is_some_and(|format| format != "date-time") {
            schema.remove("format");
        }
        transform_subschemas(self, schema);
    }
}

/// An optional field that the host has nothing to say about is left out, never null.
#[derive(Debug, Clone)]
struct AbsentNotNull;

impl Transform for AbsentNotNull {
    fn transform(&mut self, schema: &mut Schema) {
        let required: Vec<Value> = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            for (_, property) in properties.iter_mut().filter(|(name, _)| !required.iter().any(|one| one == *name)) {
                without_null(property);
            }
        }
        transform_subschemas(self, schema);
    }
}

fn without_null(property: &mut Value) {
    let Value::Object(fields) = property else { return };
    if fields.get("default") == Some(&Value::Null) {
        fields.shift_remove("default");
    }
    if let Some(Value::Array(types)) = fields.get_mut("type") {
        types.retain(|one| one != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            fields.insert("type".to_owned(), one);
        }
    }
    if let Some(Value::Array(choices)) = fields.get_mut("anyOf") {
        choices.retain(|one| one["type"] != "null");
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            fields.shift_remove("anyOf");
            fields.extend(only);
        }
    }
}

/// `{ok: true, name: shape}`.
pub(super) fn ok(name: &str, shape: Value) -> Value {
    json!({ "type": "object", "required": ["ok", name], "properties": { "ok": { "const": true }, name: shape } })
}

/// One endpoint.
pub(super) struct Operation {
    id: &'static str,
    tag: &'static str,
    summary: &'static str,
    description: String,
    parameters: Vec<Value>,
    needs_upload_token: bool,
    body: Option<Value>,
    answers: Map<String, Value>,
    refusals: Vec<Error>,
}

impl Operation {
    pub(super) fn new(tag: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self {
            id,
            tag,
            summary,
            description: String::new(),
            parameters: Vec::new(),
            needs_upload_token: false,
            body: None,
            answers: Map::new(),
            refusals: Vec::new(),
        }
    }

    pub(super) fn about(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    pub(super) fn in_path(self, name: &str, description: &str, example: &str) -> Self {
        self.takes(json!({
            "name": name, "in": "path", "required": true, "description": description, "example": example,
            "schema": { "type": "string", "minLength": 1 },
        }))
    }

    /// May be left out; `place` is `query` or `header`.
    pub(super) fn may_have(self, place: &str, name: &str, description: &str) -> Self {
        self.takes(json!({ "name": name, "in": place, "description": description, "schema": { "type": "string" } }))
    }

    fn takes(mut self, parameter: Value) -> Self {
        self.parameters.push(parameter);
        self
    }

    pub(super) fn with_upload_token(mut self) -> Self {
        self.needs_upload_token = true;
        self
    }

    /// A body of this type, which must be there unless it is `optional`.
    pub(super) fn body(mut self, media_type: &str, optional: bool, content: Value) -> Self {
        self.body = Some(json!({ "required": !optional, "content": { media_type: content } }));
        self
    }

    /// A JSON body.
    pub(super) fn json_body(self, optional: bool, shape: Value, example: Value) -> Self {
        self.body("application/json", optional, json!({ "schema": shape, "example": example })).refuses([
            Error::bad_body("the body is not what is expected here: EOF while parsing an object at line 1 column 1"),
            Error::TooLarge(format!("the body is over {} KB", MAX_JSON_BYTES / 1024)),
        ])
    }

    /// Answers 200 with JSON.
    pub(super) fn says(self, description: &str, shape: Value, example: Value) -> Self {
        let content = json!({ "application/json": { "schema": shape, "example": example } });
        self.answers(StatusCode::OK, json!({ "description": description, "content": content }))
    }

    /// Answers so.
    pub(super) fn answers(mut self, status: StatusCode, answer: Value) -> Self {
        self.answers.insert(status.as_str().to_owned(), answer);
        self
    }

    /// Answers 304 to those who name the entity tag that they have.
    pub(super) fn tagged(mut self) -> Self {
        let etag = json!({ "ETag": { "description": "Names this version.", "schema": { "type": "string" } } });
        for answer in self.answers.values_mut() {
            answer["headers"] = etag.clone();
        }
        self.may_have("header", "If-None-Match", "An `ETag` of before: 304 if it still holds.").answers(
            StatusCode::NOT_MODIFIED,
            json!({ "description": "What `If-None-Match` names still holds.", "headers": etag }),
        )
    }

    /// Refuses with any of these; each is an example, its words included.
    pub(super) fn refuses(mut self, refusals: impl IntoIterator<Item = Error>) -> Self {
        self.refusals.extend(refusals);
        self
    }

    /// The path of a route's pattern, with the names of its parameters.
    pub(super) fn path(&self, pattern: &str) -> String {
        let mut names = self.parameters.iter().filter(|one| one["in"] == "path").filter_map(|one| one["name"].as_str());
        let segments = pattern.split('/').map(|segment| match segment {
            "{}" | "*" => names.next().map_or_else(|| segment.to_owned(), |name| format!("{{{name}}}")),
            _ => segment.to_owned(),
        });
        segments.collect::<Vec<_>>().join("/")
    }

    /// The operation; its refusals are put among `shared`, which others refer to as well.
    pub(super) fn into_json(mut self, who: Who, shared: &mut Map<String, Value>) -> Value {
        self.refusals.extend(refusals::of_everything());
        self.refusals.extend(refusals::of_trust(who));
        let mut answers = self.answers;
        answers.insert(
            StatusCode::NO_CONTENT.as_str().to_owned(),
            refusals::share("own_way", refusals::own_way(), shared),
        );
        answers.extend(refusals::answers(&self.refusals, shared));
        answers.sort_keys();
        let mut operation = json!({ "operationId": self.id, "tags": [self.tag], "summary": self.summary });
        if !self.description.is_empty() {
            operation["description"] = json!(self.description);
        }
        if !self.parameters.is_empty() {
            operation["parameters"] = json!(self.parameters);
        }
        if let Some(body) = self.body {
            operation["requestBody"] = body;
        }
        operation["security"] = security(who, self.needs_upload_token);
        operation["responses"] = Value::Object(answers);
        operation
    }
}
