/**
 * The keyboard as four pads: the key table of the contract, by `KeyboardEvent.code`.
 * @typedef {{move: string, south: string, east: string}} KeyLabels words on the key caps
 * @typedef {{up: string, left: string, down: string, right: string, south: string, east: string, labels: KeyLabels}} KeyPad
 */

/** Number of the first keyboard pad. */
export const KEYBOARD_BASE = 300;

/** @type {readonly KeyPad[]} */
export const KEY_PADS = [
  {
    up: "KeyW",
    left: "KeyA",
    down: "KeyS",
    right: "KeyD",
    south: "Space",
    east: "ShiftLeft",
    labels: { move: "WASD", south: "Space", east: "Shift" },
  },
  {
    up: "ArrowUp",
    left: "ArrowLeft",
    down: "ArrowDown",
    right: "ArrowRight",
    south: "Enter",
    east: "Slash",
    labels: { move: "←↑↓→", south: "Enter", east: "/" },
  },
  {
    up: "KeyI",
    left: "KeyJ",
    down: "KeyK",
    right: "KeyL",
    south: "KeyN",
    east: "KeyM",
    labels: { move: "IJKL", south: "N", east: "M" },
  },
  {
    up: "KeyT",
    left: "KeyF",
    down: "KeyG",
    right: "KeyH",
    south: "KeyR",
    east: "KeyY",
    labels: { move: "TFGH", south: "R", east: "Y" },
  },
];

/** Every code of the table. */
export const PAD_CODES = new Set(
  KEY_PADS.flatMap(({ up, left, down, right, south, east }) => [up, left, down, right, south, east]),
);

/**
 * Labels of a keyboard pad's keys; null for any other pad.
 * @param {number} padIndex
 */
export function keyLabels(padIndex) {
  return KEY_PADS[padIndex - KEYBOARD_BASE]?.labels ?? null;
}

/**
 * What a key pad reads as. Diagonals have length 1, as on a round stick; opposite keys cancel out.
 * @param {KeyPad} keys
 * @param {(code: string) => boolean} isDown
 * @returns {{axes: number[], buttons: number[]}}
 */
export function readKeyPad(keys, isDown) {
  const x = Number(isDown(keys.right)) - Number(isDown(keys.left));
  const y = Number(isDown(keys.down)) - Number(isDown(keys.up));
  const length = Math.hypot(x, y) || 1;
  const buttons = new Array(17).fill(0);
  buttons[0] = Number(isDown(keys.south));
  buttons[1] = Number(isDown(keys.east));
  buttons[12] = Number(isDown(keys.up));
  buttons[13] = Number(isDown(keys.down));
  buttons[14] = Number(isDown(keys.left));
  buttons[15] = Number(isDown(keys.right));
  return { axes: [x / length, y / length, 0, 0], buttons };
}

/**
 * Which keys are down, and how often each went down: a tap between two readings still counts.
 * Holds no listeners; the page hands the events in.
 */
export class KeyTracker {
  /** @type {Set<string>} */
  #down = new Set();
  /** @type {Map<string, number>} */
  #taps = new Map();

  /**
   * @param {string} code
   * @returns {boolean} whether the key went down just now (not a repeat)
   */
  press(code) {
    if (this.#down.has(code)) return false;
    this.#down.add(code);
    this.#taps.set(code, (this.#taps.get(code) ?? 0) + 1);
    return true;
  }

  /** @param {string} code */
  release(code) {
    this.#down.delete(code);
  }

  /** The window lost the keyboard: no key-up will come. */
  releaseAll() {
    this.#down.clear();
  }

  /** @param {string} code */
  isDown(code) {
    return this.#down.has(code);
  }

  /**
   * How often this key went down since the page was opened.
   * @param {string} code
   */
  taps(code) {
    return this.#taps.get(code) ?? 0;
  }
}
