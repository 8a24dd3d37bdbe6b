/** What a pad is called on screen. */
import { texts } from "../texts.js";
import { KEYBOARD_BASE, keyLabels } from "./keys.js";

/**
 * What is said of a seat whose pad cannot be read.
 * @param {import("../types.d.ts").InputStatus} input
 * @param {number} pad
 */
export function missingLabel({ state }, pad) {
  const isComingBack = pad >= 100 && pad < 200 && (state === "starting" || state === "restarting");
  return isComingBack ? texts.seats.readerAway : texts.seats.missing;
}

/** @param {number} pad number of the pad: browser 0..15, daemon 100+, phones 200+, keyboard 300+ */
export function padLabel(pad) {
  if (pad < 0) return "";
  if (pad >= KEYBOARD_BASE) return texts.pads.keyboard(keyLabels(pad)?.move ?? "");
  if (pad >= 200) return texts.pads.phone(pad - 199);
  if (pad >= 100) return texts.pads.pad(pad - 99);
  return texts.pads.pad(pad + 1);
}
