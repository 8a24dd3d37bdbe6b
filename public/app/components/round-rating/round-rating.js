/** Rate it: every player's thumb, then what the game's maker gets for it. */
import { avatarById } from "../../avatars.js";
import { keyedList, make, PartyElement, setAttribute, setProperty, setText, show } from "../../build.js";
import { acceptsInput } from "../../menu/menu.js";
import { fly, isMotionReduced } from "../../motion.js";
import { rankScores } from "../../night/standing.js";
import { phaseRemainingMs } from "../../store.js";
import { texts } from "../../texts.js";
import { makerName } from "../game-card/game-card.js";
import { BoardRows } from "../leader-board/board-row.js";
import { makeGlyph, patchGlyph } from "../pad-glyph/pad-glyph.js";
import { makeFace, patchFace } from "../player-face/player-face.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("../../types.d.ts").Rating} Rating */
/** @typedef {import("../../night/standing.js").BoardRow} Row */

/** From the closed ratings on: the thumbs fly to the maker, then the bonus to the maker's line, where it counts. In ms. */
const THUMBS_FLY_MS = 800;
const BONUS_FLIES_AFTER_MS = 1000;
const BONUS_FLIES_MS = 800;
const BONUS_LANDS_MS = BONUS_FLIES_AFTER_MS + BONUS_FLIES_MS;
/** Lines of the leaderboard around the maker's. */
const LINES = 5;

/** Names of the words and looks of a rating that is there or not. */
const LOOKS = {
  1: { pose: /** @type {const} */ ("happy"), words: /** @type {const} */ ("up") },
  "-1": { pose: /** @type {const} */ ("sad"), words: /** @type {const} */ ("down") },
  none: { pose: /** @type {const} */ ("idle"), words: /** @type {const} */ ("none") },
};

/** One player's thumb. */
class Rater {
  element;
  #face = makeFace();
  #words = make("span", { class: "rater-words" });
  #up;
  #down;
  /** What flies to the maker. */
  thumb = make("i", { class: "icon rater-thumb" });

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
    const face = make("div", { class: "rater-face" }, this.#face, this.thumb);
    this.element = make("li", { class: "rater" }, face, this.#words, thumbs);
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
    setText(this.#words, texts.rating[words]);
    setAttribute(this.element, "data-rating", rating === 1 ? "up" : rating === -1 ? "down" : null);
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

/**
 * The maker's line of the leaderboard and those around it.
 * @param {Row[]} rows
 * @param {string} maker
 */
export function linesAround(rows, maker) {
  const at = rows.findIndex(({ avatarId }) => avatarId === maker);
  const first = Math.max(0, Math.min(at - Math.floor(LINES / 2), rows.length - LINES));
  return rows.slice(first, first + LINES);
}

export class RoundRating extends PartyElement {
  /** @type {View | null} */
  #view = null;
  /** `performance.now()` at which the ratings were closed; null while they are open. @type {number | null} */
  #closedAt = null;
  #heading = make("h2");
  #question = make("span", { class: "soft" });
  #clock = make("b", { class: "clock", role: "timer" });
  #list = make("ul", { class: "raters" });
  #bonusFace = makeFace("bonus-face");
  #bonusNumber = make("b", { class: "bonus-number" });
  #bonusFlying = make("b", { class: "bonus-number flying", "aria-hidden": "true" });
  #bonusWords = make("p");
  #lines = make("ol", { class: "board-rows" });
  #bonus = make("div", { class: "bonus" });
  /** @type {Map<number, Rater>} */
  #raters = new Map();
  #rows = new BoardRows(this.#lines);
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
    const sum = make("div", { class: "bonus-sum" }, this.#bonusNumber, this.#bonusFlying);
    const words = make("div", { class: "bonus-words" }, sum, this.#bonusWords);
    this.#bonus.append(this.#bonusFace, words, this.#lines);
    this.append(head, this.#list, this.#bonus);
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const { round } = view.host;
    show(this, round?.phase === "rating");
    if (this.hidden || !round?.game) {
      this.#closedAt = null;
      return;
    }
    const closed = round.creatorBonus !== null;
    setAttribute(this, "data-closed", closed ? "" : null);
    setText(this.#heading, closed ? texts.rating.bonusHeading : texts.rating.heading);
    setText(this.#question, closed ? round.game.title : texts.rating.question(round.game.title));
    setText(this.#clock, String(Math.ceil((phaseRemainingMs(view.host, view.now) ?? 0) / 1000)));
    show(this.#clock, !closed);
    show(this.#bonus, closed);
    this.#patchList([0, 1, 2, 3].filter((slot) => round.avatarsBySlot[slot]));
    if (closed) this.#showBonus(view, round, round.game);
    else this.#closedAt = null;
  }

  /**
   * @param {View} view
   * @param {import("../../types.d.ts").RoundState} round
   * @param {import("../../types.d.ts").GameSummary} game
   */
  #showBonus(view, round, game) {
    const bonus = round.creatorBonus ?? 0;
    const rated = round.ratingsBySlot.some((rating) => rating === 1 || rating === -1);
    patchFace(this.#bonusFace, view.avatars, game.creatorAvatarId, bonus > 0 ? "happy" : rated ? "sad" : "idle");
    setText(this.#bonusNumber, `+${bonus}`);
    setText(this.#bonusFlying, `+${bonus}`);
    setText(this.#bonusWords, rated ? texts.rating.bonus(makerName(view, game), bonus) : texts.rating.noVotes);
    const isNews = this.#closedAt === null;
    this.#closedAt ??= view.now;
    const landed = isMotionReduced() || view.now - this.#closedAt >= BONUS_LANDS_MS;
    // The bonus is on disk, and so in the session's scores: it is left out until it has landed.
    const rows = rankScores(view.host.session?.scoreboardByAvatarId ?? {}).map((row) => {
      if (landed || row.avatarId !== game.creatorAvatarId || row.score.creator < bonus) return row;
      const { play, creator, total } = row.score;
      return { ...row, score: { play, creator: creator - bonus, total: total - bonus } };
    });
    show(this.#lines, rows.length > 0);
    const isMaker = (/** @type {Row} */ { avatarId }) => avatarId === game.creatorAvatarId;
    const most = rows[0]?.score.total ?? 0;
    this.#rows.patch(view.avatars, linesAround(rows, game.creatorAvatarId), (row) => ({
      most,
      pose: isMaker(row) ? "happy" : "idle",
      isMarked: isMaker(row),
    }));
    setAttribute(this.#bonus, "data-landed", landed ? "" : null);
    if (isNews && bonus > 0) this.#letFly(round.ratingsBySlot, game.creatorAvatarId);
  }

  /**
   * @param {(Rating | null)[]} ratings
   * @param {string} maker
   */
  #letFly(ratings, maker) {
    for (const [slot, rater] of this.#raters) {
      if (ratings[slot] === 1) {
        fly(rater.thumb, rater.thumb, this.#bonusFace, { duration: THUMBS_FLY_MS, delay: slot * 60, fill: "none" });
      }
    }
    const line = this.#rows.of(maker)?.total ?? null;
    fly(this.#bonusFlying, this.#bonusNumber, line, { duration: BONUS_FLIES_MS, delay: BONUS_FLIES_AFTER_MS });
  }
}

export function registerRoundRating() {
  customElements.define("round-rating", RoundRating);
}
