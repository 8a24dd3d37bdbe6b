import assert from "node:assert/strict";
import { test } from "node:test";
import { listed, PadCounter } from "../app/pads/counters.js";
import { PadHub } from "../app/pads/hub.js";
import { KEY_PADS, KeyTracker, keyLabels, readKeyPad } from "../app/pads/keys.js";
import { DirectionRepeat } from "../app/pads/repeat.js";

/**
 * @param {number} index
 * @param {Partial<Record<"id" | "mapping" | "connected" | "count", unknown>>} [more]
 */
function fakePad(index, { id = "DS4", mapping = "standard", connected = true, count = 17 } = {}) {
  const buttons = Array.from({ length: Number(count) }, () => ({ pressed: false, touched: false, value: 0 }));
  return { index, id, mapping, connected, axes: [0, 0, 0, 0], buttons };
}

/** @param {(ReturnType<typeof fakePad> | null)[]} pads */
function hubOf(pads) {
  return new PadHub(() => /** @type {(Gamepad | null)[]} */ (/** @type {unknown} */ (pads)));
}

/** @param {ReturnType<typeof fakePad>} pad @param {number} button @param {boolean} down */
function hold(pad, button, down) {
  pad.buttons[button] = { pressed: down, touched: down, value: Number(down) };
}

test("a_held_button_is_one_press", () => {
  const counter = new PadCounter();
  assert.deepEqual(listed(counter.read([], [1])), [0]);
  assert.deepEqual(listed(counter.read([], [1])), []);
  counter.read([], [0]);
  assert.deepEqual(listed(counter.read([], [1])), [0]);
  assert.equal(counter.state.presses[0], 2);
});

test("a_reading_that_makes_no_sense_is_neutral", () => {
  const counter = new PadCounter();
  counter.read([Number.NaN, 7, -9, Number.POSITIVE_INFINITY], [Number.NaN, 5, -1]);
  assert.deepEqual(counter.state.axes, [0, 1, -1, 0]);
  assert.deepEqual(counter.state.buttons.slice(0, 3), [0, 1, 0]);
  assert.equal(counter.state.buttons.length, 17);
});

test("a_pad_that_vanishes_holds_nothing_and_its_counters_never_go_back", () => {
  const pad = fakePad(0);
  const pads = [/** @type {ReturnType<typeof fakePad> | null} */ (pad)];
  const hub = hubOf(pads);
  hold(pad, 0, true);
  pad.axes[0] = 1;
  hub.poll(0);
  pads[0] = null;
  hub.poll(10);
  assert.equal(hub.state(0), null);
  assert.equal(hub.isPresent(0), false);
  pads[0] = fakePad(0);
  hub.poll(20);
  assert.deepEqual(hub.state(0)?.axes, [0, 0, 0, 0]);
  assert.equal(hub.state(0)?.presses[0], 1);
});

test("another_device_under_a_reused_index_begins_neutral_and_counts_as_arrived", () => {
  const first = fakePad(0, { id: "first" });
  const pads = [first];
  const hub = hubOf(pads);
  hold(first, 0, true);
  hub.poll(0);
  hub.takeArrivals();
  const second = fakePad(0, { id: "second" });
  hold(second, 0, true);
  pads[0] = second;
  assert.deepEqual(hub.poll(10), [{ pad: 0, button: 0 }]);
  assert.deepEqual([...hub.takeArrivals()], [0]);
});

test("a_headset_and_an_unmapped_pad_are_left_out_the_latter_with_a_hint", () => {
  const hub = hubOf([fakePad(0, { count: 2 }), fakePad(1, { mapping: "" }), null, fakePad(3)]);
  hub.poll(0);
  assert.deepEqual(
    [...hub.view.present].filter((pad) => pad < 100),
    [3],
  );
  assert.equal(hub.view.unmapped, true);
  const before = hub.view;
  hub.poll(5);
  assert.equal(hub.view, before, "the same view as long as nothing changed");
});

test("phones_are_not_this_pages_to_judge_and_the_daemons_pads_are", () => {
  assert.deepEqual(
    [100, 5, 199].map((pad) => hubOf([]).isPresent(pad)),
    [false, false, false],
  );
  assert.equal(hubOf([]).isPresent(200), true);
});

