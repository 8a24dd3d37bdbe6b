/**
 * A WebSocket for the tests' own programs: Node 20 has none. Only what the input daemon needs: short messages, never in pieces.
 */

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

export class Line {
  #socket;
  #rest = Buffer.alloc(0);
  /** @type {(string | Buffer)[]} */
  #heard = [];
  /** @type {((message: string | Buffer | null) => void)[]} */
  #waiting = [];
  #isOver = false;

  /** @param {import("node:net").Socket} socket @param {Buffer} head */
  constructor(socket, head) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (bytes) => this.#read(bytes));
    socket.on("close", () => this.#end());
    socket.on("error", () => this.#end());
    this.#read(head);
  }

  /**
   * @param {string} url `ws:`
   * @param {string} protocol
   */
  static async open(url, protocol) {
    const asking = request(url.replace("ws:", "http:"), {
      headers: {
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
        "Sec-WebSocket-Protocol": protocol,
      },
    });
    asking.end();
    const refused = once(asking, "response").then(([answer]) => {
      throw new Error(`${url} answered ${answer.statusCode}`);
    });
    const [, socket, head] = await Promise.race([once(asking, "upgrade"), refused]);
    return new Line(socket, head);
  }

  /** @param {string} text */
  send(text) {
    this.#write(TEXT, Buffer.from(text));
  }

  /** The next message; null when the line has ended. @returns {Promise<string | Buffer | null>} */
  async next() {
    const heard = this.#heard.shift();
    if (heard !== undefined) return heard;
    if (this.#isOver) return null;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close() {
    this.#socket.destroy();
  }

  /** @param {number} kind @param {Buffer} body */
  #write(kind, body) {
    const mask = randomBytes(4);
    const masked = Buffer.from(body.map((byte, at) => byte ^ (mask[at % 4] ?? 0)));
    const size = body.length < 126 ? [0x80 | body.length] : [0x80 | 126, body.length >> 8, body.length & 0xff];
    this.#socket.write(Buffer.concat([Buffer.from([0x80 | kind, ...size]), mask, masked]));
  }

  /** @param {Buffer} bytes */
  #read(bytes) {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (;;) {
      if (this.#rest.length < 2) return;
      const short = (this.#rest[1] ?? 0) & 0x7f;
      if (short === 127) throw new Error("no message of the daemon is that long");
      const from = short === 126 ? 4 : 2;
      if (this.#rest.length < from) return;
      const end = from + (short === 126 ? this.#rest.readUInt16BE(2) : short);
      if (this.#rest.length < end) return;
      const kind = (this.#rest[0] ?? 0) & 0x0f;
      const body = Buffer.from(this.#rest.subarray(from, end));
      this.#rest = this.#rest.subarray(end);
      if (kind === TEXT) this.#tell(body.toString());
      else if (kind === BINARY) this.#tell(body);
      else if (kind === PING) this.#write(PONG, body);
      else if (kind === CLOSE) this.#socket.end();
    }
  }

  /** @param {string | Buffer} message */
  #tell(message) {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(message);
    else this.#heard.push(message);
  }

  #end() {
    this.#isOver = true;
    for (const waiting of this.#waiting.splice(0)) waiting(null);
  }
}
