import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, mock, test } from "node:test";
import { Effects, rgbOf } from "../app/frame/effects.js";
import { DaemonPads } from "../app/pads/daemon.js";
import { readFrame } from "../app/pads/daemon-frame.js";
import { PadHub, seatOf } from "../app/pads/hub.js";
import { LineMeter } from "../app/pads/line-meter.js";
import { SAME_PRESS_MS, SURE_AFTER } from "../app/pads/twins.js";
import { seat, session, view } from "./fixtures.js";

/** @typedef {{number: number, connected?: boolean, axes?: number[], held?: number[], counts?: Record<number, number>, changedUs?: number}} Told */

/**
 * A state frame, written from the protocol's byte table.
 * @param {Told[]} pads
 * @param {number} [clockUs]
 */
function frameOf(pads, clockUs = 0) {
  const words = new Int16Array(8 + 42 * pads.length);
  words.set([0x0101, 42]);
  const longs = new DataView(words.buffer);
  longs.setBigUint64(8, BigInt(clockUs), true);
  pads.forEach(({ number, connected = true, axes = [], held = [], counts = {}, changedUs = 0 }, n) => {
    const at = 8 + 42 * n;
    words.set([number, Number(connected)], at);
    longs.setUint32(2 * at + 4, changedUs, true);
    words.set(
      axes.map((value) => Math.round(value * 32767)),
      at + 4,
    );
    for (const button of held) words[at + 8 + button] = 32767;
    for (const [button, count] of Object.entries(counts)) words[at + 25 + Number(button)] = count;
  });
  return words.buffer;
}

/** @param {number} number @param {object} [more] @returns {import("../app/view.d.ts").DaemonPadInfo} */
function info(number, more = {}) {
  const can = { rumble: true, light: true, motion: true, hasSerial: true, reportHz: null, jitterMs: null };
  const make = { name: "PS4 Controller", vendor: "054c", product: "09cc", guid: `guid-${number}` };
  return { number, connected: true, link: "usb", battery: "full", ...make, ...can, ...more };
}

class FakeSocket extends EventTarget {
  /** @type {FakeSocket[]} */
  static all = [];
  /** @type {any[]} */
  sent = [];
  readyState = 1;
  binaryType = "";

  /** @param {string} url @param {string} protocol */
  constructor(url, protocol) {
    super();
    this.url = url;
    this.protocol = protocol;
    FakeSocket.all.push(this);
  }

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.readyState = 3;
  }

  /** @param {unknown} data */
  says(data) {
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }

  /** @param {string} type @param {object} payload */
  tells(type, payload) {
    this.says(JSON.stringify({ type, payload }));
  }

  /** @param {import("../app/view.d.ts").DaemonPadInfo[]} pads */
  greets(...pads) {
    this.tells("hello", { protocol: "maribro.input.v1", version: "1", sdl: "2", bluetoothEffects: false, pads });
  }

  breaks() {
    this.readyState = 3;
    this.dispatchEvent(new Event("close"));
  }
}

const RUNNING = { state: /** @type {const} */ ("running"), url: "ws://127.0.0.1:8137", token: "0 f" };
const AWAY = { state: /** @type {const} */ ("restarting"), url: null, token: null };

beforeEach(() => {
  FakeSocket.all = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
});

/** A daemon that the host told of. */
function following() {
  const daemon = new DaemonPads(
    (url, protocol) => /** @type {WebSocket} */ (/** @type {unknown} */ (new FakeSocket(url, protocol))),
    () => 0,
  );
  daemon.follow(RUNNING);
  return daemon;
}

/** The line that was opened last. */
function line() {
  const socket = FakeSocket.all.at(-1);
  assert.ok(socket);
  return socket;
}

