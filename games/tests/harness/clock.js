/** Virtual time: timers and frames that run when the test says so, as fast as the machine can. */

/**
 * @typedef {object} Timer
 * @property {Function} fn
 * @property {number} due ms
 * @property {number} every ms; below 0: once
 */

/** A turn of node's event loop: by then every promise that could settle has. */
const settle = () => new Promise((done) => setImmediate(done));

export class Clock {
  /** Milliseconds, as `performance.now()` tells them. Never 0, so that no game takes 0 for "not yet". */
  now = 1000;
  /** @type {Map<number, Timer>} */
  #timers = new Map();
  /** @type {Map<number, Function>} */
  #frames = new Map();
  #ids = 0;

  /** @param {(error: unknown) => void} onError what a callback threw */
  constructor(onError) {
    this.onError = onError;
  }

  /** @param {Function} fn @param {number} [delay] @param {boolean} [repeat] */
  addTimer(fn, delay = 0, repeat = false) {
    const ms = Math.max(repeat ? 1 : 0, Number(delay) || 0);
    this.#timers.set(++this.#ids, { fn, due: this.now + ms, every: repeat ? ms : -1 });
    return this.#ids;
  }

  /** @param {number} id */
  removeTimer(id) {
    this.#timers.delete(id);
  }

  /** @param {Function} fn */
  addFrame(fn) {
    this.#frames.set(++this.#ids, fn);
    return this.#ids;
  }

  /** @param {number} id */
  removeFrame(id) {
    this.#frames.delete(id);
  }

  /** Runs what is due up to `until`, in order. Promises settle after each timeout, as they do in a browser. @param {number} until */
  async runTimers(until) {
    for (;;) {
      let first = -1;
      let due = until;
      for (const [id, timer] of this.#timers) {
        if (timer.due < due || (timer.due === due && first < 0)) [first, due] = [id, timer.due];
      }
      const timer = this.#timers.get(first);
      if (!timer) break;
      this.now = Math.max(this.now, timer.due);
      // Only the SDK's own intervals reach this clock (a game's go through the SDK's timeouts): they settle nothing.
      if (timer.every >= 0) timer.due += timer.every;
      else this.#timers.delete(first);
      this.#call(timer.fn);
      if (timer.every < 0) await settle();
    }
    this.now = until;
  }

  async runFrame() {
    const frames = [...this.#frames];
    this.#frames.clear();
    for (const [, fn] of frames) this.#call(fn, this.now);
    await settle();
  }

  /** @param {Function} fn @param {...unknown} args */
  #call(fn, ...args) {
    try {
      fn(...args);
    } catch (error) {
      this.onError(error);
    }
  }
}
