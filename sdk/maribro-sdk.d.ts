/**
 * Types of the Maribro Party game SDK (`/public/maribro-sdk.js`), for editors and agents.
 *
 * A game loads the SDK as its first script; it makes the global `Maribro`:
 *
 *     <script src="/public/maribro-sdk.js"></script>
 *     <script>
 *       Maribro.onReady(async (ctx) => {
 *         await Maribro.countdown();
 *         // play, reading Maribro.getInput(slot) in each animation frame
 *         Maribro.showResults({ scoresBySlot: [10, 6, 3, 0] });
 *       });
 *     </script>
 *
 * The SDK holds the frame's `requestAnimationFrame`, timers, `performance.now`, `Date` and sound to the round's clock,
 * so that a pause is a pause and a verifier can play a game fast. Workers keep their own time.
 *
 * Without a host (the file opened by itself, or 500 ms in a frame without a word from the host) the game runs in mock
 * mode: four placeholder players on the keyboard, a clock of the file's `maxDurationSec`, nothing is recorded. A host
 * that is heard later takes over in place: `ctx` stays the same object with new contents, handlers are not called again.
 *
 * Words: a *slot* is a seat on the couch, 0 to 3. A *score* is a number 0..10 that a player gets for the round.
 */

/** Four values, one for each slot; a seat that takes no part gets 0. */
type MaribroScores = [number, number, number, number];

/** One seat. `avatarId` is `""` when nobody sits there. */
interface MaribroPlayer {
  /** 0..3; equals the index in `playersBySlot`. */
  readonly slot: number;
  /** Stable id such as `fox-orange`; `""` for an empty seat. */
  readonly avatarId: string;
  /** Short name to show, e.g. `Fox`; `""` for an empty seat. */
  readonly name: string;
  /** `#RRGGBB`. Never tell players apart by colour alone: add a shape or the name. */
  readonly color: string;
}

/** What `onReady` hands to a game. */
interface MaribroContext {
  /** All four seats, index = slot. */
  readonly playersBySlot: MaribroPlayer[];
  /** Slots that take part, ascending, usually 2 to 4 of them. Play only with these. */
  readonly activeSlots: number[];
  /** Length of the round in seconds, 5..300. */
  readonly maxDurationSec: number;
  /** Index in `navigator.getGamepads()` inside the game: the slot itself, or -1 for a seat without a pad. */
  readonly slotToGamepadIndex: number[];
  /** True when no host runs the game: placeholder players, keyboard, nothing is recorded. */
  readonly mock: boolean;
}

/** Names of the buttons. South is ✕, east ○, west □, north △ on a DualShock. */
type MaribroButton =
  | "south"
  | "east"
  | "west"
  | "north"
  | "l1"
  | "r1"
  | "l2"
  | "r2"
  | "select"
  | "start"
  | "l3"
  | "r3"
  | "dup"
  | "ddown"
  | "dleft"
  | "dright";

/**
 * One pad in one animation frame. All reads in a frame agree; a new frame gives a new object. In a game that uses no
 * `requestAnimationFrame` each timer callback counts as a frame. Several taps between two frames show one after the other,
 * with a frame in which the button is up between them.
 * Presses before the countdown's GO, during a pause, or unread for half a second are forgotten.
 */
interface MaribroInput {
  /** Sticks, -1..1, right and down positive; a radial dead zone of 0.12 is taken out and the rest rescaled. */
  readonly axes: { readonly lx: number; readonly ly: number; readonly rx: number; readonly ry: number };
  /** Held now. `l2` and `r2` are numbers 0..1, pressed above 0.5; the others booleans. A keyboard pad's stick is its d-pad too. */
  readonly buttons: { readonly [B in Exclude<MaribroButton, "l2" | "r2">]: boolean } & {
    readonly l2: number;
    readonly r2: number;
  };
  /** True in the one frame in which a press first shows, however short the tap was. All booleans. */
  readonly pressed: { readonly [B in MaribroButton]: boolean };
}

/** A note for `audio.playNote`. */
interface MaribroNote {
  /** MIDI note number, 0..127; 60 is middle C, 69 is A at 440 Hz. */
  note: number;
  /** Loudness 0..1, default 0.7. Values above 1 are read as MIDI velocities, 0..127. */
  velocity?: number;
  /** Milliseconds, 10..5000, default 150. */
  durationMs?: number;
  /** Wave form, default `"triangle"`. */
  instrument?: "sine" | "triangle" | "square" | "noise";
}

