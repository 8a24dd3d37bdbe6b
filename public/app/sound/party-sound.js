/**
 * The page's sound: hears every state that is shown, and plays what belongs to it.
 * @import { View } from "../view.js"
 */
import { isMotionReduced } from "../motion.js";
import { Mixer } from "./mixer.js";
import { MusicPlayer } from "./player.js";
import { soundLevel } from "./settings.js";
import { hasSpeakers, sceneFor, soundsFor } from "./sounds-for.js";

/** How often the music is scheduled, in ms; far below its look-ahead. */
const PUMP_MS = 250;
/** A context that is allowed to begin does so within this time, in ms; one that still waits then is blocked. */
const BLOCKED_AFTER_MS = 1000;
/** A muted context sleeps after this time, in ms: whatever sounded has ended by then. */
const ASLEEP_AFTER_MS = 5000;
/** What a browser takes for a person's own deed. */
const DEEDS = /** @type {const} */ (["keydown", "keyup", "pointerdown", "pointerup"]);

/** @typedef {{context: AudioContext, mixer: Mixer, player: MusicPlayer}} Band */

export class PartySound {
  /** Whether the browser waits for a press of a key before it lets any sound out. */
  isBlocked = false;
  /** Null before the first sound, false where there can be none. @type {Band | false | null} */
  #band = null;
  /** @type {View | null} */
  #shown = null;
  /** @type {number | null} */
  #waitsSince = null;
  /** @type {number | null} */
  #silentSince = null;
  #level = -1;

  constructor() {
    for (const deed of DEEDS) document.addEventListener(deed, () => this.#wake(), { capture: true, passive: true });
    setInterval(() => this.#pump(), PUMP_MS);
  }

  /**
   * Plays what changed. Called at each drawing and at each news from the host, for a hidden page draws nothing.
   * @param {View} view
   */
  update(view) {
    const before = this.#shown;
    this.#shown = view;
    const level = hasSpeakers(view.host) ? soundLevel(view.ui) : 0;
    const band = level > 0 ? this.#start() : this.#band;
    this.#notice(band, level, view.now);
    if (!band) return;
    if (level !== this.#level) {
      this.#level = level;
      band.mixer.setLevel(level);
      this.#silentSince = level > 0 ? null : view.now;
      this.#wake();
    }
    // What is not heard is not played: it would all come at once when the sound comes back.
    const heard = level > 0 && band.context.state === "running";
    band.player.setScene(heard ? sceneFor(view) : null);
    document.body.dataset.music = band.player.scene ?? "none";
    if (heard) for (const cue of soundsFor(before, view, isMotionReduced())) band.mixer.cue(cue);
  }

  /** @returns {Band | false} */
  #start() {
    if (this.#band !== null) return this.#band;
    try {
      const context = new AudioContext({ latencyHint: "interactive" });
      const mixer = new Mixer(context);
      this.#band = { context, mixer, player: new MusicPlayer(context, mixer.music) };
    } catch (error) {
      console.warn("this browser makes no sound", error);
      this.#band = false;
    }
    return this.#band;
  }

  /**
   * @param {Band | false | null} band
   * @param {number} level
   * @param {number} now `performance.now()`
   */
  #notice(band, level, now) {
    const waits = band !== null && band !== false && level > 0 && band.context.state !== "running";
    this.#waitsSince = waits ? (this.#waitsSince ?? now) : null;
    this.isBlocked = this.#waitsSince !== null && now - this.#waitsSince >= BLOCKED_AFTER_MS;
  }

  /** Browsers let a context go on after a deed only; without one this does nothing. */
  #wake() {
    if (!this.#band || this.#level <= 0 || this.#band.context.state === "running") return;
    this.#band.context.resume().catch((error) => console.warn("the sound does not go on", error));
  }

  #pump() {
    const band = this.#band || null;
    if (band?.context.state !== "running") return;
    band.player.pump();
    const silent = this.#silentSince !== null && performance.now() - this.#silentSince >= ASLEEP_AFTER_MS;
    if (silent) band.context.suspend();
  }
}
