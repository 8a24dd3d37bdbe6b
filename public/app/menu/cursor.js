/**
 * Steps in a grid that is filled row by row.
 * @import { Direction } from "../view.js"
 */

/** Cards in a row of the shelf while people vote. */
export const VOTE_COLUMNS = 4;
/** Cards in a row of the shelf beside the leaderboard. */
export const LOBBY_COLUMNS = 3;

/**
 * @param {number} index 0..count-1
 * @param {Direction} direction
 * @param {number} count
 * @param {number} columns
 * @returns {number | null} the new index; null when the step leaves the grid upwards or downwards.
 *   Sideways steps stop at the ends; a step down onto a short last row lands on its last card.
 */
export function moveInGrid(index, direction, count, columns) {
  if (count === 0) return null;
  switch (direction) {
    case "left":
      return Math.max(0, index - 1);
    case "right":
      return Math.min(count - 1, index + 1);
    case "up":
      return index - columns < 0 ? null : index - columns;
    case "down": {
      const lastRow = Math.floor((count - 1) / columns);
      if (Math.floor(index / columns) >= lastRow) return null;
      return Math.min(count - 1, index + columns);
    }
  }
}

/**
 * The card under a vote cursor after a step. "Surprise me" is the first card, with the id `""`.
 * @param {string[]} gameIds the shelf, without "surprise me"
 * @param {string} current a game that left the shelf counts as "surprise me"
 * @param {Direction} direction
 * @returns {string}
 */
export function moveVoteCursor(gameIds, current, direction) {
  const cards = ["", ...gameIds];
  const index = Math.max(0, cards.indexOf(current));
  return cards[moveInGrid(index, direction, cards.length, VOTE_COLUMNS) ?? index] ?? "";
}
