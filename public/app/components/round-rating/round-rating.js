/** Rate it: every player's thumb, then what the game's maker gets for it. */
import { avatarById } from "../../avatars.js";
import { keyedList, make, PartyElement, setAttribute, setProperty, setText, show } from "../../build.js";
import { acceptsInput } from "../../menu/menu.js";
import { phaseRemainingMs } from "../../store.js";
import { texts } from "../../texts.js";
import { makerName } from "../game-card/game-card.js";
import { makeGlyph, patchGlyph } from "../pad-glyph/pad-glyph.js";
import { makeFace, patchFace } from "../player-face/player-face.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("../../types.d.ts").Rating} Rating */

/** Words and looks of a rating that is there or not. */
const LOOKS = {
  1: { pose: /** @type {const} */ ("happy"), words: texts.rating.up },
  "-1": { pose: /** @type {const} */ ("sad"), words: texts.rating.down },
  none: { pose: /** @type {const} */ ("idle"), words: texts.rating.none },
};

/** One player's thumb. */
class Rater {
  element;
  #face = makeFace();
  #words = make("span", { class: "rater-words" });
  #up;
  #down;

  /**
   * @param {number} slot
   * @param {(rating: Rating) => void} rate
   */
  constructor(slot, rate) {
    this.#up = thumb("south", "up", texts.rating.up);
    this.#down = thumb("east", "down", texts.rating.down);
    this.#up.addEventListener("click", () => rate(1));
    this.#down.addEventListener("click", () => rate(-1));
    const thumbs = make("div", { class: "rater-thumbs" }, this.#up, this.#down);
    this.element = make("li", { class: "rater" }, this.#face, this.#words, thumbs);
    this.element.dataset.slot = String(slot);
  }

  /**
   * @param {View} view
   * @param {number} slot
   */
  patch({ host, avatars }, slot) {
    const rating = host.round?.ratingsBySlot[slot] ?? null;
    const { pose, words } = rating === 1 ? LOOKS["1"] : rating === -1 ? LOOKS["-1"] : LOOKS.none;
    const avatarId = host.round?.avatarsBySlot[slot] ?? "";
    const pad = host.session?.playersBySlot[slot]?.gamepadIndex ?? -1;
    setProperty(this.element, "--player", avatarById(avatars, avatarId).color);
    patchFace(this.#face, avatars, avatarId, pose);
    setText(this.#words, words);
    for (const [button, value] of /** @type {const} */ ([
      [this.#up, 1],
      [this.#down, -1],
    ])) {
      setAttribute(button, "aria-pressed", String(rating === value));
      patchGlyph(/** @type {HTMLElement} */ (button.firstElementChild), pad);
    }
  }
}

/** @param {"south" | "east"} key @param {"up" | "down"} icon @param {string} label */
function thumb(key, icon, label) {
  const button = make("button", { class: "thumb", type: "button", "aria-label": label, "data-thumb": icon });
  button.append(makeGlyph(key), make("i", { class: `icon thumb-${icon}` }));
  return button;
}

export class RoundRating extends PartyElement {
  /** @type {View | null} */
  #view = null;
  #heading = make("h2");
  #question = make("span", { class: "soft" });
  #clock = make("b", { class: "clock", role: "timer" });
  #list = make("ul", { class: "raters" });
  #bonusFace = makeFace();
  #bonusNumber = make("b", { class: "bonus-number" });
  #bonusWords = make("p");
  #bonus = make("div", { class: "bonus" }, this.#bonusFace, make("div", {}, this.#bonusNumber, this.#bonusWords));
  /** @type {Map<number, Rater>} */
  #raters = new Map();
  #patchList = keyedList(
    this.#list,
    String,
    (/** @type {number} */ slot) => {
      const rater = new Rater(slot, (rating) => {
        if (this.#view && acceptsInput(this.#view)) this.send({ type: "rate", payload: { slot, rating } });
      });
      this.#raters.set(slot, rater);
      return rater.element;
    },
    (_, slot) => {
      if (this.#view) this.#raters.get(slot)?.patch(this.#view, slot);
    },
  );

  build() {
    const head = make("header", { class: "panel-head" }, this.#heading, this.#question, this.#clock);
    this.append(head, this.#list, this.#bonus);
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const { round } = view.host;
    show(this, round?.phase === "rating");
    if (this.hidden || !round?.game) return;
    const closed = round.creatorBonus !== null;
    setText(this.#heading, closed ? texts.rating.bonusHeading : texts.rating.heading);
    setText(this.#question, closed ? "" : texts.rating.question(round.game.title));
    setText(this.#clock, String(Math.ceil((phaseRemainingMs(view.host, view.now) ?? 0) / 1000)));
    show(this.#clock, !closed);
    show(this.#list, !closed);
    show(this.#bonus, closed);
    this.#patchList([0, 1, 2, 3].filter((slot) => round.avatarsBySlot[slot]));
    const bonus = round.creatorBonus ?? 0;
    const rated = round.ratingsBySlot.some((rating) => rating === 1 || rating === -1);
    patchFace(this.#bonusFace, view.avatars, round.game.creatorAvatarId, bonus > 0 ? "happy" : "sad");
    setText(this.#bonusNumber, `+${bonus}`);
    setText(this.#bonusWords, rated ? texts.rating.bonus(makerName(view, round.game), bonus) : texts.rating.noVotes);
  }
}

export function registerRoundRating() {
  customElements.define("round-rating", RoundRating);
}
