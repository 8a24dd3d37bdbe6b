import assert from "node:assert/strict";
import { test } from "node:test";
import { awardsOf, topMakers } from "../app/night/awards.js";
import { boardBefore, creatorBonus, movesOf, rankRound, rankScores, streaksOf } from "../app/night/standing.js";
import { session } from "./fixtures.js";

/** @typedef {import("../app/types.d.ts").HistoryEntry} HistoryEntry */
/** @typedef {import("../app/types.d.ts").Rating} Rating */

const PEOPLE = ["ant", "bee", "cat", "dog"];

/** @param {number[]} scores @param {Partial<HistoryEntry>} [more] @returns {HistoryEntry} */
function entry(scores, more = {}) {
  return {
    playedAt: "2026-01-01T00:00:00Z",
    gameId: "g",
    creatorAvatarId: "",
    scoresBySlot: scores,
    avatarsBySlot: PEOPLE,
    ...more,
  };
}

/** A session with these rounds and the leaderboard that they make. @param {HistoryEntry[]} history */
function night(history) {
  /** @type {Record<string, {play: number, creator: number, total: number}>} */
  const board = {};
  const add = (/** @type {string} */ id, /** @type {number} */ play, /** @type {number} */ creator) => {
    const { play: p, creator: c } = board[id] ?? { play: 0, creator: 0 };
    board[id] = { play: p + play, creator: c + creator, total: p + play + c + creator };
  };
  for (const { avatarsBySlot = [], scoresBySlot, ratingsBySlot, creatorAvatarId } of history) {
    avatarsBySlot.forEach((id, slot) => {
      if (id) add(id, scoresBySlot[slot] ?? 0, 0);
    });
    if (ratingsBySlot && creatorAvatarId) add(creatorAvatarId, 0, creatorBonus(ratingsBySlot));
  }
  return { ...session(), scoreboardByAvatarId: board, history };
}

