import assert from "node:assert/strict";
import { test } from "node:test";
import { mostWaited, NoiseGauge } from "./noise.js";

test("what_was_waited_within_a_span_is_that_of_its_worst_place", () => {
  const samples = [0, 0, 30, 90, 100, 100, 180].map((waited, n) => ({ at: 100 * n, waited }));
  assert.equal(mostWaited(samples, 100), 80);
  assert.equal(mostWaited(samples, 200), 90);
  assert.equal(mostWaited(samples, 210), 100, "a span that ends between two samples has both");
  assert.equal(mostWaited(samples, 5_000), 180);
  assert.equal(mostWaited([], 100), 0);
});

test("a_process_that_waits_for_nothing_or_is_not_there_has_not_waited", async () => {
  const gauge = new NoiseGauge();
  assert.equal(await gauge.waited(100), 0);
  gauge.watch(2 ** 31 - 1);
  assert.equal(await gauge.waited(100), 0);
  await gauge.stop();
});
