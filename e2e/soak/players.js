/** Four people who know the shipped games: the bots of `games/bots`, at the pads of the big screen. */

import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { randomBot } from "../../games/bots/random.js";
import { BUTTON } from "../pads.js";

/**
 * @typedef {import("../../games/tests/harness/round.js").Bot} Bot
 * @typedef {import("../../games/tests/harness/round.js").Pad} Pad
 * @typedef {import("@playwright/test").Page} Page
 */

const BOTS_FOLDER = path.resolve(fileURLToPath(import.meta.url), "../../../games/bots");
/** Pause between two looks at a game, in ms: thumbs are no faster. */
const STEP_MS = 33;
/** The bots' names of the d-pad's buttons. */
const DPAD = /** @type {const} */ ({ dup: "up", ddown: "down", dleft: "left", dright: "right" });

/**
 * The bot that plays a game properly; a random one for games that have none.
 * @param {string} id
 * @returns {Promise<Bot>}
 */
async function botFor(id) {
  const file = path.join(BOTS_FOLDER, `${id}.js`);
  return existsSync(file) ? (await import(file)).scripted : randomBot;
}

/** What a bot holds, as the page's pads have it. @param {Pad} [pad] */
function stateOf(pad = {}) {
  const { lx = 0, ly = 0 } = pad;
  const buttons = Array(18).fill(0);
  for (const [name, index] of Object.entries(BUTTON)) buttons[index] = Number(pad[name] ?? 0);
  for (const [name, button] of Object.entries(DPAD)) buttons[BUTTON[button]] = Number(pad[name] ?? 0);
  return { axes: [Number(lx), Number(ly), 0, 0], buttons };
}

export class Players {
  /**
   * @param {Page} page with pads plugged in
   * @param {import("./screen.js").Screen} screen
   */
  constructor(page, screen) {
    this.page = page;
    this.screen = screen;
  }

  /** Plays until told to stop. @param {AbortSignal} stop */
  async play(stop) {
    while (!stop.aborted) {
      if (this.#isOn()) await this.#playRound();
      await new Promise((done) => setTimeout(done, STEP_MS));
    }
  }

  #isOn() {
    return this.screen.round.phase === "playing";
  }

  /** From the game's begin to its end. */
  async #playRound() {
    const { id, game } = this.screen.round;
    const bot = await botFor(game.id);
    const begun = performance.now();
    const memories = [{}, {}, {}, {}];
    while (this.#isOn() && this.screen.round.id === id) {
      const view = await this.#look(game.filename);
      // The round may have ended meanwhile: what is held now would walk about in the lobby.
      if (!this.#isOn()) break;
      /** @type {Record<number, ReturnType<typeof stateOf>>} */
      const held = {};
      for (const { slot, gamepadIndex, lockedIn } of this.screen.session?.playersBySlot ?? []) {
        if (!lockedIn) continue;
        held[gamepadIndex] = stateOf(bot(view, slot, Math.random, performance.now() - begun, memories[slot]));
      }
      await this.#hold(held);
      await new Promise((done) => setTimeout(done, STEP_MS));
    }
    await this.#hold(Object.fromEntries([0, 1, 2, 3].map((pad) => [pad, stateOf()])));
  }

  /** What the game tells bots; null when it is not there. @param {string} filename */
  async #look(filename) {
    const frame = this.page
      .frames()
      .find((one) => new URL(one.url() || "about:blank").pathname === `/games/${filename}`);
    try {
      return (await frame?.evaluate(() => /** @type {any} */ (window).MARIBRO_GAME?.state() ?? null)) ?? null;
    } catch (error) {
      // The round may end while it is looked at; an error of a game that goes on is one.
      if (this.#isOn() && !/detached|destroyed|closed/.test(String(error))) throw error;
      return null;
    }
  }

  /** @param {Record<number, ReturnType<typeof stateOf>>} held by pad */
  async #hold(held) {
    await this.page.evaluate((held) => {
      for (const [pad, { axes, buttons }] of Object.entries(held)) {
        const target = /** @type {any} */ (window).testPads[Number(pad)];
        target.axes = axes;
        target.buttons = buttons.map((value) => ({ pressed: value > 0.5, touched: value > 0, value }));
        target.timestamp = performance.now();
      }
    }, held);
  }
}
