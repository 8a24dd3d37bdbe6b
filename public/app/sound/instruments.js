/**
 * The band: what each instrument of the music is made of.
 * @import { Voice } from "./desk.js"
 */
import { pitch } from "./effects.js";

/** @typedef {"bass" | "keys" | "marimba" | "flute" | "bell" | "brass" | "pad"} Melodic */
/** @typedef {"kick" | "hat" | "shaker" | "rim" | "brush" | "tick" | "tock"} Drum */

/** Most of a chord's notes lie still in the middle; the lead sits a little to the right of it. */
const LEAD_PAN = 0.18;

/** @type {Record<Melodic, (hz: number, seconds: number) => Voice[]>} */
const MELODIC = {
  bass: (hz, seconds) => [
    { wave: "sine", hz, seconds, gain: 0.15, held: true, attack: 0.012, release: 0.06 },
    {
      wave: "triangle",
      hz,
      seconds: Math.min(seconds, 0.4),
      gain: 0.34,
      attack: 0.008,
      filter: { type: "lowpass", hz: 1400, toHz: 400 },
    },
  ],
  keys: (hz, seconds) => [
    { wave: "sine", hz, seconds: Math.max(0.7, seconds * 1.6), gain: 0.22, attack: 0.008, pan: -0.2 },
    { wave: "sine", hz: hz * 1.0028, seconds: Math.max(0.6, seconds * 1.4), gain: 0.14, attack: 0.01, pan: 0.25 },
    { wave: "sine", hz: hz * 4, seconds: 0.12, gain: 0.03, attack: 0.004 },
  ],
  marimba: (hz, seconds) => [
    { wave: "sine", hz, seconds: Math.max(0.45, seconds), gain: 0.95, attack: 0.005, pan: LEAD_PAN },
    { wave: "sine", hz: hz * 3.93, seconds: 0.1, gain: 0.2, pan: LEAD_PAN },
  ],
  flute: (hz, seconds) => [
    { wave: "sine", hz, seconds, gain: 0.32, held: true, attack: 0.05, release: 0.14, pan: LEAD_PAN },
    {
      wave: "triangle",
      hz: hz * 1.003,
      seconds,
      gain: 0.2,
      held: true,
      attack: 0.07,
      release: 0.14,
      filter: { type: "lowpass", hz: 1800 },
      pan: LEAD_PAN,
    },
    {
      wave: "noise",
      seconds: 0.08,
      gain: 0.12,
      attack: 0.02,
      filter: { type: "bandpass", hz: hz * 2, q: 2 },
      pan: LEAD_PAN,
    },
  ],
  bell: (hz, seconds) => [
    { wave: "sine", hz, seconds: Math.max(1, seconds), gain: 0.55, pan: -LEAD_PAN },
    { wave: "sine", hz: hz * 2.76, seconds: 0.5, gain: 0.12, pan: -LEAD_PAN },
  ],
  brass: (hz, seconds) =>
    [0.997, 1.003].map((detune) => ({
      wave: "sawtooth",
      hz: hz * detune,
      seconds,
      gain: 0.3,
      held: true,
      attack: 0.03,
      release: 0.12,
      filter: { type: "lowpass", hz: 800, toHz: 1900 },
      pan: (detune - 1) * 90,
    })),
  pad: (hz, seconds) =>
    [0.996, 1.004].map((detune) => ({
      wave: "triangle",
      hz: hz * detune,
      seconds: Math.max(0.2, seconds - 0.3),
      gain: 0.06,
      held: true,
      attack: 0.5,
      release: 0.6,
      filter: { type: "lowpass", hz: 1200 },
      pan: (detune - 1) * 120,
    })),
};

/** @type {Record<Drum, readonly Voice[]>} */
const DRUMS = {
  kick: [{ wave: "sine", hz: 125, toHz: 46, seconds: 0.2, gain: 0.7, attack: 0.004 }],
  hat: [{ wave: "noise", seconds: 0.05, gain: 0.5, filter: { type: "highpass", hz: 7000 }, pan: 0.3 }],
  shaker: [
    {
      wave: "noise",
      seconds: 0.07,
      gain: 0.5,
      attack: 0.02,
      filter: { type: "bandpass", hz: 5200, q: 0.9 },
      pan: -0.3,
    },
  ],
  rim: [
    { wave: "triangle", hz: 1650, seconds: 0.05, gain: 0.3, pan: 0.35 },
    { wave: "sine", hz: 820, seconds: 0.06, gain: 0.28, pan: 0.35 },
  ],
  brush: [{ wave: "noise", seconds: 0.16, gain: 0.6, attack: 0.012, filter: { type: "bandpass", hz: 2200, q: 0.7 } }],
  tick: [{ wave: "sine", hz: 2100, seconds: 0.045, gain: 0.6 }],
  tock: [{ wave: "sine", hz: 1500, seconds: 0.055, gain: 0.6 }],
};

/**
 * @param {string} instrument
 * @returns {instrument is Drum}
 */
function isDrum(instrument) {
  return instrument in DRUMS;
}

/**
 * @param {Melodic | Drum} instrument
 * @param {number} midi pitch, not used by drums
 * @param {number} seconds
 * @returns {readonly Voice[]}
 */
export function voicesOf(instrument, midi, seconds) {
  return isDrum(instrument) ? DRUMS[instrument] : MELODIC[instrument](pitch(midi), seconds);
}
