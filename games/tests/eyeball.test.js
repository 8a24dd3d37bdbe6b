import assert from "node:assert/strict";
import { test } from "node:test";
import { loadGame, playRound } from "./harness/round.js";
import { shelfTests } from "./harness/shelf.js";

await shelfTests("eyeball");

test("every kind of question is asked once, and a secret answer sounds like any other", async () => {
  const kinds = new Set();
  /** @type {number[]} */
  const seen = [];
  for (const name of ["north", "south"]) {
    const { seen: look, view } = await playRound(loadGame("eyeball"), {
      bots: (_view, slot, _random, t) => (slot === 1 && t > 8600 ? { [name]: true } : {}),
      watchFrom: 8500,
      stopAt: 9000,
    });
    assert.equal(view.players[1].answer, name, "the answer was taken");
    seen.push(look);
  }
  assert.equal(seen[0], seen[1], "nothing on the screen or in the sound tells what was chosen");
  /** @type {import("./harness/round.js").Bot} */
  const looker = (view) => {
    kinds.add(view?.kind);
    return {};
  };
  await playRound(loadGame("eyeball"), { bots: looker });
  kinds.delete(undefined);
  assert.equal(kinds.size, 5);
});
