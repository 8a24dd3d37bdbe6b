/**
 * The frame of one round: framed with the same sandbox, read through the same guard and told in the same words as on the big
 * screen. Never used twice: one that hangs can only be removed.
 * @import { Avatar } from "/public/app/view.js"
 * @import { ConsoleLevel, RoundState, SessionState } from "/public/app/types.js"
 * @import { LightEffect, RumbleEffect } from "/public/app/view.js"
 * @typedef {{message: string, file: string, line: number, column: number, stack: string}} GameError
 * @typedef {{url: string, directive: string, file: string | null, line: number, column: number}} BlockedRequest
 * @typedef {object} Heard what the page does about it
 * @property {() => void} ready
 * @property {(activity: number | null) => void} beat
 * @property {(phase: string) => void} phase
 * @property {(scores: (number | null)[]) => void} ended
 * @property {(via: string, scores: unknown[] | null) => void} given scores as the game's code gave them
 * @property {(level: ConsoleLevel, text: string) => void} log
 * @property {() => void} failed an uncaught error, for the clock
 * @property {(error: GameError) => void} error
 * @property {(blocked: BlockedRequest) => void} blocked
 * @property {(code: string | null, isDown: boolean) => void} key null: all keys are up
 * @property {(effect: RumbleEffect) => void} rumble
 * @property {(effect: LightEffect) => void} light
 * @property {(why: "left" | "flooded") => void} cut it was taken away
 * @typedef {{src: string, title: string, durationSec: number, seed: number, avatars: readonly (Avatar | null)[]}} Wanted
 *   `avatars` by slot, null for an empty seat
 */
import { FloodGate, FrameGuard } from "/public/app/frame/guard.js";
import { initPayload } from "/public/app/frame/messages.js";
import { openGame } from "/public/app/frame/open.js";
import { PadRelay } from "/public/app/frame/relay.js";
import { KEYBOARD_BASE } from "/public/app/pads/keys.js";

/** The init is repeated until the game is ready, ms. */
const INIT_EVERY_MS = 100;
/** Pads come by this page and by the game's own keys. */
const NO_DAEMON = /** @type {const} */ ({ state: "off", url: null, token: null });

export class GameFrame {
  element = document.createElement("iframe");
  #heard;
  #init;
  #initTimer;
  #gate = new FloodGate(performance.now());
  #guard = new FrameGuard();
  #relay = new PadRelay();
  #loads = 0;
  #rate = 1;

  /** @param {HTMLElement} holder @param {Wanted} wanted @param {Heard} heard */
  constructor(holder, wanted, heard) {
    this.#heard = heard;
    this.#init = initOf(wanted);
    this.element.title = wanted.title;
    this.#initTimer = setInterval(() => this.#introduce(), INIT_EVERY_MS);
    window.addEventListener("message", this.#onMessage);
    openGame(this.element, holder, wanted.src, () => {
      this.#loads += 1;
      // A frame that loads again is not the game any more.
      if (this.#loads > 1) this.#cut("left");
      else this.#introduce();
    });
  }

  get isReady() {
    return this.#guard.ready;
  }

  remove() {
    clearInterval(this.#initTimer);
    window.removeEventListener("message", this.#onMessage);
    this.element.remove();
  }

  /** @param {number} nowMs @param {number} timeRemainingMs */
  tick(nowMs, timeRemainingMs) {
    if (this.isReady) this.#post("maribro:tick", { nowMs, timeRemainingMs });
  }

  /** @param {"timeout" | "host"} reason */
  forceEnd(reason) {
    this.#post("maribro:force_end", { reason });
  }

  /** The game's clock: 0 stands still. @param {0 | 1} rate */
  setRate(rate) {
    if (!this.isReady || rate === this.#rate) return;
    this.#rate = rate;
    this.#post("maribro:clock", { rate });
  }

  /** @param {boolean} isOn @param {number} volume 0..1 */
  setSound(isOn, volume) {
    if (!this.isReady) return;
    this.#post("maribro:audio_config", { enabled: isOn, masterVolume: volume });
    if (isOn) this.#post("maribro:audio_arm", {});
  }

  /** @param {(import("/public/app/view.js").SeatPad | null)[]} bySlot @param {number} now ms @param {boolean} isPaused */
  relayPads(bySlot, now, isPaused) {
    if (!this.isReady) return;
    const payload = this.#relay.next(bySlot, now, isPaused);
    if (payload) this.#post("maribro:pads", payload);
  }

  #introduce() {
    if (!this.isReady) this.#post("maribro:init", { ...this.#init, startedAtMs: performance.now() });
  }

  /** @param {string} type @param {object} payload */
  #post(type, payload) {
    // An opaque origin cannot be named as a target; the window is the frame's own.
    this.element.contentWindow?.postMessage({ type, payload }, "*");
  }

  /** @param {"left" | "flooded"} why */
  #cut(why) {
    this.remove();
    this.#heard.cut(why);
  }

  /** @param {MessageEvent} event */
  #onMessage = (event) => {
    const now = performance.now();
    const verdict = this.#gate.judge(now, event.source !== null);
    if (verdict === "cut") this.#cut("flooded");
    if (verdict !== "read" || event.source === null || event.source !== this.element.contentWindow) return;
    const { data } = event;
    if (this.#gate.spend(now, performance.now() - now)) return this.#cut("flooded");
    if (this.#witness(data)) return;
    const wasReady = this.#guard.ready;
    const result = this.#guard.read(data, now);
    if (!result) return;
    if ("rumble" in result) this.#heard.rumble(result.rumble);
    else if ("light" in result) this.#heard.light(result.light);
    else this.#pass(result.report);
    if (this.#guard.ready && !wasReady) {
      clearInterval(this.#initTimer);
      this.#heard.ready();
    }
  };

  /** @param {import("/public/app/types.js").FrameReport} report */
  #pass(report) {
    const heard = this.#heard;
    if (report.kind === "heartbeat") heard.beat(report.activity);
    else if (report.kind === "phase") heard.phase(report.phase);
    else if (report.kind === "ended") heard.ended(report.scoresBySlot);
    else if (report.kind === "log") heard.log(report.level, report.text);
    else if (report.kind === "error") heard.failed();
  }

  /** What the scripts before the SDK tell. @param {any} data */
  #witness(data) {
    const payload = data?.payload;
    switch (data?.type) {
      case "verify:error":
        this.#heard.error(payload);
        return true;
      case "verify:blocked":
        this.#heard.blocked(payload);
        return true;
      case "verify:scores":
        this.#heard.given(payload.via, payload.scores);
        return true;
      case "dev:key":
        this.#heard.key(payload.code, payload.isDown);
        return true;
      default:
        return false;
    }
  }
}

/** @param {Wanted} wanted */
function initOf({ durationSec, seed, avatars }) {
  const present = avatars.filter((avatar) => avatar !== null);
  const round = /** @type {RoundState} */ (
    /** @type {unknown} */ ({
      avatarsBySlot: avatars.map((avatar) => avatar?.id ?? ""),
      game: { maxDurationSec: durationSec },
      seed,
    })
  );
  const session = /** @type {SessionState} */ (
    /** @type {unknown} */ ({
      createdAt: new Date().toISOString(),
      playersBySlot: avatars.map((_, slot) => ({ slot, gamepadIndex: KEYBOARD_BASE + slot })),
    })
  );
  return initPayload(round, session, present, performance.now(), NO_DAEMON);
}
