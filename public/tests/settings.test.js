import assert from "node:assert/strict";
import { test } from "node:test";
import { HOLD_MS, Holds, MOUSE_PAD } from "../app/menu/hold.js";
import { onPress } from "../app/menu/menu.js";
import { maySet, roundSeconds, SETTINGS_ROWS, settingsPress, toggleIntents } from "../app/menu/settings.js";
import { game, round, seat, session, view } from "./fixtures.js";

/** @typedef {import("../app/view.d.ts").SettingsRow} SettingsRow */
/** @typedef {import("../app/view.d.ts").SettingsPlace} SettingsPlace */
/** @typedef {import("../app/view.d.ts").MenuKey} MenuKey */
/** @typedef {import("../app/view.d.ts").Intent} Intent */

const two = session(seat(0, "ant", 0), seat(1, "bee", 1));
const games = ["a", "b", "c"].map((id) => game(id));
/** @type {import("../app/types.d.ts").PartySettings} */
const settings = { lengthFactor: 1, voteSec: 10, queueMode: "winner_stays", hiddenGames: ["b"] };

/** @param {SettingsPlace | null} place @param {Partial<import("../app/view.d.ts").HostState>} [host] */
const at = (place, host = {}) =>
  view({ host: { session: two, allGames: games, settings, ...host }, ui: { settings: place } });
/** @param {SettingsRow} row */
const on = (row) => at({ page: "main", row });
/** @param {Intent[]} intents */
const sent = (intents) => intents.flatMap((intent) => (intent.do === "send" ? [intent.command.payload] : []));
/** @param {Intent[]} intents */
const places = (intents) =>
  intents.flatMap((intent) => (intent.do === "ui" && intent.action.type === "settings" ? [intent.action.place] : []));

test("any_pad_walks_all_settings_and_leaves_them", () => {
  const walk = SETTINGS_ROWS.flatMap((row) => places(onPress(on(row), 3, "down")));
  assert.deepEqual(
    walk.map((place) => (place?.page === "main" ? place.row : "")),
    SETTINGS_ROWS.slice(1),
  );
  assert.deepEqual(places(onPress(on("volume"), 0, "up")), []);
  assert.deepEqual(places(onPress(on("vote"), 0, "east")), [null]);
});

test("left_and_right_choose_among_what_the_host_offers_and_stop_at_the_ends", () => {
  const press = (/** @type {SettingsRow} */ row, /** @type {MenuKey} */ key) => settingsPress(on(row), 0, key);
  assert.deepEqual(sent(press("length", "right")), [{ lengthFactor: 1.5 }]);
  assert.deepEqual(sent(press("length", "left")), [{ lengthFactor: 0.75 }]);
  assert.deepEqual(sent(press("vote", "left")), [{ voteSec: 5 }]);
  assert.deepEqual(sent(press("queue", "left")), [{ queueMode: "off" }]);
  assert.deepEqual(sent(press("queue", "right")), [{ queueMode: "rotate" }]);
  const most = at({ page: "main", row: "vote" }, { settings: { ...settings, voteSec: 20 } });
  assert.deepEqual(settingsPress(most, 0, "right"), []);
  assert.deepEqual(press("motion", "right"), [{ do: "ui", action: { type: "motion", motion: "on" } }]);
  assert.deepEqual(press("motion", "left"), []);
  assert.deepEqual(press("reset", "right"), []);
});

test("a_card_says_how_long_a_round_really_is", () => {
  const lasts = (/** @type {number} */ lengthFactor, /** @type {number} */ seconds) =>
    roundSeconds({ ...settings, lengthFactor }, seconds);
  assert.deepEqual([lasts(1, 30), lasts(0.5, 30), lasts(0.5, 6), lasts(2, 200)], [30, 15, 5, 300]);
});