/** Numbers below a bound, always the same for a seed. @param {number} seed */
function numbers(seed) {
  let state = seed * 2654435761 + 1;
  return (/** @type {number} */ bound) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** Any night: two to four of six people, five games, every rating. @param {number} seed @returns {HistoryEntry[]} */
function anyHistory(seed) {
  const below = numbers(seed);
  return Array.from({ length: below(25) }, (_, n) => {
    const people = ["ant", "bee", "cat", "dog", "elk", "fox"].sort(() => below(3) - 1).slice(0, 4);
    const empty = below(3);
    const game = below(5);
    return entry(
      people.map((_, slot) => (slot < 4 - empty ? below(11) : 0)),
      {
        gameId: `g${game}`,
        creatorAvatarId: ["ant", "bee", "gnu", "gnu", ""][game] ?? "",
        avatarsBySlot: people.map((id, slot) => (slot < 4 - empty ? id : "")),
        ratingsBySlot: people.map((_, slot) => /** @type {Rating} */ (slot < 4 - empty ? below(3) - 1 : 0)),
        roundId: `r${n}`,
      },
    );
  });
}

const SEEDS = Array.from({ length: 200 }, (_, seed) => seed + 1);

test("the bonus is the host's: the share of thumbs up, half up", () => {
  /** @type {[Rating[], number][]} */
  const cases = [
    [[0, 0, 0, 0], 0],
    [[1, 0, 0, 0], 10],
    [[1, 1, -1, 0], 7],
    [[1, 1, 1, -1], 8],
    [[1, -1, -1, -1], 3],
  ];
  for (const [ratings, bonus] of cases) assert.equal(creatorBonus(ratings), bonus, String(ratings));
});

test("equal scores share a place and are said to be tied", () => {
  const ranking = rankRound(["ant", "", "cat", "dog"], [3, 9, 7, 7]);
  assert.deepEqual(
    ranking.map(({ avatarId, place, isTied }) => [avatarId, place, isTied]),
    [
      ["cat", 1, true],
      ["dog", 1, true],
      ["ant", 3, false],
    ],
  );
});

test("the board before a round is the board less what the round brought", () => {
  for (const seed of SEEDS) {
    const history = anyHistory(seed);
    const last = history.at(-1);
    if (!last) continue;
    const before = boardBefore(night(history), last.roundId ?? "");
    const expected = night(history.slice(0, -1)).scoreboardByAvatarId;
    assert.deepEqual(
      rankScores(before ?? {})
        .map(({ avatarId, place }) => [avatarId, place])
        .sort(), // any order within a place
      rankScores(expected)
        .map(({ avatarId, place }) => [avatarId, place])
        .sort(),
      `seed ${seed}`,
    );
  }
});

test("who rose and who fell is told for the newest round only", () => {
  const first = entry([10, 6, 3, 0], { roundId: "r1" });
  const second = entry([0, 3, 10, 0], { roundId: "r2", avatarsBySlot: ["ant", "bee", "cat", "elk"] });
  const moves = movesOf(night([first, second]), "r2");
  assert.deepEqual(moves.get("cat"), { before: 3, after: 1 });
  assert.deepEqual(moves.get("ant"), { before: 1, after: 2 });
  assert.deepEqual(moves.get("elk"), { before: null, after: 4 });
  assert.equal(movesOf(night([first, second]), "r1").size, 0);
  assert.equal(movesOf(night([]), "r1").size, 0);
  const v1 = { ...second, avatarsBySlot: undefined };
  assert.equal(movesOf(night([first, v1]), "r2").size, 0, "a round of the first design does not say who sat where");
});

test("a streak ends with a lost round, not with one that was sat out", () => {
  const history = [
    entry([10, 6, 3, 0]),
    entry([10, 10, 3, 0]),
    entry([10, 6, 0, 0], { avatarsBySlot: ["elk", "bee", "", ""] }),
    entry([9, 10, 0, 0]),
    entry([0, 0, 0, 0], { outcome: "crashed" }),
    entry([0, 0, 0, 0]),
  ];
  const at = (/** @type {number} */ rounds) => streaksOf(history.slice(0, rounds));
  assert.deepEqual(at(3).get("ant"), { now: 2, best: 2 }, "ant sat the third out");
  assert.deepEqual(at(2).get("bee"), { now: 1, best: 1 }, "a shared win is a win");
  assert.deepEqual(at(4).get("ant"), { now: 0, best: 2 });
  assert.deepEqual(at(5).get("bee"), { now: 1, best: 1 }, "a crash ends no streak");
  assert.deepEqual(at(6).get("bee"), { now: 0, best: 1 }, "nobody wins a round without points");
});

/** @param {HistoryEntry[]} history @param {import("../app/night/awards.js").AwardKind} kind */
const given = (history, kind) => awardsOf(night(history)).find((award) => award.kind === kind);

test("the banger of the night is the best liked game, and one thumb does not beat a dozen", () => {
  /** @param {string} gameId @param {Rating[]} ratingsBySlot */
  const rated = (gameId, ratingsBySlot) =>
    entry([1, 2, 3, 4], { gameId, ratingsBySlot, creatorAvatarId: `${gameId}-maker` });
  const many = [rated("hit", [1, 1, 1, 1]), rated("hit", [1, 1, 1, -1]), rated("once", [1, 0, 0, 0])];
  assert.deepEqual(given(many, "banger"), { kind: "banger", gameIds: ["hit"], avatarIds: ["hit-maker"], value: 7 });
  assert.equal(given([rated("split", [1, 1, -1, -1])], "banger"), undefined, "liked and disliked alike is no banger");
  const equal = given([rated("b", [1, 1, 0, 0]), rated("a", [1, 1, 0, 0])], "banger");
  assert.deepEqual(equal?.gameIds, ["a", "b"]);
});

test("the other awards go to whom they are meant for", () => {
  const rising = [0, 2, 6, 10].map((score, n) => entry([5, score, 5, 9 - n]));
  assert.deepEqual(given(rising, "improved"), { kind: "improved", avatarIds: ["bee"], gameIds: [], value: 7 });
  const streak = given([entry([10, 0, 0, 0]), entry([10, 0, 0, 0]), entry([0, 9, 0, 0])], "streak");
  assert.deepEqual(streak, { kind: "streak", avatarIds: ["ant"], gameIds: [], value: 2 });
  const second = given([entry([10, 6, 3, 0]), entry([10, 6, 3, 0])], "second");
  assert.deepEqual(second?.avatarIds, ["bee"]);
  const two = entry([10, 6, 0, 0], { avatarsBySlot: ["ant", "bee", "", ""] });
  assert.equal(given([two, two], "second"), undefined, "the second of two is the last");
  const thumbs = [1, 2, 3].map(() => entry([1, 1, 1, 1], { ratingsBySlot: [1, -1, 0, 0] }));
  assert.deepEqual(given(thumbs, "fan")?.avatarIds, ["ant"]);
  assert.deepEqual(given(thumbs, "critic")?.avatarIds, ["bee"]);
  const made = ["a", "b"].map((gameId) => entry([1, 1, 1, 1], { gameId, creatorAvatarId: "gnu" }));
  assert.deepEqual(given(made, "maker")?.avatarIds, ["gnu"]);
});

test("an award that more than three would share is given to nobody", () => {
  assert.equal(
    given(
      [1, 2, 3].map(() => entry([1, 1, 1, 1], { ratingsBySlot: [1, 1, 1, 1] })),
      "fan",
    ),
    undefined,
  );
});

test("a night without rounds, and rounds of the first design, have no awards", () => {
  assert.deepEqual(awardsOf(night([])), []);
  const { avatarsBySlot: _, ...v1 } = entry([10, 6, 3, 0]);
  assert.deepEqual(awardsOf(night([v1, v1, v1])), []);
});

test("awards go to people who were there, are shared by equals, and do not ask for the seat", () => {
  for (const seed of SEEDS) {
    const history = anyHistory(seed);
    const awards = awardsOf(night(history));
    const there = new Set(
      history.flatMap(({ avatarsBySlot = [], creatorAvatarId }) => [...avatarsBySlot, creatorAvatarId]),
    );
    for (const { kind, avatarIds, gameIds } of awards) {
      for (const id of avatarIds) assert.ok(id && there.has(id), `seed ${seed}: ${kind} to ${id}`);
      assert.ok(avatarIds.length <= 3 && gameIds.length <= 3, `seed ${seed}: ${kind}`);
      assert.equal(new Set(avatarIds).size, avatarIds.length);
    }
    const turn = (/** @type {any[]} */ row) => [...row.slice(1), row[0]];
    const turned = history.map((round) => ({
      ...round,
      scoresBySlot: turn(round.scoresBySlot),
      avatarsBySlot: turn(round.avatarsBySlot ?? []),
      ratingsBySlot: turn(round.ratingsBySlot ?? []),
    }));
    assert.deepEqual(awardsOf(night(turned)), awards, `seed ${seed}: another seat, another award`);
  }
});

test("the top maker is whoever has the largest bonus, and nobody without one", () => {
  const score = (/** @type {number} */ creator) => ({ play: 50, creator, total: 50 + creator });
  const board = { ant: score(7), bee: score(9), cat: score(0) };
  assert.deepEqual(topMakers({ ...session(), scoreboardByAvatarId: board }), { avatarIds: ["bee"], value: 9 });
  assert.deepEqual(topMakers({ ...session(), scoreboardByAvatarId: { cat: score(0) } }).avatarIds, []);
});
