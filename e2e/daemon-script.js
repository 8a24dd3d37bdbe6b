/** The input daemon's end of a page's line, played by the test: pads with links, batteries and rates that no machine has at hand. */

/** @typedef {import("../public/app/view.d.ts").DaemonPadInfo} DaemonPadInfo */

/** Where the scripted host says that the daemon is; the page's line there is answered by the test. */
export const DAEMON_INPUT = /** @type {const} */ ({ state: "running", url: "ws://127.0.0.1:8137/", token: "scripted" });
/** The first number of the daemon's pads. */
const FIRST = 100;
/** Lengths in a state frame, in words of 16 bits: docs/input-protocol.md. */
const HEAD_WORDS = 8;
const RECORD_WORDS = 42;
/** First word of a state frame, version 1. */
const KIND = 0x0101;
const FULL = 32767;

/**
 * A pad as the daemon tells of it.
 * @param {number} n
 * @param {Partial<DaemonPadInfo>} [more]
 * @returns {DaemonPadInfo}
 */
export function daemonPad(n, more = {}) {
  return {
    number: FIRST + n,
    connected: true,
    name: "PS4 Controller",
    link: "usb",
    vendor: "054c",
    product: "09cc",
    guid: `guid-${n}`,
    hasSerial: true,
    battery: "wired",
    rumble: true,
    light: true,
    motion: true,
    reportHz: 250,
    jitterMs: 0.4,
    ...more,
  };
}

/**
 * What these pads do: sticks pushed and buttons held, different for each.
 * @param {DaemonPadInfo[]} pads
 */
function frameOf(pads) {
  const words = new Int16Array(HEAD_WORDS + RECORD_WORDS * pads.length);
  words.set([KIND, RECORD_WORDS]);
  pads.forEach(({ number }, n) => {
    const at = HEAD_WORDS + RECORD_WORDS * n;
    words.set([number, 1, 0, 0, Math.round(FULL * Math.cos(n)), Math.round(FULL * Math.sin(n))], at);
    // West, north or a shoulder: nothing that means something while the doctor looks on.
    words[at + HEAD_WORDS + 2 + (n % 4)] = FULL;
  });
  return Buffer.from(words.buffer);
}

export class DaemonScript {
  /** @type {import("@playwright/test").WebSocketRoute | null} */
  #socket = null;
  /** @type {DaemonPadInfo[]} */
  #pads = [];

  /** Before the page is opened. @param {import("@playwright/test").Page} page */
  async answer(page) {
    await page.routeWebSocket(/127\.0\.0\.1:8137/, (socket) => {
      this.#socket = socket;
      socket.onMessage(() => this.#tell("pads", { pads: this.#pads }));
      this.#tell("hello", { pads: this.#pads, bluetoothEffects: true });
      this.beat();
    });
    return this;
  }

  /** @param {DaemonPadInfo[]} pads */
  plugIn(pads) {
    this.#pads = pads;
    this.#tell("pads", { pads });
    this.beat();
  }

  /** Says what the pads do. A line without it counts as dead soon. */
  beat() {
    this.#socket?.send(frameOf(this.#pads));
  }

  /** @param {string} type @param {object} payload */
  #tell(type, payload) {
    this.#socket?.send(JSON.stringify({ type, payload }));
  }
}
