import assert from "node:assert/strict";
import { test } from "node:test";
import { TURN_MS, turnOf } from "../app/components/draw-wheel/turn.js";
import { countUp } from "../app/components/round-results/count-up.js";
import { EFFECTS, voicesFor } from "../app/sound/effects.js";
import { voicesOf } from "../app/sound/instruments.js";
import { BARS_PER_SECTION, BEATS_PER_BAR, barOf } from "../app/sound/music.js";
import { clampVolume, DEFAULT_VOLUME, soundLevel } from "../app/sound/settings.js";
import { sceneFor, soundsFor } from "../app/sound/sounds-for.js";
import { initialUiState, reduceUi } from "../app/ui.js";
import { game, round, seat, session, view } from "./fixtures.js";

/** @typedef {import("../app/view.d.ts").UiAction} UiAction */
/** @typedef {import("../app/types.d.ts").RoundState} RoundState */

const SCENES = /** @type {const} */ (["lobby", "vote", "results", "rating"]);
const two = session(seat(0, "ant", 0), seat(1, "bee", 1));

/** @param {...import("../app/types.d.ts").Seat} seats */
const seated = (...seats) => view({ host: { session: session(...seats) } });

/** @param {Partial<RoundState>} more */
const inRound = (more) => view({ host: { session: two, round: round({ id: "r", ...more }) } });

/** @param {UiAction} action @param {import("../app/view.d.ts").View} [from] */
function after(action, from = view({ host: { session: two } })) {
  return soundsFor(from, { ...from, ui: reduceUi(from.ui, action) });
}

test("seats_sound_when_they_are_taken_chosen_given_back_and_left", () => {
  const [free, taken, chosen] = [seated(), seated(seat(1, "", 5)), seated(seat(1, "ant", 0))];
  const choosing = seated(seat(1, "", 0));
  assert.deepEqual(soundsFor(free, seated(seat(1, "", 0))), [{ effect: "claim", slot: 1 }]);
  assert.deepEqual(soundsFor(choosing, chosen), [{ effect: "choose", slot: 1 }]);
  assert.deepEqual(soundsFor(chosen, choosing), [{ effect: "back", slot: 1 }]);
  assert.deepEqual(soundsFor(chosen, free), [{ effect: "leave", slot: 1 }]);
  assert.deepEqual(soundsFor(taken, choosing), [{ effect: "pad_back", slot: 1 }]);
});

test("a_pad_that_drops_is_heard_also_in_the_middle_of_a_game", () => {
  for (const phase of /** @type {const} */ (["lobby", "playing"])) {
    const host = { session: two, round: round({ id: "r", phase }) };
    const [there, gone] = [view({ host }), view({ host, present: [1] })];
    assert.deepEqual(soundsFor(there, gone), [{ effect: "pad_lost", slot: 0 }]);
    assert.deepEqual(soundsFor(gone, there), [{ effect: "pad_back", slot: 0 }]);
  }
});

test("each_hand_that_moves_something_is_heard_with_its_own_seat", () => {
  assert.deepEqual(after({ type: "carousel", slot: 2, avatarId: "cat" }), [{ effect: "move", slot: 2 }]);
  assert.deepEqual(after({ type: "focus", slot: 1, focus: { zone: "top", item: "join" } }), [
    { effect: "move", slot: 1 },
  ]);
  assert.deepEqual(after({ type: "vote_cursor", slot: 3, gameId: "a" }), [{ effect: "move", slot: 3 }]);
  assert.deepEqual(after({ type: "dialog", dialog: { kind: "join", choice: 0 } }), [{ effect: "open" }]);
  assert.deepEqual(after({ type: "volume", volume: 3 }), [{ effect: "level" }]);
  assert.deepEqual(after({ type: "bump", slot: 0 }), [], "a press that changes nothing is not heard");
});

test("ready_votes_and_ratings_are_heard", () => {
  const readyBySlot = [false, true, false, false];
  assert.deepEqual(soundsFor(inRound({}), inRound({ readyBySlot })), [{ effect: "ready", slot: 1 }]);
  assert.deepEqual(soundsFor(inRound({ readyBySlot }), inRound({})), [{ effect: "back", slot: 1 }]);
  const vote = inRound({ phase: "vote" });
  const voted = inRound({ phase: "vote", votesBySlot: ["", null, null, null] });
  assert.deepEqual(soundsFor(vote, voted), [{ effect: "vote", slot: 0 }]);
  const rated = inRound({ phase: "rating", ratingsBySlot: [1, -1, null, null] });
  assert.deepEqual(soundsFor(inRound({ phase: "rating" }), rated), [
    { effect: "like", slot: 0 },
    { effect: "dislike", slot: 1 },
  ]);
});

