/**
 * The pads' way from this page into the game frame: `maribro:pads`.
 * @import { RoundState, SessionState } from "../types.js"
 * @import { PadState, SeatPad } from "../view.js"
 * @typedef {{seq: number, bySlot: (SeatPad | null)[]}} PadsPayload
 */

/** An unchanged state is sent again after this time, in ms. */
const RESEND_MS = 250;

/** @param {number[]} a @param {number[]} b */
function equal(a, b) {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

/** @param {SeatPad | null} a @param {SeatPad | null} b */
function samePad(a, b) {
  if (a === b) return true;
  if (!a || !b || a.gamepadIndex !== b.gamepadIndex) return false;
  if (a.browserPad !== b.browserPad || a.daemonPad !== b.daemonPad) return false;
  const sameCounts = equal(a.presses, b.presses) && equal(a.counts ?? [], b.counts ?? []);
  return sameCounts && equal(a.buttons, b.buttons) && equal(a.axes, b.axes);
}

/**
 * The pads of those who take part, by seat. A seat may change its pad in mid-round, so each state says whose it is.
 * @param {Pick<RoundState, "avatarsBySlot">} round
 * @param {SessionState} session
 * @param {(pad: number) => PadState | SeatPad | null} stateOf
 * @returns {(SeatPad | null)[]} four entries; null for a seat without a readable pad
 */
export function padsBySlot(round, session, stateOf) {
  return [0, 1, 2, 3].map((slot) => {
    const gamepadIndex = session.playersBySlot[slot]?.gamepadIndex ?? -1;
    const state = round.avatarsBySlot[slot] ? stateOf(gamepadIndex) : null;
    return state && { ...state, gamepadIndex };
  });
}

/** Decides what is worth sending. One for each frame: the sequence begins anew. */
export class PadRelay {
  #seq = 0;
  #sentAt = Number.NEGATIVE_INFINITY;
  /** @type {(SeatPad | null)[]} */
  #sent = [];
  /** Press counters as the game was told, by pad. @type {Map<number, number[]>} */
  #told = new Map();
  /** Presses that were not for the game, by pad. @type {Map<number, number[]>} */
  #kept = new Map();

  /**
   * @param {(SeatPad | null)[]} read four entries; null for a seat without a readable pad
   * @param {number} now ms
   * @param {boolean} [paused] what is pressed now is for the party, and never gets to the game
   * @returns {PadsPayload | null}
   */
  next(read, now, paused = false) {
    const bySlot = read.map((pad) => pad && this.#forGame(pad, paused));
    const changed =
      bySlot.length !== this.#sent.length || bySlot.some((pad, slot) => !samePad(pad, this.#sent[slot] ?? null));
    if (!changed && now - this.#sentAt < RESEND_MS) return null;
    this.#sent = bySlot;
    this.#sentAt = now;
    this.#seq += 1;
    return { seq: this.#seq, bySlot };
  }

  /**
   * @param {SeatPad} pad
   * @param {boolean} paused
   * @returns {SeatPad}
   */
  #forGame(pad, paused) {
    const { gamepadIndex, presses } = pad;
    if (paused) {
      const told = this.#told.get(gamepadIndex) ?? presses;
      this.#told.set(gamepadIndex, told);
      this.#kept.set(
        gamepadIndex,
        presses.map((count, button) => count - (told[button] ?? 0)),
      );
      return { gamepadIndex, axes: pad.axes.map(() => 0), buttons: pad.buttons.map(() => 0), presses: told };
    }
    const kept = this.#kept.get(gamepadIndex);
    const told = kept ? presses.map((count, button) => count - (kept[button] ?? 0)) : presses;
    this.#told.set(gamepadIndex, told);
    return { ...pad, presses: told };
  }
}
