/** The vote ended in a tie: a wheel with the choices turns, and stops on what chance has chosen at the host. */
import { make, PartyElement, setAttribute, setProperty, setText, show } from "../../build.js";
import { isMotionReduced } from "../../motion.js";
import { titleOf } from "../../night/awards.js";
import { texts } from "../../texts.js";
import { sectorAfter, turnTo, winningSector } from "./turn.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("../../types.d.ts").RoundState} RoundState */

/** The turn, in ms: well within the time that the host leaves for it. */
const TURN_MS = 1800;
/** Sectors in the order of the choices, each with a pattern of its own. */
const COLORS = ["#c2185b", "#1565c0", "#2e7d32", "#a65300"];

/** @param {RoundState | null} round */
export function isDraw(round) {
  return round?.phase === "vote" && round.game !== null && round.drawnFrom.length > 1;
}

export class DrawWheel extends PartyElement {
  #shown = "";
  #stopsAt = 0;
  #disc = make("div", { class: "wheel-disc" });
  #choices = make("ol", { class: "wheel-choices" });
  #winner = make("p", { class: "wheel-winner", role: "status" });

  build() {
    const wheel = make(
      "div",
      { class: "wheel", "aria-hidden": "true" },
      this.#disc,
      make("i", { class: "wheel-pointer" }),
    );
    const words = make("div", { class: "wheel-words" }, make("h2", { text: texts.vote.drawHeading }));
    words.append(this.#choices, this.#winner);
    this.append(wheel, words);
  }

  /** @param {View} view */
  update(view) {
    const { round } = view.host;
    show(this, isDraw(round));
    if (this.hidden || !round?.game) {
      this.#shown = "";
      return;
    }
    const { drawnFrom, game } = round;
    const key = `${drawnFrom.join(" ")} ${game.id}`;
    if (key !== this.#shown) {
      this.#shown = key;
      this.#spin(view, round);
    }
    const isOver = view.now >= this.#stopsAt;
    setAttribute(this, "data-over", isOver ? "" : null);
    setText(this.#winner, isOver ? texts.vote.winner(game.title) : "");
  }

  /** @param {View} view @param {RoundState} round */
  #spin({ host, now }, { drawnFrom, game, seed }) {
    const count = drawnFrom.length;
    const titles = drawnFrom.map((id) => (id ? titleOf(host.games, id) : texts.vote.surprise));
    const sector = winningSector(drawnFrom, game?.id ?? "");
    const stops = drawnFrom.map((_, n) => {
      const color = COLORS[n % COLORS.length];
      return `${color} ${(n * 360) / count}deg ${((n + 1) * 360) / count}deg`;
    });
    this.#disc.style.background = `conic-gradient(${stops.join(", ")})`;
    this.#disc.replaceChildren(
      ...titles.map((_, n) => {
        const mark = make("b", { text: String(n + 1) });
        setProperty(mark, "--at", `${((n + 0.5) * 360) / count}deg`);
        return mark;
      }),
    );
    this.#choices.replaceChildren(
      ...titles.map((title, n) => {
        const choice = make("li", {}, make("b", { text: String(n + 1) }), make("span", { text: title }));
        setProperty(choice, "--sector", COLORS[n % COLORS.length] ?? "");
        if (n === sector) choice.dataset.won = "";
        return choice;
      }),
    );
    // The same for every screen that looks on.
    const degrees = turnTo(sector, count, (seed % 997) / 997);
    console.assert(sectorAfter(degrees, count) === sector, "the wheel would stop on another choice");
    setProperty(this.#disc, "--turn", `${degrees}deg`);
    if (isMotionReduced()) {
      this.#stopsAt = now;
      return;
    }
    this.#stopsAt = now + TURN_MS;
    this.#disc.animate([{ rotate: "0deg" }, { rotate: `${degrees}deg` }], {
      duration: TURN_MS,
      easing: "cubic-bezier(0.15, 0.6, 0.2, 1)",
    });
  }
}

export function registerDrawWheel() {
  customElements.define("draw-wheel", DrawWheel);
}
