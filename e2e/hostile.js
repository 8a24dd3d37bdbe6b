/**
 * A party that is attacked: the games of `host/tests/hostile`, one after the other, in one lobby that is never reloaded.
 * After each of them the party must be as it was, and the next game must play and score.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, expect } from "@playwright/test";
import { limit, NoiseGauge } from "./noise.js";
import { plugIn, press } from "./pads.js";
import { Party } from "./party.js";
import config from "./playwright.config.js";
import { Lobby, Remote } from "./screens.js";
import { STRANGER, Stranger } from "./stranger.js";

const CORPUS = path.resolve(fileURLToPath(import.meta.url), "../../host/tests/hostile");
/** The ordinary game that must play after each hostile one. */
const NEXT_GAME = "first-press";
const AVATARS = ["knight-red", "wizard-blue"];
/** What two players get for it when the first one presses. */
const NEXT_SCORES = [10, 2, 0, 0];
/** Longest time that the lobby's main thread may be held up on a quiet machine, in ms. */
const LOBBY_GAP_MS = 1_000;
/** How long the lobby burns to show which process is its own, in ms. */
const BURN_MS = 400;
/** How often it may burn until that is clear. */
const BURNS = 20;
/** How often the processes are looked at while a game burns, in ms. */
const LOOK_EVERY_MS = 100;
/** Processor time from which on a process counts as burning, in s: little, as others want the processor too. */
const BUSY_S = 0.1;
/** The one that burns must have spent so many times as much as any other. */
const CLEARLY = 2;
/** Longest time until the process of a game that is gone has ended, in ms. */
const PROCESS_ENDS_MS = 30_000;
/** Longest time until a game that reports by itself is over, in ms. */
const ROUND_MS = 30_000;
/** As the host starts its big screen (`host/src/browser.rs`), but with less memory, so that it is sooner full. */
const BIG_SCREEN = [
  "--js-flags=--max-old-space-size=512",
  "--webrtc-ip-handling-policy=disable_non_proxied_udp",
  "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
];

/**
 * One hostile game.
 * @typedef {object} Attack
 * @property {string} game file name without `.html`
 * @property {string} fails how it is seen that the trick failed: the name of the test
 * @property {string | string[]} [outcome] as recorded: `reported` unless said otherwise; `any` when somebody ends it at any time
 * @property {number[]} [scores] 1, 0, 0, 0 unless said otherwise: a game that got hold of something reports 10
 * @property {number} [gapMs] how long it may hold the lobby's main thread up, if for longer than others, in ms
 * @property {(party: HostileParty) => Promise<void>} [early] as soon as its frame is wanted
 * @property {(party: HostileParty) => Promise<void>} [during] while it plays
 * @property {(party: HostileParty) => Promise<void>} [after] back in the lobby
 */

/** What [`HostileParty.open`] puts in place. @type {any} */
const LATER = undefined;

/** Names of the corpus. */
export function corpus() {
  return readdirSync(CORPUS)
    .filter((name) => name.endsWith(".html"))
    .map((name) => name.slice(0, -".html".length));
}

export class HostileParty {
  stranger = new Stranger();
  party = new Party();
  /** Dialogs, windows, downloads, pickers: all that people would see. @type {string[]} */
  surprises = [];
  /** What games say that they got hold of. @type {string[]} */
  said = [];
  /** Longest time that the lobby's main thread was held up, over all games, in ms. */
  worstGap = 0;
  /** @type {import("@playwright/test").Browser} */ browser = LATER;
  /** @type {import("@playwright/test").CDPSession} */ cdp = LATER;
  /** @type {import("@playwright/test").Page} */ page = LATER;
  /** @type {Lobby} */ lobby = LATER;
  /** @type {Remote} */ remote = LATER;
  /** @type {NoiseGauge} */ #noise = LATER;
  #lobbyProcess = 0;
  #netLog = path.join(mkdtempSync(path.join(tmpdir(), "maribro-netlog-")), "net.json");

