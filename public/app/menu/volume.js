/**
 * How loud the party is: the one place where pads change it.
 * @import { Intent, UiState } from "../view.js"
 */
import { MAX_VOLUME } from "../sound/settings.js";

/**
 * What people hear.
 * @param {Pick<UiState, "soundOn" | "volume">} ui
 * @returns {number} 0 (silent) to MAX_VOLUME
 */
export function volumeOf({ soundOn, volume }) {
  return soundOn ? volume : 0;
}

/**
 * One step; louder than muted is as loud as before.
 * @param {Pick<UiState, "soundOn" | "volume">} ui
 * @param {1 | -1} step louder or softer
 * @returns {Intent[]} none at the ends
 */
export function volumeIntents(ui, step) {
  if (!ui.soundOn && ui.volume > 0 && step > 0) return muteIntents(ui);
  const volume = volumeOf(ui) + step;
  if (volume < 0 || volume > MAX_VOLUME) return [];
  return [{ do: "ui", action: { type: "volume", volume } }];
}

/**
 * Silent, or as loud as before.
 * @param {Pick<UiState, "soundOn" | "volume">} ui
 * @returns {Intent[]}
 */
export function muteIntents(ui) {
  return [{ do: "ui", action: { type: "sound", on: volumeOf(ui) === 0 } }];
}
