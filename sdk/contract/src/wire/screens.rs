//! What the host and its pages say to each other over `/ws`: docs/screen-protocol.md.

use super::{
    ConsoleLevel, GameSummary, InputState, Outcome, PartySettings, Rating, SEATS, SessionState, SettingsChange,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the party is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nothing runs; people take seats and get ready.
    Lobby,
    /// Players choose the next game.
    Vote,
    /// The game's frame was made; waiting for its `ready`.
    Loading,
    /// The round's clock runs.
    Playing,
    /// The clock is out or the host ended the round; waiting for the report and for the disk.
    Closing,
    /// Scores are on disk and shown.
    Results,
    /// Players rate the game; then the ratings are shown.
    Rating,
}

/// Why the host asked the game to end. Contract §3, `maribro:force_end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The round's clock ran out.
    Timeout,
    /// Somebody chose "End round".
    Host,
}

/// Why a round stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// Somebody wished it.
    Player,
    /// A player's pad cannot be read any more.
    PadLost,
}

/// A round in playing that stands still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pause {
    /// Why.
    pub reason: PauseReason,
    /// Who paused it, or whose pad is gone; null when that is nobody's of this round.
    pub slot: Option<usize>,
    /// Milliseconds until the round goes on, at the moment of sending; null while nobody asked for that.
    pub resumes_in_ms: Option<u64>,
    /// Milliseconds until a pause that everybody forgot ends the round, at the moment of sending.
    pub ends_in_ms: u64,
}

/// What a game says about its own progress, as `maribro:phase`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FramePhase {
    /// The 3-second countdown is on.
    Countdown,
    /// Input counts.
    Playing,
    /// The game shows its results screen.
    Results,
}

/// The one running round, as screens see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoundState {
    /// Changes with every round; empty before the first.
    pub id: String,
    /// What the party is doing.
    pub phase: Phase,
    /// Milliseconds until this phase ends by itself, at the moment of sending; null without a clock. Stands still
    /// while the round is paused.
    pub remaining_ms: Option<u64>,
    /// Set in playing while the round stands still.
    pub paused: Option<Pause>,
    /// The game of this round, from loading on; in a vote that ended in a tie, what chance chose.
    pub game: Option<GameSummary>,
    /// Avatar ids of those who take part, from loading on; empty for an empty seat.
    pub avatars_by_slot: [String; SEATS],
    /// Who is ready for the next vote (lobby), or has seen enough (results).
    pub ready_by_slot: [bool; SEATS],
    /// Vote of each seat: a game id, `""` for "surprise me", null for none yet.
    pub votes_by_slot: [Option<String>; SEATS],
    /// The game ids among which chance decided; more than one means a draw was needed.
    pub drawn_from: Vec<String>,
    /// The round's random seed.
    pub seed: u32,
    /// How often this round's frame was made; a new number asks the stage for a new frame.
    pub frame_attempt: u32,
    /// Set in closing when the host asked the game to end.
    pub end_reason: Option<EndReason>,
    /// What the game said last about its own progress.
    pub frame_phase: Option<FramePhase>,
    /// Scores on disk, in results and rating.
    pub scores_by_slot: Option<[u8; SEATS]>,
    /// How the game ended, in results and rating.
    pub outcome: Option<Outcome>,
    /// Rating of each seat, null for none yet.
    pub ratings_by_slot: [Option<Rating>; SEATS],
    /// Bonus of the game's creator, once the ratings are closed.
    pub creator_bonus: Option<u8>,
}

/// Something that screens tell the people once. The page has the words, by code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// What happened, e.g. `game_hung`.
    pub code: NoticeCode,
    /// Title of the game it is about; may be empty.
    pub title: String,
    /// Avatar id of that game's creator; may be empty.
    pub creator_avatar_id: String,
}

/// Every notice that the host can send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeCode {
    /// The game stopped answering and was removed; nobody's score changed.
    GameHung,
    /// The game crashed and was removed; nobody's score changed.
    GameCrashed,
    /// The game never reported; everybody got 0.
    GameTimeout,
    /// The game file went away before it could start.
    GameGone,
    /// The stage page went away in mid-round and did not come back in time.
    StageLost,
    /// A new game arrived on the shelf.
    GameArrived,
}

/// A lasting trouble that the lobby shows until it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// `session.json` could not be read at start; it was moved aside and the party began anew.
    SessionFileMovedAside,
    /// The session cannot be written to disk; scores are kept in memory and tried again.
    ScoresNotSaved,
    /// The games folder cannot be read.
    GamesFolderUnreadable,
}

/// The input daemon, as a page needs to know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InputStatus {
    /// What it is doing.
    pub state: InputState,
    /// `ws://…` while it runs, for trusted pages on the host machine; null for everybody else.
    pub url: Option<String>,
    /// What it wants to see in `?token=`; null whenever `url` is.
    pub token: Option<String>,
}

/// What a connected page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The one page that runs the game frame.
    Stage,
    /// Shows, runs no game.
    Watch,
}