  /**
   * A party of two with these games and the ordinary one on the shelf, in the lobby.
   * @param {string[]} games
   * @param {{input?: boolean}} [options] of [`Party.start`]
   */
  async start(games, options = {}) {
    await this.stranger.start();
    this.party.withGames(NEXT_GAME);
    for (const game of games) {
      // By hand, as somebody copies a file into the folder: no check has looked at it.
      const html = readFileSync(path.join(CORPUS, `${game}.html`), "utf8");
      writeFileSync(path.join(this.party.games, `${game}.html`), html.replaceAll(STRANGER, this.stranger.address));
    }
    return this.open(options);
  }

  /**
   * Starts the host, the browser and both screens, and seats two players.
   * @param {{input?: boolean}} [options] of [`Party.start`]
   */
  async open(options = {}) {
    const { url } = await this.party.start(options);
    this.#noise = new NoiseGauge();
    const { launchOptions } = config.use ?? {};
    const stranger = `--ip-address-space-overrides=${this.stranger.address}=public`;
    const args = [...(launchOptions?.args ?? []), ...BIG_SCREEN, stranger, `--log-net-log=${this.#netLog}`];
    this.browser = await chromium.launch({ ...launchOptions, headless: true, args });
    this.cdp = await this.browser.newBrowserCDPSession();
    this.page = await this.#lobbyPage();
    await this.page.goto(url);
    this.lobby = await Lobby.of(this.cdp, url);
    const other = await this.browser.newContext();
    this.remote = await Remote.connect(await other.newPage(), url);
    const playersBySlot = [0, 1, 2, 3].map((slot) => {
      const avatarId = AVATARS[slot] ?? "";
      return { slot, avatarId, gamepadIndex: avatarId ? slot : -1 };
    });
    const seated = await fetch(`${url}/api/session/players`, {
      method: "POST",
      body: JSON.stringify({ playersBySlot }),
    });
    expect(seated.status).toBe(200);
    await this.#findLobbyProcess();
    this.#noise.watch(this.#lobbyProcess);
    await this.#nextGame();
    this.home = await this.#view();
    return this;
  }

