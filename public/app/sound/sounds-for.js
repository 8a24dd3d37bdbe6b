/**
 * Which sound belongs to which change: pure, from what was shown before and what is shown now. No component plays anything.
 * @import { Focus, HostState, UiState, View } from "../view.js"
 * @import { Phase, RoundState, Seat } from "../types.js"
 * @import { Cue, EffectName } from "./effects.js"
 * @import { Scene } from "./music.js"
 */
import { edgesOf, isDraw, TURN_MS, turnOf } from "../components/draw-wheel/turn.js";
import { countMoments } from "../components/round-results/count-up.js";
import { FRAME_PHASES } from "../frame/messages.js";
import { isMissing, isSeatTaken } from "../menu/missing.js";
import { queueOf } from "../menu/queue.js";
import { phaseRemainingMs } from "../store.js";

/** Of what does not move. */
const AT_ONCE = { ticksMs: [], endMs: 0 };
/** The last seconds of a vote are counted. */
const COUNTED_SECONDS = 3;

/** @type {Partial<Record<Phase, Scene>>} */
const SCENES = { lobby: "lobby", vote: "vote", results: "results", rating: "rating" };

/**
 * What the music plays; null while a game has the speakers, and on screens that only watch.
 * @param {View} view
 * @returns {Scene | null}
 */
export function sceneFor({ host }) {
  if (!hasSpeakers(host) || !host.round) return null;
  return SCENES[host.round.phase] ?? null;
}

/**
 * Whether sound belongs to this page: the big screen's own, also in the moment between a hello and its answer.
 * @param {HostState} host
 */
export function hasSpeakers({ trusted, role, session }) {
  return trusted && role !== "watch" && session !== null;
}

/**
 * @param {View | null} before null when nothing was shown yet
 * @param {View} now
 * @param {boolean} [isCalm] nothing moves on the screen: what would be counted or turned is there at once
 * @returns {Cue[]}
 */
export function soundsFor(before, now, isCalm = false) {
  const isStage = before?.host.role === "stage" && now.host.role === "stage";
  if (!before || !isStage || !before.host.session || !now.host.session) return [];
  const cues = [
    ...lineSounds(before.host, now.host),
    ...seatSounds(before, now),
    ...queueSounds(before.host, now.host),
  ];
  const { round } = now.host;
  if (round && before.host.round) {
    const samePhase = before.host.round.phase === round.phase && before.host.round.id === round.id;
    if (!samePhase) cues.push(...phaseSounds(round, isCalm));
    else cues.push(...roundSounds(before.host.round, round, isCalm), ...handSounds(before.ui, now.ui));
    if (samePhase && round.phase === "vote") cues.push(...clockSounds(before, now));
    if (!FRAME_PHASES.has(round.phase)) cues.push(...shelfSounds(before.host, now.host));
  }
  cues.push(...messageSounds(before.ui, now.ui));
  return cues;
}

/** @param {HostState} before @param {HostState} now @returns {Cue[]} */
function lineSounds(before, now) {
  return before.connection === "open" && now.connection === "lost" ? [{ effect: "error" }] : [];
}

/** @param {View} before @param {View} now @returns {Cue[]} */
function seatSounds(before, now) {
  return (now.host.session?.playersBySlot ?? []).flatMap((seat) => {
    const was = before.host.session?.playersBySlot[seat.slot];
    const effect = was && seatSound(was, seat, isMissing(before.pads, was), isMissing(now.pads, seat));
    return effect ? [{ effect, slot: seat.slot }] : [];
  });
}

/** Somebody waits from now on, or went home. @param {HostState} before @param {HostState} now @returns {Cue[]} */
function queueSounds(before, now) {
  const [was, is] = [before, now].map(({ session }) => queueOf(session).map(({ avatarId }) => avatarId));
  if (!was || !is || !now.session || !before.session) return [];
  const sits = (/** @type {string} */ id, /** @type {HostState} */ { session }) =>
    session?.playersBySlot.some(({ avatarId }) => avatarId === id);
  if (is.some((id) => !was.includes(id) && !sits(id, before))) return [{ effect: "choose" }];
  return was.some((id) => !is.includes(id) && !sits(id, now)) ? [{ effect: "leave" }] : [];
}

/**
 * @param {Seat} was
 * @param {Seat} is
 * @param {boolean} wasMissing
 * @param {boolean} isMissingNow
 * @returns {EffectName | null}
 */
function seatSound(was, is, wasMissing, isMissingNow) {
  if (!isSeatTaken(was)) return isSeatTaken(is) ? "claim" : null;
  if (!isSeatTaken(is)) return "leave";
  if (wasMissing !== isMissingNow) return isMissingNow ? "pad_lost" : "pad_back";
  if (was.avatarId !== is.avatarId) return is.avatarId ? "choose" : "back";
  return null;
}

