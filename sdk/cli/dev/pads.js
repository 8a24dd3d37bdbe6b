/**
 * The four pads of the mock mode: each seat has its keys, and the browser's pad of the same number as well.
 * @import { PadState, SeatPad } from "/public/app/view.js"
 * @typedef {PadState & {pad: Gamepad | null}} MockPad `pad`: the real one, if there is one
 */
import { PadHub } from "/public/app/pads/hub.js";
import { listenToKeyboard } from "/public/app/pads/keyboard.js";
import { KEY_PADS, KEYBOARD_BASE, KeyTracker, readKeyPad } from "/public/app/pads/keys.js";

const BUTTONS = 17;
const SLOTS = [0, 1, 2, 3];

export class MockPads {
  #hub;
  /** Keys that went down while the game had the focus: it hears them by itself, and they are shown only. */
  #inGame = new KeyTracker();
  /** Presses of each seat's pads, as last read: one that is unplugged keeps what it counted. @type {Map<number, number[]>} */
  #counted = new Map();
  #getGamepads;

  /**
   * @param {() => (Gamepad | null)[]} getGamepads
   * @param {() => void} onPress called at each key that goes down, and must read
   */
  constructor(getGamepads, onPress) {
    this.#getGamepads = getGamepads;
    this.#hub = new PadHub(getGamepads);
    listenToKeyboard(this.#hub.keys, onPress);
  }

  /** @param {number} now ms */
  poll(now) {
    this.#hub.poll(now);
  }

  /** @param {string | null} code null: all are up @param {boolean} isDown */
  keyInGame(code, isDown) {
    if (code === null) this.#inGame.releaseAll();
    else if (isDown) this.#inGame.press(code);
    else this.#inGame.release(code);
  }

  /**
   * What the host page tells a game of its pads.
   * @param {readonly boolean[]} seats
   * @returns {(SeatPad | null)[]}
   */
  forGame(seats) {
    return SLOTS.map((slot) => {
      if (!seats[slot]) return null;
      const [keys, pad] = [KEYBOARD_BASE + slot, slot].map((number) => this.#state(number));
      const state = keys && pad ? together(keys, pad) : (keys ?? pad);
      const presses = [KEYBOARD_BASE + slot, slot].map((number) => this.#counted.get(number) ?? []);
      return state && { ...state, gamepadIndex: KEYBOARD_BASE + slot, presses: sum(presses) };
    });
  }

  /** What people see. @param {number} slot @returns {MockPad} */
  shown(slot) {
    const keys = /** @type {import("/public/app/pads/keys.js").KeyPad} */ (KEY_PADS[slot]);
    const inGame = { ...readKeyPad(keys, (code) => this.#inGame.isDown(code)), presses: [] };
    const states = [KEYBOARD_BASE + slot, slot].map((number) => this.#hub.state(number));
    const state = states.reduce(
      (all, one) => (one && all ? together(all, one) : all),
      /** @type {PadState} */ (inGame),
    );
    return { .../** @type {PadState} */ (state), pad: this.gamepad(slot) };
  }

  /** The browser's pad of a seat. @param {number} slot */
  gamepad(slot) {
    return this.#getGamepads().find((pad) => pad?.connected && pad.index === slot) ?? null;
  }

  /** @param {number} number */
  #state(number) {
    const state = this.#hub.state(number);
    if (state) this.#counted.set(number, state.presses);
    return state;
  }
}

/** @param {PadState} a @param {PadState} b @returns {PadState} */
function together(a, b) {
  const further = (/** @type {number} */ x, /** @type {number} */ y) => (Math.abs(y) > Math.abs(x) ? y : x);
  return {
    axes: [0, 1, 2, 3].map((n) => further(a.axes[n] ?? 0, b.axes[n] ?? 0)),
    buttons: Array.from({ length: BUTTONS }, (_, n) => Math.max(a.buttons[n] ?? 0, b.buttons[n] ?? 0)),
    presses: a.presses,
  };
}

/** @param {number[][]} lists */
function sum(lists) {
  return Array.from({ length: BUTTONS }, (_, n) => lists.reduce((all, list) => all + (list[n] ?? 0), 0));
}
