/**
 * The line to the host: connects, says what came in, connects again when it breaks.
 * @import { ScreenCommand, ScreenEvent } from "./types.js"
 */

/** First wait before connecting again, in ms. */
const RETRY_FIRST_MS = 250;
/** Longest wait, in ms. */
const RETRY_MAX_MS = 4000;

/**
 * @param {number} failures connections in a row that did not come to a hello, from 0
 * @returns {number} ms to wait
 */
export function retryDelayMs(failures) {
  return Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(failures, 10));
}

/**
 * @param {unknown} text
 * @returns {ScreenEvent | null} null when it is not a message at all
 */
export function parseEvent(text) {
  if (typeof text !== "string") return null;
  try {
    const message = JSON.parse(text);
    const fine = typeof message?.type === "string" && typeof message.payload === "object" && message.payload !== null;
    return fine ? message : null;
  } catch (error) {
    console.warn("the host sent something that is not JSON", error);
    return null;
  }
}

export class HostSocket {
  /** @type {WebSocket | null} */
  #socket = null;
  #failures = 0;
  #url;
  #onEvent;
  #onLost;

  /**
   * @param {string} url `ws:` or `wss:` address
   * @param {{onEvent: (event: ScreenEvent) => void, onLost: () => void}} handlers
   */
  constructor(url, { onEvent, onLost }) {
    this.#url = url;
    this.#onEvent = onEvent;
    this.#onLost = onLost;
  }

  connect() {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const event = parseEvent(data);
      if (!event) return;
      if (event.type === "hello") this.#failures = 0;
      this.#onEvent(event);
    });
    socket.addEventListener("close", () => {
      this.#socket = null;
      this.#onLost();
      setTimeout(() => this.connect(), retryDelayMs(this.#failures));
      this.#failures += 1;
    });
  }

  /**
   * Sends a command; false when there is no line. Nothing is kept for later: the next hello says how things stand.
   * @param {ScreenCommand} command
   */
  send(command) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(command));
    return true;
  }
}
