/**
 * Every screen of the party, one after the other, on one page: what the host would have said for each, and what people did.
 * @import { Page } from "@playwright/test"
 * @import { GameSummary, PartySettings, RoundState, SessionState } from "../public/app/types.js"
 * @import { UiAction } from "../public/app/view.js"
 */
import { DAEMON_INPUT, daemonPad } from "./daemon-script.js";
import { AVATAR_IDS, game, results, round, session } from "./scenes.js";

/** Longest texts that a game may have, in characters: sdk/contract/src/metadata.rs clips there. */
const LONGEST = { title: 120, description: 500, author: 80 };
const WORDS = "Donaudampfschifffahrtsgesellschaftskapitän gegen Rindfleischetikettierungsüberwachungsaufgabe ";
const UNBROKEN = "Übergröße".repeat(20);

/**
 * @typedef {object} Stage what a story is told with
 * @property {Page} page
 * @property {import("./scenes.js").Script} script
 * @property {import("./daemon-script.js").DaemonScript} daemon
 * @property {(action: UiAction) => Promise<void>} ui does what a press would do
 * @property {(count: number) => Promise<void>} pads so many of the browser's pads are there
 * @property {(ms: number) => Promise<void>} pass lets time go by
 *
 * @typedef {object} Story
 * @property {string} name of the picture
 * @property {string} seen text that has to be there before the screen is looked at
 * @property {string} [found] selector of what has to be there too
 * @property {(stage: Stage) => Promise<void> | void} tell
 * @property {boolean} [goesOn] from where the last one stood, without a break
 */

export const GAMES = Array.from({ length: 10 }, (_, n) => game(n)).map((each, n) =>
  n === 3 ? { ...each, unstable: true } : each,
);
/** @type {PartySettings} */
const SETTINGS = { lengthFactor: 1, voteSec: 10, queueMode: "rotate", hiddenGames: [] };
const LATER = "2026-11-21T20:59:00Z";
const full = session();
const nobody = { ...full, playersBySlot: session({ players: 0 }).playersBySlot };
const slots = [0, 1, 2, 3];
const drawnFrom = ["game-0", "game-1", "game-4"];

/** @param {string} text @param {keyof typeof LONGEST} what */
const longest = (text, what) => text.slice(0, LONGEST[what]);

/** Games with the longest texts there can be: of long words, and without a gap. */
const LONG_GAMES = [0, 1, 2, 3, 4, 5, 6].map((n) => ({
  ...game(n),
  title: longest(n % 2 ? UNBROKEN : WORDS.repeat(2), "title"),
  description: longest(n % 2 ? UNBROKEN.repeat(3) : WORDS.repeat(9), "description"),
  author: longest(WORDS, "author"),
}));

/** The same night, with somebody who is choosing a face and free seats. @param {Partial<SessionState["playersBySlot"][number]>[]} seats */
function seated(...seats) {
  const playersBySlot = slots.map((slot) => ({
    slot,
    avatarId: "",
    gamepadIndex: -1,
    ...seats[slot],
    lockedIn: Boolean(seats[slot]?.avatarId),
  }));
  return { ...full, playersBySlot };
}

/** The doctor shows what pads do, which is told after what they are. */
const A_BUTTON_IS_DOWN = ".pad-button[data-down]";

/** The same night, with so many who wait; the first one with a pad. @param {number} count */
function waiting(count) {
  const others = AVATAR_IDS.filter((_, n) => n % 4 !== 0).slice(0, count);
  return { ...full, queue: others.map((avatarId, n) => ({ avatarId, gamepadIndex: n === 0 ? 4 : -1 })) };
}

/** A round of a game with four players. @param {Partial<RoundState>} more @param {GameSummary} [played] */
const playing = (more, played = GAMES[0]) =>
  round({ id: "r", phase: "playing", game: played ?? null, avatarsBySlot: slots.map(faceOf), ...more });

