/** The final ceremony, on top of the lobby: one step a press, and at its end the picture of the night. */
import { avatarById } from "../../avatars.js";
import { make, PartyElement, setAttribute, setProperty, setText, show } from "../../build.js";
import { awardTo, titleOf } from "../../night/awards.js";
import { ceremonyPress, currentStep } from "../../night/ceremony.js";
import { drawSummary, keepSummary, pngOf } from "../../night/summary.js";
import { texts } from "../../texts.js";
import { makeGlyph } from "../pad-glyph/pad-glyph.js";
import { makeFace, patchFace } from "../player-face/player-face.js";
import { shortUrl } from "../topbar/topbar.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("../../night/ceremony.js").Step} Step */
/** @typedef {import("../../night/standing.js").BoardRow} BoardRow */

/** Paper that falls for the first. */
const CONFETTI = 32;
const PAPER = ["#ffd23f", "#ff4f8b", "#35e0ff", "#5cff9d", "#b39ddb"];
/** Faces beside each other; more equals than this are left to the leaderboard. */
const FACES_SHOWN = 5;

/** @param {View} view @param {string[]} avatarIds */
function faces({ avatars }, avatarIds) {
  const row = make("div", { class: "honoured-faces" });
  for (const id of avatarIds.slice(0, FACES_SHOWN)) {
    const face = makeFace();
    patchFace(face, avatars, id, "happy");
    row.append(face);
  }
  return row;
}

/** @param {View} view @param {string[]} avatarIds */
function names({ avatars }, avatarIds) {
  return texts.and(avatarIds.map((id) => avatarById(avatars, id).name));
}

/** Something big in the middle: faces, a name, what it is for. @param {Node} top @param {string} title @param {string} text */
function honour(top, title, text) {
  return make(
    "div",
    { class: "honoured" },
    top,
    make("b", { class: "honoured-name", text: title }),
    make("p", { text }),
  );
}

function confetti() {
  const sky = make("div", { class: "confetti", "aria-hidden": "true" });
  for (let n = 0; n < CONFETTI; n += 1) {
    const paper = make("i");
    // Evenly spread across, and without a pattern in time.
    setProperty(paper, "--x", String((n * 0.618) % 1));
    setProperty(paper, "--late", String((n * n * 0.3719) % 1));
    setProperty(paper, "--paper", PAPER[n % PAPER.length] ?? "#fff");
    sky.append(paper);
  }
  return sky;
}

/** @param {View} view @param {Extract<Step, {kind: "place"}>} step */
function podium(view, { place, rows, shown }) {
  const blocks = [2, 1, 3].map((at) => {
    const here = shown.filter((row) => row.place === at);
    const block = make("div", { class: "honour-block", "data-place": String(at) });
    if (at === place) block.dataset.now = "";
    if (!here.length) return block;
    const ids = here.map(({ avatarId }) => avatarId);
    setProperty(block, "--player", avatarById(view.avatars, ids[0] ?? "").color);
    const points = texts.ceremony.points(here[0]?.score.total ?? 0);
    block.append(
      faces(view, ids),
      make("b", { class: "honour-place", text: texts.results.place(at) }),
      make("b", { class: "honour-name", text: names(view, ids) }),
      make("span", { text: points }),
    );
    return block;
  });
  const stage = make("div", { class: "honour-podium" }, ...blocks);
  setAttribute(stage, "data-many", rows.length > 2 ? "" : null);
  return place === 1 ? [confetti(), stage] : [stage];
}

/** @param {View} view @param {Step} step @returns {{heading: string, content: Node[]}} */
function contentOf(view, step) {
  const { games } = view.host;
  const words = texts.ceremony;
  switch (step.kind) {
    case "place":
      return { heading: words.place(step.place, step.rows.length > 1), content: podium(view, step) };
    case "awards": {
      const list = make("ul", { class: "award-list" });
      for (const award of step.awards) {
        const about = make("div", {}, make("b", { text: texts.awards[award.kind].name }));
        about.append(
          make("span", { class: "award-to", text: awardTo(award, view.avatars, games) }),
          make("span", { class: "soft", text: texts.awards[award.kind].text(award.value) }),
        );
        list.append(make("li", { class: "award" }, faces(view, award.avatarIds), about));
      }
      return { heading: words.awards, content: [list] };
    }
    case "banger": {
      const { gameIds, avatarIds, value } = step.award;
      const title = texts.and(gameIds.map((id) => titleOf(games, id)));
      const by = avatarIds.length ? `${texts.loading.by(names(view, avatarIds))} · ` : "";
      const content = [honour(faces(view, avatarIds), title, by + texts.awards.banger.text(value))];
      return { heading: words.banger, content };
    }
    case "maker": {
      const { avatarIds, value } = step;
      const content = [confetti(), honour(faces(view, avatarIds), names(view, avatarIds), words.makerText(value))];
      return { heading: words.maker, content };
    }
    case "closing":
      return { heading: words.closing, content: [] };
  }
}