test("frames_that_the_daemon_wrote_are_read", () => {
  for (const name of ["plain", "motion"]) {
    const bytes = readFileSync(new URL(`../../input-daemon/tests/frames/${name}.bin`, import.meta.url));
    const frame = readFrame(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    assert.ok(frame && frame.pads.length > 0, name);
    for (const { number, buttons, counts, axes } of frame.pads) {
      assert.ok(number >= 100);
      assert.deepEqual([axes.length, buttons.length, counts.length], [4, 17, 17]);
      assert.ok([...axes, ...buttons].every((value) => Math.abs(value) <= 1));
      assert.ok(counts.every((count) => count >= 0 && count < 65536));
    }
  }
});

test("what_is_no_frame_is_none_and_half_a_record_is_left_out", () => {
  assert.equal(readFrame(new ArrayBuffer(0)), null);
  assert.equal(readFrame(new ArrayBuffer(17)), null);
  assert.equal(readFrame(new Int16Array(50).buffer), null);
  assert.equal(readFrame(new Int16Array([0x0101, 0, 0, 0, 0, 0, 0, 0, 1]).buffer), null);
  assert.equal(readFrame(frameOf([{ number: 100 }, { number: 101 }]).slice(0, -2))?.pads.length, 1);
});

test("the_line_is_opened_with_the_token_and_closed_when_the_host_says_so", () => {
  const daemon = following();
  assert.equal(line().url, "ws://127.0.0.1:8137/?token=0%20f");
  assert.equal(line().protocol, "maribro.input.v1");
  line().greets(info(100));
  line().says(frameOf([{ number: 100, axes: [1, -1, 0, 0], held: [3] }]));
  const [pad] = daemon.read();
  assert.deepEqual([pad?.number, pad?.axes, pad?.buttons[3]], [100, [1, -1, 0, 0], 1]);
  daemon.follow(AWAY);
  assert.deepEqual([[...daemon.read()], daemon.infos, daemon.isOpen, line().readyState], [[], [], false, 3]);
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.all.length, 1);
});

test("a_line_that_breaks_is_opened_again_soon_then_ever_later_and_at_once_when_the_host_knows_that_it_is_back", () => {
  const daemon = following();
  line().greets();
  line().breaks();
  assert.equal(daemon.isOpen, false);
  mock.timers.tick(99);
  assert.equal(FakeSocket.all.length, 1);
  mock.timers.tick(1);
  assert.equal(FakeSocket.all.length, 2);
  for (let n = 0; n < 8; n += 1) {
    line().breaks();
    mock.timers.tick(2000);
  }
  const tries = FakeSocket.all.length;
  line().breaks();
  mock.timers.tick(1999);
  assert.equal(FakeSocket.all.length, tries, "two seconds at most, and no less by then");
  daemon.follow({ ...RUNNING });
  assert.equal(FakeSocket.all.length, tries + 1);
});

test("a_daemon_that_stands_still_holds_no_button_and_one_that_goes_on_has_lost_no_press", () => {
  const daemon = following();
  const told = () => [daemon.isOpen, [...daemon.read()].map(({ presses }) => presses[0])];
  let changes = 0;
  line().greets(info(100));
  line().says(frameOf([{ number: 100, held: [0], counts: { 0: 5 } }]));
  for (let n = 0; n < 9; n += 1) {
    mock.timers.tick(1750);
    line().says(frameOf([{ number: 100, held: [0], counts: { 0: 5 } }]));
  }
  assert.deepEqual(told(), [true, [0]], "a busy machine is silent for that long");
  daemon.onChange(() => {
    changes += 1;
  });
  mock.timers.tick(2000);
  assert.deepEqual([told(), changes], [[false, []], 1]);
  assert.equal(daemon.send({ type: "list", payload: {} }), false, "nobody would hear it");
  mock.timers.tick(5000);
  line().says(frameOf([{ number: 100, counts: { 0: 7 } }]));
  assert.deepEqual([told(), changes, FakeSocket.all.length], [[true, [2]], 2, 1]);
});

test("a_line_that_is_dead_though_nobody_closed_it_is_replaced", () => {
  const daemon = following();
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.all.length, 1, "who has not said hello yet is waited for");
  line().greets(info(100));
  mock.timers.tick(9999);
  assert.deepEqual([FakeSocket.all.length, line().readyState], [1, 1]);
  mock.timers.tick(1);
  mock.timers.tick(100);
  assert.deepEqual([FakeSocket.all.length, FakeSocket.all[0]?.readyState, daemon.infos], [2, 3, []]);
});

test("counters_run_over_and_go_on_over_another_daemon", () => {
  const daemon = following();
  const south = () => [...daemon.read()][0]?.presses[0];
  line().greets(info(100));
  line().says(frameOf([{ number: 100, counts: { 0: 65534 } }]));
  assert.equal(south(), 0, "what was before is no press");
  line().says(frameOf([{ number: 100, counts: { 0: 2 } }]));
  assert.equal(south(), 4);
  line().breaks();
  mock.timers.tick(100);
  line().greets(info(100));
  line().says(frameOf([{ number: 100, counts: { 0: 1 } }]));
  assert.equal(south(), 4);
  line().says(frameOf([{ number: 100, counts: { 0: 2 } }]));
  assert.equal(south(), 5);
});

