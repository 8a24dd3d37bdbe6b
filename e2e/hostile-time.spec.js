/**
 * Games that never end, and games that take all there is: time, memory, elements, processes.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { HostileParty } from "./hostile.js";
import { limit, NoiseGauge } from "./noise.js";
import { press } from "./pads.js";

/** From the verdict on a game that hangs until the lobby takes input, in ms on a quiet machine. */
const VERDICT_TO_INPUT_MS = 1_000;
/** From the moment in which a game hangs until the next one can be played, in ms on a quiet machine. */
const HANG_TO_PLAY_MS = 5_000;
/** Just below what an upload may have, in bytes. */
const LARGE_BYTES = 19.9 * 1024 * 1024;

/** Watches the process that burns, until it is gone. */
function leavesNoProcess() {
  /** @type {ReturnType<HostileParty["watchBurning"]>} */
  let watch;
  return {
    early: async (/** @type {HostileParty} */ party) => {
      watch = party.watchBurning();
    },
    after: () => watch.ends(),
  };
}

/** Lets a game do its worst for a while, then somebody ends the round. @param {HostileParty} party */
async function endSoon({ remote }) {
  await new Promise((done) => setTimeout(done, 1_000));
  if (remote.round.phase === "playing") await remote.send("end_round");
}

/** @type {import("./hostile.js").Attack[]} */
const ATTACKS = [
  { game: "loop-in-frame", fails: "it is taken away and its process ends", outcome: "hung", ...leavesNoProcess() },
  { game: "loop-in-message", fails: "it is taken away", outcome: "hung" },
  { game: "loop-in-microtasks", fails: "it is taken away", outcome: "hung" },
  {
    game: "loop-in-force-end",
    fails: "the closing window ends it",
    outcome: ["host_ended", "hung"],
    scores: [0, 0, 0, 0],
    during: ({ remote }) => remote.send("end_round"),
  },
  { game: "loop-in-worker", fails: "its workers end with it", ...leavesNoProcess() },
  { game: "report-then-loop", fails: "its report counts and it is taken away", outcome: ["reported", "hung"] },
  { game: "error-then-silence", fails: "it is taken away", outcome: "crashed" },
  {
    game: "never-ready",
    fails: "somebody ends it while it loads",
    outcome: "any",
    early: async ({ page, remote }) => {
      await expect(page.frameLocator("iframe").getByText("Wait for it")).toBeVisible();
      await remote.send("end_round");
    },
  },
  { game: "loop-while-loading", fails: "it is taken away when its time to load is over", outcome: "hung" },
  { game: "million-nodes", fails: "it suffers alone", outcome: ["host_ended", "hung", "timeout"], during: endSoon },
  { game: "timer-swarm", fails: "it suffers alone", outcome: ["reported", "host_ended", "hung"], during: endSoon },
  { game: "frame-swarm", fails: "it suffers alone", outcome: ["host_ended", "hung"], during: endSoon },
  { game: "worker-swarm", fails: "it suffers alone", outcome: ["host_ended", "hung"], during: endSoon },
  { game: "console-flood", fails: "nobody reads it", outcome: ["reported", "hung"] },
  // The last one: its process dies, and Playwright with it.
  { game: "memory-bomb", fails: "its own process dies", outcome: ["hung", "crashed"] },
];

test.describe("hostile to time and memory", () => {
  const party = new HostileParty();
  test.beforeAll(async () => {
    const large = path.join(party.party.games, "large.html");
    mkdirSync(path.dirname(large), { recursive: true });
    writeFileSync(large, largeGame());
    await party.start(["loop-in-ready", ...ATTACKS.map(({ game }) => game)]);
  });
  test.afterAll(async () => {
    console.log(`hostile to time: the lobby's main thread was held up for ${Math.round(party.worstGap)} ms at most`);
    await party.stop();
  });

  test("a game that hangs: the lobby takes input at once, and soon the next game plays", async () => {
    const { remote, lobby } = party;
    await party.begin("loop-in-ready");
    // Its last words before the loop.
    await remote.until(() => remote.round.framePhase === "playing", "the game hangs", 10_000);
    const hangs = newest(party, "round_changed");
    const noise = new NoiseGauge();
    await remote.until(() => remote.facts.some(({ payload }) => payload.code === "game_hung"), "the verdict", 10_000);
    const verdict = newest(party, "notice");
    const untilVerdict = noise.look().lost;
    const page = /** @type {import("@playwright/test").Page} */ (/** @type {unknown} */ (lobby));
    while (!remote.round.readyBySlot[0]) await press(page, 0, "south");
    const heard = newest(party, "round_changed");
    const untilInput = noise.look().lost;
    await party.begin("first-press");
    await remote.phase("playing");
    const plays = newest(party, "round_changed");
    const lost = untilVerdict + untilInput + noise.look().lost;
    await noise.stop();
    const figures =
      `hang to verdict ${verdict - hangs} ms, to input ${heard - verdict} ms, to next game ${plays - hangs} ms; ` +
      `an idle thread lost ${Math.round(untilInput)} ms from verdict to input, ${Math.round(lost)} ms in all`;
    console.log(figures);
    expect(heard - verdict, figures).toBeLessThan(limit(VERDICT_TO_INPUT_MS, untilInput));
    expect(plays - hangs, figures).toBeLessThan(limit(HANG_TO_PLAY_MS, lost));
    await remote.send("end_round");
    await party.backToLobby();
    await party.untouched();
  });

  test("a game of 19.9 MB plays like any other", async () => {
    await party.survives({ game: "large", fails: "it is only large" });
  });

  for (const attack of ATTACKS) {
    test(`${attack.game}: ${attack.fails}`, () => party.survives(attack));
  }
});

/** When a fact of that kind was last heard. @param {HostileParty} party @param {string} type */
function newest(party, type) {
  return party.remote.facts.findLast((fact) => fact.type === type)?.at ?? Number.NaN;
}

/** A game that is nearly as large as may be: most of it is one picture. */
function largeGame() {
  const page = (/** @type {string} */ filling) => `<!doctype html>
<html><head><meta name="title" content="Large"><script src="/public/maribro-sdk.js"></script></head>
<body><script>const sound = "${filling}";
Maribro.onReady(() => setTimeout(() => Maribro.endGame([sound.length > 1e7 ? 1 : 10, 0, 0, 0]), 200));</script></body></html>`;
  return page("m".repeat(Math.floor(LARGE_BYTES) - page("").length));
}
