//! Holds the wire's types of Rust (`wire.rs`) and of the page (`public/app/types.d.ts`) against each other.
//!
//! Samples of every message are written here from the Rust types into `public/tests/wire.samples.ts`, where `tsc` checks them
//! against the page's types: a field that is missing, surplus or of another type on either side fails one of the two checks.
//! After a change of `wire.rs`: `MARIBRO_WRITE_SAMPLES=1 cargo test -p maribro-contract --test wire_samples`.

#![allow(clippy::unwrap_used, reason = "in a test, the panic is the report")]

use maribro_contract::wire::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, json};
use std::{collections::BTreeMap, fmt::Debug, fs, path::Path};

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../public/tests/wire.samples.ts");

fn game() -> GameSummary {
    GameSummary {
        id: "button-masher".into(),
        filename: "button-masher.html".into(),
        title: "Button Masher".into(),
        description: "Mash.".into(),
        author: "Maribro Party".into(),
        creator_avatar_id: "robot-gray".into(),
        max_duration_sec: 20.5,
        uploaded_at: "2026-11-21T20:00:00.000Z".into(),
        unstable: false,
        failed_playtest: false,
    }
}

fn session() -> SessionState {
    let entry = |ratings_by_slot, outcome, avatars_by_slot, round_id, swaps| HistoryEntry {
        played_at: "2026-11-21T20:00:00.000Z".into(),
        game_id: "button-masher".into(),
        creator_avatar_id: "robot-gray".into(),
        scores_by_slot: [10, 6, 0, 0],
        ratings_by_slot,
        outcome,
        avatars_by_slot,
        round_id,
        swaps,
        unknown: Map::new(),
    };
    let avatars = ["knight-red", "cat-pink", "", ""].map(str::to_owned);
    let outcomes = [Outcome::Reported, Outcome::Timeout, Outcome::HostEnded, Outcome::Crashed, Outcome::Hung];
    let mut history = vec![entry(None, None, None, None, None)];
    let swap = Swap { slot: 1, leaves: "cat-pink".into(), comes: "yeti-white".into() };
    history.extend(outcomes.map(|o| {
        let swaps = Some(vec![swap.clone()]);
        entry(Some([1, -1, 0, 0]), Some(o), Some(avatars.clone()), Some("0f".into()), swaps)
    }));
    let waits = |avatar: &str, gamepad_index| Waiting { avatar_id: avatar.into(), gamepad_index, unknown: Map::new() };
    SessionState {
        version: 1,
        created_at: "2026-11-21T20:00:00.000Z".into(),
        updated_at: "2026-11-21T20:00:00.000Z".into(),
        players_by_slot: std::array::from_fn(Seat::empty),
        queue: vec![waits("fox-orange", 4), waits("cat-pink", NO_PAD)],
        scoreboard_by_avatar_id: BTreeMap::from([(
            "knight-red".to_owned(),
            Score { play: 10, creator: 5, total: 15, unknown: Map::new() },
        )]),
        history,
        unknown: Map::new(),
    }
}

fn settings() -> PartySettings {
    PartySettings {
        length_factor: 0.75,
        vote_sec: 10,
        queue_mode: QueueMode::Rotate,
        hidden_games: vec!["button-masher".into()],
    }
}

fn rounds() -> Vec<RoundState> {
    let blank = RoundState {
        id: String::new(),
        phase: Phase::Lobby,
        remaining_ms: None,
        paused: None,
        game: None,
        avatars_by_slot: Default::default(),
        ready_by_slot: [false; SEATS],
        votes_by_slot: Default::default(),
        drawn_from: vec![],
        seed: 0,
        frame_attempt: 0,
        end_reason: None,
        frame_phase: None,
        scores_by_slot: None,
        outcome: None,
        ratings_by_slot: [None; SEATS],
        creator_bonus: None,
    };
    let phases = [Phase::Vote, Phase::Loading, Phase::Playing, Phase::Closing, Phase::Results, Phase::Rating];
    let full = |phase| RoundState {
        id: "0123456789abcdef".into(),
        phase,
        remaining_ms: Some(1_500),
        game: Some(game()),
        votes_by_slot: [Some("button-masher".into()), Some(String::new()), None, None],
        drawn_from: vec!["button-masher".into(), String::new()],
        seed: u32::MAX,
        frame_attempt: 1,
        end_reason: Some(EndReason::Timeout),
        frame_phase: Some(FramePhase::Countdown),
        scores_by_slot: Some([10, 0, 0, 0]),
        outcome: Some(Outcome::Reported),
        ratings_by_slot: [Some(1), Some(-1), Some(0), None],
        creator_bonus: Some(10),
        ..blank.clone()
    };
    let host = RoundState {
        end_reason: Some(EndReason::Host),
        frame_phase: Some(FramePhase::Playing),
        ..full(Phase::Closing)
    };
    let results = RoundState { frame_phase: Some(FramePhase::Results), ..full(Phase::Closing) };
    let pause = |reason, slot, resumes_in_ms| Pause { reason, slot, resumes_in_ms, ends_in_ms: 600_000 };
    let pauses = [pause(PauseReason::Player, Some(1), Some(3_000)), pause(PauseReason::PadLost, None, None)];
    let mut rounds = vec![blank.clone(), host, results];
    rounds.extend(pauses.map(|pause| RoundState { paused: Some(pause), ..full(Phase::Playing) }));
    rounds.extend(phases.map(full));
    rounds
}

