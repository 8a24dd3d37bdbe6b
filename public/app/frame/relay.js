/**
 * The pads' way from this page into the game frame: `maribro:pads`.
 * @import { RoundState, SessionState } from "../types.js"
 * @import { PadState } from "../view.js"
 * @typedef {PadState & {gamepadIndex: number}} SeatPad the pad with its number in the session, as in `maribro:init`
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
  return equal(a.buttons, b.buttons) && equal(a.axes, b.axes) && equal(a.presses, b.presses);
}

/**
 * The pads of those who take part, by seat. A seat may change its pad in mid-round, so each state says whose it is.
 * @param {Pick<RoundState, "avatarsBySlot">} round
 * @param {SessionState} session
 * @param {(pad: number) => PadState | null} stateOf
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

  /**
   * @param {(SeatPad | null)[]} bySlot four entries; null for a seat without a readable pad
   * @param {number} now ms
   * @returns {PadsPayload | null}
   */
  next(bySlot, now) {
    const changed =
      bySlot.length !== this.#sent.length || bySlot.some((pad, slot) => !samePad(pad, this.#sent[slot] ?? null));
    if (!changed && now - this.#sentAt < RESEND_MS) return null;
    this.#sent = bySlot;
    this.#sentAt = now;
    this.#seq += 1;
    return { seq: this.#seq, bySlot };
  }
}
