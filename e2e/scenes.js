/**
 * Screens on demand: the real host serves the page, and its WebSocket is answered by the test, so that every screen can
 * be had at once, with any number of players, games and rounds.
 *
 * @import { GameSummary, HistoryEntry, RoundState, ScreenEvent, SessionState } from "../public/app/types.js"
 */

/** Longest title that a game may have on the wire in these scenes. */
export const LONG = "The Extraordinarily Long Adventures Of Donaudampfschifffahrtsgesellschaftskapitän "
  .repeat(4)
  .slice(0, 300);

export const AVATAR_IDS = [
  "knight-red",
  "wizard-blue",
  "slime-green",
  "banana-yellow",
  "ghost-purple",
  "fox-orange",
  "robot-gray",
  "ninja-black",
  "cat-pink",
  "shark-teal",
  "bear-brown",
  "alien-lime",
  "penguin-navy",
  "unicorn-lavender",
  "pumpkin-rust",
  "yeti-white",
];

const TITLES = [
  "Bumper Arena",
  "Lava Hop",
  "Cheese Heist",
  "Button Masher",
  "Moon Golf",
  "Duck Derby",
  "Snowball Duel",
];

/** @param {number} n @param {boolean} [long] @returns {GameSummary} */
export function game(n, long = false) {
  const title = long
    ? LONG
    : `${TITLES[n % TITLES.length]}${n < TITLES.length ? "" : ` ${1 + Math.floor(n / TITLES.length)}`}`;
  return {
    id: `game-${n}`,
    filename: `game-${n}.html`,
    title,
    description: long ? LONG : "Bump the others off the ice. Left stick moves, ✕ dashes.",
    author: long ? LONG : "Robin",
    creatorAvatarId: AVATAR_IDS[(n * 5 + 4) % 16] ?? "",
    maxDurationSec: 30,
    uploadedAt: `2026-11-21T20:${String(10 + (n % 50)).padStart(2, "0")}:00Z`,
  };
}

/**
 * Rounds that were played, with everything that the awards look at; the same for the same numbers.
 * @param {number} rounds
 * @param {number} players
 * @param {number} games
 * @returns {HistoryEntry[]}
 */
export function history(rounds, players, games) {
  return Array.from({ length: rounds }, (_, n) => {
    const slots = [0, 1, 2, 3];
    const shift = n % 3 === 0 ? 1 : (n * n) % 7;
    return {
      playedAt: new Date(Date.UTC(2026, 10, 21, 20, n)).toISOString(),
      gameId: `game-${n % games}`,
      creatorAvatarId: game(n % games).creatorAvatarId,
      scoresBySlot: slots.map((slot) => (slot < players ? ([10, 6, 3, 0][(slot + shift) % players] ?? 0) : 0)),
      ratingsBySlot: slots.map((slot) =>
        slot < players ? ((slot + (n % games)) % 3 === 1 && n % games !== 2 ? -1 : 1) : 0,
      ),
      outcome: "reported",
      avatarsBySlot: slots.map((slot) => (slot < players ? (AVATAR_IDS[slot * 4] ?? "") : "")),
      roundId: `round-${n}`,
    };
  });
}

/** @param {HistoryEntry[]} entries @returns {SessionState["scoreboardByAvatarId"]} */
export function scoreboard(entries) {
  /** @type {SessionState["scoreboardByAvatarId"]} */
  const board = {};
  const of = (/** @type {string} */ id) => (board[id] ??= { play: 0, creator: 0, total: 0 });
  for (const { scoresBySlot, avatarsBySlot = [], ratingsBySlot = [], creatorAvatarId } of entries) {
    avatarsBySlot.forEach((id, slot) => {
      if (id) of(id).play += scoresBySlot[slot] ?? 0;
    });
    const votes = ratingsBySlot.filter((rating) => rating !== 0).length;
    const up = ratingsBySlot.filter((rating) => rating === 1).length;
    if (creatorAvatarId) of(creatorAvatarId).creator += votes ? Math.round((10 * up) / votes) : 0;
  }
  for (const score of Object.values(board)) score.total = score.play + score.creator;
  return board;
}

