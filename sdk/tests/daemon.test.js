/** The SDK's own line to the input daemon, over a stand-in for the page and its WebSocket. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { browserPad, INIT, load, padState, reader } from "./page.js";

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
