/**
 * The music, bar by bar: pure, so that the same bar is the same notes wherever it is asked for.
 * @import { Drum, Melodic } from "./instruments.js"
 * @import { Chord, Step } from "./tune.js"
 */
import { CHORDS, CLAVE, COMPING, HARMONY, MELODY } from "./tune.js";

/**
 * One note of a bar.
 * @typedef {object} Note
 * @property {Melodic | Drum} instrument
 * @property {number} beat from the bar's begin
 * @property {number} beats how long
 * @property {number} midi not used by drums
 * @property {number} gain 0..1
 */

/** @typedef {"lobby" | "vote" | "results" | "rating"} Scene */
/** @typedef {{seconds: number, secondsPerBeat: number, notes: Note[]}} Bar */

export const BEATS_PER_BAR = 4;
/** Beats per minute. @type {Record<Scene, number>} */
const TEMPO = { lobby: 104, vote: 126, results: 120, rating: 92 };
/** Bars that belong together; a scene that comes back goes on with the next group. */
export const BARS_PER_SECTION = 8;
/** The lobby's form: two eights, the bridge, and the eight again. @type {readonly ("A" | "A2" | "B")[]} */
const FORM = ["A", "A2", "B", "A2"];
/** Off-beats come late by this part of a beat. */
const SWING = 0.07;

/** Who plays the tune each time the whole form comes round; after the last it begins again, with new solos. */
const ARRANGEMENTS = /** @type {const} */ ([
  { lead: "marimba", bridge: "flute", drums: "full", pad: false },
  { lead: "flute", bridge: "marimba", drums: "full", pad: true },
  { lead: "solo", bridge: "flute", drums: "light", pad: false },
  { lead: "bell", bridge: "solo", drums: "light", pad: true },
]);

/**
 * @param {Scene} scene
 * @param {number} index bars since the scene began, from 0
 * @returns {Bar}
 */
export function barOf(scene, index) {
  const secondsPerBeat = 60 / TEMPO[scene];
  const notes = SCENES[scene](index).filter(({ gain }) => gain > 0);
  return { seconds: BEATS_PER_BAR * secondsPerBeat, secondsPerBeat, notes };
}

/** @type {Record<Scene, (index: number) => Note[]>} */
const SCENES = { lobby: lobbyBar, vote: voteBar, results: resultsBar, rating: ratingBar };

/** @param {number} index */
function lobbyBar(index) {
  const section = Math.floor(index / BARS_PER_SECTION);
  const form = pick(FORM, section);
  const turn = Math.floor(section / FORM.length);
  const arrangement = pick(ARRANGEMENTS, turn);
  const lead = form === "B" ? arrangement.bridge : arrangement.lead;
  const bar = index % BARS_PER_SECTION;
  const harmony = HARMONY[form === "B" ? "B" : "A"];
  const here = CHORDS[pick(harmony, bar)];
  const next = CHORDS[pick(harmony, bar + 1)];
  const written = pick(MELODY[form], bar);
  // The very first bars come without the tune: the band has to be there before somebody sings.
  const sings = index >= 2;
  const melody = lead === "solo" ? solo(here, index) : written;
  const voice = lead === "solo" ? "keys" : lead;
  return [
    ...bossaBass(here, next),
    ...comp(here, pick(COMPING, bar), arrangement.pad ? 0.5 : 0.62),
    ...(arrangement.pad ? padOf(here, 0.6) : []),
    ...(sings ? sing(melody, voice, lead === "solo" ? 0.85 : LEAD_GAIN[lead]) : []),
    ...bossaDrums(bar, arrangement.drums === "full"),
  ].map(swung);
}

/** How loud each instrument sings, so that all sing alike. */
const LEAD_GAIN = { marimba: 0.62, flute: 0.6, bell: 0.62 };

