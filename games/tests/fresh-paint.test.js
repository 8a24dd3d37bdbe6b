import assert from "node:assert/strict";
import { test } from "node:test";
import { scripted } from "../bots/fresh-paint.js";
import { loadGame, playRound } from "./harness/round.js";
import { shelfTests } from "./harness/shelf.js";

await shelfTests("fresh-paint");

test("the number beside a name is the number of cells on the floor", async () => {
  const { view } = await playRound(loadGame("fresh-paint"), { bots: scripted });
  for (const player of view.players) {
    assert.equal(player.cells, view.grid.filter((/** @type {number} */ slot) => slot === player.slot).length);
  }
  assert.ok(
    view.players.every((/** @type {any} */ player) => player.cells > 100),
    "everybody painted",
  );
});