/** @param {number} slot */
function faceOf(slot) {
  return AVATAR_IDS[slot * 4] ?? "";
}

/** Back to an ordinary lobby. @param {Stage} stage @param {GameSummary[]} [games] @param {SessionState} [night] */
async function lobby({ script, ui }, games = GAMES, night = full) {
  script.tell({ type: "games_changed", payload: { games } });
  script.session(night);
  script.round(round());
  await ui({ type: "new_phase" });
}

/** @param {string} name @param {string} seen @param {Story["tell"]} tell @param {string} [found] @returns {Story} */
const story = (name, seen, tell, found) => ({ name, seen, tell, found });

/** One that goes on where the last one stood. @param {string} name @param {string} seen @param {Story["tell"]} tell @returns {Story} */
const next = (name, seen, tell) => ({ name, seen, tell, goesOn: true });

/**
 * What people did, from the first screen to the last.
 * @type {Story[]}
 */
export const COUCH = [
  story("attract", "games to play", async (stage) => {
    await lobby(stage, GAMES, nobody);
    await stage.pass(61_000);
  }),
  story("lobby-choosing", "Hold to leave", async (stage) => {
    const night = seated({ avatarId: "knight-red", gamepadIndex: 0 }, { gamepadIndex: 1 }, {}, { gamepadIndex: 301 });
    await lobby(stage, GAMES, night);
  }),
  story("lobby", "Start the vote", async (stage) => {
    await lobby(stage);
    const { ui, script } = stage;
    const late = { ...game(20), title: "Brand New", id: "late" };
    script.tell({ type: "games_changed", payload: { games: [late, ...GAMES] } });
    script.round(round({ readyBySlot: [false, false, false, true] }));
    await ui({ type: "focus", slot: 0, focus: { zone: "shelf", gameId: "game-1" } });
    await ui({ type: "focus", slot: 1, focus: { zone: "shelf", gameId: "game-1" } });
    await ui({ type: "focus", slot: 2, focus: { zone: "top", item: "vote" } });
  }),
  story("lobby-focus-below", "Games", async (stage) => {
    await lobby(stage);
    await stage.ui({ type: "focus", slot: 1, focus: { zone: "top", item: "sound" } });
    await stage.ui({ type: "focus", slot: 0, focus: { zone: "shelf", gameId: "game-9" } });
  }),
  story("lobby-pads", "Controller gone", async (stage) => {
    await lobby(stage);
    await stage.pads(3);
    await stage.ui({ type: "holding", keys: ["leave:0"] });
  }),
  story("lobby-queue", "Who waits?", async (stage) => {
    await lobby(stage, GAMES, waiting(2));
    await stage.pads(4);
    await stage.ui({ type: "holding", keys: [] });
    await stage.ui({ type: "joining", by: 0, joining: { by: 0, own: false, avatarId: "cat-pink" } });
    await stage.ui({ type: "focus", slot: 3, focus: { zone: "queue" } });
  }),
  story("lobby-queue-long", "Next up", async (stage) => {
    await stage.ui({ type: "joining", by: 0, joining: null });
    await lobby(stage, GAMES, waiting(12));
  }),
  story("lobby-messages", "Moon Golf by Fox crashed", async (stage) => {
    await lobby(stage);
    await stage.ui({ type: "focus", slot: 3, focus: { zone: "shelf", gameId: "game-2" } });
    const said = /** @type {const} */ ({ title: "Moon Golf", creatorAvatarId: "fox-orange" });
    stage.script.tell({ type: "notice", payload: { code: "game_arrived", ...said } });
    stage.script.tell({ type: "notice", payload: { code: "game_crashed", ...said } });
    stage.script.tell({ type: "problems_changed", payload: { problems: ["scores_not_saved"] } });
  }),
  story("dialog-join", "Tell your coding agent", async (stage) => {
    stage.script.tell({ type: "problems_changed", payload: { problems: [] } });
    await lobby(stage);
    await stage.ui({ type: "dialog", dialog: { kind: "join", choice: 0 } });
  }),
  story("dialog-play", "Play now?", async ({ ui }) => {
    await ui({ type: "dialog", dialog: { kind: "play", gameId: "game-2", choice: 1 } });
  }),
  story("settings", "Length of rounds", async ({ ui }) => {
    await ui({ type: "dialog", dialog: null });
    await ui({ type: "settings", place: { page: "main", row: "length" } });
  }),
  story("settings-games", "Games on the shelf", async ({ ui, script }) => {
    const settings = { ...SETTINGS, hiddenGames: ["game-2"] };
    script.tell({ type: "settings_changed", payload: { settings } });
    await ui({ type: "settings", place: { page: "games", gameId: "game-1" } });
  }),
  story("doctor-browser", "browser only", async (stage) => {
    stage.script.tell({ type: "settings_changed", payload: { settings: SETTINGS } });
    await lobby(stage);
    await stage.ui({ type: "dialog", dialog: { kind: "pads", choice: 0 } });
  }),
  story(
    "doctor-4",
    "battery low",
    async ({ script, daemon, pads }) => {
      await pads(0);
      daemon.plugIn([
        daemonPad(0),
        daemonPad(1, { link: "bluetooth", battery: "low", reportHz: 420, jitterMs: 1.9 }),
        daemonPad(2, { link: "bluetooth", battery: "full", reportHz: 610, jitterMs: 1.2 }),
        daemonPad(3, { name: "Sony Interactive Entertainment DualSense Wireless Controller", battery: "empty" }),
      ]);
      script.session(seated(...slots.map((slot) => ({ avatarId: faceOf(slot), gamepadIndex: 100 + slot }))));
      script.tell({ type: "input_changed", payload: { input: DAEMON_INPUT } });
    },
    A_BUTTON_IS_DOWN,
  ),
  story(
    "doctor-8",
    "Pad 8",
    ({ daemon }) => {
      const four = [4, 5, 6, 7].map((n) => daemonPad(n, { link: "bluetooth", battery: "medium", jitterMs: 7.5 }));
      daemon.plugIn([...slots.map((n) => daemonPad(n)), ...four]);
    },
    A_BUTTON_IS_DOWN,
  ),
  story(
    "lobby-batteries",
    "Fox",
    async (stage) => {
      stage.daemon.plugIn([
        daemonPad(0, { battery: "full" }),
        daemonPad(1, { link: "bluetooth", battery: "low" }),
        daemonPad(2, { link: "bluetooth", battery: "empty" }),
        daemonPad(3, { battery: "wired" }),
      ]);
      const seats = slots.map((slot) => ({ avatarId: faceOf(slot + 1), gamepadIndex: 100 + slot }));
      await lobby(stage, GAMES, seated(...seats.with(0, { avatarId: "fox-orange", gamepadIndex: 100 })));
    },
    '.seat-battery[data-level="empty"]',
  ),
  story("vote", "Vote for the next game", async (stage) => {
    stage.script.tell({ type: "input_changed", payload: { input: { state: "off", url: null, token: null } } });
    stage.daemon.plugIn([]);
    await stage.pads(4);
    await lobby(stage);
    const votesBySlot = ["game-1", null, null, ""];
    stage.script.round(round({ id: "r", phase: "vote", remainingMs: 8500, votesBySlot }));
    await stage.ui({ type: "vote_cursor", slot: 0, gameId: "game-1" });
    await stage.ui({ type: "vote_cursor", slot: 1, gameId: "game-1" });
    await stage.ui({ type: "vote_cursor", slot: 2, gameId: "game-7" });
    await stage.ui({ type: "vote_cursor", slot: 3, gameId: "" });
  }),
  story("draw", "Lava Hop it is!", ({ script }) => {
    script.round(round({ id: "r", phase: "vote", remainingMs: 2500, game: GAMES[1] ?? null, drawnFrom }));
  }),
  story("title-card", "Get ready", ({ script }) => {
    script.round(playing({ phase: "loading", drawnFrom }, GAMES[1]));
  }),
  story("playing-strip", "Left stick moves", ({ script }) => {
    script.round(playing({ remainingMs: 30_000 }, GAMES[1]));
    script.tell({ type: "tick", payload: { roundId: "r", timeRemainingMs: 29_000 } });
  }),
  next("playing", "", async ({ script, pass }) => {
    await pass(4000);
    script.tell({ type: "tick", payload: { roundId: "r", timeRemainingMs: 12_000 } });
  }),
  story("pause", "Paused", async ({ script, ui }) => {
    script.round(
      playing({ remainingMs: 12_000, paused: { reason: "player", slot: 1, resumesInMs: null, endsInMs: 600_000 } }),
    );
    await ui({ type: "pause_item", item: "restart" });
  }),
  story("pad-lost", "Player 4, reconnect or press", async ({ script, pads }) => {
    await pads(2);
    script.round(
      playing({ remainingMs: 12_000, paused: { reason: "pad_lost", slot: 3, resumesInMs: null, endsInMs: 600_000 } }),
    );
  }),
  story("resuming", "3", async ({ script, pads }) => {
    await pads(4);
    script.round(
      playing({ remainingMs: 12_000, paused: { reason: "player", slot: 1, resumesInMs: 2500, endsInMs: 600_000 } }),
    );
  }),
  story("results", "Results", ({ script }) => script.round(results(full))),
  story("results-timeout", "did not say who won", ({ script }) => {
    script.round(results(full, { scoresBySlot: [0, 0, 0, 0], outcome: "timeout" }));
  }),
  story("rating", "Rate it", ({ script }) => {
    script.round(results(full, { phase: "rating", remainingMs: 7500, ratingsBySlot: [1, -1, null, null] }));
  }),
  story("bonus", "Thanks!", async ({ script, pass }) => {
    script.round(results(full, { phase: "rating", remainingMs: 3000, ratingsBySlot: [1, -1, 1, 1], creatorBonus: 8 }));
    await pass(2000);
  }),
  ...["Third place", "Second place", "First place", "Awards of the night", "Banger of the night", "Top maker"].map(
    (heading, step) =>
      story(`ceremony-${step + 1}`, heading, async (stage) => {
        if (step === 0) await lobby(stage);
        await stage.ui({ type: "ceremony", step });
      }),
  ),
  story("ceremony-7", "with your phone", ({ ui }) => ui({ type: "ceremony", step: 6 })),
  story("lobby-empty", "No games yet", async (stage) => {
    await lobby(stage, [], { ...nobody, history: [], scoreboardByAvatarId: {} });
  }),
];

