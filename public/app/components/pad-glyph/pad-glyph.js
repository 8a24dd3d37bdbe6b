/** The sign of a button: the DualShock's glyph, or the key cap for a keyboard pad. */
import { make, setText, show } from "../../build.js";
import { keyLabels } from "../../pads/keys.js";
import { texts } from "../../texts.js";

const GLYPHS = { south: { icon: "cross", alt: "✕" }, east: { icon: "circle", alt: "○" } };

/** @param {"south" | "east"} key */
export function makeGlyph(key) {
  const { icon, alt } = GLYPHS[key];
  return make(
    "span",
    { class: "pad-glyph", "data-key": key },
    make("img", { src: `/public/app/icons/${icon}.svg`, alt }),
    make("kbd", { hidden: "" }),
  );
}

/**
 * @param {HTMLElement} glyph made by `makeGlyph`
 * @param {number} padIndex whose button it is
 */
export function patchGlyph(glyph, padIndex) {
  const [image, key] = /** @type {[HTMLElement, HTMLElement]} */ (/** @type {unknown} */ (glyph.children));
  const cap = keyLabels(padIndex)?.[glyph.dataset.key === "east" ? "east" : "south"] ?? "";
  const label = texts.keys[cap] ?? cap;
  show(image, label === "");
  show(key, label !== "");
  setText(key, label);
}