/** A phase has come. @param {RoundState} round @param {boolean} isCalm @returns {Cue[]} */
function phaseSounds(round, isCalm) {
  switch (round.phase) {
    case "vote":
      return isDraw(round) ? [wheelCue(round, isCalm)] : [{ effect: "open" }];
    case "loading":
      return [{ effect: "start" }];
    case "results":
      return countCues(Math.max(0, ...(round.scoresBySlot ?? [])), isCalm);
    default:
      return [];
  }
}

/** The wheel of a draw clicks as it turns. @param {RoundState} round @param {boolean} isCalm @returns {Cue} */
function wheelCue(round, isCalm) {
  const ticksMs = edgesOf(turnOf(round).degrees, round.drawnFrom.length);
  return { effect: "wheel", timing: isCalm ? AT_ONCE : { ticksMs, endMs: TURN_MS } };
}

/** The podium counts up to the best score, then there is somebody to cheer. @param {number} best @param {boolean} isCalm @returns {Cue[]} */
function countCues(best, isCalm) {
  if (best === 0) return [];
  const ticksMs = countMoments(best);
  const timing = { ticksMs, endMs: ticksMs.at(-1) ?? 0 };
  return isCalm
    ? [{ effect: "podium" }]
    : [
        { effect: "tally", timing },
        { effect: "podium", timing },
      ];
}

/** What people did within a phase. @param {RoundState} before @param {RoundState} now @param {boolean} isCalm @returns {Cue[]} */
function roundSounds(before, now, isCalm) {
  /** @type {Cue[]} */
  const cues = !isDraw(before) && isDraw(now) ? [wheelCue(now, isCalm)] : [];
  for (const slot of [0, 1, 2, 3]) {
    const ready = now.readyBySlot[slot] ?? false;
    if (ready !== (before.readyBySlot[slot] ?? false)) cues.push({ effect: ready ? "ready" : "back", slot });
    const vote = now.votesBySlot[slot] ?? null;
    if (vote !== null && vote !== before.votesBySlot[slot]) cues.push({ effect: "vote", slot });
    const rating = now.ratingsBySlot[slot] ?? null;
    if (rating !== null && rating !== before.ratingsBySlot[slot])
      cues.push({ effect: rating < 0 ? "dislike" : "like", slot });
  }
  if (before.creatorBonus === null && (now.creatorBonus ?? 0) > 0) cues.push({ effect: "bonus" });
  return cues;
}

/** Cursors, carousels and questions. @param {UiState} before @param {UiState} now @returns {Cue[]} */
function handSounds(before, now) {
  /** @type {Cue[]} */
  const cues = [0, 1, 2, 3]
    .filter(
      (slot) =>
        before.carousel[slot] !== now.carousel[slot] ||
        placeOf(before.focus[slot]) !== placeOf(now.focus[slot]) ||
        before.voteCursor[slot] !== now.voteCursor[slot],
    )
    .map((slot) => ({ effect: "move", slot }));
  const [chose, chooses] = [before, now].map(({ joining }) => joining.map(({ by, avatarId }) => [by, avatarId]).join());
  if (chose !== chooses) cues.push({ effect: "move" });
  if (before.dialog !== now.dialog) {
    if (!now.dialog) cues.push({ effect: "back" });
    else cues.push({ effect: before.dialog ? "move" : "open" });
  }
  if (before.volume !== now.volume || (!before.soundOn && now.soundOn)) cues.push({ effect: "level" });
  return cues;
}

/** @param {Focus | undefined} focus */
function placeOf(focus) {
  if (focus?.zone === "shelf") return `shelf ${focus.gameId}`;
  return focus?.zone === "top" ? `top ${focus.item}` : (focus?.zone ?? "seat");
}

/** @param {View} before @param {View} now @returns {Cue[]} */
function clockSounds(before, now) {
  const [last, left] = [phaseRemainingMs(before.host, before.now), phaseRemainingMs(now.host, now.now)];
  if (last === null || left === null) return [];
  const [lastSecond, second] = [Math.ceil(last / 1000), Math.ceil(left / 1000)];
  return second < lastSecond && second > 0 && second <= COUNTED_SECONDS ? [{ effect: "countdown" }] : [];
}

/** @param {HostState} before @param {HostState} now @returns {Cue[]} */
function shelfSounds(before, now) {
  const came = now.games.some(({ id }) => now.arrivedAt[id] !== before.arrivedAt[id]);
  return came && now.arrivedAt !== before.arrivedAt ? [{ effect: "arrived" }] : [];
}

/** @param {UiState} before @param {UiState} now @returns {Cue[]} */
function messageSounds(before, now) {
  const fresh = now.toasts.filter(({ key }) => key >= before.nextToast);
  return fresh.some(({ tone }) => tone === "bad") ? [{ effect: "error" }] : [];
}
