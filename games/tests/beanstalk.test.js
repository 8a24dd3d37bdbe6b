import assert from "node:assert/strict";
import { test } from "node:test";
import { loadGame, playRound } from "./harness/round.js";
import { shelfTests } from "./harness/shelf.js";

await shelfTests("beanstalk");

test("a jump pressed a moment before landing still counts", async () => {
  const game = loadGame("beanstalk");
  let pressedAt = 0;
  let jumps = 0;
  let rising = false;
  await playRound(game, {
    seats: [0, 1],
    bots: (view, slot, _random, t) => {
      if (slot || t < 3100) return {};
      const [me] = view.players;
      if (me.vy > 500 && !rising) jumps++;
      rising = me.vy > 500;
      // The first jump; the flap is used up at once; then a press just above the first leaf.
      if (t < 3150) return { south: true };
      if (me.flaps > 0 && t > 3450 && !pressedAt) return { south: true };
      if (me.flaps === 0 && !me.ground && me.vy < -600 && me.y > 180) {
        pressedAt ||= t;
        return { south: true };
      }
      return {};
    },
    stopAt: 4700,
  });
  assert.ok(pressedAt > 0, "it pressed in the air");
  assert.equal(jumps, 3, "the jump, the flap, and the jump that was pressed too early");
});
