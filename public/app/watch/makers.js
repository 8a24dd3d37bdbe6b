/**
 * Who made which games: pure.
 * @import { GameSummary, Score } from "../types.js"
 */

/** @typedef {{avatarId: string, author: string, bonus: number, games: GameSummary[]}} Maker */

/**
 * Everyone who has a game on the shelf or a bonus of the night, the largest bonus first. Games without a maker's avatar go
 * by the name in their file.
 * @param {GameSummary[]} games
 * @param {Record<string, Score>} scoreboard
 * @returns {Maker[]}
 */
export function makersOf(games, scoreboard) {
  /** @type {Map<string, Maker>} */
  const makers = new Map();
  const of = (/** @type {string} */ avatarId, /** @type {string} */ author) => {
    const key = avatarId ? `avatar ${avatarId}` : `name ${author}`;
    const maker = makers.get(key) ?? { avatarId, author: avatarId ? "" : author, bonus: 0, games: [] };
    makers.set(key, maker);
    return maker;
  };
  for (const game of games) of(game.creatorAvatarId, game.author).games.push(game);
  for (const [avatarId, { creator }] of Object.entries(scoreboard)) {
    if (creator > 0) of(avatarId, "").bonus = creator;
  }
  return [...makers.values()].sort((a, b) => b.bonus - a.bonus || b.games.length - a.games.length);
}
