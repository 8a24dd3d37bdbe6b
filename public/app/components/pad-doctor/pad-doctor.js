/**
 * The pad doctor: every pad that is there, live, and what to do about the known troubles. Any button can be tried;
 * only a held ✕ shakes the pad, only a held ○ closes.
 */
import { avatarById } from "../../avatars.js";
import { keyedList, make, PartyElement, setAttribute, setProperty, setText, show } from "../../build.js";
import { advise } from "../../pads/advice.js";
import { Holds } from "../../pads/holds.js";
import { numberOf } from "../../pads/report.js";
import { texts } from "../../texts.js";
import { makeGlyph } from "../pad-glyph/pad-glyph.js";
import { makeFace, patchFace } from "../player-face/player-face.js";

/** @typedef {import("../../view.d.ts").View} View */
/** @typedef {import("../../view.d.ts").PadReport} PadReport */
/** @typedef {import("../../pads/daemon.js").DaemonPads} DaemonPads */

/** How long a button is held until it means something, in ms. */
const HOLD_MS = 700;
const SOUTH = 0;
const EAST = 1;
/** Pieces of advice that are shown. */
const MOST_ADVICE = 3;
/** Buttons as they are shown, in groups that lie together on a pad. */
const SHOWN = /** @type {const} */ ([
  [12, "↑"],
  [13, "↓"],
  [14, "←"],
  [15, "→"],
  [0, "✕"],
  [1, "○"],
  [2, "□"],
  [3, "△"],
  [4, "L1"],
  [6, "L2"],
  [10, "L3"],
  [5, "R1"],
  [7, "R2"],
  [11, "R3"],
  [8, "Share"],
  [9, "Options"],
]);

