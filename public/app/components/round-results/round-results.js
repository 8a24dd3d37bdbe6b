/** The scores of the round, which are on disk by now, best first. */
import { avatarById } from "../../avatars.js";
import { keyedList, make, PartyElement, setAttribute, setProperty, setText, show } from "../../build.js";
import { texts } from "../../texts.js";
import { makeFace, patchFace } from "../player-face/player-face.js";
import { rankRound } from "./ranking.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("./ranking.js").Placing} Placing */

export class RoundResults extends PartyElement {
  /** @type {View | null} */
  #view = null;
  #anyScore = false;
  #game = make("span", { class: "soft" });
  #outcome = make("p", { class: "outcome" });
  #list = make("ol", { class: "podium" });
  #patchList = keyedList(
    this.#list,
    (/** @type {Placing} */ placing) => String(placing.slot),
    () =>
      make(
        "li",
        { class: "placing" },
        make("b", { class: "placing-place" }),
        makeFace(),
        make("span", { class: "placing-name" }),
        make("b", { class: "placing-score" }),
        make("span", { class: "placing-points", text: texts.results.points }),
      ),
    (element, { avatarId, place, score, pose }) => {
      if (!this.#view) return;
      const [placeText, face, name, points] = Array.from(element.children);
      if (!placeText || !face || !name || !points) return;
      const avatar = avatarById(this.#view.avatars, avatarId);
      setProperty(element, "--player", avatar.color);
      setAttribute(element, "data-won", pose === "happy" ? "" : null);
      setText(placeText, this.#anyScore ? texts.results.place(place) : "");
      patchFace(/** @type {HTMLImageElement} */ (face), this.#view.avatars, avatarId, pose);
      setText(name, avatar.name);
      setText(points, String(score));
    },
  );

  build() {
    const head = make("header", { class: "panel-head" }, make("h2", { text: texts.results.heading }), this.#game);
    this.append(head, this.#outcome, this.#list);
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const { round } = view.host;
    show(this, round?.phase === "results");
    if (this.hidden || !round) return;
    setText(this.#game, round.game?.title ?? "");
    const words = round.outcome ? texts.results.outcome[round.outcome] : "";
    show(this.#outcome, words !== "");
    setText(this.#outcome, words);
    this.#anyScore = (round.scoresBySlot ?? []).some((score) => score > 0);
    this.#patchList(rankRound(round.avatarsBySlot, round.scoresBySlot ?? []));
  }
}

export function registerRoundResults() {
  customElements.define("round-results", RoundResults);
}
