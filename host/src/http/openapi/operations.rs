//! What each endpoint takes and answers.

use super::{
    examples,
    parts::{Operation, Shapes, ok},
};
use crate::{
    error::Error,
    http::{
        api::{
            games::WantedRevision,
            session::{RecordGame, SetPlayers},
            summary::{self, MAX_SUMMARY_BYTES},
        },
        kit::Part,
        multipart::{MAX_PARTS, MAX_TEXT_BYTES},
        router::Endpoint,
    },
};
use hyper::StatusCode;
use maribro_contract::{
    avatars::{AVATARS, Avatar},
    checks::MAX_GAME_BYTES,
    filename::MAX_FILENAME_CHARS,
    wire::{Done, GameDetails, GameSummary, Health, RemovedGame, Report, SessionState, Uploaded},
};
use serde_json::{Map, Value, json};

const GAMES: &str = "games";
const SESSION: &str = "session";
const HOST: &str = "host";
const FILES: &str = "files";
const AGENTS: &str = "agents";

/// The operation of this endpoint, but for its path and who may.
pub(super) fn describe(endpoint: Endpoint, shapes: &mut Shapes) -> Operation {
    match endpoint {
        Endpoint::Page => page(),
        Endpoint::Watch => watching("watch", "A page that shows the party, to look at on any device"),
        Endpoint::Creators => watching("creators", "A page with each maker's games, ratings and crashes"),
        Endpoint::Public => file(Operation::new(FILES, "publicFile", "A file of the page, or the SDK"), "*/*")
            .in_path(
                "path",
                "Where it lies; may have slashes. `maribro-sdk.js` is the SDK, `maribro-sdk.d.ts` its types.",
                "maribro-sdk.d.ts",
            )
            .refuses([Error::NotFound]),
        Endpoint::Game => file(Operation::new(FILES, "gameFile", "A game, under the games' own policy"), "text/html")
            .in_path("filename", "A `filename` of the shelf, or `_template.html`.", "_template.html")
            .refuses([Error::NotFound]),
        Endpoint::Kit(part) => kit(part),
        Endpoint::JoinCode => Operation::new(HOST, "joinCode", "QR code of the address for other devices")
            .answers(StatusCode::OK, json!({ "description": "The picture.", "content": { "image/svg+xml": {} } }))
            .refuses([Error::NotFound]),
        Endpoint::ShowSummary => file(Operation::new(HOST, "summary", "The picture of the night"), "image/png")
            .about("The last that a ceremony made.")
            .refuses([Error::NotFound]),
        Endpoint::SummaryCode => {
            Operation::new(HOST, "summaryCode", "QR code of the address of the picture of the night")
                .answers(StatusCode::OK, json!({ "description": "The picture.", "content": { "image/svg+xml": {} } }))
                .refuses([Error::NotFound])
        }
        Endpoint::Ws => Operation::new(HOST, "screens", "WebSocket of the screens")
            .about("Events for everyone, commands of the host: docs/screen-protocol.md. Games need it not.")
            .answers(StatusCode::SWITCHING_PROTOCOLS, json!({ "description": "From here on WebSocket, version 13." }))
            .refuses([Error::bad_body("this address speaks WebSocket (version 13)")]),
        Endpoint::Openapi => Operation::new(HOST, "openapi", "This document")
            .answers(StatusCode::OK, json!({ "description": "OpenAPI 3.1.", "content": { "application/json": {} } }))
            .tagged(),
        Endpoint::Health => {
            let shape = shapes.said::<Done<Health>>();
            Operation::new(HOST, "health", "How the host is").says(
                "How it is.",
                shape,
                json!(Done { ok: true, answer: examples::health() }),
            )
        }
        Endpoint::Avatars => {
            let shape = ok("avatars", json!({ "type": "array", "items": shapes.said::<Avatar>() }));
            Operation::new(GAMES, "listAvatars", "The sixteen avatars, as players and as creators").says(
                "All avatars.",
                shape,
                json!({ "ok": true, "avatars": examples::avatars() }),
            )
        }
        Endpoint::ListGames => {
            let shape = ok("games", json!({ "type": "array", "items": shapes.said::<GameSummary>() }));
            Operation::new(GAMES, "listGames", "The shelf")
                .about("Files whose name begins with `_` are not listed.")
                .says("All games, newest first.", shape, json!({ "ok": true, "games": [examples::game()] }))
                .tagged()
        }
        Endpoint::ShowGame => of_game(Operation::new(GAMES, "showGame", "One game, and what became of it"))
            .about(
                "`incidents` says when and why it was taken off the stage: read it, mend the game, send it again. \
                `playtest` is the host's own: ask again while its `state` is `queued` or `running`.",
            )
            .says(
                "The game.",
                ok("game", shapes.said::<GameDetails>()),
                json!({ "ok": true, "game": examples::details() }),
            ),
        Endpoint::RemoveGame => of_game(Operation::new(GAMES, "removeGame", "Take a game off the shelf"))
            .about("It is kept; a rollback brings it back.")
            .says(
                "It is off the shelf.",
                ok("removed", shapes.said::<RemovedGame>()),
                json!({ "ok": true, "removed": examples::removed() }),
            ),
        Endpoint::RollBack => of_game(Operation::new(GAMES, "rollBackGame", "Bring a revision or a removed game back"))
            .about("Without a body the revision before, or the removed game. Nothing is lost by it.")
            .json_body(true, shapes.read::<WantedRevision>(), json!({ "revision": 1 }))
            .says(
                "The game as it stands on the shelf.",
                ok("game", shapes.said::<GameSummary>()),
                json!({ "ok": true, "game": examples::game() }),
            )
            .refuses([
                Error::bad_body("the body is not what is expected here: invalid type: string \"x\", expected u32"),
                Error::UnknownRevision("there is no revision of \"my-game\" before this one".into()),
            ]),
        Endpoint::Check => {
            let shape = ok("report", shapes.said::<Report>());
            form(Operation::new(GAMES, "checkGame", "Check a game; stores nothing"), &[])
                .about("Curl: `curl -F file=@my-game.html HOST/api/games/check`. Mend until `report.ok` is true; the outer \
                    `ok` only says that the check was done. No token.")
                .says("Every check that needs no browser.", shape, json!({ "ok": true, "report": examples::report() }))
        }
        Endpoint::Upload => upload(shapes),
        Endpoint::Session => Operation::new(SESSION, "showSession", "Seats, scores, history")
            .says("The session.", ok(SESSION, shapes.said::<SessionState>()), session())
            .refuses([Error::Unavailable("the host is starting".into())]),
        Endpoint::Reset => changes_session(
            Operation::new(SESSION, "resetSession", "Begin a new session")
                .about("The old one is kept as a dated file in the data folder. People keep their seats."),
            shapes,
        ),
        Endpoint::KeepSummary => keep_summary(),
        Endpoint::SetPlayers => changes_session(
            Operation::new(SESSION, "setPlayers", "Set all four seats")
                .about("Each slot once.")
                .json_body(false, shapes.read::<SetPlayers>(), examples::set_players())
                .refuses([
                    Error::bad_body("playersBySlot must have 4 seats, not 3"),
                    Error::UnknownAvatar("nobody".into()),
                    Error::AvatarTaken("fox-orange".into()),
                    Error::PadTaken(300),
                ]),
            shapes,
        ),
        Endpoint::RecordGame => changes_session(
            Operation::new(SESSION, "recordGame", "Record a game that was played elsewhere")
                .about("Rounds on the stage record themselves.")
                .json_body(
                    false,
                    shapes.read::<RecordGame>(),
                    json!({ "gameId": "my-game", "scoresBySlot": [10, 6, 0, 0], "ratingsBySlot": [1, -1, 0, 0] }),
                )
                .refuses([
                    Error::bad_body("scoresBySlot must have 4 values, not 3"),
                    Error::UnknownGame("my-game".into()),
                ]),
            shapes,
        ),
    }
}