export class NightCeremony extends PartyElement {
  /** @type {View | null} */
  #view = null;
  #shown = "";
  /** The session that the picture shows. */
  #drawnFor = "";
  #isKept = false;
  #small = make("p", { class: "ceremony-small", text: texts.ceremony.heading });
  #heading = make("h2");
  #stage = make("div", { class: "ceremony-stage" });
  #canvas = make("canvas", { class: "summary", role: "img" });
  #said = make("p", { role: "status" });
  #code = make("img", { class: "summary-code", alt: "" });
  #address = make("b", { class: "summary-url" });
  #download = make("a", { class: "button", text: texts.ceremony.download, download: "maribro-party.png" });
  #closing = make("div", { class: "ceremony-closing" });
  #next = make("button", { class: "button sun", type: "button" });
  #nextWords = make("span");
  #back = make("button", { class: "button", type: "button", text: texts.ceremony.back });
  #out = make("button", { class: "button", type: "button" });
  #dialog = make("dialog", { class: "ceremony", "aria-label": texts.ceremony.heading });

  build() {
    this.#next.append(makeGlyph("south"), this.#nextWords);
    this.#out.append(makeGlyph("east"), make("span", { text: texts.ceremony.out }));
    const beside = make("div", { class: "summary-beside" }, this.#said, this.#code, this.#address, this.#download);
    this.#closing.append(this.#canvas, beside);
    const foot = make("footer", { class: "ceremony-foot" }, this.#out, this.#back, this.#next);
    const head = make("header", {}, this.#small, this.#heading);
    this.#dialog.append(head, this.#stage, this.#closing, foot);
    this.append(this.#dialog);
    for (const [button, key] of /** @type {const} */ ([
      [this.#next, "south"],
      [this.#back, "left"],
      [this.#out, "east"],
    ])) {
      this.listen(button, "click", () => this.#press(key));
    }
    this.listen(this.#dialog, "cancel", (event) => {
      event.preventDefault();
      this.#press("east");
    });
  }

  /** @param {"south" | "left" | "east"} key */
  #press(key) {
    if (this.#view) for (const intent of ceremonyPress(this.#view, key)) this.intend(intent);
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const current = currentStep(view);
    const { session } = view.host;
    if (!current || !session) {
      this.#shown = "";
      // The next ceremony tries again.
      if (!this.#isKept) this.#drawnFor = "";
      if (this.#dialog.open) this.#dialog.close();
      this.#stage.replaceChildren();
      return;
    }
    const { step, index, count } = current;
    const isLast = index + 1 === count;
    show(this.#back, index > 0);
    setText(this.#nextWords, isLast ? texts.ceremony.end : texts.ceremony.next);
    show(this.#closing, step.kind === "closing");
    show(this.#stage, step.kind !== "closing");
    const shown = `${index} ${session.updatedAt} ${view.avatars.length}`;
    if (shown !== this.#shown) {
      this.#shown = shown;
      const { heading, content } = contentOf(view, step);
      setText(this.#heading, heading);
      this.#stage.replaceChildren(...content);
    }
    if (!this.#dialog.open) {
      this.#dialog.showModal();
      this.#next.focus();
    }
    if (step.kind === "closing" && this.#drawnFor !== session.updatedAt) {
      this.#drawnFor = session.updatedAt;
      this.#makePicture(view, session);
    }
  }

  /** @param {View} view @param {import("../../types.d.ts").SessionState} session */
  async #makePicture({ host, avatars }, session) {
    const words = texts.ceremony;
    const isStill = () => this.#drawnFor === session.updatedAt;
    for (const part of [this.#code, this.#address, this.#download]) show(part, false);
    setText(this.#said, words.drawing);
    const rounds = new Set(session.history.map(({ gameId }) => gameId)).size;
    const people = Object.keys(session.scoreboardByAvatarId).length;
    setAttribute(this.#canvas, "aria-label", texts.summary.count(session.history.length, rounds, people));
    /** @type {Blob} */
    let picture;
    try {
      await drawSummary(this.#canvas, { session, games: host.games, avatars, language: document.documentElement.lang });
      picture = await pngOf(this.#canvas);
    } catch (error) {
      console.warn("the picture of the night could not be drawn", error);
      this.#isKept = false;
      if (isStill()) setText(this.#said, words.notDrawn);
      return;
    }
    if (!isStill()) return;
    URL.revokeObjectURL(this.#download.href);
    this.#download.href = URL.createObjectURL(picture);
    show(this.#download, true);
    try {
      await keepSummary(picture);
    } catch (error) {
      console.warn("the picture of the night could not be handed over", error);
      if (!isStill()) return;
      setText(this.#said, words.notKept);
      this.#isKept = false;
      return;
    }
    if (!isStill()) return;
    this.#isKept = true;
    setText(this.#said, words.keep);
    setAttribute(this.#code, "src", `/summaries/latest.svg?${encodeURIComponent(session.updatedAt)}`);
    setText(this.#address, `${shortUrl(host.joinUrls[0] ?? location.origin)}\n/summaries/latest.png`);
    show(this.#code, true);
    show(this.#address, true);
  }
}

export function registerNightCeremony() {
  customElements.define("night-ceremony", NightCeremony);
}
