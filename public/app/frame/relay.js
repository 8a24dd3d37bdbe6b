/**
 * The pads' way from this page into the game frame: `maribro:pads`.
 * @import { PadState } from "../view.js"
 * @typedef {{seq: number, bySlot: (PadState | null)[]}} PadsPayload
 */

/** An unchanged state is sent again after this time, in ms. */
const RESEND_MS = 250;

/** @param {number[]} a @param {number[]} b */
function equal(a, b) {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

/** @param {PadState | null} a @param {PadState | null} b */
function samePad(a, b) {
  if (a === b) return true;
  if (!a || !b) return false;
  return equal(a.buttons, b.buttons) && equal(a.axes, b.axes) && equal(a.presses, b.presses);
}

/** Decides what is worth sending. One for each frame: the sequence begins anew. */
export class PadRelay {
  #seq = 0;
  #sentAt = Number.NEGATIVE_INFINITY;
  /** @type {(PadState | null)[]} */
  #sent = [];

  /**
   * @param {(PadState | null)[]} bySlot four entries; null for a seat without a readable pad
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
