import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { initPayload, startStage } from "./stage.js";

/**
 * Those that game makers begin with, and one more: the SDK's own clock at a high rate, with real games in a real browser.
 * `games/tests` plays every game of the shelf, and the command line's tests verify every one in a browser.
 */
const GAMES = ["_template.html", "_template-dom.html", "button-masher.html"];

const FOUR = {
  slotToGamepadIndex: [100, 101, 102, 103],
  playersBySlot: [
    { slot: 0, avatarId: "fox-orange", name: "Fox", color: "#FB8C00" },
    { slot: 1, avatarId: "cat-pink", name: "Cat", color: "#EC407A" },
    { slot: 2, avatarId: "ninja-black", name: "Ninja", color: "#263238" },
    { slot: 3, avatarId: "yeti-white", name: "Yeti", color: "#ECEFF1" },
  ],
};
const TWO_APART = {
  slotToGamepadIndex: [-1, 101, -1, 103],
  playersBySlot: [FOUR.playersBySlot[1], FOUR.playersBySlot[3]],
};

/** What the game says it takes at most. @param {string} name */
function maxSeconds(name) {
  const html = readFileSync(new URL(`../../../games/${name}`, import.meta.url), "utf8");
  return Number(/<meta name="maxDurationSec" content="(\d+)">/.exec(html)?.[1]);
}

// Nobody looks: less to draw, and a game is played to its end in the time that it takes.
test.use({ viewport: { width: 640, height: 360 } });

/** @type {Awaited<ReturnType<typeof startStage>>} */
let stage;
test.beforeAll(async () => {
  stage = await startStage();
});
test.afterAll(() => stage.close());

/** Init script: when, on the game's clock, each message of the host was first heard, in `window.heardAt` by type. */
const WATCH_HOST = `window.heardAt = {};
  addEventListener("message", ({ data }) => { heardAt[data.type] ??= performance.now(); });`;

/** Every 60 ms each seat gets a random stick and, more often for low slots, a press. */
const RANDOM_PLAY = `setInterval(() => {
  for (let slot = 0; slot < 4; slot++) {
    const state = pad(slot);
    state.axes = [Math.random() * 2 - 1, Math.random() * 2 - 1, 0, 0];
    if (Math.random() < 0.9 - slot * 0.2) state.presses[0]++;
  }
  relay();
}, 60)`;

/**
 * Plays a shipped game at 8 times its speed until it reports.
 * @param {import("@playwright/test").Page} page
 * @param {string} name
 * @param {object} players
 * @param {string} script run in the host page once the game is ready
 */
async function playShipped(page, name, players, script) {
  await page.addInitScript(WATCH_HOST);
  await page.goto(stage.origin);
  await page.evaluate(`open("/games/${name}"); introduce(${JSON.stringify(initPayload(players))})`);
  await page.waitForFunction(`of("ready").length > 0`);
  await page.evaluate(`tell("clock", { rate: 8 }); ${script}`);
  await page.waitForFunction(`of("game_end").length > 0`, undefined, { timeout: 40000 });
  expect(await page.evaluate(`of("error")`)).toEqual([]);
  expect(await page.evaluate(`of("phase").map((p) => p.phase)`)).toEqual(["countdown", "playing", "results"]);
  const [{ scoresBySlot, endedAtMs }] = /** @type {any[]} */ (await page.evaluate(`of("game_end")`));
  expect(scoresBySlot).toHaveLength(4);
  for (const score of scoresBySlot) expect([0, 3, 6, 10]).toContain(score);
  return { scoresBySlot, tookMs: endedAtMs - Number(await page.frames()[1].evaluate(`heardAt["maribro:init"]`)) };
}

for (const name of GAMES) {
  test(`${name}_completes_with_four_who_play_and_someone_wins`, async ({ page }) => {
    const { scoresBySlot, tookMs } = await playShipped(page, name, FOUR, RANDOM_PLAY);
    expect(Math.max(...scoresBySlot)).toBe(10);
    // By its own clock, load included.
    expect(tookMs).toBeLessThan(maxSeconds(name) * 1000 + 1000);
  });

  test(`${name}_completes_with_two_seats_apart_and_scores_only_them`, async ({ page }) => {
    const { scoresBySlot } = await playShipped(page, name, TWO_APART, RANDOM_PLAY);
    expect([scoresBySlot[0], scoresBySlot[2]]).toEqual([0, 0]);
  });

  test(`${name}_completes_when_nobody_touches_anything`, async ({ page }) => {
    await playShipped(page, name, FOUR, "pad(0); relay()");
  });

  test(`${name}_reports_in_time_when_the_host_ends_the_round`, async ({ page }) => {
    await page.addInitScript(WATCH_HOST);
    await page.goto(stage.origin);
    await page.evaluate(`open("/games/${name}"); introduce(${JSON.stringify(initPayload(FOUR))})`);
    await page.waitForFunction(`of("phase").some((p) => p.phase === "playing")`);
    // In steps the clock owes nothing to the load of the machine.
    await page.evaluate(`tell("clock", { rate: 2 }); tell("force_end", { reason: "host" })`);
    await page.waitForFunction(`of("game_end").length > 0`);
    const { endedAtMs } = /** @type {any} */ (await page.evaluate(`of("game_end")[0]`));
    expect(endedAtMs - Number(await page.frames()[1].evaluate(`heardAt["maribro:force_end"]`))).toBeLessThan(3000);
  });
}
