/** How loud this browser is, remembered from one evening to the next. */

/** Volume goes from 0 to this, in steps of one. */
export const MAX_VOLUME = 10;
/** Leaves room for talking. */
export const DEFAULT_VOLUME = 8;

const SOUND_KEY = "maribro.sound";
const VOLUME_KEY = "maribro.volume";

/** @returns {{soundOn: boolean, volume: number}} */
export function loadSound() {
  const kept = localStorage.getItem(VOLUME_KEY);
  const volume = kept === null ? DEFAULT_VOLUME : clampVolume(Number(kept));
  return { soundOn: localStorage.getItem(SOUND_KEY) !== "off", volume };
}

/** @param {{soundOn: boolean, volume: number}} sound */
export function saveSound({ soundOn, volume }) {
  localStorage.setItem(SOUND_KEY, soundOn ? "on" : "off");
  localStorage.setItem(VOLUME_KEY, String(volume));
}

/** @param {number} volume anything; what is no number becomes the default */
export function clampVolume(volume) {
  if (!Number.isFinite(volume)) return DEFAULT_VOLUME;
  return Math.max(0, Math.min(MAX_VOLUME, Math.round(volume)));
}

/**
 * What is to be heard, 0..1; 0 when muted. Games get the same.
 * @param {{soundOn: boolean, volume: number}} sound
 */
export function soundLevel({ soundOn, volume }) {
  return soundOn ? volume / MAX_VOLUME : 0;
}
