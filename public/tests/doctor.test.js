import assert from "node:assert/strict";
import { test } from "node:test";
import { onPress } from "../app/menu/menu.js";
import { advise } from "../app/pads/advice.js";
import { neutralPad } from "../app/pads/counters.js";
import { Holds } from "../app/pads/holds.js";
import { missingLabel } from "../app/pads/labels.js";
import { numberOf, padReports } from "../app/pads/report.js";
import { texts } from "../app/texts.js";
import { seat, session, view } from "./fixtures.js";

/** @typedef {import("../app/view.d.ts").PadReport} PadReport */

/** @param {Partial<PadReport>} [more] @returns {PadReport} */
function pad(more = {}) {
  return {
    browserPad: null,
    daemonPad: 100,
    label: "Pad 1",
    name: "PS4 Controller",
    make: "054c:09cc",
    link: "usb",
    battery: "full",
    reportHz: 250,
    jitterMs: 0.3,
    latency: null,
    slot: null,
    isMapped: true,
    canRumble: true,
    state: neutralPad(),
    ...more,
  };
}

/** @param {Partial<import("../app/pads/advice.js").Findings>} more */
function adviceFor(more) {
  const fine = { input: /** @type {const} */ ("running"), isOpen: true, bluetoothEffects: true, isMac: false };
  return advise({ ...fine, unmapped: [], pads: [pad()], ...more });
}
/** @param {Partial<import("../app/pads/advice.js").Findings>} more */
const idsFor = (more) => adviceFor(more).map(({ id }) => id);

test("a_healthy_party_gets_no_advice", () => {
  assert.deepEqual(idsFor({}), []);
});

test("a_daemon_that_is_not_there_is_told_of_by_its_reason", () => {
  const browserOnly = [pad({ daemonPad: null, browserPad: 0 })];
  assert.deepEqual(idsFor({ input: "missing", isOpen: false, pads: browserOnly }), ["daemon_missing"]);
  assert.deepEqual(idsFor({ input: "off", isOpen: false, pads: browserOnly }), ["daemon_off"]);
  for (const input of /** @type {const} */ (["starting", "restarting", "running"])) {
    assert.deepEqual(idsFor({ input, isOpen: false, pads: browserOnly }), ["daemon_away"], input);
  }
});

test("four_pads_on_bluetooth_are_a_crowd_and_three_are_not", () => {
  const wireless = (/** @type {number} */ count) =>
    Array.from({ length: count }, (_, n) => pad({ daemonPad: 100 + n, link: "bluetooth" }));
  assert.deepEqual(idsFor({ pads: wireless(4) }), ["bluetooth_crowd"]);
  assert.deepEqual(idsFor({ pads: wireless(3) }), []);
  assert.deepEqual(idsFor({ pads: wireless(1), bluetoothEffects: false }), ["bluetooth_effects"]);
});

test("slow_and_uneven_pads_are_named_and_those_not_measured_are_not", () => {
  const advice = adviceFor({
    pads: [
      pad({ label: "P1", reportHz: 60 }),
      pad({ label: "P2", jitterMs: 9 }),
      pad({ label: "P3", reportHz: null, jitterMs: null }),
    ],
  });
  assert.deepEqual(advice, [{ id: "uneven", names: ["P1", "P2"] }]);
});

test("steams_duplicates_are_known_by_its_make_or_as_an_xbox_pad_for_each_other_one", () => {
  const steam = pad({ daemonPad: 101, name: "Steam Virtual Gamepad", make: "28de:11ff" });
  assert.deepEqual(adviceFor({ pads: [pad(), steam] }), [{ id: "steam", names: ["Steam Virtual Gamepad"] }]);
  const xbox = pad({ daemonPad: 101, name: "Xbox 360 Controller", make: "045e:028e" });
  assert.deepEqual(idsFor({ pads: [pad(), xbox] }), ["steam"]);
  assert.deepEqual(idsFor({ pads: [xbox] }), [], "somebody's own");
  assert.deepEqual(idsFor({ pads: [pad(), pad({ daemonPad: 102 }), xbox] }), []);
});

test("a_daemon_that_sees_no_pad_needs_a_permission_on_a_mac_and_another_look_elsewhere", () => {
  const seen = [pad({ daemonPad: null, browserPad: 0, label: "P1" })];
  assert.deepEqual(idsFor({ pads: seen, isMac: true }), ["mac_input_monitoring"]);
  assert.deepEqual(adviceFor({ pads: seen }), [{ id: "daemon_blind", names: ["P1"] }]);
  assert.deepEqual(idsFor({ pads: [], isMac: true }), ["mac_input_monitoring"]);
  assert.deepEqual(idsFor({ pads: [] }), ["no_pads"]);
  const notYetKnown = [pad(), pad({ daemonPad: null, browserPad: 0 })];
  assert.deepEqual(idsFor({ pads: notYetKnown }), [], "the same make: a few presses will show that it is the same pad");
});

