/**
 * Plays a round of a game at the speed of the machine: the game's own file, the real SDK, a page that draws nothing, a host
 * that ticks, and bots on the pads.
 *
 * A bot is `(view, slot, random, t, memory) => pad`:
 * - `view`: what the game publishes in `window.MARIBRO_GAME = { state: () => ({...}) }`; `null` when it publishes nothing. Bots
 *   look, they never write;
 * - `slot`: its seat; `random`: its own seeded numbers in [0, 1); `t`: ms since the round began (GO is at 3000);
 * - `memory`: an object of its own for the round;
 * - `pad`: what it holds now, e.g. `{ lx: 1, south: true }`; a button counts as pressed when it was not held before.
 */

import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { compileFunction } from "node:vm";
import { Page } from "./page.js";
import { seeded } from "./random.js";

const ROOT = path.resolve(fileURLToPath(import.meta.url), "../../../..");
export const GAMES = path.join(ROOT, "games");
const SDK_TAG = '<script src="/public/maribro-sdk.js"></script>';
const BUTTONS = "south east west north l1 r1 l2 r2 select start l3 r3 dup ddown dleft dright".split(" ");
/** A thumb is no faster. */
const BOT_STEP_MS = 1000 / 30;
const TICK_MS = 100;
/** Pads relayed by the host page have numbers from 200: the SDK then looks for no pad of its own. */
const RELAYED_PAD = 200;
/** How long the host waits after the clock is out, ms. */
const CLOSING_MS = 5000;

const PLAYERS = [
  ["knight-red", "Knight", "#E53935"],
  ["wizard-blue", "Wizard", "#1E88E5"],
  ["slime-green", "Slime", "#43A047"],
  ["banana-yellow", "Banana", "#FDD835"],
].map(([avatarId, name, color], slot) => ({ slot, avatarId, name, color }));

/** @typedef {Record<string, boolean | number | undefined>} Pad */
/** @typedef {(view: any, slot: number, random: () => number, t: number, memory: any) => Pad | undefined} Bot */

/** @typedef {{name: string, text: string, html: string, run: Function | null, names: string[], script: string}} Game */

/** @type {Map<string, Game>} */
const loaded = new Map();

/** Reads and takes apart `games/<name>.html`. @param {string} name @returns {Game} */
export function loadGame(name) {
  const known = loaded.get(name);
  if (known) return known;
  const game = gameFrom(name, readFileSync(path.join(GAMES, `${name}.html`), "utf8"));
  loaded.set(name, game);
  return game;
}

/** @param {string} name @param {string} text of the file @returns {Game} */
export function gameFrom(name, text) {
  // Everything but the scripts' code becomes blank, line by line: errors then name the file's own lines.
  let script = "";
  let from = 0;
  for (const match of text.matchAll(/<script>([\s\S]*?)<\/script>/g)) {
    const start = match.index + "<script>".length;
    script += text.slice(from, start).replace(/[^\n]/g, "") + match[1];
    from = start + match[1].length;
  }
  const html = text.replace(SDK_TAG, "").replace(/<script>[\s\S]*?<\/script>/g, "");
  return { name, text, html, script, run: null, names: [] };
}

/** @type {{run: Function, names: string[]} | null} */
let sdk = null;

/** @param {any} window */
function runSdk(window) {
  if (!sdk) {
    const file = path.join(ROOT, "sdk/maribro-sdk.js");
    const names = Object.keys(window);
    sdk = { run: compileFunction(readFileSync(file, "utf8"), names, { filename: file }), names };
  }
  sdk.run.apply(
    window,
    sdk.names.map((name) => window[name]),
  );
}

/** By this name a game makes its picture. */
const DRAW = "\nfunction draw(";
/** Lets a round be played without its pictures, which take half of the time. `shelf.js` holds that they decide nothing. */
const GATE = "{ const drawn = draw; draw = (...args) => { if (!window.isBlind) drawn(...args); }; }";

/** Compiled once, so that the hundredth round runs warm. @param {Game} game @param {any} window */
function runGame(game, window) {
  if (!game.run) {
    game.names = Object.keys(window);
    // The braces let a game name its own things as it likes.
    game.run = compileFunction(`"use strict";{${game.script}\n${game.script.includes(DRAW) ? GATE : ""}}`, game.names, {
      filename: path.join(GAMES, `${game.name}.html`),
    });
  }
  game.run.apply(
    window,
    game.names.map((name) => window[name]),
  );
}

/**
 * @typedef {object} Options
 * @property {number[]} [seats] active slots; all four when not given
 * @property {Bot | (Bot | undefined)[]} [bots] one for all seats, or one a slot; without a bot nobody touches the pad
 * @property {number} [seed] of the round and the bots
 * @property {number} [mathSeed] of `Math.random` in the game
 * @property {number} [fps]
 * @property {boolean} [sound] true unless said otherwise; bot rounds are quicker without
 * @property {boolean} [reducedMotion]
 * @property {number} [forceEndAt] ms after which the host ends the round
 * @property {number} [watchFrom] ms from which what is seen and heard goes into `seen`
 * @property {number} [stopAt] ms after which the test has seen enough
 * @property {boolean} [blind] nothing is drawn before `watchFrom`: quicker
 * @property {boolean} [inspect] collects `transforms` and `fonts`
 */

/**
 * @typedef {object} Result
 * @property {number[] | null} scores as reported; null when the game did not
 * @property {number} endedAt ms since ready
 * @property {{phase: string, at: number}[]} phases
 * @property {{slot: number, at: number}[]} rumbles
 * @property {boolean} forced the host had to end it
 * @property {unknown[]} errors
 * @property {string[]} console
 * @property {number} seen
 * @property {Page} page
 * @property {any} view what the game published at the end
 */

