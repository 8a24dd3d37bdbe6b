/** The soak's own judgement: it must see growth and losses. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Ledger } from "./ledger.js";
import { judgeStalls, sharesOf } from "./stalls.js";
import { judgeGrowth } from "./verdict.js";

const MB = 1024 * 1024;

/** @param {Partial<import("./verdict.js").Sample>} change */
function sample(change = {}) {
  const calm = { hostBytes: 20 * MB, hostFiles: 30, hostThreads: 9, browserBytes: 900 * MB };
  return { ...calm, heapBytes: 5 * MB, nodes: 800, listeners: 200, ...change };
}

/** @param {number} count @param {(n: number) => Partial<import("./verdict.js").Sample>} change */
const samples = (count, change) => Array.from({ length: count }, (_, n) => sample(change(n)));

test("noise around the same value is no growth", () => {
  assert.deepEqual(
    judgeGrowth(samples(20, (n) => ({ hostBytes: (20 + (n % 3)) * MB, hostFiles: 30 + (n % 5) }))).grown,
    [],
  );
});

test("what a warm-up takes is no growth", () => {
  assert.deepEqual(judgeGrowth(samples(20, (n) => ({ hostBytes: (n < 2 ? 5 : 30) * MB }))).grown, []);
});

test("a leak of each kind is seen", () => {
  for (const [leak, title] of /** @type {const} */ ([
    [(/** @type {number} */ n) => ({ hostBytes: (20 + n) * MB }), "host memory"],
    [(/** @type {number} */ n) => ({ hostFiles: 30 + n }), "host files"],
    [(/** @type {number} */ n) => ({ hostThreads: 9 + n }), "host threads"],
    [(/** @type {number} */ n) => ({ browserBytes: (900 + 30 * n) * MB }), "browser memory"],
    [(/** @type {number} */ n) => ({ heapBytes: (5 + n) * MB }), "page heap"],
    [(/** @type {number} */ n) => ({ nodes: 800 + 40 * n }), "page nodes"],
    [(/** @type {number} */ n) => ({ listeners: 200 + 10 * n }), "page listeners"],
  ])) {
    const { grown } = judgeGrowth(samples(20, leak));
    assert.equal(grown.length, 1);
    assert.match(grown[0] ?? "", new RegExp(`^${title}`));
  }
});

test("too few samples are no verdict", () => {
  assert.equal(judgeGrowth(samples(7, () => ({}))).grown.length, 1);
});

const shown = { id: "r1", phase: "results", scoresBySlot: [3, 1, 0, 0], outcome: "reported" };
const entry = { roundId: "r1", scoresBySlot: [3, 1, 0, 0], outcome: "reported" };
const rated = { id: "r1", phase: "rating", creatorBonus: 5, ratingsBySlot: [1, -1, null, null] };

/** @param {(ledger: Ledger) => void} use */
function losses(use) {
  const ledger = new Ledger();
  use(ledger);
  return ledger.losses.size;
}

test("what was shown and is recorded is no loss", () => {
  const kept = losses((ledger) => {
    ledger.told(shown);
    ledger.check([entry], "r1");
    ledger.told(rated);
    ledger.check([{ ...entry, ratingsBySlot: [1, -1, 0, 0] }], "");
  });
  assert.equal(kept, 0);
});

test("a round that is missing, other than shown, twice, unrated or changed later is a loss", () => {
  for (const history of [[], [{ ...entry, scoresBySlot: [0, 0, 0, 0] }], [entry, entry]]) {
    const lost = losses((ledger) => {
      ledger.told(shown);
      ledger.check(history, "");
    });
    assert.notEqual(lost, 0, JSON.stringify(history));
  }
  const unrated = losses((ledger) => {
    ledger.told(rated);
    ledger.check([entry], "");
  });
  assert.equal(unrated, 1);
  const gone = losses((ledger) => {
    ledger.check([entry, { roundId: "r2" }], "");
    ledger.check([entry], "");
  });
  assert.equal(gone, 1);
});

/** @param {Partial<import("./stalls.js").Task>} change */
const task = (change) => ({ at: 1000, ms: 300, ran: 0, waited: 0, pressed: 0, phase: "lobby", doing: "", ...change });
const quiet = [{ from: 900, to: 1500, worst: 5 }];

test("a task that works, or stands still on a quiet machine, for over 100 ms is too long", () => {
  for (const change of [{ ran: 300 }, { ran: 150, waited: 150, pressed: 300 }, { ran: 20 }]) {
    assert.equal(judgeStalls([task(change)], quiet, []).tooLong.length, 1, JSON.stringify(change));
  }
});

test("the machine's noise, the soak's own doing, games and short tasks are not the page's fault", () => {
  const calm = [
    { change: { ran: 40, waited: 250, pressed: 260 }, noise: quiet, ours: [] },
    { change: { ran: 40, pressed: 290 }, noise: quiet, ours: [] },
    { change: { ran: 300 }, noise: [{ from: 900, to: 1100, worst: 150 }], ours: [] },
    { change: { ran: 300 }, noise: quiet, ours: [{ from: 1200, to: 1700, worst: 0 }] },
    { change: { ran: 300, phase: "playing" }, noise: quiet, ours: [] },
    { change: { ms: 90, ran: 90 }, noise: quiet, ours: [] },
  ];
  for (const { change, noise, ours } of calm) {
    assert.deepEqual(judgeStalls([task(change)], noise, ours).tooLong, [], JSON.stringify(change));
  }
});

test("what a thread had in a task is what the samples around it say", () => {
  const samples = [0, 100, 200].map((at) => ({ at, ran: at / 2, waited: at / 4, pressed: at }));
  assert.deepEqual(sharesOf(samples, 50, 150), { ran: 50, waited: 25, pressed: 100 });
  assert.deepEqual(sharesOf([], 50, 150), { ran: 0, waited: 0, pressed: 0 });
});
