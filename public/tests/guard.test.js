import assert from "node:assert/strict";
import { test } from "node:test";
import { FloodGate, FrameGuard, readScores } from "../app/frame/guard.js";

test("a_well_behaved_frame_is_passed_on", () => {
  const guard = new FrameGuard();
  assert.deepEqual(guard.read({ type: "maribro:ready", payload: { sdkVersion: "1.2" } }, 0), {
    report: { kind: "ready", sdkVersion: "1.2" },
  });
  assert.equal(guard.ready, true);
  assert.deepEqual(guard.read({ type: "maribro:phase", payload: { phase: "playing" } }, 1), {
    report: { kind: "phase", phase: "playing" },
  });
  assert.deepEqual(guard.read({ type: "maribro:heartbeat", payload: { activity: 12 } }, 2), {
    report: { kind: "heartbeat", activity: 12 },
  });
  assert.deepEqual(guard.read({ type: "maribro:game_end", payload: { scoresBySlot: [10, 0, 3, 1] } }, 3), {
    report: { kind: "ended", scoresBySlot: [10, 0, 3, 1] },
  });
});

test("a_game_without_the_sdk_may_send_bare_messages", () => {
  const guard = new FrameGuard();
  assert.deepEqual(guard.read({ type: "maribro:ready" }, 0), { report: { kind: "ready", sdkVersion: "" } });
  assert.deepEqual(guard.read({ type: "maribro:heartbeat" }, 0), { report: { kind: "heartbeat", activity: null } });
});

/** Payloads that have thrown somewhere in somebody's code. @type {Record<string, unknown>} */
const HOSTILE = {
  nothing: undefined,
  null: null,
  number: 7,
  text: "maribro:ready",
  list: ["maribro:ready"],
  type_is_an_object: { type: { toString: 1 }, payload: {} },
  unknown_type: { type: "maribro:__proto__", payload: {} },
  host_message: { type: "maribro:init", payload: {} },
  null_phase: { type: "maribro:phase", payload: null },
  made_up_phase: { type: "maribro:phase", payload: { phase: "constructor" } },
  rumble_nobody: { type: "maribro:effect", payload: { kind: "rumble", slot: 4 } },
  rumble_text_slot: { type: "maribro:effect", payload: { kind: "rumble", slot: "0" } },
  light: { type: "maribro:effect", payload: { kind: "light", slot: 0 } },
};

for (const [name, data] of Object.entries(HOSTILE)) {
  test(`hostile_${name}_is_dropped_without_a_throw`, () => {
    assert.equal(new FrameGuard().read(data, 0), null);
  });
}

test("only_the_first_ready_and_the_first_end_count", () => {
  const guard = new FrameGuard();
  for (const type of ["maribro:ready", "maribro:game_end"]) {
    assert.notEqual(guard.read({ type, payload: {} }, 0), null);
    assert.equal(guard.read({ type, payload: {} }, 5000), null);
  }
});

test("a_report_before_ready_is_none_and_does_not_stand_in_the_way", () => {
  const guard = new FrameGuard();
  const end = { type: "maribro:game_end", payload: { scoresBySlot: [1, 0, 0, 0] } };
  assert.equal(guard.read(end, 0), null);
  guard.read({ type: "maribro:ready", payload: {} }, 1);
  assert.deepEqual(guard.read(end, 2), { report: { kind: "ended", scoresBySlot: [1, 0, 0, 0] } });
});

test("scores_are_at_most_four_numbers_whatever_was_sent", () => {
  assert.deepEqual(readScores([1, 2, 3, 4, 5, 6]), [1, 2, 3, 4]);
  assert.deepEqual(readScores(["9", null, {}, Number.NaN]), [null, null, null, null]);
  assert.deepEqual(readScores([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]), [1e6, -1e6]);
  assert.deepEqual(readScores({ length: 4, 0: 10 }), []);
  assert.deepEqual(readScores(new Array(1e6)).length, 4);
  assert.deepEqual(readScores(undefined), []);
});

