import assert from "node:assert/strict";
import { test } from "node:test";
import { carouselAvatar, nextAvatar } from "../app/avatars.js";
import { moveFocus } from "../app/menu/focus.js";
import { acceptsInput, onPress, PHASE_GRACE_MS } from "../app/menu/menu.js";
import { initialUiState, reduceUi } from "../app/ui.js";
import { AVATARS, game, round, seat, session, view } from "./fixtures.js";

/** @typedef {import("../app/view.d.ts").View} View */
/** @typedef {import("../app/view.d.ts").MenuKey} MenuKey */

/**
 * The commands that a press sends.
 * @param {View} state
 * @param {number} pad
 * @param {MenuKey} key
 */
function sent(state, pad, key) {
  return onPress(state, pad, key).flatMap((intent) => (intent.do === "send" ? [intent.command] : []));
}

const two = session(seat(0, "ant", 0), seat(1, "bee", 301));
const three = session(seat(0, "ant", 0), seat(1, "bee", 301), seat(2, "", 2));
const games = ["a", "b", "c", "d", "e"].map((id) => game(id));

test("an_unseated_pad_claims_a_seat_with_south_and_with_nothing_else", () => {
  const state = view();
  assert.deepEqual(sent(state, 2, "south"), [{ type: "claim_seat", payload: { gamepadIndex: 2 } }]);
  for (const key of /** @type {MenuKey[]} */ (["east", "start", "left", "up"]))
    assert.deepEqual(sent(state, 2, key), []);
});

test("an_unseated_pad_takes_over_the_seat_whose_pad_is_gone_also_in_a_game", () => {
  for (const phase of /** @type {const} */ (["lobby", "playing"])) {
    const state = view({ host: { session: two, round: round({ phase }) }, present: [1, 300, 301] });
    assert.deepEqual(sent(state, 1, "south"), [{ type: "move_pad", payload: { slot: 0, gamepadIndex: 1 } }]);
  }
});

test("nobody_joins_in_the_middle_of_a_game_and_menus_are_deaf_to_players", () => {
  const state = view({ host: { session: two, round: round({ phase: "playing" }) } });
  assert.deepEqual(onPress(state, 3, "south"), []);
  assert.deepEqual(onPress(state, 0, "south"), []);
});

test("a_full_couch_takes_no_fifth_pad", () => {
  const full = session(seat(0, "ant", 0), seat(1, "bee", 1), seat(2, "", 2), seat(3, "", 300));
  assert.deepEqual(sent(view({ host: { session: full } }), 3, "south"), []);
});

test("the_carousel_skips_faces_that_are_taken", () => {
  const current = carouselAvatar(AVATARS, three, 2, "ant");
  assert.equal(current?.id, "cat", "ant and bee are taken");
  assert.equal(nextAvatar(AVATARS, three, 2, "cat", -1)?.id, "hen");
  assert.equal(nextAvatar(AVATARS, three, 2, "hen", 1)?.id, "cat");
  const state = view({ host: { session: three }, ui: { carousel: ["", "", "cat", ""] } });
  assert.deepEqual(
    onPress(state, 2, "left").filter((intent) => intent.do === "ui" && intent.action.type === "carousel"),
    [{ do: "ui", action: { type: "carousel", slot: 2, avatarId: "hen" } }],
  );
  assert.deepEqual(sent(state, 2, "south"), [{ type: "choose_avatar", payload: { slot: 2, avatarId: "cat" } }]);
  assert.deepEqual(sent(state, 2, "east"), [], "to leave, ○ has to be held");
});

test("four_who_join_at_once_see_four_faces", () => {
  const ids = [0, 1, 2, 3].map((slot) => carouselAvatar(AVATARS, session(), slot, "")?.id);
  assert.equal(new Set(ids).size, 4);
});

test("in_the_lobby_south_toggles_ready_and_east_goes_one_step_back", () => {
  const ready = (/** @type {boolean} */ is) =>
    view({ host: { session: two, round: round({ readyBySlot: [is, false, false, false] }) } });
  assert.deepEqual(sent(ready(false), 0, "south"), [{ type: "set_ready", payload: { slot: 0, ready: true } }]);
  assert.deepEqual(sent(ready(true), 0, "south"), [{ type: "set_ready", payload: { slot: 0, ready: false } }]);
  assert.deepEqual(sent(ready(true), 0, "east"), [{ type: "set_ready", payload: { slot: 0, ready: false } }]);
  assert.deepEqual(sent(ready(false), 0, "east"), [{ type: "choose_avatar", payload: { slot: 0, avatarId: "" } }]);
});

test("start_begins_the_vote_once_two_sit_and_a_game_is_there", () => {
  assert.deepEqual(sent(view({ host: { session: two, games } }), 0, "start"), [{ type: "start_vote", payload: {} }]);
  assert.deepEqual(sent(view({ host: { session: two } }), 0, "start"), []);
  const alone = session(seat(0, "ant", 0));
  assert.deepEqual(sent(view({ host: { session: alone, games } }), 0, "start"), []);
});

test("a_dpad_reaches_everything_in_the_lobby", () => {
  const state = view({ host: { session: two, games } });
  const up = moveFocus(state, { zone: "seat" }, "up");
  assert.deepEqual(up, { zone: "shelf", gameId: "a" });
  const top = moveFocus(state, up, "up");
  assert.deepEqual(top, { zone: "top", item: "vote" });
  /** @type {import("../app/view.d.ts").Focus} */
  let focus = top;
  for (let step = 0; step < 4; step += 1) focus = moveFocus(state, focus, "right");
  assert.deepEqual(focus, { zone: "top", item: "sound" });
  assert.deepEqual(moveFocus(state, focus, "up"), { zone: "top", item: "settings" }, "left turns the volume there");
  assert.deepEqual(moveFocus(state, { zone: "shelf", gameId: "e" }, "down"), { zone: "seat" });
  assert.deepEqual(moveFocus(view({ host: { session: two } }), { zone: "top", item: "join" }, "down"), {
    zone: "seat",
  });
});

