/**
 * All pads that this page can read: the browser's (0..15) and the keyboard's (300..303).
 * A headset that shows up as a pad has too few buttons; a pad without the standard mapping cannot be read rightly.
 * Both are left out, the latter with a hint.
 * @import { Direction, PadState, PadsView } from "../view.js"
 */
import { PadCounter } from "./counters.js";
import { KEY_PADS, KEYBOARD_BASE, KeyTracker, readKeyPad } from "./keys.js";
import { DirectionRepeat } from "./repeat.js";

/** A device with fewer buttons is no game pad. */
const LEAST_BUTTONS = 4;
/** Analog buttons of the standard layout: browsers call them pressed long before they are half way down. */
const TRIGGERS = new Set([6, 7]);
/** Buttons of the standard layout that the keyboard pads have, with the name of their key in the table. */
const KEY_OF_BUTTON = /** @type {const} */ ({ 0: "south", 1: "east", 12: "up", 13: "down", 14: "left", 15: "right" });

/**
 * One thing a pad did since the last reading.
 * @typedef {{pad: number, button: number} | {pad: number, direction: Direction}} PadNews
 */

/**
 * @typedef {object} KnownPad
 * @property {string} id what the browser calls the device
 * @property {PadCounter} counter
 * @property {DirectionRepeat} repeat
 */

export class PadHub {
  keys = new KeyTracker();
  #getGamepads;
  /** @type {Map<number, KnownPad>} */
  #known = new Map();
  /** @type {Set<number>} */
  #present = new Set(KEY_PADS.map((_, n) => KEYBOARD_BASE + n));
  /** Counted taps of the keyboard at the last reading, by code. @type {Map<string, number>} */
  #tapsRead = new Map();
  /** Pads that came since the last call of `takeArrivals`. @type {Set<number>} */
  #arrived = new Set();
  /** @type {PadsView} */
  #view = { present: new Set(this.#present), unmapped: false };

  /** @param {() => (Gamepad | null)[]} getGamepads the browser's reader; called at each reading */
  constructor(getGamepads) {
    this.#getGamepads = getGamepads;
  }

  /** @returns {PadsView} the same object as long as nothing changed */
  get view() {
    return this.#view;
  }

  /**
   * Whether this pad can be read now. Pads of the daemon and phones are not this page's to judge.
   * @param {number} pad
   */
  isPresent(pad) {
    return isPadPresent(this.view, pad);
  }

  /**
   * State of a pad; null when it cannot be read.
   * @param {number} pad
   * @returns {PadState | null}
   */
  state(pad) {
    return this.#present.has(pad) ? (this.#known.get(pad)?.counter.state ?? null) : null;
  }

  /**
   * Reads all pads.
   * @param {number} now ms, the clock of direction repeat
   * @returns {PadNews[]} presses and direction steps since the last reading, in pad order
   */
  poll(now) {
    /** @type {PadNews[]} */
    const news = [];
    this.#readBrowserPads(now, news);
    KEY_PADS.forEach((keys, n) => {
      const pad = KEYBOARD_BASE + n;
      const { axes, buttons } = readKeyPad(keys, (code) => this.keys.isDown(code));
      this.#take(pad, "keyboard", axes, buttons, now, news, (button) => {
        const name = KEY_OF_BUTTON[/** @type {keyof typeof KEY_OF_BUTTON} */ (button)];
        return name ? this.#newTaps(keys[name]) : 0;
      });
    });
    return news;
  }

  /** Pads that can be read since the last call and could not before. */
  takeArrivals() {
    const arrived = this.#arrived;
    this.#arrived = new Set();
    return arrived;
  }

  /**
   * @param {number} now
   * @param {PadNews[]} news
   */
  #readBrowserPads(now, news) {
    const present = new Set(KEY_PADS.map((_, n) => KEYBOARD_BASE + n));
    let unmapped = false;
    for (const gamepad of this.#getGamepads()) {
      if (!gamepad?.connected || gamepad.buttons.length < LEAST_BUTTONS) continue;
      if (gamepad.mapping !== "standard") {
        unmapped = true;
        continue;
      }
      // Indices are reused: another device under a known index is another pad, and nothing of the old one is held.
      if (this.#known.get(gamepad.index)?.id !== gamepad.id) this.#vanish(gamepad.index);
      if (!this.#present.has(gamepad.index)) this.#arrived.add(gamepad.index);
      present.add(gamepad.index);
      const levels = gamepad.buttons.map(({ pressed, value }, button) =>
        pressed && !TRIGGERS.has(button) ? 1 : value,
      );
      this.#take(gamepad.index, gamepad.id, gamepad.axes, levels, now, news);
    }
    for (const pad of this.#present) if (!present.has(pad)) this.#vanish(pad);
    const same = unmapped === this.#view.unmapped && present.size === this.#view.present.size;
    this.#present = present;
    if (!same || [...present].some((pad) => !this.#view.present.has(pad)))
      this.#view = { present: new Set(present), unmapped };
  }

  /** @param {number} pad */
  #vanish(pad) {
    this.#known.get(pad)?.counter.zero();
    this.#present.delete(pad);
  }

  /**
   * @param {number} pad
   * @param {string} id
   * @param {ArrayLike<number>} axes
   * @param {ArrayLike<number>} buttons
   * @param {number} now
   * @param {PadNews[]} news
   * @param {(button: number) => number} [tapsSince]
   */
  #take(pad, id, axes, buttons, now, news, tapsSince) {
    const known = this.#known.get(pad) ?? { id, counter: new PadCounter(), repeat: new DirectionRepeat() };
    known.id = id;
    this.#known.set(pad, known);
    const pressed = known.counter.read(axes, buttons, tapsSince);
    for (const button of pressed) news.push({ pad, button });
    for (const direction of known.repeat.steps(known.counter.state, pressed, now)) news.push({ pad, direction });
  }

  /** @param {string} code */
  #newTaps(code) {
    const taps = this.keys.taps(code);
    const fresh = taps - (this.#tapsRead.get(code) ?? 0);
    this.#tapsRead.set(code, taps);
    return fresh;
  }
}

/**
 * @param {PadsView} pads
 * @param {number} pad
 */
export function isPadPresent(pads, pad) {
  const othersToJudge = pad >= 100 && pad < KEYBOARD_BASE;
  return othersToJudge || pads.present.has(pad);
}