/** A clock ticks, the bass runs, and the chords climb: ten seconds to choose. @param {number} index */
function voteBar(index) {
  const here = CHORDS[pick(/** @type {const} */ (["Dm", "Bb", "Gm6", "A7"]), index)];
  const notes = [];
  for (let half = 0; half < 8; half += 1) {
    const beat = half / 2;
    notes.push(note("bass", beat, 0.4, half % 4 === 3 ? here.fifth : here.bass, half % 2 ? 0.45 : 0.65));
    if (half % 2 === 0) notes.push(note(half % 4 ? "tock" : "tick", beat, 0.1, 0, 0.6));
    notes.push(note("hat", beat, 0.1, 0, half % 2 ? 0.7 : 0.4));
  }
  const rising = [...here.notes, ...here.notes.map((midi) => midi + 12)];
  for (let step = 0; step < 8; step += 1)
    notes.push(note("marimba", step / 2, 0.3, rising[step] ?? here.bass, 0.2 + Math.min(index, 4) * 0.05));
  notes.push(...here.notes.map((midi) => note("keys", 0, 1, midi, 0.5)));
  if (index > 0) notes.push(note("kick", 0, 0.2, 0, 0.8), note("kick", 2, 0.2, 0, 0.8));
  if (index > 1) notes.push(note("brush", 1, 0.2, 0, 0.8), note("brush", 3, 0.2, 0, 0.8));
  return notes;
}

/** A fanfare of two bars, then the tune as a march. @param {number} index */
function resultsBar(index) {
  const here = CHORDS[index === 0 ? "F" : index === 1 ? "C" : pick(HARMONY.A, index - 2)];
  const notes = [
    note("bass", 0, 0.9, here.bass, 0.8),
    note("bass", 2, 0.9, here.fifth, 0.7),
    note("kick", 0, 0.2, 0, 0.9),
    note("kick", 2, 0.2, 0, 0.7),
    ...[1, 3, 3.5].map((beat) => note("brush", beat, 0.2, 0, beat === 3.5 ? 0.4 : 0.9)),
  ];
  if (index < 2) {
    for (const [part, call] of pick(FANFARE, index).entries())
      notes.push(...sing(call, "brass", part === 0 ? 0.55 : 0.4));
    notes.push(...here.notes.slice(0, 3).map((midi) => note("brass", 0, 0.5, midi, 0.25)));
    return notes;
  }
  for (const beat of [0.5, 1.5, 2.5, 3.5]) notes.push(...here.notes.map((midi) => note("keys", beat, 0.4, midi, 0.55)));
  notes.push(...sing(pick(MELODY.A2, index - 2), "marimba", 0.4));
  return notes;
}

/** Both bars for two voices. @type {readonly (readonly (readonly Step[])[])[]} */
const FANFARE = [
  [fanfare([72, 72, 72, 77, 74, 77, 81]), fanfare([69, 69, 69, 72, 70, 74, 77])],
  [flourish([79, 76, 79, 84]), flourish([76, 72, 76, 79])],
];

/** @param {readonly number[]} pitches @returns {Step[]} */
function fanfare(pitches) {
  const rhythm = /** @type {const} */ ([
    [0, 0.3],
    [0.5, 0.2],
    [0.75, 0.2],
    [1, 0.8],
    [2, 0.3],
    [2.5, 0.3],
    [3, 0.9],
  ]);
  return rhythm.map(([beat, beats], step) => [beat, pitches[step] ?? 72, beats]);
}

/** @param {readonly number[]} pitches @returns {Step[]} */
function flourish(pitches) {
  const rhythm = /** @type {const} */ ([
    [0, 0.9],
    [1, 0.4],
    [1.5, 0.4],
    [2, 1.8],
  ]);
  return rhythm.map(([beat, beats], step) => [beat, pitches[step] ?? 72, beats]);
}

/** Quiet broken chords: time to think about whether it was good. @param {number} index */
function ratingBar(index) {
  const here = CHORDS[pick(/** @type {const} */ (["Bbmaj7", "Am7", "Gm7", "Fmaj7"]), index)];
  const [a = 60, b = 64, c = 67, d = 72] = here.notes;
  const broken = [a, b, c, d, c + 12, d, c, b];
  return [
    note("bass", 0, 3.4, here.bass, 0.55),
    ...padOf(here, 0.9),
    ...broken.map((midi, step) => note("bell", step / 2, 0.5, midi + 12, step % 4 === 0 ? 0.5 : 0.32)),
    ...[0, 1, 2, 3].map((beat) => note("shaker", beat + 0.5, 0.1, 0, 0.35)),
  ];
}

/**
 * Root, fifth, root, and a step that leads into the next chord.
 * @param {Chord} here
 * @param {Chord} next
 */
