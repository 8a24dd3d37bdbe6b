/**
 * How long news of a pad take from the daemon to this page. The two clocks have no common zero: the quickest frame of a line
 * is taken to have needed half of the quickest round trip, and every other one is measured against it.
 * @import { StateFrame } from "./daemon-frame.js"
 */

/** Frames of each pad that are kept. */
const KEPT = 200;
/** Fewer tell nothing. */
const NEEDED = 10;
/** The quickest frame is looked for within this time: clocks drift, in ms. */
const WINDOW_MS = 20_000;
const LOW_RANGE = 0x1_0000_0000;

export class LineMeter {
  /** The quickest frame of this window and of the one before: its arrival minus the daemon's clock, in ms. */
  #quickest = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  #windowAt = Number.NEGATIVE_INFINITY;
  #roundTripMs = Number.POSITIVE_INFINITY;
  /** @type {number | null} */
  #askedAt = null;
  /** Last change of each pad, as its record said. @type {Map<number, number>} */
  #changed = new Map();
  /** By pad, newest last. @type {Map<number, number[]>} */
  #latencies = new Map();

  /**
   * @param {StateFrame} frame
   * @param {number} now ms
   */
  frame({ clockUs, pads }, now) {
    if (now - this.#windowAt > WINDOW_MS) {
      this.#quickest = [Number.POSITIVE_INFINITY, this.#quickest[0] ?? Number.POSITIVE_INFINITY];
      this.#windowAt = now;
    }
    const gap = now - clockUs / 1000;
    this.#quickest[0] = Math.min(this.#quickest[0] ?? gap, gap);
    const late = gap - Math.min(...this.#quickest);
    for (const { number, connected, changedUs } of pads) {
      const isNews = this.#changed.has(number) && this.#changed.get(number) !== changedUs;
      this.#changed.set(number, changedUs);
      if (!connected || !isNews) continue;
      const waited = (((clockUs % LOW_RANGE) - changedUs + LOW_RANGE) % LOW_RANGE) / 1000;
      const latencies = this.#latencies.get(number) ?? [];
      latencies.push(waited + late);
      if (latencies.length > KEPT) latencies.shift();
      this.#latencies.set(number, latencies);
    }
  }

  /**
   * Notes that a question goes out; false while another is on its way.
   * @param {number} now ms
   */
  ask(now) {
    if (this.#askedAt !== null) return false;
    this.#askedAt = now;
    return true;
  }

  /** @param {number} now ms */
  answer(now) {
    if (this.#askedAt === null) return;
    this.#roundTripMs = Math.min(this.#roundTripMs, now - this.#askedAt);
    this.#askedAt = null;
  }

  /**
   * From the moment in which the daemon read a change to the moment in which this page had it, in ms.
   * @param {number} number of the pad
   * @returns {{typicalMs: number, worstMs: number} | null} the middle one and that of 19 out of 20; null before there are enough
   */
  latency(number) {
    const latencies = this.#latencies.get(number) ?? [];
    if (latencies.length < NEEDED || !Number.isFinite(this.#roundTripMs)) return null;
    const sorted = latencies.toSorted((a, b) => a - b);
    const at = (/** @type {number} */ share) =>
      (sorted[Math.floor(share * (sorted.length - 1))] ?? 0) + this.#roundTripMs / 2;
    return { typicalMs: at(0.5), worstMs: at(0.95) };
  }
}
