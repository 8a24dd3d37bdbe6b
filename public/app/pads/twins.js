/**
 * One pad, seen twice: by the browser and by the input daemon. Pure.
 *
 * Neither says who the other's pad is, so twins are known by what they do: the same button goes down on both within a moment,
 * again and again. Until that is sure a press of a pad without a seat waits for that moment, so that it never takes a second
 * seat; a press of a pad that has one acts at once. As many people as press in one moment are counted, so that none waits for
 * another press: two pads of a side are two people for certain.
 */

/** What both sides tell of one press is told within this time, in ms: a frame of the screen, and a busy machine. */
export const SAME_PRESS_MS = 80;
/** So many presses in a row that both told alike make twins. */
export const SURE_AFTER = 3;
/** So many presses on each of two twins that the other did not tell part them again. One side alone may be deaf. */
const PARTED_AFTER = 2;

/**
 * What a pad says of itself.
 * @typedef {{number: number, make: string}} Kin `make`: `vendor:product`, or empty when it is not known
 * @typedef {{pad: number, button: number, from: number, at: number, acted: boolean}} Waiting `from`, `at`: it happened between
 *   these, ms
 * @typedef {{presses: number, strangeness: [number, number]}} Bond how often both told alike; presses that one side told alone
 * @typedef {{pad: number, button: number}} Press
 */

/**
 * Vendor and product as browsers write them into a pad's id.
 * @param {string} id
 * @returns {string} `054c:09cc`; empty when it does not say
 */
export function makeOf(id) {
  const words = id.match(/Vendor: ([0-9a-f]{4}) Product: ([0-9a-f]{4})/i) ?? id.match(/^([0-9a-f]{4})-([0-9a-f]{4})-/i);
  return words ? `${words[1]}:${words[2]}`.toLowerCase() : "";
}

/** @param {string} a @param {string} b */
const mayBeSame = (a, b) => a === b || a === "" || b === "";
/** @param {number} pad */
const isDaemons = (pad) => pad >= 100;

export class Twins {
  /** Pads that are there. @type {Map<number, string>} */
  #makes = new Map();
  /** What is known of each two, by browser pad and daemon pad. @type {Map<number, Map<number, Bond>>} */
  #bonds = new Map();
  /** Both ways. @type {Map<number, number>} */
  #sure = new Map();
  /** Daemon pads that pressed and no browser pad did: no need to wait for one. @type {Set<number>} */
  #alone = new Set();
  /** @type {Waiting[]} */
  #waiting = [];
  #epoch = 0;

  /** Grows with every change of who is whose twin. */
  get epoch() {
    return this.#epoch;
  }

  /**
   * The other number of this pad; null when it is not sure that there is one.
   * @param {number} pad
   */
  of(pad) {
    return this.#sure.get(pad) ?? null;
  }

