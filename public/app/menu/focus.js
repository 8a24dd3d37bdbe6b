/**
 * A seated player's d-pad in the lobby: from the own seat up to the shelf and the buttons above it, and right to the queue.
 * @import { Direction, Focus, Intent, MenuKey, TopItem, View } from "../view.js"
 */
import { canCelebrate } from "../night/ceremony.js";
import { LOBBY_COLUMNS, moveInGrid } from "./cursor.js";
import { canAddFriend, openJoining } from "./queue.js";
import { goTo, maySet, SETTINGS_START } from "./settings.js";
import { muteIntents, volumeIntents, volumeOf } from "./volume.js";

/**
 * Buttons that a d-pad reaches, from left to right. Sound is the last, for there left and right turn the volume.
 * @param {View} view
 * @returns {TopItem[]}
 */
function topItems(view) {
  /** @type {TopItem[]} */
  const items = ["vote", "join", "ceremony", "pads", "settings", "sound"];
  return items.filter((item) => {
    if (item === "vote") return canStart(view);
    return item !== "ceremony" || canCelebrate(view);
  });
}

/**
 * @param {View} view
 * @param {number} slot
 * @param {Focus} focus
 * @param {MenuKey} key
 * @returns {Intent[]}
 */
export function focusPress(view, slot, focus, key) {
  if (key === "south") return activate(view, slot, focus);
  if (key === "east") return [{ do: "ui", action: { type: "focus", slot, focus: { zone: "seat" } } }];
  if (key !== "left" && key !== "right" && key !== "up" && key !== "down") return [];
  const turns = focus.zone === "top" && focus.item === "sound" ? volumePress(view.ui, key) : null;
  if (turns) return turns;
  return [{ do: "ui", action: { type: "focus", slot, focus: moveFocus(view, focus, key) } }];
}

/**
 * Left and right turn the volume. At its end left goes on to the next button, as does up at any time.
 * @param {View["ui"]} ui
 * @param {Direction} key
 * @returns {Intent[] | null} null when the press is no turn
 */
export function volumePress(ui, key) {
  if (key === "up" || key === "down" || (key === "left" && volumeOf(ui) === 0)) return null;
  return volumeIntents(ui, key === "left" ? -1 : 1);
}

/**
 * @param {View} view
 * @param {Focus} focus
 * @param {Direction} direction
 * @returns {Focus}
 */
export function moveFocus(view, focus, direction) {
  const { games } = view.host;
  const items = topItems(view);
  /** @type {Focus} */
  const top = { zone: "top", item: items[0] ?? "join" };
  const first = games[0];
  /** @type {Focus} */
  const shelf = first ? { zone: "shelf", gameId: first.id } : top;
  switch (focus.zone) {
    case "seat":
      if (direction === "right" && canAddFriend(view)) return { zone: "queue" };
      return direction === "up" ? shelf : focus;
    case "queue":
      if (direction === "right") return focus;
      return direction === "up" ? shelf : { zone: "seat" };
    case "top": {
      if (direction === "down") return first ? shelf : { zone: "seat" };
      if (direction === "up" && focus.item !== "sound") return focus;
      const item = items[items.indexOf(focus.item) + (direction === "right" ? 1 : -1)];
      return item ? { zone: "top", item } : focus;
    }
    case "shelf": {
      const index = games.findIndex(({ id }) => id === focus.gameId);
      if (index < 0) return shelf;
      const game = games[moveInGrid(index, direction, games.length, LOBBY_COLUMNS) ?? -1];
      if (game) return { zone: "shelf", gameId: game.id };
      return direction === "up" ? top : { zone: "seat" };
    }
  }
}

/**
 * What the thing in focus does.
 * @param {View} view
 * @param {number} slot whose focus it is
 * @param {Focus} focus
 * @returns {Intent[]}
 */
function activate(view, slot, focus) {
  if (focus.zone === "queue") {
    return openJoining(view, view.host.session?.playersBySlot[slot]?.gamepadIndex ?? -1, false);
  }
  if (focus.zone === "shelf") return playIntents(view, focus.gameId);
  return focus.zone === "top" ? topIntents(view, focus.item) : [];
}

/**
 * A press or click on a card in the lobby.
 * @param {View} view
 * @param {string} gameId
 * @returns {Intent[]}
 */
export function playIntents(view, gameId) {
  const { games, trusted, role } = view.host;
  const mine = trusted && role === "stage" && games.some(({ id }) => id === gameId);
  return mine ? [{ do: "ui", action: { type: "dialog", dialog: { kind: "play", gameId, choice: 1 } } }] : [];
}

/**
 * A press or click on a button of the top bar.
 * @param {View} view
 * @param {TopItem} item
 * @returns {Intent[]}
 */
export function topIntents(view, item) {
  switch (item) {
    case "vote":
      return [{ do: "send", command: { type: "start_vote", payload: {} } }];
    case "join":
      return [{ do: "ui", action: { type: "dialog", dialog: { kind: "join", choice: 0 } } }];
    case "ceremony":
      return canCelebrate(view) ? [{ do: "ui", action: { type: "ceremony", step: 0 } }] : [];
    case "pads":
      return [{ do: "ui", action: { type: "dialog", dialog: { kind: "pads", choice: 0 } } }];
    case "sound":
      return muteIntents(view.ui);
    case "settings":
      return maySet(view.host) ? goTo(SETTINGS_START) : [];
  }
}

/**
 * Whether a round can begin: two locked-in seats and a game.
 * @param {View} view
 */
export function canStart({ host }) {
  const players = host.session?.playersBySlot.filter(({ lockedIn }) => lockedIn).length ?? 0;
  return players >= 2 && host.games.length > 0 && host.round?.phase === "lobby";
}
