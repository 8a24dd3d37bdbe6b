/**
 * Two sources of one pad made into one: each press counts once, whichever tells of it first, and what is held comes from the
 * browser as long as it is not silent. Pure.
 * @import { PadState } from "../view.js"
 */
import { SAME_PRESS_MS } from "./twins.js";

export class Pair {
  /** The daemon tells of something and the browser does not. */
  isBrowserSilent = false;
  /** Presses that the daemon told and the browser did not (yet); below zero the other way round. @type {number[]} */
  #lead = [];
  /** When either side last told of a press, in ms. @type {number[]} */
  #changedAt = [];
  /** When each side last told of a change, in ms. */
  #movedAt = [0, 0];
  /** @type {(PadState | null)[]} */
  #last = [null, null];

  /**
   * @param {number[]} browser presses of each button that the browser told since the last time
   * @param {number[]} daemon the same of the daemon
   * @param {number} now ms
   * @param {number} [since] when both were read before, ms: what one tells now may have happened right after that
   * @returns {{presses: number[], missedBy: Set<0 | 1>, agreed: boolean}} presses that count now; who did not tell one that
   *   the other had told a moment ago; whether both told one alike
   */
  count(browser, daemon, now, since = now) {
    /** @type {Set<0 | 1>} */
    const missedBy = new Set();
    let agreed = false;
    const presses = browser.map((b, button) => {
      const d = daemon[button] ?? 0;
      let lead = this.#lead[button] ?? 0;
      if (lead !== 0 && since - (this.#changedAt[button] ?? 0) > SAME_PRESS_MS) {
        missedBy.add(lead > 0 ? 0 : 1);
        lead = 0;
      }
      if (b === 0 && d === 0) {
        this.#lead[button] = lead;
        return 0;
      }
      // Of each side's news those that the other has told already are none.
      const known = lead > 0 ? Math.min(lead, b) : Math.min(-lead, d);
      agreed ||= known > 0 || Math.min(b, d) > 0;
      const fresh = lead > 0 ? Math.max(b - known, d) : Math.max(d - known, b);
      this.#lead[button] = lead + d - b;
      this.#changedAt[button] = now;
      return fresh;
    });
    return { presses, missedBy, agreed };
  }

  /**
   * Axes and buttons of the side that serves.
   * @param {PadState | null} browser null when it is gone
   * @param {PadState | null} daemon
   * @param {number} now ms
   * @returns {PadState | null}
   */
  choose(browser, daemon, now) {
    [browser, daemon].forEach((state, side) => {
      const last = this.#last[side] ?? null;
      if (state && !(last && sameLevels(state, last))) this.#movedAt[side] = now;
      this.#last[side] = state;
    });
    const [browserAt = 0, daemonAt = 0] = this.#movedAt;
    this.isBrowserSilent = browser !== null && daemon !== null && daemonAt - browserAt > SAME_PRESS_MS;
    return (this.isBrowserSilent ? daemon : browser) ?? daemon;
  }
}

/** @param {PadState} a @param {PadState} b */
export function sameLevels(a, b) {
  return a.axes.every((value, i) => value === b.axes[i]) && a.buttons.every((value, i) => value === b.buttons[i]);
}
