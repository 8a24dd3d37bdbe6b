/*
 * Maribro Party SDK. Docs: maribro-sdk.d.ts.
 *
 * 1. Constants  2. Public API  3. State  4. Clock  5. Pads  6. Sound  7. Overlays  8. Host, mock mode  9. Start
 */
(() => {
  if (window.Maribro) return;

  // ---- 1. Constants ----

  /** Button names in the W3C standard order. */
  const BUTTONS = /** @type {MaribroButton[]} */ (
    "south east west north l1 r1 l2 r2 select start l3 r3 dup ddown dleft dright".split(" ")
  );
  const BUTTON_COUNT = 17;
  const SLOTS = [0, 1, 2, 3];
  /** A row is a keyboard pad, a column one of KEY_BUTTONS. */
  const KEYS = [
    "KeyW KeyA KeyS KeyD Space ShiftLeft",
    "ArrowUp ArrowLeft ArrowDown ArrowRight Enter Slash",
    "KeyI KeyJ KeyK KeyL KeyN KeyM",
    "KeyT KeyF KeyG KeyH KeyR KeyY",
  ].map((row) => row.split(" "));
  const KEY_BUTTONS = [12, 14, 13, 15, 0, 1];
  const KEYBOARD_PADS = 300;
  const DEADZONE = 0.12;
  /** Two sources tell of one press within this time, ms. */
  const SKEW_MS = 100;
  /** A frame at rates other than 1. */
  const FRAME_MS = 1000 / 60;
  const MAX_RATE = 16;
  /** A press that waits longer to be read is forgotten. */
  const STALE_FRAMES = 30;
  const RESULTS_MS = 3000;
  const SHAPES = "●■▲◆";

  // ---- 2. Public API ----

  /** @type {MaribroSdk} */
  const api = {
    version: "1.0.0",

    onReady(fn) {
      if (ready) call(fn, ctx);
      else handlers.ready.push(fn);
    },

    getInput: (slot) => (seats[slot]?.axes ? read(seats[slot]) : neutral()),

    getActiveSlots: () => ctx.activeSlots.slice(),

    getTimeRemainingMs: () => Math.max(0, endsAt === null ? ctx.maxDurationSec * 1000 : endsAt - now()),

    endGame(scoresBySlot) {
      if (ended) return;
      ended = true;
      const scores = fourScores(scoresBySlot);
      if (!ctx.mock) {
        report = () => post("game_end", { scoresBySlot: scores, endedAtMs: now() });
        return announced && report();
      }
      removeHint();
      console.log("Maribro.endGame", scores);
      showNote("MOCK MODE: reported, not recorded", (slot = 0) => scores[slot]);
    },

    countdown: () => new Promise((resolve) => api.onReady(() => runCountdown(resolve))),

    showResults(results) {
      showing ??= new Promise((resolve) => api.onReady(() => runResults(results, resolve)));
      return showing;
    },

    onTick(fn) {
      handlers.tick.push(fn);
    },

    onForceEnd(fn) {
      if (forced) call(fn, forced);
      else handlers.force.push(fn);
    },

    random() {
      seed = (seed + 0x6d2b79f5) | 0;
      let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    },

    rumble(slot, effect) {
      if (!seats[slot]?.axes) return;
      const { strong = 0.5, weak = 0.5, durationMs = 200 } = effect ?? {};
      const payload = { strong: clamp(strong), weak: clamp(weak), durationMs: clamp(durationMs, 0, 2000) };
      post("effect", { kind: "rumble", slot, ...payload });
    },

    setLight(slot, color) {
      if (seats[slot]?.axes && typeof color === "string") post("effect", { kind: "light", slot, color });
    },

    audio: Object.freeze({
      async arm() {
        speaker()
          ?.context.resume()
          .catch(() => {});
      },

      setEnabled(/** @type {any} */ enabled) {
        sound.enabled = !!enabled;
        applyVolume();
      },

      setMasterVolume(/** @type {any} */ volume) {
        sound.volume = clamp(volume);
        applyVolume();
      },

      playNote(/** @type {any} */ note) {
        sound.played = true;
        playNote(note);
      },
    }),
  };

  // ---- 3. State ----

  // The browser's own.
  const {
    requestAnimationFrame: realFrame,
    cancelAnimationFrame: realCancel,
    setTimeout: realTimeout,
    clearTimeout: realClear,
    setInterval: realInterval,
    eval: evaluate,
  } = window;
  const realNow = performance.now.bind(performance);
  const getGamepads = navigator.getGamepads?.bind(navigator);
  const host = window.parent;
  const framed = host !== window;

  /** @type {Record<string, any[]>} */
  const handlers = { ready: [], tick: [], force: [] };
  let ready = false;
  let ended = false;
  /** A report before `ready` would be none: it waits. */
  let announced = false;
  let report = () => {};
  let activity = 0;
  let errors = 0;
  let logs = 0;
  let seed = 1;
  /** On the game's clock; null before the first tick. @type {number | null} */
  let endsAt = null;
  /** @type {{reason: "timeout" | "host"} | null} */
  let forced = null;
  /** @type {any} */
  let showing = null;
  /** Shortens the winner screen. */
  let hurryResults = () => {};

  const ctx = {
    playersBySlot: /** @type {MaribroPlayer[]} */ ([]),
    activeSlots: /** @type {number[]} */ ([]),
    maxDurationSec: 30,
    slotToGamepadIndex: [-1, -1, -1, -1],
    mock: false,
  };

  // Number() of some things throws.
  const clamp = (/** @type {any} */ value, min = 0, max = 1) =>
    Math.min(max, Math.max(min, (typeof value === "number" || typeof value === "string" ? Number(value) : 0) || 0));

  const fourScores = (/** @type {any} */ scores) =>
    SLOTS.map((slot) => (Number.isFinite(scores?.[slot]) ? scores[slot] : 0));

  function call(/** @type {any} */ fn, /** @type {any[]} */ ...args) {
    try {
      fn.apply(window, args);
    } catch (error) {
      reportError(error);
    }
  }

  function post(type = "", payload = {}) {
    if (framed) host.postMessage({ type: `maribro:${type}`, payload }, "*");
  }

  // ---- 4. Clock ----
  // At rate 1 a job is a native timer or frame. At other rates time moves in steps: one due timer or one frame, each a
  // task of its own so that promises settle in between.

  /** @type {Map<number, any>} */
  const jobs = new Map();
  let jobId = 0;
  let rate = 1;
  let virtualBase = realNow();
  let realBase = virtualBase;
  const dateOffset = Date.now() - virtualBase;
  let budget = 0;
  let pumpedAt = 0;
  let frameEnd = 0;
  let stepping = false;
  /** Number of the current frame. */
  let frame = 1;
  let frameTime = 0;
  let gameFrame = -STALE_FRAMES;
  const steps = new MessageChannel();
  steps.port1.onmessage = step;

  const now = () => (rate === 1 ? virtualBase + realNow() - realBase : virtualBase);

  function setRate(wanted = 1) {
    if (!(wanted >= 0) || wanted === rate) return;
    virtualBase = now();
    realBase = pumpedAt = realNow();
    rate = Math.min(MAX_RATE, wanted);
    budget = 0;
    frameEnd = virtualBase + FRAME_MS;
    for (const [id, job] of jobs) {
      disarm(job);
      arm(id, job);
    }
    paceMedia();
  }

  function arm(id = 0, /** @type {any} */ job) {
    if (rate !== 1) return;
    job.native = job.frame
      ? realFrame((time) => run(id, job, beginFrame(virtualBase + Math.max(0, time - realBase))))
      : realTimeout(() => run(id, job), Math.max(0, job.due - now()));
  }

  function disarm(/** @type {any} */ job) {
    if (job.frame) realCancel(job.native);
    else realClear(job.native);
  }

  function run(id = 0, /** @type {any} */ job, /** @type {any} */ time = undefined) {
    if (job.every >= 0) {
      job.due = Math.max(job.due + job.every, now());
      arm(id, job);
    } else jobs.delete(id);
    if (!job.own) {
      activity++;
      if (job.frame) gameFrame = frame;
      else if (frame - gameFrame > STALE_FRAMES) frame++;
    }
    job.fn.apply(window, job.frame ? [time] : job.args);
  }

  /** `own`: the SDK's, no sign of life of the game. */
  function schedule(
    /** @type {any} */ fn,
    /** @type {any} */ delay,
    /** @type {any} */ args,
    every = false,
    frameJob = false,
    own = false,
  ) {
    // A chain of zero delays must not hold time up.
    const ms = Math.max(Number(delay) || 0, rate === 1 && !every ? 0 : 1);
    const code = typeof fn === "function" ? fn : () => evaluate(String(fn));
    const job = { fn: code, args, due: now() + ms, every: every ? ms : -1, frame: frameJob, own, native: 0 };
    jobs.set(++jobId, job);
    arm(jobId, job);
    return jobId;
  }

  const after = (ms = 0, /** @type {any} */ fn) => schedule(fn, ms, [], false, false, true);

  function cancel(/** @type {any} */ id) {
    const job = jobs.get(Number(id));
    if (!job) return;
    disarm(job);
    jobs.delete(Number(id));
  }

  function beginFrame(time = 0) {
    if (time !== frameTime) frame++;
    frameTime = time;
    return time;
  }

  function pump(time = 0) {
    realFrame(pump);
    if (rate === 1) beginFrame(virtualBase + Math.max(0, time - realBase));
    else advance();
  }

  function advance() {
    const at = realNow();
    // A game too slow for the rate gets less of it.
    budget = Math.min(budget + (at - pumpedAt) * rate, 4 * FRAME_MS * Math.max(1, rate));
    pumpedAt = at;
    if (rate) paceMedia();
    if (!stepping) step();
  }

  function step() {
    stepping = rate !== 1 && rate > 0 && budget >= FRAME_MS;
    if (!stepping) return;
    let first = 0;
    for (const [id, job] of jobs) {
      if (!job.frame && job.due <= frameEnd && !(job.due >= (jobs.get(first)?.due ?? Infinity))) first = id;
    }
    const timer = jobs.get(first);
    if (timer) {
      virtualBase = Math.max(virtualBase, timer.due);
      call(run, first, timer);
    } else {
      virtualBase = frameEnd;
      frameEnd += FRAME_MS;
      budget -= FRAME_MS;
      beginFrame(virtualBase);
      for (const [id, job] of [...jobs]) if (job.frame && jobs.has(id)) call(run, id, job, virtualBase);
    }
    steps.port2.postMessage(0);
  }

  /** Holds animations, media and audio to the rate. */
  function paceMedia() {
    for (const animation of document.getAnimations?.() ?? []) {
      if (!paces.has(animation) && animation.playState === "running") paces.set(animation, animation.playbackRate);
      const own = paces.get(animation);
      if (own !== undefined && animation.playbackRate !== own * rate) animation.updatePlaybackRate(own * rate);
    }
    for (const element of document.querySelectorAll("audio,video")) media.add(/** @type {any} */ (element));
    for (const element of media) {
      if (rate && halted.delete(element)) element.play().catch(() => {});
      else if (!rate && !element.paused) {
        element.pause();
        halted.add(element);
      }
    }
    for (const context of contexts) {
      if (context.state === "closed") contexts.delete(context);
      else if (rate && halted.delete(context)) context.resume();
      else if (!rate && context.state === "running") {
        halted.add(context);
        context.suspend();
      }
    }
  }

  /** The game's own rates. @type {WeakMap<Animation, number>} */
  const paces = new WeakMap();
  /** @type {Set<HTMLMediaElement>} */
  const media = new Set();
  /** @type {Set<AudioContext>} */
  const contexts = new Set();
  /** Goes on when the pause ends. @type {Set<object>} */
  const halted = new Set();

  function takeClock() {
    const later =
      (every = false) =>
      (/** @type {any} */ fn, /** @type {any} */ delay, /** @type {any[]} */ ...args) =>
        schedule(fn, delay, args, every);
    const NativeDate = Date;
    const today = () => Math.floor(dateOffset + now());
    Object.assign(window, {
      setTimeout: later(false),
      setInterval: later(true),
      clearTimeout: cancel,
      clearInterval: cancel,
      requestAnimationFrame: (/** @type {any} */ fn) => schedule(fn, 0, [], false, true),
      cancelAnimationFrame: cancel,
      Date: new Proxy(NativeDate, {
        construct: (target, args, self) => Reflect.construct(target, args.length ? args : [today()], self),
        apply: () => new NativeDate(today()).toString(),
      }),
    });
    NativeDate.now = today;
    performance.now = now;

    const { AudioContext: NativeAudio, HTMLMediaElement: Media } = window;
    if (NativeAudio) {
      class PacedAudio extends NativeAudio {
        constructor(/** @type {any[]} */ ...args) {
          super(...args);
          contexts.add(this);
        }
      }
      Object.assign(window, { AudioContext: PacedAudio, webkitAudioContext: PacedAudio });
    }
    const play = Media?.prototype.play;
    if (play) {
      Media.prototype.play = function () {
        media.add(this);
        return play.call(this);
      };
    }
    realFrame(pump);
    // A hidden frame gets no animation frames.
    realInterval(() => {
      if (rate > 1 && realNow() - pumpedAt > 100) advance();
    }, 50);
  }

  // ---- 5. Pads ----

  const UP = Object.fromEntries(BUTTONS.map((name) => [name, false]));
  /** Fresh each time: games keep the last one. @returns {any} */
  const neutral = () => ({
    axes: { lx: 0, ly: 0, rx: 0, ry: 0 },
    buttons: { ...UP, l2: 0, r2: 0 },
    pressed: { ...UP },
  });

  const zeros = (count = BUTTON_COUNT) => /** @type {number[]} */ (new Array(count).fill(0));

  // `native`: index in this browser, `keys`: row of KEYS, `pending`: presses to show, `heard`: presses as host page and
  // daemon count them, `lead`: those that the native pad did not show; below 0: that only it did.
  const seats = SLOTS.map((slot) => ({
    slot,
    native: -1,
    isNative: false,
    keys: -1,
    axes: zeros(4),
    values: zeros(),
    pending: zeros(),
    pressFrame: zeros(),
    heard: zeros(),
    lead: zeros(),
    leadAt: 0,
    direct: /** @type {any} */ (null),
    relayed: /** @type {any} */ (null),
    readFrame: 0,
    input: neutral(),
    quietUntil: 0,
  }));
  /** @typedef {typeof seats[0]} Seat */
  /** @type {Set<string>} */
  const keysDown = new Set();
  let sampledFrame = 0;
  /** Where the input daemon is to be dialled. @type {any} */
  let daemon = null;

  const isTrigger = (button = 0) => button === 6 || button === 7;

  // A trigger is `pressed` long before it is half way down.
  const buttonValue = (/** @type {any} */ button, b = 0) =>
    button?.pressed && !isTrigger(b) ? 1 : clamp(button?.value ?? button);

  /** Reads all pads: the browser's, else the daemon's, else the host page's. */
  function sample() {
    sampledFrame = frame;
    /** @type {any} */
    let pads = [];
    try {
      if (seats.some(({ native }) => native >= 0)) pads = getGamepads();
    } catch {} // forbidden: others serve
    for (const seat of seats) {
      // What another source held is no press.
      const isFresh = seat.isNative || !seat.relayed?.presses;
      const pad = pads[seat.native];
      seat.isNative = pad?.connected && pad.mapping === "standard";
      const source = seat.isNative ? pad : (seat.direct ?? seat.relayed);
      const late = realNow() - seat.leadAt;
      for (let i = 0; i < 4; i++) seat.axes[i] = clamp(source?.axes[i], -1, 1);
      for (let b = 0; b < BUTTON_COUNT; b++) {
        const value = buttonValue(source?.buttons[b], b);
        if (value > 0.5 && seat.values[b] <= 0.5 && isFresh) {
          press(seat, b);
          seat.lead[b]--;
          seat.leadAt = realNow();
        }
        seat.values[b] = value;
        if (late > SKEW_MS) settle(seat, b);
        if (late > 10 * SKEW_MS) seat.lead[b] = 0;
      }
    }
  }

  /** Takes counts from host page or daemon; they only grow. */
  function hear(/** @type {Seat} */ seat, /** @type {any} */ presses, anew = false) {
    const { heard, lead } = seat;
    for (let b = 0; presses && b < BUTTON_COUNT; b++) {
      const news = presses[b] - heard[b];
      if (!anew && !(news > 0 && news < 1000)) continue;
      heard[b] = presses[b];
      lead[b] = anew ? 0 : lead[b] + news;
      seat.leadAt = realNow();
      if (!seat.isNative) settle(seat, b);
    }
  }

  /** Counts what the native pad did not show. */
  function settle(/** @type {Seat} */ seat, button = 0) {
    if (seat.lead[button] <= 0) return;
    press(seat, button, seat.lead[button]);
    seat.lead[button] = 0;
  }

  /** Opens the line to the daemon, again after its end. */
  function dial() {
    const address = daemon;
    if (!address) return;
    daemon = null;
    const socket = new WebSocket(`${address.url}?token=${encodeURIComponent(address.token)}`, "maribro.input.v1");
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => takeState(new Int16Array(data)); // empty for a text
    socket.onclose = () => {
      for (const seat of seats) seat.direct = null;
      realTimeout(() => {
        daemon = address;
      }, 500);
    };
  }

  /** A state of all pads: docs/input-protocol.md. */
  function takeState(/** @type {Int16Array} */ words) {
    for (let at = 8; at < words.length; at += words[1]) {
      const seat = seats.find(({ relayed }) => relayed?.daemonPad === words[at]);
      if (!seat) continue;
      const take = (from = 0, to = 0) => Array.from(words.subarray(at + from, at + to), (word) => word / 32767);
      seat.direct = words[at + 1] & 1 ? { axes: take(4, 8), buttons: take(8, 25) } : null;
      const { presses, counts } = seat.relayed;
      hear(
        seat,
        presses.map((sum = 0, b = 0) => sum + (((words[at + 25 + b] - counts[b]) << 16) >> 16)),
      );
    }
  }

  function press(/** @type {Seat} */ seat, button = 0, count = 1) {
    if (!ready || rate === 0 || !ctx.activeSlots.includes(seat.slot)) return;
    seat.pending[button] += count;
    seat.pressFrame[button] = frame;
    bloop(seat, button);
  }

  /** `number`: as the session counts pads. */
  function usePad(/** @type {Seat} */ seat, number = -1, native = number) {
    seat.native = native < 16 ? native : -1;
    seat.keys = number >= KEYBOARD_PADS ? number - KEYBOARD_PADS : -1;
    // Indices of getGamepads().
    ctx.slotToGamepadIndex[seat.slot] = number >= 0 ? seat.slot : -1;
  }

  function takeRelay(/** @type {any} */ bySlot) {
    for (const seat of seats) {
      const { relayed } = seat;
      const state = bySlot?.[seat.slot] ?? null;
      const number = state?.gamepadIndex;
      seat.relayed = state;
      if (!state) seat.direct = null;
      if (Number.isFinite(number)) usePad(seat, number, state.browserPad);
      // Another pad counts anew; the daemon tells by itself.
      const anew = relayed?.gamepadIndex !== number || !relayed;
      if (anew || !seat.direct) hear(seat, state?.presses, anew);
      if (state?.daemonPad) dial();
    }
    sample();
  }

  /** The same object in all of a frame. */
  function read(/** @type {Seat} */ seat) {
    if (seat.readFrame === frame) return seat.input;
    if (sampledFrame !== frame) sample();
    const { values, pending, axes } = seat;
    const input = neutral();
    const last = seat.input.buttons;
    const unread = frame - seat.readFrame > STALE_FRAMES;
    seat.readFrame = frame;
    seat.input = input;
    if (!ctx.activeSlots.includes(seat.slot)) return input;
    const keys = zeros();
    KEYS[seat.keys]?.forEach((code, i) => {
      keys[KEY_BUTTONS[i]] = Number(keysDown.has(code));
    });
    for (let b = 0; b < BUTTONS.length; b++) {
      const name = BUTTONS[b];
      if (unread && frame - seat.pressFrame[b] > STALE_FRAMES) pending[b] = 0;
      // Between two taps the button is up for a frame.
      const gap = pending[b] > 0 && last[name] > 0.5;
      const pressed = pending[b] > 0 && !gap;
      if (pressed) {
        pending[b]--;
        input.pressed[name] = true;
      }
      const value = Math.max(values[b], keys[b]);
      if (gap) continue;
      if (isTrigger(b)) input.buttons[name] = pressed && value <= 0.5 ? 1 : value;
      else if (pressed || value > 0.5) input.buttons[name] = true;
    }
    const stick = input.axes;
    [stick.lx, stick.ly] = rescale(axes[0], axes[1]);
    [stick.rx, stick.ry] = rescale(axes[2], axes[3]);
    const [x, y] = [keys[15] - keys[14], keys[13] - keys[12]];
    // A diagonal is no faster.
    const reach = x && y ? Math.SQRT1_2 : 1;
    if (x || y) [stick.lx, stick.ly] = [x * reach, y * reach];
    return input;
  }

  function rescale(x = 0, y = 0) {
    const length = Math.hypot(x, y);
    if (length <= DEADZONE) return [0, 0];
    const scale = (length - DEADZONE) / (1 - DEADZONE) / length;
    return [clamp(x * scale, -1, 1), clamp(y * scale, -1, 1)];
  }

  /** For `getGamepads()`. */
  const gamepads = () =>
    seats.map((seat) => {
      const { axes, buttons } = read(seat);
      return ctx.slotToGamepadIndex[seat.slot] < 0
        ? null
        : {
            id: `Maribro seat ${seat.slot} (STANDARD GAMEPAD)`,
            index: seat.slot,
            connected: true,
            timestamp: frameTime,
            mapping: "standard",
            axes: Object.values(axes),
            buttons: [...BUTTONS, "guide"].map((name) => {
              const value = Number(buttons[name] ?? 0);
              return { pressed: value > 0.5, touched: value > 0, value };
            }),
            vibrationActuator: {
              async playEffect(_ = "", /** @type {any} */ effect = undefined) {
                const { strongMagnitude: strong, weakMagnitude: weak, duration: durationMs } = effect ?? {};
                api.rumble(seat.slot, { strong, weak, durationMs });
                return "complete";
              },
            },
          };
    });

  function takePads() {
    Object.assign(navigator, { getGamepads: gamepads });
    for (const type of ["gamepadconnected", "gamepaddisconnected"]) {
      addEventListener(type, (event) => event.isTrusted && event.stopImmediatePropagation(), true);
    }
    addEventListener(
      "keydown",
      (event) => {
        const seat = seats.find(({ keys }) => KEYS[keys]?.includes(event.code));
        if (!seat || event.ctrlKey || event.metaKey || event.altKey) return;
        if (!(/** @type {Element} */ (event.target).matches?.("input,textarea,select"))) event.preventDefault();
        if (keysDown.has(event.code)) return;
        keysDown.add(event.code);
        press(seat, KEY_BUTTONS[KEYS[seat.keys].indexOf(event.code)]);
      },
      true,
    );
    addEventListener("keyup", (event) => keysDown.delete(event.code), true);
    addEventListener("blur", () => keysDown.clear());
    // As often as Chrome does.
    realInterval(() => {
      if (seats.some(({ native }) => native >= 0)) sample();
    }, 4);
  }

  // ---- 6. Sound ----

  const sound = {
    enabled: true,
    volume: 0.3,
    /** By the game. */
    played: false,
    /** @type {any} */
    out: undefined,
  };

  /** Never at full blast; null without sound. */
  function speaker() {
    if (sound.out !== undefined) return sound.out;
    try {
      const context = new window.AudioContext();
      const master = context.createGain();
      const limiter = context.createDynamicsCompressor();
      master.connect(limiter).connect(context.destination);
      const noise = context.createBuffer(1, context.sampleRate / 2, context.sampleRate);
      noise.getChannelData(0).forEach((_, i, data) => {
        data[i] = Math.random() * 2 - 1;
      });
      sound.out = { context, master, noise };
    } catch {
      sound.out = null;
    }
    applyVolume();
    return sound.out;
  }

  function applyVolume() {
    if (sound.out) sound.out.master.gain.value = sound.enabled ? sound.volume : 0;
  }

  function playNote(/** @type {any} */ note) {
    const out = sound.enabled && rate === 1 && Number.isFinite(note?.note) && speaker();
    if (!out) return;
    const { context, master, noise } = out;
    const { velocity = 0.7, durationMs = 150, instrument = "triangle" } = note;
    const asked = realNow();
    const start = () => {
      // Notes must not pile up until sound is allowed.
      if (realNow() - asked > 150) return;
      const at = context.currentTime;
      const end = at + clamp(durationMs, 10, 5000) / 1000;
      const frequency = clamp(440 * 2 ** ((note.note - 69) / 12), 8, 16000);
      const noisy = instrument === "noise";
      const voice = noisy ? context.createBufferSource() : context.createOscillator();
      if (noisy) {
        voice.buffer = noise;
        voice.loop = true;
        voice.playbackRate.value = frequency / 440;
      } else {
        voice.type = ["sine", "square"].includes(instrument) ? instrument : "triangle";
        voice.frequency.value = frequency;
      }
      const envelope = context.createGain();
      // Square waves sound louder.
      const level = clamp(velocity > 1 ? velocity / 127 : velocity) * (instrument === "square" ? 0.3 : 0.7);
      envelope.gain.setValueAtTime(0, at);
      envelope.gain.linearRampToValueAtTime(level, at + 0.005);
      envelope.gain.linearRampToValueAtTime(0, end);
      voice.connect(envelope).connect(master);
      voice.start(at);
      voice.stop(end);
    };
    if (context.state === "running") start();
    else context.resume().then(start, () => {});
  }

  /** For games without sound. */
  function bloop(/** @type {Seat} */ seat, button = 0) {
    if (sound.played || realNow() < seat.quietUntil) return;
    seat.quietUntil = realNow() + 100;
    playNote({ note: 60 + 4 * seat.slot + (button % 4), velocity: 0.25, durationMs: 70, instrument: "sine" });
  }

  // ---- 7. Overlays ----

  const STYLE = `
    :host{all:initial;position:fixed;inset:0;z-index:2147483647;pointer-events:none}
    div{font:800 max(28px,5vh)/1.3 system-ui,sans-serif;color:#fff;paint-order:stroke}
    .full{position:fixed;inset:0;display:grid;place-content:center;justify-items:center;gap:2vh}
    .dim{background:#0a0e26f2}
    .count{font-size:44vh;-webkit-text-stroke:3vh #10142e;animation:in .4s}
    .title{font-size:max(64px,9vh)}
    .row{display:grid;grid-template-columns:2.5em 2em 1fr auto;align-items:center;width:min(76vw,20em);padding:1vh 4vh;
      border-radius:2vh;background:#2b3054;animation:in .4s backwards}
    .first{background:#ffd54f;scale:1.08;margin:1vh}
    .first *{color:#10142e}
    .shape{font-size:1.5em;line-height:1;-webkit-text-stroke:.1em #fff}
    .first .shape{-webkit-text-stroke-color:#10142e}
    .note{position:fixed;right:2vh;bottom:2vh;padding:2vh;background:#0a0e26e6;font:18px/1.5 monospace;white-space:pre}
    @keyframes in{from{transform:scale(.5);opacity:0}}
    @media (prefers-reduced-motion){*{animation:none!important}}`;

  function box(className = "", text = "", /** @type {Element[]} */ ...children) {
    const element = document.createElement("div");
    element.className = className;
    element.textContent = text;
    element.append(...children);
    return element;
  }

  /** Lies over the game, out of reach of its styles; returns its removal. */
  function overlay(/** @type {Element} */ content) {
    const element = document.createElement("maribro-overlay");
    const style = document.createElement("style");
    style.textContent = STYLE;
    element.attachShadow({ mode: "closed" }).append(style, content);
    document.documentElement.append(element);
    return () => element.remove();
  }

  function runCountdown(/** @type {any} */ resolve) {
    ["3", "2", "1", "GO!"].forEach((text, i) => {
      after(i * 1000, () => {
        if (showing) return resolve(); // the host ended the round
        const go = i === 3;
        after(go ? 700 : 1000, overlay(box("full", "", box("count", text))));
        if (!i) post("phase", { phase: "countdown" });
        playNote({ note: go ? 79 : 67, durationMs: go ? 400 : 150 });
        if (!go) return;
        for (const seat of seats) seat.pending.fill(0); // impatience, not play
        post("phase", { phase: "playing" });
        resolve();
      });
    });
  }

  function runResults(/** @type {any} */ results, /** @type {any} */ resolve) {
    const scores = fourScores(results?.scoresBySlot);
    post("phase", { phase: "results" });
    overlay(resultsBox(scores, results?.title));
    const finish = () => {
      api.endGame(scores);
      resolve();
    };
    after(RESULTS_MS, finish);
    // The frame stays for 3 s.
    hurryResults = () => after(RESULTS_MS / 2, finish);
    if (forced?.reason === "host") hurryResults();
  }

  /** Best first; equal scores share a rank. */
  function resultsBox(/** @type {any} */ scores, /** @type {any} */ title) {
    const order = ctx.activeSlots.slice().sort((a, b) => scores[b] - scores[a] || a - b);
    const best = scores[order[0]] ?? 0;
    const winners = order.filter((slot) => best > 0 && scores[slot] === best);
    const headline = winners[1] >= 0 ? "It's a tie!" : `${ctx.playersBySlot[winners[0]]?.name ?? "Nobody"} wins!`;
    const rows = order.map((slot, i) => {
      const { name, color } = ctx.playersBySlot[slot];
      const rank = 1 + order.filter((other) => scores[other] > scores[slot]).length;
      const shape = box("shape", SHAPES[slot]);
      shape.style.color = color;
      const score = String(Math.round(clamp(scores[slot], 0, 10)));
      const row = box("row", "", box("", ["1st", "2nd", "3rd", "4th"][rank - 1]), shape, box("", name), box("", score));
      if (winners.includes(slot)) row.classList.add("first");
      row.style.animationDelay = `${i * 0.1}s`;
      return row;
    });
    return box("full dim", "", box("title", title ?? headline), ...rows);
  }

  // ---- 8. Host and mock mode ----

  /** By message type. @type {Map<unknown, (payload: any) => void>} */
  const fromHost = new Map(
    Object.entries({
      "maribro:init": takeInit,
      "maribro:tick"(payload) {
        endsAt = now() + (Number(payload.timeRemainingMs) || 0);
        for (const fn of handlers.tick) call(fn, payload);
      },
      "maribro:force_end": (payload) => forceEnd(payload.reason === "host" ? "host" : "timeout"),
      "maribro:audio_config"(payload) {
        if ("enabled" in payload) api.audio.setEnabled(payload.enabled);
        if ("masterVolume" in payload) api.audio.setMasterVolume(payload.masterVolume);
      },
      "maribro:audio_arm": () => void api.audio.arm(),
      "maribro:pads": (payload) => takeRelay(payload.bySlot),
      "maribro:clock": (payload) => setRate(payload.rate),
    }),
  );

  let hosted = false;

  /** A late host takes over from mock mode: `ctx` stays, handlers are not called again. */
  function takeInit(/** @type {any} */ payload) {
    /** @type {number[]} */
    const numbers = SLOTS.map((slot) => Number(payload.slotToGamepadIndex?.[slot] ?? -1));
    payload.slotToGamepadIndex = numbers.map((number, slot) => (number >= 0 ? slot : -1));
    if (hosted) return;
    hosted = true;
    ctx.mock = false;
    removeHint();
    endsAt = null;
    if (payload.maxDurationSec > 0) ctx.maxDurationSec = payload.maxDurationSec;
    if (Number.isFinite(payload.seed)) seed = payload.seed | 0;
    daemon = payload.input?.daemon;
    for (const seat of seats) usePad(seat, numbers[seat.slot]);
    const players = Array.isArray(payload.playersBySlot) ? payload.playersBySlot : [];
    ctx.playersBySlot = numbers.map((_, slot) => {
      const player = players.find((/** @type {any} */ entry) => entry?.slot === slot);
      const avatarId = String(player?.avatarId ?? "");
      const name = String(player?.name || (avatarId && `P${slot + 1}`));
      return { slot, avatarId, name, color: String(player?.color || "#808080") };
    });
    const active = payload.activeSlots ?? SLOTS.filter((s) => ctx.playersBySlot[s].avatarId && numbers[s] >= 0);
    ctx.activeSlots = active.filter((slot = 0) => seats[slot]);
    whenLoaded(() => {
      begin();
      post("ready", { sdkVersion: api.version });
      announced = true;
      report();
      const beat = () => {
        if (document.querySelector("maribro-overlay")) activity++; // shown instead of the game
        post("heartbeat", { activity });
        logs = 0;
      };
      realInterval(beat, 500);
      beat();
    });
  }

  function begin() {
    if (ready) return;
    ready = true;
    for (const fn of handlers.ready) call(fn, ctx);
    for (const gamepad of gamepads()) {
      if (gamepad) window.dispatchEvent(Object.assign(new Event("gamepadconnected"), { gamepad }));
    }
  }

  function forceEnd(/** @type {"timeout" | "host"} */ reason) {
    if (reason === "host") hurryResults();
    if (forced) return;
    forced = { reason };
    for (const fn of handlers.force) call(fn, forced);
  }

  function whenLoaded(/** @type {any} */ fn) {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", fn, { once: true });
    else fn();
  }

  function startMock() {
    if (hosted) return;
    ctx.mock = true;
    seed = Date.now();
    const meta = (prefix = "") => document.querySelector(`meta[name="${prefix}maxDurationSec"]`);
    ctx.maxDurationSec = clamp((meta("maribro:") ?? meta())?.getAttribute("content") ?? 30, 5, 300);
    ctx.activeSlots = SLOTS.slice();
    ctx.slotToGamepadIndex = SLOTS.slice();
    ctx.playersBySlot = [
      ["knight-red", "Knight", "#E53935"],
      ["wizard-blue", "Wizard", "#1E88E5"],
      ["slime-green", "Slime", "#43A047"],
      ["banana-yellow", "Banana", "#FDD835"],
    ].map(([avatarId, name, color], slot) => ({ slot, avatarId, name, color }));
    for (const seat of seats) seat.native = seat.keys = seat.slot;
    endsAt = now() + ctx.maxDurationSec * 1000;
    removeHint = showNote("MOCK MODE: up left down right ✕ ○", (slot = 0) =>
      KEYS[slot].join(" ").replace(/Key|Arrow/g, ""),
    );
    realTimeout(() => removeHint(), 8000);
    const clock = realInterval(() => {
      const timeRemainingMs = api.getTimeRemainingMs();
      if (ended || hosted) realClear(clock);
      else for (const fn of handlers.tick) call(fn, { nowMs: now(), timeRemainingMs });
      if (!hosted && timeRemainingMs === 0) forceEnd("timeout");
    }, 100);
    begin();
  }

  let removeHint = () => {};

  function showNote(title = "", /** @type {any} */ line) {
    const lines = ctx.playersBySlot.map(({ name }, slot) => `${SHAPES[slot]} ${name.padEnd(8)}${line(slot)}`);
    return overlay(box("note", [title, ...lines].join("\n")));
  }

  const clip = (/** @type {any} */ text) => String(text ?? "").slice(0, 2000);

  /** Tells the host a few lines between two heartbeats. */
  function takeConsole() {
    for (const level of /** @type {const} */ (["log", "info", "warn", "error"])) {
      const native = console[level];
      console[level] = (...args) => {
        native.apply(console, args);
        try {
          if (logs++ < 9) post("log", { level, text: clip(args.map(clip).join(" ")) });
        } catch {} // some things have no text
      };
    }
  }

  function reportUncaught(/** @type {any} */ error, fallback = "") {
    if (errors >= 10 || fallback.startsWith("ResizeObserver loop")) return;
    errors++;
    post("error", { message: clip(error?.message ?? fallback), stack: clip(error?.stack) });
  }

  /** The sandbox forbids storage: games get one in memory. */
  function offerStorage() {
    const memory = (items = new Map()) => ({
      getItem: (key = "") => items.get(`${key}`) ?? null,
      setItem: (key = "", value = "") => void items.set(`${key}`, `${value}`),
      removeItem: (key = "") => void items.delete(`${key}`),
      clear: () => items.clear(),
      key: (index = 0) => [...items.keys()][index] ?? null,
      get length() {
        return items.size;
      },
    });
    for (const name of ["localStorage", "sessionStorage"]) {
      try {
        window[/** @type {"localStorage"} */ (name)].length;
      } catch {
        Object.defineProperty(window, name, { value: memory(), configurable: true });
      }
    }
    try {
      document.cookie;
    } catch {
      Object.defineProperty(document, "cookie", { value: "", writable: true, configurable: true });
    }
  }

  // ---- 9. Start ----

  offerStorage();
  takeClock();
  takePads();
  takeConsole();
  addEventListener("error", (event) => event.message && reportUncaught(event.error, event.message));
  addEventListener("unhandledrejection", ({ reason }) => reportUncaught(reason, String(reason)));
  addEventListener(
    "message",
    (event) => {
      // SECURITY: only the framing window is the host.
      if (!framed || event.source !== host || !event.isTrusted || !event.data) return;
      fromHost.get(event.data.type)?.(event.data.payload ?? {});
    },
    true,
  );
  whenLoaded(() => {
    if (!framed) return startMock();
    // A frame kept busy for 500 ms must still hear a waiting init.
    let waits = 0;
    const timer = realInterval(() => {
      if (!hosted && ++waits < 5) return;
      realClear(timer);
      startMock();
    }, 100);
  });

  window.Maribro = Object.freeze(api);
})();
