/**
 * One seat on the couch: free, choosing a face, locked in, or without its controller.
 * @import { RoundState, ScreenCommand, Seat } from "../../types.js"
 * @import { Intent, View } from "../../view.js"
 */
import { avatarById, carouselAvatar, isTaken, nextAvatar } from "../../avatars.js";
import { make, setAttribute, setProperty, setText, show } from "../../build.js";
import { isMissing, isSeatTaken } from "../../menu/missing.js";
import { KEY_PADS, KEYBOARD_BASE } from "../../pads/keys.js";
import { missingLabel, padLabel } from "../../pads/labels.js";
import { texts } from "../../texts.js";
import { makeGlyph, patchGlyph } from "../pad-glyph/pad-glyph.js";
import { makeFace, patchFace } from "../player-face/player-face.js";

/** Colours of free seats; a taken one has its avatar's. */
const FREE_COLORS = ["#ff4f8b", "#ffd23f", "#35e0ff", "#5cff9d"];

/**
 * The first keyboard pad that nobody sits with; null when all four do.
 * @param {Seat[]} seats
 * @param {number} [skip] how many free ones to leave to others
 */
function freeKeyboardPad(seats, skip = 0) {
  const free = KEY_PADS.map((_, n) => KEYBOARD_BASE + n).filter((pad) =>
    seats.every(({ gamepadIndex }) => gamepadIndex !== pad),
  );
  return free[skip] ?? free[0] ?? null;
}

/** A button of the legend: a glyph and what it does; a mouse can press it too. */
export class LegendButton {
  element = make("button", { class: "legend", type: "button" });
  #glyph;
  #words = make("span");

