/**
 * A whole party in a real browser: seats, vote, a game to its end, rating, leaderboard, and a power cut.
 */

import { limit, NoiseGauge } from "./noise.js";
import { plugIn, press, TAP_MS } from "./pads.js";
import { expect, fixture, test } from "./party.js";

/** How long the lobby is busy while a game loads, in ms: longer than that takes. */
const BUSY_MS = 1_000;
/** Longest time that the lobby's main thread may be held up by a game on a quiet machine, in ms. */
const LOBBY_GAP_MS = 1_000;

/** @typedef {import("@playwright/test").Page} Page */

/** Two people take seats by pad and lock in the avatars that are offered to them. @param {Page} page */
async function takeSeats(page) {
  for (const pad of [0, 1]) {
    await expect(page.getByRole("group", { name: `Seat ${pad + 1}` })).toContainText("to join");
    await screenListens(page);
    await press(page, pad, "south");
    await expect.poll(async () => (await session(page)).playersBySlot[pad].gamepadIndex).toBe(pad);
    if (pad === 1) await press(page, pad, "right");
    await press(page, pad, "south");
    await expect.poll(async () => (await session(page)).playersBySlot[pad].lockedIn).toBe(true);
  }
}

/** @param {Page} page */
async function session(page) {
  return (await page.evaluate(() => fetch("/api/session").then((answer) => answer.json()))).session;
}

/** Both are ready: the vote begins. @param {Page} page */
async function getReady(page) {
  await press(page, 0, "south");
  await press(page, 1, "south");
  await expect(page.getByRole("heading", { name: "Vote for the next game" })).toBeVisible();
  await screenListens(page);
}

/**
 * A new screen hears no press for a moment, so that nobody skips it by hammering; it says when it does.
 * @param {Page} page
 */
async function screenListens(page) {
  await expect(page.locator("body[data-input=open]")).toBeAttached();
}

/** The round's clock runs: presses reach the game. @param {Page} page */
async function gameRuns(page) {
  await expect(page.locator("body[data-phase=playing]")).toBeAttached();
}

/** The frame of the game that runs. @param {Page} page @param {string} title */
function game(page, title) {
  return page.frameLocator(`iframe[title="Game: ${title}"]`);
}

/**
 * From the start of the host with this one game to the end of the vote for it, by two pads.
 * @param {Page} page
 * @param {import("./party.js").Party} party
 * @param {string} name
 */
async function voteFor(page, party, name) {
  await party.withGames(name).start();
  await plugIn(page, 2);
  await page.goto(party.url);
  await takeSeats(page);
  await getReady(page);
  for (const pad of [0, 1]) {
    // The first choice is "Surprise me", the game is the second.
    await press(page, pad, "right");
    await press(page, pad, "south");
  }
}

/** Scores as the leaderboard shows them. @param {Page} page */
async function leaderboard(page) {
  await expect(page.getByRole("heading", { name: "Leaderboard" })).toBeVisible();
  return (await session(page)).scoreboardByAvatarId;
}

test("two players play button-masher to its end, rate it, and a power cut changes nothing", async ({ page, party }) => {
  await voteFor(page, party.withSettings({ lengthFactor: 0.5 }), "button-masher");
  const frame = page.getByTitle("Game: Button Masher");
  await expect(frame).toBeVisible();

  // Player 1 mashes until the results are there; player 2 presses a few times.
  await gameRuns(page);
  for (let n = 0; (await page.locator("body[data-phase=playing]").count()) > 0; n += 1) {
    await press(page, 0, "south");
    if (n % 4 === 0) await press(page, 1, "south");
  }
  await expect(page.getByRole("heading", { name: "Results" })).toBeVisible();
  const [first, second] = (await session(page)).playersBySlot.map((/** @type {any} */ seat) => seat.avatarId);
  const entry = (await session(page)).history[0];
  expect(entry).toMatchObject({ gameId: "button-masher", outcome: "reported" });
  expect(entry.scoresBySlot[0]).toBeGreaterThan(entry.scoresBySlot[1]);
  expect(entry.scoresBySlot[1]).toBeGreaterThan(0);
  expect(entry.scoresBySlot.slice(2)).toEqual([0, 0]);
  expect(party.sessionFile().history[0].scoresBySlot).toEqual(entry.scoresBySlot);

  await expect(page.getByRole("heading", { name: "Rate it" })).toBeVisible();
  await screenListens(page);
  await press(page, 0, "south");
  await press(page, 1, "east");
  await expect(page.getByRole("heading", { name: "Leaderboard" })).toBeVisible();
  const creator = (await party.get("/api/games/button-masher")).game.creatorAvatarId;
  const board = await leaderboard(page);
  expect(board[first]).toMatchObject({ play: entry.scoresBySlot[0], creator: 0 });
  expect(board[second]).toMatchObject({ play: entry.scoresBySlot[1], creator: 0 });
  expect(board[creator]).toMatchObject({ play: 0, creator: 5, total: 5 });
  const shown = await page.locator("leader-board").textContent();

  await party.kill();
  await party.start();
  await page.reload();
  expect(await leaderboard(page)).toEqual(board);
  await expect(page.locator("leader-board")).toHaveText(shown ?? "");
  expect(party.warnings).toEqual([]);
});

