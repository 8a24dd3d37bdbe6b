/**
 * All pads that this page can read: the browser's (0..15), the input daemon's (100 + n) and the keyboard's (300..303).
 * A headset that shows up as a pad has too few buttons; a pad without the standard mapping cannot be read rightly. The browser's
 * of both kinds are left out, the latter with a hint unless the daemon reads it.
 *
 * A pad that both see is one: its two numbers show the same state (`pair.js`), and its presses are told once (`twins.js`).
 * @import { Battery, DaemonPad, Direction, PadState, PadsView, SeatPad } from "../view.js"
 */
import { listed, neutralPad, PadCounter } from "./counters.js";
import { KEY_PADS, KEYBOARD_BASE, KeyTracker, readKeyPad } from "./keys.js";
import { Pair } from "./pair.js";
import { DirectionRepeat } from "./repeat.js";
import { makeOf, Twins } from "./twins.js";

/** A device with fewer buttons is no game pad. */
const LEAST_BUTTONS = 4;
/** Analog buttons of the standard layout: browsers call them pressed long before they are half way down. */
const TRIGGERS = new Set([6, 7]);
const NO_PAD = -1;
/** Buttons of the standard layout that the keyboard pads have, with the name of their key in the table. */
const KEY_OF_BUTTON = /** @type {const} */ ({ 0: "south", 1: "east", 12: "up", 13: "down", 14: "left", 15: "right" });

/**
 * One thing a pad did since the last reading.
 * @typedef {{pad: number, button: number} | {pad: number, direction: Direction}} PadNews
 */

/**
 * What the hub asks of the line to the daemon.
 * @typedef {{read(): Iterable<DaemonPad>, info(number: number): {vendor: string, product: string, battery?: Battery} | null}} DaemonSource
 */

/**
 * @typedef {object} KnownPad
 * @property {string} id what its source calls the device
 * @property {PadCounter} counter what its source tells
 * @property {PadState} state what the pad shows, its twin counted in
 * @property {number[]} fresh presses of each button that its source told at this reading
 * @property {DirectionRepeat} repeat
 */

/** @type {DaemonSource} */
const NO_DAEMON = { read: () => [], info: () => null };

