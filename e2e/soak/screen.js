/** What the host tells its screens, as a second screen hears it: it goes on when a game takes its process with it. */

import { EventEmitter } from "node:events";
import { Remote } from "../screens.js";

/** Emits `round` for each new state of the round, `notice` for each notice. */
export class Screen extends EventEmitter {
  /** @type {Record<string, any>} */
  round = { phase: "", id: "" };
  /** @type {Record<string, any>[]} */
  games = [];
  /** @type {Record<string, any> | null} */
  session = null;
  /** @type {string[]} */
  problems = [];
  /** @type {Remote | null} */
  #remote = null;

  /**
   * @param {import("@playwright/test").Page} page an empty one, in a context of its own
   * @param {string} url of the party
   */
  async connect(page, url) {
    const remote = await Remote.connect(page, url);
    this.#remote = remote;
    for (const fact of remote.facts) this.#hear(fact);
    remote.facts.length = 0;
    remote.onFact = (fact) => {
      // A soak may run all night.
      remote.facts.length = 0;
      this.#hear(fact);
    };
  }

  /** Commands the host. @param {string} type @param {object} payload */
  async send(type, payload) {
    await this.#remote?.send(type, payload);
  }

  /** @param {import("../screens.js").Fact} fact */
  #hear({ type, payload }) {
    this.session = payload.session ?? this.session;
    this.games = payload.games ?? this.games;
    this.problems = payload.problems ?? this.problems;
    if (type === "notice") this.emit("notice", payload.code);
    if (!payload.round) return;
    this.round = payload.round;
    this.emit("round", this.round);
  }
}
