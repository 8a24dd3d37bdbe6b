/** The shelf in the lobby: every game, newest first, or how to get the first one. */
import { keyedList, make, PartyElement, setAttribute, setText, show } from "../../build.js";
import { LOBBY_COLUMNS } from "../../menu/cursor.js";
import { canStart, playIntents } from "../../menu/focus.js";
import { texts } from "../../texts.js";
import { drawsNear, GameCard, scrollToCard } from "../game-card/game-card.js";
import { chipRow } from "../player-face/player-face.js";
import { focusedOn, joinCode, shortUrl } from "../topbar/topbar.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("../../types.d.ts").GameSummary} GameSummary */

export class GameShelf extends PartyElement {
  /** @type {View | null} */
  #view = null;
  #count = make("span", { class: "soft" });
  #startChips = make("span", { class: "chips" });
  #patchStartChips = chipRow(this.#startChips);
  #start = make("button", { class: "button sun", type: "button", text: texts.shelf.startVote });
  #list = make("ul", { class: "game-grid" });
  #url = make("b", { class: "empty-url" });
  #emptyCode = make("img", { alt: "", class: "empty-code" });
  #emptyTitle = make("b", { class: "empty-title" });
  #emptyText = make("p");
  #empty = make(
    "div",
    { class: "shelf-empty" },
    this.#emptyCode,
    make("div", {}, this.#emptyTitle, this.#emptyText, this.#url),
  );
  /** @type {Map<string, GameCard>} */
  #cards = new Map();
  #drawsNear = drawsNear(this.#list, LOBBY_COLUMNS);
  #shownFocus = "";
  #patchList = keyedList(
    this.#list,
    (/** @type {GameSummary} */ game) => game.id,
    (game) => {
      const card = new GameCard();
      card.button.addEventListener("click", () => {
        if (this.#view) for (const intent of playIntents(this.#view, game.id)) this.intend(intent);
      });
      this.#cards.set(game.id, card);
      this.#drawsNear(card.element);
      return card.element;
    },
    (_, game) => {
      const card = this.#cards.get(game.id);
      if (this.#view && card) card.patch(this.#view, game, { cursors: this.#cursorsOn(game.id), votes: [] });
    },
  );

  build() {
    this.#list.style.setProperty("grid-template-columns", `repeat(${LOBBY_COLUMNS}, 1fr)`);
    const start = make("div", { class: "top-spot" }, this.#start, this.#startChips);
    const head = make("header", { class: "panel-head" }, make("h2", { text: texts.shelf.heading }), this.#count, start);
    this.append(head, this.#list, this.#empty);
    this.listen(this.#start, "click", () => this.send({ type: "start_vote", payload: {} }));
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const { host } = view;
    show(this, host.session !== null && host.round?.phase === "lobby");
    if (this.hidden) return;
    setText(this.#count, texts.shelf.count(host.games.length));
    setText(this.#url, shortUrl(host.joinUrls[0] ?? ""));
    setAttribute(this.#emptyCode, "src", joinCode(host.joinUrls[0] ?? ""));
    show(this.#empty, host.games.length === 0);
    const hidden = host.allGames.length > 0;
    setText(this.#emptyTitle, hidden ? texts.shelf.hiddenHeading : texts.shelf.emptyHeading);
    setText(this.#emptyText, hidden ? texts.shelf.hiddenText : texts.shelf.emptyText);
    show(this.#emptyCode, !hidden);
    show(this.#url, !hidden);
    show(this.#list, host.games.length > 0);
    show(this.#start, canStart(view) && host.role === "stage");
    this.#patchStartChips(view, focusedOn(view, "vote"));
    for (const id of this.#cards.keys()) if (!host.games.some((game) => game.id === id)) this.#cards.delete(id);
    this.#patchList(host.games);
    this.#follow(view);
  }

  /** @param {View} view */
  #follow({ ui }) {
    const focus = ui.focus[ui.lastMoved];
    const focused = focus?.zone === "shelf" ? focus.gameId : "";
    if (focused === this.#shownFocus) return;
    this.#shownFocus = focused;
    const card = this.#cards.get(focused);
    if (card) scrollToCard(this.#list, card.element);
  }

  /** @param {string} gameId */
  #cursorsOn(gameId) {
    const { host, ui } = /** @type {View} */ (this.#view);
    return (host.session?.playersBySlot ?? [])
      .filter(({ slot, lockedIn }) => {
        const focus = ui.focus[slot];
        return lockedIn && focus?.zone === "shelf" && focus.gameId === gameId;
      })
      .map(({ slot }) => slot);
  }
}

export function registerGameShelf() {
  customElements.define("game-shelf", GameShelf);
}
