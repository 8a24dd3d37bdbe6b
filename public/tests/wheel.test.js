import assert from "node:assert/strict";
import { test } from "node:test";
import { sectorAfter, turnTo, winningSector } from "../app/components/draw-wheel/turn.js";

test("the wheel stops on the choice that won, well away from its edges, after whole turns", () => {
  for (let count = 2; count <= 4; count += 1) {
    for (let sector = 0; sector < count; sector += 1) {
      for (let chance = 0; chance <= 1; chance += 0.05) {
        const degrees = turnTo(sector, count, chance);
        assert.equal(sectorAfter(degrees, count), sector, `${sector} of ${count} at ${chance}`);
        for (const nudge of [-6, 6]) assert.equal(sectorAfter(degrees + nudge, count), sector);
        assert.ok(degrees >= 4 * 360 && degrees <= 5 * 360);
      }
    }
  }
});

test("a surprise wins when the game was none of the choices, and a choice wins over a surprise that drew it", () => {
  assert.equal(winningSector(["", "a", "b"], "c"), 0);
  assert.equal(winningSector(["", "a", "b"], "b"), 2);
  assert.equal(winningSector(["a", "b"], "gone"), 0);
});
