import assert from "node:assert/strict";
import { test } from "node:test";
import { frameWanted, initPayload } from "../app/frame/messages.js";
import { PadRelay, padsBySlot } from "../app/frame/relay.js";
import { neutralPad } from "../app/pads/counters.js";
import { AVATARS, game, round, seat, session, view } from "./fixtures.js";

const playing = round({
  id: "r1",
  phase: "playing",
  frameAttempt: 1,
  game: game("Über game", { filename: "a b#c.html" }),
});

test("a_frame_is_wanted_in_loading_playing_and_closing_and_by_the_stage_only", () => {
  const wanted = { roundId: "r1", frameAttempt: 1, src: "/games/a%20b%23c.html?round=r1" };
  for (const phase of /** @type {const} */ (["loading", "playing", "closing"])) {
    assert.deepEqual(frameWanted(view({ host: { round: { ...playing, phase } } }).host), wanted);
  }
  for (const phase of /** @type {const} */ (["lobby", "vote", "results", "rating"])) {
    assert.equal(frameWanted(view({ host: { round: { ...playing, phase } } }).host), null);
  }
  assert.equal(frameWanted(view({ host: { round: playing, role: "watch" } }).host), null);
  assert.equal(frameWanted(view({ host: { round: playing, role: null } }).host), "keep");
});

test("init_names_only_those_who_take_part", () => {
  const seats = session(seat(0, "bee", 2), seat(1, "cat", 301), seat(3, "fox", 1));
  const input = { state: /** @type {const} */ ("running"), url: "ws://127.0.0.1:8137", token: "0f" };
  const four = { ...playing, avatarsBySlot: ["bee", "", "", "fox"], seed: 99 };
  const payload = initPayload(four, seats, AVATARS, 5, input);
  assert.deepEqual(payload.slotToGamepadIndex, [2, -1, -1, 1]);
  assert.deepEqual(payload.activeSlots, [0, 3]);
  assert.deepEqual(payload.playersBySlot, [
    { slot: 0, avatarId: "bee", name: "BEE", color: "#123456" },
    { slot: 3, avatarId: "fox", name: "FOX", color: "#123456" },
  ]);
  assert.deepEqual([payload.seed, payload.maxDurationSec, payload.startedAtMs], [99, 30, 5]);
  assert.equal(payload.sessionId, seats.createdAt);
  assert.deepEqual(payload.input, { relay: true, daemon: { url: "ws://127.0.0.1:8137", token: "0f" } });
  const none = initPayload(four, seats, AVATARS, 5, { state: "restarting", url: null, token: null });
  assert.deepEqual(none.input, { relay: true, daemon: null });
});

test("pads_are_sent_when_they_change_and_every_250_ms_anyway", () => {
  const relay = new PadRelay();
  const pad = { ...neutralPad(), gamepadIndex: 2 };
  const still = [pad, null, null, null];
  assert.equal(relay.next(still, 0)?.seq, 1);
  assert.equal(relay.next([{ ...neutralPad(), gamepadIndex: 2 }, null, null, null], 100), null);
  assert.equal(relay.next(still, 250)?.seq, 2);
  const moved = { ...pad, axes: [0.5, 0, 0, 0] };
  assert.deepEqual(relay.next([moved, null, null, null], 254), { seq: 3, bySlot: [moved, null, null, null] });
  const tapped = { ...moved, presses: moved.presses.with(0, 1) };
  assert.equal(relay.next([tapped, null, null, null], 258)?.seq, 4, "a tap shows in the counter alone");
  assert.equal(relay.next([null, null, null, null], 262)?.seq, 5, "a pad that vanishes is told at once");
  assert.equal(relay.next(still, 266)?.seq, 6);
  assert.equal(relay.next([{ ...pad, gamepadIndex: 5 }, null, null, null], 270)?.seq, 7, "another pad is told at once");
});

test("each_pad_says_which_one_of_the_session_it_is_now", () => {
  const stateOf = (/** @type {number} */ pad) => (pad < 100 ? neutralPad() : null);
  const roles = { avatarsBySlot: ["bee", "", "cat", "fox"] };
  const padsOf = (/** @type {number} */ first) =>
    padsBySlot(
      roles,
      session(seat(0, "bee", first), seat(1, "owl", 1), seat(2, "cat", 100), seat(3, "fox", 0)),
      stateOf,
    );
  assert.deepEqual(padsOf(2), [{ ...neutralPad(), gamepadIndex: 2 }, null, null, { ...neutralPad(), gamepadIndex: 0 }]);
  assert.equal(padsOf(5)[0]?.gamepadIndex, 5, "a seat that changed its pad");
});
