/** A stand-in for the few things of a page that the SDK touches, and small states to test with. */
import { readFileSync } from "node:fs";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../maribro-sdk.js", import.meta.url), "utf8");

/**
 * Loads the SDK as a framed game would; answers it, what it posted, and how the host speaks to it.
 * @param {object} navigator the browser's
 * @param {object} more of the page
 */
export function load(navigator = {}, more = {}) {
  /** @type {{type: string, payload: any}[]} */
  const posted = [];
  const parent = { postMessage: (/** @type {any} */ message) => posted.push(message) };
  /** @type {Record<string, Function[]>} */
  const listeners = {};
  const listen = (/** @type {string} */ type, /** @type {Function} */ fn) => {
    listeners[type] ??= [];
    listeners[type].push(fn);
  };
  /** @type {((time: number) => void)[]} */
  let frames = [];
  const channel = { port1: {}, port2: { postMessage() {} } };
  /** @type {any} */
  const page = {
    console,
    parent,
    addEventListener: listen,
    dispatchEvent() {},
    Event,
    MessageChannel: function MessageChannel() {
      return channel;
    },
    performance: { now: () => performance.now() },
    navigator,
    localStorage: {},
    sessionStorage: {},
    document: {
      readyState: "complete",
      addEventListener: listen,
      cookie: "",
      querySelector: () => null,
      querySelectorAll: () => [],
    },
    requestAnimationFrame: (/** @type {any} */ fn) => frames.push(fn),
    cancelAnimationFrame() {},
    setTimeout: () => 0,
    clearTimeout() {},
    setInterval: () => 0,
    ...more,
  };
  page.window = page;
  vm.runInNewContext(SOURCE, page);
  let time = performance.now();
  return {
    sdk: /** @type {MaribroSdk} */ (page.Maribro),
    page,
    posted,
    tell(/** @type {string} */ type, payload = {}, event = {}) {
      const data = { type: `maribro:${type}`, payload: structuredClone(payload) };
      for (const fn of listeners.message) fn({ source: parent, isTrusted: true, data, ...event });
    },
    /** A key goes down or up with the focus in the frame. */
    key(/** @type {"keydown" | "keyup"} */ type, code = "") {
      for (const fn of listeners[type]) fn({ code, target: {}, preventDefault() {} });
    },
    /** The next animation frame. */
    frame() {
      const due = frames;
      frames = [];
      time += 1000 / 60;
      for (const fn of due) fn(time);
    },
  };
}

export const INIT = {
  slotToGamepadIndex: [100, 200, -1, -1],
  playersBySlot: [
    { slot: 0, avatarId: "fox-orange", name: "Fox", color: "#FB8C00" },
    { slot: 1, avatarId: "cat-pink", name: "Cat", color: "#EC407A" },
  ],
  maxDurationSec: 20,
  seed: 12345,
};

export const padState = (changes = {}) => ({
  axes: [0, 0, 0, 0],
  buttons: new Array(17).fill(0),
  presses: new Array(17).fill(0),
  ...changes,
});

/** A browser's reader of pads over these, by index. */
export const reader = (/** @type {any[]} */ pads) => ({ getGamepads: () => pads });

export const browserPad = (changes = {}) => ({
  connected: true,
  mapping: "standard",
  axes: [0, 0, 0, 0],
  buttons: Array.from({ length: 17 }, () => ({ pressed: false, value: 0 })),
  ...changes,
});