test("news_of_pads_are_kept_and_nonsense_is_passed_over", () => {
  const daemon = following();
  line().greets(info(100));
  line().tells("connected", info(101, { link: "bluetooth" }));
  line().tells("battery", { number: 101, level: "low" });
  line().tells("rates", { rates: [{ number: 101, reportHz: 250, jitterMs: 0.4 }] });
  line().tells("disconnected", { number: 100 });
  line().tells("mapping", { number: null, name: "Odd", guid: "g", mapped: false });
  line().tells("error", { command: "rumble", code: "bluetooth_effects_off", message: "" });
  line().tells("weather", { rain: true });
  assert.deepEqual(daemon.info(101), info(101, { link: "bluetooth", battery: "low", reportHz: 250, jitterMs: 0.4 }));
  assert.equal(daemon.info(100)?.connected, false);
  assert.deepEqual([...daemon.unmapped.values()], ["Odd"]);
  assert.equal(daemon.refusal?.code, "bluetooth_effects_off");
});

test("latency_is_what_the_daemon_waited_and_the_way_here", () => {
  const meter = new LineMeter();
  assert.equal(meter.ask(0), true);
  assert.equal(meter.ask(1), false);
  meter.answer(2);
  /** @param {number} n @param {number} late */
  const frame = (n, late) => {
    const pads = [{ number: 100, connected: true, changedUs: n * 10_000, axes: [], buttons: [], counts: [] }];
    meter.frame({ clockUs: n * 10_000 + 500, pads }, n * 10 + 1000.5 + late);
  };
  for (let n = 0; n < 8; n += 1) frame(n, 0);
  assert.equal(meter.latency(100), null, "too few");
  for (let n = 8; n < 40; n += 1) frame(n, n % 2 ? 0 : 4);
  const measured = meter.latency(100);
  assert.ok(measured && Math.abs(measured.typicalMs - 1.5) < 0.01, `${measured?.typicalMs}`);
  assert.ok(Math.abs(measured.worstMs - 5.5) < 0.01, `${measured?.worstMs}`);
});

/** A hub over a browser with these pads and a daemon with a line. */
function bothSides() {
  const daemon = following();
  line().greets(info(100), info(101));
  /** @type {any[]} */
  const pads = [];
  const hub = new PadHub(() => pads, daemon);
  const id = "Wireless Controller (STANDARD GAMEPAD Vendor: 054c Product: 09cc)";
  const plug = (/** @type {number} */ index, mapping = "standard") => {
    const buttons = Array.from({ length: 17 }, () => ({ pressed: false, touched: false, value: 0 }));
    pads[index] = { index, id, mapping, connected: true, axes: [0, 0, 0, 0], buttons };
  };
  const hold = (/** @type {number} */ index, /** @type {number} */ button, /** @type {boolean} */ down) => {
    pads[index].buttons[button] = { pressed: down, touched: down, value: Number(down) };
  };
  let presses = 0;
  let now = 0;
  const poll = (ms = 10, isSeated = (/** @type {number} */ _pad) => false) => {
    now += ms;
    return hub.poll(now, isSeated);
  };
  /** Both see a press of one pad, and its end; who acted. */
  const press = (/** @type {number} */ index, /** @type {number} */ number, seated = -1) => {
    const isSeated = (/** @type {number} */ pad) => pad === seated;
    presses += 1;
    hold(index, 0, true);
    line().says(frameOf([{ number, held: [0], counts: { 0: presses } }]));
    const news = poll(10, isSeated);
    hold(index, 0, false);
    line().says(frameOf([{ number, counts: { 0: presses } }]));
    news.push(...poll(50, isSeated), ...poll(2 * SAME_PRESS_MS, isSeated));
    return news.filter((item) => "button" in item).map(({ pad }) => pad);
  };
  return { daemon, hub, pads, plug, hold, press, poll };
}

