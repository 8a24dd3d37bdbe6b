/** Bots that roll to where the floor is not theirs. */

const WAYS = Array.from({ length: 8 }, (_, i) => ({
  lx: Math.cos((i * Math.PI) / 4),
  ly: Math.sin((i * Math.PI) / 4),
}));

/** Who owns the floor at a place; undefined outside. @param {any} view @param {number} x @param {number} y */
function owner(view, x, y) {
  const col = Math.floor((x - view.left) / view.cell);
  const row = Math.floor((y - view.top) / view.cell);
  return col >= 0 && row >= 0 && col < view.cols && row < view.rows ? view.grid[row * view.cols + col] : undefined;
}

/** What there is to win on the way: other people's floor counts a little more, and near more than far. */
function gain(
  /** @type {any} */ view,
  /** @type {any} */ me,
  /** @type {{lx: number, ly: number}} */ way,
  /** @type {number} */ steps,
) {
  let sum = 0;
  for (let i = 1; i <= steps; i++) {
    for (const side of [-0.8, 0, 0.8]) {
      const x = me.x + (way.lx * i - way.ly * side) * 60;
      const y = me.y + (way.ly * i + way.lx * side) * 60;
      const who = owner(view, x, y);
      if (who !== undefined && who !== me.slot) sum += (who < 0 ? 1 : 1.2) / (i + 2);
    }
  }
  return sum;
}

/** @param {number} thinkMs @param {number} steps @param {number} whim @param {number} bombs */
const painter =
  (
    /** @type {number} */ thinkMs,
    /** @type {number} */ steps,
    /** @type {number} */ whim,
    /** @type {number} */ bombs,
  ) =>
  /** @type {import("../tests/harness/round.js").Bot} */
  (view, slot, random, t, memory) => {
    const me = view?.players.find((/** @type {any} */ player) => player.slot === slot);
    if (!me || t < (memory.until ?? 0)) return { ...memory.pad, south: false };
    memory.until = t + thinkMs * (0.7 + 0.6 * random());
    const worth = WAYS.map((way) => gain(view, me, way, steps) + whim * random());
    const best = WAYS[worth.indexOf(Math.max(...worth))];
    const around = WAYS.filter((way) => owner(view, me.x + way.lx * 120, me.y + way.ly * 120) !== slot).length;
    memory.pad = { ...best, south: me.cooldown === 0 && around >= 5 && random() < bombs };
    return memory.pad;
  };

export const scripted = painter(260, 4, 0.5, 0.3);
export const better = painter(100, 8, 0.05, 1);
export const touches = [{ south: true }, { lx: 1 }];