test("each_phase_comes_with_its_sound_and_forgets_what_the_last_one_held", () => {
  const [lobby, vote] = [inRound({ readyBySlot: [true, true, false, false] }), inRound({ phase: "vote" })];
  assert.deepEqual(soundsFor(lobby, vote), [{ effect: "open" }], "nobody is heard to be unready");
  assert.deepEqual(soundsFor(vote, inRound({ phase: "loading" })), [{ effect: "start" }]);
  const closing = inRound({ phase: "closing" });
  const scored = inRound({ phase: "results", scoresBySlot: [3, 0, 0, 0] });
  assert.deepEqual(
    soundsFor(closing, scored).map(({ effect }) => effect),
    ["tally", "podium"],
  );
  assert.deepEqual(soundsFor(closing, inRound({ phase: "results", scoresBySlot: [0, 0, 0, 0] })), []);
});

test("a_wheel_clicks_at_the_edges_that_are_seen_to_pass_and_rings_when_it_stands", () => {
  const draw = { drawnFrom: ["a", "b", "c"], game: game("b"), seed: 77 };
  const [vote, drawn] = [inRound({ phase: "vote" }), inRound({ phase: "vote", ...draw })];
  const [cue, ...more] = soundsFor(vote, drawn);
  assert.ok(cue?.timing);
  assert.deepEqual([cue.effect, more], ["wheel", []]);
  const { degrees } = turnOf(round(draw));
  assert.equal(cue.timing.ticksMs.length, Math.floor(degrees / 120));
  assert.ok(cue.timing.ticksMs.every((at, n, all) => at > (all[n - 1] ?? 0) && at < TURN_MS));
  const bell = Math.max(...voicesFor(cue).map(({ delay = 0 }) => delay));
  assert.equal(bell, TURN_MS / 1000);
  assert.deepEqual(soundsFor(drawn, drawn), [], "once");
  assert.deepEqual(soundsFor(drawn, inRound({ phase: "loading", ...draw })), [{ effect: "start" }]);
  const [calm] = soundsFor(vote, drawn, true);
  assert.deepEqual(calm?.timing, { ticksMs: [], endMs: 0 }, "a wheel that does not turn rings at once");
});

test("the_count_is_heard_point_by_point_as_it_is_seen_and_the_cheer_when_it_is_done", () => {
  for (const best of [1, 4, 10]) {
    const scored = inRound({ phase: "results", scoresBySlot: [best, 0, 1, 0] });
    const [tally, podium] = soundsFor(inRound({ phase: "closing" }), scored);
    assert.ok(tally && podium);
    const ticks = [...new Set(voicesFor(tally).map(({ delay = 0 }) => delay))];
    assert.equal(ticks.length, best);
    for (const [n, tick] of ticks.entries()) {
      assert.equal(countUp(best, tick * 1000 + 1).shown, n + 1);
      assert.equal(countUp(best, tick * 1000 - 1).shown, n);
    }
    const cheer = Math.min(...voicesFor(podium).map(({ delay = 0 }) => delay)) * 1000;
    assert.equal(countUp(best, cheer + 1).isDone, true);
    assert.equal(countUp(best, cheer - 1).isDone, false);
    assert.deepEqual(soundsFor(inRound({ phase: "closing" }), scored, true), [{ effect: "podium" }]);
  }
});

test("a_bonus_is_heard_once_and_only_when_there_is_one", () => {
  const rating = inRound({ phase: "rating" });
  const bonus = inRound({ phase: "rating", creatorBonus: 2 });
  assert.deepEqual(soundsFor(rating, bonus), [{ effect: "bonus" }]);
  assert.deepEqual(soundsFor(bonus, bonus), []);
  assert.deepEqual(soundsFor(rating, inRound({ phase: "rating", creatorBonus: 0 })), []);
});

test("the_last_seconds_of_a_vote_are_counted_one_by_one", () => {
  const at = (/** @type {number} */ now) =>
    view({ host: { session: two, round: round({ id: "r", phase: "vote", remainingMs: 10_000 }), roundAt: 0 }, now });
  let heard = 0;
  for (let now = 100; now <= 11_000; now += 100) {
    const cues = soundsFor(at(now - 100), at(now));
    heard += cues.length;
    if (cues.length > 0) assert.ok([7_000, 8_000, 9_000].includes(now), `at ${now} ms`);
  }
  assert.equal(heard, 3);
});

test("a_new_game_has_its_fanfare_but_not_into_a_running_one", () => {
  const games = [game("new")];
  for (const [phase, expected] of /** @type {const} */ ([
    ["lobby", ["arrived"]],
    ["playing", []],
  ])) {
    const host = { session: two, round: round({ id: "r", phase }) };
    const came = view({ host: { ...host, games, arrivedAt: { new: 5 } } });
    assert.deepEqual(
      soundsFor(view({ host }), came).map(({ effect }) => effect),
      expected,
    );
    const gone = view({ host: { ...host, arrivedAt: { new: 5 } } });
    assert.deepEqual(soundsFor(came, gone), [], "a game that left is not heard");
  }
});

