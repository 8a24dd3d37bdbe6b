/**
 * The stranger that hostile games want to reach: a server on a port of its own that writes down whoever comes near, by TCP
 * or by UDP, whether he says something or not.
 */

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

/** How games call the stranger; a copy of a game gets the real address in its place. */
export const STRANGER = "stranger.test:9";
/** The most that is kept of one visit, in bytes. */
const KEPT_BYTES = 200;

export class Stranger {
  /** Every visit: how it came, and its first bytes. @type {string[]} */
  visits = [];
  #tcp = createServer((socket) => {
    const visit = this.visits.push("TCP, nothing said") - 1;
    socket.on("error", () => {});
    socket.once("data", (bytes) => {
      this.visits[visit] = `TCP: ${bytes.toString("latin1").slice(0, KEPT_BYTES)}`;
      socket.end("HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\n\r\n");
    });
  });
  #udp = createSocket("udp4", (bytes) => {
    this.visits.push(`UDP: ${bytes.toString("latin1").slice(0, KEPT_BYTES)}`);
  });

  async start() {
    this.#tcp.listen(0, "127.0.0.1");
    await once(this.#tcp, "listening");
    this.#udp.bind(this.port, "127.0.0.1");
    await once(this.#udp, "listening");
    return this;
  }

  get port() {
    const address = this.#tcp.address();
    if (typeof address !== "object" || address === null) throw new Error("the stranger does not listen");
    return address.port;
  }

  get address() {
    return `127.0.0.1:${this.port}`;
  }

  stop() {
    this.#tcp.close();
    this.#udp.close();
  }
}
