/** The bar on top: name, how to send a game, and the host's buttons. Hidden while a game has the screen. */
import { make, PartyElement, setAttribute, setText, show } from "../../build.js";
import { FRAME_PHASES } from "../../frame/messages.js";
import { topIntents } from "../../menu/focus.js";
import { maySet } from "../../menu/settings.js";
import { canCelebrate } from "../../night/ceremony.js";
import { texts } from "../../texts.js";
import { chipRow } from "../player-face/player-face.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("../../view.d.ts").TopItem} TopItem */

/** Letters of an address that are more than two lines of the bar. */
const LONG_ADDRESS = 48;

/**
 * An address as people type it: plain http needs no scheme.
 * @param {string} url
 */
export function shortUrl(url) {
  return url.replace(/^http:\/\//, "").replace(/\/$/, "");
}

/**
 * The picture of the address for other devices; another one when that changes.
 * @param {string} url
 */
export function joinCode(url) {
  return `/join.svg?for=${encodeURIComponent(url)}`;
}

export class PartyTopbar extends PartyElement {
  /** @type {View | null} */
  #view = null;
  #join = make(
    "button",
    { class: "join-card", type: "button", title: texts.topbar.join },
    make("img", { alt: "", class: "join-code" }),
    make("span", { class: "join-words" }, make("small", { text: texts.topbar.send }), make("b")),
  );
  #ceremony = make("button", { class: "button sun", type: "button", text: texts.topbar.ceremony });
  #pads = make("button", { class: "button", type: "button", text: texts.topbar.pads });
  #sound = make("button", { class: "button", type: "button" });
  #settings = make("button", { class: "button", type: "button", text: texts.topbar.settings });
  #end = make("button", { class: "button warm", type: "button", text: texts.topbar.end });
  #watching = make("a", { class: "pill", href: "/watch", text: texts.topbar.watching });
  #items = /** @type {const} */ ({
    join: this.#join,
    ceremony: this.#ceremony,
    pads: this.#pads,
    settings: this.#settings,
    sound: this.#sound,
  });
  /** @type {Map<string, (view: View, slots: number[]) => void>} */
  #chips = new Map();

  build() {
    setAttribute(this, "role", "banner");
    const logo = make("h1", { class: "logo", "aria-label": texts.title });
    logo.append(make("img", { src: "/public/app/icons/logo.svg", alt: "" }), make("span", { text: texts.title }));
    const spots = Object.entries(this.#items).map(([item, button]) => {
      const chips = make("span", { class: "chips" });
      this.#chips.set(item, chipRow(chips));
      return make("div", { class: "top-spot" }, button, chips);
    });
    this.append(logo, make("div", { class: "top-space" }), ...spots, this.#end, this.#watching);
    for (const [item, button] of Object.entries(this.#items)) {
      this.listen(button, "click", () => {
        if (this.#view) for (const intent of topIntents(this.#view, /** @type {TopItem} */ (item))) this.intend(intent);
      });
    }
    this.listen(this.#end, "click", () => this.send({ type: "end_round", payload: {} }));
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const { host, ui } = view;
    const phase = host.round?.phase ?? "lobby";
    show(this, !(FRAME_PHASES.has(phase) && host.role === "stage"));
    const commands = host.trusted && host.role === "stage";
    const url = host.joinUrls[0] ?? "";
    setText(/** @type {Element} */ (this.#join.querySelector("b")), shortUrl(url));
    setAttribute(/** @type {Element} */ (this.#join.querySelector("img")), "src", joinCode(url));
    setAttribute(this.#join, "data-long", shortUrl(url).length > LONG_ADDRESS ? "" : null);
    show(this.#join, url !== "");
    show(this.#ceremony, canCelebrate(view));
    const { on, off, turn } = texts.topbar.sound;
    const loudness = focusedOn(view, "sound").length > 0 ? turn : on;
    setText(this.#sound, ui.soundOn ? loudness(ui.volume) : off);
    setAttribute(this.#sound, "aria-pressed", String(ui.soundOn));
    show(this.#sound, commands);
    show(this.#settings, maySet(host));
    show(this.#pads, commands && phase === "lobby");
    show(this.#end, commands && phase !== "lobby");
    show(this.#watching, !host.trusted && host.session !== null);
    for (const [item, patch] of this.#chips) patch(view, focusedOn(view, item));
  }
}

/**
 * Slots whose focus is on this button.
 * @param {View} view
 * @param {string} item
 */
export function focusedOn({ host, ui }, item) {
  if (host.round?.phase !== "lobby" || !host.session) return [];
  return host.session.playersBySlot
    .filter(({ slot, lockedIn }) => {
      const focus = ui.focus[slot];
      return lockedIn && focus?.zone === "top" && focus.item === item;
    })
    .map(({ slot }) => slot);
}

export function registerPartyTopbar() {
  customElements.define("party-topbar", PartyTopbar);
}
