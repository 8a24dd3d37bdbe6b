/** The vote: the shelf with "surprise me" first, everybody's cursor on it at once, and a clock. */
import { keyedList, make, PartyElement, setAttribute, setText, show } from "../../build.js";
import { VOTE_COLUMNS } from "../../menu/cursor.js";
import { acceptsInput } from "../../menu/menu.js";
import { phaseRemainingMs } from "../../store.js";
import { texts } from "../../texts.js";
import { isDraw } from "../draw-wheel/turn.js";
import { drawsNear, GameCard, scrollToCard } from "../game-card/game-card.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("../../types.d.ts").GameSummary} GameSummary */

/** Below this the clock hurries, in seconds. */
const HURRY_S = 3;

export class VoteScreen extends PartyElement {
  /** @type {View | null} */
  #view = null;
  #clock = make("b", { class: "clock", role: "timer" });
  #list = make("ul", { class: "game-grid" });
  /** @type {Map<string, GameCard>} */
  #cards = new Map();
  #drawsNear = drawsNear(this.#list, VOTE_COLUMNS);
  #shownCursor = "";
  /** Slots by the card that their cursor is on. */
  #cursors = /** @type {Map<string, number[]>} */ (new Map());
  /** Slots by the card that they voted for. */
  #votes = /** @type {Map<string, number[]>} */ (new Map());
  #patchList = keyedList(
    this.#list,
    (/** @type {GameSummary | null} */ game) => game?.id ?? "",
    (game) => {
      const card = new GameCard();
      const id = game?.id ?? "";
      card.button.addEventListener("click", () => this.#clicked(id));
      this.#cards.set(id, card);
      this.#drawsNear(card.element);
      return card.element;
    },
    (_, game) => {
      const id = game?.id ?? "";
      const slots = { cursors: this.#cursors.get(id) ?? [], votes: this.#votes.get(id) ?? [] };
      if (this.#view) this.#cards.get(id)?.patch(this.#view, game, slots);
    },
  );

  build() {
    this.#list.style.setProperty("grid-template-columns", `repeat(${VOTE_COLUMNS}, 1fr)`);
    this.append(
      make("header", { class: "panel-head" }, make("h2", { text: texts.vote.heading }), this.#clock),
      this.#list,
    );
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const { host, ui } = view;
    show(this, host.round?.phase === "vote" && !isDraw(host.round));
    if (this.hidden) return;
    const seconds = Math.ceil((phaseRemainingMs(host, view.now) ?? 0) / 1000);
    setText(this.#clock, String(seconds));
    setAttribute(this.#clock, "data-hurry", seconds <= HURRY_S ? "" : null);
    const known = new Set(host.games.map(({ id }) => id));
    for (const id of this.#cards.keys()) if (id && !known.has(id)) this.#cards.delete(id);
    const slots = (host.session?.playersBySlot ?? []).filter(({ lockedIn }) => lockedIn).map(({ slot }) => slot);
    this.#cursors = slotsByCard(slots, (slot) => {
      const id = ui.voteCursor[slot] ?? "";
      return known.has(id) ? id : "";
    });
    this.#votes = slotsByCard(slots, (slot) => host.round?.votesBySlot[slot] ?? null);
    this.#patchList([null, ...host.games]);
    const cursor = ui.voteCursor[ui.lastMoved] ?? "";
    if (cursor === this.#shownCursor) return;
    this.#shownCursor = cursor;
    const card = this.#cards.get(cursor);
    if (card) scrollToCard(this.#list, card.element);
  }

  /**
   * A click votes for the first player who has not voted yet.
   * @param {string} gameId
   */
  #clicked(gameId) {
    const view = this.#view;
    if (!view || !acceptsInput(view)) return;
    const seat = view.host.session?.playersBySlot.find(
      ({ slot, lockedIn }) => lockedIn && (view.host.round?.votesBySlot[slot] ?? null) === null,
    );
    if (seat) this.send({ type: "vote", payload: { slot: seat.slot, gameId } });
  }
}

/**
 * @param {number[]} slots
 * @param {(slot: number) => string | null} cardOf id of a game, "" for "surprise me", null for no card
 */
function slotsByCard(slots, cardOf) {
  /** @type {Map<string, number[]>} */
  const byCard = new Map();
  for (const slot of slots) {
    const card = cardOf(slot);
    if (card !== null) byCard.set(card, [...(byCard.get(card) ?? []), slot]);
  }
  return byCard;
}

export function registerVoteScreen() {
  customElements.define("vote-screen", VoteScreen);
}
