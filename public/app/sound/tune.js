/**
 * The lobby's tune: an easy bossa in F, two eights and a bridge, written down. Pitches are MIDI numbers.
 *
 * @typedef {{bass: number, fifth: number, notes: readonly number[]}} Chord
 * @typedef {readonly [beat: number, midi: number, beats: number]} Step
 */

/** @param {number} bass @param {number} fifth @param {...number} notes @returns {Chord} */
const chord = (bass, fifth, ...notes) => ({ bass, fifth, notes });

export const CHORDS = {
  Fmaj7: chord(41, 48, 57, 60, 64, 67),
  F6: chord(41, 48, 57, 60, 62, 67),
  Dm7: chord(50, 45, 53, 60, 64, 65),
  Gm7: chord(43, 50, 58, 62, 65, 69),
  C9: chord(48, 43, 58, 62, 64, 67),
  Am7: chord(45, 52, 55, 60, 64, 67),
  Bbmaj7: chord(46, 53, 57, 62, 65, 69),
  Bbm6: chord(46, 53, 55, 61, 65, 67),
  D7: chord(50, 45, 54, 60, 64, 66),
  Dm: chord(38, 45, 57, 62, 65, 69),
  Bb: chord(46, 41, 58, 62, 65, 70),
  Gm6: chord(43, 50, 58, 62, 64, 67),
  A7: chord(45, 40, 55, 61, 64, 69),
  F: chord(41, 48, 57, 60, 65, 69),
  C: chord(48, 43, 55, 60, 64, 67),
};

/** Harmony of the eights and of the bridge, a chord a bar. @type {Record<"A" | "B", readonly (keyof typeof CHORDS)[]>} */
export const HARMONY = {
  A: ["Fmaj7", "Dm7", "Gm7", "C9", "Am7", "Dm7", "Gm7", "F6"],
  B: ["Bbmaj7", "Bbm6", "Am7", "D7", "Gm7", "C9", "Fmaj7", "C9"],
};

/** @type {readonly (readonly Step[])[]} */
const FIRST_SIX = [
  [
    [0, 69, 0.5],
    [0.5, 72, 0.5],
    [1.5, 77, 1],
    [3, 76, 0.5],
    [3.5, 72, 0.5],
  ],
  [
    [0, 74, 1.5],
    [2, 69, 0.5],
    [2.5, 72, 1],
  ],
  [
    [0, 70, 0.5],
    [0.5, 74, 0.5],
    [1.5, 79, 1],
    [3, 77, 0.5],
    [3.5, 74, 0.5],
  ],
  [
    [0, 76, 1.5],
    [2, 72, 0.5],
    [2.5, 70, 0.5],
    [3, 67, 0.5],
  ],
  [
    [0, 69, 0.5],
    [0.5, 72, 0.5],
    [1.5, 76, 1],
    [3, 79, 0.5],
    [3.5, 76, 0.5],
  ],
  [
    [0, 77, 1.5],
    [2, 76, 0.5],
    [2.5, 74, 0.5],
    [3, 72, 1],
  ],
];

/**
 * Melody of the first eight, of the second one with its own ending, and of the bridge, bar by bar.
 * @type {Record<"A" | "A2" | "B", readonly (readonly Step[])[]>}
 */
export const MELODY = {
  A: [
    ...FIRST_SIX,
    [
      [0, 70, 0.5],
      [0.5, 74, 0.5],
      [1, 77, 0.5],
      [1.5, 76, 1],
      [2.5, 74, 0.5],
      [3, 70, 0.5],
      [3.5, 67, 0.5],
    ],
    [
      [0, 69, 1.5],
      [2, 72, 0.5],
      [2.5, 65, 1],
    ],
  ],
  A2: [
    ...FIRST_SIX,
    [
      [0, 70, 0.5],
      [0.5, 74, 0.5],
      [1, 76, 0.5],
      [1.5, 79, 1],
      [2.5, 82, 0.5],
      [3, 81, 0.5],
      [3.5, 79, 0.5],
    ],
    [
      [0, 77, 2],
      [3, 72, 0.5],
      [3.5, 74, 0.5],
    ],
  ],
  B: [
    [
      [0, 74, 2],
      [2, 77, 1],
      [3, 81, 1],
    ],
    [
      [0, 79, 2.5],
      [3, 77, 0.5],
      [3.5, 73, 0.5],
    ],
    [
      [0, 76, 2],
      [2, 72, 1],
      [3, 76, 1],
    ],
    [
      [0, 78, 2],
      [3, 74, 0.5],
      [3.5, 76, 0.5],
    ],
    [
      [0, 77, 1.5],
      [1.5, 74, 0.5],
      [2, 70, 1],
      [3, 74, 1],
    ],
    [
      [0, 76, 1.5],
      [1.5, 79, 0.5],
      [2, 82, 1],
      [3, 79, 1],
    ],
    [
      [0, 81, 2.5],
      [3, 79, 0.5],
      [3.5, 77, 0.5],
    ],
    [
      [0, 76, 1],
      [1, 74, 0.5],
      [1.5, 72, 1],
      [3, 70, 0.5],
      [3.5, 67, 0.5],
    ],
  ],
};

/** Where the keys answer the bass, in beats; one pattern a bar, by turns. */
export const COMPING = [
  [0, 1.5, 3],
  [0.5, 2.5],
  [0, 1.5, 2.5],
  [0.5, 2, 3.5],
];

/** The clave over two bars, in beats. */
export const CLAVE = [
  [0, 1.5, 3],
  [1, 2.5],
];
