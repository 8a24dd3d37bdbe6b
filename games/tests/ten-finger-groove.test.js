import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { better } from "../bots/ten-finger-groove.js";
import { seeded } from "./harness/random.js";
import { loadGame, playRound } from "./harness/round.js";
import { shelfTests } from "./harness/shelf.js";

await shelfTests("ten-finger-groove");

const game = loadGame("ten-finger-groove");
const [, pure] = game.script.split(/^\/\/ ---- [14]\. .*$/m);
const NAMES =
  "PARTS SECTIONS LAST_HIT_MS MAX_KEYS KEY_PLACES makeChart walkLanes judge targetOf learnOffset heardAt scoresOf firstKeys " +
  "newRollover rolloverPress rolloverRelease rolloverGiveUp rolloverAccept rolloverTried suggestKey handsOf";
/** The game's chapters 1 to 3, which know no page. @type {any} */
const rules = runInNewContext(`${pure};({ ${NAMES.split(" ")} })`);
const { PARTS, SECTIONS, LAST_HIT_MS, makeChart } = rules;

/** @typedef {{at: number, seat: number, part: string, section: number, lane: number, together: boolean}} Note */

const SEATS = [0, 1, 2, 3];
const PADS = [4, 4, 4, 4];

/** @param {unknown} value plain, so that values of the game's own world can be compared */
const plain = (value) => JSON.parse(JSON.stringify(value));

test("every note has one owner, and every seat as many notes in every section", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const chart = /** @type {Note[]} */ (makeChart(seeded(seed), PADS));
    SECTIONS.forEach((/** @type {unknown} */ _, /** @type {number} */ section) => {
      const counts = SEATS.map((seat) => chart.filter((note) => note.section === section && note.seat === seat).length);
      assert.ok(counts[0] > 0 && counts.every((count) => count === counts[0]), `section ${section}: ${counts}`);
    });
    const places = chart.map(({ at, seat, lane }) => `${at} ${seat} ${lane}`);
    assert.equal(new Set(places).size, places.length, "no two notes in one place");
    for (const { lane } of chart) assert.ok(lane >= 0 && lane < 4);
  }
});

test("the parts rotate: in the four sections of the band every seat plays each part once", () => {
  const chart = /** @type {Note[]} */ (makeChart(seeded(3), PADS));
  for (const seat of SEATS) {
    const parts = SEATS.map(
      (section) => new Set(chart.filter((n) => n.section === section && n.seat === seat).map((n) => n.part)),
    );
    for (const set of parts) assert.equal(set.size, 1);
    assert.deepEqual(parts.flatMap((set) => [...set]).sort(), [...PARTS].sort());
  }
});

test("the finale is played by all at the same times in the same lanes", () => {
  const chart = /** @type {Note[]} */ (makeChart(seeded(9), PADS)).filter(({ together }) => together);
  const [first, ...others] = SEATS.map((seat) =>
    chart.filter((note) => note.seat === seat).map(({ at, lane }) => [at, lane]),
  );
  assert.ok(first.length > 20);
  for (const other of others) assert.deepEqual(plain(other), plain(first));
  assert.equal(Math.max(...chart.map(({ at }) => at)), LAST_HIT_MS);
});

test("one to five keys a hand get charts that fit them, and the last chord takes every key", () => {
  for (let lanes = 1; lanes <= 5; lanes++) {
    const chart = /** @type {Note[]} */ (makeChart(seeded(lanes), [lanes, Math.max(1, lanes - 1), 4, 4], true));
    const own = chart.filter(({ seat }) => seat === 0);
    assert.deepEqual(
      [...new Set(own.map(({ lane }) => lane))].sort(),
      [0, 1, 2, 3, 4].slice(0, lanes),
      "every lane is used",
    );
    assert.equal(own.filter(({ at }) => at === LAST_HIT_MS).length, lanes);
  }
});

test("35 ms is perfect, 80 ms is good, more is neither, on both sides", () => {
  const verdicts = [-80.1, -80, -35.1, -35, 0, 35, 35.1, 80, 80.1].map(rules.judge);
  assert.deepEqual(verdicts, ["", "good", "good", "perfect", "perfect", "perfect", "good", "good", ""]);
});

test("a press takes the nearest waiting note of its lane, as the player's own offset has it", () => {
  const note = (/** @type {number} */ at, lane = 0, state = "pending") => ({ at, lane, state });
  const notes = [note(1000), note(1125), note(1125, 1), note(1250, 0, "perfect"), note(1400)];
  assert.equal(rules.targetOf(notes, 0, 1070, 0), notes[1], "nearest");
  assert.equal(rules.targetOf(notes, 1, 1060, 0), notes[2], "of its lane");
  assert.equal(rules.targetOf(notes, 0, 1260, 0), null, "what was hit is gone");
  assert.equal(rules.targetOf(notes, 0, 1500, 0), null, "too late");
  assert.equal(rules.targetOf(notes, 0, 1500, 90), notes[4], "not for one who is always 90 ms late");
});

test("an offset is learned from the median: wild presses do not move it, few are trusted less", () => {
  const steady = Array.from({ length: 16 }, (_, i) => 60 + (i % 5) - 2);
  const learned = rules.learnOffset(steady);
  assert.ok(learned > 45 && learned < 61, `${learned}`);
  const wild = steady.map((delta, i) => (i % 5 === 0 ? -170 : delta));
  assert.ok(Math.abs(rules.learnOffset(wild) - learned) < 6, `${rules.learnOffset(wild)}`);
  assert.equal(rules.learnOffset([60, 60, 60]), 0, "three are no habit");
  assert.ok(rules.learnOffset([60, 60, 60, 60]) < learned);
  assert.equal(rules.learnOffset(Array(40).fill(-900)), -140, "bounded");
});