  /**
   * The other number of this pad, also when it only looks so: good enough for a light, not for a seat.
   * @param {number} pad
   * @returns {number | null}
   */
  guess(pad) {
    const sure = this.of(pad);
    if (sure !== null) return sure;
    const others = [...this.#makes.keys()].filter(
      (other) => isDaemons(other) !== isDaemons(pad) && this.of(other) === null,
    );
    const likely = others.filter((other) => (this.#bond(pad, other)?.presses ?? 0) > 0);
    return likely.length === 1 ? (likely[0] ?? null) : null;
  }

  /**
   * Which pads there are now. A browser's pad that is gone is forgotten, for its index is given to others; the daemon's
   * numbers stay with their pads.
   * @param {Kin[]} pads
   * @returns {{gone: number, twin: number}[]} browser pads that are gone, and who they were for the daemon
   */
  meet(pads) {
    const makes = new Map(pads.map(({ number, make }) => [number, make]));
    const parted = [];
    for (const [pad, make] of this.#makes) {
      if (makes.get(pad) === make) continue;
      this.#waiting = this.#waiting.filter((press) => press.pad !== pad);
      if (isDaemons(pad)) {
        this.#alone.delete(pad);
        continue;
      }
      const twin = this.of(pad);
      if (twin !== null) parted.push({ gone: pad, twin });
      this.#part(pad);
      this.#bonds.delete(pad);
    }
    this.#makes = makes;
    return parted;
  }

  /**
   * A pad without a twin was pressed.
   * @param {number} pad
   * @param {number} button
   * @param {number} now ms
   * @param {boolean} seated whether it has a seat
   * @param {number} [since] when pads were read before, ms: a page that was held up reads a press late
   * @returns {boolean} whether the press acts now; if not, `settle` says later whose it was
   */
  press(pad, button, now, seated, since = now) {
    const others = this.#others(pad);
    // A page sees no pad before its first press: silence of the browser is no proof before that moment is over.
    const mayHaveTwin = others.length > 0 || (isDaemons(pad) && !this.#alone.has(pad));
    const acted = seated || !mayHaveTwin;
    if (mayHaveTwin) this.#waiting.push({ pad, button, from: since, at: now, acted });
    return acted;
  }

  /**
   * Both told how often a button of two twins went down since the last time.
   * @param {number} browserPad
   * @param {boolean} same whether they told the same
   * @param {0 | 1} [side] who told more: 0 the browser, 1 the daemon
   */
  compare(browserPad, same, side = 0) {
    const bond = this.#bond(browserPad, this.of(browserPad) ?? -1);
    if (!bond) return;
    if (same) bond.strangeness = [0, 0];
    else bond.strangeness[side] += 1;
    if (Math.min(...bond.strangeness) < PARTED_AFTER) return;
    this.#part(browserPad);
    this.#bonds.delete(browserPad);
  }

  /**
   * Presses whose moment is over.
   * @param {number} now ms
   * @param {(pad: number) => boolean} isSeated
   * @returns {Press[]} those that act now
   */
  settle(now, isSeated) {
    /** @type {Press[]} */
    const acting = [];
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const { button, at } = first;
      const make = this.#makes.get(first.pad) ?? "";
      const together = this.#waiting.filter(
        (press) =>
          press.button === button &&
          press.from - at <= SAME_PRESS_MS &&
          mayBeSame(make, this.#makes.get(press.pad) ?? ""),
      );
      if (now - at < SAME_PRESS_MS && !this.#isComplete(together)) break;
      this.#waiting = this.#waiting.filter((press) => !together.includes(press));
      acting.push(...this.#judge(together, isSeated).map((pad) => ({ pad, button })));
    }
    return acting;
  }

  /**
   * Nobody else can join: one pad on each side, and both have told.
   * @param {Waiting[]} presses
   */
  #isComplete(presses) {
    const [a, b] = presses;
    if (presses.length !== 2 || !a || !b || isDaemons(a.pad) === isDaemons(b.pad)) return false;
    return this.#others(a.pad).length === 1 && this.#others(b.pad).length === 1;
  }

  /**
   * Who of those that pressed in one moment acts: as many as there are people for certain.
   * @param {Waiting[]} presses
   * @param {(pad: number) => boolean} isSeated
   * @returns {number[]} pads
   */
  #judge(presses, isSeated) {
    const browser = [...new Set(presses.map(({ pad }) => pad).filter((pad) => !isDaemons(pad)))];
    const daemon = [...new Set(presses.map(({ pad }) => pad).filter(isDaemons))];
    this.#learn(browser, daemon);
    const acted = (/** @type {number} */ pad) => presses.some((press) => press.pad === pad && press.acted);
    const idle = (/** @type {number[]} */ pads) => pads.filter((pad) => !acted(pad) && !isSeated(pad));
    const didAct = (/** @type {number[]} */ pads) => idle(pads).length < pads.length;
    if (browser.length === 0) {
      for (const pad of daemon) this.#alone.add(pad);
      return idle(daemon);
    }
    if (daemon.length === 0) return idle(browser);
    // Somebody who acted by one number is among those of the other side, and nobody knows which. All of the own side
    // are others for certain.
    if (didAct(browser)) return didAct(daemon) ? [] : idle(browser);
    if (didAct(daemon)) return idle(daemon);
    return browser.length >= daemon.length ? browser : daemon;
  }

  /**
   * @param {number[]} browser
   * @param {number[]} daemon
   */
  #learn(browser, daemon) {
    const [b, d] = [browser[0], daemon[0]];
    if (browser.length === 1 && daemon.length === 1 && b !== undefined && d !== undefined) {
      const bonds = this.#bonds.get(b) ?? new Map();
      this.#bonds.set(b, bonds);
      const bond = bonds.get(d) ?? { presses: 0, strangeness: [0, 0] };
      bond.presses += 1;
      bonds.set(d, bond);
      if (bond.presses < SURE_AFTER) return;
      this.#sure.set(b, d).set(d, b);
      this.#epoch += 1;
    } else if (browser.length === 0 || daemon.length === 0) {
      // One that pressed while the other did not is not the other.
      for (const pad of daemon) for (const bonds of this.#bonds.values()) bonds.delete(pad);
      for (const pad of browser) this.#bonds.delete(pad);
    }
  }

  /**
   * Pads of the other side that are there, may be the same make and have no twin.
   * @param {number} pad
   */
  #others(pad) {
    const make = this.#makes.get(pad) ?? "";
    return [...this.#makes]
      .filter(([other, its]) => isDaemons(other) !== isDaemons(pad) && this.of(other) === null && mayBeSame(make, its))
      .map(([other]) => other);
  }

  /** @param {number} pad @param {number} other @returns {Bond | null} */
  #bond(pad, other) {
    const [b, d] = isDaemons(pad) ? [other, pad] : [pad, other];
    return this.#bonds.get(b)?.get(d) ?? null;
  }

  /** @param {number} browserPad */
  #part(browserPad) {
    const twin = this.of(browserPad);
    if (twin === null) return;
    this.#sure.delete(browserPad);
    this.#sure.delete(twin);
    this.#epoch += 1;
  }
}