/// A part of what agents need without a clone.
fn kit(part: Part) -> Operation {
    let in_folder = |id, title, example| {
        file(Operation::new(AGENTS, id, title), "*/*")
            .in_path("path", "Where it lies; may have slashes.", example)
            .refuses([Error::NotFound])
    };
    match part {
        Part::Index => {
            file(Operation::new(AGENTS, "llms", "What there is for coding agents, with links"), "text/plain")
        }
        Part::Template => file(Operation::new(AGENTS, "template", "The game to start from"), "text/html"),
        Part::Skills => in_folder("skill", "A file of a skill, in the Agent Skills format", "init-game/SKILL.md"),
        Part::Docs => in_folder("document", "A document, in Markdown", "design.md"),
        Part::Sdk => in_folder("sdk", "The SDK, or its types", "maribro-sdk.d.ts"),
    }
}

fn page() -> Operation {
    let headers = json!({
        "Location": { "required": true, "schema": { "const": "/" } },
        "Set-Cookie": { "required": true, "description": "The host's cookie.", "schema": { "type": "string" } },
    });
    file(Operation::new(FILES, "page", "The page of the big screen"), "text/html")
        .may_have("query", "key", "The host key: makes this browser the host.")
        .answers(StatusCode::SEE_OTHER, json!({ "description": "The key was right.", "headers": headers }))
        .refuses([
            Error::Forbidden("this is not the host's key; the host prints its address when it starts".into()),
            Error::NotFound,
            Error::RateLimited(60),
        ])
}

/// A page for other devices.
fn watching(id: &'static str, summary: &'static str) -> Operation {
    file(Operation::new(FILES, id, summary), "text/html").refuses([Error::NotFound])
}

