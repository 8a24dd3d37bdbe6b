/**
 * Title, rules and maker of the round's game: the whole screen while it loads, then a strip at the foot until its
 * countdown is over, then nothing. A page that is not the stage keeps the card: the game runs elsewhere.
 */
import { make, PartyElement, setAttribute, setText, show } from "../../build.js";
import { FRAME_PHASES } from "../../frame/messages.js";
import { texts } from "../../texts.js";
import { makerName } from "../game-card/game-card.js";
import { chipRow, makeFace, patchFace } from "../player-face/player-face.js";

/** @typedef {import("../../view.d.ts").View} View */

/** Longest time that the strip covers the foot of a running game, in ms: the length of a countdown. */
const STRIP_MS = 3000;

/**
 * @param {View} view
 * @returns {"full" | "strip" | null}
 */
function titleCardMode({ host, now }) {
  const { round } = host;
  if (!round?.game || !FRAME_PHASES.has(round.phase)) return null;
  if (round.phase === "loading" || host.role === "watch") return "full";
  const counting = round.framePhase === null || round.framePhase === "countdown";
  return round.phase === "playing" && counting && now - host.phaseAt < STRIP_MS ? "strip" : null;
}

export class TitleCard extends PartyElement {
  #title = make("h2");
  #description = make("p", { class: "title-rules" });
  #face = makeFace();
  #maker = make("span");
  #draw = make("p", { class: "title-draw" });
  #players = make("div", { class: "title-players" });
  #patchPlayers = chipRow(this.#players);
  #wait = make("p", { class: "title-wait" });

  build() {
    this.append(
      this.#draw,
      this.#title,
      make("div", { class: "title-maker" }, this.#face, this.#maker),
      this.#description,
      this.#players,
      this.#wait,
    );
  }

  /** @param {View} view */
  update(view) {
    const mode = titleCardMode(view);
    const game = view.host.round?.game;
    show(this, mode !== null);
    if (!mode || !game || !view.host.round) return;
    const { drawnFrom, avatarsBySlot } = view.host.round;
    setAttribute(this, "data-mode", mode);
    setText(this.#title, game.title);
    setAttribute(this, "data-long", game.title.length > 40 ? "" : null);
    setText(this.#description, game.description);
    patchFace(this.#face, view.avatars, game.creatorAvatarId, "happy");
    const author = game.creatorAvatarId && game.author ? ` (${game.author})` : "";
    setText(this.#maker, texts.loading.by(makerName(view, game) + author));
    const titles = drawnFrom.map(
      (id) => view.host.games.find((other) => other.id === id)?.title ?? (id || texts.vote.surprise),
    );
    show(this.#draw, drawnFrom.length > 1);
    setText(this.#draw, drawnFrom.length > 1 ? texts.vote.draw(titles) : "");
    this.#patchPlayers(
      view,
      [0, 1, 2, 3].filter((slot) => avatarsBySlot[slot]),
    );
    const elsewhere = view.host.role === "watch" && view.host.round.phase !== "loading";
    const where = view.host.round.paused ? texts.pause.watching : texts.round.elsewhere;
    setText(this.#wait, elsewhere ? where : texts.loading.getReady);
  }
}

export function registerTitleCard() {
  customElements.define("title-card", TitleCard);
}
