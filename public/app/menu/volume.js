/**
 * How loud the party is: the one place where pads change it.
 * @import { Intent, UiState } from "../view.js"
 */

/** The loudest. */
export const VOLUME_MAX = 10;

/**
 * @param {UiState} ui
 * @returns {number} 0 (silent) to VOLUME_MAX
 */
export function volumeOf({ soundOn }) {
  return soundOn ? VOLUME_MAX : 0;
}

/**
 * @param {UiState} _ui
 * @param {1 | -1} step louder or softer
 * @returns {Intent[]}
 */
export function volumeIntents(_ui, step) {
  return [{ do: "ui", action: { type: "sound", on: step > 0 } }];
}

/**
 * Silent, or as loud as before.
 * @param {UiState} ui
 * @returns {Intent[]}
 */
export function muteIntents({ soundOn }) {
  return [{ do: "ui", action: { type: "sound", on: !soundOn } }];
}
