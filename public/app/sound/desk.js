/**
 * Plays single voices: an oscillator or a grain of noise with its envelope, gone again when it has ended. Works on any
 * context, so that tests hear in an `OfflineAudioContext` what the couch hears.
 */

/**
 * One voice. Times in seconds, frequencies in Hz, gains 0..1.
 * @typedef {object} Voice
 * @property {OscillatorType | "noise"} wave
 * @property {number} [hz] pitch of an oscillator
 * @property {number} [toHz] pitch that it slides to
 * @property {number} seconds until it begins to fall silent; a plucked voice has faded by then
 * @property {number} gain
 * @property {number} [delay] after the moment that the voice is played for
 * @property {number} [attack]
 * @property {number} [release]
 * @property {boolean} [held] keeps its loudness instead of fading like a string
 * @property {{type: BiquadFilterType, hz: number, toHz?: number, q?: number}} [filter]
 * @property {number} [pan] -1..1
 */

/** Shortest fade, in s: without it a voice begins and ends with a click. */
const SHORTEST_FADE = 0.004;
/** A plucked voice has this share of its loudness left when it ends. */
const FADED = 0.001;
/** Length of the noise that all grains are cut from, in s. */
const NOISE_SECONDS = 1;

export class Desk {
  #context;
  /** @type {AudioBuffer | null} */
  #noise = null;
  #live = 0;

  /** @param {BaseAudioContext} context */
  constructor(context) {
    this.#context = context;
  }

  /** Voices that are scheduled or sound now. */
  get live() {
    return this.#live;
  }

  /**
   * @param {readonly Voice[]} voices
   * @param {number} at of the context's clock, in s
   * @param {AudioNode} out
   * @param {{ratio?: number, gain?: number, pan?: number}} [how] pitches and gains are multiplied, pans added
   */
  play(voices, at, out, { ratio = 1, gain = 1, pan = 0 } = {}) {
    for (const voice of voices) {
      const moved = { ...voice, gain: voice.gain * gain, pan: Math.max(-1, Math.min(1, (voice.pan ?? 0) + pan)) };
      if (voice.hz !== undefined) moved.hz = voice.hz * ratio;
      if (voice.toHz !== undefined) moved.toHz = voice.toHz * ratio;
      this.#voice(moved, at + (voice.delay ?? 0), out);
    }
  }

  /**
   * @param {Voice} voice
   * @param {number} at
   * @param {AudioNode} out
   */
  #voice(voice, at, out) {
    const attack = Math.max(SHORTEST_FADE, voice.attack ?? 0);
    const faded = at + Math.max(voice.seconds, attack + SHORTEST_FADE);
    const end = faded + Math.max(SHORTEST_FADE, voice.release ?? 0);
    const source = this.#source(voice, at, faded);
    const loudness = this.#context.createGain();
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(voice.gain, at + attack);
    if (voice.held) loudness.gain.setValueAtTime(voice.gain, faded);
    else loudness.gain.exponentialRampToValueAtTime(voice.gain * FADED, faded);
    loudness.gain.linearRampToValueAtTime(0, end);

    /** @type {AudioNode[]} */
    const chain = [source, ...this.#filter(voice, at, faded), loudness, ...this.#panner(voice)];
    for (const [step, node] of chain.entries()) node.connect(chain[step + 1] ?? out);
    source.start(at, source instanceof AudioBufferSourceNode ? (at * 0.618) % NOISE_SECONDS : undefined);
    source.stop(end);
    this.#live += 1;
    source.onended = () => {
      this.#live -= 1;
      for (const node of chain) node.disconnect();
    };
  }

  /**
   * @param {Voice} voice
   * @param {number} at
   * @param {number} until
   * @returns {OscillatorNode | AudioBufferSourceNode}
   */
  #source({ wave, hz = 440, toHz }, at, until) {
    if (wave === "noise") {
      this.#noise ??= makeNoise(this.#context);
      return new AudioBufferSourceNode(this.#context, { buffer: this.#noise, loop: true });
    }
    const oscillator = new OscillatorNode(this.#context, { type: wave });
    oscillator.frequency.setValueAtTime(hz, at);
    if (toHz !== undefined) oscillator.frequency.exponentialRampToValueAtTime(toHz, until);
    return oscillator;
  }

  /**
   * @param {Voice} voice
   * @param {number} at
   * @param {number} until
   */
  #filter({ filter }, at, until) {
    if (!filter) return [];
    const node = new BiquadFilterNode(this.#context, { type: filter.type, Q: filter.q ?? 0.7 });
    node.frequency.setValueAtTime(filter.hz, at);
    if (filter.toHz !== undefined) node.frequency.exponentialRampToValueAtTime(filter.toHz, until);
    return [node];
  }

  /** @param {Voice} voice */
  #panner({ pan }) {
    return pan ? [new StereoPannerNode(this.#context, { pan })] : [];
  }
}

/**
 * The same noise each time, so that two renderings are equal.
 * @param {BaseAudioContext} context
 */
function makeNoise(context) {
  const buffer = context.createBuffer(1, context.sampleRate * NOISE_SECONDS, context.sampleRate);
  const samples = buffer.getChannelData(0);
  let state = 0x2545f491;
  for (let at = 0; at < samples.length; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    samples[at] = state / 0x80000000;
  }
  return buffer;
}