/** Joining from afar: the longest address that there is. */
const LONG_ADDRESS = "https://donaudampfschifffahrt-wochenende-2026.trycloudflare.com/";

/** What may not fit: German, with the longest texts that a game may have. @type {Story[]} */
export const GERMAN = [
  story("de-lobby", "Spiele", async (stage) => {
    await stage.ui({ type: "language", language: "de" });
    stage.script.tell({ type: "join_urls_changed", payload: { joinUrls: [LONG_ADDRESS] } });
    await stage.page.evaluate(() => Object.assign(window, { testSoundBlocked: true }));
    await lobby(stage, LONG_GAMES);
    await stage.pass(1500);
    await stage.ui({ type: "focus", slot: 0, focus: { zone: "shelf", gameId: "game-1" } });
    await stage.ui({ type: "focus", slot: 2, focus: { zone: "top", item: "join" } });
  }),
  story("de-attract", "Spiele", async (stage) => {
    await lobby(stage, LONG_GAMES, nobody);
    await stage.pass(61_000);
  }),
  story("de-lobby-choosing", "Halten: raus", async (stage) => {
    const night = seated({ avatarId: "knight-red", gamepadIndex: 0 }, { gamepadIndex: 1 }, {}, { gamepadIndex: 303 });
    await lobby(stage, LONG_GAMES, night);
  }),
  story("de-lobby-queue", "Wer wartet?", async (stage) => {
    await lobby(stage, LONG_GAMES, waiting(2));
    await stage.ui({ type: "joining", by: 0, joining: { by: 0, own: false, avatarId: "cat-pink" } });
  }),
  story("de-dialog-join", "Ein Spiel schicken", async ({ ui }) => {
    await ui({ type: "dialog", dialog: { kind: "join", choice: 0 } });
  }),
  story("de-dialog-play", "Abbrechen", async (stage) => {
    await lobby(stage, LONG_GAMES);
    await stage.ui({ type: "dialog", dialog: { kind: "play", gameId: "game-0", choice: 1 } });
  }),
  story("de-settings", "Optionen", async ({ ui }) => {
    await ui({ type: "dialog", dialog: null });
    await ui({ type: "settings", place: { page: "main", row: "motion" } });
  }),
  story("de-settings-games", "Spiele im Regal", async ({ ui }) => {
    await ui({ type: "settings", place: { page: "games", gameId: "game-1" } });
  }),
  story(
    "de-doctor",
    "Pad 8",
    async (stage) => {
      await stage.pads(0);
      const four = [4, 5, 6, 7].map((n) => daemonPad(n, { link: "bluetooth", battery: "empty", jitterMs: 12.5 }));
      stage.daemon.plugIn([...slots.map((n) => daemonPad(n, { link: "bluetooth", battery: "low" })), ...four]);
      const seats = slots.map((slot) => ({ avatarId: faceOf(slot), gamepadIndex: 100 + slot }));
      await lobby(stage, LONG_GAMES, seated(...seats));
      stage.script.tell({ type: "input_changed", payload: { input: DAEMON_INPUT } });
      await stage.ui({ type: "dialog", dialog: { kind: "pads", choice: 0 } });
    },
    A_BUTTON_IS_DOWN,
  ),
  story("de-messages", "nicht", async (stage) => {
    stage.script.tell({ type: "input_changed", payload: { input: { state: "off", url: null, token: null } } });
    stage.daemon.plugIn([]);
    await lobby(stage, LONG_GAMES);
    const title = LONG_GAMES[0]?.title ?? "";
    stage.script.tell({ type: "notice", payload: { code: "game_crashed", title, creatorAvatarId: "fox-orange" } });
    stage.script.tell({ type: "notice", payload: { code: "game_gone", title, creatorAvatarId: "fox-orange" } });
    const problems = /** @type {const} */ (["scores_not_saved", "session_file_moved_aside"]);
    stage.script.tell({ type: "problems_changed", payload: { problems: [...problems] } });
  }),
  story("de-vote", "Was spielt ihr", async (stage) => {
    stage.script.tell({ type: "problems_changed", payload: { problems: [] } });
    await stage.pads(4);
    stage.script.round(round({ id: "r", phase: "vote", remainingMs: 8500, votesBySlot: ["game-1", "", null, ""] }));
    for (const slot of slots) await stage.ui({ type: "vote_cursor", slot, gameId: `game-${slot}` });
  }),
  story("de-draw", "Gleichstand!", ({ script }) => {
    const drawn = { game: LONG_GAMES[1] ?? null, drawnFrom };
    script.round(round({ id: "r", phase: "vote", remainingMs: 2500, ...drawn }));
  }),
  story("de-title-card", "Der Zufall", ({ script }) => {
    script.round(playing({ phase: "loading", drawnFrom }, LONG_GAMES[0]));
  }),
  story("de-playing-strip", "Donau", ({ script }) => {
    script.round(playing({ remainingMs: 30_000 }, LONG_GAMES[0]));
    script.tell({ type: "tick", payload: { roundId: "r", timeRemainingMs: 4000 } });
  }),
  story("de-pad-lost", "Controller weg", async ({ script, pads, pass }) => {
    await pass(4000);
    await pads(0);
    script.round(
      playing({ remainingMs: 9000, paused: { reason: "pad_lost", slot: 3, resumesInMs: null, endsInMs: 600_000 } }),
    );
  }),
  story("de-results", "Ergebnis", async ({ script, pads }) => {
    await pads(4);
    script.round(results(full, { game: LONG_GAMES[0] ?? null, outcome: "timeout" }));
  }),
  story("de-rating", "Wie war’s?", ({ script }) => {
    const game = LONG_GAMES[0] ?? null;
    script.round(results(full, { phase: "rating", remainingMs: 7500, game, ratingsBySlot: [1, -1, null, null] }));
  }),
  story("de-bonus", "Danke", async ({ script, pass }) => {
    const game = LONG_GAMES[0] ?? null;
    script.round(
      results(full, { phase: "rating", remainingMs: 3000, game, ratingsBySlot: [1, -1, 1, 1], creatorBonus: 8 }),
    );
    await pass(2000);
  }),
  story("de-ceremony-awards", "Preise des Abends", async (stage) => {
    await lobby(stage, LONG_GAMES);
    await stage.ui({ type: "ceremony", step: 3 });
  }),
  story("de-ceremony-banger", "Kracher des Abends", ({ ui }) => ui({ type: "ceremony", step: 4 })),
  story("de-ceremony-closing", "aufs Handy", ({ ui }) => ui({ type: "ceremony", step: 6 })),
  story("de-elsewhere", "anderen Fenster", async (stage) => {
    await lobby(stage, LONG_GAMES);
    stage.script.tell({ type: "role_changed", payload: { role: "watch", stageTaken: true } });
  }),
  story("de-host-lost", "Verbindung", async (stage) => {
    stage.script.tell({ type: "role_changed", payload: { role: "stage", stageTaken: false } });
    await lobby(stage);
    stage.script.hangUp();
  }),
];

