/** Web Audio without sound: any node, any parameter; each source that starts is a sound that would have been heard. */

/** @param {import("./page.js").Page} page */
export function soundFor(page) {
  class Param {
    value = 0;
    setValueAtTime() {
      return this;
    }
  }
  for (const name of [
    "linearRampToValueAtTime",
    "exponentialRampToValueAtTime",
    "setTargetAtTime",
    "cancelScheduledValues",
  ]) {
    /** @type {any} */ (Param.prototype)[name] = Param.prototype.setValueAtTime;
  }

  class AudioNode {
    gain = new Param();
    frequency = new Param();
    detune = new Param();
    Q = new Param();
    pan = new Param();
    playbackRate = new Param();
    delayTime = new Param();
    threshold = new Param();
    knee = new Param();
    ratio = new Param();
    attack = new Param();
    release = new Param();
    type = "sine";
    buffer = null;
    loop = false;
    onended = null;
    /** @param {unknown} target */
    connect(target) {
      return target;
    }
    disconnect() {}
    start() {
      page.sounds++;
      page.see(`sound ${this.type} ${this.frequency.value} ${this.playbackRate.value}`);
    }
    stop() {}
    addEventListener() {}
  }

  class AudioContext {
    state = "running";
    sampleRate = 48000;
    destination = new AudioNode();
    get currentTime() {
      return page.clock.now / 1000;
    }
    async resume() {}
    async suspend() {}
    async close() {}
    /** @param {number} channels @param {number} length @param {number} sampleRate */
    createBuffer(channels, length, sampleRate) {
      const data = Array.from({ length: channels }, () => new Float32Array(length));
      return {
        length,
        sampleRate,
        duration: length / sampleRate,
        getChannelData: (/** @type {number} */ i) => data[i],
      };
    }
  }
  for (const kind of [
    "Gain",
    "Oscillator",
    "BufferSource",
    "DynamicsCompressor",
    "BiquadFilter",
    "StereoPanner",
    "Delay",
    "WaveShaper",
    "Convolver",
    "Analyser",
    "ConstantSource",
  ]) {
    /** @type {any} */ (AudioContext.prototype)[`create${kind}`] = () => new AudioNode();
  }
  return AudioContext;
}