export class PadHub {
  keys = new KeyTracker();
  twins = new Twins();
  #getGamepads;
  #daemon;
  /** @type {Map<number, KnownPad>} */
  #known = new Map();
  /** Pads whose own source can read them. @type {Set<number>} */
  #read = new Set();
  /** Merging of pads that are seen twice, by the browser's number. @type {Map<number, Pair>} */
  #pairs = new Map();
  /** Raw counters of the daemon's pads. @type {Map<number, number[]>} */
  #counts = new Map();
  /** Counted taps of the keyboard at the last reading, by code. @type {Map<string, number>} */
  #tapsRead = new Map();
  /** Pads that came since the last call of `takeArrivals`. @type {Set<number>} */
  #arrived = new Set();
  /** @type {{gone: number, twin: number}[]} */
  #parted = [];
  #twinsEpoch = 0;
  /** When pads were read before, ms. */
  #readAt = Number.NEGATIVE_INFINITY;
  /** @type {PadsView} */
  #view = {
    present: new Set(KEY_PADS.map((_, n) => KEYBOARD_BASE + n)),
    unmapped: false,
    twins: new Map(),
    batteries: new Map(),
  };

  /**
   * @param {() => (Gamepad | null)[]} getGamepads the browser's reader; called at each reading
   * @param {DaemonSource} [daemon]
   */
  constructor(getGamepads, daemon = NO_DAEMON) {
    this.#getGamepads = getGamepads;
    this.#daemon = daemon;
  }

  /** @returns {PadsView} the same object as long as nothing changed */
  get view() {
    return this.#view;
  }

  /**
   * Whether this pad can be read now, by itself or by its twin. Phones are not this page's to judge.
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
    return this.#view.present.has(pad) ? (this.#known.get(pad)?.state ?? null) : null;
  }

  /**
   * What a game needs to know of a seat's pad; null when it cannot be read.
   * @param {number} pad
   * @returns {SeatPad | null}
   */
  seatPad(pad) {
    const state = this.state(pad);
    if (!state) return null;
    const twin = pad < KEYBOARD_BASE ? this.twins.of(pad) : null;
    const [b, d] = pad < 100 ? [pad, twin] : [twin, pad];
    const canBrowser = b !== null && this.#read.has(b) && !this.#pairs.get(b)?.isBrowserSilent;
    const browserPad = canBrowser ? b : NO_PAD;
    const counts = d !== null && this.#read.has(d) ? this.#counts.get(d) : undefined;
    return {
      ...state,
      gamepadIndex: pad,
      ...(browserPad !== (pad < 100 ? pad : NO_PAD) && { browserPad }),
      ...(d !== null && counts && { daemonPad: d, counts }),
    };
  }

  /**
   * Reads all pads.
   * @param {number} now ms, the clock of direction repeat
   * @param {(pad: number) => boolean} [isSeated] whether somebody sits with this pad: its presses never wait
   * @returns {PadNews[]} presses and direction steps since the last reading, in pad order
   */
  poll(now, isSeated = () => false) {
    const present = new Set(KEY_PADS.map((_, n) => KEYBOARD_BASE + n));
    const unmapped = this.#readBrowser(present);
    this.#readDaemon(present);
    this.#readKeyboard();
    for (const pad of this.#read) {
      if (present.has(pad)) continue;
      this.#known.get(pad)?.counter.zero();
      this.#known.get(pad)?.fresh.fill(0);
    }
    this.#read = present;
    this.#parted.push(
      ...this.twins.meet([...present].filter((pad) => pad < KEYBOARD_BASE).map((pad) => this.#kin(pad))),
    );
    const news = this.#tell(now, isSeated);
    this.#readAt = now;
    this.#renewView(unmapped.some((make) => !this.#daemonHas(make)));
    return news;
  }

  /** Pads that can be read since the last call and could not before. */
  takeArrivals() {
    const arrived = this.#arrived;
    this.#arrived = new Set();
    return arrived;
  }

  /** Browser pads that went away since the last call, and who they are for the daemon: that number stays with the pad. */
  takeParted() {
    const parted = this.#parted;
    this.#parted = [];
    return parted;
  }

  /**
   * @param {Set<number>} present
   * @returns {string[]} makes of pads whose layout the browser does not know
   */
  #readBrowser(present) {
    const unmapped = [];
    for (const gamepad of this.#getGamepads()) {
      if (!gamepad?.connected || gamepad.buttons.length < LEAST_BUTTONS) continue;
      if (gamepad.mapping !== "standard") {
        unmapped.push(makeOf(gamepad.id));
        continue;
      }
      // Indices are reused: another device under a known index is another pad, and nothing of the old one is held.
      const pad = this.#enter(present, gamepad.index, gamepad.id);
      const levels = gamepad.buttons.map(({ pressed, value }, button) =>
        pressed && !TRIGGERS.has(button) ? 1 : value,
      );
      pad.fresh = pad.counter.read(gamepad.axes, levels);
    }
    return unmapped;
  }

  /** @param {Set<number>} present */
  #readDaemon(present) {
    for (const reading of this.#daemon.read()) {
      const pad = this.#enter(present, reading.number, "daemon");
      pad.fresh = pad.counter.follow(reading);
      this.#counts.set(reading.number, reading.counts);
    }
  }

  #readKeyboard() {
    KEY_PADS.forEach((keys, n) => {
      const pad = this.#know(KEYBOARD_BASE + n, "keyboard");
      const { axes, buttons } = readKeyPad(keys, (code) => this.keys.isDown(code));
      pad.fresh = pad.counter.read(axes, buttons, (button) => {
        const name = KEY_OF_BUTTON[/** @type {keyof typeof KEY_OF_BUTTON} */ (button)];
        return name ? this.#newTaps(keys[name]) : 0;
      });
    });
  }

  /**
   * @param {Set<number>} present
   * @param {number} number
   * @param {string} id
   */
  #enter(present, number, id) {
    const pad = this.#know(number, id);
    if (pad.id !== id) {
      pad.counter.zero();
      this.#read.delete(number);
    }
    pad.id = id;
    if (!this.#read.has(number)) this.#arrived.add(number);
    present.add(number);
    return pad;
  }

  /** @param {number} number @param {string} id @returns {KnownPad} */
  #know(number, id) {
    const known = this.#known.get(number);
    if (known) return known;
    const pad = { id, counter: new PadCounter(), state: neutralPad(), fresh: [], repeat: new DirectionRepeat() };
    this.#known.set(number, pad);
    return pad;
  }

  /** @param {number} number @returns {import("./twins.js").Kin} */
  #kin(number) {
    const info = number >= 100 ? this.#daemon.info(number) : null;
    const make = info
      ? `${info.vendor}:${info.product}`
      : number >= 100
        ? ""
        : makeOf(this.#known.get(number)?.id ?? "");
    return { number, make };
  }

  /** @param {string} make */
  #daemonHas(make) {
    return [...this.#read].some((pad) => pad >= 100 && pad < KEYBOARD_BASE && this.#kin(pad).make === make);
  }

  /**
   * Makes of all readings what the pads show, and what is to be told of them.
   * @param {number} now
   * @param {(pad: number) => boolean} isSeated
   */
  #tell(now, isSeated) {
    /** @type {PadNews[]} */
    const news = [];
    for (const number of [...this.#read].sort((a, b) => a - b)) {
      const pad = this.#know(number, "");
      const twin = number < KEYBOARD_BASE ? this.twins.of(number) : null;
      if (twin !== null) {
        // Once for both: by the browser's number, by the daemon's when the browser has none.
        if (number < 100 || !this.#read.has(twin)) this.#tellPair(number, twin, now, news);
        continue;
      }
      pad.state = { ...pad.counter.state, presses: sum(pad.state.presses, pad.fresh) };
      const pressed = listed(pad.fresh);
      for (const button of pressed) {
        if (number >= KEYBOARD_BASE || this.twins.press(number, button, now, isSeated(number), this.#readAt)) {
          news.push({ pad: number, button });
        }
      }
      for (const direction of pad.repeat.steps(pad.state, pressed, now)) news.push({ pad: number, direction });
    }
    news.push(...this.twins.settle(now, isSeated));
    return news;
  }

  /**
   * @param {number} number
   * @param {number} twin
   * @param {number} now
   * @param {PadNews[]} news
   */
  #tellPair(number, twin, now, news) {
    const [b, d] = number < 100 ? [number, twin] : [twin, number];
    const [browser, daemon] = [this.#know(b, ""), this.#know(d, "")];
    const pair = this.#pairs.get(b) ?? new Pair();
    this.#pairs.set(b, pair);
    const seenBy = (/** @type {number} */ side) => (this.#read.has(side) ? this.#know(side, "").counter.state : null);
    const none = neutralPad().presses;
    const both = this.#read.has(b) && this.#read.has(d);
    const { presses, missedBy, agreed } = pair.count(
      this.#read.has(b) ? browser.fresh : none,
      this.#read.has(d) ? daemon.fresh : none,
      now,
      this.#readAt,
    );
    if (both) {
      if (agreed) this.twins.compare(b, true);
      for (const side of missedBy) this.twins.compare(b, false, side === 0 ? 1 : 0);
    }
    const levels = pair.choose(seenBy(b), seenBy(d), now) ?? neutralPad();
    for (const pad of [browser, daemon]) pad.state = { ...levels, presses: sum(pad.state.presses, presses) };
    const pressed = listed(presses);
    for (const button of pressed) news.push({ pad: number, button });
    for (const direction of browser.repeat.steps(browser.state, pressed, now)) news.push({ pad: number, direction });
  }

  /** @param {boolean} unmapped */
  #renewView(unmapped) {
    const twins = new Map();
    const present = new Set(this.#read);
    for (const pad of this.#read) {
      const twin = pad < KEYBOARD_BASE ? this.twins.of(pad) : null;
      if (twin === null) continue;
      twins.set(pad, twin).set(twin, pad);
      present.add(twin);
    }
    for (const b of this.#pairs.keys()) if (!twins.has(b)) this.#pairs.delete(b);
    const batteries = this.#batteries(twins);
    const old = this.#view;
    const same =
      unmapped === old.unmapped &&
      present.size === old.present.size &&
      batteries.size === old.batteries.size &&
      this.#twinsEpoch === this.twins.epoch;
    const isKnown = [...batteries].every(([pad, battery]) => old.batteries.get(pad) === battery);
    if (same && isKnown && [...present].every((pad) => old.present.has(pad))) return;
    this.#twinsEpoch = this.twins.epoch;
    this.#view = { present, unmapped, twins, batteries };
  }

  /** What the pads tell of their batteries, by either of their numbers. @param {Map<number, number>} twins */
  #batteries(twins) {
    /** @type {Map<number, Battery>} */
    const batteries = new Map();
    for (const pad of this.#read) {
      const battery = pad >= 100 && pad < KEYBOARD_BASE ? this.#daemon.info(pad)?.battery : undefined;
      if (battery === undefined || battery === "unknown") continue;
      batteries.set(pad, battery).set(twins.get(pad) ?? pad, battery);
    }
    return batteries;
  }

  /** @param {string} code */
  #newTaps(code) {
    const taps = this.keys.taps(code);
    const fresh = taps - (this.#tapsRead.get(code) ?? 0);
    this.#tapsRead.set(code, taps);
    return fresh;
  }
}

/** @param {number[]} totals @param {number[]} fresh */
function sum(totals, fresh) {
  return totals.map((total, button) => total + (fresh[button] ?? 0));
}

/**
 * @param {PadsView} pads
 * @param {number} pad
 */
export function isPadPresent(pads, pad) {
  const isPhone = pad >= 200 && pad < KEYBOARD_BASE;
  return isPhone || pads.present.has(pad);
}

/**
 * The seat of somebody who sits with this pad, by either of its numbers.
 * @template {{gamepadIndex: number}} S
 * @param {PadsView} pads
 * @param {S[]} seats
 * @param {number} pad
 * @returns {S | null}
 */
export function seatOf(pads, seats, pad) {
  const twin = pads.twins.get(pad);
  return seats.find(({ gamepadIndex }) => gamepadIndex === pad || gamepadIndex === twin) ?? null;
}
