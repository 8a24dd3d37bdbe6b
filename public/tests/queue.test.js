import assert from "node:assert/strict";
import { test } from "node:test";
import { Holds } from "../app/menu/hold.js";
import { onPress } from "../app/menu/menu.js";
import { joiningDeed, joiningFace, MAX_JOINING } from "../app/menu/queue.js";
import { initialHostState } from "../app/store.js";
import { initialUiState, reduceUi } from "../app/ui.js";
import { game, round, seat, session, view } from "./fixtures.js";

/** @typedef {import("../app/view.d.ts").View} View */
/** @typedef {import("../app/view.d.ts").MenuKey} MenuKey */
/** @typedef {import("../app/types.d.ts").Waiting} Waiting */

const PRESENT = [0, 1, 2, 3, 4, 5, 300];
/** `ant` to `dog` sit with the pads 0 to 3. */
const four = session(seat(0, "ant", 0), seat(1, "bee", 1), seat(2, "cat", 2), seat(3, "dog", 3));
const settings = { ...initialHostState().settings, queueMode: /** @type {const} */ ("rotate") };

/**
 * A full couch, and these who wait.
 * @param {Waiting[]} queue
 * @param {Partial<import("../app/view.d.ts").HostState>} [host]
 */
const couch = (queue = [], host = {}) =>
  view({ host: { session: { ...four, queue }, settings, games: [game("a")], ...host }, present: PRESENT });

/**
 * The party after these presses, and what they sent.
 * @param {View} state
 * @param {...[number, MenuKey]} presses
 */
function after(state, ...presses) {
  /** @type {import("../app/types.d.ts").ScreenCommand[]} */
  const sent = [];
  for (const [pad, key] of presses) {
    for (const intent of onPress(state, pad, key)) {
      if (intent.do === "ui") state = { ...state, ui: reduceUi(state.ui, intent.action) };
      if (intent.do === "send") sent.push(intent.command);
    }
  }
  return { state, sent };
}

test("a_fifth_pad_chooses_a_face_and_waits_with_it", () => {
  const { state, sent } = after(couch(), [4, "south"]);
  assert.deepEqual(sent, []);
  assert.deepEqual(state.ui.joining, [{ by: 4, own: true, avatarId: "elk" }]);
  const join = (/** @type {string} */ avatarId) => ({ type: "join_queue", payload: { avatarId, gamepadIndex: 4 } });
  assert.deepEqual(after(state, [4, "south"]).sent, [join("elk")]);
  assert.deepEqual(after(state, [4, "south"]).state.ui.joining, []);
  assert.deepEqual(after(state, [4, "right"], [4, "south"]).sent, [join("fox")]);
  assert.deepEqual(after(state, [4, "left"], [4, "south"]).sent, [join("hen")], "round the corner");
  assert.deepEqual(after(state, [4, "east"], [4, "left"]).state.ui.joining, []);
});

test("several_choose_at_the_same_time_and_begin_with_faces_of_their_own", () => {
  const { state } = after(couch(), [4, "south"], [5, "south"], [300, "south"]);
  assert.deepEqual(
    state.ui.joining.map((joining) => joiningFace(state, joining)?.id),
    ["elk", "fox", "gnu"],
  );
  assert.equal(after(state, [301, "south"]).state.ui.joining.length, MAX_JOINING);
  const taken = {
    ...state,
    host: { ...state.host, session: { ...four, queue: [{ avatarId: "elk", gamepadIndex: 9 }] } },
  };
  const [first] = taken.ui.joining;
  assert.equal(
    first && joiningFace({ ...taken, pads: { ...taken.pads, present: new Set([...PRESENT, 9]) } }, first)?.id,
    "fox",
  );
});

test("who_sits_lets_a_friend_without_a_pad_wait_and_takes_them_out_again", () => {
  const queue = [{ avatarId: "hen", gamepadIndex: -1 }];
  const { state } = after(couch(queue), [1, "right"], [1, "south"]);
  assert.deepEqual(state.ui.focus[1], { zone: "queue" });
  assert.deepEqual(state.ui.joining, [{ by: 1, own: false, avatarId: "elk" }]);
  const join = { type: "join_queue", payload: { avatarId: "elk", gamepadIndex: -1 } };
  assert.deepEqual(after(state, [1, "south"]).sent, [join]);
  assert.deepEqual(after(state, [1, "left"], [1, "south"]).sent, [
    { type: "leave_queue", payload: { avatarId: "hen" } },
  ]);
  const back = after(state, [1, "east"], [1, "left"]).state;
  assert.deepEqual(back.ui.focus[1], { zone: "seat" });
});

