/**
 * What holds the big screen's main thread up, and how much of that was the page's doing. On a machine that others use
 * every thread stops now and then: the system tells how long the page's worked and how long it waited for a processor.
 * The rest it stood still, for the threads that draw, say; the more of that time somebody on this machine waited for a
 * processor, the less it counts. An idle thread tells how long the whole machine stood still.
 */

import { limit, NoiseGauge } from "../noise.js";
import { processOf, processorPressure, threadTimes } from "./measure.js";

/** Longest task of the page between the games, in ms, on a machine of its own. */
export const LONGEST_MS = 100;
/** Phases in which nothing but the page itself runs. @type {ReadonlySet<string>} */
const JUDGED = new Set(["lobby", "vote", "results", "rating"]);
/** How often the noise is looked at, in ms: a task is judged by that of its own moment. */
const LOOK_EVERY = 500;
/** How often the page's thread is looked at, in ms. */
const SAMPLE_EVERY = 20;
/** How long samples are kept for tasks that are told of late, in ms. */
const KEPT_MS = 30_000;
/** As long as a game is waited for that says nothing, and a little more, in ms. */
const JUST_NOW_MS = 4000;
/** The longest tasks that are told one by one. */
const TOLD = 5;

/**
 * @typedef {Times & {at: number, ms: number, phase: string, doing: string}} Task
 *   `at` is its begin (`Date.now()`), `ms` its length; `doing` is what ran in it
 */
/**
 * @typedef {{ran: number, waited: number, pressed: number}} Times in ms: of the page's thread, and of somebody
 *   waiting for a processor
 */
/** @typedef {Times & {at: number}} Sample sums so far, at a time (`Date.now()`) */
/**
 * @typedef {{from: number, to: number, worst: number}} Span of time (`Date.now()`), and the longest stop of an
 *   idle thread in it, in ms
 */

/**
 * Makes a page keep its tasks over 50 ms, with the names of what ran in them.
 * @param {import("@playwright/test").Page} page not loaded yet
 */
export async function watchTasks(page) {
  await page.addInitScript(() => {
    if (window.top !== window) return;
    const kept = { tasks: /** @type {any[]} */ ([]), frames: /** @type {any[]} */ ([]) };
    Object.assign(window, { longTasks: kept });
    const phase = () => document.body?.dataset.phase ?? "start";
    const observe = (/** @type {string} */ type, /** @type {(entry: any) => void} */ keep) =>
      new PerformanceObserver((list) => list.getEntries().forEach(keep)).observe({ type });
    observe("longtask", ({ startTime, duration }) => kept.tasks.push({ startTime, duration, phase: phase() }));
    observe("long-animation-frame", ({ startTime, duration, renderStart, styleAndLayoutStart, scripts }) => {
      const names = scripts.map((/** @type {any} */ { sourceFunctionName, invoker, duration }) => {
        return `${sourceFunctionName || invoker} ${Math.round(duration)} ms`;
      });
      const end = startTime + duration;
      if (renderStart > 0) names.push(`render ${Math.round(end - renderStart)} ms`);
      if (styleAndLayoutStart > 0)
        names.push(`of it style, layout and paint ${Math.round(end - styleAndLayoutStart)} ms`);
      kept.frames.push({ startTime, end, doing: names.join(", ") });
    });
  });
}

export class Stalls {
  /** @type {Task[]} */
  #tasks = [];
  /** @type {Span[]} */
  #noise = [];
  /** When the soak itself held the page up. @type {Span[]} */
  #ours = [];
  /** @type {Sample[]} */
  #samples = [];
  #gauge = new NoiseGauge();
  #timers;

  /** @param {number} pid of the page's process */
  constructor(pid) {
    let from = Date.now();
    const look = () => {
      const to = Date.now();
      this.#noise.push({ from, to, worst: this.#gauge.look().worst });
      from = to;
    };
    const sample = () => {
      const times = threadTimes(pid);
      if (times) this.#samples.push({ at: Date.now(), ...times, pressed: processorPressure() });
    };
    this.#timers = [setInterval(look, LOOK_EVERY), setInterval(sample, SAMPLE_EVERY)];
  }

  /** @param {import("../screens.js").Lobby} lobby */
  static async of(lobby) {
    return new Stalls(await processOf(lobby));
  }

  /** Forgets what was until now: the start is no part of the party. */
  begin() {
    this.#tasks = [];
  }

  /**
   * Runs something that holds the page up by itself.
   * @template T
   * @param {() => Promise<T>} act
   * @returns {Promise<T>}
   */
  async byUs(act) {
    const from = Date.now();
    const result = await act();
    this.#ours.push({ from, to: Date.now(), worst: 0 });
    return result;
  }

