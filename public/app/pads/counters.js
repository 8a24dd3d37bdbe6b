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
   * @returns {number[]} the buttons pressed since the last reading, one entry a press
   */
  read(axes, buttons, tapsSince = () => 0) {
    const before = this.#state;
    const levels = Array.from({ length: BUTTONS }, (_, button) => within(buttons[button], 0, 1));
    const presses = before.presses.slice();
    /** @type {number[]} */
    const pressed = [];
    levels.forEach((level, button) => {
      const rose = level >= PRESSED_FROM && (before.buttons[button] ?? 0) < PRESSED_FROM;
      const count = Math.max(Number(rose), tapsSince(button));
      presses[button] = (presses[button] ?? 0) + count;
      for (let press = 0; press < count; press += 1) pressed.push(button);
    });
    this.#state = { axes: [0, 1, 2, 3].map((axis) => within(axes[axis], -1, 1)), buttons: levels, presses };
    return pressed;
  }

  /** The pad is gone: nothing stays held. */
  zero() {
    this.#state = { ...neutralPad(), presses: this.#state.presses };
  }
}
