import assert from "node:assert/strict";
import { test } from "node:test";
import { coverOf } from "../app/components/game-card/cover.js";

test("a game keeps its cover, and covers of names that are alike are not", () => {
  assert.deepEqual(coverOf("lava-hop"), coverOf("lava-hop"));
  const covers = Array.from({ length: 60 }, (_, n) => coverOf(`game-${n}`));
  for (const { hue, pattern } of covers) assert.ok(hue >= 0 && hue < 360 && pattern >= 0 && pattern < 6);
  assert.equal(new Set(covers.map(({ pattern }) => pattern)).size, 6);
  assert.ok(new Set(covers.map(({ hue }) => Math.floor(hue / 30))).size >= 10, "hues of the whole circle");
});