test("pads_that_nobody_understands_and_weak_batteries_are_named", () => {
  const odd = pad({ daemonPad: null, browserPad: 0, name: "Odd Pad", make: "", isMapped: false });
  assert.deepEqual(adviceFor({ pads: [odd], unmapped: ["Odder"] }), [{ id: "unmapped", names: ["Odder", "Odd Pad"] }]);
  assert.deepEqual(adviceFor({ pads: [pad({ battery: "low" }), pad({ battery: "empty", label: "P4" })] }), [
    { id: "battery", names: ["Pad 1", "P4"] },
  ]);
});

test("every_piece_of_advice_has_words_that_name_the_pads", () => {
  for (const [id, words] of Object.entries(texts.doctor.advice)) {
    assert.ok(words("X").length > 10, id);
    assert.ok(words("X").length < 220, `${id} fits on two lines`);
  }
});

test("a_pad_that_both_see_is_one_report_and_seats_come_first", () => {
  const buttons = Array.from({ length: 17 }, () => ({ pressed: false, touched: false, value: 0 }));
  const gamepad = (
    /** @type {number} */ index,
    mapping = "standard",
    id = "Wireless Controller (STANDARD GAMEPAD Vendor: 054c Product: 09cc)",
  ) => /** @type {Gamepad} */ (/** @type {unknown} */ ({ index, id, mapping, connected: true, axes: [], buttons }));
  const info = { vendor: "054c", product: "09cc", guid: "", hasSerial: true, rumble: true, light: true, motion: true };
  const more = {
    name: "PS4 Controller",
    link: /** @type {const} */ ("usb"),
    battery: /** @type {const} */ ("full"),
    reportHz: 250,
    jitterMs: 1,
  };
  const reports = padReports({
    gamepads: [gamepad(0), gamepad(1, "", "Odd Pad"), null],
    infos: [
      { number: 100, connected: true, ...info, ...more },
      { number: 101, connected: true, ...info, ...more },
      { number: 102, connected: false, ...info, ...more },
    ],
    twinOf: (number) => ({ 0: 101, 101: 0 })[number] ?? null,
    stateOf: () => neutralPad(),
    latencyOf: () => null,
    seats: session(seat(1, "bee", 0)).playersBySlot,
  });
  assert.deepEqual(
    reports.map(({ label, name, browserPad, daemonPad, isMapped }) => [label, name, browserPad, daemonPad, isMapped]),
    [
      ["P2", "PS4 Controller", 0, 101, true],
      ["Pad 2", "Odd Pad", 1, null, false],
      ["Pad 1", "PS4 Controller", null, 100, true],
    ],
  );
  assert.deepEqual(reports.map(numberOf), [0, 1, 100]);
});

test("a_button_means_something_once_when_it_is_held_and_nothing_when_it_is_tapped", () => {
  const holds = new Holds(500);
  const told = [0, 100, 499, 500, 600, 5000].map((now) => holds.isHeld(0, 1, true, now));
  assert.deepEqual(told, [false, false, false, true, false, false]);
  assert.equal(holds.isHeld(0, 1, false, 5001), false);
  assert.equal(holds.isHeld(0, 1, true, 5002), false);
  assert.equal(holds.isHeld(3, 1, true, 5600), false, "another pad's own time");
  assert.equal(holds.isHeld(0, 1, true, 5600), true);
});

test("in_the_doctor_every_button_can_be_tried", () => {
  const dialog = /** @type {const} */ ({ kind: "pads", choice: 0 });
  const open = view({ ui: { dialog }, host: { session: session(seat(0, "bee", 0), seat(1, "cat", 7)) } });
  for (const key of /** @type {const} */ (["south", "east", "start", "up", "left"])) {
    assert.deepEqual(onPress(open, 0, key), []);
    assert.deepEqual(onPress(open, 3, key), [], "nor does a stranger's press take the seat of somebody who is missing");
  }
});

test("a_seat_whose_pad_comes_back_with_the_daemon_says_so_quietly", () => {
  const away = { state: /** @type {const} */ ("restarting"), url: null, token: null };
  assert.equal(missingLabel(away, 100), texts.seats.readerAway);
  assert.equal(missingLabel(away, 0), texts.seats.missing);
  assert.equal(missingLabel({ ...away, state: "running" }, 100), texts.seats.missing);
});
