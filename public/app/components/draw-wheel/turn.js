/**
 * How the wheel of a draw turns and where it comes to stand: pure.
 * @import { RoundState } from "../../types.js"
 */

/** The turn, in ms: well within the time that the host leaves for it. */
export const TURN_MS = 1800;
/** Its easing: the control points of a cubic Bézier curve as in a stylesheet, x1 y1 x2 y2. */
export const EASING = /** @type {const} */ ([0.15, 0.6, 0.2, 1]);
/** Steps in which a moment on the curve is looked for: finer than anybody hears. */
const HALVINGS = 20;
/** Whole turns before it stops. */
const TURNS = 4;
/** Part of a sector, from its middle, in which the wheel may stop: never so near an edge that people have to ask. */
const SPREAD = 0.6;

/** @param {RoundState | null} round */
export function isDraw(round) {
  return round?.phase === "vote" && round.game !== null && round.drawnFrom.length > 1;
}

/**
 * The turn of a round's wheel, the same for every screen that looks on.
 * @param {RoundState} round
 * @returns {{sector: number, degrees: number}}
 */
export function turnOf({ drawnFrom, game, seed }) {
  const sector = winningSector(drawnFrom, game?.id ?? "");
  return { sector, degrees: turnTo(sector, drawnFrom.length, (seed % 997) / 997) };
}

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

/**
 * When the edges of sectors pass the pointer.
 * @param {number} degrees
 * @param {number} count
 * @returns {number[]} ms since the turn began, rising, all before its end
 */
export function edgesOf(degrees, count) {
  const width = 360 / count;
  const edges = Array.from({ length: Math.floor(degrees / width) }, (_, n) => (n + 1) * width);
  return edges.map((edge) => momentOf(edge / degrees) * TURN_MS);
}

/**
 * When a part of the turn is done, as a part of its time.
 * @param {number} done 0..1
 */
function momentOf(done) {
  const [x1, y1, x2, y2] = EASING;
  const curve = (/** @type {number} */ a, /** @type {number} */ b, /** @type {number} */ t) =>
    3 * (1 - t) ** 2 * t * a + 3 * (1 - t) * t ** 2 * b + t ** 3;
  let [low, high] = [0, 1];
  for (let n = 0; n < HALVINGS; n += 1) {
    const middle = (low + high) / 2;
    if (curve(y1, y2, middle) < done) low = middle;
    else high = middle;
  }
  return curve(x1, x2, low);
}
