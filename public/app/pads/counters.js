/**
 * Edges of one pad: from readings of levels to press counters, so that no tap is lost on the way to a game.
 * @import { PadState } from "../view.js"
 */

/** Buttons of the W3C standard layout, the PS button (16) among them: it is never bound, but has a place. */
const BUTTONS = 17;
/** A trigger counts as pressed from here on. */
const PRESSED_FROM = 0.5;

/** @returns {PadState} */
export function neutralPad() {
  return { axes: [0, 0, 0, 0], buttons: new Array(BUTTONS).fill(0), presses: new Array(BUTTONS).fill(0) };
}

/** @param {unknown} value @param {number} low @param {number} high */
function within(value, low, high) {
  return typeof value === "number" && Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : 0;
}

/**
 * Buttons that were pressed, one entry a press.
 * @param {number[]} fresh presses of each button
 */
export function listed(fresh) {
  return fresh.flatMap((count, button) => new Array(count).fill(button));
}

/** Press counters of one pad. They only ever grow, also over a reconnect, so that a reader sees no false press. */
export class PadCounter {
  #state = neutralPad();

  /** The latest reading. The object is replaced, never changed, by `read` and `zero`. */
  get state() {
    return this.#state;
  }

  /**
   * Takes a new reading.
   * @param {ArrayLike<number>} axes missing ones are 0
   * @param {ArrayLike<number>} buttons levels 0..1; missing ones are 0
   * @param {(button: number) => number} [tapsSince] presses counted at the source since the last reading; may say more
   *   than the levels show
   * @returns {number[]} presses of each button since the last reading
   */
  read(axes, buttons, tapsSince = () => 0) {
    const before = this.#state;
    return this.#take(axes, buttons, (button, level) => {
      const rose = level >= PRESSED_FROM && (before.buttons[button] ?? 0) < PRESSED_FROM;
      return Math.max(Number(rose), tapsSince(button));
    });
  }

  /**
   * Takes a reading of a source that counts every press itself, from 0 on when it is new. What was pressed while the pad was gone is no press.
   * @param {{axes: number[], buttons: number[], presses: number[]}} reading `presses` only ever grow
   * @returns {number[]} presses of each button since the last reading
   */
  follow({ axes, buttons, presses }) {
    const before = this.#followed;
    this.#followed = presses;
    return this.#take(axes, buttons, (button) => (before ? (presses[button] ?? 0) - (before[button] ?? 0) : 0));
  }

  /** Counters of the source that is followed; null after the pad was gone. @type {number[] | null} */
  #followed = new Array(BUTTONS).fill(0);

  /**
   * @param {ArrayLike<number>} axes
   * @param {ArrayLike<number>} buttons
   * @param {(button: number, level: number) => number} countNew
   */
  #take(axes, buttons, countNew) {
    const levels = Array.from({ length: BUTTONS }, (_, button) => within(buttons[button], 0, 1));
    const fresh = levels.map((level, button) => countNew(button, level));
    const presses = this.#state.presses.map((count, button) => count + (fresh[button] ?? 0));
    this.#state = { axes: [0, 1, 2, 3].map((axis) => within(axes[axis], -1, 1)), buttons: levels, presses };
    return fresh;
  }

  /** The pad is gone: nothing stays held. */
  zero() {
    this.#state = { ...neutralPad(), presses: this.#state.presses };
    this.#followed = null;
  }
}