/** @param {Game} game @param {Options} [options] @returns {Promise<Result>} */
export async function playRound(game, options = {}) {
  const {
    seats = [0, 1, 2, 3],
    bots,
    seed = 1,
    fps = 60,
    sound = true,
    reducedMotion,
    forceEndAt = Infinity,
  } = options;
  const { watchFrom = Infinity, stopAt = Infinity, mathSeed = 1 } = options;
  const result = /** @type {Result} */ (
    /** @type {any} */ ({
      scores: null,
      endedAt: 0,
      phases: [],
      rumbles: [],
      forced: false,
      view: null,
    })
  );
  let readyAt = -1;
  const watched = watchFrom < Infinity || options.inspect;
  const page = new Page({ html: game.html, onPost, watched, reducedMotion, mathSeed });
  const { clock, window } = page;
  Object.assign(result, { page, errors: page.errors, console: page.console });

  /** @param {string} type @param {any} payload */
  function onPost(type, payload) {
    const at = readyAt < 0 ? 0 : clock.now - readyAt;
    if (type === "maribro:ready") readyAt = clock.now;
    else if (type === "maribro:phase") result.phases.push({ phase: payload.phase, at });
    else if (type === "maribro:game_end") {
      result.scores ??= payload.scoresBySlot;
      result.endedAt ||= at;
    } else if (type === "maribro:effect") {
      result.rumbles.push({ slot: payload.slot, at });
      page.see(`effect ${JSON.stringify(payload)}`);
    }
  }

  runSdk(window);
  runGame(game, window);
  const maxDurationSec = Number(/<meta name="maxDurationSec" content="(\d+)">/.exec(game.text)?.[1] ?? 30);
  page.say("audio_config", { enabled: sound, masterVolume: 0.3 });
  page.say("init", {
    sessionId: "test",
    slotToGamepadIndex: [0, 1, 2, 3].map((slot) => (seats.includes(slot) ? RELAYED_PAD + slot : -1)),
    playersBySlot: PLAYERS.filter(({ slot }) => seats.includes(slot)),
    activeSlots: seats,
    maxDurationSec,
    startedAtMs: 0,
    seed,
  });

  const hands = seats.map((slot) => ({
    slot,
    bot: Array.isArray(bots) ? bots[slot] : bots,
    random: seeded(seed * 4 + slot + 1),
    memory: {},
    pad: /** @type {Pad} */ ({}),
    state: { gamepadIndex: RELAYED_PAD + slot, axes: [0, 0, 0, 0], buttons: zeros(), presses: zeros() },
  }));
  // As the lobby does it: the pads are there, at rest, before anybody presses.
  page.say("pads", { bySlot: bySlot(hands) });
  let nextTick = clock.now + TICK_MS;
  let nextMove = clock.now;
  for (let n = 1; result.scores === null; n++) {
    const until = 1000 + (n * 1000) / fps;
    while (nextTick <= until) {
      await clock.runTimers(nextTick);
      const left = maxDurationSec * 1000 - (clock.now - readyAt);
      page.say("tick", { nowMs: clock.now, timeRemainingMs: Math.max(0, left) });
      if (!result.forced && (left <= 0 || clock.now - readyAt >= forceEndAt)) {
        result.forced = true;
        page.say("force_end", { reason: left <= 0 ? "timeout" : "host" });
      }
      if (left < -CLOSING_MS) return result;
      nextTick += TICK_MS;
    }
    await clock.runTimers(until);
    const t = clock.now - readyAt;
    if (t >= stopAt) break;
    page.watching = t >= watchFrom;
    window.isBlind = options.blind && !page.watching;
    if (clock.now >= nextMove) {
      nextMove += BOT_STEP_MS;
      const view = window.MARIBRO_GAME?.state() ?? null;
      let touched = false;
      for (const hand of hands) {
        if (hand.bot && take(hand, hand.bot(view, hand.slot, hand.random, t, hand.memory) ?? {})) touched = true;
      }
      if (touched) page.say("pads", { bySlot: bySlot(hands) });
    }
    await clock.runFrame();
    page.seeDocument();
  }
  result.view = window.MARIBRO_GAME?.state() ?? null;
  result.seen = page.seen;
  return result;
}

const zeros = () => /** @type {number[]} */ (new Array(17).fill(0));

/** @typedef {{slot: number, pad: Pad, state: {axes: number[], buttons: number[], presses: number[]}}} Hand */

/** A new state of a pad; false when it is as before. @param {Hand} hand @param {Pad} pad */
function take(hand, pad) {
  if (!isOther(pad, hand.pad)) return false;
  hand.pad = { ...pad };
  const { lx = 0, ly = 0, rx = 0, ry = 0 } = /** @type {Record<string, number>} */ (pad);
  const buttons = zeros();
  const presses = hand.state.presses.slice();
  BUTTONS.forEach((name, b) => {
    buttons[b] = Number(pad[name] ?? 0);
    if (buttons[b] > 0.5 && hand.state.buttons[b] <= 0.5) presses[b]++;
  });
  hand.state = Object.assign({}, hand.state, { axes: [lx, ly, rx, ry], buttons, presses });
  return true;
}

/** Bots hold few things at a time: only those are compared. What is not named is at rest. @param {Pad} pad @param {Pad} last */
function isOther(pad, last) {
  for (const name in pad) if ((pad[name] || 0) !== (last[name] || 0)) return true;
  for (const name in last) if (last[name] && !pad[name]) return true;
  return false;
}

/** @param {Hand[]} hands */
function bySlot(hands) {
  /** @type {(object | null)[]} */
  const states = [null, null, null, null];
  for (const { slot, state } of hands) states[slot] = state;
  return states;
}