test("each_game_is_shown_or_hidden_by_itself", () => {
  assert.deepEqual(places(settingsPress(on("games"), 0, "south")), [{ page: "games", gameId: "a" }]);
  const games = (/** @type {string} */ gameId) => at({ page: "games", gameId });
  assert.deepEqual(sent(settingsPress(games("a"), 0, "south")), [{ hideGame: "a" }]);
  assert.deepEqual(sent(settingsPress(games("b"), 0, "left")), [{ showGame: "b" }]);
  assert.deepEqual(places(settingsPress(games("a"), 0, "down")), [{ page: "games", gameId: "b" }]);
  assert.deepEqual(places(settingsPress(games("c"), 0, "down")), []);
  assert.deepEqual(places(settingsPress(games("gone"), 0, "down")), [{ page: "games", gameId: "b" }]);
  assert.deepEqual(toggleIntents(games("gone"), "gone"), []);
  assert.deepEqual(places(settingsPress(games("c"), 0, "east")), [{ page: "main", row: "games" }]);
});

test("settings_are_for_the_trusted_stage_between_rounds", () => {
  assert.equal(maySet(at(null).host), true);
  for (const host of /** @type {const} */ ([
    { trusted: false },
    { role: "watch" },
    { round: round({ phase: "vote" }) },
  ])) {
    assert.equal(maySet(at(null, host).host), false);
  }
});

test("scores_are_reset_only_when_the_button_was_held_on_that_row_all_the_time", () => {
  const [begun] = onPress(on("reset"), 1, "south");
  assert.equal(begun?.do, "hold");
  const hold = begun?.do === "hold" ? begun.hold : assert.fail();
  /** @param {(holds: Holds) => void} meanwhile */
  const isDone = (meanwhile) => {
    const holds = new Holds();
    holds.begin(hold, 0);
    meanwhile(holds);
    return holds.next(on("reset"), () => true, HOLD_MS.reset).some((intent) => intent.do === "reset_scores");
  };
  assert.equal(
    isDone((holds) => void holds.next(on("reset"), () => true, HOLD_MS.reset - 1)),
    true,
  );
  assert.equal(
    isDone((holds) => void holds.next(on("reset"), () => false, 100)),
    false,
    "let go",
  );
  assert.equal(
    isDone((holds) => void holds.next(on("vote"), () => true, 100)),
    false,
    "moved on",
  );
  assert.equal(
    isDone((holds) => void holds.next(at(null), () => true, 100)),
    false,
    "closed",
  );
  const once = new Holds();
  once.begin({ ...hold, pad: MOUSE_PAD }, 0);
  assert.equal(once.next(on("reset"), ({ pad }) => pad === MOUSE_PAD, 9000).length, 2);
  assert.deepEqual(
    once.next(on("reset"), () => true, 9001),
    [],
    "once",
  );
});

test("a_seat_is_left_by_holding_east_and_what_is_shown_follows_the_button", () => {
  const holds = new Holds();
  const lobby = view({ host: { session: two } });
  const begun = onPress(lobby, 1, "east").find((intent) => intent.do === "hold");
  const hold = begun?.do === "hold" ? begun.hold : assert.fail();
  assert.deepEqual(holds.begin(hold, 0), [{ do: "ui", action: { type: "holding", keys: ["leave:1"] } }]);
  assert.deepEqual(
    holds.next(lobby, () => true, 500),
    [],
  );
  assert.deepEqual(
    holds.next(lobby, () => true, HOLD_MS.leave),
    [
      { do: "send", command: { type: "leave_seat", payload: { slot: 1 } } },
      { do: "ui", action: { type: "holding", keys: [] } },
    ],
  );
  const left = (/** @type {Parameters<typeof view>[0]} */ then) => {
    holds.begin(hold, 0);
    return sent(holds.next(view(then), () => true, 9000));
  };
  assert.deepEqual(left({ host: { session: session(seat(1, "bee", 7)) } }), [], "the seat is another pad's now");
  assert.deepEqual(left({ host: { session: two, round: round({ phase: "playing" }) } }), []);
  assert.equal(
    onPress(view({ host: { session: two, round: round({ phase: "rating" }) } }), 1, "east").some(
      ({ do: it }) => it === "hold",
    ),
    false,
    "there ○ is an answer",
  );
});
