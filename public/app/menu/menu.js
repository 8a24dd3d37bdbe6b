/**
 * What a press means, from all that is known: pure, so that every rule of the couch can be tested without a screen.
 * @import { Seat, RoundState, SessionState } from "../types.js"
 * @import { Intent, MenuKey, View } from "../view.js"
 */
import { carouselAvatar, nextAvatar } from "../avatars.js";
import { ceremonyPress, currentStep } from "../night/ceremony.js";
import { seatOf } from "../pads/hub.js";
import { isHalted } from "../store.js";
import { moveVoteCursor } from "./cursor.js";
import { dialogPress } from "./dialog.js";
import { canStart, focusPress } from "./focus.js";
import { leaveHold } from "./hold.js";
import { isSeatTaken, missingSeat } from "./missing.js";
import { PAUSE_GRACE_MS, pauseIntents, pausePress } from "./pause.js";
import { canAddFriend, joiningPress, openJoining, waitingPress, waitingWith } from "./queue.js";
import { settingsPress } from "./settings.js";

/**
 * How long presses are ignored after a phase came that ends as soon as everyone has pressed, in ms: people still
 * hammer ✕ when a game ends, and must not skip the results or rate with it.
 */
export const PHASE_GRACE_MS = 450;

/** Phases that are guarded by the grace time. @type {ReadonlySet<string>} */
const GUARDED = new Set(["vote", "results", "rating"]);

/**
 * Whether presses count now.
 * @param {View} view
 */
export function acceptsInput({ host, now }) {
  const { round } = host;
  const guarded = round !== null && GUARDED.has(round.phase) && now - host.phaseAt < PHASE_GRACE_MS;
  const justPaused = isHalted(round) && now - host.pausedAt < PAUSE_GRACE_MS[round?.paused?.reason ?? "player"];
  return host.trusted && host.role === "stage" && !guarded && !justPaused;
}

/**
 * @param {View} view
 * @param {number} pad number of the pad
 * @param {MenuKey} key
 * @returns {Intent[]}
 */
export function onPress(view, pad, key) {
  const { session, round } = view.host;
  if (!session || !round || !acceptsInput(view) || view.ui.dialog?.kind === "pads") return [];
  const seat = seatOf(view.pads, session.playersBySlot, pad);
  if (view.ui.settings) return settingsPress(view, pad, key);
  if (!view.ui.dialog && currentStep(view)) return ceremonyPress(view, key);
  const inGame = round.phase === "loading" || round.phase === "playing" || round.phase === "closing";
  const bump = /** @type {Intent[]} */ (seat ? [{ do: "ui", action: { type: "bump", slot: seat.slot } }] : []);
  const joining = view.ui.dialog ? null : joiningPress(view, pad, key);
  if (joining) return [...bump, ...joining];
  if (!seat && key === "south" && (!round.paused || missingSeat(view))) return takeSeat(view, session, pad, inGame);
  if (round.paused) return pausePress(view, seat?.slot ?? null, key);
  const waiting = seat || inGame || view.ui.dialog ? null : waitingWith(view, pad);
  if (waiting) return waitingPress(view, waiting, pad, key);
  // Shift is ○ of the first keyboard pad: Shift+Tab of somebody without a seat must not close what it walks through.
  if (!seat) return key === "east" ? [] : dialogPress(view, key);
  if (inGame) return key === "start" ? pauseIntents(view, seat.slot) : [];
  if (view.ui.dialog) return [...bump, ...dialogPress(view, key)];
  if (!seat.lockedIn) return [...bump, ...choosingPress(view, session, seat, key)];
  const held = key === "east" && round.phase !== "rating" ? [leaveHold(seat)] : [];
  return [...bump, ...held, ...lockedPress(view, round, session, seat, key)];
}

/**
 * @param {View} view
 * @param {SessionState} session
 * @param {number} pad
 * @param {boolean} inGame newcomers wait for the end of the round; a player whose pad is gone does not
 * @returns {Intent[]}
 */
function takeSeat(view, session, pad, inGame) {
  const missing = missingSeat(view);
  if (missing)
    return [{ do: "send", command: { type: "move_pad", payload: { slot: missing.slot, gamepadIndex: pad } } }];
  if (view.ui.dialog) return dialogPress(view, "south");
  if (inGame) return [];
  const waiting = waitingWith(view, pad);
  if (waiting) return waitingPress(view, waiting, pad, "south");
  if (session.playersBySlot.every(isSeatTaken)) return openJoining(view, pad, true);
  return [{ do: "send", command: { type: "claim_seat", payload: { gamepadIndex: pad } } }];
}

