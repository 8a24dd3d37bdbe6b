import assert from "node:assert/strict";
import { test } from "node:test";
import { better, scripted } from "../bots/honey-heist.js";
import { loadGame, playRound } from "./harness/round.js";
import { shelfTests } from "./harness/shelf.js";

await shelfTests("honey-heist");

const game = loadGame("honey-heist");

test("no drop of honey is lost or made", async () => {
  let jar = 0;
  const { view } = await playRound(game, {
    bots: (state, slot, random, t, memory) => {
      if (state.phase === "turn") jar = state.jar;
      if (state.phase === "alone") {
        const held = state.players.reduce(
          (/** @type {number} */ sum, /** @type {any} */ p) => sum + p.hive + p.load,
          0,
        );
        assert.equal(state.jar + state.drops.length + held, jar);
      }
      return scripted(state, slot, random, t, memory);
    },
  });
  assert.ok(jar > 10 && view.players.some((/** @type {any} */ player) => player.hive > 0));
});

test("a jar that stayed half empty is worth less, also to the winner", async () => {
  const lazy = await playRound(game, {
    seats: [0, 1],
    bots: (state, slot, random, t, memory) =>
      state.phase === "together" && state.jar >= 5 ? {} : better(state, slot, random, t, memory),
  });
  const keen = await playRound(game, { seats: [0, 1], bots: better });
  const best = (/** @type {number[] | null} */ scores) => Math.max(...(scores ?? []));
  assert.ok(best(lazy.scores) < 6 && best(keen.scores) === 10, `${lazy.scores} and ${keen.scores}`);
});
