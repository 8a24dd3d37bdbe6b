/**
 * What to do about the known troubles of pads. Pure: from what the doctor knows to what it says; the words are in `texts.js`.
 * @import { InputStatus } from "../types.js"
 * @import { PadReport } from "../view.js"
 */

/** So many pads on one Bluetooth adapter are known to drop. */
const BLUETOOTH_CROWD = 4;
/** Fewer reports a second than this feel late: a DualShock 4 has 250 by cable, 300 to 800 on Bluetooth. */
const FEW_REPORTS_HZ = 100;
/** More than this between reports feels uneven, in ms. */
const MUCH_JITTER_MS = 6;
/** Steam's own virtual pads. */
const STEAM_MAKE = "28de:11ff";
/** What Steam's pads pretend to be elsewhere. */
const XBOX_MAKE = "045e:028e";

/**
 * @typedef {object} Findings
 * @property {InputStatus["state"]} input
 * @property {boolean} isOpen whether this page hears the daemon
 * @property {PadReport[]} pads
 * @property {string[]} unmapped names of devices that the daemon cannot read
 * @property {boolean} bluetoothEffects
 * @property {boolean} isMac
 *
 * @typedef {"daemon_missing" | "daemon_off" | "daemon_away" | "mac_input_monitoring" | "unmapped" | "steam" |
 *   "bluetooth_crowd" | "uneven" | "daemon_blind" | "battery" | "bluetooth_effects" | "no_pads"} AdviceId
 * @typedef {{id: AdviceId, names: string[]}} Advice `names` of the pads it is about, as the party calls them or as they do
 */

/**
 * @param {Findings} findings
 * @returns {Advice[]} the most pressing first; none when all is well
 */
export function advise({ input, isOpen, pads, unmapped, bluetoothEffects, isMac }) {
  /** @type {Advice[]} */
  const advice = [];
  /**
   * @param {AdviceId} id
   * @param {boolean} applies
   * @param {string[]} [names]
   */
  const add = (id, applies, names = []) => {
    if (applies) advice.push({ id, names: [...new Set(names)] });
  };
  const named = (/** @type {(pad: PadReport) => boolean} */ is) => pads.filter(is).map(({ name }) => name);
  const labelled = (/** @type {(pad: PadReport) => boolean} */ is) => pads.filter(is).map(({ label }) => label);
  const isDaemons = (/** @type {PadReport} */ { daemonPad }) => daemonPad !== null;
  const wireless = pads.filter(({ link }) => link === "bluetooth");
  const unread = named(({ isMapped }) => !isMapped);
  const seenByBoth = new Set(pads.filter(isDaemons).map(({ make }) => make));
  const lonely = labelled((pad) => pad.isMapped && !isDaemons(pad) && !seenByBoth.has(pad.make));
  const uneven = labelled(
    ({ reportHz, jitterMs }) =>
      (reportHz !== null && reportHz < FEW_REPORTS_HZ) || (jitterMs !== null && jitterMs > MUCH_JITTER_MS),
  );
  const isBlindOnMac = isMac && isOpen && !pads.some(isDaemons);
  const xboxes = pads.filter(({ make }) => make === XBOX_MAKE).length;

  add("daemon_missing", input === "missing");
  add("daemon_off", input === "off");
  add("daemon_away", input !== "missing" && input !== "off" && !isOpen);
  add("mac_input_monitoring", isBlindOnMac, lonely);
  // Devices that the daemon reads are only the browser's trouble.
  add("unmapped", unmapped.length + unread.length > 0, [...unmapped, ...unread]);
  add(
    "steam",
    pads.some(({ make }) => make === STEAM_MAKE) || (xboxes > 0 && xboxes === pads.length - xboxes),
    named(({ make }) => make === STEAM_MAKE || make === XBOX_MAKE),
  );
  add("bluetooth_crowd", wireless.length >= BLUETOOTH_CROWD);
  add("uneven", uneven.length > 0, uneven);
  add("daemon_blind", isOpen && !isBlindOnMac && lonely.length > 0, lonely);
  const weak = labelled(({ battery }) => battery === "low" || battery === "empty");
  add("battery", weak.length > 0, weak);
  add("bluetooth_effects", isOpen && wireless.length > 0 && !bluetoothEffects);
  add("no_pads", pads.length === 0 && !isBlindOnMac);
  return advice;
}