/**
 * @param {View} view
 * @param {SessionState} session
 * @param {Seat} seat
 * @param {MenuKey} key
 * @returns {Intent[]}
 */
function choosingPress({ ui, avatars }, session, seat, key) {
  const { slot } = seat;
  const current = carouselAvatar(avatars, session, slot, ui.carousel[slot] ?? "");
  switch (key) {
    case "left":
    case "right": {
      const next = current && nextAvatar(avatars, session, slot, current.id, key === "left" ? -1 : 1);
      return next ? [{ do: "ui", action: { type: "carousel", slot, avatarId: next.id } }] : [];
    }
    case "south":
      return current
        ? [{ do: "send", command: { type: "choose_avatar", payload: { slot, avatarId: current.id } } }]
        : [];
    case "east":
      return [leaveHold(seat)];
    default:
      return [];
  }
}

/**
 * @param {View} view
 * @param {RoundState} round
 * @param {SessionState} session
 * @param {Seat} seat
 * @param {MenuKey} key
 * @returns {Intent[]}
 */
function lockedPress(view, round, session, { slot, avatarId }, key) {
  const ready = round.readyBySlot[slot] ?? false;
  switch (round.phase) {
    case "lobby":
      return lobbyPress(view, session, slot, avatarId, ready, key);
    case "vote":
      return votePress(view, slot, key);
    case "results":
      return key === "south" ? [{ do: "send", command: { type: "set_ready", payload: { slot, ready: true } } }] : [];
    case "rating":
      // Who came since then did not play.
      if (round.creatorBonus !== null || round.avatarsBySlot[slot] !== avatarId) return [];
      if (key === "south") return [{ do: "send", command: { type: "rate", payload: { slot, rating: 1 } } }];
      if (key === "east") return [{ do: "send", command: { type: "rate", payload: { slot, rating: -1 } } }];
      return [];
    default:
      return [];
  }
}

/**
 * @param {View} view
 * @param {SessionState} session
 * @param {number} slot
 * @param {string} avatarId
 * @param {boolean} ready
 * @param {MenuKey} key
 * @returns {Intent[]}
 */
function lobbyPress(view, session, slot, avatarId, ready, key) {
  if (key === "start") return canStart(view) ? [{ do: "send", command: { type: "start_vote", payload: {} } }] : [];
  const wished = view.ui.focus[slot] ?? { zone: "seat" };
  /** @type {import("../view.d.ts").Focus} */
  const focus = wished.zone === "queue" && !canAddFriend(view) ? { zone: "seat" } : wished;
  if (focus.zone !== "seat" || key === "up" || key === "right") return focusPress(view, slot, focus, key);
  if (key === "south") return [{ do: "send", command: { type: "set_ready", payload: { slot, ready: !ready } } }];
  if (key !== "east") return [];
  if (ready) return [{ do: "send", command: { type: "set_ready", payload: { slot, ready: false } } }];
  return chooseAgain(session, slot, avatarId);
}

/**
 * Back to the carousel, which opens on the face that the seat had.
 * @param {SessionState} session
 * @param {number} slot
 * @param {string} avatarId
 * @returns {Intent[]}
 */
function chooseAgain(session, slot, avatarId) {
  if (!session.playersBySlot[slot]?.lockedIn) return [];
  return [
    { do: "ui", action: { type: "carousel", slot, avatarId } },
    { do: "send", command: { type: "choose_avatar", payload: { slot, avatarId: "" } } },
  ];
}

/**
 * @param {View} view
 * @param {number} slot
 * @param {MenuKey} key
 * @returns {Intent[]}
 */
function votePress({ host, ui }, slot, key) {
  // Chance has decided a tie: there is nothing to vote for any more.
  if (host.round?.game) return [];
  const current = ui.voteCursor[slot] ?? "";
  const gameIds = host.games.map(({ id }) => id);
  if (key === "south") {
    const gameId = gameIds.includes(current) ? current : "";
    return [{ do: "send", command: { type: "vote", payload: { slot, gameId } } }];
  }
  if (key !== "left" && key !== "right" && key !== "up" && key !== "down") return [];
  return [{ do: "ui", action: { type: "vote_cursor", slot, gameId: moveVoteCursor(gameIds, current, key) } }];
}
