import assert from "node:assert/strict";
import { test } from "node:test";
import { rankRound } from "../app/night/standing.js";

/** @param {string[]} avatars @param {number[]} scores */
const poses = (avatars, scores) => rankRound(avatars, scores).map(({ slot, place, pose }) => [slot, place, pose]);

test("equal_scores_share_a_place_and_empty_seats_have_none", () => {
  const ranked = rankRound(["ant", "bee", "", "cat"], [4, 9, 0, 9]);
  assert.deepEqual(
    ranked.map(({ avatarId, place }) => [avatarId, place]),
    [
      ["bee", 1],
      ["cat", 1],
      ["ant", 3],
    ],
  );
});

test("winners_are_happy_and_only_who_is_last_behind_somebody_is_sad", () => {
  assert.deepEqual(poses(["a", "b", "c", "d"], [10, 6, 2, 2]), [
    [0, 1, "happy"],
    [1, 2, "idle"],
    [2, 3, "sad"],
    [3, 3, "sad"],
  ]);
  assert.deepEqual(poses(["a", "b"], [5, 5]), [
    [0, 1, "happy"],
    [1, 1, "happy"],
  ]);
});

test("nobody_is_sad_or_proud_of_a_round_without_points", () => {
  for (const [, , pose] of poses(["a", "b"], [0, 0])) assert.equal(pose, "idle");
  assert.deepEqual(rankRound(["", "", "", ""], [0, 0, 0, 0]), []);
});
