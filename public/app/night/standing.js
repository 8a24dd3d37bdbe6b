/**
 * Who stands where: on the night's leaderboard, in one round, and what a round changed. Pure.
 * @import { HistoryEntry, Rating, Score, SessionState } from "../types.js"
 * @import { Pose } from "../view.js"
 */

/** @typedef {{avatarId: string, place: number, score: Score}} BoardRow */
/** @typedef {{slot: number, avatarId: string, score: number, place: number, isTied: boolean, pose: Pose}} Placing */
/** @typedef {{before: number | null, after: number}} Move places on the leaderboard; null: was not on it */

/**
 * The leaderboard, best first; equal totals share a place.
 * @param {Record<string, Score>} scoreboard
 * @returns {BoardRow[]}
 */
export function rankScores(scoreboard) {
  const sorted = Object.entries(scoreboard).sort(([, a], [, b]) => b.total - a.total);
  return sorted.map(([avatarId, score]) => ({
    avatarId,
    score,
    place: 1 + sorted.filter(([, other]) => other.total > score.total).length,
  }));
}

/**
 * Who took part in a round, best first; equal scores share a place. Winners are happy, and whoever is last behind somebody is sad.
 * @param {string[]} avatarsBySlot empty for an empty seat
 * @param {number[]} scoresBySlot
 * @returns {Placing[]}
 */
export function rankRound(avatarsBySlot, scoresBySlot) {
  const players = avatarsBySlot
    .map((avatarId, slot) => ({ slot, avatarId, score: scoresBySlot[slot] ?? 0 }))
    .filter(({ avatarId }) => avatarId);
  const best = Math.max(...players.map(({ score }) => score));
  const worst = Math.min(...players.map(({ score }) => score));
  return players
    .map((player) => ({
      ...player,
      pose: poseFor(player.score, best, worst),
      place: 1 + players.filter(({ score }) => score > player.score).length,
      isTied: players.some(({ slot, score }) => slot !== player.slot && score === player.score),
    }))
    .sort((a, b) => a.place - b.place || a.slot - b.slot);
}

/**
 * @param {number} score
 * @param {number} best of all who took part
 * @param {number} worst
 * @returns {Pose}
 */
function poseFor(score, best, worst) {
  if (score === best) return score > 0 ? "happy" : "idle";
  return score === worst ? "sad" : "idle";
}

/**
 * Who won a round: the best score, shared by all who have it; nobody when nobody scored.
 * @param {HistoryEntry} entry
 * @returns {string[]} avatar ids
 */
export function winnersOf({ avatarsBySlot = [], scoresBySlot }) {
  return rankRound(avatarsBySlot, scoresBySlot)
    .filter(({ place, score }) => place === 1 && score > 0)
    .map(({ avatarId }) => avatarId);
}

/**
 * What the ratings give to the game's maker; the host's own rule (contract, "Scores").
 * @param {Rating[]} ratings
 * @returns {number} 0..10
 */
export function creatorBonus(ratings) {
  const up = ratings.filter((rating) => rating > 0).length;
  const votes = ratings.filter((rating) => rating !== 0).length;
  return votes === 0 ? 0 : Math.floor((20 * up + votes) / (2 * votes));
}

/**
 * What one round added to the leaderboard.
 * @param {HistoryEntry} entry
 * @returns {Map<string, {play: number, creator: number}>}
 */
export function pointsOf({ avatarsBySlot = [], scoresBySlot, ratingsBySlot = [], creatorAvatarId }) {
  /** @type {Map<string, {play: number, creator: number}>} */
  const points = new Map();
  const add = (/** @type {string} */ id, /** @type {number} */ play, /** @type {number} */ creator) => {
    const before = points.get(id) ?? { play: 0, creator: 0 };
    points.set(id, { play: before.play + play, creator: before.creator + creator });
  };
  avatarsBySlot.forEach((id, slot) => {
    if (id) add(id, scoresBySlot[slot] ?? 0, 0);
  });
  if (creatorAvatarId && ratingsBySlot.length) add(creatorAvatarId, 0, creatorBonus(ratingsBySlot));
  return points;
}

/**
 * The leaderboard as it was before the newest round, if that is the round with this id: nothing is known of another.
 * Who had nothing but this round's points was not on it.
 * @param {SessionState} session
 * @param {string} roundId
 * @returns {Record<string, Score> | null}
 */
export function boardBefore({ history, scoreboardByAvatarId }, roundId) {
  const entry = history.at(-1);
  if (!entry?.roundId || entry.roundId !== roundId || !entry.avatarsBySlot) return null;
  const points = pointsOf(entry);
  const earlier = new Set(
    history.slice(0, -1).flatMap(({ avatarsBySlot = [], creatorAvatarId }) => [...avatarsBySlot, creatorAvatarId]),
  );
  /** @type {Record<string, Score>} */
  const before = {};
  for (const [id, score] of Object.entries(scoreboardByAvatarId)) {
    const { play, creator } = points.get(id) ?? { play: 0, creator: 0 };
    const total = score.total - play - creator;
    if (points.has(id) && total <= 0 && !earlier.has(id)) continue;
    before[id] = { play: score.play - play, creator: score.creator - creator, total };
  }
  return before;
}

/**
 * Where everyone stood on the leaderboard before this round, and where now.
 * @param {SessionState} session
 * @param {string} roundId
 * @returns {Map<string, Move>} empty when the session does not have this round as its newest
 */
export function movesOf(session, roundId) {
  const before = boardBefore(session, roundId);
  if (!before) return new Map();
  const places = new Map(rankScores(before).map(({ avatarId, place }) => [avatarId, place]));
  return new Map(
    rankScores(session.scoreboardByAvatarId).map(({ avatarId, place }) => [
      avatarId,
      { before: places.get(avatarId) ?? null, after: place },
    ]),
  );
}

/**
 * Whether a round came to its end. One whose game crashed or hung changed nobody's score, and ends no streak either.
 * @param {HistoryEntry} entry
 */
export function wasPlayed({ outcome }) {
  return outcome !== "crashed" && outcome !== "hung";
}

/**
 * Rounds won in a row by each avatar, up to the last one that it took part in; rounds without it break nothing.
 * @param {HistoryEntry[]} history
 * @returns {Map<string, {now: number, best: number}>}
 */
export function streaksOf(history) {
  /** @type {Map<string, {now: number, best: number}>} */
  const streaks = new Map();
  for (const entry of history.filter(wasPlayed)) {
    const winners = new Set(winnersOf(entry));
    for (const id of entry.avatarsBySlot ?? []) {
      if (!id) continue;
      const { now, best } = streaks.get(id) ?? { now: 0, best: 0 };
      const next = winners.has(id) ? now + 1 : 0;
      streaks.set(id, { now: next, best: Math.max(best, next) });
    }
  }
  return streaks;
}
