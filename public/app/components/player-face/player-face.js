/**
 * An avatar's face, and the small chips that show whose cursor is where.
 * @import { Avatar, Pose, View } from "../../view.js"
 */
import { avatarById, avatarImage } from "../../avatars.js";
import { keyedList, make, setAttribute, setProperty } from "../../build.js";
import { isMotionReduced } from "../../motion.js";
import { texts } from "../../texts.js";

/** @param {string} [className] */
export function makeFace(className = "") {
  return make("img", { class: `player-face ${className}`, alt: "" });
}

/**
 * @param {HTMLImageElement} face
 * @param {Avatar[]} avatars
 * @param {string} avatarId nobody's face when empty
 * @param {Pose} [pose]
 */
export function patchFace(face, avatars, avatarId, pose = "idle") {
  const source = avatarId
    ? avatarImage(avatarById(avatars, avatarId), pose, isMotionReduced())
    : "/public/app/icons/logo.svg";
  setAttribute(face, "data-pose", pose);
  setAttribute(face, "src", source);
}

/**
 * A row of chips in `parent`, one for each slot.
 * @param {HTMLElement} parent
 * @returns {(view: View, slots: number[]) => void}
 */
export function chipRow(parent) {
  /** @type {View | null} */
  let current = null;
  const patchAll = keyedList(
    parent,
    (/** @type {number} */ slot) => String(slot),
    (slot) => make("span", { class: "player-chip" }, makeFace(), make("b", { text: texts.seats.short(slot) })),
    (chip, slot) => {
      if (!current?.host.session) return;
      const avatarId = current.host.session.playersBySlot[slot]?.avatarId ?? "";
      setProperty(chip, "--player", avatarById(current.avatars, avatarId).color);
      patchFace(/** @type {HTMLImageElement} */ (chip.firstElementChild), current.avatars, avatarId, "still");
    },
  );
  return (view, slots) => {
    current = view;
    patchAll(slots);
  };
}
