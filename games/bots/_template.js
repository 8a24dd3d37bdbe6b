/** Bots that run to a coin. */

/** @param {number} thinkMs @param {number} whim radians */
const grabber =
  (/** @type {number} */ thinkMs, /** @type {number} */ whim) =>
  /** @type {import("../tests/harness/round.js").Bot} */
  (view, slot, random, t, memory) => {
    const me = view?.runners.find((/** @type {any} */ runner) => runner.slot === slot);
    if (!me || t < (memory.until ?? 0)) return { ...memory.pad, south: false };
    memory.until = t + thinkMs * (0.6 + 0.8 * random());
    const far = (/** @type {any} */ coin) => Math.hypot(coin.x - me.x, coin.y - me.y);
    const [coin] = [...view.coins].sort((/** @type {any} */ a, /** @type {any} */ b) => far(a) - far(b));
    const angle = Math.atan2(coin.y - me.y, coin.x - me.x) + (random() - 0.5) * whim;
    memory.pad = { lx: Math.cos(angle), ly: Math.sin(angle), south: far(coin) > 250 };
    return memory.pad;
  };

export const scripted = grabber(260, 0.9);
export const better = grabber(60, 0.1);
export const touches = [{ south: true }, { lx: 1 }];
