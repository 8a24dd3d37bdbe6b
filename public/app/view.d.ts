/** Types that live in the page only; what goes over the wire is in types.d.ts. */
import type {
  GameSummary,
  InputStatus,
  Notice,
  PartySettings,
  Problem,
  Role,
  RoundState,
  ScreenCommand,
  SessionState,
} from "./types.d.ts";

/** One entry of `GET /api/avatars`. */
export interface Avatar {
  id: string;
  name: string;
  /** `#rrggbb`. */
  color: string;
  /** URL path of the SVG. */
  image?: string;
}

/** How an avatar is drawn: `idle` moves quietly, `still` is the same without motion, for small places. */
export type Pose = "idle" | "happy" | "sad" | "still";

/** What the host said, and how the line to it is. */
export interface HostState {
  /** `lost` once a connection that was open has ended; the rest of the state is then the last known. */
  connection: "connecting" | "open" | "lost";
  screenId: number;
  trusted: boolean;
  version: string;
  joinUrls: string[];
  /** Null until the first hello. */
  session: SessionState | null;
  /** The shelf as people set it. */
  games: GameSummary[];
  /** With those that are hidden. */
  allGames: GameSummary[];
  settings: PartySettings;
  /** Null until the first hello. */
  round: RoundState | null;
  /** `performance.now()` at which `round` came; its `remainingMs` counts from there. */
  roundAt: number;
  /** `performance.now()` at which `round.phase` or `round.id` last changed. */
  phaseAt: number;
  /** `performance.now()` at which the round was paused, or was to go on and then was not. */
  pausedAt: number;
  problems: Problem[];
  /** The input daemon. */
  input: InputStatus;
  /** Null between a hello and the answer to `join`. */
  role: Role | null;
  stageTaken: boolean;
  /** The round's clock. */
  tick: { roundId: string; timeRemainingMs: number } | null;
  /** When a game arrived, by id, in `performance.now()`; only those that came while the page watched. */
  arrivedAt: Record<string, number>;
}

export type Direction = "left" | "right" | "up" | "down";

/** What a press means before the menu gives it a sense: the DualShock's buttons by W3C name. */
export type MenuKey = Direction | "south" | "east" | "west" | "north" | "start";

/** Buttons of the top bar and shelf header that a d-pad reaches. */
export type TopItem = "vote" | "join" | "ceremony" | "pads" | "settings" | "sound";

/** Where a seated player's d-pad is in the lobby. */
export type Focus =
  | { zone: "seat" }
  | { zone: "queue" }
  | { zone: "shelf"; gameId: string }
  | { zone: "top"; item: TopItem };

/** What the overlay of a paused round offers. */
export type PauseItem = "continue" | "restart" | "end" | "volume";

/** A face being chosen for somebody who is to wait for a seat. */
export interface Joining {
  /** The pad that chooses; the mouse's is MOUSE_PAD in menu/hold.js. */
  by: number;
  /** Whether that pad is the one's who waits; else it is a friend without one. */
  own: boolean;
  avatarId: string;
}

export type SettingsRow = "volume" | "length" | "vote" | "queue" | "motion" | "language" | "games" | "reset";

/** Languages of the screen. */
export type Language = "en" | "de";

/** Where the one cursor of the settings is. */
export type SettingsPlace = { page: "main"; row: SettingsRow } | { page: "games"; gameId: string };

/** Whether things move less: as the system says, yes, no. */
export type Motion = "auto" | "on" | "off";

export type HoldWhat = "reset" | "leave" | "queue";

/** A deed that asks for a button to be held. */
export interface Hold {
  what: HoldWhat;
  /** Whose seat it is about; null when it is about none. */
  slot: number | null;
  /** Who waits and would wait no longer. */
  avatarId?: string;
  /** Whose button. */
  pad: number;
  key: "south" | "east";
}

