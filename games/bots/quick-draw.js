/** Bots that draw when they have seen the word, some sooner than others, some too soon. */

/** @param {number} fastest ms @param {number} spread ms @param {number} gullible 0..1: how often a lie is believed */
const gunslinger =
  (/** @type {number} */ fastest, /** @type {number} */ spread, /** @type {number} */ gullible) =>
  /** @type {import("../tests/harness/round.js").Bot} */
  (view, _slot, random, t, memory) => {
    const sign = `${view?.duel} ${view?.phase} ${view?.word}`;
    if (sign !== memory.sign) {
      memory.sign = sign;
      const fooled = view?.phase === "lie" && random() < gullible;
      memory.at = view?.phase === "draw" || fooled ? t + fastest + spread * random() : Infinity;
    }
    return { south: t >= memory.at && t < memory.at + 90 };
  };

export const scripted = gunslinger(220, 200, 0.15);
export const better = gunslinger(190, 60, 0);
export const touches = [{ south: true }, { east: true }];
