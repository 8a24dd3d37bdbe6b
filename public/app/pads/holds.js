/** Buttons that mean something only when they are held: all of them can be tried without doing anything. Pure. */

export class Holds {
  /** Since when each is down, by pad and button; infinity once it was told. @type {Map<string, number>} */
  #since = new Map();
  #holdMs;

  /** @param {number} holdMs how long until it counts */
  constructor(holdMs) {
    this.#holdMs = holdMs;
  }

  /**
   * @param {number} pad
   * @param {number} button
   * @param {boolean} isDown
   * @param {number} now ms
   * @returns {boolean} whether it has been held long enough just now
   */
  isHeld(pad, button, isDown, now) {
    const key = `${pad} ${button}`;
    const since = this.#since.get(key);
    if (!isDown) this.#since.delete(key);
    else if (since === undefined) this.#since.set(key, now);
    else if (now - since >= this.#holdMs) {
      this.#since.set(key, Number.POSITIVE_INFINITY);
      return true;
    }
    return false;
  }
}
