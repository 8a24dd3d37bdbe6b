import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEvent, retryDelayMs } from "../app/socket.js";
import { initialHostState, isNewGame, phaseRemainingMs, reduce, Store } from "../app/store.js";
import { initialUiState, reduceUi, TOAST_MS } from "../app/ui.js";
import { game, round, session } from "./fixtures.js";

/**
 * @param {Partial<import("../app/types.d.ts").RoundState>} [more]
 * @returns {import("../app/types.d.ts").ScreenEvent}
 */
function hello(more = {}) {
  return {
    type: "hello",
    payload: {
      screenId: 3,
      trusted: true,
      version: "0.1.0",
      joinUrls: ["http://party:8000"],
      session: session(),
      games: [game("a")],
      round: round(more),
      problems: [],
      input: { state: "running", url: "ws://127.0.0.1:8137", token: "0f" },
      settings: { lengthFactor: 1, voteSec: 10, queueMode: "off", hiddenGames: [] },
    },
  };
}

test("hello_replaces_everything_and_the_role_has_to_be_asked_for_again", () => {
  const before = reduce(initialHostState(), { type: "role_changed", payload: { role: "stage", stageTaken: false } }, 0);
  const state = reduce(before, hello(), 5);
  assert.equal(state.connection, "open");
  assert.equal(state.role, null);
  assert.deepEqual(
    state.games.map(({ id }) => id),
    ["a"],
  );
});

test("the_input_daemon_is_where_the_host_said_last", () => {
  let state = reduce(initialHostState(), hello(), 0);
  assert.deepEqual(state.input, { state: "running", url: "ws://127.0.0.1:8137", token: "0f" });
  const input = { state: /** @type {const} */ ("restarting"), url: null, token: null };
  state = reduce(state, { type: "input_changed", payload: { input } }, 1);
  assert.deepEqual(state.input, input);
});

test("games_that_come_while_the_page_watches_are_new_for_a_while", () => {
  let state = reduce(initialHostState(), hello(), 0);
  assert.equal(isNewGame(state, "a", 1), false);
  const revised = game("a", { uploadedAt: "2026-01-02T00:00:00Z" });
  state = reduce(state, { type: "games_changed", payload: { games: [game("b"), revised] } }, 1000);
  assert.equal(isNewGame(state, "b", 2000), true);
  assert.equal(isNewGame(state, "a", 2000), true, "a new revision counts too");
  assert.equal(isNewGame(state, "b", 1e9), false);
});

test("hidden_games_are_off_the_shelf_and_on_it_again_when_they_are_shown", () => {
  let state = reduce(initialHostState(), hello(), 0);
  state = reduce(state, { type: "games_changed", payload: { games: [game("b"), game("a")] } }, 1);
  const set = (/** @type {string[]} */ hiddenGames) =>
    /** @type {const} */ ({
      type: "settings_changed",
      payload: { settings: { lengthFactor: 1, voteSec: 5, queueMode: "off", hiddenGames } },
    });
  const ids = () => state.games.map(({ id }) => id);
  state = reduce(state, set(["a"]), 2);
  assert.deepEqual([ids(), state.allGames.length, state.settings.voteSec], [["b"], 2, 5]);
  state = reduce(state, { type: "games_changed", payload: { games: [game("c"), game("a")] } }, 3);
  assert.deepEqual(ids(), ["c"]);
  state = reduce(state, set([]), 4);
  assert.deepEqual(ids(), ["c", "a"]);
});

test("the_clock_of_a_phase_runs_on_between_messages", () => {
  const state = reduce(initialHostState(), hello({ phase: "vote", remainingMs: 10_000 }), 1000);
  assert.equal(phaseRemainingMs(state, 4000), 7000);
  assert.equal(phaseRemainingMs(state, 99_000), 0);
  assert.equal(phaseRemainingMs(reduce(state, hello(), 0), 0), null);
});

test("phase_start_moves_only_with_the_phase_or_the_round", () => {
  let state = reduce(initialHostState(), hello({ id: "r1", phase: "vote" }), 10);
  state = reduce(state, { type: "round_changed", payload: { round: round({ id: "r1", phase: "vote" }) } }, 20);
  assert.equal(state.phaseAt, 10);
  state = reduce(state, { type: "round_changed", payload: { round: round({ id: "r1", phase: "loading" }) } }, 30);
  assert.equal(state.phaseAt, 30);
});

test("a_tick_of_another_round_changes_nothing", () => {
  const state = reduce(initialHostState(), hello({ id: "r1", phase: "playing" }), 0);
  const tick = (/** @type {string} */ roundId) =>
    reduce(state, { type: "tick", payload: { roundId, timeRemainingMs: 5 } }, 1);
  assert.equal(tick("r0"), state);
  assert.equal(tick("r1").tick?.timeRemainingMs, 5);
});

test("a_new_attempt_at_a_round_does_not_begin_with_the_time_of_the_one_before", () => {
  const playing = reduce(initialHostState(), hello({ id: "r1", phase: "playing", frameAttempt: 1 }), 0);
  const late = reduce(playing, { type: "tick", payload: { roundId: "r1", timeRemainingMs: 0 } }, 1);
  const again = (/** @type {number} */ frameAttempt) =>
    reduce(
      late,
      {
        type: "round_changed",
        payload: { round: round({ id: "r1", phase: "loading", frameAttempt }) },
      },
      2,
    ).tick;
  assert.equal(again(1)?.timeRemainingMs, 0);
  assert.equal(again(2), null);
});

test("an_event_of_a_newer_host_is_ignored", () => {
  const state = reduce(initialHostState(), hello(), 0);
  const event = /** @type {import("../app/types.d.ts").ScreenEvent} */ (
    /** @type {unknown} */ ({ type: "confetti", payload: {} })
  );
  assert.equal(reduce(state, event, 1), state);
});

test("a_lost_line_keeps_the_last_known_state_on_screen", () => {
  const store = new Store();
  store.connectionLost();
  assert.equal(store.state.connection, "connecting", "never connected yet");
  store.apply(hello(), 0);
  let heard = 0;
  store.subscribe(() => {
    heard += 1;
  });
  store.connectionLost();
  assert.equal(store.state.connection, "lost");
  assert.equal(store.state.games.length, 1);
  assert.equal(heard, 1);
});

test("reconnecting_backs_off_from_a_quarter_second_to_four", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 99].map(retryDelayMs), [250, 500, 1000, 2000, 4000, 4000, 4000]);
});

test("what_is_no_message_is_dropped", (context) => {
  context.mock.method(console, "warn", () => {});
  for (const text of ["", "{", "null", "7", '{"type":1,"payload":{}}', '{"type":"x"}', '{"type":"x","payload":null}']) {
    assert.equal(parseEvent(text), null, text);
  }
  assert.equal(parseEvent(new ArrayBuffer(1)), null);
  assert.equal(parseEvent('{"type":"tick","payload":{}}')?.type, "tick");
});

test("passing_messages_pass_and_two_are_enough", () => {
  let state = initialUiState();
  for (let at = 0; at < 5; at += 1) {
    state = reduceUi(state, { type: "toast", tone: "plain", text: String(at), avatarId: "", at });
  }
  assert.deepEqual(
    state.toasts.map(({ text }) => text),
    ["3", "4"],
  );
  assert.equal(reduceUi(state, { type: "expire_toasts", now: 5 }), state);
  assert.equal(reduceUi(state, { type: "expire_toasts", now: 4 + TOAST_MS }).toasts.length, 0);
});
