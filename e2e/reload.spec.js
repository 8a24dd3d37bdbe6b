/**
 * The page of the big screen can be loaded again at any moment: it comes back to what was on it. The round lives in the
 * host, so a reload costs the game's frame one new attempt, and never a score.
 */

import { copyFileSync } from "node:fs";
import path from "node:path";
import { holdClock } from "./clock.js";
import { plugIn, press, walkTo } from "./pads.js";
import { expect, test } from "./party.js";
import { game, results, round, Script, session } from "./scenes.js";
import { Remote } from "./screens.js";

/** @typedef {import("@playwright/test").Page} Page */

/** Until an empty couch shows that nobody is there, in ms. */
const QUIET_MS = 60_000;

test.use({ viewport: { width: 1280, height: 720 }, contextOptions: { reducedMotion: "reduce" } });

/** @param {Page} page @param {string} name */
const heading = (page, name) => expect(page.getByRole("heading", { name, exact: true })).toBeVisible();
/** @param {Page} page @param {string} name */
const dialog = (page, name) => expect(page.getByRole("dialog", { name })).toBeVisible();
/** @param {Page} page */
const listens = (page) => expect(page.locator("body[data-input=open]")).toBeAttached();

/**
 * Loads the page again; it has heard from the host when this resolves.
 * @param {Page} page
 */
async function reload(page) {
  await page.reload();
  await expect(page.locator("body[data-phase]")).toBeAttached();
}

test("a reload of an empty couch, and of all that the lobby can show, comes back to it", async ({ page, party }) => {
  await party.withGames("v1-sdk").start();
  await plugIn(page, 2);
  const letPass = await holdClock(page);
  await page.goto(party.url);
  await heading(page, "Games");
  await letPass(QUIET_MS);
  const attract = page.getByRole("region", { name: "Waiting for players" });
  await expect(attract).toBeVisible();
  await reload(page);
  await expect(attract).toBeVisible();
  await press(page, 0, "south");
  await expect(attract).toBeHidden();

  const playersBySlot = ["knight-red", "cat-pink", "", ""].map((avatarId, slot) => {
    return { slot, avatarId, gamepadIndex: avatarId ? slot : -1 };
  });
  const entry = { gameId: "v1-sdk", scoresBySlot: [10, 6, 0, 0], ratingsBySlot: [1, 1, 0, 0] };
  for (const [path, body] of /** @type {const} */ ([
    ["players", { playersBySlot }],
    ["record_game", entry],
  ])) {
    await fetch(`${party.url}/api/session/${path}`, { method: "POST", body: JSON.stringify(body) });
  }
  const board = page.locator("leader-board").getByRole("listitem");
  await expect(board).toHaveText([/1.*Knight.*10/, /2.*Cat.*6/]);
  await reload(page);
  await heading(page, "Leaderboard");
  await expect(board).toHaveText([/1.*Knight.*10/, /2.*Cat.*6/]);
  await expect(page.getByRole("group", { name: "Seat 2" })).toContainText("Cat");

  await page.getByRole("button", { name: "Settings" }).click();
  await walkTo(page, 0, "#setting-motion");
  await reload(page);
  await dialog(page, "Settings");
  await expect(page.locator("#setting-motion")).toHaveAttribute("data-chosen");
  await press(page, 1, "east");
  await expect(page.getByRole("dialog")).toBeHidden();

  await page.getByRole("button", { name: "Pads", exact: true }).click();
  await dialog(page, "Pads");
  await reload(page);
  await dialog(page, "Pads");
  await page.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();

  await page.getByRole("button", { name: "Ceremony" }).click();
  await heading(page, "Second place");
  await press(page, 0, "south");
  await heading(page, "First place");
  await reload(page);
  await heading(page, "First place");
  await press(page, 0, "east");
  await expect(page.getByRole("dialog")).toBeHidden();
  await reload(page);
  await heading(page, "Games");
  await expect(page.getByRole("dialog"), "what was closed stays closed").toBeHidden();
  expect(party.warnings).toEqual([]);
});

