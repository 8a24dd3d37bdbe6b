/**
 * Over a game that stands still: who paused it or whose controller is gone, what to do now, and 3-2-1 before it goes on.
 * The cursor belongs to all pads; the browser's own focus stays on the menu, so that keyboard pads work here too.
 */
import { avatarById } from "../../avatars.js";
import { keyedList, make, PartyElement, setAttribute, setProperty, setText, show } from "../../build.js";
import { missingPlayers } from "../../menu/missing.js";
import { PAUSE_ITEMS, pauseItemIntents } from "../../menu/pause.js";
import { volumeIntents } from "../../menu/volume.js";
import { resumesInMs } from "../../store.js";
import { texts } from "../../texts.js";
import { makeGlyph } from "../pad-glyph/pad-glyph.js";
import { makeFace, patchFace } from "../player-face/player-face.js";
import { makeVolume, patchVolume, volumeWords } from "../volume-level/volume-level.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("../../view.d.ts").PauseItem} PauseItem */
/** @typedef {import("../../types.d.ts").Seat} Seat */

export class PauseOverlay extends PartyElement {
  /** @type {View | null} */
  #view = null;
  #heading = make("h2");
  #whoFace = makeFace();
  #whoWords = make("span");
  #who = make("p", { class: "pause-who" }, this.#whoFace, this.#whoWords);
  #missing = make("div", { class: "pause-missing" });
  #patchMissing = keyedList(
    this.#missing,
    (/** @type {Seat} */ seat) => String(seat.slot),
    ({ slot }) => {
      const words = make("span", { text: `${texts.pause.reconnect(slot)} ` });
      words.append(makeGlyph("south"), ` ${texts.pause.onAnother}`);
      return make("p", { class: "pause-who" }, makeFace(), words);
    },
    (element, { avatarId }) => {
      if (!this.#view) return;
      setProperty(element, "--player", avatarById(this.#view.avatars, avatarId).color);
      patchFace(/** @type {HTMLImageElement} */ (element.firstElementChild), this.#view.avatars, avatarId, "sad");
    },
  );
  #labels = new Map(PAUSE_ITEMS.map((item) => [item, make("span")]));
  #items = new Map(PAUSE_ITEMS.map((item) => [item, this.#makeItem(item)]));
  #level = makeVolume();
  #menu = make("div", { class: "pause-menu", role: "menu", tabindex: "0" }, ...this.#items.values());
  #panel = make("div", { class: "pause-panel" });
  #count = make("div", { class: "pause-count", role: "timer" });
  #dialog = make("dialog", { class: "pause-dialog", "aria-labelledby": "pause-heading" }, this.#panel, this.#count);

  build() {
    this.#heading.id = "pause-heading";
    const legend = make("p", { class: "dialog-legend" }, makeGlyph("south"), ` ${texts.pause.choose}`);
    this.#panel.replaceChildren(this.#heading, this.#who, this.#missing, this.#menu, legend);
    this.#items.get("volume")?.append(this.#level);
    this.append(this.#dialog);
    // Escape is the page's: it goes on with the round.
    this.listen(this.#dialog, "cancel", (event) => event.preventDefault());
  }

  /** @param {PauseItem} item */
  #makeItem(item) {
    const element = make("div", { class: "button big pause-item", role: "menuitem", id: `pause-${item}` });
    element.append(/** @type {Node} */ (this.#labels.get(item)));
    element.addEventListener("click", (event) => this.#clicked(item, element, event));
    return element;
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const { host, ui } = view;
    const paused = host.role === "stage" ? (host.round?.paused ?? null) : null;
    if (!paused) {
      if (this.#dialog.open) this.#dialog.close();
      return;
    }
    const resumes = resumesInMs(host, view.now);
    show(this.#panel, resumes === null);
    show(this.#count, resumes !== null);
    setText(this.#count, String(Math.max(1, Math.ceil((resumes ?? 0) / 1000))));
    this.#showWho(view, paused);
    for (const [item, element] of this.#items) setAttribute(element, "data-chosen", item === ui.pauseItem ? "" : null);
    setAttribute(this.#menu, "aria-activedescendant", `pause-${ui.pauseItem}`);
    this.#showVolume(view);
    if (!this.#dialog.open) this.#dialog.showModal();
    if (resumes === null && document.activeElement !== this.#menu) this.#menu.focus();
  }

  /** @param {View} view @param {import("../../types.d.ts").Pause} paused */
  #showWho(view, { reason, slot }) {
    const { avatars, host } = view;
    const words = texts.pause;
    const missing = missingPlayers(view);
    setText(this.#heading, missing.length > 0 ? words.lostHeading : words.heading);
    setAttribute(this.#panel, "data-missing", missing.length > 0 ? "" : null);
    this.#patchMissing(missing);
    const avatarId = (slot !== null && host.round?.avatarsBySlot[slot]) || "";
    show(this.#who, missing.length === 0);
    show(this.#whoFace, avatarId !== "");
    patchFace(this.#whoFace, avatars, avatarId);
    setProperty(this.#who, "--player", avatarById(avatars, avatarId).color);
    const known = reason === "player" && avatarId !== "" && slot !== null;
    setText(this.#whoWords, known ? words.by(slot, avatarById(avatars, avatarId).name) : words.bySomebody);
    const without = missing.map((seat) => texts.seats.short(seat.slot)).join(", ");
    for (const [item, label] of this.#labels) {
      const goesWithout = item === "continue" && missing.length > 0;
      setText(label, goesWithout ? `${words.goOnWithout} ${without}` : words.items[item]);
    }
  }

  /** @param {View} view */
  #showVolume({ ui }) {
    patchVolume(this.#level, ui);
    const said = `${texts.pause.items.volume}: ${volumeWords(ui)}`;
    setAttribute(/** @type {Element} */ (this.#items.get("volume")), "aria-label", said);
  }

  /**
   * On the bar of the volume a click makes it louder to the right and softer to the left.
   * @param {PauseItem} item
   * @param {HTMLElement} element
   * @param {MouseEvent} event
   */
  #clicked(item, element, { clientX }) {
    if (!this.#view) return;
    const { left, width } = element.getBoundingClientRect();
    const louder = clientX > left + width / 2;
    const intents =
      item === "volume" ? volumeIntents(this.#view.ui, louder ? 1 : -1) : pauseItemIntents(this.#view, item);
    for (const intent of intents) this.intend(intent);
  }
}

export function registerPauseOverlay() {
  customElements.define("pause-overlay", PauseOverlay);
}
