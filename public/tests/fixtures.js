/**
 * Small states to test with.
 * @import { GameSummary, RoundState, Seat, SessionState } from "../app/types.js"
 * @import { Avatar, HostState, UiState, View } from "../app/view.js"
 */
import { initialHostState } from "../app/store.js";
import { initialUiState } from "../app/ui.js";

/** @type {Avatar[]} */
export const AVATARS = ["ant", "bee", "cat", "dog", "elk", "fox", "gnu", "hen"].map((id) => ({
  id,
  name: id.toUpperCase(),
  color: "#123456",
}));

/** @param {string} id @param {Partial<GameSummary>} [more] @returns {GameSummary} */
export function game(id, more = {}) {
  return {
    id,
    filename: `${id}.html`,
    title: id,
    description: "",
    author: "",
    creatorAvatarId: "ant",
    maxDurationSec: 30,
    uploadedAt: "2026-01-01T00:00:00Z",
    ...more,
  };
}

/** @param {number} slot @param {string} avatarId @param {number} gamepadIndex @returns {Seat} */
export function seat(slot, avatarId = "", gamepadIndex = -1) {
  return { slot, avatarId, gamepadIndex, lockedIn: avatarId !== "" && gamepadIndex >= 0 };
}

/** @param {Seat[]} seats those that are taken @returns {SessionState} */
export function session(...seats) {
  const playersBySlot = [0, 1, 2, 3].map((slot) => seats.find((taken) => taken.slot === slot) ?? seat(slot));
  const at = "2026-01-01T00:00:00Z";
  return { version: 1, createdAt: at, updatedAt: at, playersBySlot, scoreboardByAvatarId: {}, history: [] };
}

/** @param {Partial<RoundState>} [more] @returns {RoundState} */
export function round(more = {}) {
  return {
    id: "",
    phase: "lobby",
    remainingMs: null,
    paused: null,
    game: null,
    avatarsBySlot: ["", "", "", ""],
    readyBySlot: [false, false, false, false],
    votesBySlot: [null, null, null, null],
    drawnFrom: [],
    seed: 1,
    frameAttempt: 0,
    endReason: null,
    framePhase: null,
    scoresBySlot: null,
    outcome: null,
    ratingsBySlot: [null, null, null, null],
    creatorBonus: null,
    ...more,
  };
}

/**
 * The stage, long after the phase began, with browser pads 0 to 3 and the keyboard.
 * @param {{host?: Partial<HostState>, ui?: Partial<UiState>, present?: number[], now?: number}} [more]
 * @returns {View}
 */
export function view({ host = {}, ui = {}, present = [0, 1, 2, 3, 300, 301, 302, 303], now = 60_000 } = {}) {
  const known = { connection: /** @type {const} */ ("open"), trusted: true, role: /** @type {const} */ ("stage") };
  return {
    host: { ...initialHostState(), ...known, session: session(), round: round(), ...host },
    ui: { ...initialUiState(), ...ui },
    avatars: AVATARS,
    pads: { present: new Set(present), unmapped: false, twins: new Map(), batteries: new Map() },
    now,
  };
}