test("a reload in each part of a round comes back to it, with one new attempt and every vote, score and rating", async ({
  page,
  context,
  party,
}) => {
  // A page takes a second to load on a quiet machine, and many on a busy one.
  test.setTimeout(120_000);
  party.withGames("clockwork");
  copyFileSync(
    path.join(import.meta.dirname, "soak/hostile/never-ready.html"),
    path.join(party.games, "never-ready.html"),
  );
  await party.start();
  const host = await Remote.connect(await context.newPage(), party.url);
  await plugIn(page, 2);
  await page.goto(party.url);
  const playersBySlot = ["knight-red", "cat-pink", "", ""].map((avatarId, slot) => {
    return { slot, avatarId, gamepadIndex: avatarId ? slot : -1 };
  });
  await host.send("change_settings", { voteSec: 20 });
  await fetch(`${party.url}/api/session/players`, { method: "POST", body: JSON.stringify({ playersBySlot }) });
  await expect(page.getByRole("group", { name: "Seat 2" })).toContainText("Ready");

  await test.step("loading", async () => {
    await host.send("start_game", { gameId: "never-ready" });
    await host.until(() => host.round.frameAttempt === 1, "a frame");
    await heading(page, "Never Ready");
    await reload(page);
    await host.until(() => host.round.frameAttempt === 2, "a new frame");
    await heading(page, "Never Ready");
    await expect(page.getByTitle("Game: Never Ready")).toBeAttached();
    expect(host.round.phase).toBe("loading");
    await host.send("end_round");
    await heading(page, "Games");
  });

  await test.step("vote", async () => {
    await press(page, 0, "start");
    await heading(page, "Vote for the next game");
    await listens(page);
    await host.send("vote", { slot: 0, gameId: "clockwork" });
    const first = page.getByRole("group", { name: "Seat 1" });
    await expect(first).toContainText("Voted");
    await reload(page);
    await heading(page, "Vote for the next game");
    await expect(first).toContainText("Voted");
    expect(host.round.votesBySlot[0]).toBe("clockwork");
    await host.send("vote", { slot: 1, gameId: "clockwork" });
  });

  const frames = async () =>
    JSON.parse((await page.frameLocator("iframe").locator("#out").textContent()) ?? "{}").frames;
  const runs = async () => {
    await expect(page.locator("body[data-phase=playing]")).toBeAttached();
    await expect.poll(frames).toBeGreaterThan(3);
  };
  await test.step("playing", async () => {
    await runs();
    expect(host.round.frameAttempt).toBe(1);
    await reload(page);
    await host.until(() => host.round.frameAttempt === 2, "a new frame");
    await expect(page.getByTitle("Game: Clockwork")).toBeVisible();
    await runs();
    await expect(page.getByRole("progressbar", { name: "Time left" })).toBeVisible();
  });

  await host.send("end_round");

  await test.step("results and rating, which go on meanwhile", async () => {
    await heading(page, "Results");
    const before = party.sessionFile();
    expect(before.history).toHaveLength(1);
    expect(before.history[0]).toMatchObject({ outcome: "host_ended", scoresBySlot: [4, 2, 0, 0] });
    await reload(page);
    // Refused when the results are over by now.
    for (const slot of [0, 1]) await host.send("set_ready", { slot, ready: true });
    await host.phase("rating");
    await heading(page, "Rate it");
    expect(party.sessionFile().history).toEqual(before.history);
    await listens(page);
    await press(page, 0, "south");
    await host.until(() => host.round.ratingsBySlot[0] === 1, "a rating");
    await reload(page);
    await host.send("rate", { slot: 1, rating: -1 });
    await host.phase("lobby");
    await heading(page, "Leaderboard");
    const { history } = party.sessionFile();
    expect(history).toHaveLength(1);
    expect(history[0].ratingsBySlot[0]).toBe(1);
  });

  await test.step("paused, and a second time in the same round", async () => {
    const before = party.sessionFile();
    await host.send("start_game", { gameId: "clockwork" });
    await runs();
    await press(page, 1, "start");
    await dialog(page, "Paused");
    await reload(page);
    await dialog(page, "Paused");
    await expect(page.getByText("Cat (P2) paused the game")).toBeVisible();
    expect(host.round.frameAttempt).toBe(2);
    await reload(page);
    await heading(page, "Leaderboard");
    await expect(page.getByText("so Clockwork was called off. No scores changed.")).toBeVisible();
    expect(party.sessionFile().history).toEqual(before.history);
  });
  expect(party.warnings).toEqual([]);
});

test("a reload in a part of a round that is short comes back to it: draw, results, rating, bonus", async ({
  page,
  party,
}) => {
  await party.start();
  const games = [0, 1, 2].map((n) => game(n));
  const full = session({ games: 3 });
  const remainingMs = 60_000;
  const ratingsBySlot = /** @type {(1 | -1 | null)[]} */ ([1, -1, null, null]);
  const draw = { phase: /** @type {const} */ ("vote"), remainingMs, game: game(1), drawnFrom: ["game-0", "game-1"] };
  const script = await new Script({ session: full, games, round: round(draw) }).answer(page);
  await page.goto(party.url);
  const comesBackTo = async (
    /** @type {string} */ name,
    /** @type {import("@playwright/test").Locator[]} */ more = [],
  ) => {
    for (let times = 0; times < 2; times += 1) {
      await heading(page, name);
      for (const one of more) await expect(one).toBeVisible();
      if (times === 0) await reload(page);
    }
  };
  await comesBackTo("It is a draw!");
  script.round(results(full, { remainingMs }));
  const [best] = [...(full.history.at(-1)?.scoresBySlot ?? [])].sort((a, b) => b - a);
  await comesBackTo("Results", [page.getByRole("listitem").filter({ hasText: `${best}points` })]);
  script.round(results(full, { phase: "rating", remainingMs, ratingsBySlot }));
  const thumbs = ["Thumbs up", "Thumbs down"].map((words) => page.getByRole("listitem").filter({ hasText: words }));
  await comesBackTo("Rate it", thumbs);
  script.round(results(full, { phase: "rating", remainingMs, ratingsBySlot, creatorBonus: 5 }));
  await comesBackTo("Thanks!", [page.getByText("gets 5 points for making this game")]);
});
