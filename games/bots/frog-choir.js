/** Bots that remember, some better than others. They sing by buttons or, odd seats, by the stick. */

const STICK = /** @type {Record<string, import("../tests/harness/round.js").Pad>} */ ({
  north: { ly: -1 },
  east: { lx: 1 },
  south: { ly: 1 },
  west: { lx: -1 },
});
const NAMES = Object.keys(STICK);

/** @param {number} forgets chance by note @param {number} fastest ms @param {number} spread ms */
const singer =
  (/** @type {number} */ forgets, /** @type {number} */ fastest, /** @type {number} */ spread) =>
  /** @type {import("../tests/harness/round.js").Bot} */
  (view, slot, random, t, memory) => {
    const me = view?.players.find((/** @type {any} */ player) => player.slot === slot);
    if (view?.phase !== "answer" || me?.state !== "sings") {
      memory.at = 0;
      memory.name = "";
      return {};
    }
    memory.at ||= t + fastest + spread * random();
    if (t < memory.at) return {};
    if (t > memory.at + 90) {
      memory.at = t + fastest + spread * random();
      memory.name = "";
      return {};
    }
    const forgot = random() < forgets ? NAMES[Math.floor(random() * 4)] : view.melody[me.right];
    memory.name ||= forgot;
    return slot % 2 ? STICK[memory.name] : { [memory.name]: true };
  };

export const scripted = singer(0.1, 260, 260);
export const better = singer(0, 200, 80);
export const touches = [{ south: true }, { north: true }, { lx: 1 }];
