/**
 * Movement that a person may not want. There is one answer for scripts, styles and pictures: `data-motion` of the document,
 * `less` or `all`.
 * @import { Motion } from "./view.js"
 */

const system = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");
/** @type {Motion} */
let wish = "auto";
system?.addEventListener("change", () => setMotion(wish));

/**
 * Follows what people chose, and the system where they leave it to that.
 * @param {Motion} motion
 */
export function setMotion(motion) {
  wish = motion;
  const isLess = motion === "on" || (motion === "auto" && system?.matches === true);
  document.documentElement.dataset.motion = isLess ? "less" : "all";
}

/** Whether things come to their place without moving there. */
export function isMotionReduced() {
  return document.documentElement.dataset.motion === "less";
}

/**
 * Lets an element fly from another's place to its own; nothing happens where motion is reduced or a place is not on screen.
 * @param {HTMLElement} element
 * @param {Element | null} from
 * @param {Element | null} to
 * @param {KeyframeAnimationOptions} timing
 */
export function fly(element, from, to, timing) {
  if (isMotionReduced() || !from || !to) return null;
  const [a, b, own] = [from, to, element].map((one) => one.getBoundingClientRect());
  if (!a?.width || !b?.width || !own?.width) return null;
  const step = (/** @type {DOMRect} */ box, /** @type {number} */ lift) =>
    `translate(${box.x + box.width / 2 - own.x - own.width / 2}px, ${box.y + box.height / 2 - own.y - own.height / 2 - lift}px)`;
  const middle = new DOMRect((a.x + b.x) / 2, (a.y + b.y) / 2, (a.width + b.width) / 2, (a.height + b.height) / 2);
  const lift = Math.min(160, Math.abs(a.x - b.x) / 3);
  return element.animate(
    [
      { transform: `${step(a, 0)} scale(0.3)`, opacity: 0 },
      { transform: `${step(a, 0)} scale(1)`, opacity: 1, offset: 0.2 },
      { transform: `${step(middle, lift)} scale(1.3)`, opacity: 1, offset: 0.6 },
      { transform: `${step(b, 0)} scale(0.6)`, opacity: 1, offset: 0.95 },
      { transform: `${step(b, 0)} scale(0.2)`, opacity: 0 },
    ],
    { easing: "ease-in-out", fill: "both", ...timing },
  );
}
