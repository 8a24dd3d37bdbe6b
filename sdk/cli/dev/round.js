/**
 * A round as the host runs it: its clock, when it is over, and what became of it. Pure: the page hands in what happened and when.
 * Contract: docs/design.md. The difference: a game that is silent is not taken away, for somebody may be debugging it.
 * @typedef {"loading" | "playing" | "closing" | "over"} RoundPhase
 * @typedef {"reported" | "host_ended" | "timeout" | "not_ready" | "left" | "flooded"} Outcome
 * @typedef {"timeout" | "host"} EndReason
 */

/** Time to get ready, ms. */
export const READY_MS = 10_000;
/** No sign of life for so long and the host takes a game off, ms. */
export const SILENCE_MS = 3_000;
/** What is left to a game when its round ends from outside, ms. */
export const CLOSING_MS = { timeout: 5_000, host: 3_000 };
/** Between two steps of the clock no more than this passes, ms: the machine slept, or the page did. */
const LONGEST_STEP_MS = 1_000;

export class Round {
  /** @type {RoundPhase} */
  phase = "loading";
  /** Null until it is over. @type {Outcome | null} */
  outcome = null;
  /** Why it was made to end, if it was. @type {EndReason | null} */
  forced = null;
  /** As reported. @type {(number | null)[] | null} */
  scores = null;
  /** What the game said of its progress. @type {{phase: string, atMs: number}[]} */
  phases = [];
  /** Longest silence that the host would have ended the round for; null while there was none. @type {"hung" | "crashed" | null} */
  silent = null;
  #durationMs;
  #isPaused = false;
  /** The round's own clock, ms: stands still while paused. */
  #at = 0;
  #last;
  /** @type {number | null} */
  #readyAt = null;
  #closesAt = 0;
  /** @type {number | null} */
  #beatAt = null;
  /** @type {number | null} */
  #activity = null;
  #activeAt = 0;
  /** @type {number | null} */
  #errorAt = null;

  /** @param {number} durationSec @param {number} now ms */
  constructor(durationSec, now) {
    this.#durationMs = durationSec * 1000;
    this.#last = now;
  }

  get isPaused() {
    return this.#isPaused;
  }

  /** ms since the game was ready. */
  get elapsedMs() {
    return this.#readyAt === null ? 0 : this.#at - this.#readyAt;
  }

  get remainingMs() {
    return Math.max(0, this.#durationMs - this.elapsedMs);
  }

  get durationMs() {
    return this.#durationMs;
  }

  /**
   * Moves the clock.
   * @param {number} now ms
   * @returns {EndReason | null} what the game must be told now, if anything
   */
  advance(now) {
    const step = Math.min(Math.max(0, now - this.#last), LONGEST_STEP_MS);
    this.#last = now;
    if (this.#isPaused || this.phase === "over") return null;
    this.#at += step;
    if (this.phase === "loading" && this.#at >= READY_MS) this.#end("not_ready");
    else if (this.phase === "playing" && this.remainingMs === 0) return this.#force("timeout");
    else if (this.phase === "closing" && this.#at >= this.#closesAt) {
      this.#end(this.forced === "host" ? "host_ended" : "timeout");
    } else this.#listen();
    return null;
  }

  /** @param {boolean} isPaused */
  pause(isPaused) {
    this.#isPaused = isPaused;
    // It has its whole time to show that it runs again.
    this.#activeAt = this.#at;
    if (this.#beatAt !== null) this.#beatAt = this.#at;
  }

  ready() {
    if (this.phase !== "loading") return;
    this.phase = "playing";
    this.#readyAt = this.#at;
  }

  /** @param {number | null} activity what the game's own code did so far, as it counts */
  beat(activity) {
    this.#beatAt = this.#at;
    if (activity !== null && activity === this.#activity) return;
    this.#activity = activity;
    this.#activeAt = this.#at;
  }

  error() {
    this.#errorAt ??= this.#at;
  }

  /** @param {string} phase */
  enter(phase) {
    if (this.phase === "over") return;
    this.#activeAt = this.#at;
    this.phases.push({ phase, atMs: this.elapsedMs });
  }

  /** @param {(number | null)[]} scores */
  report(scores) {
    if (this.phase !== "playing" && this.phase !== "closing") return;
    this.scores = scores;
    this.#end(this.forced === "host" ? "host_ended" : "reported");
  }

  /** The person ends the round. @returns {EndReason | null} */
  endByHost() {
    return this.phase === "playing" ? this.#force("host") : null;
  }

  /** @param {"left" | "flooded"} why */
  cut(why) {
    if (this.phase !== "over") this.#end(why);
  }

  /** @param {EndReason} reason */
  #force(reason) {
    this.phase = "closing";
    this.forced = reason;
    this.#closesAt = this.#at + CLOSING_MS[reason];
    return reason;
  }

  /** @param {Outcome} outcome */
  #end(outcome) {
    this.phase = "over";
    this.outcome = outcome;
    this.silent = null;
  }

  #listen() {
    const isUnheard = this.#beatAt !== null && this.#at - this.#beatAt >= SILENCE_MS;
    const isStopped = this.#errorAt !== null && this.#at - Math.max(this.#errorAt, this.#activeAt) >= SILENCE_MS;
    this.silent = isStopped || (isUnheard && this.#errorAt !== null) ? "crashed" : isUnheard ? "hung" : null;
  }
}

/**
 * What counts of a reported score: 0..10, rounded half up; 0 for what is no number.
 * @param {number | null | undefined} score
 */
export function counted(score) {
  return Math.floor(Math.min(10, Math.max(0, score ?? 0)) + 0.5);
}

/**
 * What is wrong with scores; null when nothing is.
 * @param {readonly unknown[] | null} scores as the game gave them
 * @param {readonly number[]} activeSlots
 */
export function scoresProblem(scores, activeSlots) {
  if (!scores) return "These are no four numbers: give a list, index = slot.";
  const slot = activeSlots.find((at) => typeof scores[at] !== "number");
  if (slot !== undefined) return `The score of seat ${slot + 1} is no number: give four, index = slot.`;
  const wrong = activeSlots.find((at) => Number(scores[at]) < 0 || Number(scores[at]) > 10);
  return wrong === undefined ? null : `The score of seat ${wrong + 1} is not within 0 and 10, and is cut there.`;
}
