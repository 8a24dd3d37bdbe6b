/** Seeded random numbers, so that a failed bot round can be played again. */

/** @param {number} seed @returns {() => number} numbers in [0, 1) */
export function seeded(seed) {
  let state = (seed * 2654435761) | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let t = state ^ (state >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return ((t ^ (t >>> 15)) >>> 0) / 4294967296;
  };
}
