/** Bots with good eyes and with better ones. */

const NAMES = ["north", "east", "south", "west"];

/** @param {number} sees 0..1 @param {number} fastest ms @param {number} spread ms */
const guesser =
  (/** @type {number} */ sees, /** @type {number} */ fastest, /** @type {number} */ spread) =>
  /** @type {import("../tests/harness/round.js").Bot} */
  (view, _slot, random, t, memory) => {
    if (view?.phase !== "answer") {
      memory.at = 0;
      return {};
    }
    if (!memory.at) {
      memory.at = t + fastest + spread * random();
      memory.name = random() < sees ? view.right : NAMES[Math.floor(random() * 4)];
    }
    return t >= memory.at && t < memory.at + 120 ? { [memory.name]: true } : {};
  };

export const scripted = guesser(0.45, 700, 2500);
export const better = guesser(0.95, 400, 700);
export const touches = [{ south: true }, { west: true }, { ly: -1 }];