/** The parts of one pad's card that change. */
class PadCard {
  element = make("article", { class: "pad-card" });
  #face = makeFace();
  #name = make("b", { class: "pad-name" });
  #facts = make("span", { class: "pad-facts soft" });
  #sticks = [0, 1].map(() => make("span", { class: "pad-stick" }, make("i")));
  #buttons = SHOWN.map(([, label]) => make("span", { class: "pad-button", text: label }));
  #measures = /** @type {const} */ (["rate", "jitter", "latency"]).map((measure) => {
    const value = make("b");
    const label = make("small", { text: texts.doctor[measure] });
    return { value, row: make("span", { class: "pad-measure", "data-measure": measure }, label, value) };
  });
  #rumble = make("button", { class: "button", type: "button", text: texts.doctor.rumble });
  #number = -1;

  /** @param {(pad: number) => void} rumble */
  constructor(rumble) {
    this.#rumble.addEventListener("click", () => rumble(this.#number));
    const head = make("div", { class: "pad-head" }, this.#face);
    head.append(make("div", { class: "pad-words" }, this.#name, this.#facts), this.#rumble);
    const buttons = make("div", { class: "pad-buttons" }, ...this.#buttons);
    const live = make("div", { class: "pad-live" }, ...this.#sticks, buttons);
    const measures = make("div", { class: "pad-measures" }, ...this.#measures.map(({ row }) => row));
    this.element.append(head, live, measures);
  }

  /** @param {PadReport} report @param {View} view */
  patch(report, view) {
    const words = texts.doctor;
    const { slot, state } = report;
    this.#number = numberOf(report);
    const avatarId = slot === null ? "" : (view.host.session?.playersBySlot[slot]?.avatarId ?? "");
    show(this.#face, avatarId !== "");
    if (avatarId) patchFace(this.#face, view.avatars, avatarId);
    setProperty(this.element, "--player", avatarId ? avatarById(view.avatars, avatarId).color : "#fff");
    setText(this.#name, `${report.label} · ${report.name}`);
    const source =
      report.daemonPad === null ? words.browserOnly : report.browserPad === null ? words.daemonOnly : words.both;
    const link = report.link === null ? "" : words.link[report.link];
    const battery = words.battery[report.battery];
    setText(this.#facts, [link, battery, source].filter(Boolean).join(" · "));
    show(this.#rumble, report.canRumble);
    this.#sticks.forEach((stick, n) => {
      setProperty(stick, "--x", (state?.axes[2 * n] ?? 0).toFixed(2));
      setProperty(stick, "--y", (state?.axes[2 * n + 1] ?? 0).toFixed(2));
    });
    this.#buttons.forEach((element, n) => {
      const value = state?.buttons[SHOWN[n]?.[0] ?? 0] ?? 0;
      setProperty(element, "--level", value.toFixed(2));
      setAttribute(element, "data-down", value >= 0.5 ? "" : null);
    });
    const { reportHz, jitterMs, latency } = report;
    const values = [
      reportHz === null ? words.unknown : words.hertz(reportHz),
      jitterMs === null ? words.unknown : words.milliseconds(jitterMs),
      latency === null ? words.unknown : words.span(latency.typicalMs, latency.worstMs),
    ];
    this.#measures.forEach(({ value }, n) => {
      setText(value, values[n] ?? "");
    });
  }
}

export class PadDoctor extends PartyElement {
  /** @type {View | null} */
  #view = null;
  /** What is to be told of pads; set once by the page. @type {(() => PadReport[]) | null} */
  examine = null;
  /** @type {DaemonPads | null} */
  daemon = null;
  #shaking = new Holds(HOLD_MS);
  #closing = new Holds(HOLD_MS);
  /** @type {Map<Element, PadCard>} */
  #cards = new Map();
  #pads = make("div", { class: "doctor-pads" });
  #advice = make("ul", { class: "doctor-advice" });
  #close = make("button", { class: "button big", type: "button", text: texts.doctor.close });
  #dialog = make("dialog", { class: "pad-doctor", "aria-label": texts.doctor.heading });
  #patchPads = keyedList(
    this.#pads,
    (/** @type {PadReport} */ { browserPad, daemonPad }) =>
      `${daemonPad ?? ""}/${daemonPad === null ? browserPad : ""}`,
    () => {
      const card = new PadCard((pad) => this.intend({ do: "rumble", pad }));
      this.#cards.set(card.element, card);
      return card.element;
    },
    (element, report) => {
      if (this.#view) this.#cards.get(element)?.patch(report, this.#view);
    },
  );
  #patchAdvice = keyedList(
    this.#advice,
    (/** @type {string} */ line) => line,
    () => make("li"),
    (element, line) => setText(element, line),
  );

  build() {
    const legend = make("p", { class: "doctor-legend soft" });
    legend.append(
      makeGlyph("south"),
      ` ${texts.doctor.holdRumble}   `,
      makeGlyph("east"),
      ` ${texts.doctor.holdClose}`,
    );
    const head = make(
      "header",
      { class: "doctor-head" },
      make("h2", { text: texts.doctor.heading }),
      legend,
      this.#close,
    );
    this.#dialog.append(head, this.#pads, this.#advice);
    this.append(this.#dialog);
    this.listen(this.#close, "click", () => this.#leave());
    this.listen(this.#dialog, "cancel", (event) => {
      event.preventDefault();
      this.#leave();
    });
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const isOpen = view.ui.dialog?.kind === "pads";
    if (isOpen && !this.#dialog.open) {
      this.#dialog.showModal();
      this.#shaking = new Holds(HOLD_MS);
      this.#closing = new Holds(HOLD_MS);
    }
    if (!isOpen && this.#dialog.open) this.#dialog.close();
  }

  /**
   * Shows the pads as they are now; called as often as the screen is drawn.
   * @param {number} now ms
   */
  watch(now) {
    if (!this.#dialog.open || !this.#view || !this.examine) return;
    const pads = this.examine();
    this.#patchPads(pads);
    for (const [element] of this.#cards) if (!element.isConnected) this.#cards.delete(element);
    setAttribute(this.#pads, "data-many", pads.length > 4 ? "" : null);
    this.#patchAdvice(this.#lines(pads));
    for (const report of pads) {
      const pad = numberOf(report);
      const isDown = (/** @type {number} */ button) => (report.state?.buttons[button] ?? 0) >= 0.5;
      if (this.#shaking.isHeld(pad, SOUTH, isDown(SOUTH), now)) this.intend({ do: "rumble", pad });
      if (this.#closing.isHeld(pad, EAST, isDown(EAST), now)) this.#leave();
    }
  }

  /** @param {PadReport[]} pads */
  #lines(pads) {
    const { daemon } = this;
    const words = texts.doctor;
    const advice = advise({
      input: this.#view?.host.input.state ?? "off",
      isOpen: daemon?.isOpen ?? false,
      pads,
      unmapped: [...(daemon?.unmapped.values() ?? [])],
      bluetoothEffects: daemon?.bluetoothEffects ?? false,
      isMac: /mac/i.test(navigator.userAgent),
    });
    if (advice.length === 0) return [words.allWell];
    return advice.slice(0, MOST_ADVICE).map(({ id, names }) => words.advice[id](names.join(", ")));
  }

  #leave() {
    this.intend({ do: "ui", action: { type: "dialog", dialog: null } });
  }
}

export function registerPadDoctor() {
  customElements.define("pad-doctor", PadDoctor);
}
