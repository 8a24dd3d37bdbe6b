/**
 * The catalogue of avatars, and who has which.
 * @import { Avatar, Pose } from "./view.js"
 * @import { SessionState } from "./types.js"
 */

/** For an id that the catalogue does not know. */
const UNKNOWN_COLOR = "#c9c2f0";

/** @returns {Promise<Avatar[]>} */
export async function loadAvatars() {
  const response = await fetch("/api/avatars");
  const answer = await response.json();
  if (!answer.ok || !Array.isArray(answer.avatars)) throw new Error(`no avatars: status ${response.status}`);
  return answer.avatars;
}

/**
 * The avatar with this id; one made of the id itself when the catalogue has none.
 * @param {Avatar[]} avatars
 * @param {string} id
 * @returns {Avatar}
 */
export function avatarById(avatars, id) {
  return avatars.find((avatar) => avatar.id === id) ?? { id, name: id, color: UNKNOWN_COLOR };
}

/**
 * The picture of an avatar; its poses are fragments of one file. Pictures of the same address share their animations and
 * are painted anew at each frame; those without motion cost nothing, which takes an address of their own.
 * @param {Avatar} avatar
 * @param {Pose} pose
 * @param {boolean} [calm] nothing moves: a picture hears what the system wishes, and nothing of the page around it
 */
export function avatarImage(avatar, pose, calm = false) {
  const path = avatar.image ?? `/public/avatars/${encodeURIComponent(avatar.id)}.svg`;
  if (pose === "still" || (calm && pose === "idle")) return `${path}?still#still`;
  if (calm) return `${path}?still#${pose}-still`;
  return pose === "idle" ? path : `${path}#${pose}`;
}

/**
 * Whether another seat or somebody who waits has this avatar.
 * @param {SessionState} session
 * @param {string} avatarId
 * @param {number} slot
 */
export function isTaken(session, avatarId, slot) {
  const waits = session.queue?.some((waiting) => waiting.avatarId === avatarId) ?? false;
  return waits || session.playersBySlot.some((seat) => seat.slot !== slot && seat.avatarId === avatarId);
}

/**
 * The avatar that a seat's carousel stands on: the wanted one, or the next that is free. Seats begin apart from
 * each other, so that four people who join at once see four faces.
 * @param {Avatar[]} avatars
 * @param {SessionState} session
 * @param {number} slot
 * @param {string} wanted
 * @returns {Avatar | null} null when there is none to have
 */
export function carouselAvatar(avatars, session, slot, wanted) {
  const at = avatars.findIndex((avatar) => avatar.id === wanted);
  const start = at >= 0 ? at : Math.floor((slot * avatars.length) / 4);
  return freeFrom(avatars, session, slot, start, 1);
}

/**
 * The next free avatar to one side.
 * @param {Avatar[]} avatars
 * @param {SessionState} session
 * @param {number} slot
 * @param {string} current
 * @param {1 | -1} side
 * @returns {Avatar | null}
 */
export function nextAvatar(avatars, session, slot, current, side) {
  const at = avatars.findIndex((avatar) => avatar.id === current);
  return freeFrom(avatars, session, slot, at + side, side);
}

/**
 * @param {Avatar[]} avatars
 * @param {SessionState} session
 * @param {number} slot
 * @param {number} start
 * @param {1 | -1} side
 */
function freeFrom(avatars, session, slot, start, side) {
  for (let step = 0; step < avatars.length; step += 1) {
    const index = (((start + step * side) % avatars.length) + avatars.length) % avatars.length;
    const avatar = avatars[index];
    if (avatar && !isTaken(session, avatar.id, slot)) return avatar;
  }
  return null;
}
