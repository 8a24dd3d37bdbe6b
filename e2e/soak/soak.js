/**
 * The soak: a party of four bots on a real big screen, with shipped and hostile games, uploads and strangers, for as
 * long as one likes. Says every minute what the programs take, and at the end whether something grew, was lost, or held
 * the screen up.
 *
 * `cargo xtask soak` builds the host and calls this with its own options: `node e2e/soak/soak.js --minutes 10`.
 *
 * - `--rounds N`: for so many rounds, in the place of minutes
 * - `--calm`: quick ordinary games only
 * - `--every-game`: each shipped game once, played by the bots that know it (`every-game.js`); `--pictures FOLDER` for what it looked
 *   like, `--length F` for shorter rounds, as in the settings
 */

import { copyFileSync, existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { Party } from "../party.js";
import config from "../playwright.config.js";
import { Bots, mash } from "./bots.js";
import { EveryGame, shippedGames } from "./every-game.js";
import { Ledger } from "./ledger.js";
import { measureDescendants, measureHost, measurePage } from "./measure.js";
import { Screen } from "./screen.js";
import { openStage } from "./stage.js";
import { Stalls } from "./stalls.js";
import { Strangers } from "./strangers.js";
import { Uploads } from "./uploads.js";
import { judgeGrowth } from "./verdict.js";

const ROOT = path.resolve(fileURLToPath(import.meta.url), "../../..");
/** Games of the project; the quick ones of the browser tests end sooner. */
const GAMES = ["button-masher", "bumper-arena", "v1-sdk", "v1-raw", "never-reports", "loops-forever", "busy-at-start"];
/** Games of a calm party: over as soon as everybody mashes. */
const CALM_GAMES = ["v1-sdk", "v1-raw", "first-press", "busy-at-start"];
/** Folders of hostile games: all that lie in them come along. */
const HOSTILE = ["host/tests/hostile", "e2e/soak/hostile"];

/** How long, unless something else is said. */
const MINUTES = 10;
/** Pauses, in ms. */
const UPLOAD_EVERY = 6000;
const BOTHER_EVERY = 3000;
const REPORT_EVERY = 60_000;
/** Longest time from one lobby to the next before the party counts as stuck: the longest vote, round, rating. In ms. */
const STUCK_AFTER = 180_000;
/** How long the processes of a game that was removed may take to end before memory is measured. In ms. */
const PROCESSES_END = 2000;
/** The browser keeps some in reserve. */
const PROCESSES_IN_RESERVE = 1;
/** Within what time the file must be what the host tells. In ms. */
const WRITTEN_WITHIN = 10_000;

/** What the host may well log at warn or above in a soak, with the reason. @type {RegExp[]} */
const EXPECTED_LOG = [];

/** Runs in the page: its address, and when it was loaded. */
const whichDocument = () => `${location.href} at ${performance.timeOrigin}`;

/** @typedef {import("../screens.js").Lobby} Lobby */

class Soak {
  #stop = new AbortController();
  #ledger = new Ledger();
  /** @type {import("./verdict.js").Sample[]} */
  #samples = [];
  /** Outcomes that the history has, and notices. @type {Map<string, number>} */
  #outcomes = new Map();
  /** Ids of the hostile games. @type {Set<string>} */
  #hostile;
  /** @type {Map<string, number>} */
  #notices = new Map();
  /** What must not happen at all. @type {Set<string>} */
  #troubles = new Set();
  #lastRest = performance.now();
  /** The big screen's document; it must stay the same one. */
  #document = "";
  #fewestProcesses = Number.POSITIVE_INFINITY;
  #started = performance.now();
  /** @type {Stalls | null} */
  #stalls = null;

  /**
   * @param {Party} party started
   * @param {import("@playwright/test").Browser} browser
   * @param {Set<string>} hostile ids of games
   * @param {{minutes: number, rounds: number}} length whichever comes first
   */
  constructor(party, browser, hostile, { minutes, rounds }) {
    this.party = party;
    this.browser = browser;
    this.#hostile = hostile;
    this.until = performance.now() + minutes * 60_000;
    this.rounds = rounds;
    this.screen = new Screen();
    this.uploads = new Uploads(party);
    this.strangers = new Strangers(party.url);
  }

  /** Ends it before its time. @param {string} why */
  stop(why) {
    this.#troubles.add(why);
    this.#stop.abort();
  }

  /** Runs to the end; whether all is well. */
  async run() {
    const { context, lobby, screen } = await openStage(this.browser, this.party.url, async (page) => {
      page.on("download", () => this.#troubles.add("a game began a download"));
      await mash(page);
    });
    context.on("page", () => this.#troubles.add("a game opened a window"));
    this.lobby = lobby;
    this.screen = screen;
    this.#stalls = await Stalls.of(lobby);
    screen.on("round", (round) => this.#ledger.told(round));
    screen.on("notice", (code) => this.#notices.set(code, (this.#notices.get(code) ?? 0) + 1));
    this.#document = await lobby.evaluate(whichDocument);
    const bots = new Bots(lobby, screen, this.#hostile, () => this.#rest(lobby));
    const { signal } = this.#stop;
    const failed = (/** @type {Error} */ error) => {
      if (!signal.aborted) this.stop(error.stack ?? String(error));
    };
    await Promise.all([
      bots.play(signal).catch(failed),
      this.#every(UPLOAD_EVERY, () => this.uploads.send()).catch(failed),
      this.#every(BOTHER_EVERY, () => this.#bother()).catch(failed),
      this.#every(REPORT_EVERY, async () => this.#report()).catch(failed),
    ]);
    this.strangers.end();
    return this.#conclude();
  }

  async #bother() {
    if (this.lobby?.crashed) this.stop("the big screen's page crashed");
    this.strangers.fill();
    await this.strangers.bother();
    if (performance.now() - this.#lastRest > STUCK_AFTER) {
      this.stop(`the party is stuck: ${JSON.stringify(this.screen.round)}`);
    }
  }

  /** Between two rounds: nothing runs, so all can be measured and compared. @param {Lobby} lobby */
  async #rest(lobby) {
    this.#lastRest = performance.now();
    const document = await lobby.evaluate(whichDocument);
    if (document !== this.#document) this.stop(`a game led the big screen away, or reloaded it: ${document}`);
    await this.#check();
    const stalls = /** @type {Stalls} */ (this.#stalls);
    await stalls.take(lobby);
    if (this.#samples.length === 0) stalls.begin();
    this.#samples.push(await stalls.byUs(() => this.#sample(lobby)));
    await stalls.take(lobby);
    if (performance.now() > this.until || this.#played() >= this.rounds) this.#stop.abort();
  }

  /** Rounds so far. */
  #played() {
    return [...this.#outcomes.values()].reduce((sum, count) => sum + count, 0);
  }

  /** @param {Lobby} lobby */
  async #sample(lobby) {
    const deadline = performance.now() + PROCESSES_END;
    let browser = measureDescendants(process.pid, this.party.pid);
    while (browser.processes > this.#fewestProcesses + PROCESSES_IN_RESERVE && performance.now() < deadline) {
      await new Promise((done) => setTimeout(done, 100));
      browser = measureDescendants(process.pid, this.party.pid);
    }
    this.#fewestProcesses = Math.min(this.#fewestProcesses, browser.processes);
    const page = await measurePage(lobby);
    return { ...measureHost(this.party.pid), browserBytes: browser.bytes, ...page };
  }

  async #check() {
    const deadline = performance.now() + WRITTEN_WITHIN;
    let { session } = await this.party.get("/api/session");
    // A round that ended in a crash is written down while the lobby is shown already.
    while (JSON.stringify(this.party.sessionFile()) !== JSON.stringify(session)) {
      if (performance.now() > deadline) {
        this.#ledger.losses.add("session.json is not what the host tells");
        break;
      }
      ({ session } = await this.party.get("/api/session"));
    }
    this.#ledger.check(session.history, this.screen.round.id);
    this.#outcomes.clear();
    for (const { outcome } of session.history) this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
    // A hostile game must not take others with it.
    for (const { gameId, outcome, playedAt } of session.history) {
      if (!this.#hostile.has(gameId) && (outcome === "hung" || outcome === "crashed"))
        this.#troubles.add(`${gameId}, an ordinary game, ended as ${outcome} at ${playedAt}`);
    }
    for (const problem of this.screen.problems) this.#troubles.add(`the screen says ${problem}`);
  }

  /** @param {number} pause @param {() => Promise<unknown>} act */
  async #every(pause, act) {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await new Promise((done) => {
        const timer = setTimeout(() => done(signal.removeEventListener("abort", finish)), pause);
        const finish = () => done(clearTimeout(timer));
        signal.addEventListener("abort", finish, { once: true });
      });
      if (!signal.aborted) await act();
    }
  }

  #unexpectedLog() {
    return this.party.warnings.filter((line) => !EXPECTED_LOG.some((expected) => expected.test(line)));
  }

  #losses() {
    return [...this.#ledger.losses, ...this.uploads.losses];
  }

  #report() {
    const MB = 1024 * 1024;
    const last = this.#samples.at(-1);
    const minutes = ((performance.now() - this.#started) / 60_000).toFixed(1);
    const list = (/** @type {Map<string, number>} */ counts) => [...counts].map(([k, n]) => `${k} ${n}`).join(", ");
    const { opened, closed, requests } = this.strangers.counts;
    const { accepted, refused } = this.uploads;
    if (last) {
      console.log(
        `${minutes} min: host ${(last.hostBytes / MB).toFixed(1)} MB, ${last.hostFiles} files, ${last.hostThreads} threads; ` +
          `browser ${(last.browserBytes / MB).toFixed(0)} MB; page ${(last.heapBytes / MB).toFixed(1)} MB, ` +
          `${last.nodes} nodes, ${last.listeners} listeners`,
      );
    }
    console.log(
      `  rounds ${this.#played()} (${list(this.#outcomes)}); notices (${list(this.#notices)}); ` +
        `uploads ${accepted} (${refused.length} refused); strangers ${opened} connections, ${closed} closed by the ` +
        `host, ${requests} requests; losses ${this.#losses().length}; unexpected log lines ${this.#unexpectedLog().length}`,
    );
  }

  async #conclude() {
    await this.uploads.check().catch((error) => this.#troubles.add(`the uploads cannot be looked at: ${error}`));
    if (this.uploads.accepted === 0) this.#troubles.add(`no upload was accepted: ${this.uploads.refused}`);
    this.#report();
    const { lines, grown } = judgeGrowth(this.#samples);
    console.log(`\nMedians of the first and the last third of ${this.#samples.length} samples between rounds:`);
    for (const line of lines) console.log(`  ${line}`);
    const { lines: stalls, tooLong } = (await this.#stalls?.end()) ?? { lines: [], tooLong: [] };
    for (const line of stalls) console.log(`  ${line}`);
    const bad = [
      ...tooLong.map((line) => `held up: ${line}`),
      ...grown.map((line) => `grew: ${line}`),
      ...this.#losses().map((line) => `lost: ${line}`),
      ...[...this.#troubles].map((line) => `trouble: ${line}`),
      ...this.#unexpectedLog().map((line) => `logged: ${line}`),
    ];
    for (const line of bad) console.log(line);
    console.log(bad.length === 0 ? "soak: passed, no growth and no loss" : `soak: FAILED, ${bad.length} findings`);
    return bad.length === 0;
  }
}

/**
 * Puts a soak's games into the party's folder; gives the ids of the hostile ones.
 * @param {Party} party
 * @param {boolean} calm
 */
function layOutGames(party, calm) {
  /** @type {Set<string>} */
  const hostile = new Set();
  party.withGames(...(calm ? CALM_GAMES : GAMES));
  if (calm) return hostile;
  for (const folder of HOSTILE.map((name) => path.join(ROOT, name)).filter(existsSync)) {
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".html"))) {
      copyFileSync(path.join(folder, name), path.join(party.games, name));
      hostile.add(name.replace(/\.html$/, ""));
    }
  }
  return hostile;
}

function options() {
  const text = /** @type {const} */ ({ type: "string" });
  const flag = /** @type {const} */ ({ type: "boolean", default: false });
  const { values } = parseArgs({
    options: { minutes: text, rounds: text, calm: flag, "every-game": flag, pictures: text, length: text },
  });
  const number = (/** @type {"minutes" | "rounds" | "length"} */ name, /** @type {number} */ otherwise) => {
    const value = Number(values[name] ?? otherwise);
    if (!(value > 0)) throw new Error(`--${name} must be a number above 0, not ${values[name]}`);
    return value;
  };
  const rounds = number("rounds", Number.POSITIVE_INFINITY);
  const minutes = number("minutes", values.rounds === undefined ? MINUTES : Number.POSITIVE_INFINITY);
  const pictures = path.resolve(values.pictures ?? path.join(ROOT, "target/soak-pictures"));
  const { calm, "every-game": everyGame } = values;
  return { minutes, rounds, calm, everyGame, pictures, lengthFactor: number("length", 1) };
}

/**
 * @param {Party} party
 * @param {import("@playwright/test").Browser} browser
 * @param {{pictures: string, lengthFactor: number}} options
 */
async function everyGame(party, browser, { pictures, lengthFactor }) {
  const stage = await openStage(browser, party.url);
  await stage.screen.send("change_settings", { lengthFactor });
  const [stalls, table] = [await Stalls.of(stage.lobby), await browser.newPage()];
  return new EveryGame(party, stage, { stalls, table, pictures });
}

async function main() {
  const wanted = options();
  if (!existsSync("/proc/self/status")) throw new Error("the soak measures by /proc: it runs on Linux only");
  const party = new Party();
  const hostile = wanted.everyGame ? new Set() : layOutGames(party, wanted.calm);
  if (wanted.everyGame) party.withGames(...shippedGames());
  /** @type {import("@playwright/test").Browser | null} */
  let browser = null;
  try {
    await party.start();
    const { launchOptions } = config.use ?? {};
    const ours = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
    browser = await chromium.launch({ ...launchOptions, headless: true, ...ours });
    const soak = wanted.everyGame ? await everyGame(party, browser, wanted) : new Soak(party, browser, hostile, wanted);
    for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
      process.once(signal, () => soak.stop(`stopped by ${signal}`));
    }
    const games = readdirSync(party.games).length;
    console.log(`soak: at ${party.url} with ${games - hostile.size} games and ${hostile.size} hostile ones`);
    return (await soak.run()) ? 0 : 1;
  } finally {
    await browser?.close();
    await party.stop();
  }
}

process.exitCode = await main();