test("who_waits_without_a_pad_that_can_be_read_takes_another_one", () => {
  const queue = [
    { avatarId: "elk", gamepadIndex: 9 },
    { avatarId: "fox", gamepadIndex: -1 },
    { avatarId: "gnu", gamepadIndex: 5 },
  ];
  const { state } = after(couch(queue), [4, "south"]);
  const faces = [];
  let next = state;
  for (let n = 0; n < 3; n += 1) {
    const [joining] = next.ui.joining;
    if (joining) faces.push([joiningFace(next, joining)?.id, joiningDeed(next, joining)]);
    next = after(next, [4, "right"]).state;
  }
  assert.deepEqual(
    faces,
    [
      ["hen", "wait"],
      ["elk", "back"],
      ["fox", "back"],
    ],
    "gnu holds a pad that is there",
  );
  assert.deepEqual(after(state, [4, "right"], [4, "south"]).sent, [
    { type: "join_queue", payload: { avatarId: "elk", gamepadIndex: 4 } },
  ]);
});

test("who_waits_hears_of_the_place_and_leaves_by_holding_east", () => {
  const state = couch([
    { avatarId: "elk", gamepadIndex: -1 },
    { avatarId: "fox", gamepadIndex: 4 },
  ]);
  const told = after(state, [4, "south"], [4, "south"]).state;
  assert.deepEqual(told.ui.queueBump, { avatarId: "fox", count: 2 });
  assert.deepEqual(
    told.ui.toasts.map(({ text }) => text),
    ["FOX, you are 2nd in line. Hold ○ to leave."],
  );
  const hold = onPress(state, 4, "east").find((intent) => intent.do === "hold");
  assert.ok(hold?.do === "hold");
  const holds = new Holds();
  assert.deepEqual(holds.begin(hold.hold, 0), [{ do: "ui", action: { type: "holding", keys: ["queue:fox"] } }]);
  assert.deepEqual(
    holds.next(state, () => true, 900),
    [],
  );
  assert.deepEqual(
    holds.next(state, () => true, 1000).filter((intent) => intent.do === "send"),
    [{ do: "send", command: { type: "leave_queue", payload: { avatarId: "fox" } } }],
  );
  holds.begin(hold.hold, 2000);
  assert.deepEqual(
    holds.next(couch(), () => true, 4000),
    [{ do: "ui", action: { type: "holding", keys: [] } }],
  );
});

test("nobody_joins_a_queue_that_is_off_or_while_a_seat_is_free_or_in_a_game", () => {
  const off = couch([], { settings: { ...settings, queueMode: "off" } });
  assert.deepEqual(after(off, [4, "south"], [1, "right"], [1, "south"]).state.ui.joining, []);
  const free = couch([], { session: session(seat(0, "ant", 0), seat(1, "bee", 1)) });
  assert.deepEqual(after(free, [4, "south"]).sent, [{ type: "claim_seat", payload: { gamepadIndex: 4 } }]);
  const queue = [{ avatarId: "elk", gamepadIndex: 4 }];
  const playing = couch(queue, { round: round({ phase: "playing" }) });
  for (const key of /** @type {MenuKey[]} */ (["south", "east", "left"])) {
    assert.deepEqual(onPress(playing, 4, key), []);
    assert.deepEqual(onPress(playing, 5, key), []);
  }
  const chosen = { ...couch(), ui: { ...initialUiState(), joining: [{ by: 4, own: true, avatarId: "elk" }] } };
  assert.deepEqual(reduceUi(chosen.ui, { type: "new_phase" }).joining, []);
});

test("who_waits_lends_the_pad_to_a_player_whose_own_is_gone", () => {
  const queue = [{ avatarId: "elk", gamepadIndex: 4 }];
  const lost = {
    ...couch(queue),
    pads: { present: new Set([1, 2, 3, 4]), unmapped: false, twins: new Map(), batteries: new Map() },
  };
  assert.deepEqual(after(lost, [4, "south"]).sent, [{ type: "move_pad", payload: { slot: 0, gamepadIndex: 4 } }]);
});
