/** The four seats, at the foot of every screen but a running game. */
import { PartyElement, setAttribute, show } from "../../build.js";
import { FRAME_PHASES } from "../../frame/messages.js";
import { onPress } from "../../menu/menu.js";
import { texts } from "../../texts.js";
import { SeatCard } from "./seat-card.js";

/** @typedef {import("../../view.d.ts").View} View */

export class SeatsBar extends PartyElement {
  /** @type {SeatCard[]} */
  #cards = [];

  build() {
    this.#cards = [0, 1, 2, 3].map(
      (slot) =>
        new SeatCard(
          slot,
          (intent) => this.intend(intent),
          (view, at, key) => this.#pressed(view, at, key),
        ),
    );
    this.append(...this.#cards.map(({ element }) => element));
    setAttribute(this, "role", "region");
    setAttribute(this, "aria-label", texts.seats.label);
  }

  /** @param {View} view */
  update(view) {
    const { session, round } = view.host;
    show(this, session !== null && round !== null && !FRAME_PHASES.has(round.phase));
    if (!this.hidden) for (const card of this.#cards) card.patch(view);
  }

  /**
   * A click on a seat's legend is a press of that seat's own button, with the focus on the seat.
   * @param {View} view
   * @param {number} slot
   * @param {"south" | "east"} key
   */
  #pressed(view, slot, key) {
    const pad = view.host.session?.playersBySlot[slot]?.gamepadIndex ?? -1;
    const ui = { ...view.ui, focus: view.ui.focus.with(slot, { zone: "seat" }) };
    for (const intent of onPress({ ...view, ui }, pad, key)) this.intend(intent);
  }
}

export function registerSeatsBar() {
  customElements.define("seats-bar", SeatsBar);
}
