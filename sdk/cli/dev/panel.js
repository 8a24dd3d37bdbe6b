/**
 * What stands around the game: controls, clock, phases, scores, checks, console, pads. Data goes in as text, never as markup.
 * @import { MockPad } from "./pads.js"
 * @import { Round } from "./round.js"
 * @import { Check, Journal } from "./journal.js"
 * @typedef {object} News what the program said last
 * @property {string} file
 * @property {string} src
 * @property {number} revision
 * @property {string | null} title
 * @property {number} maxDurationSec
 * @property {string} [problem]
 * @property {Check[]} checks
 * @typedef {object} PanelView
 * @property {News | null} news
 * @property {string} savedAt
 * @property {boolean} isConnected
 * @property {Round | null} round
 * @property {string} outcome
 * @property {boolean} isPaused
 * @property {boolean} isSoundOn
 * @property {readonly boolean[]} seats
 * @property {readonly (string | null)[]} lights colours that the game gave to pads
 * @property {string | null} scoresProblem
 * @property {Journal} journal
 * @property {(slot: number) => MockPad} pad
 * @typedef {object} Actions
 * @property {() => void} restart
 * @property {() => void} pause
 * @property {() => void} end
 * @property {() => void} sound
 * @property {() => void} fullScreen
 * @property {() => void} copy
 * @property {(count: number) => void} players
 * @property {(slot: number) => void} seat
 */
import { keyedList, make, setAttribute, setProperty, setText, show } from "/public/app/build.js";
import { KEY_PADS } from "/public/app/pads/keys.js";
import { counted } from "./round.js";

/** The players of the SDK's mock mode. */
export const PLAYERS = [
  { id: "knight-red", name: "Knight", color: "#E53935", shape: "●" },
  { id: "wizard-blue", name: "Wizard", color: "#1E88E5", shape: "■" },
  { id: "slime-green", name: "Slime", color: "#43A047", shape: "▲" },
  { id: "banana-yellow", name: "Banana", color: "#FDD835", shape: "◆" },
];
/** Buttons in the W3C standard order, as they are written on a pad. */
const BUTTONS = "✕ ○ □ △ L1 R1 L2 R2 Sh Op L3 R3 ↑ ↓ ← →".split(" ");
/** From here on the clock hurries, ms. */
const HURRY_MS = 5000;
const PHASES = ["countdown", "playing", "results"];
const MARKS = { pass: "✓", warn: "!", fail: "✗" };

