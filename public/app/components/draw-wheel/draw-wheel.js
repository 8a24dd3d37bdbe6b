/** The vote ended in a tie: a wheel with the choices turns, and stops on what chance has chosen at the host. */
import { make, PartyElement, setAttribute, setProperty, setText, show } from "../../build.js";
import { isMotionReduced } from "../../motion.js";
import { titleOf } from "../../night/awards.js";
import { texts } from "../../texts.js";
import { EASING, isDraw, sectorAfter, TURN_MS, turnOf } from "./turn.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("../../types.d.ts").RoundState} RoundState */

/** Sectors in the order of the choices, each with a pattern of its own. */
const COLORS = ["#c2185b", "#1565c0", "#2e7d32", "#a65300"];

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
  #spin({ host, now }, round) {
    const { drawnFrom } = round;
    const count = drawnFrom.length;
    const titles = drawnFrom.map((id) => (id ? titleOf(host.games, id) : texts.vote.surprise));
    const { sector, degrees } = turnOf(round);
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
    console.assert(sectorAfter(degrees, count) === sector, "the wheel would stop on another choice");
    setProperty(this.#disc, "--turn", `${degrees}deg`);
    if (isMotionReduced()) {
      this.#stopsAt = now;
      return;
    }
    this.#stopsAt = now + TURN_MS;
    this.#disc.animate([{ rotate: "0deg" }, { rotate: `${degrees}deg` }], {
      duration: TURN_MS,
      easing: `cubic-bezier(${EASING})`,
    });
  }
}

export function registerDrawWheel() {
  customElements.define("draw-wheel", DrawWheel);
}
