/**
 * Where all sound of the page meets: music and effects, a compressor against pile-ups, and the master volume.
 * A soft ceiling at the very end keeps whatever comes below full scale.
 */
import { Desk } from "./desk.js";
import { voicesFor } from "./effects.js";

/** How long a change of volume takes, in s: no click, yet at once. */
const VOLUME_SECONDS = 0.03;
/** Music lies under voices on the couch, effects stand out of it. */
const MUSIC_GAIN = 0.4;
const EFFECTS_GAIN = 0.8;
/** Nothing gets louder than this share of full scale. */
const CEILING = 0.97;
/** Up to here the ceiling changes nothing. */
const CEILING_FROM = 0.7;
/** Voices of effects that may sound at once; further effects are left out, for nobody could tell them apart. */
const MAX_LIVE = 120;

export class Mixer {
  /** Where music plays into. @type {GainNode} */
  music;
  #context;
  #desk;
  #effects;
  #master;

  /** @param {BaseAudioContext} context */
  constructor(context) {
    this.#context = context;
    this.#desk = new Desk(context);
    this.music = new GainNode(context, { gain: MUSIC_GAIN });
    this.#effects = new GainNode(context, { gain: EFFECTS_GAIN });
    this.#master = new GainNode(context, { gain: 1 });
    const compressor = new DynamicsCompressorNode(context, {
      threshold: -14,
      knee: 8,
      ratio: 6,
      attack: 0.004,
      release: 0.18,
    });
    const ceiling = new WaveShaperNode(context, { curve: ceilingCurve() });
    this.music.connect(compressor);
    this.#effects.connect(compressor);
    compressor.connect(ceiling).connect(this.#master).connect(context.destination);
  }

  /** @param {number} level 0..1 */
  setLevel(level) {
    const now = this.#context.currentTime;
    // From where it stands now, also in the middle of another change.
    this.#master.gain.cancelScheduledValues(now);
    this.#master.gain.setTargetAtTime(level, now, VOLUME_SECONDS / 3);
  }

  /**
   * @param {import("./effects.js").Cue} cue
   * @param {number} [at] of the context's clock, in s
   */
  cue(cue, at = this.#context.currentTime) {
    if (this.#desk.live > MAX_LIVE) return;
    const { slot } = cue;
    const player = slot === undefined ? {} : { ratio: SLOT_RATIOS[slot] ?? 1, pan: SLOT_PANS[slot] ?? 0 };
    this.#desk.play(voicesFor(cue), at, this.#effects, player);
  }
}

/** Each seat has its own pitch and place, so that the ear tells who pressed. */
const SLOT_RATIOS = [1, 9 / 8, 5 / 4, 3 / 2];
const SLOT_PANS = [-0.45, -0.15, 0.15, 0.45];

/** Straight in the middle, round at the ends. */
function ceilingCurve() {
  const steps = 2049;
  const room = CEILING - CEILING_FROM;
  return Float32Array.from({ length: steps }, (_, step) => {
    const value = (step / (steps - 1)) * 2 - 1;
    const size = Math.abs(value);
    const bent = size <= CEILING_FROM ? size : CEILING_FROM + room * Math.tanh((size - CEILING_FROM) / room);
    return Math.sign(value) * bent;
  });
}
