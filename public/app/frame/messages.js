/**
 * What the stage tells a game frame, and when there has to be one.
 * @import { Avatar, HostState } from "../view.js"
 * @import { Phase, RoundState, SessionState } from "../types.js"
 */
import { avatarById } from "../avatars.js";

/** Phases in which the frame exists. @type {ReadonlySet<Phase>} */
export const FRAME_PHASES = new Set(["loading", "playing", "closing"]);

/**
 * Identity of the frame that must be there now; `keep` while the page does not know its role yet.
 * @param {HostState} host
 * @returns {{roundId: string, frameAttempt: number, src: string} | "keep" | null}
 */
export function frameWanted({ round, role }) {
  if (!round?.game || !FRAME_PHASES.has(round.phase) || role === "watch") return null;
  if (role === null) return "keep";
  // With its round the frame gets the bytes that the round began with, also when the game changed since.
  const src = `/games/${encodeURIComponent(round.game.filename)}?round=${encodeURIComponent(round.id)}`;
  return { roundId: round.id, frameAttempt: round.frameAttempt, src };
}

/**
 * Payload of `maribro:init`.
 * @param {RoundState} round
 * @param {SessionState} session
 * @param {Avatar[]} avatars
 * @param {number} startedAtMs `performance.now()` of this page
 * @param {import("../types.d.ts").InputStatus} input
 */
export function initPayload(round, session, avatars, startedAtMs, { url, token }) {
  const activeSlots = [0, 1, 2, 3].filter((slot) => round.avatarsBySlot[slot]);
  return {
    sessionId: session.createdAt,
    slotToGamepadIndex: [0, 1, 2, 3].map((slot) =>
      activeSlots.includes(slot) ? (session.playersBySlot[slot]?.gamepadIndex ?? -1) : -1,
    ),
    playersBySlot: activeSlots.map((slot) => {
      const { id, name, color } = avatarById(avatars, round.avatarsBySlot[slot] ?? "");
      return { slot, avatarId: id, name, color };
    }),
    activeSlots,
    maxDurationSec: round.game?.maxDurationSec ?? 30,
    startedAtMs,
    input: { relay: true, daemon: url !== null && token !== null ? { url, token } : null },
    seed: round.seed,
  };
}
