/**
 * What is known of each pad, for the doctor. Pure.
 * @import { Seat } from "../types.js"
 * @import { DaemonPadInfo, PadReport, PadState } from "../view.js"
 */
import { texts } from "../texts.js";
import { padLabel } from "./labels.js";
import { makeOf } from "./twins.js";

/**
 * @typedef {object} Known
 * @property {(Gamepad | null)[]} gamepads
 * @property {DaemonPadInfo[]} infos
 * @property {(pad: number) => number | null} twinOf
 * @property {(pad: number) => PadState | null} stateOf
 * @property {(pad: number) => {typicalMs: number, worstMs: number} | null} latencyOf
 * @property {Seat[]} seats
 */

/**
 * A pad's name without what browsers add to it.
 * @param {string} id
 */
function nameOf(id) {
  return id.replace(/\s*\(.*$/, "").replace(/^[0-9a-f]{4}-[0-9a-f]{4}-/i, "") || id;
}

/** @param {number | null} slot @param {number} pad */
function labelOf(slot, pad) {
  return slot === null ? padLabel(pad) : texts.seats.short(slot);
}

/**
 * One report a pad, those with a seat first.
 * @param {Known} known
 * @returns {PadReport[]}
 */
export function padReports({ gamepads, infos, twinOf, stateOf, latencyOf, seats }) {
  const slotOf = (/** @type {(number | null)[]} */ numbers) =>
    seats.find(({ gamepadIndex }) => gamepadIndex >= 0 && numbers.includes(gamepadIndex))?.slot ?? null;
  /** @type {PadReport[]} */
  const reports = infos
    .filter(({ connected }) => connected)
    .map((info) => {
      const twin = twinOf(info.number);
      const gamepad = gamepads.find((pad) => pad?.connected && pad.index === twin);
      const slot = slotOf([info.number, twin]);
      return {
        browserPad: gamepad ? twin : null,
        daemonPad: info.number,
        label: labelOf(slot, info.number),
        name: info.name,
        make: `${info.vendor}:${info.product}`,
        link: info.link,
        battery: info.battery,
        reportHz: info.reportHz,
        jitterMs: info.jitterMs,
        latency: latencyOf(info.number),
        slot,
        isMapped: true,
        canRumble: Boolean(gamepad?.vibrationActuator) || info.rumble,
        state: stateOf(info.number),
      };
    });
  for (const gamepad of gamepads) {
    if (!gamepad?.connected || reports.some(({ browserPad }) => browserPad === gamepad.index)) continue;
    const slot = slotOf([gamepad.index]);
    reports.push({
      browserPad: gamepad.index,
      daemonPad: null,
      label: labelOf(slot, gamepad.index),
      name: nameOf(gamepad.id),
      make: makeOf(gamepad.id),
      link: null,
      battery: "unknown",
      reportHz: null,
      jitterMs: null,
      latency: null,
      slot,
      isMapped: gamepad.mapping === "standard",
      canRumble: Boolean(gamepad.vibrationActuator),
      state: stateOf(gamepad.index),
    });
  }
  return reports.sort((a, b) => (a.slot ?? 9) - (b.slot ?? 9) || numberOf(a) - numberOf(b));
}

/** The number by which the party knows a pad. @param {PadReport} report */
export function numberOf({ browserPad, daemonPad }) {
  return browserPad ?? daemonPad ?? 0;
}