  /** Takes what the page has kept. @param {import("../screens.js").Lobby} lobby */
  async take(lobby) {
    const { zero, tasks, frames } = await lobby.evaluate(() => {
      const kept = /** @type {any} */ (window).longTasks;
      // Not the origin of the page's clock: the two run apart in a long night.
      return { zero: Date.now() - performance.now(), tasks: kept.tasks.splice(0), frames: kept.frames.splice(0) };
    });
    for (const { startTime, duration, phase } of tasks) {
      const around = frames.find(
        (/** @type {any} */ one) => one.startTime < startTime + duration && startTime < one.end,
      );
      const at = zero + startTime;
      const share = sharesOf(this.#samples, at, at + duration);
      this.#tasks.push({ at, ms: duration, ...share, phase, doing: around?.doing ?? "" });
    }
    // A task may be told of after the next one has begun.
    this.#samples = this.#samples.filter(({ at }) => at > Date.now() - KEPT_MS);
  }

  /** What the machine did in the last seconds, for the report of something that went wrong in them. */
  machineJustNow() {
    const since = Date.now() - JUST_NOW_MS;
    const lost = Math.max(0, ...this.#noise.filter(({ to }) => to > since).map(({ worst }) => worst));
    const { pressed } = sharesOf(this.#samples, since, Date.now());
    const short = Math.round((100 * pressed) / JUST_NOW_MS);
    return `an idle thread stopped for ${Math.round(lost)} ms, and processors were short for ${short} % of the time`;
  }

  /** What `judgeStalls` says about all of it; nothing is measured any more. */
  async end() {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#gauge.stop();
    return judgeStalls(this.#tasks, this.#noise, this.#ours);
  }
}

/**
 * What a thread had between two moments; between two samples it is taken as even.
 * @param {Sample[]} samples in order
 * @param {number} from
 * @param {number} to
 * @returns {Times}
 */
export function sharesOf(samples, from, to) {
  const [begin, end] = [timesAt(samples, from), timesAt(samples, to)];
  return { ran: end.ran - begin.ran, waited: end.waited - begin.waited, pressed: end.pressed - begin.pressed };
}

/** @param {Sample[]} samples @param {number} at @returns {Times} */
function timesAt(samples, at) {
  const next = samples.findIndex((sample) => sample.at >= at);
  const after = samples.at(next);
  const before = next > 0 ? samples[next - 1] : after;
  if (!before || !after) return { ran: 0, waited: 0, pressed: 0 };
  const part = after.at > before.at ? Math.min(1, (at - before.at) / (after.at - before.at)) : 0;
  const between = (/** @type {number} */ a, /** @type {number} */ b) => a + (b - a) * part;
  return {
    ran: between(before.ran, after.ran),
    waited: between(before.waited, after.waited),
    pressed: between(before.pressed, after.pressed),
  };
}

/**
 * What of a task the page has to answer for: what it worked, and what it stood still while there were processors to be
 * had.
 * @param {Task} task
 * @returns {number} ms
 */
function ownPart({ ms, ran, waited, pressed }) {
  const stood = Math.max(0, ms - ran - waited);
  return ran + stood * (1 - Math.min(1, pressed / ms));
}

/**
 * @param {Task[]} tasks
 * @param {Span[]} noise
 * @param {Span[]} ours when tasks are the soak's own doing
 * @returns {{lines: string[], tooLong: string[]}} all that is to tell, and what was too long
 */
export function judgeStalls(tasks, noise, ours) {
  const judged = tasks
    .filter(({ phase }) => JUDGED.has(phase))
    .filter((task) => !ours.some((span) => overlaps(task, span)))
    .map((task) => ({ ...task, own: ownPart(task), lost: worstDuring(task, noise) }))
    .sort((a, b) => b.own - a.own);
  const over = judged.filter(({ own }) => own > LONGEST_MS).length;
  const count = `${judged.length} tasks over 50 ms between the games, ${over} of them over ${LONGEST_MS} ms of their own`;
  const lines = [count, ...judged.slice(0, TOLD).map(lineOf)];
  const tooLong = judged.filter(({ own, lost }) => own > limit(LONGEST_MS, lost)).map(lineOf);
  return { lines, tooLong };
}

/** @param {Task & {own: number, lost: number}} task */
function lineOf({ ms, own, ran, waited, phase, lost, doing }) {
  const [all, busy, queued, its, idle] = [ms, ran, waited, own, lost].map(Math.round);
  const ratio = (own / Math.max(1, lost)).toFixed(1);
  const parts = `${all} ms, of which it worked ${busy}, waited ${queued} for a processor, and has to answer for ${its}`;
  return `${phase}: ${parts}, ${ratio} times what an idle thread stopped for (${idle} ms)${doing && `: ${doing}`}`;
}

/** @param {Task} task @param {Span} span */
function overlaps({ at, ms }, { from, to }) {
  return at < to && from < at + ms;
}

/** @param {Task} task @param {Span[]} noise */
function worstDuring(task, noise) {
  return Math.max(0, ...noise.filter((span) => overlaps(task, span)).map(({ worst }) => worst));
}