const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(1)} s`;
const button = (/** @type {string} */ text, /** @type {() => void} */ action, attributes = {}) => {
  const element = make("button", { type: "button", text, ...attributes });
  element.addEventListener("click", (event) => {
    action();
    // The keys are for the game again; who came by keyboard stays.
    if (event.detail > 0) element.blur();
  });
  return element;
};

export class Panel {
  /** Where the game's frame goes. */
  holder = make("div", { class: "holder" });
  #stage = make("section", { class: "stage", "aria-label": "Game" });
  #strip = make("div", { class: "strip" });
  #stripText = make("span", { role: "status" });
  #title = make("h1");
  #file = make("p", { class: "file" });
  #banner = make("p", { class: "banner", role: "alert" });
  #clock = make("output", { class: "clock", "aria-label": "Time left" });
  #bar = make("div", { class: "bar" }, make("i"));
  #state = make("p", { class: "state" });
  #phases = PHASES.map((name) => make("li", {}, make("b", { text: name }), make("span")));
  #scores = make("ol", { class: "scores", "aria-label": "Reported scores" });
  #scoresProblem = make("p", { class: "wrong" });
  #checksHead = make("h2");
  #checks = make("ul", { class: "checks", "aria-label": "Static checks" });
  #consoleHead = make("h2", { text: "Console" });
  #console = make("ol", { class: "console", "aria-label": "Console" });
  #again;
  #continue;
  #pause;
  #end;
  #sound;
  #players;
  #cards;
  #showScores;
  #showChecks;
  #showConsole;
  /** What was last drawn of them. */
  #drawn = { checks: /** @type {unknown} */ (null), console: "" };

  /** @param {HTMLElement} root @param {Actions} actions */
  constructor(root, actions) {
    const { restart, pause, end, sound, fullScreen, copy, players, seat } = actions;
    this.#pause = button("Pause", pause);
    this.#end = button("End round", end, { title: "As the host's button: force_end, then 3 s" });
    this.#sound = button("♪", sound, { "aria-label": "Sound" });
    this.#players = [2, 3, 4].map((count) =>
      button(String(count), () => players(count), { "aria-label": `${count} players` }),
    );
    this.#cards = PLAYERS.map((_, slot) => new PadCard(slot, () => seat(slot)));
    this.#showScores = keyedList(
      this.#scores,
      (score) => score.key,
      () => make("li", {}, make("span"), make("b")),
      drawScore,
    );
    this.#showChecks = keyedList(this.#checks, ({ id }) => id, makeCheck, drawCheck);
    this.#showConsole = keyedList(this.#console, ({ key }) => key, makeEntry, drawEntry);
    this.#again = button("Play again", restart, { class: "main" });
    this.#continue = button("Continue", pause, { class: "main" });
    this.#strip.append(this.#stripText, this.#again, this.#continue);
    this.#stage.append(this.holder, this.#strip);
    const controls = make(
      "div",
      { class: "controls" },
      button("Restart", restart, { class: "main" }),
      this.#pause,
      this.#end,
      this.#sound,
      button("Full screen", fullScreen),
    );
    const group = make(
      "div",
      { class: "group", role: "group", "aria-label": "Players" },
      make("span", { text: "Players" }),
    );
    group.append(...this.#players);
    controls.append(group);
    const time = make("div", { class: "time" }, this.#clock, this.#state);
    const round = make("section", { class: "round", "aria-label": "Round" }, time, this.#bar);
    round.append(make("ul", { class: "phases" }, ...this.#phases), this.#scores, this.#scoresProblem);
    const checks = make("section", { class: "findings", "aria-label": "Checks" }, this.#checksHead, this.#checks);
    const head = make(
      "div",
      { class: "head" },
      this.#consoleHead,
      button("Copy report", copy, { title: "Checks, errors and console as text, for your agent" }),
    );
    const journal = make("section", { class: "journal", "aria-label": "Console" }, head, this.#console);
    const header = make("header", {}, this.#title, this.#file, this.#banner);
    root.append(
      this.#stage,
      make("section", { class: "pads", "aria-label": "Pads" }, ...this.#cards.map(({ element }) => element)),
      make("aside", {}, header, controls, round, checks, journal),
    );
  }

  /** @param {PanelView} view */
  update(view) {
    const { news, round } = view;
    const title = news?.title ?? news?.file ?? "maribro dev";
    setText(this.#title, title);
    setAttribute(this.#title, "title", title);
    setText(this.#file, news ? `${news.file} · version ${news.revision}, ${view.savedAt}` : "");
    setAttribute(this.#file, "title", news?.file ?? "");
    const lost = news ? "maribro dev has ended; the game goes on. Start it again and this page follows." : "";
    const banner = view.isConnected ? (news?.problem ?? "") : lost;
    setText(this.#banner, banner);
    show(this.#banner, banner !== "");
    setText(this.#pause, view.isPaused ? "Go on" : "Pause");
    setAttribute(this.#pause, "aria-pressed", String(view.isPaused));
    this.#end.disabled = round?.phase !== "playing";
    this.#pause.disabled = !round || round.phase === "over";
    setText(this.#sound, view.isSoundOn ? "♪ on" : "♪ off");
    setAttribute(this.#sound, "aria-pressed", String(view.isSoundOn));
    const count = view.seats.filter(Boolean).length;
    for (const [n, one] of this.#players.entries()) setAttribute(one, "aria-pressed", String(n + 2 === count));
    for (const [slot, card] of this.#cards.entries()) {
      card.update(view.pad(slot), Boolean(view.seats[slot]), count, view.lights[slot] ?? null);
    }
    this.#drawRound(view);
    this.#drawChecks(news);
    this.#drawConsole(view.journal);
  }

  /** @param {PanelView} view */
  #drawRound({ round, outcome, isPaused, seats, scoresProblem }) {
    const left = round?.remainingMs ?? 0;
    setText(this.#clock, (left / 1000).toFixed(1));
    setProperty(this.#bar, "--left", round ? (left / round.durationMs).toFixed(4) : "1");
    setAttribute(this.#bar, "data-hurry", left <= HURRY_MS && round?.phase === "playing" ? "" : null);
    setText(this.#state, outcome);
    const isOver = round?.phase === "over";
    const isBad = round?.silent || (isOver && (round.scores === null || scoresProblem));
    setAttribute(this.#state, "data-bad", isBad ? "" : null);
    setText(this.#stripText, isOver || round?.silent ? outcome : isPaused ? "Paused" : "");
    show(this.#continue, isPaused && !isOver);
    show(this.#again, !isPaused || isOver);
    show(this.#strip, isOver || isPaused || Boolean(round?.silent));
    const current = round?.phase === "over" ? undefined : round?.phases.at(-1)?.phase;
    PHASES.forEach((name, n) => {
      const item = /** @type {HTMLElement} */ (this.#phases[n]);
      const seen = round?.phases.find(({ phase }) => phase === name);
      setText(/** @type {Element} */ (item.lastElementChild), seen ? seconds(seen.atMs) : "–");
      setAttribute(item, "data-state", current === name ? "now" : seen ? "seen" : null);
    });
    const scores = round?.scores;
    this.#showScores(
      scores
        ? PLAYERS.flatMap(({ name, shape }, slot) =>
            seats[slot] ? [{ key: String(slot), name: `${shape} ${name}`, given: scores[slot] ?? null }] : [],
          )
        : [],
    );
    show(this.#scores, Boolean(scores));
    setText(this.#scoresProblem, scoresProblem ?? "");
    show(this.#scoresProblem, scoresProblem !== null);
  }

  /** @param {News | null} news */
  #drawChecks(news) {
    if (!news || this.#drawn.checks === news.checks) return;
    this.#drawn.checks = news.checks;
    const wrong = news.checks.filter(({ status }) => status !== "pass");
    const failed = wrong.filter(({ status }) => status === "fail").length;
    const passed = news.checks.length - wrong.length;
    const parts = [
      failed && `${failed} to mend`,
      wrong.length > failed && `${wrong.length - failed} to look at`,
      `${passed} passed`,
    ];
    setText(this.#checksHead, `Checks: ${parts.filter(Boolean).join(", ")}`);
    setAttribute(this.#checksHead, "data-bad", failed ? "" : null);
    this.#showChecks(wrong.toSorted((a, b) => a.status.localeCompare(b.status)));
  }

  /** @param {Journal} journal */
  #drawConsole(journal) {
    const last = journal.entries.at(-1);
    const key = `${journal.added} ${last?.count}`;
    if (this.#drawn.console === key) return;
    this.#drawn.console = key;
    const isAtEnd = this.#console.scrollHeight - this.#console.scrollTop - this.#console.clientHeight < 40;
    this.#showConsole(journal.entries);
    if (isAtEnd) this.#console.scrollTop = this.#console.scrollHeight;
    setText(this.#consoleHead, journal.troubles ? `Console: ${journal.troubles} errors` : "Console");
    setAttribute(this.#consoleHead, "data-bad", journal.troubles ? "" : null);
  }
}

/** @param {HTMLElement} element @param {{key: string, name: string, given: number | null}} score */
function drawScore(element, { name, given }) {
  const [label, value] = element.children;
  const counts = counted(given);
  setText(/** @type {Element} */ (label), name);
  setText(/** @type {Element} */ (value), given === counts ? String(counts) : `${given ?? "nothing"} → ${counts}`);
}

/** @param {Check} check */
function makeCheck({ status }) {
  return make("li", { "data-status": status }, make("i"), make("b"), make("span"), make("em"));
}

/** @param {HTMLElement} element @param {Check} check */
function drawCheck(element, { id, status, message, hint, line, column }) {
  setAttribute(element, "data-status", status);
  const texts = [MARKS[status], line ? `${id}, line ${line}:${column ?? 1}` : id, message, hint ?? ""];
  fill(element, texts);
}

/** @param {import("./journal.js").Entry} entry */
function makeEntry({ kind }) {
  return make("li", { "data-kind": kind }, make("span"), make("i"), make("b"));
}

/** @param {HTMLElement} element @param {import("./journal.js").Entry} entry */
function drawEntry(element, { text, place, count }) {
  const texts = [text, place, count > 1 ? `×${count}` : ""];
  fill(element, texts);
}

/** @param {HTMLElement} element @param {string[]} texts a child each */
function fill(element, texts) {
  for (const [n, text] of texts.entries()) setText(/** @type {Element} */ (element.children[n]), text);
}

/** A pad, live. */
class PadCard {
  element;
  #seat;
  #dots;
  #buttons;
  #real = make("p", { class: "real" });

  /** @param {number} slot @param {() => void} toggle */
  constructor(slot, toggle) {
    const { name, color, shape } = /** @type {typeof PLAYERS[0]} */ (PLAYERS[slot]);
    const { labels } = /** @type {(typeof KEY_PADS)[number]} */ (KEY_PADS[slot]);
    this.#seat = button("", toggle, { class: "seat" });
    this.#dots = ["left", "right"].map((side) => make("i", { class: "stick", title: `${side} stick` }, make("b")));
    this.#buttons = BUTTONS.map((text) => make("i", { text }));
    const keys = make("dl", { class: "keys" });
    for (const [what, key] of [
      ["", labels.move],
      ["✕", labels.south],
      ["○", labels.east],
    ]) {
      keys.append(make("dt", { text: what ?? "" }), make("dd", { text: key ?? "" }));
    }
    const who = make("h3", {}, make("b", { class: "shape", text: shape }), name);
    const live = make("div", { class: "live" }, ...this.#dots, make("div", { class: "buttons" }, ...this.#buttons));
    this.element = make(
      "article",
      { class: "pad", "aria-label": name },
      make("div", { class: "who" }, who, this.#seat),
      live,
      keys,
      this.#real,
    );
    this.element.style.setProperty("--player", color);
  }

  /** @param {MockPad} pad @param {boolean} isSeated @param {number} count seats that are taken @param {string | null} light */
  update({ axes, buttons, pad }, isSeated, count, light) {
    setAttribute(this.element, "data-empty", isSeated ? null : "");
    setText(this.#seat, isSeated ? "plays" : "empty");
    setAttribute(this.#seat, "aria-pressed", String(isSeated));
    this.#seat.disabled = isSeated && count <= 2;
    setAttribute(this.#seat, "title", this.#seat.disabled ? "A game has two players at least" : null);
    this.#dots.forEach((stick, n) => {
      setProperty(stick, "--x", (axes[2 * n] ?? 0).toFixed(2));
      setProperty(stick, "--y", (axes[2 * n + 1] ?? 0).toFixed(2));
    });
    for (const [n, one] of this.#buttons.entries()) setAttribute(one, "data-on", (buttons[n] ?? 0) > 0.5 ? "" : null);
    setText(this.#real, pad ? pad.id.replace(/\s*\(.*$/, "") : "no controller");
    setAttribute(this.#real, "data-there", pad ? "" : null);
    setProperty(this.element, "--light", light ?? "transparent");
  }
}
