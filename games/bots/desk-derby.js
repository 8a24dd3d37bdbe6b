/** Bots that drive to a point of the road ahead of them. */

/** @param {number} ahead points @param {number} thinkMs @param {number} sway part of the road's width */
const driver =
  (
    /** @type {number} */ ahead,
    /** @type {number} */ thinkMs,
    /** @type {number} */ sway,
    /** @type {number} */ foot,
  ) =>
  /** @type {import("../tests/harness/round.js").Bot} */
  (view, slot, random, t, memory) => {
    const me = view?.players.find((/** @type {any} */ player) => player.slot === slot);
    if (!me || t < (memory.until ?? 0)) return { ...memory.pad, south: false };
    memory.until = t + thinkMs * (0.6 + 0.8 * random());
    memory.foot ??= foot * (0.94 + 0.1 * random());
    const { track } = view;
    const index = me.progress + ahead;
    const { x, y, angle } = track[index % track.length];
    const aside = (random() - 0.5) * 2 * sway * 92;
    const [px, py] = [x - Math.sin(angle) * aside - me.x, y + Math.cos(angle) * aside - me.y];
    const far = Math.hypot(px, py) || 1;
    const bend = Math.abs(Math.sin(track[(index + 10) % track.length].angle - track[me.progress % track.length].angle));
    memory.pad = { lx: (px / far) * memory.foot, ly: (py / far) * memory.foot };
    memory.pad.south = me.cooldown === 0 && bend < 0.4 && random() < 0.5;
    return memory.pad;
  };

export const scripted = driver(9, 130, 0.5, 0.95);
export const better = driver(8, 40, 0.1, 1);
export const touches = [{ south: true }];
