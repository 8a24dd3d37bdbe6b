/** Four people who play: they take seats, vote, mash, rate, and end what goes on for too long. */

import { press } from "../pads.js";

/**
 * @typedef {import("./screen.js").Screen} Screen
 * @typedef {import("../screens.js").Lobby} Lobby
 * @typedef {import("@playwright/test").Page} Page
 */

/** Seats that the bots take. */
export const BOTS = 4;
/** When people would end a round by hand, in ms. */
const PATIENCE_MS = 45_000;
/** Pause between two looks at the screen, in ms. */
const LOOK_MS = 250;
/** One round in so many is begun by a vote, the others by a choice. */
const VOTE_EVERY = 3;
/** Cards that a bot walks over before it votes or locks in, at most. */
const WALK = 6;
/** Part of the choices that are favourites. */
const FAVOURED = 0.75;
/**
 * How people are.
 * @typedef {object} Manners
 * @property {number} voteEvery one round in so many is begun by a vote, the others by a choice
 * @property {number} walk cards that a bot walks over before it votes, at most; who walks over none is for a surprise
 * @property {number} patienceMs when they end a round by hand, in ms
 */
/** @type {Manners} */
const USUAL = { voteEvery: VOTE_EVERY, walk: WALK, patienceMs: PATIENCE_MS };

/** How long the screen may take to show what was clicked for, in ms. */
const ANSWERS_WITHIN = 3000;

/**
 * While a game runs, presses whatever there is, at random, from within the page.
 * @param {Page} page with pads plugged in, not loaded yet
 */
export async function mash(page) {
  await page.addInitScript(() => {
    if (window.top !== window) return;
    const MASH_MS = 90;
    // Options pauses the round, and the next presses would choose something there.
    const OPTIONS = 9;
    const pads = /** @type {any} */ (window).testPads;
    let mashed = false;
    setInterval(() => {
      const playing = document.body?.dataset.phase === "playing";
      if (!playing && !mashed) return;
      mashed = playing;
      for (const pad of pads) {
        pad.axes = pad.axes.map(() => (playing ? Math.random() * 2 - 1 : 0));
        pad.buttons = pad.buttons.map((/** @type {object} */ _, /** @type {number} */ button) => {
          const pressed = playing && button !== OPTIONS && Math.random() < 0.4;
          return { pressed, touched: pressed, value: pressed ? 1 : 0 };
        });
        pad.timestamp = performance.now();
      }
    }, MASH_MS);
  });
}

export class Bots {
  #playingSince = 0;
  #playing = "";
  /** Games that were chosen by hand so far, by id. @type {Map<string, number>} */
  #chosen = new Map();
  /** Rounds that were begun so far. */
  #begun = 0;

  /** Whether this lobby was already rested in. */
  #rested = false;

  /**
   * @param {Lobby} lobby
   * @param {Screen} screen
   * @param {Set<string>} favourites ids of the games that are chosen by hand most of the time
   * @param {() => Promise<void>} rest done once in each lobby, before the next round begins
   * @param {Partial<Manners>} [manners]
   */
  constructor(lobby, screen, favourites, rest, manners = {}) {
    this.lobby = lobby;
    this.screen = screen;
    this.favourites = favourites;
    this.rest = rest;
    this.manners = { ...USUAL, ...manners };
  }

  /** Plays until told to stop. @param {AbortSignal} stop */
  async play(stop) {
    while (!stop.aborted) {
      await this.#act();
      await new Promise((done) => setTimeout(done, LOOK_MS));
    }
  }

