import assert from "node:assert/strict";
import { test } from "node:test";
import { loadGame, playRound } from "./harness/round.js";
import { shelfTests } from "./harness/shelf.js";

await shelfTests("quick-draw");

test("who always shoots too soon loses to who never shoots, and gets nothing", async () => {
  const { scores, view } = await playRound(loadGame("quick-draw"), {
    seats: [0, 1, 2],
    bots: [
      (view, _slot, _random, t) => ({ south: view.phase === "wait" && t % 400 < 100 }),
      () => ({}),
      (view) => ({ south: view.phase === "draw" && view.phaseMs > 200 }),
    ],
  });
  assert.deepEqual(scores, [0, 0, 10, 0]);
  assert.ok(view.players[0].points < 0);
});
