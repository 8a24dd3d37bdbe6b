/** The settings of the party and of this screen, and which games are on the shelf. By pad, keyboard and mouse alike. */
import { keyedList, make, PartyElement, setAttribute, setText, show } from "../../build.js";
import { MOUSE_PAD } from "../../menu/hold.js";
import { goTo, SETTINGS_ROWS, stepIntents, takeIntents, toggleIntents } from "../../menu/settings.js";
import { LANGUAGES, texts } from "../../texts.js";
import { makerName } from "../game-card/game-card.js";
import { makeGlyph } from "../pad-glyph/pad-glyph.js";
import { makeFace, patchFace } from "../player-face/player-face.js";
import { makeVolume, patchVolume, volumeWords } from "../volume-level/volume-level.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("../../view.d.ts").SettingsRow} SettingsRow */
/** @typedef {import("../../types.d.ts").GameSummary} GameSummary */

/** Rows whose values lie to the left and right. @type {ReadonlySet<SettingsRow>} */
const WITH_VALUES = new Set(["volume", "length", "vote", "queue", "motion", "language"]);

/**
 * A row's value in words.
 * @param {View} view
 * @param {SettingsRow} row
 */
function wordsFor({ host, ui }, row) {
  const words = texts.settings;
  switch (row) {
    case "volume":
      return volumeWords(ui);
    case "length":
      return words.lengths[host.settings.lengthFactor] ?? `${host.settings.lengthFactor}`;
    case "vote":
      return words.seconds(host.settings.voteSec);
    case "queue":
      return words.queueModes[host.settings.queueMode];
    case "motion":
      return words.motions[ui.motion];
    case "language":
      return LANGUAGES[ui.language].name;
    case "games":
      return words.shown(host.games.length, host.allGames.length);
    case "reset":
      return ui.holding.includes("reset") ? words.keepHolding : words.holdToReset;
  }
}

