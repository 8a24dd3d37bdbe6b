/**
 * A party for tests: the real host as its own process, in folders of its own.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { test as base } from "@playwright/test";

const ROOT = path.resolve(fileURLToPath(import.meta.url), "../..");
const FIXTURES = path.join(ROOT, "e2e/fixtures");

/** Token of the input daemon. */
const TOKEN = "the token of the browser tests";
/** How often it is looked whether the host says so, in ms. */
const LOOK_MS = 10;
/** Longest time until the input daemon runs, in ms. */
const INPUT_MS = 20_000;

/** The program; `cargo xtask test` builds it and says where it is. */
function hostProgram() {
  const program = process.env.MARIBRO_HOST_BIN;
  if (!program) throw new Error("MARIBRO_HOST_BIN is not set: run `cargo xtask test --only e2e`");
  return program;
}

export class Party {
  /** @type {import("node:child_process").ChildProcess | null} */
  #host = null;

  constructor() {
    this.folder = mkdtempSync(path.join(tmpdir(), "maribro-e2e-"));
    this.games = path.join(this.folder, "games");
    mkdirSync(this.games);
    /** The lobby's address, without a slash at the end. */
    this.url = "";
    /** What the host logged at warn or above. */
    this.warnings = /** @type {string[]} */ ([]);
    /**
     * The input daemon: its address, its token, its process id. The last one that ran, after [`Party.start`] with `input`.
     * @type {{url: string, token: string, pid: number} | null}
     */
    this.input = null;
  }

  /**
   * Puts a game into the folder before the start: a fixture's name, or one of the shipped games'.
   * @param {...string} names file names without `.html`
   */
  withGames(...names) {
    for (const name of names) {
      const fixture = path.join(FIXTURES, `${name}.html`);
      const shipped = path.join(ROOT, "games", `${name}.html`);
      cpSync(readable(fixture) ? fixture : shipped, path.join(this.games, `${name}.html`));
    }
    return this;
  }

  /**
   * What people have set, before the start.
   * @param {Partial<import("../public/app/types.d.ts").PartySettings>} settings
   */
  withSettings(settings) {
    mkdirSync(path.join(this.folder, "data"), { recursive: true });
    writeFileSync(path.join(this.folder, "data/settings.json"), JSON.stringify(settings));
    return this;
  }

  /**
   * Starts the host; ready when this resolves. The first start takes a free port, later ones the same again.
   * @param {object} [options]
   * @param {boolean} [options.input] with the input daemon, which runs when this resolves: see [`Party.input`]
   * @param {number} [options.virtual] how many virtual pads it has; the rig drives them (docs/input-protocol.md)
   */
  async start({ input = false, virtual = 0 } = {}) {
    const port = this.url ? new URL(this.url).port : "0";
    const args = ["--port", port, "--bind", "127.0.0.1", "--no-open", "--log-format", "json"];
    args.push(...(input ? ["--input-args", `--virtual ${virtual}`] : ["--no-input"]));
    args.push(
      "--games-dir",
      this.games,
      "--data-dir",
      path.join(this.folder, "data"),
      "--public-dir",
      path.join(ROOT, "public"),
    );
    const env = { ...process.env, MARIBRO_INPUT_TOKEN: TOKEN, RUST_LOG: "info" };
    const host = spawn(hostProgram(), args, { cwd: this.folder, stdio: ["ignore", "pipe", "pipe"], env });
    this.#host = host;
    this.input = null;
    const log = createInterface({ input: host.stderr });
    const running = new Promise((done) => {
      log.on("line", (line) => {
        if (/"level":"(WARN|ERROR)"/.test(line) || !line.startsWith("{")) this.warnings.push(line);
        else if (this.#hearOfInput(JSON.parse(line).fields)) done(undefined);
      });
    });
    const lines = createInterface({ input: host.stdout });
    const [first] = await Promise.race([
      once(lines, "line"),
      once(host, "exit").then(([code]) => {
        throw new Error(`the host ended with ${code} before it listened: ${this.warnings.join("\n")}`);
      }),
    ]);
    this.url = String(first).replace("Lobby: ", "").replace(/\/$/, "");
    if (input) {
      await this.#inTime(running, "the input daemon runs");
      // The log is a moment ahead of what the host tells.
      while ((await this.get("/api/health")).input.state !== "running") await sleep(LOOK_MS);
    }
    return this;
  }

  /** Whether the host says that the input daemon runs. @param {{message?: string, url?: string, pid?: number}} fields */
  #hearOfInput({ message, url = "", pid = 0 }) {
    if (message !== "the input daemon runs") return false;
    this.input = { url, token: TOKEN, pid };
    return true;
  }

  /** @param {Promise<unknown>} promise @param {string} what */
  async #inTime(promise, what) {
    await new Promise((done, fail) => {
      const words = () => fail(new Error(`${what}: not within ${INPUT_MS} ms; ${this.warnings.join("\n")}`));
      const late = setTimeout(words, INPUT_MS);
      promise.then(done).finally(() => clearTimeout(late));
    });
  }

  /** Process id of the host; 0 while there is none. */
  get pid() {
    return this.#host?.pid ?? 0;
  }

  /** SIGKILL, as a power cut. */
  async kill() {
    await this.#end("SIGKILL");
  }

  async stop() {
    await this.#end("SIGTERM");
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** @param {NodeJS.Signals} signal */
  async #end(signal) {
    const host = this.#host;
    this.#host = null;
    if (!host || host.exitCode !== null || host.signalCode !== null) return;
    const ended = once(host, "exit");
    host.kill(signal);
    await ended;
  }

  /** @param {string} path */
  async get(path) {
    return (await fetch(this.url + path)).json();
  }

  /**
   * Uploads a game as an agent would.
   * @param {string} name file name
   * @param {string} html
   * @param {string} creator avatar id
   */
  async upload(name, html, creator) {
    const form = new FormData();
    form.append("file", new Blob([html], { type: "text/html" }), name);
    form.append("creator_avatar_id", creator);
    const headers = { "X-Maribro-Token": "maribro-upload" };
    return (await fetch(`${this.url}/api/games`, { method: "POST", body: form, headers })).json();
  }

  /** The session as it is on disk. */
  sessionFile() {
    return JSON.parse(readFileSync(path.join(this.folder, "data/session.json"), "utf8"));
  }
}

/** @param {string} file */
function readable(file) {
  try {
    readFileSync(file);
    return true;
  } catch {
    return false;
  }
}

/** The text of a fixture game. @param {string} name */
export function fixture(name) {
  return readFileSync(path.join(FIXTURES, `${name}.html`), "utf8");
}

/**
 * @typedef {import("@playwright/test").PlaywrightTestArgs & import("@playwright/test").PlaywrightTestOptions} PageFixtures
 * @typedef {import("@playwright/test").PlaywrightWorkerArgs & import("@playwright/test").PlaywrightWorkerOptions} BrowserFixtures
 */

/** `party` is a host that is not started yet; it ends with the test. */
const fixtures = {
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names out of this pattern
  party: async (/** @type {object} */ {}, /** @type {(party: Party) => Promise<void>} */ use) => {
    const party = new Party();
    await use(party);
    await party.stop();
  },
};

export const test =
  /** @type {import("@playwright/test").TestType<PageFixtures & { party: Party }, BrowserFixtures>} */ (
    /** @type {unknown} */ (base.extend(fixtures))
  );

export { expect } from "@playwright/test";
