/** Where the wheel of a draw comes to stand: pure. */

/** Whole turns before it stops. */
const TURNS = 4;
/** Part of a sector, from its middle, in which the wheel may stop: never so near an edge that people have to ask. */
const SPREAD = 0.6;

/**
 * The choice that won. A surprise that chance drew may be any game, one of the choices included.
 * @param {string[]} drawnFrom game ids, `""` for a surprise
 * @param {string} winner game id
 * @returns {number} index in `drawnFrom`; 0 when nothing there fits
 */
export function winningSector(drawnFrom, winner) {
  const own = drawnFrom.indexOf(winner);
  return Math.max(0, own >= 0 ? own : drawnFrom.indexOf(""));
}

/**
 * How far the wheel turns until its pointer, at the top, is over a sector. Sectors go round clockwise from the top.
 * @param {number} sector 0..count-1
 * @param {number} count
 * @param {number} chance 0..1, where in the sector
 * @returns {number} degrees
 */
export function turnTo(sector, count, chance) {
  const width = 360 / count;
  const place = (sector + 0.5 + (chance - 0.5) * SPREAD) * width;
  return TURNS * 360 + 360 - place;
}

/**
 * The sector under the pointer after such a turn.
 * @param {number} degrees
 * @param {number} count
 */
export function sectorAfter(degrees, count) {
  const place = (360 - (degrees % 360)) % 360;
  return Math.floor(place / (360 / count));
}
