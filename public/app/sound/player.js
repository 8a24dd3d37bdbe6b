/**
 * Plays the music's bars against the audio clock, ahead of time: a page that is busy for a moment is not heard.
 * @import { Scene } from "./music.js"
 */
import { Desk } from "./desk.js";
import { voicesOf } from "./instruments.js";
import { BARS_PER_SECTION, barOf } from "./music.js";

/** Bars are scheduled this long before they sound, in s: browsers call a hidden page once a second. */
export const LOOK_AHEAD_SECONDS = 1.6;
/** A scene begins this long after it was asked for, in s, and the old one has gone by then or soon after. */
const BEGIN_SECONDS = 0.08;
const FADE_SECONDS = 0.35;
/** Before a game the music takes its time to go, in s. */
const LAST_FADE_SECONDS = 1.2;

/**
 * What plays one scene: a fader of its own, so that a change of scene takes scheduled notes with it.
 * @typedef {{scene: Scene, fader: GainNode, bar: number, barAt: number}} Deck
 */

export class MusicPlayer {
  #context;
  #desk;
  #out;
  /** @type {Deck | null} */
  #deck = null;
  /** Where each scene goes on when it comes back, in bars. @type {Partial<Record<Scene, number>>} */
  #resumeAt = {};
  /** Faders that are on their way out, and when they can go. @type {Set<{fader: GainNode, at: number}>} */
  #leaving = new Set();

  /**
   * @param {BaseAudioContext} context
   * @param {AudioNode} out
   */
  constructor(context, out) {
    this.#context = context;
    this.#desk = new Desk(context);
    this.#out = out;
  }

  /** Voices and faders that are scheduled or sound now. */
  get live() {
    return this.#desk.live + this.#leaving.size + (this.#deck ? 1 : 0);
  }

  /** The scene that plays; null for silence. */
  get scene() {
    return this.#deck?.scene ?? null;
  }

  /** @param {Scene | null} scene null fades out */
  setScene(scene) {
    if (scene === this.scene) return;
    const now = this.#context.currentTime;
    if (this.#deck) this.#leave(this.#deck, now, scene ? FADE_SECONDS : LAST_FADE_SECONDS);
    this.#deck = null;
    if (!scene) return;
    const fader = new GainNode(this.#context);
    fader.connect(this.#out);
    // Only the lobby is long enough to go on; the others begin with what they have to say.
    const bar = scene === "lobby" ? (this.#resumeAt[scene] ?? 0) : 0;
    this.#deck = { scene, fader, bar, barAt: now + BEGIN_SECONDS };
    this.pump();
  }

  /** Schedules what is due; to be called more often than the look-ahead is long. */
  pump() {
    const now = this.#context.currentTime;
    for (const left of this.#leaving) {
      if (left.at > now) continue;
      left.fader.disconnect();
      this.#leaving.delete(left);
    }
    const deck = this.#deck;
    if (!deck) return;
    // After a long silence of the page the missed bars are left out, not played all at once.
    if (deck.barAt < now) deck.barAt = now + BEGIN_SECONDS;
    while (deck.barAt < now + LOOK_AHEAD_SECONDS) {
      const { notes, seconds, secondsPerBeat } = barOf(deck.scene, deck.bar);
      for (const { instrument, beat, beats, midi, gain } of notes) {
        const voices = voicesOf(instrument, midi, beats * secondsPerBeat);
        this.#desk.play(voices, deck.barAt + beat * secondsPerBeat, deck.fader, { gain });
      }
      deck.bar += 1;
      deck.barAt += seconds;
    }
  }

  /**
   * @param {Deck} deck
   * @param {number} now
   * @param {number} seconds
   */
  #leave(deck, now, seconds) {
    this.#resumeAt[deck.scene] = Math.ceil(deck.bar / BARS_PER_SECTION) * BARS_PER_SECTION;
    deck.fader.gain.setTargetAtTime(0, now, seconds / 4);
    this.#leaving.add({ fader: deck.fader, at: Math.max(deck.barAt, now + seconds) + 1 });
  }
}
