/**
 * Every game of the shelf in one party: four bots that know the games vote for a surprise each time, which is a game
 * that was not played yet, until all were. Each has to report by itself and to be seen, and most have to be really played:
 * not everybody at zero.
 */

import { mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Bots } from "./bots.js";
import { variety } from "./eye.js";
import { Players } from "./players.js";

/** Part of the games in which nobody may have a point: some are hard for bots on a busy machine. */
const MAY_BE_EMPTY = 0.25;
/** When a round is looked at, in parts of its length. */
const PICTURES_AT = [0.25, 0.5];
/** Part of a picture's points that must have another colour than most: the plainest game has eight times as many. */
const LEAST_VARIETY = 0.05;
/** A round that lasts longer than its length and all windows has hung, in ms. */
const ROUND_MS = 120_000;
const GAMES = path.resolve(fileURLToPath(import.meta.url), "../../../games");

/** Names of all shipped games, without the templates. */
export function shippedGames() {
  const files = readdirSync(GAMES).filter((file) => file.endsWith(".html") && !file.startsWith("_"));
  return files.map((file) => path.basename(file, ".html"));
}

export class EveryGame {
  #stop = new AbortController();
  /** @type {Set<string>} */
  #troubles = new Set();
  /** When the round was first seen playing, by its id. @type {Map<string, number>} */
  #begun = new Map();
  /** Id of the game that was begun last. */
  #last = "";
  /** How long each round was played, by its id. @type {Map<string, number>} */
  #took = new Map();

  /**
   * @param {import("../party.js").Party} party started, with all the games
   * @param {import("./stage.js").Stage} stage
   * @param {{stalls: import("./stalls.js").Stalls, table: import("@playwright/test").Page, pictures: string}} options
   *   `table`: a page to look at pictures on; `pictures`: a folder to keep them in
   */
  constructor(party, { page, lobby, screen }, { stalls, table, pictures }) {
    this.party = party;
    this.page = page;
    this.lobby = lobby;
    this.screen = screen;
    this.stalls = stalls;
    this.table = table;
    this.pictures = pictures;
    this.games = shippedGames();
  }

  /** Ends it before its time. @param {string} why */
  stop(why) {
    this.#troubles.add(why);
    this.#stop.abort();
  }

  /** Plays them all; whether all is well. */
  async run() {
    mkdirSync(this.pictures, { recursive: true });
    const { signal } = this.#stop;
    this.screen.on("round", (round) => this.#note(round));
    this.screen.on("notice", (code) => {
      this.#troubles.add(`the screen said ${code} of ${this.#last}, while ${this.stalls.machineJustNow()}`);
    });
    this.page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.#troubles.add(`console: ${message.text()}`);
    });
    // Nobody walks: a surprise draws what was not played yet.
    const manners = { voteEvery: 1, walk: 0, patienceMs: Number.POSITIVE_INFINITY };
    const bots = new Bots(this.lobby, this.screen, new Set(), () => this.#rest(), manners);
    const failed = (/** @type {Error} */ error) => {
      if (!signal.aborted) this.stop(error.stack ?? String(error));
    };
    await Promise.all([
      bots.play(signal).catch(failed),
      new Players(this.page, this.screen).play(signal).catch(failed),
      this.#photograph().catch(failed),
    ]);
    return this.#conclude();
  }

  /** @param {Record<string, any>} round */
  #note({ id, phase, game, remainingMs }) {
    const now = performance.now();
    if (phase === "playing" && !this.#begun.has(id)) {
      this.#begun.set(id, now);
      this.#last = game.id;
      console.log(`${game.id}: ${Math.round((remainingMs ?? 0) / 1000)} s`);
    }
    const begun = this.#begun.get(id);
    if (phase === "results" && begun !== undefined && !this.#took.has(id)) this.#took.set(id, now - begun);
  }

  /** Between two rounds. */
  async #rest() {
    const { session } = await this.party.get("/api/session");
    await this.stalls.take(this.lobby);
    if (session.history.length === 0) this.stalls.begin();
    if (session.history.length >= this.games.length) this.#stop.abort();
  }

  /** Pictures of each game in mid-play, and a look whether it goes on for ever. */
  async #photograph() {
    const { signal } = this.#stop;
    /** @type {Map<string, number>} */
    const taken = new Map();
    while (!signal.aborted) {
      const { round } = this.screen;
      const begun = this.#begun.get(round.id);
      const count = taken.get(round.id) ?? 0;
      if (round.phase === "playing" && begun !== undefined) {
        const played = performance.now() - begun;
        if (played > ROUND_MS) this.stop(`${round.game.id} goes on for ever`);
        const next = PICTURES_AT[count];
        if (next !== undefined && played >= next * round.game.maxDurationSec * 1000) {
          taken.set(round.id, count + 1);
          const file = path.join(this.pictures, `${round.game.id}-${count + 1}.png`);
          const shown = await variety(this.table, await this.page.screenshot({ path: file }));
          if (shown < LEAST_VARIETY) this.#troubles.add(`${round.game.id} shows nothing: ${file}`);
        }
      }
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  async #conclude() {
    const { session } = await this.party.get("/api/session");
    const { lines, tooLong } = await this.stalls.end();
    /** @type {string[]} */
    const empty = [];
    for (const { gameId, roundId, outcome, scoresBySlot } of session.history) {
      const seconds = ((this.#took.get(roundId) ?? 0) / 1000).toFixed(0);
      console.log(`  ${gameId}: ${outcome} after ${seconds} s, scores ${scoresBySlot.join(" ")}`);
      if (outcome !== "reported") this.#troubles.add(`${gameId} ended as ${outcome}`);
      if (scoresBySlot.every((/** @type {number} */ score) => score === 0)) empty.push(gameId);
    }
    const played = session.history.map((/** @type {any} */ { gameId }) => gameId).sort();
    if (`${played}` !== `${[...this.games].sort()}`) this.#troubles.add(`played: ${played}`);
    if (empty.length > MAY_BE_EMPTY * this.games.length)
      this.#troubles.add(`nobody had a point in ${empty.join(", ")}`);
    for (const line of lines) console.log(`  ${line}`);
    const bad = [
      ...[...this.#troubles].map((line) => `trouble: ${line}`),
      ...tooLong.map((line) => `held up: ${line}`),
      ...this.party.warnings.map((line) => `logged: ${line}`),
    ];
    for (const line of bad) console.log(line);
    console.log(`pictures: ${this.pictures}`);
    console.log(bad.length === 0 ? `soak: passed, ${played.length} games` : `soak: FAILED, ${bad.length} findings`);
    return bad.length === 0;
  }
}
