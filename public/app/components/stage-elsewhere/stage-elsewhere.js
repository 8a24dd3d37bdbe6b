/** Another window has the stage: offers to take it. */
import { make, PartyElement, show } from "../../build.js";
import { texts } from "../../texts.js";

/** @typedef {import("../../view.d.ts").View} View */

export class StageElsewhere extends PartyElement {
  #button = make("button", { class: "button sun big", type: "button", text: texts.elsewhere.button });

  build() {
    this.append(
      make("img", { src: "/public/app/icons/logo.svg", alt: "" }),
      make("h2", { text: texts.elsewhere.heading }),
      make("p", { text: texts.elsewhere.text }),
      this.#button,
    );
    this.listen(this.#button, "click", () => this.send({ type: "join", payload: { role: "stage", takeOver: true } }));
  }

  /** @param {View} view */
  update({ host }) {
    show(this, host.connection === "open" && host.trusted && host.role === "watch" && host.stageTaken);
  }
}

export function registerStageElsewhere() {
  customElements.define("stage-elsewhere", StageElsewhere);
}
