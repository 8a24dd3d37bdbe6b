/** Over a running game: who lost the controller, and how to go on. */
import { avatarById } from "../../avatars.js";
import { keyedList, make, PartyElement, setProperty, setText, show } from "../../build.js";
import { FRAME_PHASES } from "../../frame/messages.js";
import { missingPlayers } from "../../menu/missing.js";
import { missingLabel } from "../../pads/labels.js";
import { texts } from "../../texts.js";
import { makeGlyph } from "../pad-glyph/pad-glyph.js";
import { makeFace, patchFace } from "../player-face/player-face.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("../../types.d.ts").Seat} Seat */

export class MissingPads extends PartyElement {
  /** @type {View | null} */
  #view = null;
  #patchList = keyedList(
    this,
    (/** @type {Seat} */ seat) => String(seat.slot),
    () => {
      const words = make("span", {}, make("b"), ` ${texts.seats.press} `, makeGlyph("south"));
      words.append(` ${texts.seats.missingDo}`);
      return make("div", { class: "missing-pad" }, makeFace(), words);
    },
    (element, { slot, avatarId, gamepadIndex }) => {
      const [face, words] = Array.from(element.children);
      const name = words?.firstElementChild;
      if (!this.#view || !face || !name) return;
      setProperty(element, "--player", avatarById(this.#view.avatars, avatarId).color);
      patchFace(/** @type {HTMLImageElement} */ (face), this.#view.avatars, avatarId, "sad");
      setText(name, `${texts.seats.short(slot)}: ${missingLabel(this.#view.host.input, gamepadIndex)}.`);
    },
  );

  build() {
    this.setAttribute("role", "status");
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const { round, role } = view.host;
    // A paused round says so itself.
    const shown = round !== null && FRAME_PHASES.has(round.phase) && !round.paused && role === "stage";
    const missing = shown ? missingPlayers(view) : [];
    show(this, missing.length > 0);
    this.#patchList(missing);
  }
}

export function registerMissingPads() {
  customElements.define("missing-pads", MissingPads);
}
