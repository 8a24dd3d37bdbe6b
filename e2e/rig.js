/** Virtual pads of the input daemon, driven by a test: docs/input-protocol.md, "The rig". */

import { setTimeout as sleep } from "node:timers/promises";
import { Line } from "./line.js";

/** How long a button is held in a menu, in ms: longer than a frame of a slow screen. */
const HOLD_MS = 60;

/** @typedef {{rumbles: [number, number][], lights: [number, number, number][], players: number[]}} EffectsSeen */

/**
 * Opens the lobby; it reads the daemon's pads when this resolves.
 * @param {import("@playwright/test").Page} page
 * @param {import("./party.js").Party} party
 */
export async function openLobby(page, party) {
  const reading = new Promise((done) => {
    page.on("websocket", (socket) => {
      // What was pressed before the first state is no press.
      const isState = (/** @type {string | Buffer} */ payload) => typeof payload !== "string";
      if (!party.input || !socket.url().startsWith(party.input.url)) return;
      socket.on("framereceived", ({ payload }) => isState(payload) && done(payload));
    });
  });
  await page.goto(party.url);
  await reading;
}

export class Rig {
  #line;
  /** Answers come in the order of the commands. */
  #last = Promise.resolve();

  /** @param {Line} line */
  constructor(line) {
    this.#line = line;
  }

  /** @param {{url: string, token: string} | null} input of a party */
  static async connect(input) {
    if (!input) throw new Error("the party has no input daemon");
    const line = await Line.open(`${input.url}/?token=${encodeURIComponent(input.token)}`, "maribro.input.rig.v1");
    const ready = await line.next();
    if (!String(ready).includes('"ready"')) throw new Error(`the rig said ${ready}`);
    return new Rig(line);
  }

  close() {
    this.#line.close();
  }

  /**
   * Sends a command; its answer.
   * @param {string} type
   * @param {object} payload
   * @returns {Promise<any>}
   */
  act(type, payload) {
    this.#line.send(JSON.stringify({ type, payload }));
    const answer = this.#last.then(async () => {
      const text = await this.#line.next();
      const message = JSON.parse(String(text));
      if (message === null || message.type === "error") throw new Error(`${type} ${JSON.stringify(payload)}: ${text}`);
      return message.payload;
    });
    this.#last = answer.catch(() => {});
    return answer;
  }

  /**
   * @param {number} pad
   * @param {string} button
   * @param {number} value
   * @returns {Promise<{atUs: number}>} when it came to lie in the pad, on the clock of the daemon's stamps
   */
  button(pad, button, value) {
    return this.act("button", { pad, button, value });
  }

  /**
   * Down and up again.
   * @param {number} pad
   * @param {string} button
   * @param {number} [ms] in between
   */
  async tap(pad, button, ms = HOLD_MS) {
    await this.button(pad, button, 1);
    await sleep(ms);
    await this.button(pad, button, 0);
  }

  /** What arrived at a pad. @param {number} pad @returns {Promise<EffectsSeen>} */
  effects(pad) {
    return this.act("effects", { pad });
  }
}
