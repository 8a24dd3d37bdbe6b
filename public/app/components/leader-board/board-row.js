/** One line of the leaderboard: place, face, what came from playing and what from making games, and their sum. */
import { avatarById } from "../../avatars.js";
import { keyedList, make, setAttribute, setProperty, setText, show } from "../../build.js";
import { texts } from "../../texts.js";
import { makeFace, patchFace } from "../player-face/player-face.js";

/** @typedef {import("../../view.d.ts").Avatar} Avatar */
/** @typedef {import("../../night/standing.js").BoardRow} Row */
/** @typedef {import("../../night/standing.js").Move} Move */

/**
 * Whether somebody rose or fell; null for who stayed, and for who came new.
 * @param {Move | undefined} move
 */
export function wayOf(move) {
  if (!move || move.before === null || move.before === move.after) return null;
  return move.before > move.after ? "rose" : "fell";
}

export class BoardRow {
  element = make("li", { class: "board-row" });
  /** Where a bonus that comes flying lands. */
  total = make("b", { class: "board-total" });
  #place = make("b", { class: "board-place" });
  #move = make("i", { class: "icon board-move" });
  #face = makeFace();
  #name = make("span", { class: "board-who" });
  #streak = make("span", { class: "board-streak" });
  #streakCount = make("span");
  #bar = make(
    "div",
    { class: "board-bar", role: "img" },
    make("i", { class: "part-play" }),
    make("i", { class: "part-maker" }),
  );

  constructor() {
    this.#streak.append(make("i", { class: "icon flame" }), this.#streakCount);
    const name = make("div", { class: "board-name" }, this.#name, this.#streak);
    const middle = make("div", { class: "board-middle" }, name, this.#bar);
    this.element.append(make("div", { class: "board-rank" }, this.#place, this.#move), this.#face, middle, this.total);
  }

  /**
   * @param {Avatar[]} avatars
   * @param {Row} row
   * @param {{most: number, streak?: number, move?: Move, pose?: "happy" | "idle", isMarked?: boolean}} more
   *   `most` is the total that fills a bar
   */
  patch(avatars, { avatarId, place, score }, { most, streak = 0, move, pose, isMarked = false }) {
    const avatar = avatarById(avatars, avatarId);
    setAttribute(this.element, "data-marked", isMarked ? "" : null);
    setProperty(this.element, "--player", avatar.color);
    setProperty(this.element, "--play", String(most > 0 ? score.play / most : 0));
    setProperty(this.element, "--maker", String(most > 0 ? score.creator / most : 0));
    setText(this.#place, String(place));
    setAttribute(this.#move, "data-way", wayOf(move));
    patchFace(this.#face, avatars, avatarId, pose ?? (place === 1 ? "happy" : "still"));
    setText(this.#name, avatar.name);
    show(this.#streak, streak > 1);
    setText(this.#streakCount, streak > 1 ? String(streak) : "");
    setAttribute(this.#streak, "title", texts.leaderboard.streak(streak));
    setAttribute(this.#bar, "aria-label", texts.leaderboard.parts(score.play, score.creator));
    setText(this.total, String(score.total));
  }
}

/** Lines of the leaderboard in a list, one element for each avatar. */
export class BoardRows {
  /** @type {Map<string, BoardRow>} */
  #rows = new Map();
  #patch;

  /** @param {HTMLElement} list */
  constructor(list) {
    /** @type {{avatars: Avatar[], about: (row: Row) => Parameters<BoardRow["patch"]>[2]} | null} */
    let now = null;
    const patchAll = keyedList(
      list,
      (/** @type {Row} */ row) => row.avatarId,
      ({ avatarId }) => {
        const row = new BoardRow();
        this.#rows.set(avatarId, row);
        return row.element;
      },
      (_, row) => {
        if (now) this.#rows.get(row.avatarId)?.patch(now.avatars, row, now.about(row));
      },
    );
    this.#patch = (/** @type {NonNullable<typeof now>} */ next, /** @type {Row[]} */ rows) => {
      now = next;
      patchAll(rows);
    };
  }

  /**
   * @param {Avatar[]} avatars
   * @param {Row[]} rows
   * @param {(row: Row) => Parameters<BoardRow["patch"]>[2]} about
   */
  patch(avatars, rows, about) {
    this.#patch({ avatars, about }, rows);
  }

  /** @param {string} avatarId @returns {BoardRow | null} the line of this avatar, if it was ever shown */
  of(avatarId) {
    return this.#rows.get(avatarId) ?? null;
  }
}
