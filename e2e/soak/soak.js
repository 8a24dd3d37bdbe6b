/**
 * The soak: a party of four bots on a real big screen, with shipped and hostile games, uploads and strangers, for as
 * long as one likes. Says every minute what the programs take, and at the end whether something grew or was lost.
 *
 * `cargo xtask soak` builds the host and calls this: `node e2e/soak/soak.js --minutes 10`.
 */

import { copyFileSync, existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { plugIn } from "../pads.js";
import { Party } from "../party.js";
import config from "../playwright.config.js";
import { Lobby } from "../screens.js";
import { BOTS, Bots, mash } from "./bots.js";
import { Ledger } from "./ledger.js";
import { measureDescendants, measureHost, measurePage } from "./measure.js";
import { Screen } from "./screen.js";
import { Strangers } from "./strangers.js";
import { Uploads } from "./uploads.js";
import { judgeGrowth } from "./verdict.js";

const ROOT = path.resolve(fileURLToPath(import.meta.url), "../../..");
/** Games of the project; the quick ones of the browser tests end sooner. */
const GAMES = ["button-masher", "bumper-arena", "v1-sdk", "v1-raw", "never-reports", "loops-forever", "busy-at-start"];
/** Folders of hostile games: all that lie in them come along. */
const HOSTILE = ["host/tests/hostile", "e2e/soak/hostile"];

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

  /**
   * @param {Party} party started
   * @param {import("@playwright/test").Browser} browser
   * @param {Set<string>} hostile ids of games
   * @param {number} minutes
   */
  constructor(party, browser, hostile, minutes) {
    this.party = party;
    this.browser = browser;
    this.#hostile = hostile;
    this.until = performance.now() + minutes * 60_000;
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
    this.screen.on("round", (round) => this.#ledger.told(round));
    this.screen.on("notice", (code) => this.#notices.set(code, (this.#notices.get(code) ?? 0) + 1));
    const lobby = await this.#open();
    this.lobby = lobby;
    const bots = new Bots(lobby, this.screen, this.#hostile, () => this.#rest(lobby));
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

  /** The big screen with its pads, and a second screen that listens. */
  async #open() {
    const { viewport } = config.use ?? {};
    const context = await this.browser.newContext({ viewport: viewport ?? null });
    const page = await context.newPage();
    context.on("page", () => this.#troubles.add("a game opened a window"));
    page.on("download", () => this.#troubles.add("a game began a download"));
    await plugIn(page, BOTS);
    await mash(page);
    await page.goto(this.party.url);
    const lobby = await Lobby.of(await this.browser.newBrowserCDPSession(), this.party.url);
    this.#document = await lobby.evaluate(whichDocument);
    const other = await this.browser.newContext();
    await this.screen.connect(await other.newPage(), this.party.url);
    return lobby;
  }

  async #bother() {
    if (this.lobby?.crashed) this.stop("the big screen's page crashed");
    this.strangers.fill();
    await this.strangers.bother();
    if (performance.now() - this.#lastRest > STUCK_AFTER) {
      this.stop(`the party is stuck: ${JSON.stringify(this.screen.round)}`);
    }
  }

  /** Between two rounds: nothing runs, so all can be measured and compared. */
  /** @param {Lobby} lobby */
  async #rest(lobby) {
    this.#lastRest = performance.now();
    const document = await lobby.evaluate(whichDocument);
    if (document !== this.#document) this.stop(`a game led the big screen away, or reloaded it: ${document}`);
    await this.#check();
    this.#samples.push(await this.#sample(lobby));
    if (performance.now() > this.until) this.#stop.abort();
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
    const rounds = [...this.#outcomes.values()].reduce((sum, count) => sum + count, 0);
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
      `  rounds ${rounds} (${list(this.#outcomes)}); notices (${list(this.#notices)}); ` +
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
    const bad = [
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

/** Puts all games into the party's folder; gives the ids of the hostile ones. @param {Party} party */
function layOutGames(party) {
  party.withGames(...GAMES);
  /** @type {Set<string>} */
  const hostile = new Set();
  for (const folder of HOSTILE.map((name) => path.join(ROOT, name)).filter(existsSync)) {
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".html"))) {
      copyFileSync(path.join(folder, name), path.join(party.games, name));
      hostile.add(name.replace(/\.html$/, ""));
    }
  }
  return hostile;
}

async function main() {
  const { values } = parseArgs({ options: { minutes: { type: "string", default: "10" } } });
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Error(`--minutes must be a number above 0, not ${values.minutes}`);
  if (!existsSync("/proc/self/status")) throw new Error("the soak measures by /proc: it runs on Linux only");
  const party = new Party();
  const hostile = layOutGames(party);
  /** @type {import("@playwright/test").Browser | null} */
  let browser = null;
  try {
    await party.start();
    const { launchOptions } = config.use ?? {};
    const ours = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
    browser = await chromium.launch({ ...launchOptions, headless: true, ...ours });
    const soak = new Soak(party, browser, hostile, minutes);
    for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
      process.once(signal, () => soak.stop(`stopped by ${signal}`));
    }
    console.log(`soak: ${minutes} min at ${party.url} with ${GAMES.length} games and ${hostile.size} hostile ones`);
    return (await soak.run()) ? 0 : 1;
  } finally {
    await browser?.close();
    await party.stop();
  }
}

process.exitCode = await main();
