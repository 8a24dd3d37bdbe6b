/** Passing messages: what happened, whose game, what happens next. */
import { keyedList, make, PartyElement, setAttribute, setText } from "../../build.js";
import { makeFace, patchFace } from "../player-face/player-face.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("../../view.d.ts").Toast} Toast */

export class ToastList extends PartyElement {
  /** @type {View | null} */
  #view = null;
  #patchList = keyedList(
    this,
    (/** @type {Toast} */ toast) => String(toast.key),
    () => make("div", { class: "toast" }, makeFace(), make("span")),
    (element, { tone, text, avatarId }) => {
      const [face, words] = Array.from(element.children);
      if (!this.#view || !face || !words) return;
      setAttribute(element, "data-tone", tone);
      patchFace(/** @type {HTMLImageElement} */ (face), this.#view.avatars, avatarId, tone === "bad" ? "sad" : "happy");
      setText(words, text);
    },
  );

  build() {
    setAttribute(this, "role", "status");
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    this.#patchList(view.ui.toasts);
  }
}

export function registerToastList() {
  customElements.define("toast-list", ToastList);
}
