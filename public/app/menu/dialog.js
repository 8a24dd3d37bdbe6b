/**
 * Answers to the question on top of everything: d-pad chooses, ✕ takes the choice, ○ is the safe answer.
 * @import { Intent, MenuKey, View } from "../view.js"
 */

/** @type {Intent} */
const CLOSE = { do: "ui", action: { type: "dialog", dialog: null } };

/**
 * @param {View} view
 * @param {MenuKey} key
 * @returns {Intent[]}
 */
export function dialogPress(view, key) {
  const { dialog } = view.ui;
  // In the doctor all buttons can be tried; it hears for itself which are held.
  if (!dialog || dialog.kind === "pads") return [];
  if (key === "south") return answerDialog(view, dialog.choice);
  if (key === "east") return [CLOSE];
  if (dialog.kind === "join") return [];
  if (key === "left" || key === "up")
    return [{ do: "ui", action: { type: "dialog", dialog: { ...dialog, choice: 0 } } }];
  if (key === "right" || key === "down")
    return [{ do: "ui", action: { type: "dialog", dialog: { ...dialog, choice: 1 } } }];
  return [];
}

/**
 * @param {View} view
 * @param {0 | 1} choice 1 does it, 0 leaves everything as it is
 * @returns {Intent[]}
 */
export function answerDialog({ ui: { dialog } }, choice) {
  if (!dialog || choice === 0) return [CLOSE];
  switch (dialog.kind) {
    case "play":
      return [CLOSE, { do: "send", command: { type: "start_game", payload: { gameId: dialog.gameId } } }];
    case "join":
    case "pads":
      return [CLOSE];
  }
}
