/** The parts of the SDK that need no browser, run over a stand-in for the few things of a page that it touches. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../maribro-sdk.js", import.meta.url), "utf8");

/** Loads the SDK as a framed game would; answers it, what it posted, and how the host speaks to it. */
function load() {
  /** @type {{type: string, payload: any}[]} */
  const posted = [];
  const parent = { postMessage: (/** @type {any} */ message) => posted.push(message) };
  /** @type {Record<string, Function[]>} */
  const listeners = {};
  const listen = (/** @type {string} */ type, /** @type {Function} */ fn) => {
    listeners[type] ??= [];
    listeners[type].push(fn);
  };
  /** @type {((time: number) => void)[]} */
  let frames = [];
  const channel = { port1: {}, port2: { postMessage() {} } };
  /** @type {any} */
  const page = {
    console,
    parent,
    addEventListener: listen,
    dispatchEvent() {},
    Event,
    MessageChannel: function MessageChannel() {
      return channel;
    },
    performance: { now: () => performance.now() },
    navigator: {},
    localStorage: {},
    sessionStorage: {},
    document: { readyState: "complete", addEventListener: listen, cookie: "", querySelectorAll: () => [] },
    requestAnimationFrame: (/** @type {any} */ fn) => frames.push(fn),
    cancelAnimationFrame() {},
    setTimeout: () => 0,
    clearTimeout() {},
    setInterval: () => 0,
  };
  page.window = page;
  vm.runInNewContext(SOURCE, page);
  let time = performance.now();
  return {
    sdk: /** @type {MaribroSdk} */ (page.Maribro),
    page,
    posted,
    tell(/** @type {string} */ type, payload = {}, event = {}) {
      const data = { type: `maribro:${type}`, payload: structuredClone(payload) };
      for (const fn of listeners.message) fn({ source: parent, isTrusted: true, data, ...event });
    },
    /** The next animation frame. */
    frame() {
      const due = frames;
      frames = [];
      time += 1000 / 60;
      for (const fn of due) fn(time);
    },
  };
}

const INIT = {
  slotToGamepadIndex: [100, 200, -1, -1],
  playersBySlot: [
    { slot: 0, avatarId: "fox-orange", name: "Fox", color: "#FB8C00" },
    { slot: 1, avatarId: "cat-pink", name: "Cat", color: "#EC407A" },
  ],
  maxDurationSec: 20,
  seed: 12345,
};

const padState = (changes = {}) => ({
  axes: [0, 0, 0, 0],
  buttons: new Array(17).fill(0),
  presses: new Array(17).fill(0),
  ...changes,
});

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