/// Facts that the host sends to screens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(clippy::large_enum_variant, reason = "turned into text at once, never kept in numbers")]
#[serde(tag = "type", content = "payload", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum ScreenEvent {
    /// First message on every connection: everything there is.
    Hello {
        /// This connection's number.
        screen_id: u64,
        /// Whether commands from this connection are obeyed.
        trusted: bool,
        /// Version of the host.
        version: String,
        /// Addresses at which other devices reach the host.
        join_urls: Vec<String>,
        /// The session.
        session: SessionState,
        /// The shelf, newest first.
        games: Vec<GameSummary>,
        /// The running round.
        round: RoundState,
        /// Lasting troubles.
        problems: Vec<Problem>,
        /// The input daemon.
        input: InputStatus,
        /// What people set for the party.
        settings: PartySettings,
    },
    /// The role of this connection.
    RoleChanged {
        /// Its role from now on.
        role: Role,
        /// Whether another page is the stage.
        stage_taken: bool,
    },
    /// The session changed.
    SessionChanged {
        /// The whole new session.
        session: SessionState,
    },
    /// The shelf changed.
    GamesChanged {
        /// The whole shelf, newest first.
        games: Vec<GameSummary>,
    },
    /// The round changed.
    RoundChanged {
        /// The whole new round.
        round: RoundState,
    },
    /// The round's clock, 10 per second in playing and closing.
    Tick {
        /// The round.
        round_id: String,
        /// Milliseconds left; 0 in closing.
        time_remaining_ms: u64,
    },
    /// Something to tell people once.
    Notice(Notice),
    /// The list of lasting troubles changed.
    ProblemsChanged {
        /// All of them.
        problems: Vec<Problem>,
    },
    /// A tunnel came or went.
    JoinUrlsChanged {
        /// Addresses at which other devices reach the host, the one that works for most of them first.
        join_urls: Vec<String>,
    },
    /// The input daemon came, went, or has another address.
    InputChanged {
        /// How it is now.
        input: InputStatus,
    },
    /// The party's settings changed.
    SettingsChanged {
        /// All of them.
        settings: PartySettings,
    },
    /// A message from this connection was not obeyed.
    Refused {
        /// Its type, when it could be read.
        command: Option<String>,
        /// A code of contract §1.
        code: String,
        /// What is wrong, for developers.
        message: String,
    },
}

/// Commands that a trusted screen sends to the host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "payload", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum ScreenCommand {
    /// Ask for a role. Anyone may ask to watch; the stage is for trusted screens.
    Join {
        /// The role wanted.
        role: Role,
        /// Take the stage from the page that has it.
        #[serde(default)]
        take_over: bool,
    },
    /// Take the lowest free seat with this pad, or the named one.
    ClaimSeat {
        /// The pad.
        gamepad_index: i32,
        /// A wish; must be free.
        #[serde(default)]
        slot: Option<usize>,
    },
    /// Choose the avatar of a claimed seat; locks it in.
    ChooseAvatar {
        /// The seat.
        slot: usize,
        /// The avatar; empty to choose again.
        avatar_id: String,
    },
    /// Give a seat another pad.
    MovePad {
        /// The seat.
        slot: usize,
        /// The pad.
        gamepad_index: i32,
    },
    /// Leave a seat.
    LeaveSeat {
        /// The seat.
        slot: usize,
    },
    /// Wait for a seat; with the avatar of somebody who waits already: with this pad from now on.
    JoinQueue {
        /// Who waits.
        avatar_id: String,
        /// The pad that they bring along; -1 for none.
        gamepad_index: i32,
    },
    /// Wait no longer.
    LeaveQueue {
        /// Who waited.
        avatar_id: String,
    },
    /// In the lobby: ready for the vote. In results: seen enough.
    SetReady {
        /// The seat.
        slot: usize,
        /// Ready or not.
        ready: bool,
    },
    /// Begin the vote without waiting for everyone to be ready.
    StartVote {},
    /// Vote for a game, or with `""` for "surprise me".
    Vote {
        /// The seat.
        slot: usize,
        /// Game id or `""`.
        game_id: String,
    },
    /// Play this game at once, without a vote.
    StartGame {
        /// The game.
        game_id: String,
    },
    /// End the running round: force_end with a closing window; in vote: back to the lobby; in
    /// results and rating: go on.
    EndRound {},
    /// Let the running round stand still.
    PauseRound {
        /// Why.
        reason: PauseReason,
        /// Who wished it, or whose pad is gone; must take part.
        #[serde(default)]
        slot: Option<usize>,
    },
    /// Let a paused round go on after a moment.
    ResumeRound {},
    /// Begin the running round again from its start: a new frame of the same game, nothing recorded.
    RestartRound {},
    /// Set something for the whole party.
    ChangeSettings(SettingsChange),
    /// Rate the game just played.
    Rate {
        /// The seat.
        slot: usize,
        /// -1, 0 or 1.
        rating: Rating,
    },
    /// Report of the stage about its game frame.
    FrameReport {
        /// The round that the frame was made for.
        round_id: String,
        /// The frame's number within the round.
        frame_attempt: u32,
        /// What the frame did.
        report: FrameReport,
    },
}

/// What the stage saw its game frame do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum FrameReport {
    /// `maribro:ready` arrived.
    Ready {
        /// What the SDK called itself; clipped.
        #[serde(default)]
        sdk_version: String,
    },
    /// `maribro:heartbeat` arrived.
    Heartbeat {
        /// Number of callbacks of the game's own code run so far; null when the frame does not say.
        #[serde(default)]
        activity: Option<u64>,
    },
    /// `maribro:phase` arrived.
    Phase {
        /// Which.
        phase: FramePhase,
    },
    /// `maribro:error` arrived.
    Error {
        /// Clipped text.
        message: String,
        /// Clipped stack.
        #[serde(default)]
        stack: String,
    },
    /// `maribro:log` arrived: the game wrote to its console.
    Log {
        /// How loud.
        level: ConsoleLevel,
        /// Clipped text.
        text: String,
    },
    /// `maribro:game_end` arrived. Anything that is not a number counts as 0.
    Ended {
        /// At most four values are read.
        scores_by_slot: Vec<Value>,
    },
    /// The frame loaded a second time or could not be loaded: it is not the game any more.
    Lost {},
}
