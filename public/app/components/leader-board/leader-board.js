/** The leaderboard of the night: points from playing, points as a maker, and their sum. */
import { avatarById } from "../../avatars.js";
import { keyedList, make, PartyElement, setProperty, setText, show } from "../../build.js";
import { texts } from "../../texts.js";
import { makeFace, patchFace } from "../player-face/player-face.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("../../types.d.ts").Score} Score */
/** @typedef {{avatarId: string, place: number, score: Score}} Row */

/** Rows that fit beside the shelf. */
const ROWS = 7;
/** How long each page of a longer board stays, in ms. */
const PAGE_MS = 6000;

/**
 * Best first; equal totals share a place.
 * @param {Record<string, Score>} scoreboard
 * @returns {Row[]}
 */
function rankScores(scoreboard) {
  const sorted = Object.entries(scoreboard).sort(([, a], [, b]) => b.total - a.total);
  return sorted.map(([avatarId, score]) => ({
    avatarId,
    score,
    place: 1 + sorted.filter(([, other]) => other.total > score.total).length,
  }));
}

export class LeaderBoard extends PartyElement {
  /** @type {View | null} */
  #view = null;
  #empty = make("p", { class: "board-empty", text: texts.leaderboard.empty });
  #body = make("tbody");
  #table = make(
    "table",
    { class: "board" },
    make(
      "thead",
      {},
      make(
        "tr",
        {},
        make("th"),
        make("th"),
        make("th", { text: texts.leaderboard.play }),
        make("th", { text: texts.leaderboard.creator }),
        make("th", { text: texts.leaderboard.total }),
      ),
    ),
    this.#body,
  );
  #patchRows = keyedList(
    this.#body,
    (/** @type {Row} */ row) => row.avatarId,
    () =>
      make(
        "tr",
        {},
        make("td", { class: "board-place" }),
        make("td", {}, make("span", { class: "board-name" }, makeFace(), make("span"))),
        make("td"),
        make("td"),
        make("td", { class: "board-total" }),
      ),
    (element, { avatarId, place, score }) => {
      if (!this.#view) return;
      const [first, who, play, creator, total] = /** @type {HTMLTableCellElement[]} */ (Array.from(element.children));
      if (!first || !who || !play || !creator || !total) return;
      const [face, name] = Array.from(/** @type {Element} */ (who.firstElementChild).children);
      const avatar = avatarById(this.#view.avatars, avatarId);
      setProperty(element, "--player", avatar.color);
      setText(first, String(place));
      patchFace(/** @type {HTMLImageElement} */ (face), this.#view.avatars, avatarId, place === 1 ? "happy" : "idle");
      setText(/** @type {Element} */ (name), avatar.name);
      setText(play, String(score.play));
      setText(creator, String(score.creator));
      setText(total, String(score.total));
    },
  );

  build() {
    const head = make("header", { class: "panel-head" }, make("h2", { text: texts.leaderboard.heading }));
    this.append(head, this.#empty, this.#table);
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const { session, round } = view.host;
    show(this, session !== null && round?.phase === "lobby");
    if (this.hidden) return;
    const rows = rankScores(session?.scoreboardByAvatarId ?? {});
    show(this.#empty, rows.length === 0);
    show(this.#table, rows.length > 0);
    const pages = Math.max(1, Math.ceil(rows.length / ROWS));
    const page = Math.floor(view.now / PAGE_MS) % pages;
    this.#patchRows(rows.slice(page * ROWS, (page + 1) * ROWS));
  }
}

export function registerLeaderBoard() {
  customElements.define("leader-board", LeaderBoard);
}
