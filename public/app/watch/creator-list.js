/** Each maker with the bonus of the night and the games: how they were liked, and what went wrong with them. */
import { avatarById } from "../avatars.js";
import { keyedList, make, PartyElement, setAttribute, setProperty, setText, show } from "../build.js";
import { makeFace, patchFace } from "../components/player-face/player-face.js";
import { thumbsOf } from "../night/awards.js";
import { texts } from "../texts.js";
import { Details } from "./details.js";
import { makersOf } from "./makers.js";

/** @typedef {import("../view.d.ts").View} View */
/** @typedef {import("../types.d.ts").GameSummary} GameSummary */
/** @typedef {import("../types.d.ts").Incident} Incident */
/** @typedef {import("./makers.js").Maker} Maker */

/** Crash reports that are shown of one game; the newest come first. */
const INCIDENTS_SHOWN = 5;

/** @param {Incident} incident */
function incidentItem({ at, revision, outcome, phase, errors }) {
  const when = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  const item = make(
    "li",
    {},
    make("b", { text: texts.creators.incident(outcome, texts.creators.during[phase] ?? "", revision) }),
  );
  item.append(make("time", { datetime: at, class: "soft", text: when.format(new Date(at)) }));
  for (const { message } of errors.slice(0, 2)) item.append(make("code", { text: message }));
  return item;
}

class MakersGame {
  element = make("li", { class: "makers-game" });
  #title = make("b", { class: "row-title" });
  #likes = make("span");
  #state = make("span", { class: "soft" });
  #unstable = make("span", { class: "tag bad", text: texts.shelf.unstable });
  #summary = make("summary");
  #incidents = make("ol");
  #report = make("details", {}, this.#summary, this.#incidents);
  #shown = "";

  constructor() {
    this.element.append(this.#title, this.#likes, this.#state, this.#unstable, this.#report);
  }

  /** @param {GameSummary} game @param {ReturnType<typeof thumbsOf>} thumbs @param {Details} details */
  patch(game, thumbs, details) {
    const { up = 0, down = 0, plays = 0 } = thumbs.get(game.id) ?? {};
    const known = details.known.get(game.id);
    setText(this.#title, game.title);
    setText(this.#likes, texts.creators.liked(plays, up, down));
    setText(this.#state, known ? texts.creators.revision(known.revision) : "");
    show(this.#unstable, game.unstable === true);
    const incidents = known?.incidents ?? [];
    show(this.#report, incidents.length > 0);
    const shown = `${incidents.length} ${incidents[0]?.at ?? ""}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    setText(this.#summary, texts.creators.incidents(incidents.length));
    this.#incidents.replaceChildren(...incidents.slice(0, INCIDENTS_SHOWN).map(incidentItem));
  }
}

class MakerCard {
  element = make("section", { class: "maker" });
  #face = makeFace("maker-face");
  #name = make("h2");
  #bonus = make("b", { class: "maker-bonus" });
  #list = make("ul", { class: "makers-games" });
  /** @type {Map<string, MakersGame>} */
  #games = new Map();
  /** @type {ReturnType<typeof thumbsOf>} */
  #thumbs = new Map();
  /** @type {Details | null} */
  #details = null;
  #patchGames = keyedList(
    this.#list,
    (/** @type {GameSummary} */ game) => game.id,
    ({ id }) => {
      const game = new MakersGame();
      this.#games.set(id, game);
      return game.element;
    },
    (_, game) => {
      if (this.#details) this.#games.get(game.id)?.patch(game, this.#thumbs, this.#details);
    },
  );

  constructor() {
    this.element.append(make("header", { class: "watch-head" }, this.#face, this.#name, this.#bonus), this.#list);
  }

  /** @param {View} view @param {Maker} maker @param {ReturnType<typeof thumbsOf>} thumbs @param {Details} details */
  patch({ avatars }, { avatarId, author, bonus, games }, thumbs, details) {
    this.#thumbs = thumbs;
    this.#details = details;
    const avatar = avatarById(avatars, avatarId);
    setProperty(this.element, "--player", avatar.color);
    patchFace(this.#face, avatars, avatarId, bonus > 0 ? "happy" : "idle");
    setText(this.#name, avatarId ? avatar.name : author || texts.shelf.unknownMaker);
    setText(this.#bonus, texts.creators.bonus(bonus));
    setAttribute(this.element, "aria-label", this.#name.textContent);
    this.#patchGames(games);
  }
}

export class CreatorList extends PartyElement {
  /** @type {View | null} */
  #view = null;
  #details = new Details();
  #empty = make("p", { class: "soft", text: texts.creators.empty });
  #list = make("div", { class: "makers" });
  /** @type {ReturnType<typeof thumbsOf>} */
  #thumbs = new Map();
  /** @type {Map<string, MakerCard>} */
  #cards = new Map();
  #patchList = keyedList(
    this.#list,
    (/** @type {Maker} */ maker) => `${maker.avatarId} ${maker.author}`,
    (maker) => {
      const card = new MakerCard();
      this.#cards.set(`${maker.avatarId} ${maker.author}`, card);
      return card.element;
    },
    (_, maker) => {
      const card = this.#cards.get(`${maker.avatarId} ${maker.author}`);
      if (this.#view) card?.patch(this.#view, maker, this.#thumbs, this.#details);
    },
  );

  build() {
    this.append(this.#empty, this.#list);
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const { games, session } = view.host;
    if (!session) return;
    this.#details.follow(games, session.history);
    this.#thumbs = thumbsOf(session.history);
    const makers = makersOf(games, session.scoreboardByAvatarId);
    show(this.#empty, makers.length === 0);
    this.#patchList(makers);
  }
}

export function registerCreatorList() {
  customElements.define("creator-list", CreatorList);
}
