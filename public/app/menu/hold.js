/**
 * Deeds that ask for a button to be held, so that nobody does them by accident.
 * @import { Hold, HoldWhat, Intent, View } from "../view.js"
 */
import { FRAME_PHASES } from "../frame/messages.js";
import { queueOf } from "./queue.js";

/** How long each deed's button is held, in ms. The styles fill their rings in the same time. @type {Record<HoldWhat, number>} */
export const HOLD_MS = { reset: 1500, leave: 1000, queue: 1000 };
/** Phases in which a seat can be left by pad. @type {ReadonlySet<string>} */
const LEAVING = new Set(["lobby", "vote", "results"]);
/** The mouse's button, as if it was a pad. */
export const MOUSE_PAD = -2;

/** @param {Hold} hold */
export function holdKey({ what, slot, avatarId }) {
  if (avatarId) return `${what}:${avatarId}`;
  return slot === null ? what : `${what}:${slot}`;
}

/**
 * Whether what is held for can still be done.
 * @param {View} view
 * @param {Hold} hold
 */
function isOpen({ host, ui }, { what, slot, avatarId, pad }) {
  if (!host.trusted || host.role !== "stage") return false;
  if (what === "queue") {
    const waits = queueOf(host.session).some((waiting) => waiting.avatarId === avatarId);
    return waits && host.round !== null && !FRAME_PHASES.has(host.round.phase);
  }
  if (what === "reset") return ui.settings?.page === "main" && ui.settings.row === "reset";
  const seat = host.session?.playersBySlot[slot ?? -1];
  return host.round !== null && LEAVING.has(host.round.phase) && seat?.gamepadIndex === pad;
}

/** @param {Hold} hold @returns {Intent[]} */
function deed({ what, slot, avatarId = "" }) {
  if (what === "reset") return [{ do: "reset_scores" }];
  if (what === "queue") return [{ do: "send", command: { type: "leave_queue", payload: { avatarId } } }];
  return slot === null ? [] : [{ do: "send", command: { type: "leave_seat", payload: { slot } } }];
}

/**
 * ○ leaves the seat when it is held.
 * @param {import("../types.d.ts").Seat} seat
 * @returns {Intent}
 */
export function leaveHold({ slot, gamepadIndex }) {
  return { do: "hold", hold: { what: "leave", slot, pad: gamepadIndex, key: "east" } };
}

/** What is being held now. */
export class Holds {
  /** @type {{hold: Hold, since: number}[]} */
  #held = [];

  /**
   * @param {Hold} hold
   * @param {number} now ms
   * @returns {Intent[]}
   */
  begin(hold, now) {
    const key = holdKey(hold);
    this.#held = [...this.#held.filter((other) => holdKey(other.hold) !== key), { hold, since: now }];
    return [this.#shown()];
  }

  /**
   * @param {View} view
   * @param {(hold: Hold) => boolean} isDown whether its button is still down
   * @param {number} now ms
   * @returns {Intent[]}
   */
  next(view, isDown, now) {
    if (this.#held.length === 0) return [];
    const open = this.#held.filter(({ hold }) => isDown(hold) && isOpen(view, hold));
    const done = open.filter(({ hold, since }) => now - since >= HOLD_MS[hold.what]);
    const before = this.#held.length;
    this.#held = open.filter((one) => !done.includes(one));
    const deeds = done.flatMap(({ hold }) => deed(hold));
    return this.#held.length === before ? deeds : [...deeds, this.#shown()];
  }

  /** @returns {Intent} */
  #shown() {
    return { do: "ui", action: { type: "holding", keys: this.#held.map(({ hold }) => holdKey(hold)) } };
  }
}
