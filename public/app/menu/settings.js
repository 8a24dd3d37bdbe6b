/**
 * The settings: any pad moves their one cursor. Left and right choose, ✕ goes on or in, ○ goes back.
 * @import { HostState, Intent, MenuKey, SettingsPlace, SettingsRow, View } from "../view.js"
 */
import { LANGUAGE_IDS } from "../texts.js";
import { muteIntents, volumeIntents } from "./volume.js";

/** From top to bottom. @type {readonly SettingsRow[]} */
export const SETTINGS_ROWS = ["volume", "length", "vote", "queue", "motion", "language", "games", "reset"];
/** Shares of a game's own length that a round may have; as the host offers them. */
export const LENGTH_FACTORS = [0.5, 0.75, 1, 1.5, 2];
/** Lengths of a vote in seconds; as the host offers them. */
export const VOTE_SECS = [5, 10, 15, 20];
/** Who makes room for those who wait: nobody, those with the fewest points, those who have played longest. */
export const QUEUE_MODES = /** @type {const} */ (["off", "winner_stays", "rotate"]);
/** Whether things move less: as the system says, yes, no. */
export const MOTIONS = /** @type {const} */ (["auto", "on", "off"]);

/** A round is never shorter or longer than this, in seconds. Contract §1. */
const ROUND_SECS = { least: 5, most: 300 };

/**
 * How long a round of a game is.
 * @param {import("../types.d.ts").PartySettings} settings
 * @param {number} seconds what the game asks for
 */
export function roundSeconds({ lengthFactor }, seconds) {
  return Math.min(ROUND_SECS.most, Math.max(ROUND_SECS.least, seconds * lengthFactor));
}

/** Where the settings open. @type {SettingsPlace} */
export const SETTINGS_START = { page: "main", row: "volume" };

/**
 * Whether the settings may be open: between rounds, on the page that commands.
 * @param {HostState} host
 */
export function maySet({ trusted, role, round }) {
  return trusted && role === "stage" && round?.phase === "lobby";
}

/**
 * @param {SettingsPlace | null} place null closes the settings
 * @returns {Intent[]}
 */
export function goTo(place) {
  return [{ do: "ui", action: { type: "settings", place } }];
}

/**
 * A press while the settings are open.
 * @param {View} view
 * @param {number} pad number of the pad
 * @param {MenuKey} key
 * @returns {Intent[]}
 */
export function settingsPress(view, pad, key) {
  const place = view.ui.settings;
  if (!place) return [];
  if (place.page === "games") return gamesPress(view, place.gameId, key);
  const { row } = place;
  switch (key) {
    case "up":
    case "down": {
      const next = SETTINGS_ROWS[SETTINGS_ROWS.indexOf(row) + (key === "up" ? -1 : 1)];
      return next ? goTo({ page: "main", row: next }) : [];
    }
    case "left":
    case "right":
      return stepIntents(view, row, key === "left" ? -1 : 1);
    case "south":
      return takeIntents(view, row, pad);
    case "east":
    case "start":
      return goTo(null);
    default:
      return [];
  }
}

/**
 * The next value to one side; a row without values has none.
 * @param {View} view
 * @param {SettingsRow} row
 * @param {1 | -1} step
 * @returns {Intent[]}
 */
export function stepIntents({ host, ui }, row, step) {
  const { lengthFactor, voteSec, queueMode } = host.settings;
  switch (row) {
    case "volume":
      return volumeIntents(ui, step);
    case "length": {
      const factor = beside(LENGTH_FACTORS, lengthFactor, step);
      return factor === null ? [] : [set({ lengthFactor: factor })];
    }
    case "vote": {
      const secs = beside(VOTE_SECS, voteSec, step);
      return secs === null ? [] : [set({ voteSec: secs })];
    }
    case "queue": {
      const mode = beside(QUEUE_MODES, queueMode, step);
      return mode === null ? [] : [set({ queueMode: mode })];
    }
    case "motion": {
      const motion = beside(MOTIONS, ui.motion, step);
      return motion === null ? [] : [{ do: "ui", action: { type: "motion", motion } }];
    }
    case "language": {
      const language = beside(LANGUAGE_IDS, ui.language, step);
      return language === null ? [] : [{ do: "ui", action: { type: "language", language } }];
    }
    case "games":
    case "reset":
      return [];
  }
}

/**
 * ✕ on a row.
 * @param {View} view
 * @param {SettingsRow} row
 * @param {number} pad whose ✕ it is
 * @returns {Intent[]}
 */
export function takeIntents(view, row, pad) {
  switch (row) {
    case "volume":
      return muteIntents(view.ui);
    case "games":
      return goTo({ page: "games", gameId: view.host.allGames[0]?.id ?? "" });
    case "reset":
      return [{ do: "hold", hold: { what: "reset", slot: null, pad, key: "south" } }];
    default:
      return [];
  }
}

/**
 * Puts a game on the shelf or takes it off.
 * @param {View} view
 * @param {string} gameId
 * @returns {Intent[]}
 */
export function toggleIntents({ host }, gameId) {
  if (!host.allGames.some(({ id }) => id === gameId)) return [];
  return [set(host.settings.hiddenGames.includes(gameId) ? { showGame: gameId } : { hideGame: gameId })];
}

/**
 * @param {View} view
 * @param {string} gameId
 * @param {MenuKey} key
 * @returns {Intent[]}
 */
function gamesPress(view, gameId, key) {
  const ids = view.host.allGames.map(({ id }) => id);
  switch (key) {
    case "up":
    case "down": {
      const at = Math.max(0, ids.indexOf(gameId));
      const next = ids[at + (key === "up" ? -1 : 1)];
      return next ? goTo({ page: "games", gameId: next }) : [];
    }
    case "left":
    case "right":
    case "south":
      return toggleIntents(view, gameId);
    case "east":
    case "start":
      return goTo({ page: "main", row: "games" });
    default:
      return [];
  }
}

/**
 * @template T
 * @param {readonly T[]} values
 * @param {T} value
 * @param {1 | -1} step
 * @returns {T | null} null at the end
 */
function beside(values, value, step) {
  return values[values.indexOf(value) + step] ?? null;
}

/**
 * @param {import("../types.d.ts").SettingsChange} payload
 * @returns {Intent}
 */
function set(payload) {
  return { do: "send", command: { type: "change_settings", payload } };
}