  /**
   * @param {"south" | "east"} key
   * @param {() => void} press
   */
  constructor(key, press) {
    this.#glyph = makeGlyph(key);
    this.element.append(this.#glyph, this.#words);
    this.element.addEventListener("click", press);
  }

  /** @param {string} words empty hides it @param {number} pad */
  patch(words, pad) {
    show(this.element, words !== "");
    setText(this.#words, words);
    patchGlyph(this.#glyph, pad);
  }
}

/**
 * What a locked-in seat says and offers in each phase.
 * @param {RoundState} round
 * @param {Pick<import("../../types.d.ts").Seat, "slot" | "avatarId">} seat
 * @returns {{status: string, done: boolean, south: string, east: string}}
 */
function lockedWords(round, { slot, avatarId }) {
  const words = texts.seats;
  const ready = round.readyBySlot[slot] ?? false;
  switch (round.phase) {
    case "lobby":
      return ready
        ? { status: words.isReady, done: true, south: "", east: words.notReady }
        : { status: "", done: false, south: words.ready, east: words.change };
    case "vote": {
      const voted = (round.votesBySlot[slot] ?? null) !== null;
      if (round.game) return { status: "", done: false, south: "", east: "" };
      return { status: voted ? words.voted : words.voting, done: voted, south: words.vote, east: "" };
    }
    case "results":
      return { status: ready ? words.isReady : "", done: ready, south: ready ? "" : words.goOn, east: "" };
    case "rating": {
      if (round.avatarsBySlot[slot] !== avatarId || round.creatorBonus !== null) {
        return { status: "", done: false, south: "", east: "" };
      }
      const rated = (round.ratingsBySlot[slot] ?? null) !== null;
      return { status: rated ? words.rated : "", done: rated, south: words.up, east: words.down };
    }
    default:
      return { status: "", done: false, south: "", east: "" };
  }
}

export class SeatCard {
  element;
  #slot;
  /** @type {View | null} */
  #view = null;
  #intend;
  #pad = make("span", { class: "seat-pad" });
  #battery = make("span", { class: "seat-battery", role: "img" });

  #free;
  #freeGlyph = makeGlyph("south");
  #freeOr = make("span", { text: texts.seats.orKey });
  #freeKey = makeGlyph("south");

  #choosing;
  #beside = [makeFace("beside"), makeFace("beside")];
  #chosen = makeFace();
  #chosenName = make("b", { class: "seat-name" });
  #take;
  #leave;

  #locked;
  #face = makeFace();
  #name = make("b", { class: "seat-name" });
  #status = make("span", { class: "seat-status" });
  #south;
  #east;

  #missing;
  #missingFace = makeFace();
  #missingLeave;
  #leaving = make("div", { class: "seat-leaving" }, make("i"), make("b", { text: texts.seats.leaving }));
  #bumps = 0;

  /**
   * @param {number} slot
   * @param {(intent: Intent) => void} intend
   * @param {(view: View, slot: number, key: "south" | "east") => void} press the seat's own button, by mouse
   */
  constructor(slot, intend, press) {
    this.#slot = slot;
    this.#intend = intend;
    const words = texts.seats;
    const byMouse = (/** @type {"south" | "east"} */ key) => () => {
      if (this.#view) press(this.#view, slot, key);
    };
    this.#take = new LegendButton("south", byMouse("south"));
    // A mouse need not hold: it does not slip.
    this.#leave = new LegendButton("east", () => this.#send({ type: "leave_seat", payload: { slot } }));
    this.#south = new LegendButton("south", byMouse("south"));
    this.#east = new LegendButton("east", byMouse("east"));
    this.#free = make("button", { class: "seat-free", type: "button" });
    const call = make("span", { class: "seat-call" }, make("span", { text: words.press }), this.#freeGlyph);
    call.append(this.#freeOr, this.#freeKey, make("span", { text: words.toJoin }));
    this.#free.append(call);
    this.#free.addEventListener("click", () => this.#claim());

    const arrow = (/** @type {-1 | 1} */ side, /** @type {Node} */ face) => {
      const label = side < 0 ? words.previous : words.next;
      const button = make("button", { class: "seat-arrow", type: "button", "aria-label": label }, face);
      button.addEventListener("click", () => this.#turn(side));
      return button;
    };
    const chosen = make("button", { class: "seat-chosen", type: "button" }, this.#chosen);
    chosen.addEventListener("click", byMouse("south"));
    const [left, right] = this.#beside;
    const wheel = make("div", { class: "seat-wheel" });
    wheel.append(arrow(-1, /** @type {Node} */ (left)), chosen, arrow(1, /** @type {Node} */ (right)));
    const takeRow = make("div", { class: "seat-legend" }, this.#take.element, this.#leave.element);
    const chooseWords = make("div", { class: "seat-words" }, this.#chosenName);
    this.#choosing = make("div", { class: "seat-choosing" }, wheel, chooseWords, takeRow);

    const lockedWordsBox = make("div", { class: "seat-words" }, this.#name, this.#status);
    const legend = make("div", { class: "seat-legend" }, this.#south.element, this.#east.element);
    this.#locked = make("div", { class: "seat-locked" }, this.#face, lockedWordsBox, legend);

    this.#missingLeave = make("button", { class: "legend", type: "button", text: words.leave });
    this.#missingLeave.addEventListener("click", () => this.#send({ type: "leave_seat", payload: { slot } }));
    const missingCall = make("span", { class: "seat-call" }, make("span", { text: words.press }), makeGlyph("south"));
    missingCall.append(make("span", { text: words.missingDo }));
    const missingWords = make("div", { class: "seat-words" }, missingCall);
    const missingLegend = make("div", { class: "seat-legend" }, this.#missingLeave);
    this.#missing = make("div", { class: "seat-missing" }, this.#missingFace, missingWords, missingLegend);

    const head = make("div", { class: "seat-head" }, make("b", { text: words.short(slot) }), this.#pad, this.#battery);
    this.element = make("section", { class: "seat", role: "group", "aria-label": words.name(slot) });
    this.element.append(head, this.#free, this.#choosing, this.#locked, this.#missing, this.#leaving);
  }

  /** @param {View} view */
  patch(view) {
    this.#view = view;
    const { session, round } = view.host;
    const seat = session?.playersBySlot[this.#slot];
    if (!session || !round || !seat) return;
    const taken = isSeatTaken(seat);
    const controls = view.host.trusted && view.host.role === "stage";
    const missing = controls && isMissing(view.pads, seat);
    const state = missing ? "missing" : seat.lockedIn ? "locked" : taken ? "choosing" : "free";
    setAttribute(this.element, "data-state", state);
    setText(
      this.#pad,
      missing ? missingLabel(view.host.input, seat.gamepadIndex) : taken ? padLabel(seat.gamepadIndex) : "",
    );
    const battery = missing || !taken ? undefined : view.pads.batteries.get(seat.gamepadIndex);
    show(this.#battery, battery !== undefined);
    setAttribute(this.#battery, "data-level", battery ?? null);
    setAttribute(this.#battery, "aria-label", texts.doctor.battery[battery ?? "unknown"]);
    show(this.#free, state === "free");
    show(this.#choosing, state === "choosing");
    show(this.#locked, state === "locked");
    show(this.#missing, missing);
    if (missing) patchFace(this.#missingFace, view.avatars, seat.avatarId, "sad");
    show(this.#leaving, view.ui.holding.includes(`leave:${this.#slot}`));
    this.element.dataset.controls = controls ? "yes" : "no";
    if (state === "free") this.#patchFree(session.playersBySlot, controls);
    if (state === "choosing") this.#patchChoosing(view, session, seat);
    if (state === "locked") this.#patchLocked(view, round, seat, controls);
    const color = state === "choosing" ? this.#chosenColor : avatarById(view.avatars, seat.avatarId).color;
    setProperty(this.element, "--player", taken ? color : (FREE_COLORS[this.#slot] ?? "#fff"));
    this.#bump(view.ui.bumps[this.#slot] ?? 0);
  }

  #chosenColor = "#fff";

  /**
   * @param {Seat[]} seats
   * @param {boolean} controls
   */
  #patchFree(seats, controls) {
    const before = seats.filter((seat) => seat.slot < this.#slot && !isSeatTaken(seat)).length;
    const pad = freeKeyboardPad(seats, before);
    patchGlyph(this.#freeGlyph, -1);
    patchGlyph(this.#freeKey, pad ?? -1);
    show(this.#freeKey, pad !== null);
    show(this.#freeOr, pad !== null);
    this.#free.disabled = !controls;
  }

  /**
   * @param {View} view
   * @param {import("../../types.d.ts").SessionState} session
   * @param {Seat} seat
   */
  #patchChoosing({ ui, avatars }, session, { slot, gamepadIndex }) {
    const avatar = carouselAvatar(avatars, session, slot, ui.carousel[slot] ?? "");
    this.#chosenColor = avatar?.color ?? "#fff";
    patchFace(this.#chosen, avatars, avatar?.id ?? "");
    setText(this.#chosenName, avatar?.name ?? texts.seats.noneFree);
    const at = avatars.findIndex(({ id }) => id === avatar?.id);
    this.#beside.forEach((face, side) => {
      const neighbour = avatars.at((at + (side === 0 ? -1 : 1)) % avatars.length);
      patchFace(face, avatars, neighbour?.id ?? "", "still");
      setAttribute(face, "data-taken", neighbour && isTaken(session, neighbour.id, slot) ? "" : null);
    });
    this.#take.patch(texts.seats.take, gamepadIndex);
    this.#leave.patch(texts.seats.holdToLeave, gamepadIndex);
  }

  /**
   * @param {View} view
   * @param {RoundState} round
   * @param {Seat} seat
   * @param {boolean} controls
   */
  #patchLocked(view, round, { slot, avatarId, gamepadIndex }, controls) {
    const { status, done, south, east } = lockedWords(round, { slot, avatarId });
    const away = view.ui.focus[slot]?.zone !== "seat" && round.phase === "lobby";
    patchFace(this.#face, view.avatars, avatarId, done ? "happy" : "idle");
    setText(this.#name, avatarById(view.avatars, avatarId).name);
    setText(this.#status, status || this.#cameFor(view, slot, avatarId));
    setAttribute(this.element, "data-done", done ? "" : null);
    this.#south.patch(controls && !away ? south : "", gamepadIndex);
    this.#east.patch(controls && !away ? east : "", gamepadIndex);
  }

  /**
   * In the lobby after a round in which this seat changed hands: for whom.
   * @param {View} view
   * @param {number} slot
   * @param {string} avatarId
   */
  #cameFor({ host, avatars }, slot, avatarId) {
    if (host.round?.phase !== "lobby") return "";
    const swap = host.session?.history.at(-1)?.swaps?.find((one) => one.slot === slot && one.comes === avatarId);
    return swap ? texts.queue.cameFor(avatarById(avatars, swap.leaves).name) : "";
  }

  /** @param {number} bumps something moves at each press, whatever it means */
  #bump(bumps) {
    if (bumps === this.#bumps) return;
    this.#bumps = bumps;
    setAttribute(this.element, "data-bump", bumps % 2 ? "odd" : "even");
  }

  #claim() {
    const pad = freeKeyboardPad(this.#view?.host.session?.playersBySlot ?? []);
    if (pad !== null) this.#send({ type: "claim_seat", payload: { gamepadIndex: pad, slot: this.#slot } });
  }

  /** @param {-1 | 1} side */
  #turn(side) {
    const { host, ui, avatars } = this.#view ?? {};
    if (!host?.session || !ui || !avatars || !host.trusted) return;
    const current = carouselAvatar(avatars, host.session, this.#slot, ui.carousel[this.#slot] ?? "");
    const next = current && nextAvatar(avatars, host.session, this.#slot, current.id, side);
    if (next) this.#intend({ do: "ui", action: { type: "carousel", slot: this.#slot, avatarId: next.id } });
  }

  /** @param {ScreenCommand} command */
  #send(command) {
    this.#intend({ do: "send", command });
  }
}
