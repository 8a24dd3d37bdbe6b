import assert from "node:assert/strict";
import { test } from "node:test";
import { countUp } from "../app/components/round-results/count-up.js";
import { onPress } from "../app/menu/menu.js";
import { ceremonySteps, currentStep } from "../app/night/ceremony.js";
import { seat, session, view } from "./fixtures.js";

/** @param {number} play @param {number} [creator] */
const score = (play, creator = 0) => ({ play, creator, total: play + creator });

/** @returns {import("../app/types.d.ts").HistoryEntry} */
const entry = () => ({
  playedAt: "2026-01-01T00:00:00Z",
  gameId: "g",
  creatorAvatarId: "gnu",
  scoresBySlot: [10, 6, 0, 0],
  ratingsBySlot: [1, 1, 0, 0],
  avatarsBySlot: ["ant", "bee", "", ""],
});

/** @param {Record<string, ReturnType<typeof score>>} scoreboardByAvatarId */
const night = (scoreboardByAvatarId, history = [entry()]) => ({
  ...session(seat(0, "ant", 0)),
  scoreboardByAvatarId,
  history,
});

/** @param {number | null} ceremony @param {Parameters<typeof view>[0]} [more] */
const during = (ceremony, more = {}) =>
  view({
    host: { session: night({ ant: score(10), bee: score(6), gnu: score(0, 10) }), ...more.host },
    ui: { ceremony, ...more.ui },
  });

test("the third comes first, the first third, and equals are called together", () => {
  const steps = ceremonySteps(night({ ant: score(10), bee: score(6), cat: score(6), dog: score(1), elk: score(0) }));
  const called = steps.flatMap((step) => (step.kind === "place" ? [step.rows.map(({ avatarId }) => avatarId)] : []));
  assert.deepEqual(called, [["bee", "cat"], ["ant"]], "two on the second place leave no third");
  const kinds = steps.map(({ kind }) => kind);
  assert.deepEqual(kinds, ["place", "place", "banger", "closing"]);
});

test("a night without points has nobody on the podium and still an end", () => {
  assert.deepEqual(ceremonySteps(night({ ant: score(0) }, [])), [{ kind: "closing" }]);
});

test("every pad leads through the ceremony, and none does anything else meanwhile", () => {
  /** @param {number | null} step */
  const to = (step) => [{ do: "ui", action: { type: "ceremony", step } }];
  const count = ceremonySteps(/** @type {any} */ (during(0).host.session)).length;
  assert.deepEqual(onPress(during(0), 0, "south"), to(1));
  assert.deepEqual(onPress(during(0), 3, "south"), to(1), "also a pad without a seat, which takes none by it");
  assert.deepEqual(onPress(during(1), 0, "left"), to(0));
  assert.deepEqual(onPress(during(0), 0, "left"), []);
  assert.deepEqual(onPress(during(1), 0, "east"), to(null));
  assert.deepEqual(onPress(during(0), 0, "start"), []);
  assert.deepEqual(onPress(during(count - 1), 0, "right"), []);
  assert.deepEqual(onPress(during(count - 1), 0, "south"), to(null));
});

test("the ceremony is in the lobby only, and needs a round to look back on", () => {
  assert.ok(currentStep(during(0)));
  assert.equal(currentStep(during(null)), null);
  assert.equal(currentStep(during(0, { host: { session: night({}, []) } })), null);
  assert.equal(currentStep(during(0, { host: { trusted: false } })), null);
});

test("a session that became shorter shows the last step", () => {
  assert.equal(currentStep(during(99))?.step.kind, "closing");
});

test("the count never shows more than the score, grows, and comes to an end before the results do", () => {
  for (let score = 0; score <= 10; score += 1) {
    let last = 0;
    for (let ms = 0; ms <= 3000; ms += 50) {
      const { shown, isDone } = countUp(score, ms);
      assert.ok(shown >= last && shown <= score, `${score} at ${ms} ms`);
      assert.equal(isDone && shown !== score, false);
      last = shown;
    }
    assert.deepEqual(countUp(score, 3000), { shown: score, isDone: true });
  }
});
