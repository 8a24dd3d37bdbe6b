/**
 * Reads what a game frame posts. SECURITY: every byte of it is hostile. In layers:
 * 1. the gate counts all messages to this page, for they come out of the current frame: from it, from frames inside it, and
 *    from such as are gone again. Only those whose `source` is the window of the current frame are read at all;
 * 2. a flood is dropped before its payload is looked at (the browser unpacks `event.data` only when it is read), and
 *    a frame that goes on flooding is cut off: its backlog would eat this page's memory. So is one whose messages are so
 *    large that unpacking them holds this page up;
 * 3. only known types pass, only known fields are read, each with its type checked;
 * 4. texts are clipped, numbers clamped, lists cut; nothing of the message itself is passed on.
 * @import { ConsoleLevel, FrameReport } from "../types.js"
 * @import { LightEffect, RumbleEffect } from "../view.js"
 * @typedef {{report: FrameReport} | {rumble: RumbleEffect} | {light: LightEffect}} GuardResult
 */

/** Longest text passed on, in characters. */
const TEXT_MAX = 2000;
/** Shortest time between two heartbeats passed on, in ms: the host's limit is one per 250 ms. */
const HEARTBEAT_EVERY_MS = 250;
/** Reports a second besides heartbeats; `ready` and `ended` pass once each and are kept free of this. */
const REPORTS_PER_SECOND = 18;
/** Console lines a second. */
const LOGS_PER_SECOND = 20;
/** Levels of the console that are passed on. @type {ReadonlySet<unknown>} */
const LOG_LEVELS = new Set(["log", "info", "warn", "error"]);
/** Effects a second. */
const EFFECTS_PER_SECOND = 20;
/** How a light's colour is written. */
const COLOR = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i;
/** Longest rumble, in ms. */
const RUMBLE_MAX_MS = 2000;

/** Messages a second that are looked at: many times what any game needs. */
const READ_PER_SECOND = 500;
/**
 * As long as nothing was heard of a new frame, messages whose sender is gone may be what an earlier frame left behind; after
 * this time they are its own, in ms.
 */
const BACKLOG_MS = 3000;
/** Messages a second from which on a frame is attacking, not playing. */
const FLOOD_PER_SECOND = 2000;

/** Time a second that unpacking a frame's messages may take, in ms. Those of a game take less than 1. */
const UNPACK_MS_PER_SECOND = 250;

/** Lets at most so many things pass in each second. */
class SecondCap {
  #limit;
  #since = Number.NEGATIVE_INFINITY;
  #count = 0;

  /** @param {number} limit */
  constructor(limit) {
    this.#limit = limit;
  }

  /** @param {number} now ms */
  admits(now) {
    if (now - this.#since >= 1000) {
      this.#since = now;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count <= this.#limit;
  }
}

/** Stands before the guard of one frame and sees nothing of a message but that it came. */
export class FloodGate {
  #read = new SecondCap(READ_PER_SECOND);
  #flood = new SecondCap(FLOOD_PER_SECOND);
  #spentSince = Number.NEGATIVE_INFINITY;
  #spentMs = 0;
  #since;
  #isHeard = false;

  /** @param {number} now ms: when the frame was made */
  constructor(now) {
    this.#since = now;
  }

  /**
   * Counts the time that a message took to unpack.
   * @param {number} now ms
   * @param {number} tookMs
   * @returns {boolean} whether the frame holds this page up and must be taken away
   */
  spend(now, tookMs) {
    if (now - this.#spentSince >= 1000) {
      this.#spentSince = now;
      this.#spentMs = 0;
    }
    this.#spentMs += tookMs;
    return this.#spentMs > UNPACK_MS_PER_SECOND;
  }

