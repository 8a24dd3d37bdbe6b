/**
 * Runs in a game's frame after clock.js: sound goes by the game's clock, too. A browser plays it at the pace of its sound
 * device, which is many times slower, and mixes what nobody hears. So no context of a game ever runs; its time, its state and
 * the ends of its sounds are told as if it did.
 *
 * What a game does in a sound's own code (a worklet, a script processor) needs a context that runs: such a one does, at the
 * device's pace.
 */
(() => {
  const stage = window.parent;
  // Frames inside a game keep the browser's sound.
  if (stage === window || stage !== window.top) return;
  const { AudioContext: NativeContext, AudioScheduledSourceNode: Source, AudioBufferSourceNode: Recording } = window;
  if (!NativeContext) return;

  /** A context's time is this exact: ends that are nearer are now. */
  const EXACT_S = 1e-6;
  const now = performance.now;
  const later = window.setTimeout;
  const forget = window.clearTimeout;
  const { resume, suspend, close } = NativeContext.prototype;

  /**
   * @typedef {object} Told
   * @property {AudioContextState} state
   * @property {number} played s until `since`
   * @property {number} since ms
   * @property {boolean} starts whether it will run by itself, as one does that is allowed to
   * @property {boolean} isNative whether it runs at the device's pace
   */
  /** @type {WeakMap<object, Told>} */
  const told = new WeakMap();
  /** When each sound was told to begin, s of its context's time. @type {WeakMap<AudioScheduledSourceNode, number>} */
  const begun = new WeakMap();
  /** When sounds will end, as far as that is known. @type {Map<AudioScheduledSourceNode, number>} */
  const sounds = new Map();
  /** When the next look at their ends is due, ms. */
  let lookAt = Number.POSITIVE_INFINITY;
  let timer = 0;

  const played = (/** @type {Told} */ context, time = now()) =>
    context.played + (context.state === "running" ? (time - context.since) / 1000 : 0);

  /** Changes the state, of which the context tells when promises have settled. */
  async function enter(/** @type {AudioContext} */ context, /** @type {AudioContextState} */ state) {
    const entry = told.get(context);
    if (!entry || entry.state === state) return;
    if (entry.state === "closed") throw new DOMException("The context is closed.", "InvalidStateError");
    entry.played = played(entry);
    entry.since = now();
    entry.state = state;
    await null;
    context.dispatchEvent(new Event("statechange"));
    look();
  }

  class TimedContext extends NativeContext {
    constructor(/** @type {any[]} */ ...args) {
      super(...args);
      told.set(this, { state: "suspended", played: 0, since: 0, starts: true, isNative: false });
      suspend.call(this).catch(() => {});
      later(() => {
        const entry = told.get(this);
        if (entry?.starts && entry.state === "suspended") enter(this, "running");
      }, 1);
    }
    resume() {
      return enter(this, "running");
    }
    suspend() {
      const entry = told.get(this);
      if (entry) entry.starts = false;
      return enter(this, "suspended");
    }
    async close() {
      await enter(this, "closed");
      await close.call(this);
    }
    getOutputTimestamp() {
      return { contextTime: this.currentTime, performanceTime: now() };
    }
  }
  Object.defineProperty(TimedContext, "name", { value: "AudioContext" });
  Object.assign(window, { AudioContext: TimedContext, webkitAudioContext: TimedContext });

  /** Lets a getter tell what we know instead. */
  function tell(/** @type {string} */ name, /** @type {(context: Told) => unknown} */ read) {
    const native = Object.getOwnPropertyDescriptor(BaseAudioContext.prototype, name);
    if (!native?.get) return;
    const { get } = native;
    Object.defineProperty(BaseAudioContext.prototype, name, {
      ...native,
      get() {
        const entry = told.get(this);
        return entry ? read(entry) : get.call(this);
      },
    });
  }
  tell("currentTime", played);
  tell("state", ({ state }) => state);

  /** Lets a context run that has to. */
  function run(/** @type {any} */ context) {
    const entry = told.get(context);
    if (!entry) return;
    entry.isNative = true;
    resume.call(context).catch(() => {});
  }
  const { createScriptProcessor } = BaseAudioContext.prototype;
  BaseAudioContext.prototype.createScriptProcessor = function (/** @type {any[]} */ ...args) {
    run(this);
    return createScriptProcessor.apply(this, /** @type {any} */ (args));
  };
  const { AudioWorkletNode: Worklet } = window;
  if (Worklet) {
    window.AudioWorkletNode = class extends Worklet {
      constructor(/** @type {BaseAudioContext} */ context, /** @type {string} */ name, options = {}) {
        super(context, name, options);
        run(context);
      }
    };
  }

  // ---- The ends of sounds ----

  /** The context of a node that ends by our clock. */
  const contextOf = (/** @type {AudioNode} */ node) => {
    const entry = told.get(node.context);
    return entry && !entry.isNative ? entry : null;
  };

  function expect(/** @type {AudioScheduledSourceNode} */ node, /** @type {number} */ end) {
    const context = contextOf(node);
    if (!context) return;
    sounds.set(node, end);
    const time = now();
    wake(time + (end - played(context, time)) * 1000, time);
  }

  function wake(/** @type {number} */ at, /** @type {number} */ time) {
    if (at >= lookAt) return;
    lookAt = at;
    forget(timer);
    timer = later(look, Math.max(0, at - time));
  }

  function look() {
    forget(timer);
    lookAt = Number.POSITIVE_INFINITY;
    const time = now();
    for (const [node, end] of [...sounds]) {
      const context = contextOf(node);
      if (!context || context.state === "closed") sounds.delete(node);
      else if (context.state === "running") {
        const left = end - played(context, time);
        if (left > EXACT_S) wake(time + left * 1000, time);
        else {
          sounds.delete(node);
          node.dispatchEvent(new Event("ended"));
        }
      }
    }
  }

  const { start, stop } = Source.prototype;
  const { start: startRecording } = Recording.prototype;
  Source.prototype.start = function (/** @type {any} */ when) {
    start.call(this, when);
    begun.set(this, Number(when) || 0);
  };
  Recording.prototype.start = function (/** @type {any[]} */ ...args) {
    startRecording.apply(this, /** @type {any} */ (args));
    const [when = 0, offset = 0, duration = Number.POSITIVE_INFINITY] = args;
    begun.set(this, when);
    const { buffer, loop, playbackRate } = this;
    if (!buffer) return;
    const length = loop ? duration : Math.min(duration, Math.max(0, buffer.duration - offset));
    const end = Math.max(when, this.context.currentTime) + length / Math.abs(playbackRate.value);
    if (Number.isFinite(end)) expect(this, end);
  };
  Source.prototype.stop = function (/** @type {any} */ when) {
    stop.call(this, when);
    const at = Math.max(Number(when) || 0, begun.get(this) ?? 0, this.context.currentTime);
    expect(this, Math.min(at, sounds.get(this) ?? at));
  };
})();
