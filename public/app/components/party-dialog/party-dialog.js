/** The question on top of everything; keyboard, mouse and pads answer it alike. */
import { make, PartyElement, setAttribute, setText, show } from "../../build.js";
import { answerDialog } from "../../menu/dialog.js";
import { texts } from "../../texts.js";
import { makeGlyph } from "../pad-glyph/pad-glyph.js";
import { joinCode, shortUrl } from "../topbar/topbar.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("../../view.d.ts").Dialog} Dialog */

/**
 * @param {View} view
 * @param {Exclude<Dialog, {kind: "pads"}>} dialog
 */
function wordsOf({ host }, dialog) {
  const { dialog: words } = texts;
  switch (dialog.kind) {
    case "play": {
      const game = host.games.find(({ id }) => id === dialog.gameId);
      const ready = (host.session?.playersBySlot ?? []).filter(({ lockedIn }) => lockedIn).length >= 2;
      const text = `${game?.title ?? ""}${ready ? "" : `\n${texts.shelf.needPlayers}`}`;
      return { heading: words.playHeading, text, no: words.no, yes: ready ? words.playYes : "" };
    }
    case "join":
      return { heading: words.joinHeading, text: words.joinText, no: words.close, yes: "" };
  }
}

export class PartyDialog extends PartyElement {
  /** @type {View | null} */
  #view = null;
  #heading = make("h2");
  #text = make("p", { class: "dialog-text" });
  #code = make("img", { alt: "", class: "dialog-code" });
  #urls = make("p", { class: "dialog-urls" });
  #links = make(
    "p",
    { class: "dialog-links" },
    make("a", { href: "/watch", target: "_blank", text: texts.dialog.watch }),
    make("a", { href: "/creators", target: "_blank", text: texts.dialog.creators }),
  );
  #no = make("button", { class: "button big", type: "button" });
  #yes = make("button", { class: "button sun big", type: "button" });
  #dialog = make(
    "dialog",
    { class: "party-dialog" },
    this.#heading,
    this.#text,
    this.#code,
    this.#urls,
    this.#links,
    make("div", { class: "dialog-buttons" }, this.#no, this.#yes),
    make(
      "p",
      { class: "dialog-legend" },
      makeGlyph("south"),
      ` ${texts.dialog.ok}  `,
      makeGlyph("east"),
      ` ${texts.dialog.no}`,
    ),
  );

  build() {
    this.append(this.#dialog);
    this.listen(this.#no, "click", () => this.#answer(0));
    this.listen(this.#yes, "click", () => this.#answer(1));
    this.listen(this.#no, "focus", () => this.#choose(0));
    this.listen(this.#yes, "focus", () => this.#choose(1));
    // The browser closes a dialog on Escape by itself; the page's state has to hear of it.
    this.listen(this.#dialog, "cancel", (event) => {
      event.preventDefault();
      this.#answer(0);
    });
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const { dialog } = view.ui;
    if (!dialog || dialog.kind === "pads") {
      this.#shown = null;
      if (this.#dialog.open) this.#dialog.close();
      return;
    }
    const { heading, text, no, yes } = wordsOf(view, dialog);
    setText(this.#heading, heading);
    setText(this.#text, text);
    show(this.#code, dialog.kind === "join");
    setAttribute(this.#code, "src", joinCode(view.host.joinUrls[0] ?? ""));
    show(this.#urls, dialog.kind === "join");
    show(this.#links, dialog.kind === "join");
    setText(this.#urls, view.host.joinUrls.map(shortUrl).join("\n"));
    setText(this.#no, no);
    setText(this.#yes, yes);
    show(this.#yes, yes !== "");
    if (this.#shown === dialog) return;
    this.#shown = dialog;
    this.#isMovingFocus = true;
    if (!this.#dialog.open) this.#dialog.showModal();
    (dialog.choice === 1 && yes !== "" ? this.#yes : this.#no).focus();
    this.#isMovingFocus = false;
  }

  /** The state that the focus was last set for: Tab may move it until the next press of a pad. @type {Dialog | null} */
  #shown = null;
  /** The browser moves the focus on its own when a dialog opens: that is nobody's choice. */
  #isMovingFocus = false;

  /**
   * Where the Tab key went, a pad's ✕ has to go too.
   * @param {0 | 1} choice
   */
  #choose(choice) {
    const dialog = this.#view?.ui.dialog;
    if (this.#isMovingFocus || !dialog || dialog.kind === "join" || dialog.kind === "pads" || dialog.choice === choice)
      return;
    this.intend({ do: "ui", action: { type: "dialog", dialog: { ...dialog, choice } } });
  }

  /** @param {0 | 1} choice */
  #answer(choice) {
    if (this.#view) for (const intent of answerDialog(this.#view, choice)) this.intend(intent);
  }
}

export function registerPartyDialog() {
  customElements.define("party-dialog", PartyDialog);
}
