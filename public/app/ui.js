/**
 * What only this page knows: cursors, carousels, the open dialog, passing messages.
 * @import { UiAction, UiState } from "./view.js"
 */

import { clampVolume, DEFAULT_VOLUME } from "./sound/settings.js";

/** How long a passing message stays, in ms: long enough to read two lines from the couch. */
export const TOAST_MS = 7000;
/** Messages shown at once. */
const TOASTS_MAX = 2;

/** @returns {UiState} */
export function initialUiState() {
  return {
    carousel: ["", "", "", ""],
    focus: [{ zone: "seat" }, { zone: "seat" }, { zone: "seat" }, { zone: "seat" }],
    joining: [],
    queueBump: { avatarId: "", count: 0 },
    voteCursor: ["", "", "", ""],
    lastMoved: 0,
    dialog: null,
    pauseItem: "continue",
    waived: [],
    settings: null,
    motion: "auto",
    language: "en",
    holding: [],
    ceremony: null,
    touchedAt: 0,
    wasQuiet: false,
    toasts: [],
    nextToast: 1,
    soundOn: true,
    volume: DEFAULT_VOLUME,
    soundBlocked: false,
    bumps: [0, 0, 0, 0],
  };
}

/**
 * @param {UiState} state
 * @param {UiAction} action
 * @returns {UiState}
 */
export function reduceUi(state, action) {
  switch (action.type) {
    case "carousel":
      return { ...state, carousel: state.carousel.with(action.slot, action.avatarId) };
    case "focus":
      return { ...state, focus: state.focus.with(action.slot, action.focus), lastMoved: action.slot };
    case "joining": {
      const others = state.joining.filter(({ by }) => by !== action.by);
      return { ...state, joining: action.joining ? [...others, action.joining] : others };
    }
    case "queue_bump":
      return { ...state, queueBump: { avatarId: action.avatarId, count: state.queueBump.count + 1 } };
    case "vote_cursor":
      return { ...state, voteCursor: state.voteCursor.with(action.slot, action.gameId), lastMoved: action.slot };
    case "dialog":
      return { ...state, dialog: action.dialog };
    case "pause_item":
      return { ...state, pauseItem: action.item };
    case "waive":
      return { ...state, waived: action.slots };
    case "settings":
      return { ...state, settings: action.place };
    case "motion":
      return { ...state, motion: action.motion };
    case "language":
      return { ...state, language: action.language };
    case "holding":
      return { ...state, holding: action.keys };
    case "ceremony":
      return { ...state, ceremony: action.step };
    case "toast": {
      const { tone, text, avatarId, at } = action;
      const toasts = [...state.toasts, { key: state.nextToast, tone, text, avatarId, at }].slice(-TOASTS_MAX);
      return { ...state, toasts, nextToast: state.nextToast + 1 };
    }
    case "expire_toasts": {
      const toasts = state.toasts.filter((toast) => action.now - toast.at < TOAST_MS);
      return toasts.length === state.toasts.length ? state : { ...state, toasts };
    }
    case "touched":
      return { ...state, touchedAt: action.at, wasQuiet: false };
    case "was_quiet":
      return { ...state, wasQuiet: true };
    case "sound":
      // Sound that is wanted is also heard.
      return { ...state, soundOn: action.on, volume: state.volume || DEFAULT_VOLUME };
    case "volume": {
      const volume = clampVolume(action.volume);
      // Whoever turns the volume wants to hear it.
      return { ...state, volume, soundOn: state.soundOn || volume > state.volume };
    }
    case "sound_blocked":
      return action.blocked === state.soundBlocked ? state : { ...state, soundBlocked: action.blocked };
    case "bump":
      return { ...state, bumps: state.bumps.with(action.slot, (state.bumps[action.slot] ?? 0) + 1) };
    case "new_phase": {
      const { focus, joining, voteCursor, pauseItem, waived } = initialUiState();
      const closed = { settings: null, dialog: null, ceremony: null, wasQuiet: false };
      return { ...state, focus, joining, voteCursor, pauseItem, waived, ...closed };
    }
  }
}
