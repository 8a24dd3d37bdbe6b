/** How loud the party is, as a row of bars. */
import { make, setAttribute } from "../../build.js";
import { volumeOf } from "../../menu/volume.js";
import { MAX_VOLUME } from "../../sound/settings.js";
import { texts } from "../../texts.js";

export function makeVolume() {
  const bars = Array.from({ length: MAX_VOLUME }, () => make("i"));
  return make("span", { class: "volume-level", "aria-hidden": "true" }, ...bars);
}

/**
 * @param {HTMLElement} element made by `makeVolume`
 * @param {import("../../view.d.ts").UiState} ui
 */
export function patchVolume(element, ui) {
  const level = volumeOf(ui);
  Array.from(element.children).forEach((bar, n) => {
    setAttribute(bar, "data-on", n < level ? "" : null);
  });
}

/** @param {import("../../view.d.ts").UiState} ui */
export function volumeWords(ui) {
  return texts.pause.volume(volumeOf(ui), MAX_VOLUME);
}
