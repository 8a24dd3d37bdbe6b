/**
 * More people than seats: who waits, and how somebody joins them. A pad without a seat lets its owner wait; a friend without a
 * pad is added by somebody who sits.
 * @import { SessionState, Waiting } from "../types.js"
 * @import { Avatar, Intent, Joining, MenuKey, View } from "../view.js"
 */
import { avatarById, isTaken } from "../avatars.js";
import { FRAME_PHASES } from "../frame/messages.js";
import { isPadPresent, seatOf } from "../pads/hub.js";
import { texts } from "../texts.js";
import { isSeatTaken } from "./missing.js";

/** How many may choose a face at the same time: so many cards fit above the queue. */
export const MAX_JOINING = 3;

/** @param {SessionState | null} session @returns {Waiting[]} the next one first */
export function queueOf(session) {
  return session?.queue ?? [];
}

/**
 * Whether somebody could wait for a seat now: people wish for a queue, and the couch is full.
 * @param {View} view
 */
export function isQueueOpen({ host: { session, round, settings } }) {
  if (!session || !round || FRAME_PHASES.has(round.phase)) return false;
  return settings.queueMode !== "off" && session.playersBySlot.every(isSeatTaken);
}

/**
 * Whether who sits can let a friend wait: in the lobby, and not before everybody there has a face.
 * @param {View} view
 */
export function canAddFriend(view) {
  const { session, round } = view.host;
  const isSettled = queueOf(session).length > 0 || session?.playersBySlot.every(({ lockedIn }) => lockedIn);
  return isQueueOpen(view) && round?.phase === "lobby" && Boolean(isSettled);
}

/**
 * Who waits with this pad.
 * @param {View} view
 * @param {number} pad
 */
export function waitingWith(view, pad) {
  return seatOf(view.pads, queueOf(view.host.session), pad);
}

/**
 * Faces that somebody who joins can choose: those that nobody has, those who wait without a pad ("that is me"), and for a
 * friend all who wait, to take them out again.
 * @param {View} view
 * @param {Joining} joining
 * @returns {Avatar[]}
 */
function choices({ host: { session }, avatars, pads }, { own }) {
  if (!session) return [];
  return avatars.filter(({ id }) => {
    const waiting = queueOf(session).find(({ avatarId }) => avatarId === id);
    if (!waiting) return !isTaken(session, id, -1);
    return !own || !isPadPresent(pads, waiting.gamepadIndex);
  });
}

/**
 * The face that somebody's choice stands on: the chosen one as long as it is to be had; null when there is none.
 * @param {View} view
 * @param {Joining} joining
 * @returns {Avatar | null}
 */
export function joiningFace(view, joining) {
  const faces = choices(view, joining);
  const isFree = ({ id = "" }) => !isTaken(/** @type {SessionState} */ (view.host.session), id, -1);
  return faces.find(({ id }) => id === joining.avatarId) ?? faces.find(isFree) ?? faces[0] ?? null;
}

/**
 * What ✕ does with the face that is chosen.
 * @param {View} view
 * @param {Joining} joining
 * @returns {"wait" | "back" | "out" | "none"} `back`: who waits has this pad from now on; `out`: waits no longer
 */
export function joiningDeed(view, joining) {
  const face = joiningFace(view, joining);
  if (!face) return "none";
  if (!queueOf(view.host.session).some(({ avatarId }) => avatarId === face.id)) return "wait";
  return joining.own ? "back" : "out";
}

/**
 * Opens the choice of a face.
 * @param {View} view
 * @param {number} by the pad that chooses
 * @param {boolean} own whether its owner is the one who waits, with this pad; else it is a friend without one
 * @param {string} [avatarId] whose face it begins with
 * @returns {Intent[]}
 */
export function openJoining(view, by, own, avatarId = "") {
  const { session } = view.host;
  if (!session || !isQueueOpen(view) || view.ui.joining.length >= MAX_JOINING) return [];
  const others = new Set(view.ui.joining.map((joining) => joiningFace(view, joining)?.id));
  const first = view.avatars.find(({ id }) => !isTaken(session, id, -1) && !others.has(id));
  return [change(by, { by, own, avatarId: avatarId || (first?.id ?? "") })];
}

/**
 * A press of a pad that chooses a face for somebody who is to wait; null when it chooses none.
 * @param {View} view
 * @param {number} pad
 * @param {MenuKey} key
 * @returns {Intent[] | null}
 */
export function joiningPress(view, pad, key) {
  const joining = view.ui.joining.find(({ by }) => by === pad || by === view.pads.twins.get(pad));
  if (!joining || (view.host.round && FRAME_PHASES.has(view.host.round.phase))) return null;
  switch (key) {
    case "left":
    case "right": {
      const faces = choices(view, joining);
      const at = faces.findIndex(({ id }) => id === joiningFace(view, joining)?.id);
      const next = faces.at((at + (key === "left" ? -1 : 1)) % faces.length);
      return next ? [change(joining.by, { ...joining, avatarId: next.id })] : [];
    }
    case "south":
      return [change(joining.by, null), ...take(view, joining)];
    case "east":
      return [change(joining.by, null)];
    default:
      return [];
  }
}

/** @param {View} view @param {Joining} joining @returns {Intent[]} */
function take(view, joining) {
  const avatarId = joiningFace(view, joining)?.id ?? "";
  switch (joiningDeed(view, joining)) {
    case "none":
      return [];
    case "out":
      return [{ do: "send", command: { type: "leave_queue", payload: { avatarId } } }];
    default: {
      const gamepadIndex = joining.own ? joining.by : -1;
      return [{ do: "send", command: { type: "join_queue", payload: { avatarId, gamepadIndex } } }];
    }
  }
}

/** @param {number} by @param {Joining | null} joining @returns {Intent} */
function change(by, joining) {
  return { do: "ui", action: { type: "joining", by, joining } };
}

/**
 * A press of a pad of somebody who waits: ✕ asks for the place, and ○ leaves the queue when it is held.
 * @param {View} view
 * @param {Waiting} waiting
 * @param {number} pad
 * @param {MenuKey} key
 * @returns {Intent[]}
 */
export function waitingPress({ host, ui, avatars, now }, { avatarId }, pad, key) {
  /** @type {Intent[]} */
  const intents = [{ do: "ui", action: { type: "queue_bump", avatarId } }];
  if (key === "east") intents.push({ do: "hold", hold: { what: "queue", slot: null, avatarId, pad, key } });
  const place = 1 + queueOf(host.session).findIndex((waiting) => waiting.avatarId === avatarId);
  const text = texts.queue.youWait(avatarById(avatars, avatarId).name, place);
  const isSaid = ui.toasts.some((toast) => toast.text === text);
  if (key === "south" && !isSaid)
    intents.push({ do: "ui", action: { type: "toast", tone: "plain", text, avatarId, at: now } });
  return intents;
}
