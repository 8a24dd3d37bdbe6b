/**
 * A game on the shelf: title, maker, length, whose cursors are on it.
 * @import { GameSummary } from "../../types.js"
 * @import { View } from "../../view.js"
 */
import { avatarById } from "../../avatars.js";
import { make, setAttribute, setProperty, setText, show } from "../../build.js";
import { roundSeconds } from "../../menu/settings.js";
import { thumbsOf } from "../../night/awards.js";
import { isNewGame } from "../../store.js";
import { texts } from "../../texts.js";
import { chipRow, makeFace, patchFace } from "../player-face/player-face.js";
import { coverOf } from "./cover.js";

/**
 * Who made a game, as people know them: by face, else by the name in the file.
 * @param {View} view
 * @param {GameSummary} game
 */
export function makerName({ avatars }, { creatorAvatarId, author }) {
  if (creatorAvatarId) return avatarById(avatars, creatorAvatarId).name;
  return author || texts.shelf.unknownMaker;
}

/** Thumbs of the night by game id, worked out once for each session. */
const likes = new WeakMap();

/** @param {View} view @param {string} gameId @returns {number} thumbs up less thumbs down */
function likesOf({ host: { session } }, gameId) {
  if (!session) return 0;
  let known = likes.get(session);
  if (!known) {
    known = thumbsOf(session.history);
    likes.set(session, known);
  }
  const { up = 0, down = 0 } = known.get(gameId) ?? {};
  return up - down;
}

/** Room that a card needs around it to be seen whole, in parts of its height. */
const CURSORS_ABOVE = 0.125;
const OUTLINE_BELOW = 0.04;

/** A card; one for "surprise me" when made without a game. */
export class GameCard {
  element = make("li", { class: "game-card" });
  button = make("button", { type: "button", class: "game-card-face" });
  #title = make("b", { class: "game-title" });
  #face = makeFace("cover-face");
  #maker = make("span", { class: "game-maker" });
  #length = make("span", { class: "pill" });
  #likes = make("span", { class: "likes" });
  #likesCount = make("span");
  #fresh = make("span", { class: "fresh", text: texts.shelf.fresh });
  #trouble = make("span", { class: "unstable" });
  #cursors = make("span", { class: "chips cursors" });
  #votes = make("span", { class: "chips votes" });
  #patchCursors = chipRow(this.#cursors);
  #patchVotes = chipRow(this.#votes);

  constructor() {
    this.#likes.append(make("i", { class: "icon likes-thumb" }), this.#likesCount);
    const foot = make("span", { class: "game-foot" }, this.#maker, this.#length);
    this.button.append(this.#face, this.#title, foot, this.#likes);
    this.element.append(this.button, this.#fresh, this.#trouble, this.#cursors, this.#votes);
  }

  /**
   * @param {View} view
   * @param {GameSummary | null} game null for "surprise me"
   * @param {{cursors: number[], votes: number[]}} slots
   */
  patch(view, game, { cursors, votes }) {
    const title = game?.title ?? texts.vote.surprise;
    setText(this.#title, title);
    setAttribute(this.element, "data-surprise", game ? null : "");
    setAttribute(this.element, "data-cursors", cursors.length ? "" : null);
    setAttribute(this.element, "data-long", title.length > 22 ? "" : null);
    const { hue, pattern } = coverOf(game?.id ?? "");
    setProperty(this.element, "--hue", String(hue));
    setAttribute(this.button, "data-pattern", game ? String(pattern) : null);
    const liked = game ? likesOf(view, game.id) : 0;
    show(this.#likes, liked > 0);
    setText(this.#likesCount, `+${liked}`);
    setAttribute(this.#likes, "title", texts.shelf.likes(liked));
    const color = avatarById(view.avatars, view.host.session?.playersBySlot[cursors[0] ?? -1]?.avatarId ?? "").color;
    setProperty(this.element, "--player", color);
    show(this.#face, game !== null);
    if (game) patchFace(this.#face, view.avatars, game.creatorAvatarId, "still");
    setText(this.#maker, game ? makerName(view, game) : texts.vote.surpriseText);
    show(this.#length, game !== null);
    setText(this.#length, game ? texts.shelf.length(roundSeconds(view.host.settings, game.maxDurationSec)) : "");
    const fresh = game !== null && isNewGame(view.host, game.id, view.now);
    show(this.#fresh, fresh);
    setAttribute(this.element, "data-fresh", fresh ? "" : null);
    const unstable = game?.unstable === true;
    const failed = game?.failedPlaytest ? texts.shelf.failedPlaytest : "";
    setText(this.#trouble, unstable ? texts.shelf.unstable : failed);
    show(this.#trouble, unstable || failed !== "");
    setAttribute(this.element, "data-unstable", unstable ? "" : null);
    this.#patchCursors(view, cursors);
    this.#patchVotes(view, votes);
  }
}

/** Rows whose covers are drawn before it is known which are in sight: the two that fit, and the next. */
const FIRST_ROWS = 3;
/** How far above and below the list a card counts as near, in parts of its height: a row is not quite half of it. */
const NEAR = "40% 0%";

/**
 * Has the covers drawn of those of a list's cards that are in sight or will be with the next row. Each face on a cover is a
 * picture for itself: on a long shelf those that nobody sees would hold up the page for a tenth of a second.
 * @param {HTMLElement} list
 * @param {number} columns
 * @returns {(card: HTMLElement) => void} takes a card that is new in the list
 */
export function drawsNear(list, columns) {
  const setFar = (/** @type {Element} */ card, /** @type {boolean} */ far) =>
    setAttribute(card, "data-far", far ? "" : null);
  const observer = new IntersectionObserver(
    (entries) => {
      // Of a list that is not shown nothing is in sight; it comes back as it was.
      if (list.clientHeight === 0) return;
      for (const { target, isIntersecting } of entries) setFar(target, !isIntersecting);
    },
    { root: list, rootMargin: NEAR },
  );
  return (card) => {
    setFar(card, list.childElementCount >= FIRST_ROWS * columns);
    observer.observe(card);
  };
}

/**
 * Scrolls a list so that a card is in sight, and nothing else moves.
 * @param {HTMLElement} list
 * @param {HTMLElement} card
 */
export function scrollToCard(list, card) {
  const top = card.offsetTop;
  const height = card.offsetHeight;
  // Above a card hang the cursors that are on it.
  const above = height * CURSORS_ABOVE;
  const below = height * OUTLINE_BELOW;
  if (top - above < list.scrollTop) list.scrollTop = top - above;
  else if (top + height + below > list.scrollTop + list.clientHeight)
    list.scrollTop = top + height + below - list.clientHeight;
}