function bossaBass(here, next) {
  const leading = next.bass + (next.bass > here.bass ? -1 : 1);
  return [
    note("bass", 0, 1.3, here.bass, 0.8),
    note("bass", 1.5, 0.4, here.fifth, 0.55),
    note("bass", 2, 1.3, here.bass, 0.72),
    note("bass", 3.5, 0.4, here.bass === next.bass ? here.fifth : leading, 0.5),
  ];
}

/**
 * @param {Chord} here
 * @param {readonly number[]} beats
 * @param {number} gain
 */
function comp(here, beats, gain) {
  return beats.flatMap((beat) => here.notes.map((midi) => note("keys", beat, 0.6, midi, gain)));
}

/** @param {Chord} here @param {number} gain */
function padOf(here, gain) {
  return here.notes.slice(0, 3).map((midi) => note("pad", 0, BEATS_PER_BAR, midi + 12, gain));
}

/** @param {number} bar @param {boolean} full */
function bossaDrums(bar, full) {
  const notes = [note("kick", 0, 0.2, 0, 0.7), note("kick", 2, 0.2, 0, 0.6)];
  for (let half = 0; half < 8; half += 1) notes.push(note("shaker", half / 2, 0.1, 0, half % 2 ? 0.4 : 0.75));
  if (!full) return notes;
  notes.push(note("kick", 1.5, 0.2, 0, 0.35), note("kick", 3.5, 0.2, 0, 0.35));
  notes.push(...pick(CLAVE, bar).map((beat) => note("rim", beat, 0.1, 0, 0.8)));
  // A small fill leads from one group of bars into the next.
  if (bar === BARS_PER_SECTION - 1)
    notes.push(...[2.5, 3, 3.25, 3.5].map((beat, step) => note("brush", beat, 0.1, 0, 0.45 + step * 0.12)));
  else notes.push(note("brush", 1, 0.2, 0, 0.35), note("brush", 3, 0.2, 0, 0.35));
  return notes;
}

/**
 * @param {readonly Step[]} steps
 * @param {Melodic} instrument
 * @param {number} gain
 */
function sing(steps, instrument, gain) {
  return steps.map(([beat, midi, beats]) => note(instrument, beat, beats * 0.92, midi, beat % 1 ? gain * 0.88 : gain));
}

/** Rhythms that a solo walks in. */
const RHYTHMS = [
  [0, 0.5, 1.5, 2.5, 3],
  [0.5, 1, 1.5, 2.5, 3.5],
  [0, 1.5, 2, 3],
  [0.5, 1.5, 2, 2.5, 3.5],
  [0, 0.5, 1, 2.5],
];

/**
 * A walk over the chord's own notes, mostly by steps. Each bar of the evening walks its own way.
 * @param {Chord} here
 * @param {number} index
 * @returns {Step[]}
 */
function solo(here, index) {
  const random = randomOf(index);
  const ladder = [...here.notes, ...here.notes.map((midi) => midi + 12)].map((midi) => midi + 12).sort((a, b) => a - b);
  const rhythm = pick(RHYTHMS, Math.floor(random() * RHYTHMS.length));
  let at = 1 + Math.floor(random() * 4);
  return rhythm.map((beat) => {
    at = Math.max(0, Math.min(ladder.length - 2, at + Math.round(random() * 4 - 2)));
    return [beat, ladder[at] ?? 72, 0.45];
  });
}

/** @param {number} seed @returns {() => number} numbers 0..1, the same for the same seed */
function randomOf(seed) {
  let state = (seed + 1) * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}

/** @param {Note} played @returns {Note} */
function swung(played) {
  return played.beat % 1 === 0.5 ? { ...played, beat: played.beat + SWING } : played;
}

/**
 * @param {Melodic | Drum} instrument
 * @param {number} beat
 * @param {number} beats
 * @param {number} midi
 * @param {number} gain
 * @returns {Note}
 */
function note(instrument, beat, beats, midi, gain) {
  return { instrument, beat, beats, midi, gain };
}

/**
 * @template T
 * @param {readonly T[]} list not empty
 * @param {number} index goes round
 * @returns {T}
 */
function pick(list, index) {
  return /** @type {T} */ (list[index % list.length]);
}
