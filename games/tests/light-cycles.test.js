import assert from "node:assert/strict";
import { test } from "node:test";
import { loadGame, playRound } from "./harness/round.js";
import { shelfTests } from "./harness/shelf.js";

await shelfTests("light-cycles");

test("two quick pushes are two turns, and nobody turns into their own neck", async () => {
  /** @type {string[]} */
  const facings = [];
  await playRound(loadGame("light-cycles"), {
    seats: [0, 1],
    bots: (view, slot, _random, t) => {
      if (slot) return {};
      if (facings.at(-1) !== view.players[0].facing) facings.push(view.players[0].facing);
      if (t < 3300) return {};
      const back = facings[0] === "right" ? -1 : 1;
      // Straight back (nothing happens), then up and back within a step.
      return t < 3400 ? { lx: back } : t < 3434 ? { ly: -1 } : { lx: back };
    },
    stopAt: 3700,
  });
  const [first] = facings;
  assert.deepEqual(facings, [first, "up", first === "right" ? "left" : "right"]);
});