/** A question on top of everything; `choice` 0 is the safe answer, 1 the deed. */
export type Dialog =
  | { kind: "play"; gameId: string; choice: 0 | 1 }
  | { kind: "join"; choice: 0 }
  | { kind: "pads"; choice: 0 };

/** One passing message. */
export interface Toast {
  key: number;
  tone: "good" | "bad" | "plain";
  text: string;
  /** Whose face goes with it; may be empty. */
  avatarId: string;
  /** `performance.now()`. */
  at: number;
}

/** What only this page knows. */
export interface UiState {
  /** Avatar id that each seat's carousel stands on; empty before it was moved. */
  carousel: string[];
  focus: Focus[];
  /** Faces being chosen for people who are to wait for a seat. */
  joining: Joining[];
  /** Who of those who wait pressed last, and how many presses there were. */
  queueBump: { avatarId: string; count: number };
  /** Game id that each seat's vote cursor is on; `""` is "surprise me". */
  voteCursor: string[];
  /** The slot whose cursor moved last: the shelf scrolls with it. */
  lastMoved: number;
  dialog: Dialog | null;
  /** Where the one cursor of the pause overlay is. */
  pauseItem: PauseItem;
  /** Slots without whose pad the round goes on, as people wished. */
  waived: number[];
  /** Null while the settings are closed. */
  settings: SettingsPlace | null;
  motion: Motion;
  language: Language;
  /** What buttons are being held for: `reset`, `leave:0` to `leave:3`, `queue:` and who waits. */
  holding: string[];
  /** Step of the final ceremony that is on the screen, from 0; null when there is none. */
  ceremony: number | null;
  /** When somebody last touched a pad, a key or the mouse, in `performance.now()`. */
  touchedAt: number;
  /** The couch was empty and quiet when the page was loaded again, and still is. */
  wasQuiet: boolean;
  toasts: Toast[];
  nextToast: number;
  soundOn: boolean;
  /** 0..10, for this page and for games; also when muted. */
  volume: number;
  /** The browser waits for a press of a key before it lets any sound out. */
  soundBlocked: boolean;
  /** Grows with every press of each seat's pad, so that something moves at once. */
  bumps: number[];
}

export type UiAction =
  | { type: "carousel"; slot: number; avatarId: string }
  | { type: "focus"; slot: number; focus: Focus }
  | { type: "joining"; by: number; joining: Joining | null }
  | { type: "queue_bump"; avatarId: string }
  | { type: "vote_cursor"; slot: number; gameId: string }
  | { type: "dialog"; dialog: Dialog | null }
  | { type: "pause_item"; item: PauseItem }
  | { type: "waive"; slots: number[] }
  | { type: "settings"; place: SettingsPlace | null }
  | { type: "motion"; motion: Motion }
  | { type: "language"; language: Language }
  | { type: "holding"; keys: string[] }
  | { type: "ceremony"; step: number | null }
  | { type: "toast"; tone: Toast["tone"]; text: string; avatarId: string; at: number }
  | { type: "expire_toasts"; now: number }
  | { type: "touched"; at: number }
  | { type: "was_quiet" }
  | { type: "sound"; on: boolean }
  | { type: "volume"; volume: number }
  | { type: "sound_blocked"; blocked: boolean }
  | { type: "bump"; slot: number }
  | { type: "new_phase" };

/** What a press, a click or a frame asks for. */
export type Intent =
  | { do: "send"; command: ScreenCommand }
  | { do: "ui"; action: UiAction }
  | { do: "hold"; hold: Hold }
  | { do: "reset_scores" }
  /** The doctor shakes a pad, by either of its numbers. */
  | { do: "rumble"; pad: number };

/** State of one pad in the W3C standard layout. */
export interface PadState {
  /** lx, ly, rx, ry in -1..1, right and down positive. */
  axes: number[];
  /** 17 values 0..1. */
  buttons: number[];
  /** 17 counters that grow by one with every press. */
  presses: number[];
}

