/**
 * Whether nobody is there: pure.
 * @import { View } from "../../view.js"
 */
import { isSeatTaken } from "../../menu/missing.js";

/** How long nobody has touched a thing, in ms. */
export const QUIET_MS = 60_000;

/**
 * @param {View} view
 */
export function isQuiet({ host, ui, now }) {
  const { session, round } = host;
  if (!session || round?.phase !== "lobby" || host.role !== "stage" || ui.dialog || ui.ceremony !== null) return false;
  if (session.playersBySlot.some(isSeatTaken)) return false;
  const begun = ui.wasQuiet ? Number.NEGATIVE_INFINITY : Math.max(ui.touchedAt, host.phaseAt);
  const last = Math.max(begun, ...Object.values(host.arrivedAt));
  return now - last >= QUIET_MS;
}