/** What the host knows of a game beyond the list. @param {Page} page */
async function answerForGames(page) {
  await page.route("**/api/games/*", (route) => {
    const id = new URL(route.request().url()).pathname.split("/").at(-1);
    const known = GAMES.find((each) => each.id === id) ?? game(0);
    const incident = {
      at: "2026-11-21T20:14:00.000Z",
      revision: 2,
      outcome: "crashed",
      phase: "playing",
      framePhase: null,
      afterMs: 4000,
      activeSlots: [0, 1],
      errors: [{ message: `TypeError: ${UNBROKEN} is undefined`, stack: "" }],
      console: [],
    };
    const incidents = id === "game-3" ? [incident, { ...incident, outcome: "hung", phase: "closing" }] : [];
    const details = { ...known, plays: 3, thumbsUp: 4, thumbsDown: 1, revision: 2, revisions: [], incidents };
    return route.fulfill({ json: { ok: true, game: details } });
  });
}

/** Pages for other devices, by their path. @type {Record<string, Story[]>} */
export const OTHER_DEVICES = {
  "/watch": [
    story("watch-lobby", "In the lobby", ({ script }) => script.round(round())),
    story("watch-playing", "Moon Golf", ({ script }) => script.round(playing({ remainingMs: 20_000 }, GAMES[4]))),
    story("watch-results", "Results", ({ script }) => script.round(results(full))),
  ],
  "/creators": [
    story("creators", "crash reports", async ({ page, script, pass }) => {
      await answerForGames(page);
      script.tell({ type: "games_changed", payload: { games: GAMES.map((each) => ({ ...each, uploadedAt: LATER })) } });
      while ((await page.getByText(/^Revision/).count()) < GAMES.length) await pass(100);
      await page.getByText("2 crash reports").click();
    }),
  ],
};
