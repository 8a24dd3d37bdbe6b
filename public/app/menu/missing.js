/**
 * Seats whose pad cannot be read.
 * @import { Seat } from "../types.js"
 * @import { PadsView, View } from "../view.js"
 */
import { isPadPresent } from "../pads/hub.js";

/** @param {Seat} seat */
export function isSeatTaken({ avatarId, gamepadIndex }) {
  return avatarId !== "" || gamepadIndex >= 0;
}

/**
 * @param {PadsView} pads
 * @param {Seat} seat
 */
export function isMissing(pads, seat) {
  return isSeatTaken(seat) && !isPadPresent(pads, seat.gamepadIndex);
}

/**
 * The seat that goes on with whichever pad asks: of those without one, who plays comes first.
 * @param {View} view
 */
export function missingSeat(view) {
  const { host, pads } = view;
  return missingPlayers(view)[0] ?? host.session?.playersBySlot.find((seat) => isMissing(pads, seat)) ?? null;
}

/**
 * Seats of those who take part in the running round and whose pad cannot be read.
 * @param {View} view
 * @returns {Seat[]}
 */
export function missingPlayers({ host: { round, session }, pads }) {
  return (session?.playersBySlot ?? []).filter((seat) => round?.avatarsBySlot[seat.slot] && isMissing(pads, seat));
}
