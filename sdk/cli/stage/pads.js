/**
 * The verifier's players: what each of four pads does at which moment of a round. The same seed gives the same play, and no
 * player's play depends on who else is there.
 * @import { PadState } from "../../../public/app/view.js"
 * @typedef {"idle" | "mixed" | "mash" | "sticks"} Manner
 */

const BUTTONS = 17;
/** What the round-robin of a mashing player leaves out: SELECT and START may pause a game, and the last one is the system's. */
const LEFT_ALONE = new Set([8, 9, 16]);
const [SOUTH, EAST, WEST, NORTH] = [0, 1, 2, 3];

/** @param {number} seed @returns {() => number} 0..1 */
function dice(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One player with one pad. */
export class Player {
  #manner;
  #dice;
  #axes = [0, 0, 0, 0];
  #buttons = new Array(BUTTONS).fill(0);
  #presses = new Array(BUTTONS).fill(0);
  #turnAt = 0;
  #tapAt = 0;

  /** @param {Manner} manner @param {number} slot @param {number} seed */
  constructor(manner, slot, seed) {
    this.#manner = manner;
    this.#dice = dice(seed + 7919 * (slot + 1));
  }

  /**
   * Plays on until a moment; to be asked in order.
   * @param {number} now ms of the round
   * @returns {PadState}
   */
  play(now) {
    if (this.#manner !== "idle") {
      if (now >= this.#turnAt) this.#turn(now);
      if (this.#manner !== "sticks" && now >= this.#tapAt) this.#tap(now);
    }
    return { axes: this.#axes.slice(), buttons: this.#buttons.slice(), presses: this.#presses.slice() };
  }

  /** Another direction. @param {number} now */
  #turn(now) {
    const next = this.#dice;
    const stick = () => {
      const angle = next() * 2 * Math.PI;
      const reach = next() < 0.15 ? 0 : 1;
      return [Math.cos(angle) * reach, Math.sin(angle) * reach];
    };
    this.#axes = [...stick(), ...stick()];
    this.#turnAt = now + (this.#manner === "mash" ? 100 + 200 * next() : 300 + 500 * next());
  }

  /** Lets go, or presses. A player who mashes has many fingers. @param {number} now */
  #tap(now) {
    const next = this.#dice;
    const isMashing = this.#manner === "mash";
    const isHolding = this.#buttons.some((value) => value > 0);
    for (let button = 0; button < BUTTONS; button += 1) {
      const wanted = !isHolding && !LEFT_ALONE.has(button) && (isMashing ? next() < 0.5 : next() < likelihood(button));
      if (wanted) this.#presses[button] += 1;
      this.#buttons[button] = wanted ? 1 : 0;
    }
    this.#tapAt = now + (isMashing ? 50 : isHolding ? 50 + 150 * next() : 50 + 50 * next());
  }
}

/** @param {number} button */
function likelihood(button) {
  if (button === SOUTH) return 0.6;
  if (button === EAST) return 0.3;
  return button === WEST || button === NORTH ? 0.15 : 0.08;
}