/** Sound. Nothing here ever throws, also where there is no sound device. */
interface MaribroAudio {
  /** Asks the browser to let sound out. Resolves at once; sound follows when the browser allows it. @since 1.0.0 */
  arm(): Promise<void>;
  /** Turns the SDK's sound on or off. @since 1.0.0 */
  setEnabled(enabled: boolean): void;
  /** Loudness of the SDK's sound, 0..1, default 0.3. @since 1.0.0 */
  setMasterVolume(volume: number): void;
  /**
   * Plays a note. The first call turns off the automatic bloops on button presses. Silent while the round is paused
   * or played fast by a verifier. @since 1.0.0
   */
  playNote(note: MaribroNote): void;
}

/** One pad as the host page relays it in `maribro:pads`. Games have no use for it: they call `getInput`. */
interface MaribroPadState {
  /** Left x, y, right x, y; -1..1. */
  readonly axes: ArrayLike<number>;
  /** Number of the seat's pad in the session now, as in `maribro:init`; a page that leaves it out changes no seat's pad. */
  readonly gamepadIndex?: number;
  /** 17 values 0..1 in the order of the W3C standard gamepad; of a trigger (6, 7) how far it is down, of others 1 when pressed. */
  readonly buttons: ArrayLike<number | { readonly value: number; readonly pressed: boolean }>;
  /** 17 counts of presses so far; they only grow, so that no tap between two messages is lost. */
  readonly presses?: ArrayLike<number>;
  /** Index of the seat's pad in this browser, where that is not `gamepadIndex`; -1: the browser's is not to be read. */
  readonly browserPad?: number;
  /** Its number at the input daemon, while that has it. */
  readonly daemonPad?: number;
  /** The daemon's own 17 counters at the moment in which `presses` held, modulo 65,536. */
  readonly counts?: ArrayLike<number>;
}

/** The global `Maribro`. */
interface MaribroSdk {
  /** Version of the SDK, `major.minor.patch`. @since 1.0.0 */
  readonly version: string;
  /** Sound. @since 1.0.0 */
  readonly audio: MaribroAudio;
  /** Calls `fn` once the players are known; at once when they are already. Several handlers are allowed. @since 1.0.0 */
  onReady(fn: (ctx: MaribroContext) => void): void;
  /** The pad of a seat in this animation frame. A seat without a pad, or no seat at all, reads neutral. @since 1.0.0 */
  getInput(slot: number): MaribroInput;
  /** Slots that take part; empty before ready. @since 1.0.0 */
  getActiveSlots(): number[];
  /** Milliseconds left in the round, never below 0; the whole length before the first tick. @since 1.0.0 */
  getTimeRemainingMs(): number;
  /** Reports the scores and ends the game; only the first call counts. @since 1.0.0 */
  endGame(scoresBySlot: ArrayLike<number>): void;
  /** Draws 3-2-1-GO over the game; resolves at GO, when input begins to count. @since 1.0.0 */
  countdown(): Promise<void>;
  /**
   * Draws the winner screen for 3 s (shorter when the host ends the round), then reports the same scores.
   * Resolves after the report. @since 1.0.0
   */
  showResults(results: { scoresBySlot: ArrayLike<number>; title?: string }): Promise<void>;
  /** Calls `fn` at each tick of the host, about 10 per second. @since 1.0.0 */
  onTick(fn: (tick: { nowMs: number; timeRemainingMs: number }) => void): void;
  /**
   * Calls `fn` when the round must end: show the results now. `"timeout"` leaves 5 s until the frame is
   * closed, `"host"` 3 s. Called at once when it happened already. @since 1.0.0
   */
  onForceEnd(fn: (end: { reason: "timeout" | "host" }) => void): void;
  /** Random number in [0, 1) from the round's seed: the same seed gives the same row. @since 1.0.0 */
  random(): number;
  /** Shakes a pad. `strong` and `weak` 0..1 (default 0.5), `durationMs` 0..2000 (default 200). @since 1.0.0 */
  rumble(slot: number, effect?: { strong?: number; weak?: number; durationMs?: number }): void;
  /** Colours a pad's light bar, `#RRGGBB`; anything but a string is ignored. @since 1.0.0 */
  setLight(slot: number, color: string): void;
}

interface Window {
  Maribro: MaribroSdk;
}

/** The SDK. */
declare const Maribro: MaribroSdk;
