/** Bots that look ahead: one along the straight line, the better one at the room that is left. */

const WAYS = /** @type {Record<string, number[]>} */ ({ right: [1, 0], down: [0, 1], left: [-1, 0], up: [0, -1] });

/** @param {any} view @param {number} col @param {number} row */
const isFree = (view, col, row) =>
  col >= 0 && row >= 0 && col < view.cols && row < view.rows && view.grid[row * view.cols + col] === -1;

/** Free cells straight ahead. @param {any} view @param {any} me @param {string} way */
function run(view, me, way) {
  const [dx, dy] = WAYS[way];
  let length = 0;
  while (length < 30 && isFree(view, me.col + dx * (length + 1), me.row + dy * (length + 1))) length++;
  return length;
}

/** Cells that can be reached, up to a limit. @param {any} view @param {any} me @param {string} way */
function room(view, me, way, limit = 220) {
  const [dx, dy] = WAYS[way];
  if (!isFree(view, me.col + dx, me.row + dy)) return 0;
  const seen = new Set([(me.row + dy) * view.cols + me.col + dx]);
  for (const cell of seen) {
    if (seen.size > limit) break;
    const col = cell % view.cols;
    const row = (cell - col) / view.cols;
    for (const [x, y] of Object.values(WAYS)) {
      if (isFree(view, col + x, row + y)) seen.add((row + y) * view.cols + col + x);
    }
  }
  return seen.size;
}

const turns = (/** @type {string} */ facing) =>
  facing === "left" || facing === "right" ? ["up", "down"] : ["left", "right"];

/** @param {string} way */
const push = (way) => ({ lx: WAYS[way][0], ly: WAYS[way][1] });

/** @param {any} view @param {number} slot */
function rider(view, slot) {
  const me = view?.phase === "ride" && view.players.find((/** @type {any} */ player) => player.slot === slot);
  return me?.alive ? me : null;
}

/** @type {import("../tests/harness/round.js").Bot} */
export function scripted(view, slot, random, t, memory) {
  const me = rider(view, slot);
  if (!me || t < (memory.until ?? 0)) return memory.pad;
  memory.until = t + 70 + random() * 60;
  memory.pad = { south: random() < 0.01 };
  if (run(view, me, me.facing) < 3 + random() * 5 || random() < 0.03) {
    const [a, b] = turns(me.facing);
    const gain = run(view, me, a) - run(view, me, b) + (random() - 0.5) * 6;
    Object.assign(memory.pad, push(gain > 0 ? a : b));
  }
  return memory.pad;
}

/** @type {import("../tests/harness/round.js").Bot} */
export function better(view, slot, _random, t, memory) {
  const me = rider(view, slot);
  if (!me) return {};
  if (t < (memory.until ?? 0)) return memory.pad;
  memory.until = t + 60;
  const ways = [me.facing, ...turns(me.facing)];
  const worth = ways.map((way, i) => room(view, me, way) + Math.min(12, run(view, me, way)) + (i === 0 ? 4 : 0));
  const best = ways[worth.indexOf(Math.max(...worth))];
  memory.pad = best === me.facing ? {} : push(best);
  return memory.pad;
}

export const touches = [{ south: true }];
