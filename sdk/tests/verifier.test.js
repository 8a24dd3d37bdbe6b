import assert from "node:assert/strict";
import { test } from "node:test";
import { Player } from "../cli/stage/pads.js";

/** @typedef {import("../cli/stage/pads.js").Manner} Manner */

/** @param {Manner} manner */
const played = (manner, slot = 0, seed = 7) => {
  const player = new Player(manner, slot, seed);
  return Array.from({ length: 300 }, (_, step) => player.play(step * 100));
};

test("the same seed gives the same play, and another seat or seed another one", () => {
  assert.deepEqual(played("mixed"), played("mixed"));
  assert.notDeepEqual(played("mixed"), played("mixed", 1));
  assert.notDeepEqual(played("mixed"), played("mixed", 0, 8));
});

test("press counters count each button that went down", () => {
  for (const manner of /** @type {const} */ (["mixed", "mash"])) {
    const states = played(manner);
    const counts = new Array(17).fill(0);
    states.forEach((state, step) => {
      state.buttons.forEach((value, button) => {
        if (value && !states[step - 1]?.buttons[button]) counts[button] += 1;
      });
    });
    assert.deepEqual(states.at(-1)?.presses, counts);
    assert.ok(counts[0] > 20, `${manner}: ${counts[0]} presses of the south button`);
    assert.deepEqual([counts[8], counts[9], counts[16]], [0, 0, 0]);
  }
});

test("idle players touch nothing, steering ones no button", () => {
  const isQuiet = (/** @type {number[]} */ values) => values.every((value) => value === 0);
  assert.ok(played("idle").every(({ axes, buttons }) => isQuiet(axes) && isQuiet(buttons)));
  const steering = played("sticks");
  assert.ok(steering.every(({ buttons }) => isQuiet(buttons)) && steering.some(({ axes }) => !isQuiet(axes)));
  assert.ok(steering.every(({ axes }) => axes.every((axis) => Math.abs(axis) <= 1)));
});