test("texts_are_clipped", () => {
  const result = new FrameGuard().read(
    { type: "maribro:error", payload: { message: "x".repeat(1e6), stack: { toString: () => "no" } } },
    0,
  );
  assert.ok(result && "report" in result && result.report.kind === "error");
  assert.equal(result.report.message.length, 2000);
  assert.equal(result.report.stack, "");
});

test("a_flood_passes_one_heartbeat_per_250_ms_and_at_most_20_other_reports_a_second", () => {
  const guard = new FrameGuard();
  let beats = 0;
  let others = 0;
  for (let now = 0; now < 1000; now += 1) {
    if (guard.read({ type: "maribro:heartbeat", payload: {} }, now)) beats += 1;
    if (guard.read({ type: "maribro:error", payload: { message: "x" } }, now)) others += 1;
    if (guard.read({ type: "maribro:phase", payload: { phase: "playing" } }, now)) others += 1;
  }
  for (const type of ["maribro:ready", "maribro:game_end"]) if (guard.read({ type }, 999)) others += 1;
  assert.equal(beats, 4);
  assert.equal(others, 20, "and the two that matter got through");
  assert.notEqual(guard.read({ type: "maribro:error", payload: {} }, 1001), null, "the next second is free again");
});

test("an_activity_that_is_no_count_is_null", () => {
  for (const activity of [-1, Number.NaN, Number.POSITIVE_INFINITY, "3", 2 ** 60]) {
    assert.deepEqual(new FrameGuard().read({ type: "maribro:heartbeat", payload: { activity } }, 0), {
      report: { kind: "heartbeat", activity: null },
    });
  }
});

test("a_rumble_is_clamped", () => {
  const payload = { kind: "rumble", slot: 2, strong: 99, weak: -1, durationMs: 1e9 };
  assert.deepEqual(new FrameGuard().read({ type: "maribro:effect", payload }, 0), {
    rumble: { slot: 2, strong: 1, weak: 0, durationMs: 2000 },
  });
});

test("a_busy_game_is_read_a_flood_is_dropped_unseen_and_an_attack_is_cut_off", () => {
  const gate = new FloodGate(0);
  const verdicts = Array.from({ length: 2001 }, (_, n) => gate.judge(n / 3, true));
  assert.deepEqual(
    [verdicts[0], verdicts[499], verdicts[500], verdicts[1999], verdicts[2000]],
    ["read", "read", "drop", "drop", "cut"],
  );
  const patient = new FloodGate(0);
  for (let now = 0; now < 10_000; now += 4)
    assert.equal(patient.judge(now, true), "read", "250 messages a second are fine");
});

test("a_frame_whose_messages_hold_the_page_up_is_cut_off_and_many_small_ones_are_not", () => {
  const gate = new FloodGate(0);
  for (let at = 0; at < 60_000; at += 10) assert.equal(gate.spend(at, 1), false, `at ${at}`);
  assert.equal(gate.spend(70_000, 240), false);
  assert.equal(gate.spend(70_500, 20), true);
});

test("what_a_removed_frame_left_behind_is_not_charged_to_the_next_one", () => {
  const gate = new FloodGate(1000);
  for (let n = 0; n < 100_000; n += 1) assert.equal(gate.judge(1000 + n / 100, false), "drop");
  assert.equal(gate.judge(2001, true), "read", "the new game is heard as if nothing had been");
});

test("a_frame_that_floods_from_frames_that_are_gone_is_cut_off", () => {
  const heard = new FloodGate(0);
  assert.equal(heard.judge(10, true), "read");
  const verdicts = Array.from({ length: 2000 }, (_, n) => heard.judge(11 + n / 10, false));
  assert.deepEqual([verdicts[1998], verdicts[1999]], ["drop", "cut"]);
  const silent = new FloodGate(0);
  const late = Array.from({ length: 2001 }, (_, n) => silent.judge(3000 + n / 10, false));
  assert.equal(late[2000], "cut", "saying nothing itself does not help it for long");
});
