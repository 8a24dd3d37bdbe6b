/** Who waits for a seat, beside the seats; and above them the cards of those who choose a face to wait with. */
import { avatarById } from "../../avatars.js";
import { keyedList, make, PartyElement, setAttribute, setProperty, setText, show } from "../../build.js";
import { FRAME_PHASES } from "../../frame/messages.js";
import { MOUSE_PAD } from "../../menu/hold.js";
import {
  canAddFriend,
  joiningDeed,
  joiningFace,
  joiningPress,
  MAX_JOINING,
  openJoining,
  queueOf,
} from "../../menu/queue.js";
import { isPadPresent, seatOf } from "../../pads/hub.js";
import { padLabel } from "../../pads/labels.js";
import { texts } from "../../texts.js";
import { chipRow, makeFace, patchFace } from "../player-face/player-face.js";
import { LegendButton } from "../seats-bar/seat-card.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("../../view.d.ts").Joining} Joining */
/** @typedef {import("../../view.d.ts").MenuKey} MenuKey */
/** @typedef {import("../../types.d.ts").Waiting} Waiting */

/** So many who wait are shown with their names. */
const NAMED = 2;
/** Beyond that, so many with their places; the others are only faces in their order. */
const PLACED = 6;

export class NextUp extends PartyElement {
  /** @type {View | null} */
  #view = null;
  #list = make("ol", { class: "next-list" });
  #add = make("button", { class: "next-add", type: "button" });
  #chips = make("span", { class: "chips" });
  #panel = make("section", { class: "next-panel" });
  #cards = make("div", { class: "next-cards" });
  /** @type {(view: View, slots: number[]) => void} */
  #patchChips = () => {};
  /** @type {(waiting: Waiting[]) => void} */
  #patchList = () => {};
  /** @type {(joining: Joining[]) => void} */
  #patchCards = () => {};

