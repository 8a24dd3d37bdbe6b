/** Bots that help first and rob then. */

/** @param {any} from @param {any} to */
const far = (from, to) => Math.hypot(to.x - from.x, to.y - from.y);

/** @param {any} me @param {any} to @param {number} bend radians */
function toward(me, to, bend) {
  if (far(me, to) < 12) return {};
  const angle = Math.atan2(to.y - me.y, to.x - me.x) + bend;
  return { lx: Math.cos(angle), ly: Math.sin(angle) };
}

/** Where to go next. @param {any} view @param {any} me @param {boolean} sly @param {number} luck 0..1 */
function goal(view, me, sly, luck) {
  const others = view.players.filter((/** @type {any} */ player) => player !== me);
  if (view.phase === "together") {
    const ripe = view.flowers.filter((/** @type {any} */ flower) => flower.grown > 0.7);
    ripe.sort((/** @type {any} */ a, /** @type {any} */ b) => far(me, a) - far(me, b));
    return me.load >= 3 || !ripe.length ? view.place : ripe[0];
  }
  if (me.load >= (sly ? 3 : 2)) return me.home;
  const [drop] = view.drops.filter((/** @type {any} */ one) => far(me, one) < 500);
  if (drop) return drop;
  if (view.jar > 0) return view.place;
  if (me.load > 0) return me.home;
  // Among equally rich ones by luck, not always the first seat.
  const most = Math.max(...others.map((/** @type {any} */ other) => other.hive));
  const rich = others.filter((/** @type {any} */ other) => other.hive === most);
  return most > 0 ? rich[Math.floor(luck * rich.length)].home : me.home;
}

/** @param {number} thinkMs @param {number} whim radians @param {boolean} sly */
const bee =
  (/** @type {number} */ thinkMs, /** @type {number} */ whim, /** @type {boolean} */ sly) =>
  /** @type {import("../tests/harness/round.js").Bot} */
  (view, slot, random, t, memory) => {
    const me = view?.players.find((/** @type {any} */ player) => player.slot === slot);
    if (!me || t < (memory.until ?? 0)) return { ...memory.pad, south: false };
    memory.until = t + thinkMs * (0.6 + 0.8 * random());
    memory.luck ??= random();
    memory.pad = toward(me, goal(view, me, sly, memory.luck), (random() - 0.5) * whim);
    const prey = view.players.some(
      (/** @type {any} */ other) => other !== me && other.load > 0 && far(me, other) < 220,
    );
    memory.pad.south = view.phase === "alone" && prey && me.cooldown === 0 && me.load < 3 && random() < 0.4;
    return memory.pad;
  };

export const scripted = bee(200, 0.7, false);
export const better = bee(60, 0.1, true);
export const touches = [{ south: true }, { lx: 1 }];
