/**
 * Runs in a game's frame before its first script, and takes the place of the browser's clock: time stands still until the
 * verifier's stage asks for a step, and then moves through its timers and frames as fast as the machine allows. So a game is
 * played in less time than it lasts, and the same input at the same moments gives the same play. The SDK sits on top of
 * this clock as it does on the browser's own, and knows nothing of it.
 *
 * Stage → frame: `verify:step {until, sample, draw}`. Frame → stage: `verify:stepped`, and what witness.js tells.
 */
(() => {
  const stage = window.parent;
  // Frames inside a game keep the browser's clock.
  if (stage === window || stage !== window.top) return;

  const FRAME_MS = 1000 / 60;
  /** What `performance.now()` says when the game begins to load. */
  const START_MS = 100;
  /** What `Date.now()` says then: an evening in January 2026. */
  const START_DATE = 1768676400000;
  /** So often a task may read the clock before it moves: a game that waits in a loop must get out of it. */
  const FREE_READS = 5000;
  const SPIN_MS = 0.05;
  /** So many frames are drawn of a step whose end is looked at: some games draw every other frame. */
  const LAST_FRAMES = 2;
  /** What else waits in the browser, such as a decoded picture, has its turn after so many jobs. */
  const JOBS_A_TASK = 8;
  /** Pictures are compared at this size. */
  const [WIDE, HIGH] = [320, 180];
  /** Attributes longer than this are inlined files, which don't change. */
  const LONG_ATTRIBUTE = 2000;

  const post = stage.postMessage.bind(stage);
  const realNow = performance.now.bind(performance);
  const realFrame = window.requestAnimationFrame.bind(window);
  const { eval: evaluate } = window;
  const steps = new MessageChannel();

  let time = START_MS;
  let reads = 0;
  let jobId = 0;
  /** @typedef {{fn: any, args: any[], due: number, every: number}} Timer */
  /** @type {Map<number, Timer>} */
  const timers = new Map();
  /** @type {Map<number, Function>} */
  let frames = new Map();
  /** Callbacks of the frame that is being run. @type {[number, Function][]} */
  let batch = [];
  let frameEnd = START_MS + FRAME_MS;
  let cost = 0;
  /** @type {{until: number, sample: boolean, draw: "all" | "last" | "none"} | null} */
  let step = null;
  /** Milliseconds that each frame of this step took. @type {number[]} */
  let costs = [];

  function now() {
    if (++reads > FREE_READS) {
      time += SPIN_MS;
      cost += SPIN_MS;
    }
    return time;
  }

  const timer =
    (/** @type {boolean} */ repeats) =>
    (/** @type {any} */ fn, /** @type {any} */ delay, /** @type {any[]} */ ...args) => {
      const ms = Math.max(Number(delay) || 0, 1);
      timers.set(++jobId, { fn, args, due: time + ms, every: repeats ? ms : -1 });
      return jobId;
    };
  const clear = (/** @type {any} */ id) => void timers.delete(Number(id));

  Object.assign(window, {
    setTimeout: timer(false),
    setInterval: timer(true),
    clearTimeout: clear,
    clearInterval: clear,
    requestAnimationFrame(/** @type {Function} */ fn) {
      frames.set(++jobId, fn);
      return jobId;
    },
    cancelAnimationFrame(/** @type {number} */ id) {
      frames.delete(id);
      batch = batch.filter(([other]) => other !== id);
    },
    requestIdleCallback: (/** @type {Function} */ fn) =>
      timer(false)(() => fn({ didTimeout: false, timeRemaining: () => FRAME_MS / 2 }), 1),
    cancelIdleCallback: clear,
  });
  performance.now = now;
  Date.now = () => Math.floor(START_DATE + now());

  // The same dice in every run; a game that throws its own plays the same way, too.
  let seed = 0x2f6e2b1;
  Math.random = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };

  // ---- Steps: after each job promises settle, as they do natively ----

  /** The next job of a step that goes `until` then, and the clock moved to it; null when the step is over. @returns {[any, any[]] | null} */
  function nextJob(/** @type {number} */ until) {
    while (batch.length === 0) {
      const limit = Math.min(until, frameEnd);
      let first = 0;
      let due = Number.POSITIVE_INFINITY;
      for (const [id, job] of timers) {
        if (job.due <= limit && job.due < due) [first, due] = [id, job.due];
      }
      const job = timers.get(first);
      if (job) return takeTimer(first, job);
      if (frameEnd > until + 0.001) return null;
      time = Math.max(time, frameEnd);
      batch = [...frames];
      frames = new Map();
      costs.push(cost);
      cost = 0;
      frameEnd = Math.max(frameEnd, time - FRAME_MS) + FRAME_MS;
    }
    const [[, fn]] = /** @type {[[number, Function]]} */ (batch.splice(0, 1));
    return [fn, [time]];
  }

  /** @param {number} id @param {Timer} job @returns {[any, any[]]} */
  function takeTimer(id, job) {
    time = Math.max(time, job.due);
    if (job.every >= 0) job.due = Math.max(job.due + job.every, time);
    else timers.delete(id);
    return [typeof job.fn === "function" ? job.fn : () => evaluate(String(job.fn)), job.args];
  }

  // A browser settles promises whenever a listener has returned, not only when a task is over. So each of these listeners does
  // one job, and a task does several: for most games the tasks would take longer than the jobs.
  for (let n = 1; n <= JOBS_A_TASK; n += 1) {
    steps.port1.addEventListener("message", () => {
      if (!step) return;
      const job = nextJob(step.until);
      if (!job) return void endStep();
      if (n === JOBS_A_TASK) steps.port2.postMessage(0);
      timed(...job);
    });
  }
  steps.port1.start();

  function timed(/** @type {any} */ fn, /** @type {any[]} */ args) {
    reads = 0;
    const from = realNow();
    try {
      fn.apply(window, args);
    } finally {
      cost += realNow() - from;
    }
  }

  async function endStep() {
    const done = step;
    step = null;
    if (!done) return;
    time = Math.max(time, done.until);
    // What an animation that ended tells of it is told with the browser's next frame.
    if (paceAnimations() && needsFrames) await new Promise((resolve) => realFrame(resolve));
    post({ type: "verify:stepped", payload: { costs, digest: done.sample ? digest() : "", needsFrames } }, "*");
    costs = [];
  }

  /** Whether the browser's own frames matter to the game: then it must be on screen. */
  let needsFrames = false;
  for (const name of ["ResizeObserver", "IntersectionObserver"]) {
    const Native = /** @type {any} */ (window)[name];
    if (!Native) continue;
    /** @type {any} */ (window)[name] = class extends Native {
      constructor(/** @type {any[]} */ ...args) {
        super(...args);
        needsFrames = true;
      }
    };
  }

  /** Time of each animation when it was last seen. @type {Map<Animation, number>} */
  const paced = new Map();

  /** The SDK's own overlays are seen by people only. */
  const isSdks = (/** @type {Animation} */ animation) => {
    const target = /** @type {KeyframeEffect | null} */ (animation.effect)?.target;
    return (
      target?.getRootNode() instanceof ShadowRoot &&
      target.getRootNode() !== null &&
      /** @type {ShadowRoot} */ (target.getRootNode()).host.localName === "maribro-overlay"
    );
  };

  /** Moves CSS and script animations by hand; returns whether one ended. */
  function paceAnimations() {
    let ended = false;
    const running = document.getAnimations?.() ?? [];
    for (const known of paced.keys()) if (!running.includes(known)) paced.delete(known);
    for (const animation of running) {
      if (animation.timeline !== document.timeline || isSdks(animation)) continue;
      needsFrames = true;
      const before = paced.get(animation);
      if (before === undefined) {
        if (animation.playState !== "running") continue;
        animation.pause();
        animation.currentTime = 0;
      } else if (animation.playState === "paused") {
        const at = Number(animation.currentTime) + (time - before) * animation.playbackRate;
        const end = Number(animation.effect?.getComputedTiming().endTime ?? Number.POSITIVE_INFINITY);
        if (at >= end) {
          animation.finish();
          ended = true;
        } else animation.currentTime = Math.max(0, at);
      }
      paced.set(animation, time);
    }
    return ended;
  }

  // ---- What is on screen, as one number ----

  const scratch = new OffscreenCanvas(WIDE, HIGH).getContext("2d", { willReadFrequently: true });

  function digest() {
    let hash = 0x811c9dc5;
    const mix = (/** @type {number} */ value) => {
      hash = Math.imul(hash ^ value, 0x01000193);
    };
    const mixText = (/** @type {string} */ text) => {
      for (let i = 0; i < text.length; i++) mix(text.charCodeAt(i));
    };
    const walk = (/** @type {any} */ node) => {
      if (node.nodeType === Node.TEXT_NODE) return mixText(node.data);
      if (node.nodeType !== Node.ELEMENT_NODE && node.nodeType !== Node.DOCUMENT_FRAGMENT_NODE) return;
      if (["SCRIPT", "STYLE", "MARIBRO-OVERLAY"].includes(node.nodeName)) return;
      mixText(node.nodeName);
      for (const { name, value } of node.attributes ?? []) {
        mixText(name);
        mixText(value.length > LONG_ATTRIBUTE ? String(value.length) : value);
      }
      if ("value" in node) mixText(String(node.value));
      if (node instanceof HTMLCanvasElement && scratch && node.width && node.height) {
        scratch.clearRect(0, 0, WIDE, HIGH);
        try {
          scratch.drawImage(node, 0, 0, WIDE, HIGH);
          new Uint32Array(scratch.getImageData(0, 0, WIDE, HIGH).data.buffer).forEach(mix);
        } catch {} // a canvas without a picture yet
      }
      if (node.shadowRoot) walk(node.shadowRoot);
      for (const child of node.childNodes) walk(child);
    };
    walk(document.documentElement);
    return (hash >>> 0).toString(16);
  }

  // A picture that was not kept is gone before it can be looked at.
  const { getContext } = HTMLCanvasElement.prototype;
  HTMLCanvasElement.prototype.getContext = /** @type {any} */ (
    function (/** @type {any} */ kind, /** @type {any} */ options) {
      const kept = String(kind).includes("webgl") ? { ...options, preserveDrawingBuffer: true } : options;
      return getContext.call(this, kind, kept);
    }
  );
  // Drawing without a graphics card takes most of the time, and most rounds are seen by nobody. What is drawn into canvases
  // outside the page are pictures that the game keeps for later.
  const isDrawing = () =>
    !step || step.draw === "all" || (step.draw === "last" && time > step.until - LAST_FRAMES * FRAME_MS);
  /** @type {Record<string, string[]>} */
  const drawing = {
    WebGLRenderingContext: ["drawArrays", "drawElements"],
    WebGL2RenderingContext: [
      ...["drawArrays", "drawElements", "drawArraysInstanced", "drawElementsInstanced", "drawRangeElements"],
    ],
    CanvasRenderingContext2D: [
      ...["fillRect", "strokeRect", "clearRect", "fill", "stroke", "fillText", "strokeText", "drawImage"],
    ],
  };
  for (const [kind, names] of Object.entries(drawing)) {
    const prototype = /** @type {any} */ (window)[kind]?.prototype;
    for (const name of names) {
      const draw = prototype?.[name];
      if (!draw) continue;
      prototype[name] = function (/** @type {any[]} */ ...args) {
        if (isDrawing() || !this.canvas.isConnected) draw.apply(this, args);
      };
    }
  }

  addEventListener(
    "message",
    (event) => {
      if (event.source !== stage || !event.isTrusted || event.data?.type !== "verify:step") return;
      event.stopImmediatePropagation();
      step = event.data.payload;
      if (!step) return;
      steps.port2.postMessage(0);
    },
    true,
  );
})();