test("every_key_of_the_table_is_the_button_that_the_contract_names", () => {
  const codes = ["KeyW", "KeyA", "KeyS", "KeyD", "Space", "ShiftLeft"];
  const keys = KEY_PADS[0];
  assert.ok(keys);
  assert.deepEqual([keys.up, keys.left, keys.down, keys.right, keys.south, keys.east], codes);
  const read = readKeyPad(keys, (code) => code === "KeyA" || code === "Space");
  assert.deepEqual(read.axes, [-1, 0, 0, 0]);
  assert.deepEqual([read.buttons[0], read.buttons[14], read.buttons[1]], [1, 1, 0]);
  assert.deepEqual(
    [1, 2, 3].map((n) => keyLabels(300 + n)?.south),
    ["Enter", "N", "R"],
  );
  assert.equal(keyLabels(0), null);
});

test("opposite_keys_cancel_out_and_diagonals_have_length_one", () => {
  const keys = /** @type {import("../app/pads/keys.js").KeyPad} */ (KEY_PADS[1]);
  assert.deepEqual(readKeyPad(keys, (code) => code === "ArrowLeft" || code === "ArrowRight").axes, [0, 0, 0, 0]);
  const [x, y] = readKeyPad(keys, (code) => code === "ArrowUp" || code === "ArrowRight").axes;
  assert.ok(Math.abs(Math.hypot(x ?? 0, y ?? 0) - 1) < 1e-9);
});

test("a_key_tap_between_two_readings_is_still_a_press_and_a_step", () => {
  const hub = hubOf([]);
  hub.poll(0);
  for (const code of ["Enter", "ArrowRight"]) {
    hub.keys.press(code);
    hub.keys.release(code);
  }
  const news = hub.poll(16);
  assert.ok(news.some((item) => item.pad === 301 && "button" in item && item.button === 0));
  assert.ok(news.some((item) => item.pad === 301 && "direction" in item && item.direction === "right"));
  assert.equal(hub.state(301)?.presses[0], 1);
  assert.equal(hub.state(301)?.buttons[0], 0);
});

test("a_lost_keyboard_releases_every_key", () => {
  const keys = new KeyTracker();
  assert.equal(keys.press("KeyW"), true);
  assert.equal(keys.press("KeyW"), false, "a repeat is no press");
  keys.releaseAll();
  assert.equal(keys.isDown("KeyW"), false);
});

test("a_held_direction_repeats_after_400_ms_and_then_every_150", () => {
  const repeat = new DirectionRepeat();
  const right = { axes: [1, 0], buttons: [] };
  const steps = [0, 100, 399, 400, 500, 549, 550, 700].map((now) => repeat.steps(right, [], now).length);
  assert.deepEqual(steps, [1, 0, 0, 1, 0, 0, 1, 1]);
});

test("a_stick_at_the_edge_does_not_flutter", () => {
  const repeat = new DirectionRepeat();
  const at = (/** @type {number} */ x, /** @type {number} */ now) =>
    repeat.steps({ axes: [x, 0], buttons: [] }, [], now);
  assert.deepEqual(
    [at(0.55, 0), at(0.62, 10), at(0.5, 20), at(0.62, 30), at(0.3, 40), at(0.7, 50)].map((s) => s.length),
    [0, 1, 0, 0, 0, 1],
  );
});

test("a_trigger_is_a_press_from_half_way", () => {
  const counter = new PadCounter();
  const buttons = new Array(17).fill(0);
  buttons[7] = 0.4;
  assert.deepEqual(listed(counter.read([], buttons)), []);
  assert.deepEqual(listed(counter.read([], buttons.with(7, 0.8))), [7]);
});

test("a_trigger_reads_how_far_it_is_down_and_any_other_pressed_button_as_all_the_way", () => {
  const pad = fakePad(0);
  const hub = hubOf([pad]);
  pad.buttons[6] = { pressed: true, touched: true, value: 0.2 };
  pad.buttons[0] = { pressed: true, touched: true, value: 0.2 };
  assert.deepEqual(hub.poll(0), [{ pad: 0, button: 0 }]);
  assert.deepEqual([hub.state(0)?.buttons[6], hub.state(0)?.buttons[0]], [0.2, 1]);
  pad.buttons[6] = { pressed: true, touched: true, value: 0.8 };
  assert.deepEqual(hub.poll(5), [{ pad: 0, button: 6 }]);
});
