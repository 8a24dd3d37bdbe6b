/**
 * Plays the music's bars against the audio clock, ahead of time: a page that is busy for a moment is not heard.
 * @import { Scene } from "./music.js"
 */
import { Desk } from "./desk.js";
import { voicesOf } from "./instruments.js";
import { BARS_PER_SECTION, BEATS_PER_BAR, barOf } from "./music.js";

/** Notes are scheduled this long before they sound, in s: browsers call a hidden page once a second. */
export const LOOK_AHEAD_SECONDS = 1.6;
/** A scene begins this long after it was asked for, in s, and the old one has gone by then or soon after. */
const BEGIN_SECONDS = 0.08;
const FADE_SECONDS = 0.35;
/** Before a game the music takes its time to go, in s. */
const LAST_FADE_SECONDS = 1.2;

/**
 * What plays one scene: a fader of its own, so that a change of scene takes scheduled notes with it. The next beat to be
 * scheduled is `beat` of `bar`, which begins at `barAt`.
 * @typedef {{scene: Scene, fader: GainNode, bar: number, barAt: number, beat: number}} Deck
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
    this.#deck = { scene, fader, bar, barAt: now + BEGIN_SECONDS, beat: 0 };
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
    // After a long silence of the page what was missed is left out, not played all at once.
    const behind = now - deck.barAt - deck.beat * barOf(deck.scene, deck.bar).secondsPerBeat;
    if (behind > 0) deck.barAt += behind + BEGIN_SECONDS;
    while (this.#step(deck, now + LOOK_AHEAD_SECONDS)) {}
  }

  /**
   * Schedules the notes of one beat, so that a call never has much to do at once.
   * @param {Deck} deck
   * @param {number} until
   * @returns {boolean} false when there is nothing left to do before `until`
   */
  #step(deck, until) {
    const { notes, secondsPerBeat } = barOf(deck.scene, deck.bar);
    const at = deck.barAt + deck.beat * secondsPerBeat;
    if (at >= until) return false;
    for (const { instrument, beat, beats, midi, gain } of notes) {
      if (Math.floor(beat) !== deck.beat) continue;
      const voices = voicesOf(instrument, midi, beats * secondsPerBeat);
      this.#desk.play(voices, deck.barAt + beat * secondsPerBeat, deck.fader, { gain });
    }
    deck.beat += 1;
    if (deck.beat === BEATS_PER_BAR) {
      deck.beat = 0;
      deck.bar += 1;
      deck.barAt += BEATS_PER_BAR * secondsPerBeat;
    }
    return true;
  }

  /**
   * @param {Deck} deck
   * @param {number} now
   * @param {number} seconds
   */
  #leave(deck, now, seconds) {
    this.#resumeAt[deck.scene] = Math.ceil(deck.bar / BARS_PER_SECTION) * BARS_PER_SECTION;
    deck.fader.gain.setTargetAtTime(0, now, seconds / 4);
    this.#leaving.add({ fader: deck.fader, at: now + LOOK_AHEAD_SECONDS + seconds + 1 });
  }
}
