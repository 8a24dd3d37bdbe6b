/** Bots that chase when they hold the potato, and flee when they do not. */

/** @param {number} x @param {number} y @param {number} bend radians */
function toward(x, y, bend = 0) {
  const angle = Math.atan2(y, x) + bend;
  return { lx: Math.cos(angle), ly: Math.sin(angle) };
}

/** @param {number} thinkMs @param {number} whim radians */
const runner =
  (/** @type {number} */ thinkMs, /** @type {number} */ whim, /** @type {boolean} */ wary) =>
  /** @type {import("../tests/harness/round.js").Bot} */
  (view, slot, random, t, memory) => {
    if (!view || t < (memory.until ?? 0)) return { ...memory.pad, south: false };
    memory.until = t + thinkMs * (0.6 + 0.8 * random());
    const me = view.players.find((/** @type {any} */ player) => player.slot === slot);
    const others = view.players.filter((/** @type {any} */ player) => player !== me);
    const distance = (/** @type {any} */ other) => Math.hypot(other.x - me.x, other.y - me.y);
    others.sort((/** @type {any} */ a, /** @type {any} */ b) => distance(a) - distance(b));
    const bend = (random() - 0.5) * whim;
    if (view.holder === slot) {
      const prey = others[0];
      const lead = wary ? 0.2 : 0.05;
      memory.pad = toward(prey.x + prey.vx * lead - me.x, prey.y + prey.vy * lead - me.y, bend);
      memory.pad.south = distance(prey) < 330 && me.cooldown === 0 && random() < 0.6;
      return memory.pad;
    }
    const hunter = others.find((/** @type {any} */ other) => other.slot === view.holder);
    if (!hunter || distance(hunter) > (wary ? 900 : 520)) {
      memory.pad = wary ? toward(960 - me.x, 610 - me.y, bend + 1) : {};
      return memory.pad;
    }
    // Away from the hunter, and from the walls.
    const push = (/** @type {number} */ near) => (wary ? Math.max(0, 1 - near / 320) * 1.6 : 0);
    const { left, right, top, bottom } = view.room;
    const far = distance(hunter);
    const x = (me.x - hunter.x) / far + push(me.x - left) - push(right - me.x);
    const y = (me.y - hunter.y) / far + push(me.y - top) - push(bottom - me.y);
    memory.pad = toward(x, y, bend);
    memory.pad.south = far < 240 && me.cooldown === 0 && random() < 0.5;
    return memory.pad;
  };

export const scripted = runner(240, 0.9, false);
export const better = runner(60, 0.2, true);
export const touches = [{ south: true }, { lx: -1 }];
