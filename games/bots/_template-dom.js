/** Bots that press when the light is on the star, or a little late. */

/** @param {number} late ms of reaction, at most @param {number} nerve 0..1: how often it dares */
const stopper =
  (/** @type {number} */ late, /** @type {number} */ nerve) =>
  /** @type {import("../tests/harness/round.js").Bot} */
  (view, slot, random, t, memory) => {
    const me = view?.rows.find((/** @type {any} */ row) => row.slot === slot);
    if (view?.phase !== "play") return {};
    const on = me.at === me.star;
    if (on && !memory.on) memory.at = random() < nerve ? t + late * random() : Infinity;
    memory.on = on;
    const south = t >= memory.at && t < memory.at + 60;
    return { south };
  };

export const scripted = stopper(260, 0.8);
export const better = stopper(60, 1);
export const touches = [{ south: true }];
