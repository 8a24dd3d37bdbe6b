/** Bots that stay near the middle and dash at whoever stands nearer to the edge. */

/** @param {any} view @param {number} slot */
function around(view, slot) {
  const me = view?.bodies.find((/** @type {any} */ body) => body.slot === slot);
  if (!me || me.fallenAt || view.phase !== "battle") return null;
  const others = view.bodies.filter((/** @type {any} */ body) => body !== me && !body.fallenAt);
  const distance = (/** @type {any} */ body) => Math.hypot(body.x - me.x, body.y - me.y);
  others.sort((/** @type {any} */ a, /** @type {any} */ b) => distance(a) - distance(b));
  return { me, other: others[0], distance: others[0] ? distance(others[0]) : Infinity };
}

/** @param {number} x @param {number} y */
function toward(x, y) {
  const length = Math.hypot(x, y) || 1;
  return { lx: x / length, ly: y / length };
}

/** @param {number} reachMs how often it thinks anew @param {number} care 0..1 of the radius where it turns back */
const fighter =
  (/** @type {number} */ reachMs, /** @type {number} */ care) =>
  /** @type {import("../tests/harness/round.js").Bot} */
  (view, slot, random, t, memory) => {
    if (t < memory.until) return { ...memory.pad, south: memory.dash && t - memory.at < 70 };
    memory.until = t + reachMs * (0.6 + 0.8 * random());
    memory.at = t;
    memory.dash = false;
    memory.pad = {};
    const scene = around(view, slot);
    if (!scene) return memory.pad;
    const { me, other, distance } = scene;
    const out = { x: me.x + me.vx * 0.25 - view.center.x, y: me.y + me.vy * 0.25 - view.center.y };
    if (Math.hypot(out.x, out.y) > view.radius * care || !other) memory.pad = toward(-out.x, -out.y);
    else {
      // Aim at where the other will be, from the middle's side.
      const x = other.x + other.vx * 0.2 - me.x;
      const y = other.y + other.vy * 0.2 - me.y;
      memory.pad = toward(x, y);
      memory.dash = distance < 260 && random() < 0.7;
    }
    return memory.pad;
  };

export const scripted = fighter(220, 0.7);
export const better = fighter(60, 0.72);
export const touches = [{ south: true }];
