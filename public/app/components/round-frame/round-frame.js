/**
 * The stage: makes the game's frame, talks with it, and takes it away. A frame is never navigated or used twice:
 * one that hangs can only be removed (platform facts: after `remove()` and a new element the next game loads).
 */
import { make, PartyElement, setAttribute, setProperty, show } from "../../build.js";
import { FloodGate, FrameGuard } from "../../frame/guard.js";
import { FRAME_PHASES, frameWanted, initPayload } from "../../frame/messages.js";
import { openGame } from "../../frame/open.js";
import { PadRelay, padsBySlot } from "../../frame/relay.js";
import { canPause, pauseIntents } from "../../menu/pause.js";
import { MAX_VOLUME, soundLevel } from "../../sound/settings.js";
import { texts } from "../../texts.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("../../view.d.ts").SeatPad} SeatPad */
/** @typedef {import("../../frame/effects.js").Effects} Effects */

/** Until `ready` comes, `init` is repeated this often, in ms. */
const INIT_EVERY_MS = 100;
/** How long the "End round" button stays after the mouse moved, in ms. */
const POINTER_MS = 3000;
/** The timer hurries from here on, in ms. */
const HURRY_MS = 5000;

/**
 * The frame of one (round, attempt), and all that belongs to it.
 * @typedef {object} LiveFrame
 * @property {string} roundId
 * @property {number} frameAttempt
 * @property {HTMLIFrameElement} element
 * @property {FloodGate} gate
 * @property {FrameGuard} guard
 * @property {boolean} isCut whether the frame was taken away before the host asked for it
 * @property {PadRelay} relay
 * @property {number} loads
 * @property {ReturnType<typeof setInterval>} initTimer
 * @property {View["host"]["tick"]} tick the last tick passed on
 * @property {boolean} endForced
 * @property {number | null} soundLevel as last told
 * @property {0 | 1} rate of the game's clock, as last told
 */

export class RoundFrame extends PartyElement {
  /** @type {View | null} */
  #view = null;
  /** @type {LiveFrame | null} */
  #live = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pointerTimer;
  /** The pads as last read. @type {(pad: number) => SeatPad | null} */
  #stateOf = () => null;
  /** Where games' wishes for pads go. @type {Effects | null} */
  effects = null;
  #timer = make("div", { class: "timer", role: "progressbar", "aria-label": texts.round.timer }, make("i"));
  #holder = make("div", { class: "frame-holder" });
  #veil = make("div", { class: "frame-veil" });
  #pause = make("button", { class: "button", type: "button", text: texts.pause.pause });
  #end = make("button", { class: "button warm end-round", type: "button", text: texts.topbar.end });
  #byMouse = make("div", { class: "round-buttons" }, this.#pause, this.#end);

