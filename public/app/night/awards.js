/**
 * Small awards of the night, from what was played: pure, so that what the party hears can be tested. docs/awards.md.
 *
 * Fair by three rules: whoever is equal shares; what more than three would share is no award; nothing is given for a
 * seat, an avatar or the order in which people joined.
 * @import { GameSummary, HistoryEntry, SessionState } from "../types.js"
 * @import { Avatar } from "../view.js"
 */
import { avatarById } from "../avatars.js";
import { texts } from "../texts.js";
import { rankRound, streaksOf, wasPlayed } from "./standing.js";

/** @typedef {"banger" | "improved" | "streak" | "second" | "fan" | "critic" | "maker"} AwardKind */
/**
 * @typedef {{kind: AwardKind, avatarIds: string[], gameIds: string[], value: number}} Award
 * who or what gets it, and the number that it is given for; for `banger` the avatars are the games' makers
 */

/** More equals than this share no award. */
const SHARED_BY_MAX = 3;
/** Rounds somebody has to have played before a change can be seen: two halves of two. */
const IMPROVED_ROUNDS = 4;
/** Points a round that the second half has to be better by. */
const IMPROVED_BY = 1;
/** Two wins in a row are a streak. */
const STREAK_MIN = 2;
/** Second places that make a habit. */
const SECOND_MIN = 2;
/** The second of two is the last. */
const SECOND_OF = 3;
/** Thumbs up that make a fan. */
const FAN_MIN = 3;
/** Thumbs down that make a critic. */
const CRITIC_MIN = 2;
/** Games of one maker that were played. */
const MAKER_MIN = 2;

/**
 * Who has the highest value; nobody when it is under `least`, or when too many have it.
 * @param {Map<string, number>} values
 * @param {number} least
 * @returns {{ids: string[], value: number}}
 */
function best(values, least) {
  const value = Math.max(...values.values());
  if (!(value >= least)) return { ids: [], value: 0 };
  const ids = [...values].filter(([, other]) => other === value).map(([id]) => id);
  return ids.length > SHARED_BY_MAX ? { ids: [], value: 0 } : { ids: ids.sort(), value };
}

/** @param {Map<string, number>} counts @param {string} id @param {number} [by] */
function count(counts, id, by = 1) {
  if (id) counts.set(id, (counts.get(id) ?? 0) + by);
}

/** @param {number[]} numbers */
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/**
 * Thumbs of every game of the night.
 * @param {HistoryEntry[]} history
 * @returns {Map<string, {up: number, down: number, plays: number, creatorAvatarId: string}>} by game id
 */
export function thumbsOf(history) {
  /** @type {Map<string, {up: number, down: number, plays: number, creatorAvatarId: string}>} */
  const thumbs = new Map();
  for (const { gameId, creatorAvatarId, ratingsBySlot = [] } of history) {
    const { up, down, plays } = thumbs.get(gameId) ?? { up: 0, down: 0, plays: 0 };
    thumbs.set(gameId, {
      up: up + ratingsBySlot.filter((rating) => rating > 0).length,
      down: down + ratingsBySlot.filter((rating) => rating < 0).length,
      plays: plays + 1,
      creatorAvatarId,
    });
  }
  return thumbs;
}

/**
 * The best-rated games: share of thumbs up, where two imagined thumbs (one up, one down) keep a single thumb from beating
 * a dozen. Only what more people liked than not.
 * @param {HistoryEntry[]} history
 * @returns {Award}
 */
function banger(history) {
  const thumbs = thumbsOf(history);
  const liked = [...thumbs].filter(([, { up, down }]) => up > down);
  const { ids } = best(new Map(liked.map(([id, { up, down }]) => [id, (up + 1) / (up + down + 2)])), 0);
  const makers = ids.map((id) => thumbs.get(id)?.creatorAvatarId ?? "").filter(Boolean);
  const value = ids.reduce((most, id) => Math.max(most, thumbs.get(id)?.up ?? 0), 0);
  return { kind: "banger", gameIds: ids, avatarIds: [...new Set(makers)], value };
}

