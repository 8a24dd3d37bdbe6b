//! `/api/session`: seats, scores, history. All but reading is the host's.

use super::whole::Whole;
use crate::{
    actors::{
        ask,
        session::{ChangeSeats, RecordRound, Reset},
    },
    error::Error,
    http::{
        App,
        reply::{self, Response},
        server::{Request, read_json},
    },
    party::{
        scoring,
        session::{PAD_RANGE, Record, occupied},
    },
};
use hyper::StatusCode;
use maribro_contract::wire::{NO_PAD, Outcome, Rating, SEATS, Seat, SessionState};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

/// `GET /api/session`
pub(crate) fn show(app: &App) -> Result<Response, Error> {
    let snapshot = app.actors.board.session.borrow().clone();
    let snapshot = snapshot.ok_or_else(|| Error::Unavailable("the host is starting".into()))?;
    Ok(reply::json_text(StatusCode::OK, snapshot.json.clone()))
}

/// `POST /api/session/reset`
pub(crate) async fn reset(app: &App) -> Result<Response, Error> {
    Ok(with_session(&ask(&app.actors.session, Reset).await?))
}

/// One seat as clients send it; whatever else they send (`lockedIn`) is derived here.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SentSeat {
    /// 0 to 3.
    #[schemars(with = "usize", range(max = SEATS - 1))]
    slot: Whole<usize>,
    /// An avatar's id; empty or left out for none.
    #[serde(default)]
    avatar_id: Option<String>,
    /// The pad's number; -1 or left out for none.
    #[serde(default)]
    #[schemars(with = "Option<i32>", range(min = NO_PAD, max = *PAD_RANGE.end()))]
    gamepad_index: Option<Whole<i32>>,
}

/// Who sits where.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetPlayers {
    /// All four seats.
    #[schemars(length(equal = SEATS))]
    players_by_slot: Vec<SentSeat>,
}

/// `POST /api/session/players`
pub(crate) async fn set_players(app: &App, request: Request) -> Result<Response, Error> {
    let SetPlayers { players_by_slot } = read_json(request).await?;
    let seats = players_by_slot.into_iter().map(|sent| Seat {
        slot: sent.slot.0,
        avatar_id: sent.avatar_id.unwrap_or_default(),
        gamepad_index: sent.gamepad_index.map_or(NO_PAD, |pad| pad.0),
        locked_in: false,
        unknown: serde_json::Map::new(),
    });
    Ok(with_session(&ask(&app.actors.session, ChangeSeats::Set(seats.collect())).await?))
}

/// A game that was played.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordGame {
    /// Its id.
    game_id: String,
    /// Points of each seat; clamped to 0 to 10 and rounded, halves up. What is no number counts 0.
    #[schemars(with = "[f64; SEATS]")]
    scores_by_slot: Vec<Value>,
    /// -1, 0 or 1 of each seat.
    #[serde(default)]
    #[schemars(with = "Option<[Rating; SEATS]>", inner(range(min = -1, max = 1)))]
    ratings_by_slot: Option<[Whole<Rating>; SEATS]>,
}

/// `POST /api/session/record_game`
pub(crate) async fn record_game(app: &App, request: Request) -> Result<Response, Error> {
    let RecordGame { game_id, scores_by_slot, ratings_by_slot } = read_json(request).await?;
    if scores_by_slot.len() != SEATS {
        return Err(Error::bad_body(format!("scoresBySlot must have {SEATS} values, not {}", scores_by_slot.len())));
    }
    let ratings_by_slot = ratings_by_slot.map(|ratings| ratings.map(|rating| rating.0));
    if ratings_by_slot.is_some_and(|ratings| ratings.iter().any(|rating| !(-1..=1).contains(rating))) {
        return Err(Error::bad_body("each of ratingsBySlot must be -1, 0 or 1"));
    }
    let game = app.actors.board.shelf.borrow().find(&game_id).cloned().ok_or(Error::UnknownGame(game_id))?;
    let snapshot = app.actors.board.session.borrow().clone();
    let seats = snapshot.map(|snapshot| occupied(&snapshot.state)).unwrap_or_default();
    let record = Record {
        round_id: None,
        game_id: game.id,
        creator_avatar_id: game.creator_avatar_id,
        seats,
        scores: scoring::scores(&scores_by_slot),
        ratings: ratings_by_slot,
        outcome: Outcome::Reported,
    };
    Ok(with_session(&ask(&app.actors.session, RecordRound(record)).await?))
}

fn with_session(session: &SessionState) -> Response {
    reply::json(StatusCode::OK, &json!({ "ok": true, "session": session }))
}