  build() {
    this.append(this.#timer, this.#holder, this.#veil, this.#byMouse);
    this.listen(this.#pause, "click", () => {
      if (this.#view) for (const intent of pauseIntents(this.#view, null)) this.intend(intent);
    });
    this.listen(this.#end, "click", () => this.send({ type: "end_round", payload: {} }));
    this.listen(this, "pointermove", () => this.#pointerMoved());
    window.addEventListener("message", this.#onMessage);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener("message", this.#onMessage);
    this.#remove();
  }

  /**
   * Called at every news from the host, not only when the screen is drawn: ticks and ends are passed on at once.
   * @param {View} view
   */
  update(view) {
    this.#view = view;
    const { host } = view;
    const wanted = frameWanted(host);
    show(this, host.round !== null && FRAME_PHASES.has(host.round.phase) && host.role !== "watch");
    if (wanted === null) this.#remove();
    else if (wanted !== "keep" && !this.#isLive(wanted)) this.#create(wanted);
    show(this.#pause, canPause(host.round));
    this.#showTime(view);
    if (this.#live) this.#tell(this.#live, view);
  }

  /**
   * Passes pads on when they changed, and now and then anyway. The first state that a game hears is where its press counts
   * begin, so it is that of the moment in which the game became ready: the next press is already one to count.
   * @param {(pad: number) => SeatPad | null} stateOf
   * @param {number} now
   */
  relayPads(stateOf, now) {
    this.#stateOf = stateOf;
    const { round, session } = this.#view?.host ?? {};
    if (!this.#live?.guard.ready || !round || !session) return;
    const payload = this.#live.relay.next(padsBySlot(round, session, stateOf), now, round.paused !== null);
    if (payload) this.#post(this.#live, "maribro:pads", payload);
  }

  /** @param {{roundId: string, frameAttempt: number}} wanted */
  #isLive({ roundId, frameAttempt }) {
    return this.#live?.roundId === roundId && this.#live.frameAttempt === frameAttempt;
  }

  /** @param {{roundId: string, frameAttempt: number, src: string}} wanted */
  #create({ roundId, frameAttempt, src }) {
    this.#remove();
    const title = this.#view?.host.round?.game?.title ?? "";
    const element = make("iframe", { title: texts.round.frame(title) });
    /** @type {LiveFrame} */
    const live = {
      roundId,
      frameAttempt,
      element,
      gate: new FloodGate(performance.now()),
      guard: new FrameGuard(),
      isCut: false,
      relay: new PadRelay(),
      loads: 0,
      initTimer: setInterval(() => this.#sendInit(live), INIT_EVERY_MS),
      tick: null,
      endForced: false,
      soundLevel: null,
      rate: 1,
    };
    this.#live = live;
    openGame(element, this.#holder, src, () => this.#loaded(live));
  }

  #remove() {
    if (!this.#live) return;
    clearInterval(this.#live.initTimer);
    this.#live.element.remove();
    this.#live = null;
    this.effects?.endRound();
  }

  /** @param {LiveFrame} live */
  #loaded(live) {
    live.loads += 1;
    if (live.loads === 1) this.#sendInit(live);
    else this.#cut(live);
  }

  /**
   * It is not the game any more, or it attacks: gone at once, and the host hears why. The entry stays, so that the
   * same frame is not made again.
   * @param {LiveFrame} live
   */
  #cut(live) {
    if (live.isCut) return;
    live.isCut = true;
    clearInterval(live.initTimer);
    live.element.remove();
    this.effects?.endRound();
    this.#report(live, { kind: "lost" });
  }

  /** @param {LiveFrame} live */
  #sendInit(live) {
    if (live.guard.ready || !this.#view) return;
    const { host, avatars } = this.#view;
    const { round, session } = host;
    if (!round || !session || round.id !== live.roundId) return;
    this.#post(live, "maribro:init", initPayload(round, session, avatars, performance.now(), host.input));
  }

  /** @param {MessageEvent} event */
  #onMessage = (event) => {
    const live = this.#live;
    if (!live) return;
    const now = performance.now();
    // SECURITY: every message to this page comes out of a game's frame, from it or from frames inside it (a removed one
    // has no `source` any more), so all of them go through the gate.
    const verdict = live.gate.judge(now, event.source !== null);
    if (verdict === "cut") this.#cut(live);
    // SECURITY: the frame's origin is opaque ("null"), so the window itself is the proof of who speaks.
    if (verdict !== "read" || event.source === null || event.source !== live.element.contentWindow) return;
    // Reading it unpacks it, however large it is.
    const { data } = event;
    if (live.gate.spend(now, performance.now() - now)) {
      this.#cut(live);
      return;
    }
    const wasReady = live.guard.ready;
    const result = live.guard.read(data, now);
    if (!result) return;
    if ("rumble" in result) this.#rumble(result.rumble);
    else if ("light" in result) this.#light(result.light);
    else this.#report(live, result.report);
    if (live.guard.ready && !wasReady) {
      clearInterval(live.initTimer);
      this.relayPads(this.#stateOf, now);
      if (this.#view) this.#tell(live, this.#view);
    }
  };

  /** @param {import("../../view.d.ts").RumbleEffect} effect */
  #rumble(effect) {
    const pad = this.#view?.host.session?.playersBySlot[effect.slot]?.gamepadIndex ?? -1;
    if (this.#takesPart(effect.slot)) this.effects?.rumble(pad, effect);
  }

  /** @param {import("../../view.d.ts").LightEffect} effect */
  #light({ slot, color }) {
    if (this.#takesPart(slot)) this.effects?.light(slot, color);
  }

  /** @param {number} slot */
  #takesPart(slot) {
    const { round } = this.#view?.host ?? {};
    return Boolean(round?.avatarsBySlot[slot] && !round.paused);
  }

  /**
   * Passes on what the host said since the last time.
   * @param {LiveFrame} live
   * @param {View} view
   */
  #tell(live, { host, ui }) {
    if (!live.guard.ready || host.round?.id !== live.roundId) return;
    const rate = host.round.paused ? 0 : 1;
    if (live.rate !== rate) {
      live.rate = rate;
      this.#post(live, "maribro:clock", { rate });
      // The game must not hear the keys that are meant for the overlay.
      if (rate === 0) live.element.blur();
    }
    const level = soundLevel(ui);
    if (live.soundLevel !== level) {
      live.soundLevel = level;
      this.#post(live, "maribro:audio_config", { enabled: level > 0, masterVolume: ui.volume / MAX_VOLUME });
      if (level > 0) this.#post(live, "maribro:audio_arm", {});
    }
    if (host.tick && host.tick !== live.tick) {
      live.tick = host.tick;
      const { timeRemainingMs } = host.tick;
      this.#post(live, "maribro:tick", { nowMs: performance.now(), timeRemainingMs });
    }
    if (host.round.endReason && !live.endForced) {
      live.endForced = true;
      this.#post(live, "maribro:force_end", { reason: host.round.endReason });
    }
  }

  /**
   * @param {LiveFrame} live
   * @param {string} type
   * @param {object} payload
   */
  #post(live, type, payload) {
    // An opaque origin cannot be named as a target; the window is the frame's own.
    live.element.contentWindow?.postMessage({ type, payload }, "*");
  }

  /**
   * @param {LiveFrame} live
   * @param {import("../../types.d.ts").FrameReport} report
   */
  #report({ roundId, frameAttempt }, report) {
    this.send({ type: "frame_report", payload: { roundId, frameAttempt, report } });
  }

  /** @param {View} view */
  #showTime({ host: { round, tick } }) {
    const whole = (round?.game?.maxDurationSec ?? 0) * 1000;
    const left = round?.phase === "closing" ? 0 : (tick?.timeRemainingMs ?? round?.remainingMs ?? whole);
    setProperty(this.#timer, "--left", whole > 0 ? Math.min(1, left / whole).toFixed(4) : "1");
    setAttribute(this.#timer, "data-hurry", left <= HURRY_MS && round?.phase === "playing" ? "" : null);
    setAttribute(this.#timer, "aria-valuemax", String(Math.round(whole / 1000)));
    setAttribute(this.#timer, "aria-valuenow", String(Math.ceil(left / 1000)));
  }

  /** The game's frame swallows the mouse, so a veil catches its first move, shows the button, and steps aside. */
  #pointerMoved() {
    setAttribute(this, "data-pointer", "");
    clearTimeout(this.#pointerTimer);
    this.#pointerTimer = setTimeout(() => setAttribute(this, "data-pointer", null), POINTER_MS);
  }
}

export function registerRoundFrame() {
  customElements.define("round-frame", RoundFrame);
}