test("a_pad_that_both_see_presses_once_and_after_a_while_either_number_serves_its_seat", () => {
  const { hub, plug, press, pads, poll } = bothSides();
  plug(0);
  line().says(frameOf([{ number: 100 }]));
  poll();
  assert.deepEqual(press(0, 100), [0]);
  assert.deepEqual([press(0, 100, 0), press(0, 100, 0), press(0, 100, 0)], [[0], [0], [0]]);
  assert.deepEqual(
    [...hub.view.twins],
    [
      [0, 100],
      [100, 0],
    ],
  );
  const seats = session(seat(0, "bee", 100)).playersBySlot;
  assert.equal(seatOf(hub.view, seats, 0)?.slot, 0);
  const before = hub.state(0)?.presses[0];
  assert.deepEqual(press(0, 100, 100), [0]);
  assert.deepEqual([hub.state(0)?.presses[0], hub.state(100)?.presses[0]], [(before ?? 0) + 1, (before ?? 0) + 1]);
  const pad = hub.seatPad(100);
  assert.deepEqual([pad?.gamepadIndex, pad?.browserPad, pad?.daemonPad, pad?.counts?.[0]], [100, 0, 100, 5]);
  assert.deepEqual([hub.seatPad(0)?.browserPad, hub.seatPad(0)?.daemonPad], [undefined, 100]);

  line().says(frameOf([{ number: 100, axes: [1, 0, 0, 0], counts: { 0: 5 } }]));
  poll(1000);
  assert.deepEqual(
    [hub.state(0)?.axes[0], hub.seatPad(0)?.browserPad, hub.seatPad(100)?.browserPad],
    [1, -1, undefined],
  );
  line().says(frameOf([{ number: 100, connected: false }]));
  poll();
  assert.equal(hub.isPresent(100), true, "the browser still has it");
  assert.deepEqual([hub.seatPad(100)?.browserPad, hub.seatPad(100)?.daemonPad], [0, undefined]);
  line().says(frameOf([{ number: 100, axes: [0, 1, 0, 0] }]));
  pads[0] = null;
  poll();
  assert.deepEqual(hub.takeParted(), [{ gone: 0, twin: 100 }], "the daemon's number stays with the pad");
  assert.deepEqual([hub.isPresent(0), hub.state(100)?.axes[1]], [false, 1]);
});

test("a_press_between_the_first_word_of_a_pad_and_the_first_look_at_it_is_told", () => {
  const { poll } = bothSides();
  line().says(frameOf([{ number: 100, counts: { 0: 7 } }]));
  line().says(frameOf([{ number: 100, counts: { 0: 8 } }]));
  const news = poll().concat(poll(SAME_PRESS_MS + 1));
  assert.deepEqual(news, [{ pad: 100, button: 0 }]);
});

test("a_page_that_was_held_up_between_what_both_tell_of_a_press_tells_it_once", () => {
  const { plug, hold, poll } = bothSides();
  plug(0);
  line().says(frameOf([{ number: 100 }]));
  poll();
  let counted = 0;
  const pressHeldUp = () => {
    counted += 1;
    line().says(frameOf([{ number: 100, held: [0], counts: { 0: counted } }]));
    const news = poll(1);
    hold(0, 0, true);
    news.push(...poll(5 * SAME_PRESS_MS), ...poll(2 * SAME_PRESS_MS));
    hold(0, 0, false);
    line().says(frameOf([{ number: 100, counts: { 0: counted } }]));
    return [...news, ...poll(), ...poll(2 * SAME_PRESS_MS)];
  };
  const once = [{ pad: 0, button: 0 }];
  for (let n = 0; n < 2 * SURE_AFTER; n += 1) assert.deepEqual(pressHeldUp(), once, `press ${n}`);
});

test("a_pad_that_is_gone_at_the_daemon_holds_nothing_and_coming_back_with_a_held_button_is_no_press", () => {
  const { hub, poll } = bothSides();
  line().says(frameOf([{ number: 100, held: [0], axes: [1, 0, 0, 0], counts: { 0: 1 } }]));
  poll();
  line().breaks();
  poll();
  assert.equal(hub.state(100), null);
  mock.timers.tick(100);
  line().greets(info(100));
  line().says(frameOf([{ number: 100, held: [0], counts: { 0: 7 } }]));
  assert.deepEqual(poll().concat(poll(SAME_PRESS_MS + 1)), []);
  assert.equal(hub.state(100)?.buttons[0], 1);
});

test("a_pad_without_a_mapping_in_the_browser_is_hinted_at_unless_the_daemon_reads_it", () => {
  const { hub, plug, poll } = bothSides();
  plug(0, "");
  poll();
  assert.equal(hub.view.unmapped, true);
  line().says(frameOf([{ number: 100 }]));
  poll();
  assert.deepEqual([hub.view.unmapped, hub.isPresent(100)], [false, true]);
});

