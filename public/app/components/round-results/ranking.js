/**
 * Who came where in a round.
 * @import { Pose } from "../../view.js"
 */

/** @typedef {{slot: number, avatarId: string, score: number, place: number, pose: Pose}} Placing */

/**
 * Who took part, best first; equal scores share a place. Winners are happy, and whoever is last behind somebody is sad.
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
    .map((player) => {
      const place = 1 + players.filter(({ score }) => score > player.score).length;
      return { ...player, place, pose: poseFor(player.score, best, worst) };
    })
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