export class SettingsScreen extends PartyElement {
  /** @type {View | null} */
  #view = null;
  #volume = makeVolume();
  #rows = new Map(SETTINGS_ROWS.map((row) => [row, this.#makeRow(row)]));
  #menu = make("div", { class: "settings-rows", role: "menu", tabindex: "0" }, ...this.#rows.values());
  #gameList = make("div", { class: "settings-games", role: "menu", tabindex: "0" });
  #patchGames = keyedList(
    this.#gameList,
    (/** @type {GameSummary} */ game) => game.id,
    (game) => this.#makeGame(game),
    (element, game) => this.#patchGame(element, game),
  );
  #heading = make("h2", { id: "settings-heading" });
  #legendSouth = make("span");
  #legendEast = make("span");
  #panel = make("div", { class: "settings-panel" });
  #dialog = make("dialog", { class: "settings-dialog", "aria-labelledby": "settings-heading" }, this.#panel);
  #shownGame = "";

  build() {
    const legend = make("p", { class: "dialog-legend" }, makeGlyph("south"), this.#legendSouth);
    legend.append(makeGlyph("east"), this.#legendEast);
    this.#panel.replaceChildren(this.#heading, this.#menu, this.#gameList, legend);
    setAttribute(this.#menu, "aria-label", texts.settings.heading);
    setAttribute(this.#gameList, "aria-label", texts.settings.rows.games);
    this.append(this.#dialog);
    this.listen(this.#dialog, "cancel", (event) => {
      event.preventDefault();
      this.#intendAll(goTo(null));
    });
  }

  /** @param {SettingsRow} row */
  #makeRow(row) {
    const value = row === "volume" ? this.#volume : make("b");
    const element = make("div", {
      class: "button settings-row",
      role: "menuitem",
      id: `setting-${row}`,
      "data-row": row,
    });
    const values = make("span", { class: "settings-value" }, value);
    if (WITH_VALUES.has(row)) {
      values.prepend(this.#makeArrow(row, -1));
      values.append(this.#makeArrow(row, 1));
    }
    element.append(make("span", { text: texts.settings.rows[row] }), values);
    element.addEventListener("pointerdown", () => this.#pointed(row));
    return element;
  }

  /** @param {SettingsRow} row @param {1 | -1} step */
  #makeArrow(row, step) {
    const arrow = make("span", { class: "settings-arrow", "aria-hidden": "true", text: step < 0 ? "◀" : "▶" });
    arrow.addEventListener("click", () => {
      if (this.#view) this.#intendAll(stepIntents(this.#view, row, step));
    });
    return arrow;
  }

  /** @param {SettingsRow} row */
  #pointed(row) {
    if (!this.#view) return;
    this.#intendAll(goTo({ page: "main", row }));
    if (row === "games" || row === "reset") this.#intendAll(takeIntents(this.#view, row, MOUSE_PAD));
  }

  /** @param {GameSummary} game */
  #makeGame({ id }) {
    const words = make("span", { class: "settings-game-words" }, make("b"), make("span", { class: "soft" }));
    const element = make("div", { class: "button settings-row", role: "menuitemcheckbox", id: `game-${id}` });
    element.append(makeFace(), words, make("b", { class: "settings-value" }));
    element.addEventListener("click", () => {
      if (this.#view) this.#intendAll([...goTo({ page: "games", gameId: id }), ...toggleIntents(this.#view, id)]);
    });
    return element;
  }

  /** @param {HTMLElement} element @param {GameSummary} game */
  #patchGame(element, game) {
    if (!this.#view) return;
    const { host, ui, avatars } = this.#view;
    const [face, words, value] = Array.from(element.children);
    const [title, maker] = Array.from(words?.children ?? []);
    if (!face || !title || !maker || !value) return;
    const shown = !host.settings.hiddenGames.includes(game.id);
    patchFace(/** @type {HTMLImageElement} */ (face), avatars, game.creatorAvatarId);
    setText(title, game.title);
    setText(maker, texts.loading.by(makerName(this.#view, game)));
    setText(value, shown ? texts.settings.onShelf : texts.settings.hidden);
    setAttribute(element, "aria-checked", String(shown));
    setAttribute(element, "data-chosen", ui.settings?.page === "games" && ui.settings.gameId === game.id ? "" : null);
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const place = view.ui.settings;
    if (!place) {
      if (this.#dialog.open) this.#dialog.close();
      return;
    }
    const inGames = place.page === "games";
    const words = texts.settings;
    setText(this.#heading, inGames ? words.rows.games : words.heading);
    show(this.#menu, !inGames);
    show(this.#gameList, inGames);
    setText(this.#legendSouth, ` ${inGames ? words.toggle : words.choose}  `);
    setText(this.#legendEast, ` ${inGames ? words.back : words.close}`);
    if (inGames) this.#showGames(view, place.gameId);
    else this.#showRows(view, place.row);
    if (!this.#dialog.open) this.#dialog.showModal();
    const focus = inGames ? this.#gameList : this.#menu;
    if (document.activeElement !== focus) focus.focus();
  }

  /** @param {View} view @param {SettingsRow} chosen */
  #showRows(view, chosen) {
    this.#shownGame = "";
    setAttribute(this.#menu, "aria-activedescendant", `setting-${chosen}`);
    patchVolume(this.#volume, view.ui);
    for (const [row, element] of this.#rows) {
      const value = wordsFor(view, row);
      const shown = element.querySelector(".settings-value > b");
      if (shown) setText(shown, value);
      setAttribute(element, "aria-label", `${texts.settings.rows[row]}: ${value}`);
      setAttribute(element, "data-chosen", row === chosen ? "" : null);
      setAttribute(element, "data-holding", view.ui.holding.includes(row) ? "" : null);
    }
  }

  /** @param {View} view @param {string} gameId */
  #showGames({ host }, gameId) {
    this.#patchGames(host.allGames);
    setAttribute(this.#gameList, "aria-activedescendant", `game-${gameId}`);
    if (gameId === this.#shownGame) return;
    this.#shownGame = gameId;
    this.#gameList.querySelector("[data-chosen]")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {import("../../view.d.ts").Intent[]} intents */
  #intendAll(intents) {
    for (const intent of intents) this.intend(intent);
  }
}

export function registerSettingsScreen() {
  customElements.define("settings-screen", SettingsScreen);
}
