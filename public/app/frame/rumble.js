/**
 * Lets a browser pad shake. Pads of the daemon are the daemon's to shake.
 * @import { RumbleEffect } from "../view.js"
 */

/**
 * @param {(Gamepad | null)[]} gamepads
 * @param {number} padIndex of the seat
 * @param {RumbleEffect} effect
 */
export function playRumble(gamepads, padIndex, { strong, weak, durationMs }) {
  const actuator = gamepads.find((pad) => pad?.connected && pad.index === padIndex)?.vibrationActuator;
  if (!actuator) return;
  actuator
    .playEffect("dual-rumble", { startDelay: 0, duration: durationMs, strongMagnitude: strong, weakMagnitude: weak })
    .catch((error) => console.warn("this pad refuses to rumble", error));
}