fn input(state: InputState) -> InputStatus {
    let while_running = |text: &str| (state == InputState::Running).then(|| text.to_owned());
    InputStatus { state, url: while_running("ws://127.0.0.1:8137"), token: while_running("0f") }
}

fn events() -> Vec<ScreenEvent> {
    let mut events = vec![
        ScreenEvent::Hello {
            screen_id: 7,
            trusted: true,
            version: "0.1.0".into(),
            join_urls: vec!["http://localhost:8000/".into()],
            session: session(),
            games: vec![game(), GameSummary { unstable: true, failed_playtest: true, ..game() }],
            round: rounds()[0].clone(),
            settings: settings(),
            problems: vec![Problem::SessionFileMovedAside, Problem::ScoresNotSaved, Problem::GamesFolderUnreadable],
            input: input(InputState::Running),
        },
        ScreenEvent::RoleChanged { role: Role::Stage, stage_taken: false },
        ScreenEvent::RoleChanged { role: Role::Watch, stage_taken: true },
        ScreenEvent::SessionChanged { session: session() },
        ScreenEvent::GamesChanged { games: vec![game()] },
        ScreenEvent::Tick { round_id: "0f".into(), time_remaining_ms: 100 },
        ScreenEvent::ProblemsChanged { problems: vec![] },
        ScreenEvent::JoinUrlsChanged {
            join_urls: vec!["https://four-friends.trycloudflare.com/".into(), "http://localhost:8000/".into()],
        },
        ScreenEvent::SettingsChanged { settings: settings() },
        ScreenEvent::Refused { command: None, code: "bad_body".into(), message: "not JSON".into() },
        ScreenEvent::Refused { command: Some("vote".into()), code: "forbidden".into(), message: "no".into() },
    ];
    let states =
        [InputState::Off, InputState::Missing, InputState::Starting, InputState::Running, InputState::Restarting];
    events.extend(states.map(|state| ScreenEvent::InputChanged { input: input(state) }));
    events.extend(rounds().into_iter().map(|round| ScreenEvent::RoundChanged { round }));
    let codes = [
        NoticeCode::GameHung,
        NoticeCode::GameCrashed,
        NoticeCode::GameTimeout,
        NoticeCode::GameGone,
        NoticeCode::StageLost,
        NoticeCode::GameArrived,
    ];
    events.extend(codes.map(|code| {
        ScreenEvent::Notice(Notice { code, title: "Button Masher".into(), creator_avatar_id: "robot-gray".into() })
    }));
    for event in &events {
        // A new variant does not compile here until it has a sample above.
        match event {
            ScreenEvent::Hello { .. }
            | ScreenEvent::RoleChanged { .. }
            | ScreenEvent::SessionChanged { .. }
            | ScreenEvent::GamesChanged { .. }
            | ScreenEvent::RoundChanged { .. }
            | ScreenEvent::Tick { .. }
            | ScreenEvent::Notice(_)
            | ScreenEvent::ProblemsChanged { .. }
            | ScreenEvent::JoinUrlsChanged { .. }
            | ScreenEvent::InputChanged { .. }
            | ScreenEvent::SettingsChanged { .. }
            | ScreenEvent::Refused { .. } => {}
        }
    }
    events
}

