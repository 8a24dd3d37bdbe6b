/**
 * The scores of the round, which are on disk by now: counted up on a podium, then who won, and who rose or fell on the
 * leaderboard by it.
 */
import { avatarById } from "../../avatars.js";
import { keyedList, make, PartyElement, setAttribute, setProperty, setText, show } from "../../build.js";
import { isMotionReduced } from "../../motion.js";
import { movesOf, rankRound } from "../../night/standing.js";
import { texts } from "../../texts.js";
import { wayOf } from "../leader-board/board-row.js";
import { makeFace, patchFace } from "../player-face/player-face.js";
import { countUp } from "./count-up.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("../../night/standing.js").Placing} Placing */
/** @typedef {import("../../night/standing.js").Move} Move */

/** One player on the podium. */
class Step {
  #face = makeFace();
  #place = make("b", { class: "placing-place" });
  #name = make("span", { class: "placing-name" });
  #score = make("b", { class: "placing-score" });
  #moveIcon = make("i", { class: "icon board-move" });
  #moveWords = make("span");
  #move = make("span", { class: "placing-move" }, this.#moveIcon, this.#moveWords);
  element = make("li", { class: "placing" }, this.#face);

  constructor() {
    const points = make("span", { class: "placing-points", text: texts.results.points });
    const score = make("div", { class: "placing-sum" }, this.#score, points);
    this.element.append(make("div", { class: "placing-block" }, this.#place, this.#name, score, this.#move));
  }

  /**
   * @param {View} view
   * @param {Placing} placing
   * @param {{elapsedMs: number, best: number, move: Move | undefined}} round
   */
  patch({ avatars }, { avatarId, place, score, isTied, pose }, { elapsedMs, best, move }) {
    const avatar = avatarById(avatars, avatarId);
    const { shown } = countUp(score, elapsedMs);
    // Who stands still while another one climbs on does not know yet how it ends.
    const { isDone } = countUp(best, elapsedMs);
    const won = place === 1 && score > 0;
    setProperty(this.element, "--player", avatar.color);
    setProperty(this.element, "--score", String(score));
    setAttribute(this.element, "data-done", isDone ? "" : null);
    setAttribute(this.element, "data-won", won && isDone ? "" : null);
    patchFace(this.#face, avatars, avatarId, isDone ? pose : "idle");
    const words = isTied ? texts.results.tied(place) : texts.results.place(place);
    setText(this.#place, isDone && best > 0 ? words : "");
    setText(this.#name, avatar.name);
    setText(this.#score, String(shown));
    const way = isDone ? wayOf(move) : null;
    setAttribute(this.#moveIcon, "data-way", way);
    setAttribute(this.#move, "data-way", way);
    setText(this.#moveWords, move && way ? texts.results.nowAt(move.after) : "");
  }
}

export class RoundResults extends PartyElement {
  /** @type {View | null} */
  #view = null;
  #best = 0;
  /** @type {Map<string, Move>} */
  #moves = new Map();
  #movesKnownFor = "";
  #game = make("span", { class: "soft" });
  #outcome = make("p", { class: "outcome" });
  #list = make("ol", { class: "podium" });
  /** @type {Map<number, Step>} */
  #steps = new Map();
  #patchList = keyedList(
    this.#list,
    (/** @type {Placing} */ placing) => String(placing.slot),
    ({ slot }) => {
      const step = new Step();
      this.#steps.set(slot, step);
      return step.element;
    },
    (_, placing) => {
      const view = this.#view;
      if (!view) return;
      const elapsedMs = isMotionReduced() ? Number.POSITIVE_INFINITY : view.now - view.host.phaseAt;
      const move = this.#moves.get(placing.avatarId);
      this.#steps.get(placing.slot)?.patch(view, placing, { elapsedMs, best: this.#best, move });
    },
  );

  build() {
    const head = make("header", { class: "panel-head" }, make("h2", { text: texts.results.heading }), this.#game);
    this.append(head, this.#outcome, this.#list);
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const { round, session } = view.host;
    show(this, round?.phase === "results");
    if (this.hidden || !round) {
      this.#movesKnownFor = "";
      return;
    }
    if (session && this.#movesKnownFor !== session.updatedAt) {
      this.#movesKnownFor = session.updatedAt;
      this.#moves = movesOf(session, round.id);
    }
    setText(this.#game, round.game?.title ?? "");
    const words = round.outcome ? texts.results.outcome[round.outcome] : "";
    show(this.#outcome, words !== "");
    setText(this.#outcome, words);
    const scores = round.scoresBySlot ?? [];
    this.#best = Math.max(0, ...scores);
    this.#patchList(rankRound(round.avatarsBySlot, scores).sort((a, b) => a.slot - b.slot));
  }
}

export function registerRoundResults() {
  customElements.define("round-results", RoundResults);
}
