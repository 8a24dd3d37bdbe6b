/** The parts of the SDK that need no browser, run over a stand-in for the few things of a page that it touches. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { browserPad, INIT, load, padState, reader } from "./page.js";

/** Mulberry32 as its author wrote it. */
function mulberry32(/** @type {number} */ a) {
  return () => {
    a |= 0;
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

test("random_is_mulberry32_of_the_rounds_seed", () => {
  const { sdk, tell } = load();
  tell("init", INIT);
  const reference = mulberry32(INIT.seed);
  for (let i = 0; i < 100; i++) assert.equal(sdk.random(), reference());
});

test("ready_is_said_after_the_handlers_and_once", () => {
  const { sdk, tell, posted } = load();
  const order = /** @type {string[]} */ ([]);
  sdk.onReady(() => order.push(posted.some(({ type }) => type === "maribro:ready") ? "late" : "early"));
  tell("init", INIT);
  tell("init", INIT);
  assert.deepEqual(order, ["early"]);
  assert.equal(posted.filter(({ type }) => type === "maribro:ready").length, 1);
});

test("active_slots_are_the_hosts_or_else_seats_with_avatar_and_pad", () => {
  const derived = load();
  derived.tell("init", { ...INIT, slotToGamepadIndex: [0, -1, 2, -1] });
  assert.deepEqual([...derived.sdk.getActiveSlots()], [0]);
  const told = load();
  told.tell("init", { ...INIT, activeSlots: [1, 7] });
  assert.deepEqual([...told.sdk.getActiveSlots()], [1]);
});

test("the_dead_zone_is_round_and_the_rest_is_rescaled_to_the_full_way", () => {
  const { sdk, tell, frame } = load();
  tell("init", INIT);
  for (const [x, expected] of [
    [0.12, 0],
    [0.56, 0.5],
    [1, 1],
    [-1, -1],
    [7, 1],
    [Number.NaN, 0],
  ]) {
    tell("pads", { seq: 1, bySlot: [padState({ axes: [x, 0, 0, x] }), null, null, null] });
    frame();
    const { lx, ly, rx, ry } = sdk.getInput(0).axes;
    assert.ok(Math.abs(lx - expected) < 1e-9 && Math.abs(ry - expected) < 1e-9 && ly === 0 && rx === 0, `${x} → ${lx}`);
  }
});

test("several_taps_between_two_frames_show_one_after_the_other_with_the_button_up_between", () => {
  const { sdk, tell, frame } = load();
  tell("init", INIT);
  const presses = new Array(17).fill(0);
  tell("pads", { seq: 1, bySlot: [padState({ presses }), null, null, null] });
  presses[3] = 3;
  tell("pads", { seq: 2, bySlot: [padState({ presses }), null, null, null] });
  const seen = [];
  for (let i = 0; i < 6; i++) {
    frame();
    const { pressed, buttons } = sdk.getInput(0);
    assert.equal(pressed.north, buttons.north);
    seen.push(pressed.north);
  }
  assert.deepEqual(seen, [true, false, true, false, true, false]);
});

test("reads_in_one_frame_agree_though_the_pad_changes_in_between", () => {
  const { sdk, tell, frame } = load();
  tell("init", INIT);
  frame();
  const before = sdk.getInput(1);
  tell("pads", { seq: 1, bySlot: [null, padState({ axes: [1, 0, 0, 0] }), null, null] });
  assert.equal(sdk.getInput(1), before);
  frame();
  assert.equal(sdk.getInput(1).axes.lx, 1);
  assert.equal(before.axes.lx, 0);
});

test("untrusted_or_foreign_messages_do_nothing", () => {
  const { sdk, page, tell } = load();
  tell("init", INIT, { source: page });
  tell("init", INIT, { isTrusted: false });
  tell("init", INIT, { source: null });
  assert.equal(sdk.getActiveSlots().length, 0);
  tell("toString");
  tell("constructor");
  tell("init", INIT);
  assert.equal(sdk.getActiveSlots().length, 2);
});

test("a_trigger_is_as_far_down_as_it_is_and_pressed_from_half_way", () => {
  const pad = browserPad();
  const { sdk, tell, frame } = load(reader([pad]));
  tell("init", { ...INIT, slotToGamepadIndex: [0, 200, -1, -1] });
  pad.buttons[6] = { pressed: true, value: 0.2 };
  pad.buttons[0] = { pressed: true, value: 0.2 };
  frame();
  assert.deepEqual([sdk.getInput(0).buttons.l2, sdk.getInput(0).pressed.l2], [0.2, false]);
  assert.deepEqual([sdk.getInput(0).buttons.south, sdk.getInput(0).pressed.south], [true, true]);
  pad.buttons[6] = { pressed: true, value: 0.6 };
  frame();
  assert.deepEqual([sdk.getInput(0).buttons.l2, sdk.getInput(0).pressed.l2], [0.6, true]);
});

test("a_seat_follows_the_pad_that_the_relay_names", () => {
  const pads = [browserPad({ axes: [1, 0, 0, 0] }), null, browserPad({ axes: [-1, 0, 0, 0] })];
  const { sdk, tell, frame, key } = load(reader(pads));
  tell("init", { ...INIT, slotToGamepadIndex: [0, 200, -1, -1] });
  const reads = (/** @type {any} */ state) => {
    tell("pads", { seq: 1, bySlot: [state, null, null, null] });
    frame();
    return sdk.getInput(0).axes.lx;
  };
  assert.equal(reads(padState({ gamepadIndex: 0 })), 1);
  assert.equal(reads(padState({ gamepadIndex: 2 })), -1);
  assert.equal(reads(padState()), -1, "an older page names no pad");
  assert.equal(reads(padState({ gamepadIndex: 100, axes: [0, 0, 0, 0] })), 0);
  assert.equal(reads(padState({ gamepadIndex: 301 })), 0);
  key("keydown", "ArrowRight");
  assert.equal(reads(padState({ gamepadIndex: 301 })), 1);
});

test("presses_of_another_pad_before_it_came_to_the_seat_are_no_presses_of_the_seat", () => {
  const { sdk, tell, frame } = load();
  tell("init", INIT);
  const presses = new Array(17).fill(0);
  tell("pads", { seq: 1, bySlot: [padState({ gamepadIndex: 100, presses }), null, null, null] });
  tell("pads", { seq: 2, bySlot: [padState({ gamepadIndex: 101, presses: presses.with(0, 9) }), null, null, null] });
  frame();
  assert.equal(sdk.getInput(0).pressed.south, false);
  tell("pads", { seq: 3, bySlot: [padState({ gamepadIndex: 101, presses: presses.with(0, 10) }), null, null, null] });
  frame();
  assert.equal(sdk.getInput(0).pressed.south, true);
});

test("a_keyboard_pads_stick_is_its_d_pad_too", () => {
  const { sdk, tell, frame, key } = load();
  tell("init", { ...INIT, slotToGamepadIndex: [301, 300, -1, -1] });
  for (const [code, name, axis, value] of /** @type {const} */ ([
    ["ArrowUp", "dup", "ly", -1],
    ["ArrowDown", "ddown", "ly", 1],
    ["ArrowLeft", "dleft", "lx", -1],
    ["ArrowRight", "dright", "lx", 1],
  ])) {
    frame();
    assert.equal(sdk.getInput(0).buttons[name], false);
    key("keydown", code);
    frame();
    const down = sdk.getInput(0);
    assert.deepEqual([down.buttons[name], down.pressed[name], down.axes[axis]], [true, true, value]);
    assert.equal(Object.values(down.buttons).filter(Boolean).length, 1);
    frame();
    assert.deepEqual([sdk.getInput(0).buttons[name], sdk.getInput(0).pressed[name]], [true, false]);
    key("keyup", code);
  }
  assert.equal(sdk.getInput(1).buttons.dup, false);
});

test("garbage_arguments_never_throw", () => {
  const { sdk, tell, frame, page, posted } = load();
  tell("init", INIT);
  const { audio } = sdk;
  const garbage = [null, undefined, 0, Number.NaN, "x", Symbol("s"), Object.create(null), [], () => 1, 5n];
  for (const value of /** @type {any[]} */ (garbage)) {
    sdk.rumble(0, value);
    sdk.rumble(0, { strong: value, weak: value, durationMs: value });
    sdk.rumble(/** @type {any} */ (typeof value === "object" ? null : value));
    sdk.setLight(0, value);
    audio.playNote(value);
    audio.playNote({ note: value, velocity: value, durationMs: value, instrument: value });
    audio.playNote({ note: 60, velocity: value, durationMs: value, instrument: value });
    audio.setMasterVolume(value);
    audio.setEnabled(value);
    void audio.arm();
    void page.navigator.getGamepads()[0].vibrationActuator.playEffect(value, value);
    frame();
  }
  const bare = /** @type {any} */ (sdk);
  bare.rumble();
  bare.setLight();
  bare.audio.playNote();
  assert.equal(posted.filter(({ payload }) => payload.kind === "light" && payload.color !== "x").length, 0);
  for (const value of /** @type {any[]} */ ([null, undefined, 7, "abc", Symbol("s"), Object.create(null)])) {
    const ended = load();
    ended.tell("init", INIT);
    ended.sdk.endGame(value);
    assert.equal(ended.posted.filter(({ type }) => type === "maribro:game_end").length, 1);
    assert.deepEqual(ended.posted.map(({ payload }) => [...(payload.scoresBySlot ?? [])]).at(-1), [0, 0, 0, 0]);
  }
});
