/**
 * What the machine itself did while something was measured, so that a machine that is busy with other things fails no test:
 * a thread that nothing else runs on looks how late its own timer is, and how long another program had to wait for a processor.
 * A limit on time is judged against it.
 */

import { readFileSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

/** How often the thread wakes, in ms. */
const EVERY_MS = 20;
/** A wake that is later than this is counted as lost time, in ms: less is how timers are. */
const LATE_MS = 20;
/** Work beside others loses more than a thread that only wakes: so many times as much may be lost. */
const ALLOWED = 2;
/** What the threads share, in ns: the last wake, the worst time between two, and all lost time since the last look. */
const [LAST, WORST, LOST, FIELDS] = [0, 1, 2, 3];
const NS_PER_MS = 1e6;

/** @typedef {{worst: number, lost: number}} Noise longest time between two wakes, and all that was lost, in ms */
/** @typedef {{at: number, waited: number}} Sample ms of the thread's clock, and of waiting for a processor since the process began */

export class NoiseGauge {
  #shared = new BigInt64Array(new SharedArrayBuffer(FIELDS * BigInt64Array.BYTES_PER_ELEMENT));
  #thread;

  constructor() {
    Atomics.store(this.#shared, LAST, process.hrtime.bigint());
    this.#thread = new Worker(new URL(import.meta.url), { workerData: { noise: this.#shared }, execArgv: [] });
    this.#thread.unref();
  }

  /** Noise since the last look, the wake that is late just now included; the next look begins here. @returns {Noise} */
  look() {
    const now = process.hrtime.bigint();
    const gap = Number(now - Atomics.load(this.#shared, LAST)) / NS_PER_MS;
    const worst = Number(Atomics.exchange(this.#shared, WORST, 0n)) / NS_PER_MS;
    const lost = Number(Atomics.exchange(this.#shared, LOST, 0n)) / NS_PER_MS;
    return { worst: Math.max(worst, gap), lost: lost + lateness(gap) };
  }

  /** From now on it is noted how long this process waits for a processor. @param {number} pid */
  watch(pid) {
    this.#thread.postMessage({ pid });
  }

  /**
   * How long the watched process's main thread wanted to run and was not let, within the worst span of this length since it was
   * asked last; 0 where the system does not tell (it is Linux that does).
   * @param {number} ms
   * @returns {Promise<number>} ms
   */
  async waited(ms) {
    const answer = new Promise((done) => this.#thread.once("message", done));
    this.#thread.postMessage({ span: ms });
    return answer;
  }

  async stop() {
    await this.#thread.terminate();
  }
}

/**
 * The limit for what must not take longer than that on a quiet machine, in ms.
 * @param {number} ms
 * @param {number} noise in ms: the worst gap for a single stop, all that was lost for a whole span
 */
export function limit(ms, noise) {
  return ms + ALLOWED * noise;
}

/** @param {number} gap ms @returns {number} ms */
function lateness(gap) {
  return gap > EVERY_MS + LATE_MS ? gap - EVERY_MS : 0;
}

/**
 * The most that was waited within any span of this length, the samples around it included.
 * @param {Sample[]} samples
 * @param {number} span ms
 */
export function mostWaited(samples, span) {
  let [most, first] = [0, 0];
  for (const { at, waited } of samples) {
    while (at - (samples[first + 1]?.at ?? at) >= span) first += 1;
    most = Math.max(most, waited - (samples[first]?.waited ?? waited));
  }
  return most;
}

/** ms that the main thread of a process has waited for a processor; null where nobody tells. @param {number} pid */
function waitedBy(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[1]) / NS_PER_MS;
  } catch {
    return null;
  }
}

if (!isMainThread && workerData?.noise) {
  /** @type {BigInt64Array<SharedArrayBuffer>} */
  const shared = workerData.noise;
  let watched = 0;
  /** @type {Sample[]} */
  let samples = [];
  const sample = () => {
    const waited = watched ? waitedBy(watched) : null;
    if (waited !== null) samples.push({ at: performance.now(), waited });
  };
  parentPort?.on("message", ({ pid, span }) => {
    watched = pid ?? watched;
    sample();
    if (span === undefined) return;
    parentPort?.postMessage(mostWaited(samples, span));
    samples = samples.slice(-1);
  });
  setInterval(() => {
    const now = process.hrtime.bigint();
    const gap = now - Atomics.exchange(shared, LAST, now);
    if (gap > Atomics.load(shared, WORST)) Atomics.store(shared, WORST, gap);
    Atomics.add(shared, LOST, BigInt(Math.round(lateness(Number(gap) / NS_PER_MS) * NS_PER_MS)));
    sample();
  }, EVERY_MS);
}
