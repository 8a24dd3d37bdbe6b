/**
 * What the host showed as done, and whether its history holds to it. Pure.
 *
 * @typedef {Record<string, any>} Entry an entry of the history
 */

export class Ledger {
  /** Rounds whose scores were shown, by id. @type {Map<string, {scores: number[], outcome: string}>} */
  #shown = new Map();
  /** Ratings whose bonus was shown, by the round's id. @type {Map<string, (number | null)[]>} */
  #rated = new Map();
  /** Entries of rounds that are over, in order, as they were first seen. @type {Entry[]} */
  #settled = [];
  /** What is wrong. Each is said once. @type {Set<string>} */
  losses = new Set();

  /**
   * What the screen was told.
   * @param {Record<string, any>} round
   */
  told(round) {
    if (round.phase === "results" && round.scoresBySlot) {
      this.#shown.set(round.id, { scores: round.scoresBySlot, outcome: round.outcome });
    }
    if (
      round.phase === "rating" &&
      round.creatorBonus !== null &&
      round.ratingsBySlot.some((/** @type {number | null} */ one) => one !== null)
    ) {
      this.#rated.set(round.id, round.ratingsBySlot);
    }
  }

  /**
   * Compares the history with all that was told before it was asked for.
   * @param {Entry[]} history
   * @param {string} running id of the round that is not over yet
   */
  check(history, running) {
    for (const [place, entry] of this.#settled.entries()) {
      if (JSON.stringify(history[place]) !== JSON.stringify(entry)) {
        this.losses.add(`entry ${place} was ${JSON.stringify(entry)}, is ${JSON.stringify(history[place])}`);
      }
    }
    for (const [id, { scores, outcome }] of this.#shown) {
      const entries = history.filter((entry) => entry.roundId === id);
      const same = entries.filter((e) => e.outcome === outcome && `${e.scoresBySlot}` === `${scores}`);
      if (entries.length !== 1 || same.length !== 1) {
        this.losses.add(`round ${id} showed ${scores} (${outcome}), recorded: ${JSON.stringify(entries)}`);
      }
    }
    for (const [id, ratings] of this.#rated) {
      const entry = history.find((one) => one.roundId === id);
      if (`${entry?.ratingsBySlot}` !== `${ratings.map((rating) => rating ?? 0)}`) {
        this.losses.add(`round ${id} was rated ${ratings}, recorded: ${JSON.stringify(entry)}`);
      }
    }
    const ids = history.map((entry) => entry.roundId);
    if (new Set(ids).size !== ids.length) this.losses.add("a round is recorded twice");
    const over = history.findIndex((entry) => entry.roundId === running);
    this.#settled = structuredClone(over < 0 ? history : history.slice(0, over));
  }
}
