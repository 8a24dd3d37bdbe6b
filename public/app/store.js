/**
 * What the host said: one direction, host → store → view. Pages never write here; they send commands.
 * @import { GameSummary, ScreenEvent } from "./types.js"
 * @import { HostState } from "./view.js"
 */

/** How long a card keeps its NEW badge, in ms. */
const NEW_BADGE_MS = 180_000;

/** @returns {HostState} the state before the first hello */
export function initialHostState() {
  return {
    connection: "connecting",
    screenId: 0,
    trusted: false,
    version: "",
    joinUrls: [],
    session: null,
    games: [],
    allGames: [],
    settings: { lengthFactor: 1, voteSec: 10, queueMode: "off", hiddenGames: [] },
    round: null,
    roundAt: 0,
    phaseAt: 0,
    pausedAt: 0,
    problems: [],
    input: { state: "starting", url: null, token: null },
    role: null,
    stageTaken: false,
    tick: null,
    arrivedAt: {},
  };
}

/**
 * Ids that are new on the shelf, or came again as a new revision.
 * @param {GameSummary[]} before
 * @param {GameSummary[]} after
 * @returns {string[]}
 */
function arrivals(before, after) {
  const known = new Map(before.map((game) => [game.id, game.uploadedAt]));
  return after.filter((game) => known.get(game.id) !== game.uploadedAt).map((game) => game.id);
}

/**
 * @param {HostState} state
 * @param {ScreenEvent} event an unknown type leaves the state as it is: a newer host may say more
 * @param {number} now `performance.now()`
 * @returns {HostState}
 */
export function reduce(state, event, now) {
  switch (event.type) {
    case "hello": {
      const { screenId, trusted, version, joinUrls, session, games, problems, settings, input } = event.payload;
      return {
        ...withShelf(withRound(state, event.payload.round, now), games, settings),
        connection: "open",
        screenId,
        trusted,
        version,
        joinUrls,
        session,
        problems,
        input,
        role: null,
        stageTaken: false,
        tick: null,
      };
    }
    case "role_changed":
      return { ...state, role: event.payload.role, stageTaken: event.payload.stageTaken };
    case "session_changed":
      return { ...state, session: event.payload.session };
    case "games_changed": {
      const { games } = event.payload;
      const fresh = arrivals(state.allGames, games).map((id) => /** @type {const} */ ([id, now]));
      const arrivedAt = { ...state.arrivedAt, ...Object.fromEntries(fresh) };
      return { ...withShelf(state, games, state.settings), arrivedAt };
    }
    case "settings_changed":
      return withShelf(state, state.allGames, event.payload.settings);
    case "round_changed":
      return withRound(state, event.payload.round, now);
    case "tick":
      return event.payload.roundId === state.round?.id ? { ...state, tick: event.payload } : state;
    case "join_urls_changed":
      return { ...state, joinUrls: event.payload.joinUrls };
    case "problems_changed":
      return { ...state, problems: event.payload.problems };
    case "input_changed":
      return { ...state, input: event.payload.input };
    default:
      return state;
  }
}

/**
 * @param {HostState} state
 * @param {GameSummary[]} allGames
 * @param {import("./types.d.ts").PartySettings} settings
 * @returns {HostState}
 */
function withShelf(state, allGames, settings) {
  const hidden = new Set(settings.hiddenGames);
  return { ...state, allGames, settings, games: allGames.filter(({ id }) => !hidden.has(id)) };
}

/**
 * @param {HostState} state
 * @param {import("./types.d.ts").RoundState} round
 * @param {number} now
 * @returns {HostState}
 */
function withRound(state, round, now) {
  const samePhase = state.round?.id === round.id && state.round.phase === round.phase;
  // A new attempt at the same round begins with its whole time.
  const sameFrame = state.tick?.roundId === round.id && state.round?.frameAttempt === round.frameAttempt;
  const tick = sameFrame ? state.tick : null;
  const { phaseAt, pausedAt } = state;
  const samePause = samePhase && isHalted(state.round) === isHalted(round);
  return {
    ...state,
    round,
    roundAt: now,
    phaseAt: samePhase ? phaseAt : now,
    pausedAt: samePause ? pausedAt : now,
    tick,
  };
}

/**
 * Whether the round is paused and nobody asked yet that it goes on.
 * @param {import("./types.d.ts").RoundState | null} round
 */
export function isHalted(round) {
  return Boolean(round?.paused) && round?.paused?.resumesInMs === null;
}

/**
 * Milliseconds until a paused round goes on; null while nobody asked for that.
 * @param {HostState} state
 * @param {number} now `performance.now()`
 */
export function resumesInMs({ round, roundAt }, now) {
  const left = round?.paused?.resumesInMs ?? null;
  return left === null ? null : Math.max(0, left - (now - roundAt));
}

/**
 * Milliseconds until the phase ends by itself; null without a clock.
 * @param {HostState} state
 * @param {number} now `performance.now()`
 */
export function phaseRemainingMs(state, now) {
  const remaining = state.round?.remainingMs ?? null;
  const passed = state.round?.paused ? 0 : now - state.roundAt;
  return remaining === null ? null : Math.max(0, remaining - passed);
}

/**
 * @param {HostState} state
 * @param {string} gameId
 * @param {number} now `performance.now()`
 */
export function isNewGame(state, gameId, now) {
  return now - (state.arrivedAt[gameId] ?? Number.NEGATIVE_INFINITY) < NEW_BADGE_MS;
}

/**
 * A store around [`reduce`]. Listeners hear every change at once, with the event that made it.
 */
export class Store {
  /** @type {HostState} */
  state = initialHostState();
  /** @type {Set<(event: ScreenEvent | null) => void>} */
  #listeners = new Set();

  /** @param {(event: ScreenEvent | null) => void} listener */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * @param {ScreenEvent} event
   * @param {number} now
   */
  apply(event, now) {
    this.state = reduce(this.state, event, now);
    for (const listener of this.#listeners) listener(event);
  }

  /** The line to the host broke; the last known state stays on screen. */
  connectionLost() {
    this.state = { ...this.state, connection: this.state.session ? "lost" : "connecting" };
    for (const listener of this.#listeners) listener(null);
  }
}