/** @param {{players?: number, rounds?: number, games?: number}} [size] @returns {SessionState} */
export function session({ players = 4, rounds = 12, games = 6 } = {}) {
  const entries = games ? history(rounds, players, games) : [];
  return {
    version: 1,
    createdAt: "2026-11-21T19:30:00Z",
    updatedAt: "2026-11-21T21:00:00Z",
    playersBySlot: [0, 1, 2, 3].map((slot) => {
      const taken = slot < players;
      return {
        slot,
        avatarId: taken ? (AVATAR_IDS[slot * 4] ?? "") : "",
        gamepadIndex: taken ? slot : -1,
        lockedIn: taken,
      };
    }),
    scoreboardByAvatarId: scoreboard(entries),
    history: entries,
  };
}

/** @param {Partial<RoundState>} [more] @returns {RoundState} */
export function round(more = {}) {
  return {
    id: "",
    phase: "lobby",
    paused: null,
    remainingMs: null,
    game: null,
    avatarsBySlot: ["", "", "", ""],
    readyBySlot: [false, false, false, false],
    votesBySlot: [null, null, null, null],
    drawnFrom: [],
    seed: 1,
    frameAttempt: 0,
    endReason: null,
    framePhase: null,
    scoresBySlot: null,
    outcome: null,
    ratingsBySlot: [null, null, null, null],
    creatorBonus: null,
    ...more,
  };
}

/** @param {SessionState} session the round that was just recorded is the last of its history @param {Partial<RoundState>} [more] */
export function results({ history, playersBySlot }, more = {}) {
  const last = history.at(-1);
  const n = Number(last?.gameId.slice("game-".length) ?? 0);
  return round({
    id: last?.roundId ?? "round-0",
    phase: "results",
    remainingMs: 6000,
    game: game(n),
    avatarsBySlot: playersBySlot.map(({ avatarId }) => avatarId),
    scoresBySlot: last?.scoresBySlot ?? [10, 6, 3, 0],
    outcome: "reported",
    ...more,
  });
}

/** The host's end of a page's WebSocket. */
export class Script {
  /** What the page sent. @type {{type: string, payload: any}[]} */
  commands = [];
  /** @type {import("@playwright/test").WebSocketRoute | null} */
  #socket = null;
  #isAway = false;
  #trusted;
  #hello;

  /**
   * @param {{session: SessionState, games: GameSummary[], round: RoundState}} state
   * @param {{trusted?: boolean, queueMode?: import("../public/app/types.js").QueueMode}} [how]
   */
  constructor(state, { trusted = true, queueMode = "off" } = {}) {
    this.#trusted = trusted;
    const joinUrls = ["http://192.168.178.42:8000/"];
    const settings = { lengthFactor: 1, voteSec: 10, queueMode, hiddenGames: [] };
    const input = { state: "off", url: null, token: null };
    this.#hello = { screenId: 1, trusted, version: "0.1.0", joinUrls, problems: [], settings, input, ...state };
  }

  /** Before the page is opened. @param {import("@playwright/test").Page} page */
  async answer(page) {
    await page.routeWebSocket("**/ws", (socket) => {
      if (this.#isAway) {
        socket.close();
        return;
      }
      this.#socket = socket;
      socket.onMessage((text) => {
        const command = JSON.parse(String(text));
        this.commands.push(command);
        const role = this.#trusted ? command.payload.role : "watch";
        if (command.type === "join")
          this.tell({ type: "role_changed", payload: { role, stageTaken: role === "watch" } });
      });
      this.tell({ type: "hello", payload: /** @type {any} */ (this.#hello) });
    });
    return this;
  }

  /** Tells a fact; a page that is loaded again hears it in its hello. @param {ScreenEvent} event */
  tell(event) {
    for (const [part, value] of Object.entries(event.payload))
      if (part in this.#hello) Reflect.set(this.#hello, part, value);
    this.#socket?.send(JSON.stringify(event));
  }

  /** The line breaks, and nobody answers any more. */
  hangUp() {
    this.#isAway = true;
    this.#socket?.close();
    this.#socket = null;
  }

  /** @param {RoundState} round */
  round(round) {
    this.tell({ type: "round_changed", payload: { round } });
  }

  /** @param {SessionState} session */
  session(session) {
    this.tell({ type: "session_changed", payload: { session } });
  }
}
