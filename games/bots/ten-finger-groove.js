/** Bots with an ear: they aim at each of their notes and miss it by a human's few milliseconds. */

const FACES = ["west", "south", "north", "east"];
/** How long a finger stays down, ms. */
const TAP_MS = 60;

/** Bell-shaped, from two even numbers. @param {() => number} random */
const bell = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/**
 * @param {number} spreadMs standard deviation of its presses
 * @param {number} forgets share of notes that it lets pass
 * @returns {import("../tests/harness/round.js").Bot}
 */
const musician = (spreadMs, forgets) => (view, slot, random, _t, memory) => {
  const { plans = new Map(), until = FACES.map(() => Number.NEGATIVE_INFINITY) } = memory;
  Object.assign(memory, { plans, until });
  const player = view?.players.find((/** @type {{slot: number}} */ other) => other.slot === slot);
  for (const { id, lane, at } of player?.next ?? []) {
    if (!plans.has(id)) plans.set(id, { lane, aim: random() < forgets ? Number.NaN : at + spreadMs * bell(random) });
  }
  // Pressed as planned: what has become of the note by then is not looked at.
  for (const plan of plans.values()) {
    if (!(view.songMs >= plan.aim)) continue;
    until[plan.lane] = plan.aim + TAP_MS;
    plan.aim = Number.NaN;
  }
  return Object.fromEntries(FACES.map((name, lane) => [name, view?.songMs < until[lane]]));
};

export const scripted = musician(34, 0.05);
export const better = musician(12, 0.01);
export const touches = [{ dleft: true }, { south: true }, { north: true }, { lx: 1 }];