/** The pad of a seat, as a game hears of it in `maribro:pads`. */
export interface SeatPad extends PadState {
  /** The pad's number in the session, as in `maribro:init`. */
  gamepadIndex: number;
  /** Its index in the browser, where that is not `gamepadIndex`; -1 while the browser does not tell of what it does. */
  browserPad?: number;
  /** Its number at the input daemon, while that has it. */
  daemonPad?: number;
  /** The daemon's own counters of presses at the moment in which `presses` held, modulo 65,536. */
  counts?: number[];
}

/** One pad as the input daemon's last frame had it. */
export interface DaemonPad {
  /** 100 + n. */
  number: number;
  axes: number[];
  buttons: number[];
  /** As `PadState.presses`: they never go back, also when the daemon begins anew. */
  presses: number[];
  /** As the daemon counts, modulo 65,536. */
  counts: number[];
}

/** What the input daemon says about a pad: docs/input-protocol.md. */
export interface DaemonPadInfo {
  number: number;
  connected: boolean;
  name: string;
  link: "usb" | "bluetooth" | "virtual" | "unknown";
  /** Four hexadecimal digits. */
  vendor: string;
  product: string;
  guid: string;
  hasSerial: boolean;
  battery: Battery;
  rumble: boolean;
  light: boolean;
  motion: boolean;
  /** Reports per second; null until measured. */
  reportHz: number | null;
  /** Mean deviation of an interval from the mean, in ms. */
  jitterMs: number | null;
}

/** What the doctor knows of a pad. */
export interface PadReport {
  /** Its index in the browser; null when that does not see it. */
  browserPad: number | null;
  /** Its number at the input daemon; null when that does not see it. */
  daemonPad: number | null;
  /** What the party calls it: its seat, else its number. */
  label: string;
  /** What it calls itself. */
  name: string;
  /** `vendor:product`, or empty. */
  make: string;
  /** Null when only the daemon could tell. */
  link: DaemonPadInfo["link"] | null;
  battery: DaemonPadInfo["battery"];
  reportHz: number | null;
  jitterMs: number | null;
  /** From the daemon to this page, in ms. */
  latency: { typicalMs: number; worstMs: number } | null;
  /** Whose it is; null for nobody's. */
  slot: number | null;
  /** Whether its layout is known. */
  isMapped: boolean;
  canRumble: boolean;
  /** Null when it cannot be read. */
  state: PadState | null;
}

/** What this page asks of the input daemon. */
export type DaemonCommand =
  | { type: "rumble"; payload: { pad: number; strong: number; weak: number; durationMs: number } }
  | { type: "light"; payload: { pad: number; r: number; g: number; b: number } }
  | { type: "player"; payload: { pad: number; index: 0 | 1 | 2 | 3 | null } }
  | { type: "list"; payload: Record<string, never> };

/** What the pad hub knows of the pads around. */
export interface PadsView {
  /** Numbers of all pads that can be read now, by themselves or by their twin. */
  present: ReadonlySet<number>;
  /** The other number of each pad that browser and input daemon both see, both ways. */
  twins: ReadonlyMap<number, number>;
  /** A pad is there whose layout the browser does not know. */
  unmapped: boolean;
  /** What pads tell of their batteries, by all their numbers; who tells nothing is not in it. */
  batteries: ReadonlyMap<number, Battery>;
}

/** As the input daemon says it: docs/input-protocol.md. */
export type Battery = "unknown" | "empty" | "low" | "medium" | "full" | "wired";

/** All that a component renders from. */
export interface View {
  host: HostState;
  ui: UiState;
  avatars: Avatar[];
  pads: PadsView;
  /** `performance.now()` of this rendering. */
  now: number;
}

/** A request of a game for rumble, checked and clamped. */
export interface RumbleEffect {
  slot: number;
  /** 0..1. */
  strong: number;
  /** 0..1. */
  weak: number;
  durationMs: number;
}

/** A request of a game for a pad's light, checked. */
export interface LightEffect {
  slot: number;
  /** `#rrggbb` or `#rgb`. */
  color: string;
}

export type { Notice };