test("a game that arrives by upload is in the open lobby within a second", async ({ page, party }) => {
  await party.start();
  await page.goto(party.url);
  await expect(page.getByRole("heading", { name: "Games", exact: true })).toBeVisible();
  const answer = await party.upload("fresh.html", fixture("v1-sdk"), "cat-pink");
  expect(answer).toMatchObject({ ok: true, game: { id: "fresh", creatorAvatarId: "cat-pink" } });
  await expect(page.getByRole("button", { name: /V1 By SDK/ })).toBeVisible({ timeout: 1_000 });
});

test("a V1 game by SDK calls plays and scores", async ({ page, party }) => {
  await voteFor(page, party, "v1-sdk");
  await expect(game(page, "V1 By SDK").locator("canvas")).toBeVisible();
  await gameRuns(page);
  await press(page, 1, "south");
  for (let n = 0; n < 3; n += 1) await press(page, 0, "south");
  await expect(page.getByRole("heading", { name: "Results" })).toBeVisible();
  expect((await session(page)).history[0]).toMatchObject({ scoresBySlot: [3, 1, 0, 0], outcome: "reported" });
});

test("a V1 game by raw messages and raw gamepads plays and scores", async ({ page, party }) => {
  await voteFor(page, party, "v1-raw");
  await expect(game(page, "V1 Raw").getByRole("heading", { name: "V1 raw" })).toBeVisible();
  await gameRuns(page);
  await press(page, 1, "east");
  await expect(page.getByRole("heading", { name: "Results" })).toBeVisible();
  expect((await session(page)).history[0]).toMatchObject({ scoresBySlot: [2, 10, 0, 0], outcome: "reported" });
});

test("a tap in a round's first moment is counted by a game that is busy then", async ({ page, party }) => {
  await page.addInitScript((tapMs) => {
    if (window.top !== window) return;
    addEventListener("DOMContentLoaded", () => {
      const seen = new MutationObserver(async () => {
        if (document.body.dataset.phase !== "playing") return;
        seen.disconnect();
        const { buttons } = /** @type {any} */ (window).testPads[0];
        for (const value of [1, 0]) {
          buttons[0] = { pressed: value === 1, touched: value === 1, value };
          await new Promise((done) => setTimeout(done, tapMs));
        }
      });
      seen.observe(document.body, { attributes: true });
    });
  }, TAP_MS);
  await party.withGames("busy-at-start").start();
  await plugIn(page, 2);
  await page.goto(party.url);
  await takeSeats(page);
  // By mouse: no pad has changed since the game's frame was made.
  await page.getByRole("button", { name: /Busy At Start/ }).click();
  await page.getByRole("button", { name: /Play/ }).click();
  await expect(page.getByRole("heading", { name: "Results" })).toBeVisible({ timeout: 20_000 });
  expect((await session(page)).history[0]).toMatchObject({ scoresBySlot: [1, 0, 0, 0], outcome: "reported" });
});

test("a game is as large in its first line as ever after, however busy the lobby is while it loads", async ({
  page,
  party,
}) => {
  await party.withGames("size-at-start").start();
  await plugIn(page, 2);
  await page.goto(party.url);
  await takeSeats(page);
  await page.evaluate((busyMs) => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector("iframe")) return;
      observer.disconnect();
      const until = performance.now() + busyMs;
      while (performance.now() < until);
    }).observe(document.body, { childList: true, subtree: true });
  }, BUSY_MS);
  await page.getByRole("button", { name: /Size At Start/ }).click();
  await page.getByRole("button", { name: /Play/ }).click();
  await gameRuns(page);
  const canvas = game(page, "Size At Start").locator("canvas");
  expect(await canvas.evaluate("innerWidth")).toBe(page.viewportSize()?.width);
  expect(await canvas.evaluate("sizes")).toEqual([await canvas.evaluate("[innerWidth, innerHeight]")]);
});

