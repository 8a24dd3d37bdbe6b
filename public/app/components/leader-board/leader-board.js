/** The leaderboard of the night, with the parts that each total is made of, and small awards below it. */
import { make, PartyElement, setText, show } from "../../build.js";
import { awardsOf, awardTo } from "../../night/awards.js";
import { movesOf, rankScores, streaksOf } from "../../night/standing.js";
import { texts } from "../../texts.js";
import { makeFace, patchFace } from "../player-face/player-face.js";
import { BoardRows } from "./board-row.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("../../types.d.ts").SessionState} SessionState */

/** Rows that fit beside the shelf, above the awards. */
const ROWS = 6;
/** Rows that fit when there is no award yet. */
const ROWS_ALONE = 7;
/** How long each page of a longer board, and each award, stays, in ms. */
const PAGE_MS = 6000;

/** What a session says about the night; worked out once for each session. @param {SessionState} session */
function nightOf(session) {
  return {
    rows: rankScores(session.scoreboardByAvatarId),
    streaks: streaksOf(session.history),
    moves: movesOf(session, session.history.at(-1)?.roundId ?? ""),
    awards: awardsOf(session),
  };
}

export class LeaderBoard extends PartyElement {
  /** @type {SessionState | null} */
  #session = null;
  /** @type {ReturnType<typeof nightOf>} */
  #night = { rows: [], streaks: new Map(), moves: new Map(), awards: [] };
  #empty = make("p", { class: "board-empty", text: texts.leaderboard.empty });
  #legend = make("div", { class: "board-legend" });
  #list = make("ol", { class: "board-rows" });
  #awardFace = makeFace();
  #awardName = make("b");
  #awardTo = make("span");
  #award = make("div", { class: "board-award" }, this.#awardFace, make("div", {}, this.#awardName, this.#awardTo));
  #rows = new BoardRows(this.#list);

  /** Places on a page; a page without a d-pad shows them all. */
  get #pageSize() {
    if (this.hasAttribute("data-whole")) return Number.POSITIVE_INFINITY;
    return this.#night.awards.length ? ROWS : ROWS_ALONE;
  }

  build() {
    for (const [part, words] of /** @type {const} */ ([
      ["play", texts.leaderboard.play],
      ["maker", texts.leaderboard.creator],
    ])) {
      this.#legend.append(make("span", {}, make("i", { class: `part-${part}` }), words));
    }
    const head = make("header", { class: "panel-head" }, make("h2", { text: texts.leaderboard.heading }), this.#legend);
    this.append(head, this.#empty, this.#list, this.#award);
  }

  /** @param {View} view */
  update(view) {
    const { session, round } = view.host;
    show(this, session !== null && (round?.phase === "lobby" || this.hasAttribute("data-whole")));
    if (this.hidden || !session) return;
    if (session !== this.#session) {
      this.#session = session;
      this.#night = nightOf(session);
    }
    const { rows } = this.#night;
    show(this.#empty, rows.length === 0);
    show(this.#legend, rows.length > 0);
    const size = this.#pageSize;
    const pages = Math.max(1, Math.ceil(rows.length / size));
    const page = Math.floor(view.now / PAGE_MS) % pages;
    const { streaks, moves } = this.#night;
    const most = rows[0]?.score.total ?? 0;
    const shown = pages === 1 ? rows : rows.slice(page * size, (page + 1) * size);
    this.#rows.patch(view.avatars, shown, ({ avatarId }) => ({
      most,
      streak: streaks.get(avatarId)?.now ?? 0,
      move: moves.get(avatarId),
    }));
    this.#showAward(view);
  }

  /** @param {View} view */
  #showAward({ avatars, host, now }) {
    const { awards } = this.#night;
    const award = awards[Math.floor(now / PAGE_MS) % Math.max(1, awards.length)];
    show(this.#award, award !== undefined);
    if (!award) return;
    patchFace(this.#awardFace, avatars, award.avatarIds[0] ?? "", "happy");
    setText(this.#awardName, texts.awards[award.kind].name);
    setText(this.#awardTo, awardTo(award, avatars, host.games));
  }
}

export function registerLeaderBoard() {
  customElements.define("leader-board", LeaderBoard);
}
