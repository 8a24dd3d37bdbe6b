import assert from "node:assert/strict";
import { test } from "node:test";
import { GONE_AFTER_MS, PadWatch } from "../app/frame/pad-watch.js";
import { PadRelay } from "../app/frame/relay.js";
import { acceptsInput, onPress } from "../app/menu/menu.js";
import { PAUSE_GRACE_MS, PAUSE_ITEMS } from "../app/menu/pause.js";
import { volumeOf } from "../app/menu/volume.js";
import { neutralPad } from "../app/pads/counters.js";
import { MAX_VOLUME } from "../app/sound/settings.js";
import { phaseRemainingMs, reduce, resumesInMs } from "../app/store.js";
import { initialUiState, reduceUi } from "../app/ui.js";
import { round, seat, session, view } from "./fixtures.js";

/** @typedef {import("../app/view.d.ts").View} View */
/** @typedef {import("../app/view.d.ts").Intent} Intent */
/** @typedef {import("../app/types.d.ts").Pause} Pause */
/** @typedef {import("../app/types.d.ts").RoundState} RoundState */

const pair = session(seat(0, "ant", 0), seat(1, "bee", 1), seat(2, "cat", 2));
const playing = round({ id: "r1", phase: "playing", avatarsBySlot: ["ant", "bee", "", ""], remainingMs: 20_000 });
/** @type {Pause} */
const byPlayer = { reason: "player", slot: 1, resumesInMs: null, endsInMs: 600_000 };

/** @param {Partial<Pause>} [more] @param {Parameters<typeof view>[0]} [rest] */
const paused = (more = {}, rest = {}) =>
  view({ ...rest, host: { session: pair, round: { ...playing, paused: { ...byPlayer, ...more } } } });

/** @param {Intent[]} intents */
const sent = (intents) => intents.flatMap((intent) => (intent.do === "send" ? [intent.command] : []));

test("options_of_any_seated_pad_pauses_a_game_and_says_whose_it_was", () => {
  const state = view({ host: { session: pair, round: playing } });
  const pause = (/** @type {number | null} */ slot) => ({ type: "pause_round", payload: { reason: "player", slot } });
  assert.deepEqual(sent(onPress(state, 1, "start")), [pause(1)]);
  assert.deepEqual(sent(onPress(state, 2, "start")), [pause(null)], "who sits there without playing");
  assert.deepEqual(sent(onPress(state, 3, "start")), [], "a pad without a seat");
  for (const phase of /** @type {const} */ (["loading", "closing"])) {
    assert.deepEqual(onPress(view({ host: { session: pair, round: { ...playing, phase } } }), 1, "start"), []);
  }
});

test("every_pad_moves_the_one_cursor_of_a_pause_and_takes_what_it_is_on", () => {
  /** @param {import("../app/view.d.ts").PauseItem} pauseItem */
  const on = (pauseItem) => paused({}, { ui: { pauseItem } });
  const moved = (/** @type {Intent[]} */ intents) =>
    intents.flatMap((intent) =>
      intent.do === "ui" && intent.action.type === "pause_item" ? [intent.action.item] : [],
    );
  const walk = PAUSE_ITEMS.flatMap((item) => moved(onPress(on(item), 0, "down")));
  assert.deepEqual(walk, ["restart", "end", "volume"]);
  assert.deepEqual(moved(onPress(on("volume"), 301, "up")), ["end"], "a keyboard without a seat, too");
  assert.deepEqual(sent(onPress(on("continue"), 0, "south")), [{ type: "resume_round", payload: {} }]);
  assert.deepEqual(sent(onPress(on("restart"), 0, "south")), [{ type: "restart_round", payload: {} }]);
  assert.deepEqual(sent(onPress(on("end"), 0, "south")), [{ type: "end_round", payload: {} }]);
  for (const key of /** @type {const} */ (["start", "east"])) {
    assert.deepEqual(sent(onPress(on("end"), 1, key)), [{ type: "resume_round", payload: {} }]);
  }
  assert.deepEqual(onPress(on("end"), 0, "left"), []);
});

