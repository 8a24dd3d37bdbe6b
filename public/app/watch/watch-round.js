/** What the party is doing now: the phase, the game, who takes part and how they are getting on, and the clock. */
import { avatarById } from "../avatars.js";
import { keyedList, make, PartyElement, setAttribute, setProperty, setText, show } from "../build.js";
import { makerName } from "../components/game-card/game-card.js";
import { makeFace, patchFace } from "../components/player-face/player-face.js";
import { queueOf } from "../menu/queue.js";
import { phaseRemainingMs } from "../store.js";
import { texts } from "../texts.js";

/** @typedef {import("../view.d.ts").View} View */
/** @typedef {import("../types.d.ts").Seat} Seat */

/** What a seat says in this phase. @param {View} view @param {Seat} seat */
function seatWords({ host }, { slot, avatarId, lockedIn }) {
  const { round } = host;
  const words = texts.seats;
  if (!round || !avatarId) return texts.watch.free;
  if (!lockedIn) return words.missing;
  switch (round.phase) {
    case "lobby":
    case "results":
      return round.readyBySlot[slot] ? words.isReady : "";
    case "vote":
      return (round.votesBySlot[slot] ?? null) !== null ? words.voted : words.voting;
    case "rating":
      return (round.ratingsBySlot[slot] ?? null) !== null ? words.rated : "";
    default:
      return round.avatarsBySlot[slot] ? texts.watch.plays : "";
  }
}

/** Seconds that this phase still has; null without a clock. @param {View} view */
function seconds({ host, now }) {
  const running = host.round?.phase === "playing" || host.round?.phase === "closing";
  const tick = running && host.tick?.roundId === host.round?.id ? host.tick?.timeRemainingMs : undefined;
  const remaining = tick ?? phaseRemainingMs(host, now);
  return remaining === null || host.round?.phase === "loading" ? null : Math.ceil(remaining / 1000);
}

export class WatchRound extends PartyElement {
  /** @type {View | null} */
  #view = null;
  #phase = make("h2");
  #clock = make("b", { class: "clock", role: "timer" });
  #title = make("b", { class: "now-title" });
  #face = makeFace();
  #maker = make("span");
  #description = make("p");
  #game = make("div", { class: "now-game" });
  #seats = make("ul", { class: "now-seats" });
  #patchSeats = keyedList(
    this.#seats,
    (/** @type {Seat} */ seat) => String(seat.slot),
    ({ slot }) =>
      make(
        "li",
        { class: "now-seat" },
        make("small", { text: texts.seats.short(slot) }),
        makeFace(),
        make("b"),
        make("span"),
      ),
    (element, seat) => {
      const [, face, name, words] = Array.from(element.children);
      if (!this.#view || !face || !name || !words) return;
      const avatar = avatarById(this.#view.avatars, seat.avatarId);
      setProperty(element, "--player", seat.avatarId ? avatar.color : "#5b4f9c");
      setAttribute(element, "data-free", seat.avatarId ? null : "");
      patchFace(/** @type {HTMLImageElement} */ (face), this.#view.avatars, seat.avatarId);
      setText(name, seat.avatarId ? avatar.name : "");
      setText(words, seatWords(this.#view, seat));
    },
  );

  #queue = make("p", { class: "now-queue" });
  #waiting = make("span");

  build() {
    this.#queue.replaceChildren(make("b", { text: texts.queue.heading }), " ", this.#waiting);
    const by = make("div", { class: "now-maker" }, this.#face, this.#maker);
    this.#game.append(this.#title, by, this.#description);
    this.append(
      make("header", { class: "watch-head" }, this.#phase, this.#clock),
      this.#game,
      this.#seats,
      this.#queue,
    );
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const { round, session } = view.host;
    show(this, round !== null);
    if (!round) return;
    setText(this.#phase, texts.watch.phases[round.phase]);
    const left = seconds(view);
    show(this.#clock, left !== null);
    setText(this.#clock, String(left ?? ""));
    show(this.#game, round.game !== null);
    if (round.game) {
      setText(this.#title, round.game.title);
      patchFace(this.#face, view.avatars, round.game.creatorAvatarId);
      setText(this.#maker, texts.loading.by(makerName(view, round.game)));
      setText(this.#description, round.game.description);
    }
    this.#patchSeats(session?.playersBySlot ?? []);
    const names = queueOf(session).map(({ avatarId }) => avatarById(view.avatars, avatarId).name);
    show(this.#queue, names.length > 0);
    setText(this.#waiting, names.join(", "));
  }
}

export function registerWatchRound() {
  customElements.define("watch-round", WatchRound);
}
