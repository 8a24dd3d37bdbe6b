import assert from "node:assert/strict";
import { test } from "node:test";
import { better } from "../bots/frog-choir.js";
import { loadGame, playRound } from "./harness/round.js";
import { shelfTests } from "./harness/shelf.js";

await shelfTests("frog-choir");

test("who sings every verse gets all points for it, a silent seat none", async () => {
  const { view, scores } = await playRound(loadGame("frog-choir"), { seats: [0, 1, 2], bots: [better, better] });
  const [button, stick, silent] = view.players;
  // 3 + 4 + 5 + 6 notes, 2 for each whole verse, and 3 or 2 for being quick.
  const whole = 18 + 4 * 2;
  const quick = button.points + stick.points - 2 * whole;
  assert.ok(quick >= 4 * 5 && quick <= 4 * 6, `${quick} for being first or second, or both first`);
  assert.equal(silent.points, 0);
  assert.equal(scores?.[2], 0);
});
