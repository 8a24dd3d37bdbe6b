/** How far the count of the scores has come: pure. */

/** Until the podium begins to rise, in ms. */
const COUNT_AFTER_MS = 350;
/** One point of the count, in ms: ten are done long before the results end. The stylesheet has the same number. */
const POINT_MS = 130;

/**
 * When each point of a score is counted.
 * @param {number} score
 * @returns {number[]} ms since the results came
 */
export function countMoments(score) {
  return Array.from({ length: score }, (_, n) => COUNT_AFTER_MS + (n + 1) * POINT_MS);
}

/**
 * How far the count has come.
 * @param {number} score
 * @param {number} elapsedMs since the results came
 * @returns {{shown: number, isDone: boolean}}
 */
export function countUp(score, elapsedMs) {
  const shown = Math.min(score, Math.max(0, Math.floor((elapsedMs - COUNT_AFTER_MS) / POINT_MS)));
  return { shown, isDone: shown === score && elapsedMs >= COUNT_AFTER_MS };
}
