/**
 * JSON types of the HTTP API and of the screens' WebSocket (docs/screen-protocol.md).
 * The same shapes as sdk/contract/src/wire.rs, under the same names; sdk/contract/tests/wire_samples.rs holds the two together.
 */

/** What a list of games says about one game. */
export interface GameSummary {
  /** File stem, unique on the shelf. */
  id: string;
  /** File name under `/games/`. */
  filename: string;
  /** Title; the file stem when the game has none. */
  title: string;
  /** One or two sentences; may be empty. */
  description: string;
  /** Free text name of the author; may be empty. */
  author: string;
  /** Avatar id of the creator; empty when nobody is known. */
  creatorAvatarId: string;
  /** Length of a round in seconds, 5..=300. */
  maxDurationSec: number;
  /** ISO 8601 UTC. */
  uploadedAt: string;
  /** This revision was taken off the stage twice in a row; a surprise does not draw it. Left out when false. */
  unstable?: boolean;
  /** The host played this revision and a check failed. Left out when false. */
  failedPlaytest?: boolean;
}

/** What `GET /api/games/{id}` says about one game; the page reads these parts of it. */
export interface GameDetails extends GameSummary {
  /** Number of the revision on the shelf; the first is 1. */
  revision: number;
  /** When and why it was taken off the stage; newest first. */
  incidents: Incident[];
}

/** One time that a game was taken off the stage. */
export interface Incident {
  /** ISO 8601 UTC. */
  at: string;
  /** The revision that was played. */
  revision: number;
  /** `hung` or `crashed`. */
  outcome: Outcome;
  /** The round's phase at that moment. */
  phase: Phase;
  /** Its first uncaught errors. */
  errors: { message: string; stack: string }[];
}

/** One seat on the couch. */
export interface Seat {
  /** 0..=3. */
  slot: number;
  /** Empty when no avatar is chosen. */
  avatarId: string;
  /** -1, or the pad's number: browser 0..=15, daemon 100+, phones 200+, keyboard 300+. */
  gamepadIndex: number;
  /** Derived: avatar and pad are both set. */
  lockedIn: boolean;
}

/** One person who waits for a seat. */
export interface Waiting {
  /** Who waits; never empty. */
  avatarId: string;
  /** The pad that they bring along, numbered as a seat's; -1 for those who take over the pad of whoever leaves. */
  gamepadIndex: number;
}

/** One seat that changed hands after a round. */
export interface Swap {
  /** 0..=3. */
  slot: number;
  /** Avatar id of who waits now. */
  leaves: string;
  /** Avatar id of who sits now. */
  comes: string;
}

/** Points of one avatar over the night. */
export interface Score {
  /** Points from playing. */
  play: number;
  /** Creator bonus from ratings of the avatar's games. */
  creator: number;
  /** `play + creator`. */
  total: number;
}

/** How a round came to its end. */
export type Outcome = "reported" | "timeout" | "host_ended" | "crashed" | "hung";

/** One rating: thumbs down, none, thumbs up. */
export type Rating = -1 | 0 | 1;

/** One played round in the session's history. */
export interface HistoryEntry {
  /** ISO 8601 UTC. */
  playedAt: string;
  /** Id of the game. */
  gameId: string;
  /** Avatar that gets the creator bonus; empty when nobody is known. */
  creatorAvatarId: string;
  /** Points of each seat, 0..=10. */
  scoresBySlot: number[];
  /** Rating of each seat. */
  ratingsBySlot?: Rating[];
  /** How the round ended; missing in files of the first design. */
  outcome?: Outcome;
  /** Who sat where; empty for an empty seat. */
  avatarsBySlot?: string[];
  /** The round that this entry records. */
  roundId?: string;
  /** Who left and who came after this round; missing when nobody did. */
  swaps?: Swap[];
}

/** The session, on the wire and in `data/session.json`. */
export interface SessionState {
  /** Always 1. */
  version: number;
  /** ISO 8601 UTC. */
  createdAt: string;
  /** ISO 8601 UTC. */
  updatedAt: string;
  /** The four seats, in order. */
  playersBySlot: Seat[];
  /** Who waits for a seat, the next one first; missing when nobody does. */
  queue?: Waiting[];
  /** The leaderboard. */
  scoreboardByAvatarId: Record<string, Score>;
  /** Every round played, oldest first. */
  history: HistoryEntry[];
}

