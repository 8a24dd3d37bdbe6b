/** The parts of the SDK that need no browser, run over a stand-in for the few things of a page that it touches. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../maribro-sdk.js", import.meta.url), "utf8");

/**
 * Loads the SDK as a framed game would; answers it, what it posted, and how the host speaks to it.
 * @param {object} navigator the browser's
 * @param {object} more of the page
 */
function load(navigator = {}, more = {}) {
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
    navigator,
    localStorage: {},
    sessionStorage: {},
    document: { readyState: "complete", addEventListener: listen, cookie: "", querySelectorAll: () => [] },
    requestAnimationFrame: (/** @type {any} */ fn) => frames.push(fn),
    cancelAnimationFrame() {},
    setTimeout: () => 0,
    clearTimeout() {},
    setInterval: () => 0,
    ...more,
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
    /** A key goes down or up with the focus in the frame. */
    key(/** @type {"keydown" | "keyup"} */ type, code = "") {
      for (const fn of listeners[type]) fn({ code, target: {}, preventDefault() {} });
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

/** A browser's reader of pads over these, by index. */
const reader = (/** @type {any[]} */ pads) => ({ getGamepads: () => pads });

const browserPad = (changes = {}) => ({
  connected: true,
  mapping: "standard",
  axes: [0, 0, 0, 0],
  buttons: Array.from({ length: 17 }, () => ({ pressed: false, value: 0 })),
  ...changes,
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

const DAEMON = { url: "ws://127.0.0.1:8137", token: "0 f" };

/** A game with the input daemon within reach: its lines, and what waits for a timer. */
function loadWithDaemon(navigator = {}) {
  /** @type {any[]} */
  const lines = [];
  /** @type {(() => void)[]} */
  const timers = [];
  class WebSocket {
    /** @param {string} url @param {string} protocol */
    constructor(url, protocol) {
      Object.assign(this, { url, protocol });
      lines.push(this);
    }
  }
  let now = 0;
  const page = load(navigator, {
    WebSocket,
    setTimeout: (/** @type {() => void} */ fn) => timers.push(fn),
    performance: { now: () => now },
  });
  page.tell("init", { ...INIT, slotToGamepadIndex: [0, 101, -1, -1], input: { relay: true, daemon: DAEMON } });
  return {
    ...page,
    lines,
    timers,
    pass(ms = 0) {
      now += ms;
      page.frame();
    },
    /** What the host page relays of the first seat. */
    relay(state = {}) {
      page.tell("pads", {
        seq: 1,
        bySlot: [padState({ gamepadIndex: 0, daemonPad: 100, counts: counts(), ...state }), null, null, null],
      });
    },
    /** A state frame, with pad 101 before the seat's. */
    state(
      /** @type {{held?: number[], axis?: number, south?: number, connected?: boolean}} */ {
        held = [],
        axis = 0,
        south = 0,
        connected = true,
      } = {},
    ) {
      const words = new Int16Array(8 + 2 * 54);
      words.set([0x0101, 54]);
      words.set([101, 1, 0, 0, 9, 9, 9, 9], 8);
      words.set([100, Number(connected), 0, 0, axis], 62);
      for (const button of held) words[62 + 8 + button] = 32767;
      words[62 + 25] = south;
      lines.at(-1).onmessage({ data: words.buffer });
    },
    south() {
      const { buttons, pressed } = page.sdk.getInput(0);
      return [buttons.south, pressed.south];
    },
  };
}

/** Counters with so many presses of south. */
const counts = (south = 0) => [south, ...new Array(16).fill(0)];

test("the_daemon_is_dialled_when_it_has_a_seats_pad_and_again_a_while_after_its_end", () => {
  const { lines, timers, relay, tell } = loadWithDaemon();
  tell("pads", { seq: 1, bySlot: [padState({ gamepadIndex: 0 }), null, null, null] });
  assert.equal(lines.length, 0);
  relay();
  relay();
  assert.equal(lines.length, 1);
  assert.deepEqual([lines[0].url, lines[0].protocol], ["ws://127.0.0.1:8137?token=0%20f", "maribro.input.v1"]);
  lines[0].onmessage({ data: '{"type":"hello"}' });
  lines[0].onclose();
  relay();
  assert.equal(lines.length, 1);
  for (const fn of timers) fn();
  relay();
  assert.equal(lines.length, 2);
});

test("the_daemons_state_serves_before_the_relay_and_each_press_counts_once_whichever_way_is_quicker", () => {
  const { relay, state, sdk, pass, south } = loadWithDaemon();
  relay({ presses: counts(7), counts: counts(65535) });
  state({ axis: 32767, south: 65535 });
  pass();
  assert.deepEqual([sdk.getInput(0).axes.lx, ...south()], [1, false, false]);
  state({ held: [0], south: 0 });
  pass();
  assert.deepEqual(south(), [true, true]);
  relay({ presses: counts(8), counts: counts(0), buttons: counts(1) });
  pass();
  assert.deepEqual(south(), [true, false], "the same press by the slower way");
  relay({ presses: counts(9), counts: counts(1), buttons: counts(1) });
  state({ south: 1 });
  pass();
  assert.deepEqual(south(), [false, false], "the second one, after a frame with the button up");
  pass();
  assert.deepEqual(south(), [true, true]);
  state({ south: 3 });
  const seen = [];
  for (let n = 0; n < 5; n++) {
    pass();
    seen.push(south()[1]);
  }
  assert.deepEqual(seen, [false, true, false, true, false], "two taps that began and ended between two states");
});

test("a_relay_that_is_quicker_than_the_daemon_makes_no_second_edge_of_a_press", () => {
  const { relay, state, pass, south } = loadWithDaemon();
  relay();
  state();
  pass();
  const seen = [south()[0]];
  for (const step of [
    () => relay({ presses: counts(1), counts: counts(1), buttons: counts(1) }),
    () => state({ held: [0], south: 1 }),
    () => relay({ presses: counts(1), counts: counts(1) }),
    () => state({ south: 1 }),
  ]) {
    step();
    pass();
    seen.push(south()[0]);
  }
  assert.deepEqual(seen, [false, false, true, true, false]);
});

test("without_the_daemon_the_relay_serves_at_once_and_nothing_sticks", () => {
  const { lines, relay, state, sdk, pass, south } = loadWithDaemon();
  relay();
  state({ held: [0], axis: 32767, south: 1 });
  pass();
  assert.deepEqual(south(), [true, true]);
  lines[0].onclose();
  pass();
  assert.deepEqual([...south(), sdk.getInput(0).axes.lx], [false, false, 0]);
  relay({ presses: counts(1), counts: counts(1), axes: [-1, 0, 0, 0] });
  pass();
  assert.deepEqual([...south(), sdk.getInput(0).axes.lx], [false, false, -1]);
});

test("a_pad_that_the_daemon_or_the_page_lost_is_neutral_at_once", () => {
  for (const lose of ["daemon", "page"]) {
    const { relay, state, sdk, pass, south, tell } = loadWithDaemon();
    relay();
    state({ held: [0], south: 1 });
    pass();
    assert.deepEqual(south(), [true, true]);
    if (lose === "page") tell("pads", { seq: 2, bySlot: [null, null, null, null] });
    else state({ connected: false, south: 1 });
    pass();
    assert.deepEqual([lose, ...south()], [lose, false, false]);
    assert.equal(sdk.getInput(1).buttons.south, false);
  }
});

test("another_daemons_counters_are_no_presses_and_counting_goes_on_with_the_pages_word", () => {
  const { lines, timers, relay, state, pass, south } = loadWithDaemon();
  relay({ presses: counts(5), counts: counts(40000) });
  state({ south: 40000 });
  lines[0].onclose();
  for (const fn of timers) fn();
  relay({ presses: counts(5), counts: counts(40000) });
  state({ south: 0 });
  state({ south: 2 });
  pass();
  assert.deepEqual(south(), [false, false]);
  relay({ presses: counts(5), counts: counts(2) });
  state({ south: 3, held: [0] });
  pass();
  assert.deepEqual(south(), [true, true]);
});

test("the_browsers_pad_comes_first_and_what_it_was_too_slow_for_counts_all_the_same", () => {
  const pad = browserPad();
  /** @type {any[]} */
  const pads = [];
  const { relay, state, pass, south, sdk } = loadWithDaemon(reader(pads));
  relay();
  state({ held: [0], south: 1 });
  pass();
  assert.deepEqual(south(), [true, true]);
  pads[0] = pad;
  pad.buttons[0] = { pressed: true, value: 1 };
  pass(8);
  assert.deepEqual(south(), [true, false], "taken over as held: it was counted");
  pad.buttons[0] = { pressed: false, value: 0 };
  pad.axes[0] = -1;
  pass(16);
  assert.deepEqual([...south(), sdk.getInput(0).axes.lx], [false, false, -1]);
  pad.buttons[0] = { pressed: true, value: 1 };
  pass(16);
  assert.deepEqual(south(), [true, true]);
  state({ held: [0], south: 2 });
  relay({ presses: counts(2), counts: counts(2) });
  pad.buttons[0] = { pressed: false, value: 0 };
  const seen = [];
  for (let n = 0; n < 12; n++) {
    pass(16);
    seen.push(south()[1]);
  }
  assert.ok(
    seen.every((pressed) => !pressed),
    "the daemon told the same press",
  );
  state({ south: 3 });
  for (let n = 0; n < 12; n++) {
    pass(16);
    seen.push(south()[1]);
  }
  assert.equal(seen.filter(Boolean).length, 1, "a tap that the browser did not see");
});

test("a_press_at_the_moment_in_which_the_browser_loses_the_pad_counts_once", () => {
  const pad = browserPad();
  const pads = [pad];
  const { relay, state, pass, south } = loadWithDaemon(reader(pads));
  relay();
  state();
  pass(16);
  pad.buttons[0] = { pressed: true, value: 1 };
  pass(16);
  assert.deepEqual(south(), [true, true]);
  pads.length = 0;
  state({ held: [0], south: 1 });
  pass(16);
  assert.deepEqual(south(), [true, false]);
  state({ south: 2 });
  const seen = [];
  for (let n = 0; n < 4; n++) {
    pass(16);
    seen.push(south()[1]);
  }
  assert.deepEqual(seen, [false, true, false, false], "and the next one counts");
});