test("the_volume_is_turned_step_by_step_muted_and_as_loud_as_before", () => {
  /** @param {boolean} soundOn @param {number} volume @param {import("../app/view.d.ts").MenuKey} key */
  const after = (soundOn, volume, key) => {
    const state = paused({}, { ui: { pauseItem: "volume", soundOn, volume } });
    const ui = onPress(state, 0, key)
      .flatMap((intent) => (intent.do === "ui" ? [intent.action] : []))
      .reduce(reduceUi, state.ui);
    return volumeOf(ui);
  };
  assert.deepEqual([after(true, 4, "left"), after(true, 4, "right")], [3, 5]);
  assert.deepEqual([after(true, 0, "left"), after(true, MAX_VOLUME, "right")], [0, MAX_VOLUME], "it ends there");
  assert.deepEqual([after(true, 4, "south"), after(false, 4, "south"), after(false, 4, "right")], [0, 4, 4]);
  assert.deepEqual([after(false, 4, "left"), after(false, 0, "right")], [0, 1]);
  assert.ok(after(true, 0, "south") > 0, "sound that is on is heard");
});

test("a_game_that_is_hammered_chooses_nothing_in_the_pause_that_comes_upon_it", () => {
  for (const reason of /** @type {const} */ (["player", "pad_lost"])) {
    const state = paused({ reason });
    const at = (/** @type {number} */ ms) => ({ ...state, now: 1000 + ms, host: { ...state.host, pausedAt: 1000 } });
    assert.deepEqual(onPress(at(PAUSE_GRACE_MS[reason] - 1), 0, "south"), []);
    assert.equal(acceptsInput(at(PAUSE_GRACE_MS[reason])), true);
  }
});

test("while_a_round_is_about_to_go_on_options_pauses_it_again_and_nothing_else_counts", () => {
  const state = paused({ resumesInMs: 2000 });
  assert.deepEqual(onPress(state, 0, "south"), []);
  assert.deepEqual(onPress(state, 0, "down"), []);
  assert.equal(sent(onPress(state, 0, "start"))[0]?.type, "pause_round");
});

test("going_on_without_a_pad_has_to_be_chosen_and_another_pad_takes_its_seat", () => {
  const state = paused({ reason: "pad_lost" }, { present: [0, 2, 3, 300] });
  assert.deepEqual(onPress(state, 0, "start"), []);
  assert.deepEqual(onPress(state, 0, "south"), [
    { do: "ui", action: { type: "waive", slots: [1] } },
    { do: "send", command: { type: "resume_round", payload: {} } },
  ]);
  for (const pad of [3, 300]) {
    assert.deepEqual(sent(onPress(state, pad, "south")), [
      { type: "move_pad", payload: { slot: 1, gamepadIndex: pad } },
    ]);
  }
});

test("a_pad_that_is_gone_for_more_than_a_moment_pauses_once_and_its_return_goes_on", () => {
  const watch = new PadWatch();
  const at = (/** @type {number} */ now, /** @type {Pause | null} */ pause, present = [0]) =>
    watch.next(
      view({ host: { session: pair, round: { ...playing, paused: pause }, roundAt: pause ? 7 : 1 }, present, now }),
    );
  assert.deepEqual(at(0, null), []);
  assert.deepEqual(at(GONE_AFTER_MS - 1, null, [0, 1]), [], "it was away for a moment only");
  assert.deepEqual(at(1000, null), []);
  const lost = { type: "pause_round", payload: { reason: "pad_lost", slot: 1 } };
  assert.deepEqual(sent(at(1000 + GONE_AFTER_MS, null)), [lost]);
  assert.deepEqual(at(1400, null), [], "the answer is on its way");
  assert.deepEqual(sent(at(3000, null)), [lost], "or was lost");
  /** @type {Pause} */
  const gone = { ...byPlayer, reason: "pad_lost" };
  assert.deepEqual(at(4000, gone), []);
  assert.deepEqual(sent(at(5000, gone, [0, 1])), [{ type: "resume_round", payload: {} }]);
  assert.deepEqual(at(5004, gone, [0, 1]), []);
  assert.deepEqual(at(9000, byPlayer, [0, 1]), [], "what somebody paused, somebody lets go on");
  assert.deepEqual(at(9001, { ...gone, resumesInMs: 1000 }), []);
  assert.deepEqual(sent(at(9999, { ...gone, resumesInMs: 1 })), [lost], "gone again before it went on");
});

