/**
 * What the host knows of each game beyond the list: its revisions, and how often it was taken off the stage. Asked for one
 * after the other, again when something about a game changed.
 * @import { GameDetails, GameSummary, HistoryEntry } from "../types.js"
 */

/** Requests at the same time. */
const AT_ONCE = 2;
/** Until a request that failed is made again, in ms. */
const RETRY_MS = 5000;

/**
 * Whatever changes when there is news of a game: its file, and each round that played it.
 * @param {GameSummary} game
 * @param {HistoryEntry[]} history
 */
export function versionOf({ id, uploadedAt, unstable }, history) {
  const rounds = history.filter(({ gameId }) => gameId === id).length;
  return `${uploadedAt} ${rounds} ${unstable === true}`;
}

export class Details {
  /** @type {Map<string, GameDetails>} */
  known = new Map();
  /** What was asked for last, by game id. @type {Map<string, string>} */
  #asked = new Map();
  /** @type {string[]} */
  #waiting = [];
  #running = 0;
  #fetch;

  /** @param {(id: string) => Promise<GameDetails>} fetchDetails */
  constructor(fetchDetails = fetchGame) {
    this.#fetch = fetchDetails;
  }

  /**
   * @param {GameSummary[]} games
   * @param {HistoryEntry[]} history
   */
  follow(games, history) {
    for (const game of games) {
      const version = versionOf(game, history);
      if (this.#asked.get(game.id) === version) continue;
      this.#asked.set(game.id, version);
      if (!this.#waiting.includes(game.id)) this.#waiting.push(game.id);
    }
    this.#next();
  }

  #next() {
    while (this.#running < AT_ONCE) {
      const id = this.#waiting.shift();
      if (id === undefined) return;
      this.#running += 1;
      this.#load(id).finally(() => {
        this.#running -= 1;
        this.#next();
      });
    }
  }

  /** @param {string} id */
  async #load(id) {
    try {
      this.known.set(id, await this.#fetch(id));
    } catch (error) {
      console.warn(`no details of ${id}; asking again`, error);
      setTimeout(() => this.#asked.delete(id), RETRY_MS);
    }
  }
}

/** @param {string} id @returns {Promise<GameDetails>} */
async function fetchGame(id) {
  const response = await fetch(`/api/games/${encodeURIComponent(id)}`);
  const answer = await response.json();
  if (!answer.ok) throw new Error(`status ${response.status}`);
  return answer.game;
}
