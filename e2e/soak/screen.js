/** What the host tells the big screen, read from the screen's own WebSocket. */

import { EventEmitter } from "node:events";

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
  /** Connections of the page so far. */
  connections = 0;

  /** @param {import("@playwright/test").Page} page not loaded yet */
  constructor(page) {
    super();
    page.on("websocket", (socket) => {
      this.connections += 1;
      socket.on("framereceived", ({ payload }) => this.#hear(JSON.parse(payload.toString())));
    });
  }

  /** @param {{type: string, payload: Record<string, any>}} event */
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