test("a_pad_that_people_go_on_without_is_missed_again_once_it_was_back", () => {
  const watch = new PadWatch();
  const at = (/** @type {number} */ now, /** @type {number[]} */ waived, present = [0]) =>
    watch.next(view({ host: { session: pair, round: playing }, ui: { waived }, present, now }));
  assert.deepEqual([...at(0, [1]), ...at(9000, [1])], []);
  assert.deepEqual(at(9001, [1], [0, 1]), [{ do: "ui", action: { type: "waive", slots: [] } }]);
  at(9002, []);
  assert.equal(sent(at(9002 + GONE_AFTER_MS, [])).length, 1);
  assert.deepEqual(reduceUi({ ...initialUiState(), waived: [1] }, { type: "new_phase" }).waived, []);
});

test("a_page_that_is_not_the_stage_or_has_no_line_pauses_nothing", () => {
  for (const host of /** @type {const} */ ([{ role: "watch" }, { trusted: false }, { connection: "lost" }])) {
    const watch = new PadWatch();
    const at = (/** @type {number} */ now) =>
      watch.next(view({ host: { session: pair, round: playing, ...host }, present: [], now }));
    assert.deepEqual([...at(0), ...at(9000)], []);
  }
});

test("a_game_hears_neutral_pads_in_a_pause_and_none_of_its_presses_afterwards", () => {
  const relay = new PadRelay();
  const pad = (/** @type {number} */ presses, held = 0) => {
    const { axes, ...rest } = neutralPad();
    return {
      ...rest,
      axes: axes.with(0, held),
      buttons: rest.buttons.with(0, held),
      presses: rest.presses.with(0, presses),
      gamepadIndex: 2,
    };
  };
  let now = 0;
  /** @param {number} presses @param {number} held @param {boolean} still */
  const told = (presses, held, still) => {
    now += 1000;
    const state = relay.next([pad(presses, held), null, null, null], now, still)?.bySlot[0];
    return state && [state.presses[0], state.buttons[0], state.axes[0]];
  };
  assert.deepEqual(told(5, 1, false), [5, 1, 1]);
  assert.deepEqual(told(6, 1, true), [5, 0, 0]);
  assert.deepEqual(told(9, 0, true), [5, 0, 0]);
  assert.deepEqual(told(9, 0, false), [5, 0, 0]);
  assert.deepEqual(told(10, 1, false), [6, 1, 1]);
  assert.deepEqual(told(12, 1, true), [6, 0, 0], "a second pause");
  assert.deepEqual(told(13, 1, false), [7, 1, 1]);
});

test("the_clock_of_a_paused_phase_stands_and_that_of_going_on_runs", () => {
  const news = (/** @type {RoundState} */ state) =>
    /** @type {const} */ ({ type: "round_changed", payload: { round: state } });
  const { host } = view({ host: { round: playing, roundAt: 0 } });
  const still = reduce(host, news({ ...playing, paused: byPlayer }), 1000);
  assert.equal(phaseRemainingMs(still, 50_000), 20_000);
  assert.equal(resumesInMs(still, 50_000), null);
  assert.equal(still.pausedAt, 1000);
  const soon = reduce(still, news({ ...playing, paused: { ...byPlayer, resumesInMs: 3000 } }), 2000);
  assert.equal(resumesInMs(soon, 2500), 2500);
  const again = reduce(soon, news({ ...playing, paused: byPlayer }), 3000);
  assert.equal(again.pausedAt, 3000, "paused anew");
  assert.equal(phaseRemainingMs(reduce(again, news(playing), 4000), 5000), 19_000);
});
