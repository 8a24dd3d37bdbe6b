/**
 * The final ceremony: what it shows, step by step, and what a press does in it. Pure.
 * @import { SessionState } from "../types.js"
 * @import { Intent, MenuKey, View } from "../view.js"
 */
import { awardsOf, topMakers } from "./awards.js";
import { rankScores } from "./standing.js";

/** @typedef {import("./standing.js").BoardRow} BoardRow */
/** @typedef {import("./awards.js").Award} Award */
/**
 * @typedef {{kind: "place", place: number, rows: BoardRow[], shown: BoardRow[]}
 *   | {kind: "awards", awards: Award[]}
 *   | {kind: "banger", award: Award}
 *   | {kind: "maker", avatarIds: string[], value: number}
 *   | {kind: "closing"}} Step
 * `rows` is who is called now, `shown` everyone who was called so far
 */

/** Places on the podium. */
const PODIUM = 3;
/** Awards on one screen. */
const AWARDS_SHOWN = 6;

/**
 * Third, second, first; the awards; the banger of the night; the top maker; the end. What nobody earned is left out.
 * @param {SessionState} session
 * @returns {Step[]}
 */
export function ceremonySteps(session) {
  const podium = rankScores(session.scoreboardByAvatarId).filter(
    ({ place, score }) => place <= PODIUM && score.total > 0,
  );
  /** @type {Step[]} */
  const steps = [];
  for (let place = PODIUM; place >= 1; place -= 1) {
    const rows = podium.filter((row) => row.place === place);
    if (rows.length) steps.push({ kind: "place", place, rows, shown: podium.filter((row) => row.place >= place) });
  }
  const awards = awardsOf(session);
  const small = awards.filter(({ kind }) => kind !== "banger").slice(0, AWARDS_SHOWN);
  if (small.length) steps.push({ kind: "awards", awards: small });
  const banger = awards.find(({ kind }) => kind === "banger");
  if (banger) steps.push({ kind: "banger", award: banger });
  const makers = topMakers(session);
  if (makers.avatarIds.length) steps.push({ kind: "maker", ...makers });
  return [...steps, { kind: "closing" }];
}

/**
 * Whether there is a night to look back on, and the time for it.
 * @param {View} view
 */
export function canCelebrate({ host }) {
  return (
    host.trusted && host.role === "stage" && host.round?.phase === "lobby" && (host.session?.history.length ?? 0) > 0
  );
}

/**
 * The step that is on the screen; null when there is no ceremony.
 * @param {View} view
 * @returns {{step: Step, index: number, count: number} | null}
 */
export function currentStep(view) {
  const { session } = view.host;
  if (view.ui.ceremony === null || !session || !canCelebrate(view)) return null;
  const steps = ceremonySteps(session);
  const index = Math.min(view.ui.ceremony, steps.length - 1);
  const step = steps[index];
  return step ? { step, index, count: steps.length } : null;
}

/**
 * ✕ or right goes on, left goes back, ○ leaves; after the last step ✕ leaves too.
 * @param {View} view
 * @param {MenuKey} key
 * @returns {Intent[]}
 */
export function ceremonyPress(view, key) {
  const current = currentStep(view);
  if (!current) return [];
  const { index, count } = current;
  const to = (/** @type {number | null} */ step) => [
    /** @type {Intent} */ ({ do: "ui", action: { type: "ceremony", step } }),
  ];
  switch (key) {
    case "south":
      return to(index + 1 < count ? index + 1 : null);
    case "right":
      return index + 1 < count ? to(index + 1) : [];
    case "left":
      return index > 0 ? to(index - 1) : [];
    case "east":
      return to(null);
    default:
      return [];
  }
}
