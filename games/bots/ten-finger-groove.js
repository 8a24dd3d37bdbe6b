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
  memory.aims ??= new Map();
  memory.until ??= FACES.map(() => Number.NEGATIVE_INFINITY);
  const player = view?.players.find((/** @type {{slot: number}} */ other) => other.slot === slot);
  for (const note of player?.next ?? []) {
    if (!memory.aims.has(note.id)) {
      memory.aims.set(note.id, random() < forgets ? Number.POSITIVE_INFINITY : note.at + spreadMs * bell(random));
    }
    // Pressed once: what the game makes of it is not looked at.
    if (view.songMs < memory.aims.get(note.id)) continue;
    memory.aims.set(note.id, Number.POSITIVE_INFINITY);
    memory.until[note.lane] = view.songMs + TAP_MS;
  }
  return Object.fromEntries(FACES.map((name, lane) => [name, view?.songMs < memory.until[lane]]));
};

export const scripted = musician(34, 0.05);
export const better = musician(12, 0.01);
export const touches = [{ dleft: true }, { south: true }, { north: true }, { lx: 1 }];
