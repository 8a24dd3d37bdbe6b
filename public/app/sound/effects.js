/**
 * The short sounds, as data: what a press, a vote or a newcomer sounds like.
 * @import { Voice } from "./desk.js"
 */

/**
 * An effect to be played, for a seat or for everyone. One that goes with something seen has the `timing` of that.
 * @typedef {{effect: EffectName, slot?: number, timing?: Timing}} Cue
 * @typedef {{ticksMs: readonly number[], endMs: number}} Timing ms after the cue
 * @typedef {"claim" | "leave" | "move" | "choose" | "back" | "ready" | "open" | "vote" | "wheel" | "countdown" | "start"
 *   | "tally" | "podium" | "like" | "dislike" | "bonus" | "arrived" | "error" | "pad_lost" | "pad_back" | "level"} EffectName
 */

/** @param {number} midi */
export const pitch = (midi) => 440 * 2 ** ((midi - 69) / 12);

/**
 * A struck bar of wood: the party's own instrument.
 * @param {number} midi
 * @param {number} delay
 * @param {number} [gain]
 * @param {number} [seconds]
 * @returns {Voice[]}
 */
const wood = (midi, delay, gain = 0.3, seconds = 0.28) => [
  { wave: "sine", hz: pitch(midi), seconds, gain, delay },
  { wave: "sine", hz: pitch(midi) * 3.93, seconds: 0.07, gain: gain * 0.25, delay },
];

/**
 * @param {number} midi
 * @param {number} delay
 * @param {number} [gain]
 * @param {number} [seconds]
 * @returns {Voice[]}
 */
const bell = (midi, delay, gain = 0.22, seconds = 0.9) => [
  { wave: "sine", hz: pitch(midi), seconds, gain, delay },
  { wave: "sine", hz: pitch(midi) * 2.76, seconds: seconds / 2, gain: gain * 0.3, delay },
];

/**
 * A short brassy note.
 * @param {number} midi
 * @param {number} delay
 * @param {number} seconds
 * @param {number} [gain]
 * @returns {Voice[]}
 */
const brass = (midi, delay, seconds, gain = 0.14) =>
  [-4, 4].map((cents) => ({
    wave: "sawtooth",
    hz: pitch(midi + cents / 100),
    seconds,
    gain,
    delay,
    held: true,
    attack: 0.02,
    release: 0.12,
    filter: { type: "lowpass", hz: 900, toHz: 2200 },
    pan: cents / 20,
  }));

/**
 * @param {number} delay
 * @param {number} seconds
 * @param {number} from Hz
 * @param {number} to Hz
 * @param {number} gain
 * @returns {Voice}
 */
const sweep = (delay, seconds, from, to, gain) => ({
  wave: "noise",
  seconds,
  gain,
  delay,
  attack: seconds * 0.5,
  release: 0.05,
  filter: { type: "bandpass", hz: from, toHz: to, q: 1.4 },
});

/** Ticks that come sooner after the last one are left out, in ms: they would be a buzz. */
const SHORTEST_TICK_MS = 45;
/** For whoever plays them without anything seen. @type {Record<"wheel" | "tally", Timing>} */
const USUAL = {
  wheel: { ticksMs: [0, 70, 150, 240, 350, 490, 660, 870, 1120], endMs: 1500 },
  tally: { ticksMs: [0, 100, 200, 300, 400, 500, 600, 700, 800, 900], endMs: 900 },
};

/**
 * A wheel that clicks at each edge, and comes to rest.
 * @param {Timing} timing
 */
function wheel({ ticksMs, endMs }) {
  let last = Number.NEGATIVE_INFINITY;
  const clicks = ticksMs.filter((at) => {
    const isHeard = at - last >= SHORTEST_TICK_MS;
    if (isHeard) last = at;
    return isHeard;
  });
  return [
    ...clicks.flatMap((at, n) => wood(n % 2 ? 79 : 81, at / 1000, 0.22, 0.07)),
    ...bell(89, endMs / 1000, 0.24, 1.1),
    ...bell(84, endMs / 1000, 0.16, 1.1),
  ];
}

/** Points that are counted, each higher than the one before. @param {Timing} timing */
function tally({ ticksMs }) {
  return ticksMs.flatMap((at, n) => wood(67 + n, at / 1000, 0.16 + n * 0.01, 0.08));
}

