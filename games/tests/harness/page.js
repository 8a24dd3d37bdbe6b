/** A browser's page as far as a game needs one: window, document, canvas and sound on a virtual clock. */

import { Clock } from "./clock.js";
import { Element, parseInto } from "./dom.js";
import { Path2D, Pen, WatchedPen } from "./pen.js";
import { seeded } from "./random.js";
import { soundFor } from "./sound.js";

export const WIDTH = 1920;
export const HEIGHT = 1080;
/** 2026-01-01, so that a game that reads the date reads the same one each time. */
const DATE_AT_START = Date.UTC(2026, 0, 1);

export class Page {
  clock = new Clock((error) => this.onError(error));
  sounds = 0;
  /** While true, all that can be seen or heard goes into `seen`. */
  watching = false;
  /** A hash of it. */
  seen = 0;
  /** What `setTransform` was called with, on a watched page. @type {Set<string>} */
  transforms = new Set();
  /** Fonts that text was drawn with, and the last such text, on a watched page. @type {Map<string, string>} */
  fonts = new Map();
  /** Media queries that were asked for. @type {Set<string>} */
  mediaQueries = new Set();
  /** @type {unknown[]} */
  errors = [];
  /** @type {string[]} */
  console = [];
  /** @type {Map<string, Set<Function>>} */
  #listeners = new Map();

  /**
   * @param {object} options
   * @param {string} options.html of head and body, without scripts
   * @param {(type: string, payload: any) => void} options.onPost what the game says to its host
   * @param {boolean} [options.watched] somebody will ask what was drawn
   * @param {boolean} [options.reducedMotion]
   * @param {number} [options.mathSeed] seed of `Math.random`, which a game may use for what decides nothing
   */
  constructor({ html, onPost, watched = false, reducedMotion = false, mathSeed = 1 }) {
    this.watched = watched;
    this.host = { postMessage: (/** @type {any} */ message) => onPost(message.type, message.payload) };
    this.document = /** @type {any} */ ({
      createElement: (/** @type {string} */ tag) => new Element(tag, this),
      createElementNS: (/** @type {string} */ _, /** @type {string} */ tag) => new Element(tag, this),
      createTextNode: (/** @type {string} */ text) => text,
      readyState: "complete",
      visibilityState: "visible",
      hidden: false,
      cookie: "",
      fonts: { ready: Promise.resolve() },
      getAnimations: () => [],
      addEventListener: () => {},
      removeEventListener: () => {},
      hasFocus: () => true,
    });
    const root = new Element("html", this);
    Object.assign(this.document, {
      documentElement: root,
      querySelector: (/** @type {string} */ selector) => root.querySelector(selector),
      querySelectorAll: (/** @type {string} */ selector) => root.querySelectorAll(selector),
      getElementById: (/** @type {string} */ id) => root.querySelector(`#${id}`),
    });
    parseInto(root, html);
    this.document.head = root.querySelector("head");
    this.document.body = root.querySelector("body");
    this.window = this.#makeWindow(reducedMotion, seeded(mathSeed));
  }

  /** @param {unknown} canvas */
  newPen(canvas) {
    return this.watched ? new WatchedPen(canvas, this) : new Pen(canvas, this);
  }

  /** @param {string} what */
  see(what) {
    if (!this.watching) return;
    let hash = this.seen;
    for (let i = 0; i < what.length; i++) hash = (Math.imul(hash, 31) + what.charCodeAt(i)) | 0;
    this.seen = hash;
  }

  /** The document as it is now goes into `seen`. */
  seeDocument() {
    if (this.watching) this.see(this.document.documentElement.look());
  }

  /** A message of the host. @param {string} type @param {unknown} payload */
  say(type, payload) {
    this.#fire("message", { source: this.host, isTrusted: true, data: { type: `maribro:${type}`, payload } });
  }

  /** @param {unknown} error */
  onError(error) {
    this.errors.push(error);
    const message = error instanceof Error ? error.message : String(error);
    this.#fire("error", { error, message });
  }

  /** @param {string} type @param {object} event */
  #fire(type, event) {
    for (const listener of this.#listeners.get(type) ?? []) listener(Object.assign(event, { type }));
  }

  /** @param {boolean} reducedMotion @param {() => number} random */
  #makeWindow(reducedMotion, random) {
    const { clock } = this;
    const math = Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(Math), random: { value: random } });
    const FixedDate = class extends Date {
      /** @param {any[]} args */
      constructor(...args) {
        super(.../** @type {[number]} */ (args.length ? args : [FixedDate.now()]));
      }
      static now() {
        return DATE_AT_START + Math.floor(clock.now);
      }
    };
    const window = /** @type {any} */ ({
      document: this.document,
      parent: this.host,
      innerWidth: WIDTH,
      innerHeight: HEIGHT,
      devicePixelRatio: 1,
      performance: { now: () => clock.now },
      navigator: { getGamepads: () => [null, null, null, null], userAgent: "maribro-test", language: "en" },
      console: Object.fromEntries(
        ["log", "info", "warn", "error", "debug"].map((level) => [
          level,
          (/** @type {unknown[]} */ ...args) => void this.console.push(`${level}: ${args.join(" ")}`),
        ]),
      ),
      setTimeout: (/** @type {Function} */ fn, /** @type {number} */ ms) => clock.addTimer(fn, ms),
      setInterval: (/** @type {Function} */ fn, /** @type {number} */ ms) => clock.addTimer(fn, ms, true),
      clearTimeout: (/** @type {number} */ id) => clock.removeTimer(id),
      clearInterval: (/** @type {number} */ id) => clock.removeTimer(id),
      requestAnimationFrame: (/** @type {Function} */ fn) => clock.addFrame(fn),
      cancelAnimationFrame: (/** @type {number} */ id) => clock.removeFrame(id),
      queueMicrotask,
      eval: () => {
        throw new Error("no game needs eval");
      },
      // The SDK's own, for rates other than 1, which no host asks for here.
      MessageChannel: class {
        port1 = {};
        port2 = { postMessage() {} };
      },
      matchMedia: (/** @type {string} */ query) => {
        this.mediaQueries.add(query);
        const matches = reducedMotion && query.includes("prefers-reduced-motion");
        return { matches, addEventListener() {}, removeEventListener() {} };
      },
      getComputedStyle: (/** @type {Element} */ element) => element.style,
      addEventListener: (/** @type {string} */ type, /** @type {Function} */ listener) => {
        this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
      },
      removeEventListener: (/** @type {string} */ type, /** @type {Function} */ listener) => {
        this.#listeners.get(type)?.delete(listener);
      },
      dispatchEvent: (/** @type {{type: string}} */ event) => this.#fire(event.type, event),
      localStorage: { length: 0, getItem: () => null, setItem() {}, removeItem() {}, clear() {} },
      sessionStorage: { length: 0, getItem: () => null, setItem() {}, removeItem() {}, clear() {} },
      Date: FixedDate,
      Math: math,
      Event: class {
        /** @param {string} type */
        constructor(type) {
          this.type = type;
        }
      },
      AudioContext: soundFor(this),
      HTMLMediaElement: undefined,
      Path2D,
      OffscreenCanvas: undefined,
    });
    window.window = window;
    window.self = window;
    return window;
  }
}