  async #act() {
    const { round, session } = this.screen;
    if (!session) return;
    if (round.phase !== "lobby") this.#rested = false;
    switch (round.phase) {
      case "lobby":
        return this.#lobby(session);
      case "vote":
        return this.#each(round.votesBySlot, async (pad) => {
          const steps = Math.floor(Math.random() * (this.manners.walk + 1));
          for (let n = 0; n < steps; n += 1) await press(this.lobby, pad, "right");
          await press(this.lobby, pad, "south");
        });
      case "results":
        return this.#each(
          round.readyBySlot.map((/** @type {boolean} */ ready) => ready || null),
          (pad) => press(this.lobby, pad, "south"),
        );
      case "rating":
        if (round.creatorBonus !== null) return;
        return this.#each(round.ratingsBySlot, (pad) => press(this.lobby, pad, Math.random() < 0.6 ? "south" : "east"));
      case "playing":
        return this.#watchTheClock(round);
    }
  }

  /** @param {Record<string, any>} session */
  async #lobby(session) {
    for (const pad of Array(BOTS).keys()) {
      const seat = session.playersBySlot.find((/** @type {any} */ one) => one.gamepadIndex === pad);
      if (seat?.lockedIn) continue;
      const steps = seat ? Math.floor(Math.random() * WALK) : 0;
      for (let n = 0; n < steps; n += 1) await press(this.lobby, pad, "right");
      await press(this.lobby, pad, "south");
      return;
    }
    if (this.screen.games.length === 0) return;
    if (!this.#rested) {
      this.#rested = true;
      await this.rest();
      return;
    }
    if (this.#begun % this.manners.voteEvery === 0) await this.#getReady();
    else await this.#choose();
  }

  /** Everybody gets ready, one press each; the vote begins by that. */
  async #getReady() {
    const phase = () => this.screen.round.phase;
    for (let pad = 0; pad < BOTS && phase() === "lobby"; pad += 1) {
      const seat = this.screen.session?.playersBySlot.find((/** @type {any} */ one) => one.gamepadIndex === pad);
      if (!this.screen.round.readyBySlot[seat?.slot]) await press(this.lobby, pad, "south");
    }
    if (phase() === "vote") this.#begun += 1;
  }

  /** The game that was chosen least often, by mouse. */
  async #choose() {
    const { games } = this.screen;
    const liked = games.filter(({ id }) => this.favourites.has(id));
    const shelf = liked.length > 0 && Math.random() < FAVOURED ? liked : games;
    const times = (/** @type {Record<string, any>} */ { id }) => this.#chosen.get(id) ?? 0;
    const least = Math.min(...shelf.map(times));
    const candidates = shelf.filter((game) => times(game) === least);
    const game = /** @type {Record<string, any>} */ (candidates[Math.floor(Math.random() * candidates.length)]);
    this.#chosen.set(game.id, least + 1);
    const card = (/** @type {number} */ place) => document.querySelectorAll("game-shelf .game-card-face")[place];
    if (!(await this.lobby.click(card, games.indexOf(game)))) return;
    const playNow = () => {
      const buttons = [...document.querySelectorAll("[role=dialog] button, dialog button")];
      return buttons.find((button) => button.textContent?.includes("Play now"));
    };
    if (!(await this.#until(() => this.lobby.click(playNow)))) return;
    this.#begun += 1;
    // It has begun, or was refused: then the next look chooses another one.
    await this.#until(async () => this.screen.round.phase !== "lobby");
  }

  /** Asks again until it is so, for a while. @param {() => Promise<boolean>} holds @returns {Promise<boolean>} */
  async #until(holds) {
    const deadline = performance.now() + ANSWERS_WITHIN;
    while (!(await holds())) {
      if (performance.now() > deadline) return false;
      await new Promise((done) => setTimeout(done, 50));
    }
    return true;
  }

  /**
   * For each bot whose part is still open.
   * @param {unknown[]} done by slot, `null` when open
   * @param {(pad: number) => Promise<void>} act
   */
  async #each(done, act) {
    const { phase } = this.screen.round;
    if ((await this.lobby.evaluate(() => document.body.dataset.input)) !== "open") return;
    for (const seat of this.screen.session?.playersBySlot ?? []) {
      // Somebody who pressed for the old phase must not press for the next one.
      if (this.screen.round.phase !== phase) return;
      if (seat.lockedIn && (done[seat.slot] ?? null) === null) await act(seat.gamepadIndex);
    }
  }

  /** @param {Record<string, any>} round */
  async #watchTheClock(round) {
    if (this.#playing !== round.id) {
      this.#playing = round.id;
      this.#playingSince = performance.now();
    }
    if (performance.now() - this.#playingSince <= this.manners.patienceMs) return;
    await this.lobby.key("Escape");
    const endRound = () =>
      [...document.querySelectorAll("[role=menuitem]")].find((item) => item.textContent?.includes("End round"));
    // The game may end just now by itself.
    await this.#until(async () => this.screen.round.phase !== "playing" || (await this.lobby.click(endRound)));
  }
}