test("on_the_sound_button_left_and_right_turn_the_volume_and_a_press_mutes", () => {
  const focus = /** @type {View["ui"]["focus"]} */ (Array(4).fill({ zone: "top", item: "sound" }));
  const press = (/** @type {Partial<View["ui"]>} */ ui, /** @type {MenuKey} */ key) =>
    onPress(view({ host: { session: two, games }, ui: { focus, ...ui } }), 0, key)
      .flatMap((intent) => (intent.do === "ui" ? [intent.action] : []))
      .reduce(reduceUi, { ...initialUiState(), focus, ...ui });
  assert.equal(press({ volume: 4 }, "right").volume, 5);
  assert.equal(press({ volume: 4 }, "left").volume, 3);
  assert.equal(press({ volume: 10 }, "right").volume, 10);
  assert.deepEqual(press({ volume: 0 }, "left").focus[0], { zone: "top", item: "settings" });
  assert.equal(press({}, "south").soundOn, false);
  assert.equal(press({ soundOn: false, volume: 4 }, "right").soundOn, true, "who turns it up wants to hear it");
  assert.equal(press({ soundOn: false, volume: 4 }, "left").soundOn, false);
  assert.ok(press({ soundOn: false, volume: 0 }, "south").volume > 0, "sound that is on is heard");
  assert.deepEqual(press({}, "down").focus[0], { zone: "shelf", gameId: "a" });
});

test("a_card_asks_first_and_the_settings_open_from_the_top_bar", () => {
  const focus = /** @type {View["ui"]["focus"]} */ ([
    { zone: "shelf", gameId: "b" },
    { zone: "top", item: "settings" },
    { zone: "seat" },
    { zone: "seat" },
  ]);
  const state = view({ host: { session: two, games }, ui: { focus } });
  const asked = [onPress(state, 0, "south"), onPress(state, 301, "south")].map((intents) =>
    intents.flatMap((intent) => (intent.do === "ui" && intent.action.type !== "bump" ? [intent.action] : [])),
  );
  assert.deepEqual(asked, [
    [{ type: "dialog", dialog: { kind: "play", gameId: "b", choice: 1 } }],
    [{ type: "settings", place: { page: "main", row: "volume" } }],
  ]);
  const play = (/** @type {0 | 1} */ choice) =>
    view({ host: { session: two, games }, ui: { dialog: { kind: "play", gameId: "b", choice } } });
  assert.deepEqual(sent(play(1), 0, "south"), [{ type: "start_game", payload: { gameId: "b" } }]);
  assert.deepEqual(sent(play(0), 0, "south"), []);
  assert.deepEqual(sent(play(1), 0, "east"), []);
});

test("everyone_votes_with_an_own_cursor", () => {
  const state = view({
    host: { session: two, games, round: round({ phase: "vote" }) },
    ui: { voteCursor: ["c", "", "", ""] },
  });
  assert.deepEqual(sent(state, 0, "south"), [{ type: "vote", payload: { slot: 0, gameId: "c" } }]);
  assert.deepEqual(sent(state, 301, "south"), [{ type: "vote", payload: { slot: 1, gameId: "" } }]);
});

test("rating_is_up_with_south_and_down_with_east_for_those_who_played", () => {
  const rating = round({ phase: "rating", avatarsBySlot: ["ant", "", "", ""] });
  const state = view({ host: { session: two, round: rating } });
  assert.deepEqual(sent(state, 0, "south"), [{ type: "rate", payload: { slot: 0, rating: 1 } }]);
  assert.deepEqual(sent(state, 0, "east"), [{ type: "rate", payload: { slot: 0, rating: -1 } }]);
  assert.deepEqual(sent(state, 301, "south"), []);
  const closed = view({ host: { session: two, round: { ...rating, creatorBonus: 5 } } });
  assert.deepEqual(sent(closed, 0, "south"), []);
});

test("hammering_at_the_end_of_a_game_does_not_skip_the_results", () => {
  const host = { session: two, round: round({ phase: /** @type {const} */ ("results") }), phaseAt: 1000 };
  assert.deepEqual(onPress(view({ host, now: 1000 + PHASE_GRACE_MS - 1 }), 0, "south"), []);
  const after = view({ host, now: 1000 + PHASE_GRACE_MS });
  assert.deepEqual(sent(after, 0, "south"), [{ type: "set_ready", payload: { slot: 0, ready: true } }]);
});

test("a_page_that_is_not_the_trusted_stage_sends_nothing", () => {
  for (const host of /** @type {const} */ ([{ trusted: false }, { role: "watch" }, { role: null }])) {
    const state = view({ host });
    assert.equal(acceptsInput(state), false);
    assert.deepEqual(onPress(state, 0, "south"), []);
  }
});

test("without_a_seat_a_question_can_be_answered_but_shift_tab_does_not_close_it", () => {
  const state = view({ host: { session: two }, ui: { dialog: { kind: "play", gameId: "a", choice: 0 } } });
  assert.deepEqual(onPress(state, 300, "east"), []);
  assert.deepEqual(onPress(state, 300, "right"), [
    { do: "ui", action: { type: "dialog", dialog: { kind: "play", gameId: "a", choice: 1 } } },
  ]);
  assert.deepEqual(onPress(state, 300, "south"), [{ do: "ui", action: { type: "dialog", dialog: null } }]);
});
