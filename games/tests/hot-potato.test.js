import assert from "node:assert/strict";
import { test } from "node:test";
import { scripted } from "../bots/hot-potato.js";
import { loadGame, playRound } from "./harness/round.js";
import { shelfTests } from "./harness/shelf.js";

await shelfTests("hot-potato");

test("the potato passes from hand to hand, and each bang is somebody's", async () => {
  const holders = new Set();
  const { view } = await playRound(loadGame("hot-potato"), {
    bots: (state, slot, random, t, memory) => {
      holders.add(state.holder);
      return scripted(state, slot, random, t, memory);
    },
  });
  for (const slot of [-1, 0, 1, 2, 3]) assert.ok(holders.has(slot), `${slot} held it`);
  const bangs = view.players.reduce((/** @type {number} */ sum, /** @type {any} */ player) => sum + player.bangs, 0);
  assert.ok(bangs >= 4 && bangs <= 8, `${bangs} bangs in 40 s`);
});
