/**
 * The overlay of a paused round: any pad moves its one cursor, ✕ takes what it is on, Options goes on.
 * @import { RoundState } from "../types.js"
 * @import { Intent, MenuKey, PauseItem, View } from "../view.js"
 */
import { missingPlayers } from "./missing.js";
import { muteIntents, volumeIntents } from "./volume.js";

/** From top to bottom. @type {readonly PauseItem[]} */
export const PAUSE_ITEMS = ["continue", "restart", "end", "volume"];

/**
 * How long presses are ignored after a pause came, in ms: people are in the middle of a game, and its buttons must not choose
 * for them. Longest when nobody asked for the pause.
 */
export const PAUSE_GRACE_MS = { player: 450, pad_lost: 1200 };

/**
 * Whether a game is being played that could pause, or is paused.
 * @param {RoundState | null} round
 */
export function canPause(round) {
  return round?.phase === "playing";
}

/**
 * @param {View} view
 * @param {number | null} slot who wishes it; null for somebody at the mouse or the keyboard
 * @returns {Intent[]}
 */
export function pauseIntents({ host: { round } }, slot) {
  if (!round || !canPause(round)) return [];
  const plays = slot !== null && Boolean(round.avatarsBySlot[slot]);
  return [{ do: "send", command: { type: "pause_round", payload: { reason: "player", slot: plays ? slot : null } } }];
}

/**
 * A press while the round is paused.
 * @param {View} view
 * @param {number | null} slot whose pad it is; null for a pad without a seat
 * @param {MenuKey} key
 * @returns {Intent[]}
 */
export function pausePress(view, slot, key) {
  const { paused } = view.host.round ?? {};
  if (!paused) return [];
  if (paused.resumesInMs !== null) return key === "start" ? pauseIntents(view, slot) : [];
  const item = view.ui.pauseItem;
  switch (key) {
    case "up":
    case "down": {
      const next = PAUSE_ITEMS[PAUSE_ITEMS.indexOf(item) + (key === "up" ? -1 : 1)];
      return next ? [{ do: "ui", action: { type: "pause_item", item: next } }] : [];
    }
    case "left":
    case "right":
      return item === "volume" ? volumeIntents(view.ui, key === "left" ? -1 : 1) : [];
    case "south":
      return pauseItemIntents(view, item);
    case "start":
    case "east":
      // Nobody leaves a player behind by accident.
      return missingPlayers(view).length > 0 ? [] : pauseItemIntents(view, "continue");
    default:
      return [];
  }
}

/**
 * What an item does when it is taken.
 * @param {View} view
 * @param {PauseItem} item
 * @returns {Intent[]}
 */
export function pauseItemIntents(view, item) {
  switch (item) {
    case "continue":
      return [
        { do: "ui", action: { type: "waive", slots: missingPlayers(view).map(({ slot }) => slot) } },
        { do: "send", command: { type: "resume_round", payload: {} } },
      ];
    case "restart":
      return [{ do: "send", command: { type: "restart_round", payload: {} } }];
    case "end":
      return [{ do: "send", command: { type: "end_round", payload: {} } }];
    case "volume":
      return muteIntents(view.ui);
  }
}