/** @param {HistoryEntry[]} history @returns {Map<string, number>} points a round, second half less first half */
function improvements(history) {
  /** @type {Map<string, number[]>} */
  const scores = new Map();
  for (const { avatarsBySlot = [], scoresBySlot } of history) {
    avatarsBySlot.forEach((id, slot) => {
      if (id) scores.set(id, [...(scores.get(id) ?? []), scoresBySlot[slot] ?? 0]);
    });
  }
  /** @type {Map<string, number>} */
  const gains = new Map();
  for (const [id, own] of scores) {
    const half = Math.floor(own.length / 2);
    // With an odd number of rounds the middle one belongs to neither half.
    if (own.length >= IMPROVED_ROUNDS) gains.set(id, mean(own.slice(-half)) - mean(own.slice(0, half)));
  }
  return gains;
}

/**
 * Every award that was earned, the banger of the night first.
 * @param {SessionState} session
 * @returns {Award[]}
 */
export function awardsOf(session) {
  const history = session.history.filter(wasPlayed);
  /** @type {Map<string, number>} */
  const seconds = new Map();
  /** @type {Map<string, number>} */
  const ups = new Map();
  /** @type {Map<string, number>} */
  const downs = new Map();
  /** @type {Map<string, number>} */
  const made = new Map();
  for (const { avatarsBySlot = [], scoresBySlot, ratingsBySlot = [] } of history) {
    const ranking = rankRound(avatarsBySlot, scoresBySlot);
    for (const { avatarId, place, score } of ranking) {
      if (ranking.length >= SECOND_OF && place === 2 && score > 0) count(seconds, avatarId);
    }
    avatarsBySlot.forEach((id, slot) => {
      if ((ratingsBySlot[slot] ?? 0) > 0) count(ups, id);
      if ((ratingsBySlot[slot] ?? 0) < 0) count(downs, id);
    });
  }
  for (const { creatorAvatarId } of thumbsOf(history).values()) count(made, creatorAvatarId);
  const streaks = new Map([...streaksOf(history)].map(([id, streak]) => [id, streak.best]));
  const people = /** @type {const} */ ([
    ["improved", improvements(history), IMPROVED_BY],
    ["streak", streaks, STREAK_MIN],
    ["second", seconds, SECOND_MIN],
    ["fan", ups, FAN_MIN],
    ["critic", downs, CRITIC_MIN],
    ["maker", made, MAKER_MIN],
  ]);
  const given = people.map(([kind, values, least]) => {
    const { ids, value } = best(values, least);
    return { kind, avatarIds: ids, gameIds: [], value };
  });
  return [banger(history), ...given].filter(({ avatarIds, gameIds }) => avatarIds.length > 0 || gameIds.length > 0);
}

/**
 * Who earned most as a maker; all who are equal.
 * @param {SessionState} session
 * @returns {{avatarIds: string[], value: number}}
 */
export function topMakers({ scoreboardByAvatarId }) {
  const bonus = new Map(Object.entries(scoreboardByAvatarId).map(([id, { creator }]) => [id, creator]));
  const { ids, value } = best(bonus, 1);
  return { avatarIds: ids, value };
}

/**
 * A game's title; its id when it has left the shelf.
 * @param {GameSummary[]} games
 * @param {string} id
 */
export function titleOf(games, id) {
  return games.find((game) => game.id === id)?.title ?? id;
}

/**
 * Who or what gets an award, in words.
 * @param {Award} award
 * @param {Avatar[]} avatars
 * @param {GameSummary[]} games
 */
export function awardTo({ kind, avatarIds, gameIds }, avatars, games) {
  const names =
    kind === "banger" ? gameIds.map((id) => titleOf(games, id)) : avatarIds.map((id) => avatarById(avatars, id).name);
  return texts.and(names);
}
