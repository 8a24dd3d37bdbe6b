/**
 * What a page shows that only it knows (settings, ceremony, a dialog, that nobody is there), kept in its own tab: a reload comes
 * back to it. In a round the host says what is to be seen; only that it was called off nobody heard while the page was away. Pure but
 * for the storage.
 * @import { UiAction, View } from "./view.js"
 */

import { isQuiet } from "./components/attract-screen/quiet.js";
import { FRAME_PHASES } from "./frame/messages.js";
import { SETTINGS_ROWS } from "./menu/settings.js";
import { canCelebrate } from "./night/ceremony.js";
import { texts } from "./texts.js";

/** Where the tab keeps it. */
const KEY = "maribro.place";

/**
 * @param {View} view
 * @returns {string} JSON; empty when there is nothing to come back to but the lobby itself
 */
export function placeOf(view) {
  const { round } = view.host;
  if (round?.game && FRAME_PHASES.has(round.phase)) {
    return JSON.stringify({ playing: { id: round.id, title: round.game.title } });
  }
  if (round?.phase !== "lobby") return "";
  const { settings, ceremony, dialog } = view.ui;
  const quiet = isQuiet(view);
  if (!settings && ceremony === null && !dialog && !quiet) return "";
  return JSON.stringify({ settings, ceremony, dialog, quiet });
}

/**
 * How to come back there, as far as it is still there.
 * @param {View} view in the lobby
 * @param {string} place from `placeOf`, of whatever version of this page
 * @returns {UiAction[]}
 */
export function comeBack(view, place) {
  /** @type {any} */
  let kept;
  try {
    kept = JSON.parse(place || "{}");
  } catch {
    return [];
  }
  const { settings, ceremony, dialog, quiet, playing } = kept ?? {};
  if (playing) return calledOff(view, playing);
  if (settings?.page === "main" && SETTINGS_ROWS.includes(settings.row)) return [{ type: "settings", place: settings }];
  if (settings?.page === "games") {
    return [{ type: "settings", place: { page: "games", gameId: String(settings.gameId) } }];
  }
  if (Number.isInteger(ceremony) && ceremony >= 0 && canCelebrate(view)) return [{ type: "ceremony", step: ceremony }];
  if (dialog?.kind === "join" || dialog?.kind === "pads") {
    return [{ type: "dialog", dialog: { kind: dialog.kind, choice: 0 } }];
  }
  const isOnShelf = view.host.games.some(({ id }) => id === dialog?.gameId);
  if (dialog?.kind === "play" && isOnShelf) {
    return [{ type: "dialog", dialog: { kind: "play", gameId: dialog.gameId, choice: dialog.choice === 1 ? 1 : 0 } }];
  }
  return quiet === true ? [{ type: "was_quiet" }] : [];
}

/**
 * What to say in the lobby to those who were in the middle of a round.
 * @param {View} view
 * @param {{id?: unknown, title?: unknown}} playing
 * @returns {UiAction[]}
 */
function calledOff({ host: { session }, now }, { id, title }) {
  if (session?.history.some(({ roundId }) => roundId === id)) return [];
  return [{ type: "toast", tone: "bad", text: texts.notices.stage_lost(String(title), ""), avatarId: "", at: now }];
}

export class PlaceKeeper {
  #kept = sessionStorage.getItem(KEY) ?? "";

  /** What was kept when the page was loaded, or since. */
  get place() {
    return this.#kept;
  }

  /** @param {View} view */
  keep(view) {
    const place = placeOf(view);
    if (place === this.#kept) return;
    this.#kept = place;
    sessionStorage.setItem(KEY, place);
  }
}
