/** The shelf as a list: title, maker, length, how people liked it tonight, and who votes for it. */
import { keyedList, make, PartyElement, setAttribute, setText, show } from "../build.js";
import { makerName } from "../components/game-card/game-card.js";
import { chipRow, makeFace, patchFace } from "../components/player-face/player-face.js";
import { thumbsOf } from "../night/awards.js";
import { isNewGame } from "../store.js";
import { texts } from "../texts.js";

/** @typedef {import("../view.d.ts").View} View */
/** @typedef {import("../types.d.ts").GameSummary} GameSummary */
/** @typedef {ReturnType<typeof thumbsOf>} Thumbs */

class GameRow {
  element = make("li", { class: "game-row" });
  #face = makeFace();
  #title = make("b", { class: "row-title" });
  #about = make("span", { class: "soft" });
  #fresh = make("span", { class: "tag", text: texts.shelf.fresh });
  #unstable = make("span", { class: "tag bad", text: texts.shelf.unstable });
  #votes = make("span", { class: "row-votes" });
  #patchVotes = chipRow(this.#votes);

  constructor() {
    const words = make(
      "div",
      {},
      this.#title,
      this.#about,
      make("div", { class: "tags" }, this.#fresh, this.#unstable),
    );
    this.element.append(this.#face, words, this.#votes);
  }

  /** @param {View} view @param {GameSummary} game @param {Thumbs} thumbs */
  patch(view, game, thumbs) {
    const { round } = view.host;
    const { up = 0, down = 0, plays = 0 } = thumbs.get(game.id) ?? {};
    patchFace(this.#face, view.avatars, game.creatorAvatarId);
    setText(this.#title, game.title);
    setText(this.#about, texts.watch.about(makerName(view, game), game.maxDurationSec, plays, up, down));
    show(this.#fresh, isNewGame(view.host, game.id, view.now));
    show(this.#unstable, game.unstable === true);
    setAttribute(this.element, "data-now", round?.game?.id === game.id ? "" : null);
    const voted = round?.phase === "vote" ? round.votesBySlot : [];
    this.#patchVotes(
      view,
      [0, 1, 2, 3].filter((slot) => voted[slot] === game.id),
    );
  }
}

export class WatchGames extends PartyElement {
  /** @type {View | null} */
  #view = null;
  /** @type {import("../types.d.ts").SessionState | null} */
  #session = null;
  /** @type {Thumbs} */
  #thumbs = new Map();
  #count = make("span", { class: "soft" });
  #empty = make("p", { class: "soft", text: texts.watch.noGames });
  #list = make("ul", { class: "game-rows" });
  /** @type {Map<string, GameRow>} */
  #rows = new Map();
  #patchList = keyedList(
    this.#list,
    (/** @type {GameSummary} */ game) => game.id,
    ({ id }) => {
      const row = new GameRow();
      this.#rows.set(id, row);
      return row.element;
    },
    (_, game) => {
      if (this.#view) this.#rows.get(game.id)?.patch(this.#view, game, this.#thumbs);
    },
  );

  build() {
    this.append(
      make("header", { class: "watch-head" }, make("h2", { text: texts.shelf.heading }), this.#count),
      this.#empty,
      this.#list,
    );
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const { games, session } = view.host;
    show(this, session !== null);
    if (!session) return;
    if (session !== this.#session) {
      this.#session = session;
      this.#thumbs = thumbsOf(session.history);
    }
    setText(this.#count, texts.shelf.count(games.length));
    show(this.#empty, games.length === 0);
    for (const id of this.#rows.keys()) if (!games.some((game) => game.id === id)) this.#rows.delete(id);
    this.#patchList(games);
  }
}

export function registerWatchGames() {
  customElements.define("watch-games", WatchGames);
}