  /**
   * @param {number} now ms
   * @param {boolean} hasSender whether the frame that sent it is still there
   * @returns {"read" | "drop" | "cut"} what to do with a message that came just now; `cut`: take the frame away
   */
  judge(now, hasSender) {
    // SECURITY: what a removed frame left behind is not charged to the next game. But a game may flood from frames inside it
    // that it takes away at once, so that goes only until something was heard of this frame, and not for ever.
    if (hasSender) this.#isHeard = true;
    else if (!this.#isHeard && now - this.#since < BACKLOG_MS) return "drop";
    if (!this.#flood.admits(now)) return "cut";
    return this.#read.admits(now) ? "read" : "drop";
  }
}

/** @param {unknown} value */
function clip(value) {
  return typeof value === "string" ? value.slice(0, TEXT_MAX) : "";
}

/** @param {unknown} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return typeof value === "number" && !Number.isNaN(value) ? Math.min(high, Math.max(low, value)) : low;
}

/**
 * The scores as they go over the wire: at most four, infinite ones made finite; null where no number is.
 * @param {unknown} list
 * @returns {(number | null)[]}
 */
export function readScores(list) {
  if (!Array.isArray(list)) return [];
  return Array.from(list.slice(0, 4), (score) =>
    typeof score === "number" && !Number.isNaN(score) ? clamp(score, -1e6, 1e6) : null,
  );
}

/** @param {unknown} value @returns {Record<string, unknown>} */
function record(value) {
  return typeof value === "object" && value !== null ? /** @type {Record<string, unknown>} */ (value) : {};
}

/** The guard of one frame. */
export class FrameGuard {
  /** Whether the frame said `maribro:ready`. */
  ready = false;
  #ended = false;
  #heartbeatAt = Number.NEGATIVE_INFINITY;
  #reports = new SecondCap(REPORTS_PER_SECOND);
  #logs = new SecondCap(LOGS_PER_SECOND);
  #effects = new SecondCap(EFFECTS_PER_SECOND);

  /**
   * @param {unknown} data what was posted
   * @param {number} now ms
   * @returns {GuardResult | null} null when there is nothing to pass on
   */
  read(data, now) {
    const { type, payload } = record(data);
    switch (type) {
      case "maribro:heartbeat":
        return this.#heartbeat(payload, now);
      case "maribro:ready":
        return this.#readReady(payload);
      case "maribro:game_end":
        return this.#readEnd(payload);
      case "maribro:phase":
        return this.#reports.admits(now) ? readPhase(payload) : null;
      case "maribro:error":
        return this.#reports.admits(now) ? readError(payload) : null;
      case "maribro:log":
        return this.#logs.admits(now) ? readLog(payload) : null;
      case "maribro:effect":
        return this.#effects.admits(now) ? readEffect(payload) : null;
      default:
        return null;
    }
  }

  /** @param {unknown} payload @param {number} now @returns {GuardResult | null} */
  #heartbeat(payload, now) {
    if (now - this.#heartbeatAt < HEARTBEAT_EVERY_MS) return null;
    this.#heartbeatAt = now;
    const { activity } = record(payload);
    const counted = typeof activity === "number" && activity >= 0 && Number.isSafeInteger(Math.floor(activity));
    return { report: { kind: "heartbeat", activity: counted ? Math.floor(activity) : null } };
  }

  /** @param {unknown} payload @returns {GuardResult | null} */
  #readReady(payload) {
    if (this.ready) return null;
    this.ready = true;
    return { report: { kind: "ready", sdkVersion: clip(record(payload).sdkVersion) } };
  }

  /** @param {unknown} payload @returns {GuardResult | null} */
  #readEnd(payload) {
    // A report before `ready` is none, and must not stand in the way of the one that counts.
    if (!this.ready || this.#ended) return null;
    this.#ended = true;
    return { report: { kind: "ended", scoresBySlot: readScores(record(payload).scoresBySlot) } };
  }
}

/** @param {unknown} payload @returns {GuardResult | null} */
function readPhase(payload) {
  const { phase } = record(payload);
  return phase === "countdown" || phase === "playing" || phase === "results"
    ? { report: { kind: "phase", phase } }
    : null;
}

/** @param {unknown} payload @returns {GuardResult} */
function readError(payload) {
  const { message, stack } = record(payload);
  return { report: { kind: "error", message: clip(message), stack: clip(stack) } };
}

/** @param {unknown} payload @returns {GuardResult | null} */
function readLog(payload) {
  const { level, text } = record(payload);
  if (!LOG_LEVELS.has(level)) return null;
  return { report: { kind: "log", level: /** @type {ConsoleLevel} */ (level), text: clip(text) } };
}

/** @param {unknown} payload @returns {GuardResult | null} */
function readEffect(payload) {
  const { kind, slot, strong, weak, durationMs, color } = record(payload);
  if (slot !== 0 && slot !== 1 && slot !== 2 && slot !== 3) return null;
  if (kind === "light") return typeof color === "string" && COLOR.test(color) ? { light: { slot, color } } : null;
  if (kind !== "rumble") return null;
  const rumble = { slot, strong: clamp(strong, 0, 1), weak: clamp(weak, 0, 1) };
  return { rumble: { ...rumble, durationMs: clamp(durationMs, 0, RUMBLE_MAX_MS) } };
}