/** @type {Record<EffectName, readonly Voice[]>} */
export const EFFECTS = {
  claim: [...wood(65, 0), ...wood(69, 0.07), ...wood(72, 0.14), ...wood(77, 0.21, 0.34, 0.4)],
  leave: [...wood(72, 0, 0.26), ...wood(67, 0.09, 0.24), ...wood(60, 0.18, 0.22, 0.4)],
  move: wood(76, 0, 0.16, 0.1),
  back: [...wood(69, 0, 0.18, 0.12), ...wood(64, 0.06, 0.16, 0.16)],
  open: [...wood(69, 0, 0.18, 0.12), ...wood(76, 0.06, 0.2, 0.2)],
  choose: [...wood(72, 0, 0.3), ...bell(79, 0.08, 0.2), ...bell(84, 0.16, 0.16)],
  ready: [...bell(77, 0, 0.2, 0.5), ...bell(84, 0.09, 0.24, 0.9)],
  vote: [{ wave: "triangle", hz: pitch(55), toHz: pitch(43), seconds: 0.14, gain: 0.34 }, ...wood(79, 0.02, 0.26, 0.2)],
  wheel: wheel(USUAL.wheel),
  countdown: [...wood(88, 0, 0.2, 0.08), { wave: "sine", hz: pitch(64), seconds: 0.1, gain: 0.2 }],
  start: [
    sweep(0, 0.5, 300, 3600, 0.4),
    ...brass(53, 0.4, 0.5),
    ...brass(60, 0.4, 0.5),
    ...brass(65, 0.4, 0.5),
    { wave: "sine", hz: 120, toHz: 42, seconds: 0.5, gain: 0.5, delay: 0.4 },
  ],
  tally: tally(USUAL.tally),
  podium: [
    ...brass(65, 0, 0.12),
    ...brass(65, 0.16, 0.12),
    ...brass(69, 0.32, 0.12),
    ...[65, 69, 72, 77].flatMap((midi) => brass(midi, 0.48, 0.8, 0.09)),
    { wave: "noise", seconds: 1.1, gain: 0.12, delay: 0.48, filter: { type: "highpass", hz: 6000 } },
    { wave: "sine", hz: 130, toHz: 48, seconds: 0.4, gain: 0.45, delay: 0.48 },
  ],
  like: [...wood(76, 0, 0.24), ...wood(81, 0.08, 0.28, 0.35)],
  dislike: [
    { wave: "triangle", hz: pitch(58), toHz: pitch(55), seconds: 0.16, gain: 0.3 },
    { wave: "triangle", hz: pitch(53), toHz: pitch(49), seconds: 0.3, gain: 0.3, delay: 0.14 },
  ],
  bonus: [
    sweep(0, 0.7, 700, 6000, 0.16),
    ...[77, 81, 84, 88, 91, 96].flatMap((midi, step) => bell(midi, 0.1 + step * 0.09, 0.14, 0.5)),
    ...bell(89, 0.72, 0.24, 1.3),
    ...bell(93, 0.72, 0.18, 1.3),
  ],
  arrived: [
    ...brass(60, 0, 0.11),
    ...brass(65, 0.13, 0.11),
    ...brass(69, 0.26, 0.11),
    ...brass(72, 0.39, 0.45),
    ...bell(84, 0.39, 0.2, 1.2),
    ...bell(89, 0.5, 0.16, 1.2),
  ],
  error: [
    { wave: "square", hz: pitch(52), seconds: 0.13, gain: 0.12, held: true, filter: { type: "lowpass", hz: 900 } },
    {
      wave: "square",
      hz: pitch(47),
      seconds: 0.24,
      gain: 0.12,
      held: true,
      delay: 0.17,
      filter: { type: "lowpass", hz: 900 },
    },
  ],
  pad_lost: [...wood(74, 0, 0.3, 0.18), ...wood(69, 0.16, 0.3, 0.18), ...wood(62, 0.32, 0.32, 0.5)],
  pad_back: [...wood(62, 0, 0.28, 0.15), ...wood(69, 0.1, 0.28, 0.15), ...wood(74, 0.2, 0.3, 0.4)],
  level: wood(77, 0, 0.34, 0.22),
};

/**
 * The voices of a cue. What goes with something seen ticks and ends with it; what ends it comes then.
 * @param {Cue} cue
 * @returns {readonly Voice[]}
 */
export function voicesFor({ effect, timing }) {
  if (!timing) return EFFECTS[effect];
  if (effect === "wheel") return wheel(timing);
  if (effect === "tally") return tally(timing);
  return EFFECTS[effect].map((voice) => ({ ...voice, delay: (voice.delay ?? 0) + timing.endMs / 1000 }));
}