/** What the party is doing. */
export type Phase = "lobby" | "vote" | "loading" | "playing" | "closing" | "results" | "rating";

/** Why the host asked the game to end. */
export type EndReason = "timeout" | "host";

/** Why a round stands still. */
export type PauseReason = "player" | "pad_lost";

/** A round in playing that stands still. */
export interface Pause {
  reason: PauseReason;
  /** Who paused it, or whose pad is gone; null when that is nobody's of this round. */
  slot: number | null;
  /** Milliseconds until the round goes on, at the moment of sending; null while nobody asked for that. */
  resumesInMs: number | null;
  /** Milliseconds until a pause that everybody forgot ends the round, at the moment of sending. */
  endsInMs: number;
}

/** What a game says about its own progress. */
export type FramePhase = "countdown" | "playing" | "results";

/** The one running round, as screens see it. */
export interface RoundState {
  /** Changes with every round; empty before the first. */
  id: string;
  /** What the party is doing. */
  phase: Phase;
  /** Milliseconds until this phase ends by itself, at the moment of sending; null without a clock. Stands still while paused. */
  remainingMs: number | null;
  /** Set in playing while the round stands still. */
  paused: Pause | null;
  /** The game of this round, from loading on; in a vote that ended in a tie, what chance chose. */
  game: GameSummary | null;
  /** Avatar ids of those who take part, from loading on; empty for an empty seat. */
  avatarsBySlot: string[];
  /** Who is ready for the next vote (lobby), or has seen enough (results). */
  readyBySlot: boolean[];
  /** Vote of each seat: a game id, `""` for "surprise me", null for none yet. */
  votesBySlot: (string | null)[];
  /** The game ids among which chance decided; more than one means a draw was needed. */
  drawnFrom: string[];
  /** The round's random seed, uint32. */
  seed: number;
  /** How often this round's frame was made; a new number asks the stage for a new frame. */
  frameAttempt: number;
  /** Set in closing when the host asked the game to end. */
  endReason: EndReason | null;
  /** What the game said last about its own progress. */
  framePhase: FramePhase | null;
  /** Scores on disk, in results and rating. */
  scoresBySlot: number[] | null;
  /** How the game ended, in results and rating. */
  outcome: Outcome | null;
  /** Rating of each seat, null for none yet. */
  ratingsBySlot: (Rating | null)[];
  /** Bonus of the game's creator, once the ratings are closed. */
  creatorBonus: number | null;
}

/** What happens after a round when more people want to play than there are seats. */
export type QueueMode = "off" | "winner_stays" | "rotate";

/** The party's settings. */
export interface PartySettings {
  /** How long rounds are, as a share of what their games ask for. */
  lengthFactor: number;
  /** Length of a vote in seconds. */
  voteSec: number;
  /** Who makes room for those who wait. */
  queueMode: QueueMode;
  /** Ids of games that are neither voted for nor drawn, ascending. */
  hiddenGames: string[];
}

/** A change of the settings; what is left out stays as it is. */
export interface SettingsChange {
  /** 0.5, 0.75, 1, 1.5 or 2. */
  lengthFactor?: number;
  /** 5, 10, 15 or 20. */
  voteSec?: number;
  queueMode?: QueueMode;
  hideGame?: string;
  showGame?: string;
}

/** Something that screens tell the people once. */
export interface Notice {
  /** What happened. */
  code: NoticeCode;
  /** Title of the game it is about; may be empty. */
  title: string;
  /** Avatar id of that game's creator; may be empty. */
  creatorAvatarId: string;
}

/** Every notice that the host can send. */
export type NoticeCode = "game_hung" | "game_crashed" | "game_timeout" | "game_gone" | "stage_lost" | "game_arrived";

/** A lasting trouble that the lobby shows until it is over. */
export type Problem = "session_file_moved_aside" | "scores_not_saved" | "games_folder_unreadable";

/** What the input daemon is doing. */
export type InputState = "off" | "missing" | "starting" | "running" | "restarting";