  build() {
    const words = texts.queue;
    setAttribute(this, "role", "region");
    setAttribute(this, "aria-label", words.heading);
    setAttribute(this.#add, "aria-label", words.add);
    this.#add.replaceChildren(make("i"), make("span", { text: words.more }));
    this.#panel.replaceChildren(make("b", { class: "next-heading", text: words.heading }), this.#list, this.#add);
    this.#panel.append(this.#chips);
    this.#patchChips = chipRow(this.#chips);
    this.#patchList = keyedList(
      this.#list,
      ({ avatarId }) => avatarId,
      (waiting) => this.#makeWaiting(waiting),
      (element, waiting, index) => this.#patchWaiting(element, waiting, index),
    );
    /** @type {Map<number, JoiningCard>} */
    const cards = new Map();
    this.#patchCards = keyedList(
      this.#cards,
      ({ by }) => String(by),
      ({ by }) => {
        const card = new JoiningCard((key) => this.#pressed(by, key));
        cards.set(by, card);
        return card.element;
      },
      (_, joining) => {
        if (this.#view) cards.get(joining.by)?.patch(this.#view, joining);
      },
    );
    this.append(this.#cards, this.#panel);
    this.listen(this.#add, "click", () => this.#open(""));
  }

  /** @param {string} avatarId */
  #open(avatarId) {
    if (this.#view) for (const intent of openJoining(this.#view, MOUSE_PAD, false, avatarId)) this.intend(intent);
  }

  /** @param {number} by @param {MenuKey} key */
  #pressed(by, key) {
    for (const intent of (this.#view && joiningPress(this.#view, by, key)) ?? []) this.intend(intent);
  }

  /** @param {Waiting} waiting */
  #makeWaiting({ avatarId }) {
    const words = make("span", { class: "next-words" }, make("b"), " ", make("small"));
    const button = make("button", { class: "next-face", type: "button" }, makeFace(), make("i"), " ", words);
    button.addEventListener("click", () => this.#open(avatarId));
    return make("li", {}, button, make("span", { class: "next-leaving" }, make("i")));
  }

  /** @param {HTMLElement} element @param {Waiting} waiting @param {number} index */
  #patchWaiting(element, { avatarId, gamepadIndex }, index) {
    const view = this.#view;
    const [button, leaving] = Array.from(element.children);
    const [face, place, box] = Array.from(button?.children ?? []);
    const [name, pad] = Array.from(box?.children ?? []);
    if (!view || !button || !leaving || !face || !place || !name || !pad) return;
    const avatar = avatarById(view.avatars, avatarId);
    const isStage = view.host.trusted && view.host.role === "stage";
    const isAway = isStage && gamepadIndex >= 0 && !isPadPresent(view.pads, gamepadIndex);
    setProperty(element, "--player", avatar.color);
    patchFace(/** @type {HTMLImageElement} */ (face), view.avatars, avatarId, "still");
    setText(place, String(index + 1));
    setText(name, avatar.name);
    const words = isAway ? texts.queue.away : gamepadIndex >= 0 ? padLabel(gamepadIndex) : texts.queue.noPad;
    setText(pad, words);
    // As it is read, also where there is no room for the words.
    setAttribute(button, "aria-label", `${index + 1} ${avatar.name} ${words}`);
    setAttribute(element, "data-away", isAway ? "" : null);
    show(/** @type {HTMLElement} */ (leaving), view.ui.holding.includes(`queue:${avatarId}`));
    const { queueBump } = view.ui;
    if (queueBump.avatarId === avatarId) setAttribute(element, "data-bump", queueBump.count % 2 ? "odd" : "even");
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const { session, round, trusted, role } = view.host;
    const queue = queueOf(session);
    const isStage = trusted && role === "stage";
    const canAdd = isStage && canAddFriend(view);
    const inGame = !round || FRAME_PHASES.has(round.phase);
    show(this, !inGame && (queue.length > 0 || canAdd || (isStage && view.ui.joining.length > 0)));
    if (this.hidden) return;
    show(this.#panel, queue.length > 0 || canAdd);
    setAttribute(
      this,
      "data-size",
      queue.length === 0 ? "none" : queue.length <= NAMED ? "named" : queue.length <= PLACED ? "placed" : "all",
    );
    show(this.#add, canAdd && view.ui.joining.length < MAX_JOINING);
    this.#patchList(queue);
    const focused = session?.playersBySlot.filter(({ slot }) => view.ui.focus[slot]?.zone === "queue") ?? [];
    this.#patchChips(view, canAdd ? focused.map(({ slot }) => slot) : []);
    setAttribute(this.#panel, "data-focused", canAdd && focused.length > 0 ? "" : null);
    this.#patchCards(isStage ? view.ui.joining : []);
  }
}

/** One card on which a face is chosen to wait with. */
class JoiningCard {
  element = make("section", { class: "seat next-card", "data-state": "choosing" });
  #who = make("b");
  #pad = make("span", { class: "seat-pad" });
  #beside = [makeFace("beside"), makeFace("beside")];
  #face = makeFace();
  #name = make("b", { class: "seat-name" });
  #take;
  #cancel;

  /** @param {(key: MenuKey) => void} press the card's own buttons, by mouse */
  constructor(press) {
    this.#take = new LegendButton("south", () => press("south"));
    this.#cancel = new LegendButton("east", () => press("east"));
    const [left, right] = this.#beside.map((face, side) => {
      const label = side === 0 ? texts.seats.previous : texts.seats.next;
      const arrow = make("button", { class: "seat-arrow", type: "button", "aria-label": label }, face);
      arrow.addEventListener("click", () => press(side === 0 ? "left" : "right"));
      return arrow;
    });
    const chosen = make("span", { class: "seat-chosen" }, this.#face);
    const wheel = make("div", { class: "seat-wheel" }, /** @type {Node} */ (left), chosen, /** @type {Node} */ (right));
    const words = make("div", { class: "seat-words" }, this.#name);
    const legend = make("div", { class: "seat-legend" }, this.#take.element, this.#cancel.element);
    const head = make("div", { class: "seat-head" }, this.#who, this.#pad);
    this.element.append(head, make("div", { class: "seat-choosing" }, wheel, words, legend));
  }

  /** @param {View} view @param {Joining} joining */
  patch(view, joining) {
    const words = texts.queue;
    const face = joiningFace(view, joining);
    setText(this.#who, words.who);
    setAttribute(this.element, "aria-label", words.who);
    setAttribute(this.element, "role", "group");
    const friend = seatOf(view.pads, view.host.session?.playersBySlot ?? [], joining.by);
    setText(this.#pad, joining.own ? padLabel(joining.by) : friend ? texts.seats.short(friend.slot) : "");
    setProperty(this.element, "--player", face?.color ?? "#fff");
    patchFace(this.#face, view.avatars, face?.id ?? "");
    setText(this.#name, face?.name ?? texts.seats.noneFree);
    this.#beside.forEach((beside, side) => {
      const key = side === 0 ? "left" : "right";
      const [turn] = joiningPress(view, joining.by, key) ?? [];
      const next = turn?.do === "ui" && turn.action.type === "joining" ? (turn.action.joining?.avatarId ?? "") : "";
      patchFace(beside, view.avatars, next, "still");
    });
    const deed = joiningDeed(view, joining);
    this.#take.patch(deed === "none" ? "" : words.deeds[deed], joining.by);
    this.#cancel.patch(texts.dialog.no, joining.by);
  }
}

export function registerNextUp() {
  customElements.define("next-up", NextUp);
}
