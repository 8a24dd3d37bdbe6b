/**
 * Pauses a round when a player's pad is gone, and lets it go on when all pads are there again.
 * @import { Intent, View } from "../view.js"
 */
import { missingPlayers } from "../menu/missing.js";

/** A pad that is gone for a shorter time pauses nothing, in ms: some drop out for a moment and are back. */
export const GONE_AFTER_MS = 300;
/** Until the host's answer to a wish is given up and the wish said again, in ms. */
const ASK_AGAIN_MS = 1000;

/** Remembers since when pads are gone, and what was asked for already. */
export class PadWatch {
  /** @type {Map<number, number>} */
  #goneSince = new Map();
  #asked = "";
  #askedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param {View} view with the pads as just read
   * @returns {Intent[]}
   */
  next(view) {
    const { round, trusted, role, connection } = view.host;
    if (round?.phase !== "playing" || !trusted || role !== "stage" || connection !== "open") {
      this.#goneSince.clear();
      return [];
    }
    const missing = missingPlayers(view).map(({ slot }) => slot);
    this.#note(missing, view.now);
    const { waived } = view.ui;
    const still = waived.filter((slot) => missing.includes(slot));
    // Whose pad came back is missed again when it goes a second time.
    if (still.length < waived.length) return [{ do: "ui", action: { type: "waive", slots: still } }];
    const lost = missing.find((slot) => !waived.includes(slot) && this.#isGone(slot, view.now));
    const runs = round.paused === null || round.paused.resumesInMs !== null;
    if (runs && lost !== undefined) {
      const payload = { reason: /** @type {const} */ ("pad_lost"), slot: lost };
      return this.#once(`lost ${view.host.roundAt}`, view.now, { type: "pause_round", payload });
    }
    if (!runs && round.paused?.reason === "pad_lost" && missing.every((slot) => waived.includes(slot))) {
      return this.#once(`back ${view.host.roundAt}`, view.now, { type: "resume_round", payload: {} });
    }
    return [];
  }

  /** @param {number[]} missing @param {number} now */
  #note(missing, now) {
    for (const slot of this.#goneSince.keys()) if (!missing.includes(slot)) this.#goneSince.delete(slot);
    for (const slot of missing) if (!this.#goneSince.has(slot)) this.#goneSince.set(slot, now);
  }

  /** @param {number} slot @param {number} now */
  #isGone(slot, now) {
    return now - (this.#goneSince.get(slot) ?? now) >= GONE_AFTER_MS;
  }

  /**
   * Pads are read far more often than the host answers.
   * @param {string} what @param {number} now @param {import("../types.d.ts").ScreenCommand} command
   * @returns {Intent[]}
   */
  #once(what, now, command) {
    if (what === this.#asked && now - this.#askedAt < ASK_AGAIN_MS) return [];
    this.#asked = what;
    this.#askedAt = now;
    return [{ do: "send", command }];
  }
}