fn commands() -> Vec<ScreenCommand> {
    let reports = [
        FrameReport::Ready { sdk_version: "1.0.0".into() },
        FrameReport::Heartbeat { activity: Some(7) },
        FrameReport::Heartbeat { activity: None },
        FrameReport::Phase { phase: FramePhase::Countdown },
        FrameReport::Error { message: "x is not defined".into(), stack: String::new() },
        FrameReport::Log { level: ConsoleLevel::Log, text: "hello".into() },
        FrameReport::Log { level: ConsoleLevel::Info, text: "hello".into() },
        FrameReport::Log { level: ConsoleLevel::Warn, text: "hello".into() },
        FrameReport::Log { level: ConsoleLevel::Error, text: String::new() },
        FrameReport::Ended { scores_by_slot: vec![json!(10), json!(2.5), json!(0), json!(0)] },
        FrameReport::Lost {},
    ];
    let mut commands = vec![
        ScreenCommand::Join { role: Role::Stage, take_over: true },
        ScreenCommand::ClaimSeat { gamepad_index: 300, slot: Some(1) },
        ScreenCommand::ChooseAvatar { slot: 0, avatar_id: "knight-red".into() },
        ScreenCommand::MovePad { slot: 0, gamepad_index: 1 },
        ScreenCommand::LeaveSeat { slot: 0 },
        ScreenCommand::JoinQueue { avatar_id: "fox-orange".into(), gamepad_index: NO_PAD },
        ScreenCommand::LeaveQueue { avatar_id: "fox-orange".into() },
        ScreenCommand::SetReady { slot: 0, ready: true },
        ScreenCommand::StartVote {},
        ScreenCommand::Vote { slot: 0, game_id: String::new() },
        ScreenCommand::StartGame { game_id: "button-masher".into() },
        ScreenCommand::EndRound {},
        ScreenCommand::PauseRound { reason: PauseReason::Player, slot: Some(0) },
        ScreenCommand::PauseRound { reason: PauseReason::PadLost, slot: None },
        ScreenCommand::ResumeRound {},
        ScreenCommand::RestartRound {},
        ScreenCommand::ChangeSettings(SettingsChange::default()),
        ScreenCommand::ChangeSettings(SettingsChange {
            length_factor: Some(1.5),
            vote_sec: Some(20),
            queue_mode: Some(QueueMode::WinnerStays),
            hide_game: Some("a".into()),
            show_game: Some("b".into()),
        }),
        ScreenCommand::Rate { slot: 0, rating: -1 },
    ];
    commands.extend(reports.map(|report| {
        // As above: each kind of report has a sample.
        match &report {
            FrameReport::Ready { .. }
            | FrameReport::Heartbeat { .. }
            | FrameReport::Phase { .. }
            | FrameReport::Error { .. }
            | FrameReport::Log { .. }
            | FrameReport::Ended { .. }
            | FrameReport::Lost {} => {}
        }
        ScreenCommand::FrameReport { round_id: "0f".into(), frame_attempt: 1, report }
    }));
    for command in &commands {
        match command {
            ScreenCommand::Join { .. }
            | ScreenCommand::ClaimSeat { .. }
            | ScreenCommand::ChooseAvatar { .. }
            | ScreenCommand::MovePad { .. }
            | ScreenCommand::LeaveSeat { .. }
            | ScreenCommand::JoinQueue { .. }
            | ScreenCommand::LeaveQueue { .. }
            | ScreenCommand::SetReady { .. }
            | ScreenCommand::StartVote {}
            | ScreenCommand::Vote { .. }
            | ScreenCommand::StartGame { .. }
            | ScreenCommand::EndRound {}
            | ScreenCommand::PauseRound { .. }
            | ScreenCommand::ResumeRound {}
            | ScreenCommand::RestartRound {}
            | ScreenCommand::ChangeSettings(_)
            | ScreenCommand::Rate { .. }
            | ScreenCommand::FrameReport { .. } => {}
        }
    }
    commands
}

fn as_typescript(name: &str, of: &str, samples: &[impl Serialize]) -> String {
    let lines: Vec<String> = samples.iter().map(|sample| format!("  {},\n", json!(sample))).collect();
    format!("export const {name}: {of}[] = [\n{}];\n", lines.concat())
}

fn survives_the_wire<T: Serialize + DeserializeOwned + PartialEq + Debug>(samples: &[T]) {
    for sample in samples {
        let text = serde_json::to_string(sample).unwrap();
        assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), sample, "{text}");
    }
}

#[test]
fn every_message_survives_the_wire() {
    survives_the_wire(&events());
    survives_the_wire(&commands());
}

#[test]
fn the_page_checks_the_very_messages_that_the_host_sends_and_reads() {
    let samples = format!(
        "// Written by sdk/contract/tests/wire_samples.rs, which says how; checked by tsc.\nimport type {{ ScreenCommand, ScreenEvent }} from \"../app/types.d.ts\";\n\n{}\n{}",
        as_typescript("events", "ScreenEvent", &events()),
        as_typescript("commands", "ScreenCommand", &commands()),
    );
    if std::env::var_os("MARIBRO_WRITE_SAMPLES").is_some() {
        fs::write(SAMPLES, &samples).unwrap();
    }
    let there = fs::read_to_string(Path::new(SAMPLES)).unwrap_or_default();
    assert!(
        there == samples,
        "public/tests/wire.samples.ts is out of date: MARIBRO_WRITE_SAMPLES=1 cargo test -p maribro-contract --test wire_samples"
    );
}
