/** What an empty couch shows after a while: who may be played, what the night has come to, and how to begin. */
import { make, PartyElement, setAttribute, setText, show } from "../../build.js";
import { rankScores } from "../../night/standing.js";
import { texts } from "../../texts.js";
import { BoardRows } from "../leader-board/board-row.js";
import { makeGlyph } from "../pad-glyph/pad-glyph.js";
import { makeFace, patchFace } from "../player-face/player-face.js";
import { joinCode, shortUrl } from "../topbar/topbar.js";
import { isQuiet } from "./quiet.js";

/** @typedef {import("../../view.d.ts").View} View */

/** Faces that stand in a row. */
const FACES = 6;
/** How long they stand there until the next ones come, in ms. */
const FACES_MS = 5000;
/** Lines of the leaderboard. */
const LINES = 3;

export class AttractScreen extends PartyElement {
  #faces = make("div", { class: "attract-faces" });
  #code = make("img", { alt: "", class: "attract-code" });
  #count = make("p");
  #url = make("b");
  #lines = make("ol", { class: "board-rows" });
  #rows = new BoardRows(this.#lines);

  build() {
    setAttribute(this, "role", "region");
    setAttribute(this, "aria-label", texts.attract.label);
    const call = make("p", { class: "attract-call" }, make("span", { text: texts.seats.press }), makeGlyph("south"));
    call.append(make("span", { text: texts.seats.toJoin }));
    const join = make("div", { class: "attract-join" }, this.#code);
    join.append(make("div", {}, this.#count, this.#url));
    const foot = make("div", { class: "attract-foot" }, join, this.#lines);
    this.append(make("h2", { text: texts.title }), this.#faces, call, foot);
    for (let n = 0; n < FACES; n += 1) this.#faces.append(makeFace());
  }

  /** @param {View} view */
  update(view) {
    show(this, isQuiet(view));
    const { session, games, joinUrls } = view.host;
    if (this.hidden || !session) return;
    const first = Math.floor(view.now / FACES_MS) * FACES;
    Array.from(this.#faces.children).forEach((face, n) => {
      const avatar = view.avatars[(first + n) % Math.max(1, view.avatars.length)];
      patchFace(/** @type {HTMLImageElement} */ (face), view.avatars, avatar?.id ?? "", n % 3 === 1 ? "happy" : "idle");
    });
    setText(this.#count, texts.attract.games(games.length));
    setAttribute(this.#code, "src", joinCode(joinUrls[0] ?? ""));
    setText(this.#url, shortUrl(joinUrls[0] ?? ""));
    const rows = rankScores(session.scoreboardByAvatarId).slice(0, LINES);
    show(this.#lines, rows.length > 0);
    this.#rows.patch(view.avatars, rows, () => ({ most: rows[0]?.score.total ?? 0 }));
  }
}

export function registerAttractScreen() {
  customElements.define("attract-screen", AttractScreen);
}