test("a player who hears and sees everything 120 ms late hits nearly as well as one who is not", async () => {
  const hits = async (/** @type {number} */ lag) => {
    /** @type {import("./harness/round.js").Bot} */
    const late = (view, slot, random, t, memory) =>
      better({ ...view, songMs: view.songMs - lag }, slot, random, t, memory);
    const { view } = await playRound(game, { seats: [0, 1], bots: late, seed: 4, sound: false });
    return view.players.map((/** @type {{hits: number}} */ player) => player.hits);
  };
  const [lagging, sharp] = [await hits(120), await hits(0)];
  for (const i of [0, 1]) assert.ok(lagging[i] >= 0.9 * sharp[i], `${lagging} of ${sharp}`);
});

test("an early hit is heard on its beat, a late one at once", () => {
  assert.equal(rules.heardAt(10, 9.93), 10);
  assert.equal(rules.heardAt(10, 10.05), 10.05);
});

test("ranks are paid 10, 6, 3, 0; equals share the higher one; who hit nothing gets nothing", () => {
  const players = [900, 1200, 900, 0].map((points, slot) => ({ slot, points, hits: points / 100 }));
  assert.deepEqual(plain(rules.scoresOf(players)), [6, 10, 6, 0]);
  assert.deepEqual(plain(rules.scoresOf([{ slot: 2, points: 0, hits: 0 }])), [0, 0, 0, 0]);
});

/**
 * A keyboard as it is wired: keys sit on crossings of rows and columns. A key that would close a rectangle with three held ones
 * is not sent, as the keyboard cannot know whether it is really down.
 */
class Keyboard {
  /** @type {string[]} */
  sent = [];

  /** @param {Map<string, [number, number]>} wires */
  constructor(wires) {
    this.wires = wires;
  }

  /** @param {string} code @returns {boolean} whether it arrives */
  press(code) {
    const [row, column] = this.wires.get(code) ?? [0, 0];
    const down = this.sent.map((key) => this.wires.get(key) ?? [0, 0]);
    const sameRow = down.filter(([r]) => r === row);
    const sameColumn = down.filter(([, c]) => c === column);
    if (sameRow.some(([, c]) => sameColumn.some(([r]) => down.some(([r2, c2]) => r2 === r && c2 === c)))) return false;
    this.sent.push(code);
    return true;
  }
}

/** @param {() => number} random */
function wiring(random) {
  const wires = new Map();
  for (const code of Object.keys(rules.KEY_PLACES))
    wires.set(code, [Math.floor(random() * 8), Math.floor(random() * 6)]);
  return wires;
}

for (let n = 2; n <= 10; n++) {
  test(`${n} keys: a keyboard that sends all of them plays with the fingers at rest`, () => {
    let state = rules.newRollover(n);
    for (const code of rules.firstKeys(n)) state = rules.rolloverPress(state, code);
    assert.equal(state.stage, "ready");
    assert.deepEqual([...state.want].sort(), [...rules.firstKeys(n)].sort());
    const [left, right] = rules.handsOf(state.want);
    assert.ok(left.length >= right.length && right.length >= 1 && left.length + right.length === n);
  });

  test(`${n} keys: whatever the wires, the keys that are chosen are sent together`, () => {
    let blocked = 0;
    for (let seed = 1; seed <= 30; seed++) {
      const wires = wiring(seeded(seed * 31 + n));
      const keyboard = new Keyboard(wires);
      let state = rules.newRollover(n);
      for (const code of state.want) if (keyboard.press(code)) state = rules.rolloverPress(state, code);
      if (state.stage !== "ready") blocked++;
      state = rules.rolloverGiveUp(state);
      // The player does as he is told: tries each suggestion, and lets it go when it does not arrive.
      for (let code = rules.suggestKey(state); state.stage === "rebind" && code; code = rules.suggestKey(state)) {
        if (keyboard.press(code)) state = rules.rolloverPress(state, code);
        else state = rules.rolloverTried(state);
      }
      if (state.stage === "rebind") state = rules.rolloverAccept(state);
      assert.equal(state.stage, "ready", `wires ${seed}`);
      assert.ok(n > 6 || state.n === n, `wires ${seed}: ${state.n} of ${n}`);
      assert.equal(new Set(state.want).size, state.n);
      assert.deepEqual(plain(keyboard.sent).sort(), plain(state.want).sort(), "held together, all of them were sent");
    }
    if (n > 5) assert.ok(blocked > 0, "some of these keyboards were too simple");
  });
}

test("a key is taken only while the others are held", () => {
  let state = rules.newRollover(4);
  for (const code of ["KeyD", "KeyF", "KeyJ"]) state = rules.rolloverPress(state, code);
  state = rules.rolloverGiveUp(state);
  assert.equal(state.stage, "rebind");
  state = rules.rolloverRelease(state, "KeyD");
  state = rules.rolloverPress(state, "KeyM");
  assert.equal(state.together.length, 3, "D was up: that proves nothing");
  state = rules.rolloverRelease(state, "KeyM");
  for (const code of ["KeyD", "KeyM"]) state = rules.rolloverPress(state, code);
  assert.equal(state.stage, "ready");
  assert.deepEqual(plain(state.want), ["KeyD", "KeyF", "KeyJ", "KeyM"]);
});

test("fewer keys are played with when the player says so, but never fewer than two", () => {
  const one = rules.rolloverPress(rules.newRollover(6), "KeyS");
  assert.equal(rules.rolloverAccept(one), one);
  const two = rules.rolloverAccept(rules.rolloverPress(one, "KeyK"));
  assert.deepEqual([two.stage, two.n, ...two.want], ["ready", 2, "KeyS", "KeyK"]);
});