  async #lobbyPage() {
    const viewport = config.use?.viewport ?? null;
    const context = await this.browser.newContext({ viewport, acceptDownloads: false });
    const page = await context.newPage();
    context.on("page", (popup) => this.surprises.push(`window ${popup.url()}`));
    page.on("dialog", (dialog) => {
      this.surprises.push(`dialog ${dialog.message()}`);
      dialog.dismiss().catch(() => {});
    });
    page.on("download", (download) => this.surprises.push(`download ${download.url()}`));
    page.on("filechooser", () => this.surprises.push("file picker"));
    page.on("close", () => this.surprises.push("the lobby was closed"));
    page.on("console", (message) => {
      if (message.text().startsWith("loot")) this.said.push(message.text());
    });
    await plugIn(page, AVATARS.length);
    await page.addInitScript(() => {
      if (window.top !== window) return;
      const watch = { gap: 0, last: performance.now(), errors: /** @type {string[]} */ ([]) };
      Object.assign(window, { watch });
      setInterval(() => {
        watch.gap = Math.max(watch.gap, performance.now() - watch.last);
        watch.last = performance.now();
      }, 20);
      addEventListener("error", ({ message }) => watch.errors.push(message));
      addEventListener("unhandledrejection", ({ reason }) => watch.errors.push(String(reason)));
    });
    return page;
  }

  async stop() {
    await this.browser?.close();
    this.stranger.stop();
    await this.party.stop();
    await this.#noise?.stop();
    rmSync(path.dirname(this.#netLog), { recursive: true, force: true });
  }

  /** What the browser did with the net, from its own log: the browser ends with this question. */
  async netEvents() {
    await this.browser.close();
    const log = readFileSync(this.#netLog, "utf8");
    // Without what we told the browser ourselves.
    return log.slice(log.indexOf('"events"')).replaceAll(`${this.stranger.address}=public`, "");
  }

  /** The frame of the game that runs. */
  get frame() {
    const frame = this.page.frames().find((one) => one.url().includes("/games/"));
    if (!frame) throw new Error("no game's frame is there");
    return frame;
  }

  /** Plays a hostile game, then the ordinary one, and looks whether anything is left of the attack. @param {Attack} attack */
  async survives({ game, outcome = "reported", scores = [1, 0, 0, 0], gapMs, early, during, after }) {
    const played = this.remote.session.history.length;
    this.said = [];
    await this.begin(game);
    await early?.(this);
    if (during) {
      await this.remote.until(() => this.remote.round.phase !== "loading", `${game} plays`);
      await during(this);
    }
    if (outcome !== "any") await this.#recorded(game, played, [outcome].flat(), scores);
    await this.backToLobby();
    await this.untouched(gapMs);
    await after?.(this);
    await this.#nextGame();
  }

  /** @param {string} game */
  async begin(game) {
    await this.remote.send("start_game", { gameId: game });
    await this.remote.until(() => this.remote.round.game?.id === game, `${game} begins`);
  }

  /** @param {string} game @param {number} played @param {string[]} outcomes @param {number[]} scores */
  async #recorded(game, played, outcomes, scores) {
    await this.remote.until(() => this.remote.session.history.length > played, `${game} is over`, ROUND_MS);
    expect(this.remote.session.history).toHaveLength(played + 1);
    const entry = this.remote.session.history[played];
    const shown = this.said.join("\n");
    expect([entry.gameId, outcomes.includes(entry.outcome) || entry.outcome], shown).toEqual([game, true]);
    const expected = ["hung", "crashed", "timeout"].includes(entry.outcome) ? [0, 0, 0, 0] : scores;
    expect(entry.scoresBySlot, shown).toEqual(expected);
  }

  /** Skips results and rating, as Escape does. */
  async backToLobby() {
    for (const phase of ["results", "rating"]) {
      await this.remote.until(() => [phase, "lobby"].includes(this.remote.round.phase), `${phase} or lobby`);
      if (this.remote.round.phase === phase) await this.remote.send("end_round");
    }
    await this.remote.phase("lobby");
  }

  /** An ordinary game plays, hears its pads and scores. */
  async #nextGame() {
    const played = this.remote.session.history.length;
    await this.begin(NEXT_GAME);
    await this.remote.phase("playing");
    const page = /** @type {import("@playwright/test").Page} */ (/** @type {unknown} */ (this.lobby));
    await expect.poll(() => this.lobby.evaluate(() => document.body.dataset.phase)).toBe("playing");
    await press(page, 0, "south");
    await this.remote.until(() => this.remote.session.history.length > played, `${NEXT_GAME} is over`);
    expect(this.remote.session.history[played]).toMatchObject({
      gameId: NEXT_GAME,
      outcome: "reported",
      scoresBySlot: NEXT_SCORES,
    });
    await this.backToLobby();
  }

  /** What a game might have changed of the lobby. */
  #view() {
    return this.lobby.evaluate(() => ({
      url: location.href,
      title: document.title,
      frames: document.querySelectorAll("iframe").length,
      polluted: "polluted" in {} || "polluted" in [] || "stolen" in window,
      fullscreen: document.fullscreenElement !== null,
      cookie: document.cookie,
      storage: Object.keys(localStorage).join(),
      errors: /** @type {any} */ (window).watch.errors.join(),
    }));
  }

  /** The party is as it was before the game. @param {number} [gapMs] */
  async untouched(gapMs = LOBBY_GAP_MS) {
    await expect.poll(() => this.lobby.evaluate(() => document.body.dataset.phase)).toBe("lobby");
    expect(await this.#view()).toEqual(this.home);
    const gap = await this.lobby.evaluate(() => {
      const { watch } = /** @type {any} */ (window);
      const worst = Math.max(watch.gap, performance.now() - watch.last);
      watch.gap = 0;
      return worst;
    });
    this.worstGap = Math.max(this.worstGap, gap);
    const { worst } = this.#noise.look();
    const waited = await this.#noise.waited(gap);
    const figures =
      `the lobby's main thread was held up for ${Math.round(gap)} ms, an idle thread for ${Math.round(worst)} ms; ` +
      `of such a time it waited up to ${Math.round(waited)} ms for a processor`;
    console.log(figures);
    expect(gap, figures).toBeLessThan(Math.max(limit(gapMs, worst), gapMs + waited));
    expect(this.stranger.visits).toEqual([]);
    expect(this.surprises).toEqual([]);
    expect(this.party.warnings).toEqual([]);
    const { actors, badFiles, games } = await this.party.get("/api/health");
    expect(Object.values(actors)).not.toContain(false);
    expect([badFiles, games]).toEqual([[], this.remote.facts[0]?.payload.games.length]);
    const { scoreboardByAvatarId, playersBySlot } = this.remote.session;
    expect(Object.keys(scoreboardByAvatarId).every((id) => [...AVATARS, "ghost-purple"].includes(id))).toBe(true);
    expect(playersBySlot.map((/** @type {any} */ seat) => seat.avatarId)).toEqual([...AVATARS, "", ""]);
    expect(this.refusals()).toEqual([]);
  }

  /** What the host refused so far, but for an end of what had ended by itself in that moment. */
  refusals() {
    const refused = this.remote.facts.filter(({ type }) => type === "refused");
    return refused.filter(({ payload: { command, code } }) => command !== "end_round" || code !== "unavailable");
  }

  /** Processor time of each page's process so far, in s. @returns {Promise<Map<number, number>>} */
  async processes() {
    const { processInfo } = await this.cdp.send("SystemInfo.getProcessInfo");
    return new Map(processInfo.filter(({ type }) => type === "renderer").map(({ id, cpuTime }) => [id, cpuTime]));
  }

  /** Looks on from now until the lobby is back, to know the process of a game that burns. */
  watchBurning() {
    const begin = this.processes();
    const watching = (async () => {
      const before = await begin;
      /** Most processor time of each process since the begin, in s. @type {Map<number, number>} */
      const spent = new Map();
      do {
        for (const [id, time] of await this.processes()) spent.set(id, time - (before.get(id) ?? 0));
        await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
      } while (this.remote.round.phase !== "lobby");
      spent.delete(this.#lobbyProcess);
      return spent;
    })();
    // A game that fails earlier than that leaves nobody to hear it.
    watching.catch(() => {});
    return {
      /** The process that burned ends. */
      ends: async () => {
        const spent = await watching;
        const burning = clearlyMost(spent);
        expect(burning, `one process burned: ${JSON.stringify([...spent])}`).not.toBe(0);
        await expect
          .poll(async () => [...(await this.processes()).keys()], { timeout: PROCESS_ENDS_MS })
          .not.toContain(burning);
      },
    };
  }

  /** Lets the lobby burn for a moment, until the same process was the one to burn twice in a row. */
  async #findLobbyProcess() {
    let last = 0;
    for (let n = 0; n < BURNS; n += 1) {
      const before = await this.processes();
      await this.lobby.evaluate((ms) => {
        const end = performance.now() + ms;
        while (performance.now() < end);
        /** @type {any} */ (window).watch.last = performance.now();
      }, BURN_MS);
      const after = await this.processes();
      const most = clearlyMost(new Map([...after].map(([id, time]) => [id, time - (before.get(id) ?? 0)])));
      if (most !== 0 && most === last) {
        this.#lobbyProcess = most;
        return;
      }
      last = most;
    }
    throw new Error(`the lobby's process did not stand out in ${BURNS} looks`);
  }
}

/**
 * The process that clearly spent most; 0 when none did.
 * @param {Map<number, number>} spent s by process
 */
function clearlyMost(spent) {
  const [[id, most] = [0, 0], [, second] = [0, 0]] = [...spent].sort(([, a], [, b]) => b - a);
  return most > BUSY_S && most > CLEARLY * second ? id : 0;
}
