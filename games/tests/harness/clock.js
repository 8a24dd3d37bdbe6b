/** Virtual time: timers and frames that run when the test says so, as fast as the machine can. */

/**
 * @typedef {object} Timer
 * @property {number} id
 * @property {Function} fn
 * @property {number} due ms
 * @property {number} every ms; below 0: once
 */

/** The SDK looks for browser pads every 4 ms, and there are none here: every frame is often enough. */
const MIN_INTERVAL_MS = 1000 / 60;
/** Promises that wait for each other in a row settle one after the other; no game has longer rows than this. */
const SETTLE_TURNS = 5;

/** A turn of node's event loop would do too, and take as long as the rest of the frame. */
async function settle() {
  for (let turn = 0; turn < SETTLE_TURNS; turn++) await undefined;
}

export class Clock {
  /** Milliseconds, as `performance.now()` tells them. Never 0, so that no game takes 0 for "not yet". */
  now = 1000;
  /** In the order in which they were made. A handful: a plain list is looked through fastest. @type {Timer[]} */
  #timers = [];
  /** @type {{id: number, fn: Function}[]} */
  #frames = [];
  #ids = 0;

  /** @param {(error: unknown) => void} onError what a callback threw */
  constructor(onError) {
    this.onError = onError;
  }

  /** @param {Function} fn @param {number} [delay] @param {boolean} [repeat] */
  addTimer(fn, delay = 0, repeat = false) {
    const ms = Math.max(repeat ? MIN_INTERVAL_MS : 0, Number(delay) || 0);
    this.#timers.push({ id: ++this.#ids, fn, due: this.now + ms, every: repeat ? ms : -1 });
    return this.#ids;
  }

  /** @param {number} id */
  removeTimer(id) {
    const at = this.#timers.findIndex((timer) => timer.id === id);
    if (at >= 0) this.#timers.splice(at, 1);
  }

  /** @param {Function} fn */
  addFrame(fn) {
    this.#frames.push({ id: ++this.#ids, fn });
    return this.#ids;
  }

  /** @param {number} id */
  removeFrame(id) {
    this.#frames = this.#frames.filter((frame) => frame.id !== id);
  }

  /** Runs what is due up to `until`, in order. Promises settle after each timeout, as they do in a browser. @param {number} until */
  async runTimers(until) {
    for (;;) {
      /** @type {Timer | null} */
      let timer = null;
      for (let i = 0; i < this.#timers.length; i++) {
        const one = this.#timers[i];
        if (one.due <= until && (!timer || one.due < timer.due)) timer = one;
      }
      if (!timer) break;
      this.now = Math.max(this.now, timer.due);
      // Only the SDK's own intervals reach this clock (a game's go through the SDK's timeouts): they settle nothing.
      if (timer.every >= 0) timer.due += timer.every;
      else this.removeTimer(timer.id);
      this.#call(timer.fn);
      if (timer.every < 0) await settle();
    }
    this.now = until;
  }

  async runFrame() {
    const frames = this.#frames;
    this.#frames = [];
    for (const { fn } of frames) this.#call(fn, this.now);
    await settle();
  }

  /** @param {Function} fn @param {number} [time] */
  #call(fn, time) {
    try {
      fn(time);
    } catch (error) {
      this.onError(error);
    }
  }
}
