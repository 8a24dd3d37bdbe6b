/** Bots that climb from leaf to leaf. */

/** @param {number} thinkMs @param {number} slip part of the leaf by which it misjudges @param {number} flaps */
const climber =
  (/** @type {number} */ thinkMs, /** @type {number} */ slip, /** @type {number} */ flaps) =>
  /** @type {import("../tests/harness/round.js").Bot} */
  (view, slot, random, t, memory) => {
    const me = view?.players.find((/** @type {any} */ player) => player.slot === slot);
    if (!me || view.phase !== "climb") return {};
    // Sideways, the short way round.
    const across = (/** @type {number} */ x) => ((x - me.x + view.width * 1.5) % view.width) - view.width / 2;
    if (me.ground && t >= (memory.until ?? 0)) {
      memory.until = t + thinkMs * (0.6 + 0.8 * random());
      const next = view.leaves.filter((/** @type {any} */ leaf) => leaf.y > me.y + 20 && leaf.y < me.y + 230);
      next.sort((/** @type {any} */ a, /** @type {any} */ b) => Math.abs(across(a.x)) - Math.abs(across(b.x)));
      memory.leaf = next[0] ?? null;
      memory.miss = (random() - 0.5) * 2 * slip * 100;
      memory.jump = true;
    }
    if (!memory.leaf) return { lx: 0 };
    const off = across(memory.leaf.x) + memory.miss;
    const lx = Math.max(-1, Math.min(1, off / 60));
    const near = Math.abs(off) < 330;
    const south =
      (me.ground && near && memory.jump) ||
      (!me.ground && me.flaps > 0 && me.vy < -50 && me.y < memory.leaf.y + 10 && random() < flaps);
    if (south) memory.jump = false;
    if (!south || t - (memory.pressed ?? 0) <= 90) return { lx };
    memory.pressed = t;
    return { lx, south };
  };

export const scripted = climber(190, 0.7, 0.1);
export const better = climber(40, 0.1, 0.9);
export const touches = [{ south: true }];
