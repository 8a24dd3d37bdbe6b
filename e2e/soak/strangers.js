/** Strangers: connections that say nothing, screens that never read, requests that make no sense. */

import { connect } from "node:net";

/** Connections of each kind that are kept up. */
const OF_EACH_KIND = 4;
/** Wrong tokens are sent this rarely: ten a minute would lock out this machine, from which the games are sent too. */
const WRONG_TOKEN_EVERY = 4;

const UPGRADE = (/** @type {string} */ host) =>
  `GET /ws HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/** A text frame from a client, masked with zeros. @param {string} text up to 125 bytes */
function frame(text) {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}

export class Strangers {
  /** @type {Set<import("node:net").Socket>} */
  #kept = new Set();
  #turn = 0;
  #wrongTokens = 0;
  /** Connections that were opened, closed by the host, and requests that were sent. */
  counts = { opened: 0, closed: 0, requests: 0 };

  /** @param {string} url the host's address */
  constructor(url) {
    this.url = url;
    const { port, host } = new URL(url);
    this.port = Number(port);
    this.host = host;
  }

  /** Opens those connections that are missing: the host closes some, as it should. */
  fill() {
    const missing = 3 * OF_EACH_KIND - this.#kept.size;
    for (let n = 0; n < missing; n += 1) {
      const kind = this.counts.opened % 3;
      const socket = this.#open();
      this.#kept.add(socket);
      socket.on("close", () => this.#kept.delete(socket));
      if (kind === 0) socket.resume();
      else socket.write(UPGRADE(this.host));
      // The last kind never reads a byte.
      if (kind === 1) socket.resume();
      else if (kind === 2) socket.pause();
    }
  }

  /** The next senseless request; its answer does not matter, as long as the host lives. */
  async bother() {
    const turn = this.#turn;
    this.#turn += 1;
    this.counts.requests += 1;
    const json = (/** @type {string} */ path, /** @type {string} */ body, headers = {}) =>
      fetch(this.url + path, { method: "POST", body, headers }).then((answer) => answer.arrayBuffer());
    switch (turn % 7) {
      case 0:
        return this.#raw("NONSENSE\r\n\r\n");
      case 1:
        return this.#raw(`GET /${"a".repeat(100_000)} HTTP/1.1\r\nHost: ${this.host}\r\n\r\n`);
      case 2:
        return json("/api/session/record_game", '{"gameId": 7, "scoresBySlot": "many"');
      case 3:
        return json("/api/session/reset", "", { origin: "https://elsewhere.example" });
      case 4:
        return this.#raw(`GET /games/../../data/host.key HTTP/1.1\r\nHost: ${this.host}\r\nConnection: close\r\n\r\n`);
      case 5:
        return this.#raw(UPGRADE(this.host), frame("not json"), frame('{"type":"nothing","payload":{}}'));
      default:
        this.#wrongTokens += 1;
        if (this.#wrongTokens % WRONG_TOKEN_EVERY === 0) {
          await json("/api/games", "no form", { "x-maribro-token": "guessed" });
        }
    }
  }

  end() {
    for (const socket of this.#kept) socket.destroy();
  }

  /** @param {...(string | Buffer)} parts */
  #raw(...parts) {
    return new Promise((done) => {
      const socket = this.#open();
      socket.on("close", done);
      socket.resume();
      for (const part of parts) socket.write(part);
      // Whoever is not closed by the host goes away by itself.
      setTimeout(() => socket.destroy(), 2000).unref();
    });
  }

  #open() {
    const socket = connect(this.port, "127.0.0.1");
    this.counts.opened += 1;
    // A reset is an answer, too.
    socket.on("error", () => {});
    socket.on("end", () => {
      this.counts.closed += 1;
    });
    return socket;
  }
}
