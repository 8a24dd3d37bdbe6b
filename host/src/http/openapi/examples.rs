//! Values that stand for others. Written in the wire's types, so that they cannot fall behind.

use crate::{
    error::Error,
    http::api::games::refuse_failures,
    party::session,
    playtest::{done, under_way},
};
use maribro_contract::{
    avatars::AVATARS,
    checks::inspect,
    wire::{
        Check, CheckStatus, ConsoleLevel, ConsoleLine, FramePhase, GameDetails, GameSummary, Health, Incident,
        InputHealth, InputPad, InputState, Mishap, Outcome, PadBattery, PadLink, Phase, PlayedRound, Playtest,
        PlaytestReport, PlaytestState, PlaytestsHealth, PlaytestsState, RemovedGame, Report, Revision, SEATS, Score,
        Seat, SeenInPlay, SessionState, TunnelHealth, TunnelState, UncaughtError, Uploaded, WrittenInPlay,
    },
};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const AT: &str = "2026-11-21T20:00:00Z";

pub(super) fn avatars() -> [maribro_contract::avatars::Avatar; 1] {
    [AVATARS[0]]
}

pub(super) fn game() -> GameSummary {
    GameSummary {
        id: "my-game".into(),
        filename: "my-game.html".into(),
        title: "My Game".into(),
        description: "Press ✕ as often as you can for eight seconds.".into(),
        author: "Somebody".into(),
        creator_avatar_id: "fox-orange".into(),
        max_duration_sec: 20.0,
        uploaded_at: AT.into(),
        unstable: false,
        failed_playtest: false,
    }
}

pub(super) fn details() -> GameDetails {
    let mishap = Mishap {
        outcome: Outcome::Crashed,
        phase: Phase::Playing,
        frame_phase: Some(FramePhase::Playing),
        after_ms: 9_000,
        active_slots: vec![0, 1],
        errors: vec![UncaughtError { message: "x is not defined".into(), stack: "at frame (my-game.html:7)".into() }],
        console: vec![ConsoleLine { level: ConsoleLevel::Warn, text: "no x".into() }],
    };
    let revision = |revision| Revision { revision, uploaded_at: AT.into(), size: 2_048 };
    GameDetails {
        summary: game(),
        plays: 3,
        thumbs_up: 2,
        thumbs_down: 1,
        revision: 2,
        revisions: vec![revision(1), revision(2)],
        incidents: vec![Incident { at: AT.into(), revision: 1, mishap }],
        playtest: Some(playtest()),
    }
}

pub(super) fn uploaded() -> Uploaded {
    Uploaded { game: game(), playtest: Some(under_way(PlaytestState::Queued)) }
}

fn playtest() -> Playtest {
    let round = "four players";
    done(PlaytestReport {
        ok: false,
        wall_ms: 6_000,
        checks: vec![Check {
            id: "runtime_starts".into(),
            status: CheckStatus::Fail,
            message: "In the round \"four players\" the game threw: x is not defined".into(),
            hint: Some("Mend the error; its line and stack are in the report.".into()),
            line: Some(7),
            column: Some(3),
        }],
        rounds: vec![PlayedRound {
            name: round.into(),
            outcome: "reported".into(),
            ended_ms: Some(19_500.0),
            scores: Some(vec![Some(10.0), Some(6.0), Some(3.0), Some(0.0)]),
        }],
        errors: vec![SeenInPlay {
            round: round.into(),
            message: "x is not defined".into(),
            stack: "at frame (my-game.html:7)".into(),
            line: Some(7),
            column: Some(3),
        }],
        blocked: vec![],
        console: vec![WrittenInPlay { round: round.into(), level: "log".into(), text: "go".into(), line: Some(6) }],
    })
}

pub(super) fn removed() -> RemovedGame {
    RemovedGame { id: game().id, revision: 2 }
}

/// A game that would fetch a script.
const FETCHES: &str = r#"<!doctype html><html><head><title>My Game</title><script src="/public/maribro-sdk.js"></script>
<script src="https://cdn.example/x.js"></script></head><body><canvas></canvas>
<script>Maribro.onReady(({ activeSlots }) => Maribro.endGame([0, 0, 0, 0]));</script></body></html>"#;

/// A game that forgets to report.
const KEEPS_SCORES: &str = r#"<!doctype html><html><head><title>My Game</title><script src="/public/maribro-sdk.js"></script>
</head><body><canvas></canvas><script>Maribro.onReady(({ activeSlots }) => {});</script></body></html>"#;

/// What the uploads of such games are answered.
pub(super) fn refused_games() -> impl Iterator<Item = Error> {
    [FETCHES, KEEPS_SCORES].into_iter().filter_map(|game| refuse_failures(&inspect(game.as_bytes()).report).err())
}

/// A report, its passed checks left out but for the first.
pub(super) fn report() -> Report {
    let checks = inspect(FETCHES.as_bytes()).report.checks.into_iter().enumerate();
    Report::new(
        checks.filter(|(n, check)| *n == 0 || check.status != CheckStatus::Pass).map(|(_, check)| check).collect(),
    )
}

fn seats() -> [Seat; SEATS] {
    let taken = |slot, avatar: &str, pad| Seat {
        avatar_id: avatar.into(),
        gamepad_index: pad,
        locked_in: true,
        ..Seat::empty(slot)
    };
    [taken(0, "fox-orange", 300), taken(1, "cat-pink", 301), Seat::empty(2), Seat::empty(3)]
}

/// As clients send them: what the host derives is left out.
pub(super) fn set_players() -> Value {
    let sent =
        |seat: Seat| json!({ "slot": seat.slot, "avatarId": seat.avatar_id, "gamepadIndex": seat.gamepad_index });
    json!({ "playersBySlot": seats().map(sent) })
}

pub(super) fn session() -> SessionState {
    let score = Score { play: 10, creator: 5, total: 15, unknown: Map::new() };
    SessionState {
        players_by_slot: seats(),
        scoreboard_by_avatar_id: BTreeMap::from([("fox-orange".to_owned(), score)]),
        ..session::begin(AT)
    }
}

pub(super) fn health() -> Health {
    let actors = ["playtester", "registry", "round", "screens", "session", "settings", "validator"];
    Health {
        version: env!("CARGO_PKG_VERSION").into(),
        uptime_ms: 60_000,
        actors: actors.map(|name| (name.to_owned(), true)).into(),
        screens: 1,
        connections: 3,
        stage: true,
        games: 2,
        bad_files: vec![],
        problems: BTreeSet::new(),
        input: InputHealth {
            state: InputState::Running,
            restarts: 0,
            pads: vec![InputPad {
                number: 100,
                name: "PS4 Controller".into(),
                link: PadLink::Bluetooth,
                battery: PadBattery::Full,
            }],
        },
        tunnel: TunnelHealth {
            state: TunnelState::Running,
            url: Some("https://four-friends.trycloudflare.com/".into()),
            restarts: 0,
        },
        playtests: PlaytestsHealth {
            state: PlaytestsState::Ready,
            message: None,
            running: Some("my-game".into()),
            waiting: 0,
        },
    }
}
