import assert from "node:assert/strict";
import { test } from "node:test";
import { better, scripted } from "../bots/desk-derby.js";
import { loadGame, playRound } from "./harness/round.js";
import { shelfTests } from "./harness/shelf.js";

await shelfTests("desk-derby");

test("a good driver gets home, and nobody gains by cutting across the desk", async () => {
  const { view, scores } = await playRound(loadGame("desk-derby"), {
    seats: [0, 1, 2],
    // The second drives in a straight line to the far end of the desk, the third stays where it is.
    bots: [better, () => ({ lx: 1, ly: 0.5 }), () => ({})],
  });
  const [home, cutter, sleeper] = view.players;
  assert.ok(home.homeMs < 40000, `home after ${home.homeMs} ms`);
  assert.ok(cutter.progress < view.track.length / 2, `${cutter.progress} points of ${view.track.length}`);
  assert.ok(sleeper.progress < 5, "pushed a little at most");
  assert.deepEqual([scores?.[0], scores?.[2]], [10, 0]);
});

test("nobody drives out of the picture", async () => {
  for (const [lx, ly] of [
    [-1, 0],
    [1, 0],
    [0, -1],
    [0, 1],
  ]) {
    const { view } = await playRound(loadGame("desk-derby"), { seats: [0, 1], bots: () => ({ lx, ly }), stopAt: 9000 });
    for (const { x, y } of view.players) {
      assert.ok(x >= 45 && x <= 1875 && y >= 150 && y <= 1035, `${lx} ${ly} leads to ${x}, ${y}`);
    }
  }
});

test("four equal drivers finish within the time", async () => {
  const { view } = await playRound(loadGame("desk-derby"), { bots: scripted });
  assert.ok(view.players.filter((/** @type {any} */ player) => player.homeMs < Infinity).length >= 1);
});
