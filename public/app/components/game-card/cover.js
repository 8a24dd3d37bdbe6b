/** What a game's cover looks like: pure. */

/** Patterns of covers, each a rule in the stylesheet. */
const PATTERNS = 6;

/**
 * A game's cover: a hue and a pattern that stay with it. Names that differ in one letter look quite different.
 * @param {string} id
 * @returns {{hue: number, pattern: number}} degrees; 0..5
 */
export function coverOf(id) {
  let hash = 0x811c9dc5;
  for (const letter of id) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  return { hue: hash % 360, pattern: (hash >>> 12) % PATTERNS };
}
