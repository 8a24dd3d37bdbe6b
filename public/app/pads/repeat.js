/**
 * D-pad and left stick as menu directions, with key repeat.
 * @import { Direction } from "../view.js"
 */

/** Until a held direction repeats, in ms. */
const FIRST_REPEAT_MS = 400;
/** Between further repeats, in ms. */
const NEXT_REPEAT_MS = 150;
/** The stick counts as a direction from here, and stops counting below the lower mark: no flutter at the edge. */
const STICK_ON = 0.6;
const STICK_OFF = 0.4;
/** Directions of the standard layout's buttons 12 to 15. @type {readonly Direction[]} */
const DPAD = ["up", "down", "left", "right"];

/**
 * The direction a pad points at; the d-pad wins over the stick, the stick's longer axis over the other.
 * @param {{axes: number[], buttons: number[]}} pad
 * @param {Direction | null} held the direction of the last reading
 * @returns {Direction | null}
 */
function directionOf({ buttons, axes }, held) {
  const pushed = DPAD.find((_, n) => (buttons[12 + n] ?? 0) >= 0.5);
  if (pushed) return pushed;
  const [x = 0, y = 0] = axes;
  /** @type {Direction} */
  const toward = Math.abs(x) >= Math.abs(y) ? (x < 0 ? "left" : "right") : y < 0 ? "up" : "down";
  const reach = Math.max(Math.abs(x), Math.abs(y));
  return reach >= (toward === held ? STICK_OFF : STICK_ON) ? toward : null;
}

/** Repeat clock of one pad. */
export class DirectionRepeat {
  /** @type {Direction | null} */
  #held = null;
  #nextAt = 0;

  /**
   * @param {{axes: number[], buttons: number[]}} pad
   * @param {number[]} pressed buttons pressed since the last reading: a tap between two readings steps too
   * @param {number} now ms
   * @returns {Direction[]} steps to take now
   */
  steps(pad, pressed, now) {
    const steps = pressed.flatMap((button) => DPAD[button - 12] ?? []);
    const direction = directionOf(pad, this.#held);
    if (direction !== this.#held) {
      this.#held = direction;
      this.#nextAt = now + FIRST_REPEAT_MS;
      if (direction && !steps.includes(direction)) steps.push(direction);
    } else if (direction && now >= this.#nextAt) {
      this.#nextAt = now + NEXT_REPEAT_MS;
      steps.push(direction);
    }
    return steps;
  }
}
