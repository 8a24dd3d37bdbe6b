import assert from "node:assert/strict";
import { test } from "node:test";
import { isQuiet, QUIET_MS } from "../app/components/attract-screen/quiet.js";
import { comeBack, placeOf } from "../app/place.js";
import { initialUiState, reduceUi } from "../app/ui.js";
import { game, round, seat, session, view } from "./fixtures.js";

const seated = { session: { ...session(seat(0, "ant", 0)), history: [/** @type {any} */ ({ gameId: "g" })] } };
const host = { ...seated, games: [game("g")], allGames: [game("g")] };

/** The same page after a reload. @param {import("../app/view.js").View} before */
function reloaded(before) {
  const after = view({ host: { ...before.host, phaseAt: before.now }, now: before.now + 500 });
  const ui = comeBack(after, placeOf(before)).reduce(reduceUi, initialUiState());
  return { ...after, ui };
}

test("a reload comes back to the settings, the ceremony, and every dialog", () => {
  for (const ui of /** @type {Partial<import("../app/view.js").UiState>[]} */ ([
    { settings: { page: "main", row: "reset" } },
    { settings: { page: "games", gameId: "g" } },
    { ceremony: 2 },
    { dialog: { kind: "pads", choice: 0 } },
    { dialog: { kind: "join", choice: 0 } },
    { dialog: { kind: "play", gameId: "g", choice: 1 } },
  ])) {
    const { settings, ceremony, dialog } = { ...initialUiState(), ...ui };
    const after = reloaded(view({ host, ui })).ui;
    assert.deepEqual(
      { settings: after.settings, ceremony: after.ceremony, dialog: after.dialog },
      { settings, ceremony, dialog },
    );
  }
});

test("a reload on an empty couch stays quiet until somebody touches something", () => {
  const after = reloaded(view({ now: QUIET_MS + 1 }));
  assert.equal(isQuiet(after), true);
  const touched = reduceUi(after.ui, { type: "touched", at: after.now });
  assert.equal(isQuiet({ ...after, ui: touched }), false);
  assert.equal(isQuiet({ ...after, host: { ...after.host, arrivedAt: { g: after.now } } }), false);
  assert.equal(isQuiet({ ...after, ui: reduceUi(after.ui, { type: "new_phase" }) }), false);
});

test("what is not there any more is not come back to", () => {
  const at = (/** @type {object} */ place, more = {}) =>
    comeBack(view({ host: { ...host, ...more } }), JSON.stringify(place));
  assert.deepEqual(at({ ceremony: 1 }, { session: session() }), []);
  assert.deepEqual(at({ dialog: { kind: "play", gameId: "gone", choice: 1 } }), []);
  assert.deepEqual(at({ settings: { page: "main", row: "of another version" } }), []);
  for (const place of ["", "null", "[1", '{"quiet": 1}', '{"ceremony": -1}', '"x"']) {
    assert.deepEqual(comeBack(view({ host }), place), [], place);
  }
});

test("in a round only the host says what is seen, but that it was called off meanwhile", () => {
  assert.equal(placeOf(view({ host: { ...host, round: round({ phase: "vote" }) }, ui: { ceremony: 1 } })), "");
  const playing = placeOf(view({ host: { ...host, round: round({ phase: "playing", id: "r7", game: game("g") }) } }));
  const [said] = comeBack(view({ host }), playing);
  assert.equal(said?.type, "toast");
  assert.match(said?.type === "toast" ? said.text : "", /so g was called off. No scores changed/);
  const recorded = { ...seated.session, history: [/** @type {any} */ ({ gameId: "g", roundId: "r7" })] };
  assert.deepEqual(comeBack(view({ host: { ...host, session: recorded } }), playing), []);
});