test("a game that never reports gives zeros after the closing window", async ({ page, party }) => {
  await voteFor(page, party, "never-reports");
  await expect(page.getByTitle("Game: Never Reports")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Results" })).toBeVisible({ timeout: 20_000 });
  expect((await session(page)).history[0]).toMatchObject({ scoresBySlot: [0, 0, 0, 0], outcome: "timeout" });
});

test("a game that loops forever is taken away, the lobby lives and the next game plays", async ({ page, party }) => {
  await party.withGames("loops-forever", "v1-sdk").start();
  await plugIn(page, 2);
  await page.goto(party.url);
  await takeSeats(page);
  await page.getByRole("button", { name: /Loops Forever/ }).click();
  await page.getByRole("button", { name: /Play/ }).click();
  await expect(page.getByTitle("Game: Loops Forever")).toBeVisible();
  // The lobby's own clock goes on while the game hangs: the worst gap of its frames, over the whole time.
  const noise = new NoiseGauge();
  await page.evaluate(() => {
    const watch = /** @type {any} */ (window);
    watch.worstGap = 0;
    let last = performance.now();
    setInterval(() => {
      watch.worstGap = Math.max(watch.worstGap, performance.now() - last);
      last = performance.now();
    }, 20);
  });
  await expect(page.getByText(/Loops Forever.*stopped/)).toBeVisible({ timeout: 15_000 });
  await expect(page.getByTitle("Game: Loops Forever")).toHaveCount(0);
  const gap = await page.evaluate(() => /** @type {any} */ (window).worstGap);
  const { worst } = noise.look();
  await noise.stop();
  const figures = `the lobby's main thread was held up for ${Math.round(gap)} ms, an idle thread for ${Math.round(worst)} ms`;
  console.log(figures);
  expect(gap, figures).toBeLessThan(limit(LOBBY_GAP_MS, worst));
  expect((await session(page)).history[0]).toMatchObject({ outcome: "hung", scoresBySlot: [0, 0, 0, 0] });
  expect((await session(page)).scoreboardByAvatarId).not.toHaveProperty("pumpkin-rust");

  await page.getByRole("button", { name: /V1 By SDK/ }).click();
  await page.getByRole("button", { name: /Play/ }).click();
  await expect(game(page, "V1 By SDK").locator("canvas")).toBeVisible();
  await gameRuns(page);
  for (let n = 0; n < 3; n += 1) await press(page, 1, "south");
  await expect(page.getByRole("heading", { name: "Results" })).toBeVisible();
  expect((await session(page)).history[1]).toMatchObject({ outcome: "reported", scoresBySlot: [0, 3, 0, 0] });
});

test("two people with one keyboard and no controller play a party", async ({ page, party }) => {
  await party.withGames("v1-sdk").start();
  await page.goto(party.url);
  for (const key of ["Space", "Enter"]) {
    const slot = key === "Space" ? 0 : 1;
    await expect(page.getByRole("group", { name: `Seat ${slot + 1}` })).toContainText("to join");
    await page.keyboard.press(key);
    await expect.poll(async () => (await session(page)).playersBySlot[slot].gamepadIndex).toBe(300 + slot);
    await page.keyboard.press(key);
    await expect.poll(async () => (await session(page)).playersBySlot[slot].lockedIn).toBe(true);
  }
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Vote for the next game" })).toBeVisible();
  await screenListens(page);
  await page.keyboard.press("KeyD");
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(game(page, "V1 By SDK").locator("canvas")).toBeVisible();
  await gameRuns(page);
  await page.keyboard.press("Enter");
  for (let n = 0; n < 2; n += 1) await page.keyboard.press("Space");
  // Wherever the focus is: here the game itself has it.
  await game(page, "V1 By SDK")
    .locator("canvas")
    .evaluate(() => window.focus());
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("IFRAME");
  await page.keyboard.press("Space");
  await expect(page.getByRole("heading", { name: "Results" })).toBeVisible();
  expect((await session(page)).history[0].scoresBySlot).toEqual([3, 1, 0, 0]);
});

test("a second window is told where the party is and can take it over", async ({ page, context, party }) => {
  await party.withGames("v1-sdk").start();
  await page.goto(party.url);
  await expect(page.getByRole("heading", { name: "Games", exact: true })).toBeVisible();
  const second = await context.newPage();
  await second.goto(party.url);
  await second.getByRole("button", { name: /Show .*here/i }).click();
  await expect(second.getByRole("heading", { name: "Games", exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: /Show .*here/i })).toBeVisible();
});

test("a lobby that lost its host says so and is right again when the host is back", async ({ page, party }) => {
  await party.withGames("v1-sdk").start();
  await page.goto(party.url);
  await expect(page.getByRole("button", { name: /V1 By SDK/ })).toBeVisible();
  await party.kill();
  await expect(page.getByText(/reconnecting/i)).toBeVisible();
  party.withGames("never-reports");
  await party.start();
  await expect(page.getByText(/reconnecting/i)).toBeHidden();
  await expect(page.getByRole("button", { name: /Never Reports/ })).toBeVisible();
});

test("ending a round by hand gives the game its closing window", async ({ page, party }) => {
  await voteFor(page, party, "never-reports");
  await expect(page.getByTitle("Game: Never Reports")).toBeVisible();
  await gameRuns(page);
  await page.mouse.move(900, 500);
  await page.getByRole("button", { name: "End round" }).click();
  await expect(page.getByRole("heading", { name: "Results" })).toBeVisible();
  expect((await session(page)).history[0].outcome).toBe("host_ended");
});