/** Everything that the line was told of one kind. @param {string} type */
const told = (type) =>
  line()
    .sent.filter((command) => command.type === type)
    .map(({ payload }) => payload);

test("a_seats_pad_shines_in_its_avatars_colour_also_after_a_game_had_another_and_a_left_one_is_dim", () => {
  const { daemon, hub } = bothSides();
  const effects = new Effects(daemon, hub.twins, () => []);
  const seated = view({ host: { session: session(seat(2, "bee", 100)) } });
  effects.update(seated);
  effects.update(seated);
  assert.deepEqual(told("light"), [{ pad: 100, r: 0x12, g: 0x34, b: 0x56 }], "once");
  assert.deepEqual(told("player"), [{ pad: 100, index: 2 }]);
  effects.light(2, "#ff0080");
  effects.light(2, "red");
  effects.update(seated);
  effects.endRound();
  effects.update(seated);
  assert.deepEqual(told("light").slice(1), [
    { pad: 100, r: 255, g: 0, b: 128 },
    { pad: 100, r: 0x12, g: 0x34, b: 0x56 },
  ]);
  line().tells("disconnected", { number: 100 });
  effects.update(seated);
  line().tells("connected", info(100));
  effects.update(seated);
  assert.equal(told("light").length, 4, "a pad that comes back has forgotten it");
  effects.update(view({ host: { session: session() } }));
  assert.deepEqual(
    [told("light").at(-1), told("player").at(-1)],
    [
      { pad: 100, r: 0, g: 0, b: 64 },
      { pad: 100, index: null },
    ],
  );
});

test("a_page_that_only_watches_leaves_the_lights_alone", () => {
  const { daemon, hub } = bothSides();
  new Effects(daemon, hub.twins, () => []).update(
    view({ host: { role: "watch", session: session(seat(0, "bee", 100)) } }),
  );
  assert.deepEqual(line().sent, []);
});

test("a_rumble_goes_through_the_browser_when_it_can_else_through_the_daemon_and_never_through_both", async () => {
  const { daemon, hub, plug, pads, press, poll } = bothSides();
  const effects = new Effects(daemon, hub.twins, () => pads);
  const effect = { strong: 1, weak: 0.5, durationMs: 100 };
  plug(0);
  line().says(frameOf([{ number: 100 }]));
  poll();
  await effects.rumble(0, effect);
  assert.deepEqual(told("rumble"), [], "nobody knows who it is for the daemon");
  press(0, 100);
  await effects.rumble(0, effect);
  assert.deepEqual(told("rumble"), [{ pad: 100, ...effect }]);
  /** @type {unknown[]} */
  const played = [];
  pads[0].vibrationActuator = { playEffect: async (/** @type {unknown} */ how) => void played.push(how) };
  await effects.rumble(0, effect);
  await effects.rumble(100, effect);
  assert.deepEqual([played.length, told("rumble").length], [2, 1]);
  pads[0].vibrationActuator.playEffect = () => Promise.reject(new Error("no"));
  const warn = mock.method(console, "warn", () => {});
  await effects.rumble(0, effect);
  warn.mock.restore();
  assert.equal(told("rumble").length, 2);
});

test("colours_are_read_in_both_lengths", () => {
  assert.deepEqual(
    [rgbOf("#FB8C00"), rgbOf("#0f8"), rgbOf("blue"), rgbOf("#12345")],
    [[251, 140, 0], [0, 255, 136], null, null],
  );
});

test("a_pad_tells_of_its_battery_by_either_of_its_numbers_and_who_knows_nothing_tells_nothing", () => {
  const daemon = following();
  const hub = new PadHub(() => [], daemon);
  line().greets(info(100, { battery: "low" }), info(101, { battery: "unknown" }), info(102, { battery: "full" }));
  line().says(frameOf([{ number: 100 }, { number: 101 }, { number: 102, connected: false }]));
  hub.poll(0);
  assert.deepEqual([...hub.view.batteries], [[100, "low"]]);
  const before = hub.view;
  hub.poll(4);
  assert.equal(hub.view, before, "nothing new is no new view");
  line().tells("battery", { number: 100, level: "empty" });
  hub.poll(8);
  assert.deepEqual([...hub.view.batteries], [[100, "empty"]]);
  daemon.follow(AWAY);
  hub.poll(12);
  assert.equal(hub.view.batteries.size, 0);
});
