/** Bots that press as fast as thumbs do. */

/** @param {number} perSecond @returns {import("../tests/harness/round.js").Bot} */
const masher = (perSecond) => (_view, _slot, random, t, memory) => {
  memory.speed ??= perSecond * (0.9 + 0.2 * random());
  const beat = Math.floor((t / 1000) * memory.speed * 2);
  return { south: beat % 2 === 0 };
};

export const scripted = masher(6);
export const better = masher(10);
export const touches = [{ south: true }, { east: true }, { west: true }, { north: true }];
