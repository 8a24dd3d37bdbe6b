import assert from "node:assert/strict";
import { test } from "node:test";
import { moveInGrid, moveVoteCursor } from "../app/menu/cursor.js";

test("steps_stop_at_the_ends_of_the_grid", () => {
  assert.equal(moveInGrid(0, "left", 10, 4), 0);
  assert.equal(moveInGrid(9, "right", 10, 4), 9);
  assert.equal(moveInGrid(2, "up", 10, 4), null);
  assert.equal(moveInGrid(5, "up", 10, 4), 1);
  assert.equal(moveInGrid(8, "down", 10, 4), null);
  assert.equal(moveInGrid(0, "down", 0, 4), null);
});

test("a_step_down_onto_a_short_last_row_lands_on_its_last_card", () => {
  assert.equal(moveInGrid(7, "down", 10, 4), 9);
  assert.equal(moveInGrid(4, "down", 10, 4), 8);
});

test("the_vote_cursor_begins_on_surprise_me_and_walks_the_shelf", () => {
  const ids = ["a", "b", "c", "d", "e"];
  assert.equal(moveVoteCursor(ids, "", "right"), "a");
  assert.equal(moveVoteCursor(ids, "a", "left"), "");
  assert.equal(moveVoteCursor(ids, "", "down"), "d");
  assert.equal(moveVoteCursor(ids, "e", "up"), "a");
  assert.equal(moveVoteCursor(ids, "", "up"), "");
  assert.equal(moveVoteCursor([], "", "down"), "");
});

test("a_cursor_on_a_game_that_left_the_shelf_is_on_surprise_me", () => {
  assert.equal(moveVoteCursor(["a", "b"], "gone", "right"), "a");
});
