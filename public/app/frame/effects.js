/**
 * What pads are made to do: shake, and shine in their player's colour. The browser shakes its own pads; what it cannot, and every
 * light, is the input daemon's.
 * @import { DaemonPads } from "../pads/daemon.js"
 * @import { Twins } from "../pads/twins.js"
 * @import { RumbleEffect, View } from "../view.js"
 */
import { avatarById, carouselAvatar } from "../avatars.js";
import { isSeatTaken } from "../menu/missing.js";

/** @typedef {{pad: number, index: 0 | 1 | 2 | 3 | null, color: Rgb}} Shine how one pad of the daemon should look */
/** @typedef {readonly [number, number, number]} Rgb each 0..255 */

/** A pad without a player: as dim and blue as a DualShock 4 by itself. @type {Rgb} */
const IDLE = [0, 0, 64];

/**
 * @param {string} color `#rrggbb` or `#rgb`
 * @returns {Rgb | null} null for anything else
 */
export function rgbOf(color) {
  const digits = color.match(/^#([0-9a-f]{6})$/i)?.[1] ?? color.match(/^#([0-9a-f]{3})$/i)?.[1]?.replace(/./g, "$&$&");
  const part = (/** @type {number} */ at) => Number.parseInt(digits?.slice(at, at + 2) ?? "", 16);
  return digits ? [part(0), part(2), part(4)] : null;
}

/**
 * How the daemon's pads of all seats should look: the game's colour, else the avatar's, while it is chosen the one on show.
 * @param {View} view
 * @param {(Rgb | null)[]} gameLights by slot
 * @param {(pad: number) => number | null} daemonPadOf
 * @returns {Shine[]}
 */
export function shines({ host, ui, avatars }, gameLights, daemonPadOf) {
  const { session } = host;
  if (!session) return [];
  return session.playersBySlot.filter(isSeatTaken).flatMap(({ slot, avatarId, gamepadIndex }) => {
    const pad = daemonPadOf(gamepadIndex);
    if (pad === null) return [];
    const avatar = avatarId
      ? avatarById(avatars, avatarId)
      : carouselAvatar(avatars, session, slot, ui.carousel[slot] ?? "");
    const color = gameLights[slot] ?? rgbOf(avatar?.color ?? "") ?? IDLE;
    return [{ pad, index: /** @type {0 | 1 | 2 | 3} */ (slot), color }];
  });
}

export class Effects {
  #daemon;
  #twins;
  #getGamepads;
  /** What each pad was told last. @type {Map<number, string>} */
  #told = new Map();
  /** Colours that the game asked for, by slot. @type {(Rgb | null)[]} */
  #gameLights = [null, null, null, null];

  /**
   * @param {DaemonPads} daemon
   * @param {Twins} twins
   * @param {() => (Gamepad | null)[]} getGamepads
   */
  constructor(daemon, twins, getGamepads) {
    this.#daemon = daemon;
    this.#twins = twins;
    this.#getGamepads = getGamepads;
  }

  /**
   * Shakes a pad: by the browser when it can, else by the daemon; never by both.
   * @param {number} pad either of its numbers
   * @param {Omit<RumbleEffect, "slot">} effect
   */
  async rumble(pad, { strong, weak, durationMs }) {
    const daemonPad = this.#daemonPadOf(pad);
    const index = pad < 100 ? pad : this.#twins.guess(pad);
    const actuator = this.#getGamepads().find(
      (gamepad) => gamepad?.connected && gamepad.index === index,
    )?.vibrationActuator;
    if (actuator) {
      try {
        const magnitudes = { strongMagnitude: strong, weakMagnitude: weak };
        await actuator.playEffect("dual-rumble", { startDelay: 0, duration: durationMs, ...magnitudes });
        return;
      } catch (error) {
        console.warn("the browser cannot shake this pad", error);
      }
    }
    if (daemonPad === null || !this.#daemon.info(daemonPad)?.rumble) return;
    this.#daemon.send({ type: "rumble", payload: { pad: daemonPad, strong, weak, durationMs } });
  }

  /**
   * A game colours the pad of a seat; `endRound` gives it back.
   * @param {number} slot
   * @param {string} color `#rrggbb`; anything else is passed over
   */
  light(slot, color) {
    const rgb = rgbOf(color);
    if (rgb) this.#gameLights[slot] = rgb;
  }

  /** The game is gone: pads shine in their players' colours again. */
  endRound() {
    this.#gameLights.fill(null);
  }

  /**
   * Tells pads how to look, when that changed or they are new.
   * @param {View} view
   */
  update(view) {
    for (const pad of this.#told.keys()) if (!this.#daemon.info(pad)?.connected) this.#told.delete(pad);
    if (!this.#daemon.isOpen || view.host.role !== "stage") return;
    const wanted = shines(view, this.#gameLights, (pad) => this.#daemonPadOf(pad));
    for (const pad of this.#told.keys()) {
      if (!wanted.some((shine) => shine.pad === pad)) wanted.push({ pad, index: null, color: IDLE });
    }
    for (const { pad, index, color } of wanted) {
      const info = this.#daemon.info(pad);
      const look = JSON.stringify([index, color]);
      if (!info?.connected || this.#told.get(pad) === look) continue;
      this.#told.set(pad, look);
      const [r, g, b] = color;
      if (info.light) this.#daemon.send({ type: "light", payload: { pad, r, g, b } });
      this.#daemon.send({ type: "player", payload: { pad, index } });
    }
  }

  /** @param {number} pad */
  #daemonPadOf(pad) {
    if (pad < 0) return null;
    const number = pad >= 100 ? pad : this.#twins.guess(pad);
    return number !== null && this.#daemon.info(number)?.connected ? number : null;
  }
}