/** The input daemon, as a page needs to know it. */
export interface InputStatus {
  /** What it is doing. */
  state: InputState;
  /** `ws://…` while it runs, for trusted pages on the host machine; null for everybody else. */
  url: string | null;
  /** What it wants to see in `?token=`; null whenever `url` is. */
  token: string | null;
}

/** What a connected page is. */
export type Role = "stage" | "watch";

/** Facts that the host sends to screens. */
export type ScreenEvent =
  | {
      type: "hello";
      payload: {
        /** This connection's number. */
        screenId: number;
        /** Whether commands from this connection are obeyed. */
        trusted: boolean;
        /** Version of the host. */
        version: string;
        /** Addresses at which other devices reach the host, the one that works for most of them first. */
        joinUrls: string[];
        session: SessionState;
        /** The shelf, newest first. */
        games: GameSummary[];
        round: RoundState;
        problems: Problem[];
        input: InputStatus;
        settings: PartySettings;
      };
    }
  | { type: "role_changed"; payload: { role: Role; stageTaken: boolean } }
  | { type: "session_changed"; payload: { session: SessionState } }
  | { type: "games_changed"; payload: { games: GameSummary[] } }
  | { type: "round_changed"; payload: { round: RoundState } }
  | { type: "tick"; payload: { roundId: string; timeRemainingMs: number } }
  | { type: "notice"; payload: Notice }
  | { type: "problems_changed"; payload: { problems: Problem[] } }
  | { type: "join_urls_changed"; payload: { joinUrls: string[] } }
  | { type: "input_changed"; payload: { input: InputStatus } }
  | { type: "settings_changed"; payload: { settings: PartySettings } }
  | { type: "refused"; payload: { command: string | null; code: string; message: string } };

/** Commands that a trusted screen sends to the host. */
export type ScreenCommand =
  | { type: "join"; payload: { role: Role; takeOver?: boolean } }
  | { type: "claim_seat"; payload: { gamepadIndex: number; slot?: number } }
  | { type: "choose_avatar"; payload: { slot: number; avatarId: string } }
  | { type: "move_pad"; payload: { slot: number; gamepadIndex: number } }
  | { type: "leave_seat"; payload: { slot: number } }
  | { type: "join_queue"; payload: { avatarId: string; gamepadIndex: number } }
  | { type: "leave_queue"; payload: { avatarId: string } }
  | { type: "set_ready"; payload: { slot: number; ready: boolean } }
  | { type: "start_vote"; payload: Record<string, never> }
  | { type: "vote"; payload: { slot: number; gameId: string } }
  | { type: "start_game"; payload: { gameId: string } }
  | { type: "end_round"; payload: Record<string, never> }
  | { type: "pause_round"; payload: { reason: PauseReason; slot: number | null } }
  | { type: "resume_round"; payload: Record<string, never> }
  | { type: "restart_round"; payload: Record<string, never> }
  | { type: "change_settings"; payload: SettingsChange }
  | { type: "rate"; payload: { slot: number; rating: Rating } }
  | { type: "frame_report"; payload: { roundId: string; frameAttempt: number; report: FrameReport } };

/** The console's methods of the same names. */
export type ConsoleLevel = "log" | "info" | "warn" | "error";

/** What the stage saw its game frame do. */
export type FrameReport =
  | { kind: "ready"; sdkVersion: string }
  | { kind: "heartbeat"; activity: number | null }
  | { kind: "phase"; phase: FramePhase }
  | { kind: "error"; message: string; stack: string }
  | { kind: "log"; level: ConsoleLevel; text: string }
  | { kind: "ended"; scoresBySlot: (number | null)[] }
  | { kind: "lost" };

/** Result of one check of an uploaded game. */
export type CheckStatus = "pass" | "fail" | "warn";

/** One check of an uploaded game. */
export interface Check {
  /** Fixed id, e.g. `self_contained`. */
  id: string;
  status: CheckStatus;
  /** What was found. */
  message: string;
  /** What to do about it. */
  hint?: string;
  /** 1-based line in the file. */
  line?: number;
  /** 1-based column in the file, in bytes. */
  column?: number;
}

/** All checks of one file. */
export interface Report {
  /** True when no check failed. */
  ok: boolean;
  /** Every check, in the order of the contract. */
  checks: Check[];
}