fn keep_summary() -> Operation {
    let kept = json!({
        "type": "object",
        "required": ["path", "bytes"],
        "properties": {
            "path": { "type": "string", "description": "Where it is served." },
            "bytes": { "type": "integer", "minimum": 1, "maximum": MAX_SUMMARY_BYTES },
        },
    });
    let example = json!({ "ok": true, "summary": { "path": summary::PATH, "bytes": 482_113 } });
    Operation::new(SESSION, "keepSummary", "Keep the picture of the night")
        .about(
            "The page draws it at the end of a ceremony. One for each session; the last one that was kept is served.",
        )
        .body("image/png", false, json!({}))
        .says("It is kept.", ok("summary", kept), example)
        .refuses([
            Error::bad_body("the body is no PNG"),
            Error::TooLarge(format!("the body is over {} KB", MAX_SUMMARY_BYTES / 1024)),
            Error::UnsupportedMediaType("send the picture as image/png".into()),
            Error::Unavailable("the host is starting".into()),
        ])
}

/// A file, whole or in part.
fn file(operation: Operation, media_type: &str) -> Operation {
    let content = json!({ media_type: {} });
    let range = json!({ "Content-Range": { "required": true, "schema": { "type": "string" } } });
    operation
        .answers(StatusCode::OK, json!({ "description": "The file.", "content": content }))
        .tagged()
        .may_have("header", "Range", "One range of bytes; several get the whole file.")
        .answers(
            StatusCode::PARTIAL_CONTENT,
            json!({ "description": "That part.", "headers": range, "content": content }),
        )
        .answers(StatusCode::RANGE_NOT_SATISFIABLE, json!({ "description": "It is not that long.", "headers": range }))
}

/// Addresses of one game.
fn of_game(operation: Operation) -> Operation {
    operation.in_path("id", "The game's `id`.", "my-game").refuses([Error::UnknownGame("my-game".into()), busy()])
}

fn upload(shapes: &mut Shapes) -> Operation {
    let ids: Vec<&str> = AVATARS.iter().map(|avatar| avatar.id).collect();
    let fields = [
        (
            "creator_avatar_id",
            true,
            json!({ "type": "string", "enum": ids, "description": "Whose game it is; wins over the file's own tag." }),
        ),
        (
            "filename",
            false,
            json!({
                "type": "string", "pattern": r"^[a-z0-9]+(-[a-z0-9]+)*\.html$", "maxLength": MAX_FILENAME_CHARS,
                "description": "The game's name on the shelf. Without it, it is made from the name of the file that is sent.",
                "examples": ["my-game.html"],
            }),
        ),
        (
            "upload_token",
            false,
            json!({ "type": "string", "description": "The token, unless the header `X-Maribro-Token` has it." }),
        ),
    ];
    form(Operation::new(GAMES, "uploadGame", "Send a game"), &fields)
        .about(
            "Curl: `curl -H 'X-Maribro-Token: maribro-upload' -F file=@my-game.html -F creator_avatar_id=fox-orange \
             HOST/api/games`. It is checked first and in the lobby at once. The same name by the same creator is a new \
             revision. A host with `--verify-uploads` then plays it, one game at a time: `playtest` of `GET /api/games/{id}` says \
             what was found.",
        )
        .with_upload_token()
        .says(
            "The game as it stands on the shelf.",
            shapes.said::<Done<Uploaded>>(),
            json!(Done { ok: true, answer: examples::uploaded() }),
        )
        .refuses([
            Error::BadFilename("give a file name like my-game.html in the field \"filename\"".into()),
            Error::UnknownAvatar("nobody".into()),
            Error::InvalidUploadToken,
            Error::NameTaken("my-game.html".into()),
            Error::RateLimited(60),
        ])
        .refuses(examples::refused_games())
}

/// A form with the game in it; `fields` are its other fields: name, whether it must be there, shape.
fn form(operation: Operation, fields: &[(&str, bool, Value)]) -> Operation {
    let file = json!({
        "type": "string",
        "contentMediaType": "text/html",
        "description": format!("The game, 1 to {MAX_GAME_BYTES} bytes."),
    });
    let mut required = vec!["file"];
    let mut properties = Map::from_iter([("file".to_owned(), file)]);
    for (name, must_be_there, shape) in fields {
        if *must_be_there {
            required.push(name);
        }
        properties.insert((*name).to_owned(), shape.clone());
    }
    let schema = json!({
        "type": "object",
        "description": format!("At most {MAX_PARTS} parts, each once; text at most {MAX_TEXT_BYTES} bytes. Others are read past."),
        "required": required,
        "properties": properties,
    });
    let content = json!({ "schema": schema, "encoding": { "file": { "contentType": "text/html" } } });
    operation.body("multipart/form-data", false, content).refuses([
        Error::bad_body("the part \"file\" is missing"),
        Error::TooLarge(format!("a game is at most {} MB", MAX_GAME_BYTES / 1024 / 1024)),
        Error::UnsupportedMediaType("send the game as multipart/form-data with the file in the part \"file\"".into()),
        Error::Unavailable("too many uploads at once; try again in a moment".into()),
    ])
}

fn changes_session(operation: Operation, shapes: &mut Shapes) -> Operation {
    operation.says("The session as it is now.", ok(SESSION, shapes.said::<SessionState>()), session()).refuses([busy()])
}

fn session() -> Value {
    json!({ "ok": true, "session": examples::session() })
}

fn busy() -> Error {
    Error::Unavailable("the host is busy or recovering; try again".into())
}