test("bad_news_and_a_lost_line_sound_like_it", () => {
  const toast = { type: /** @type {const} */ ("toast"), text: "x", avatarId: "", at: 0 };
  assert.deepEqual(after({ ...toast, tone: "bad" }), [{ effect: "error" }]);
  assert.deepEqual(after({ ...toast, tone: "good" }), []);
  const lost = view({ host: { session: two, connection: "lost" } });
  assert.deepEqual(soundsFor(view({ host: { session: two } }), lost), [{ effect: "error" }]);
  assert.deepEqual(soundsFor(lost, lost), []);
});

test("a_page_that_comes_back_or_only_watches_makes_no_sound", () => {
  const full = seated(seat(0, "ant", 0), seat(1, "bee", 1));
  assert.deepEqual(soundsFor(null, full), []);
  assert.deepEqual(soundsFor(view({ host: { session: null, role: null } }), full), []);
  const watching = /** @type {const} */ ({ role: "watch" });
  assert.deepEqual(soundsFor(view({ host: watching }), view({ host: { ...watching, session: two } })), []);
  assert.equal(sceneFor(view({ host: { ...watching, session: two } })), null);
  assert.equal(sceneFor(view({ host: { trusted: false, session: two } })), null);
});

test("the_music_leaves_when_a_game_comes_and_returns_with_the_lobby", () => {
  const scenes = /** @type {const} */ (["lobby", "vote", "loading", "playing", "closing", "results", "rating"]).map(
    (phase) => sceneFor(inRound({ phase })),
  );
  assert.deepEqual(scenes, ["lobby", "vote", null, null, null, "results", "rating"]);
  assert.equal(sceneFor(view({ host: { session: two, role: null } })), "lobby", "a new hello does not stop it");
});

test("volume_stays_within_its_steps_and_games_get_the_same", () => {
  assert.equal(clampVolume(99), 10);
  assert.equal(clampVolume(-1), 0);
  assert.equal(clampVolume(Number.NaN), DEFAULT_VOLUME);
  assert.equal(reduceUi(initialUiState(), { type: "volume", volume: 3.4 }).volume, 3);
  assert.equal(soundLevel({ soundOn: true, volume: 5 }), 0.5);
  assert.equal(soundLevel({ soundOn: false, volume: 5 }), 0);
});

test("every_bar_of_a_long_evening_is_whole_and_playable", () => {
  for (const scene of SCENES)
    for (let index = 0; index < 400; index += 1) {
      const { notes, seconds, secondsPerBeat } = barOf(scene, index);
      assert.ok(Math.abs(seconds - BEATS_PER_BAR * secondsPerBeat) < 1e-9);
      assert.ok(notes.length > 4 && notes.length < 80, `${scene} ${index} has ${notes.length} notes`);
      assert.ok(
        notes.some(({ instrument, beat }) => instrument === "bass" && beat === 0),
        "every bar has its root",
      );
      for (const { instrument, beat, beats, midi, gain } of notes) {
        assert.ok(beat >= 0 && beat < BEATS_PER_BAR && beats > 0 && gain > 0 && gain <= 1, `${scene} ${index}`);
        const voices = voicesOf(instrument, midi, beats * secondsPerBeat);
        for (const { hz = 440, seconds: long } of voices) assert.ok(hz > 30 && hz < 12_000 && long > 0);
      }
    }
});

test("the_lobby_goes_round_with_variations_and_its_solos_never_come_twice", () => {
  const song = (/** @type {number} */ from) =>
    JSON.stringify(Array.from({ length: BARS_PER_SECTION }, (_, bar) => barOf("lobby", from + bar).notes));
  assert.equal(song(32), song(32), "the same bar is the same notes");
  const sections = Array.from({ length: 16 }, (_, section) => song(section * BARS_PER_SECTION));
  assert.ok(new Set(sections).size >= 12, "four rounds of the form differ");
  const [solo, again] = [2, 6].map((turn) => song(turn * 4 * BARS_PER_SECTION));
  assert.notEqual(solo, again);
});

test("effects_are_short_and_begin_at_once", () => {
  for (const [name, voices] of Object.entries(EFFECTS)) {
    assert.ok(voices.length > 0 && voices.length <= 40, name);
    assert.ok(Math.min(...voices.map(({ delay = 0 }) => delay)) <= 0.05, name);
    const ends = voices.map(({ delay = 0, seconds, release = 0 }) => delay + seconds + release);
    assert.ok(Math.max(...ends) < 3, `${name} lasts ${Math.max(...ends)} s`);
  }
});
