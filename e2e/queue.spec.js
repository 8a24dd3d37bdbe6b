/** More people than seats, with pads only: they wait, take turns, and are there again after a reload and a restart. */

import { hold, plugIn, press } from "./pads.js";
import { expect, test } from "./party.js";

/** @typedef {import("@playwright/test").Page} Page */

test.use({ contextOptions: { reducedMotion: "reduce" } });

/**
 * A round of the only game, from the lobby to the lobby. Of those who play with these pads the first one wins.
 * @param {Page} page
 * @param {number[]} pads
 */
async function play(page, pads) {
  const [winner = 0] = pads;
  const isOpen = () => expect(page.locator("body[data-input=open]")).toBeAttached();
  await press(page, winner, "start");
  await expect(page.getByRole("heading", { name: "Vote for the next game" })).toBeVisible();
  await isOpen();
  await press(page, pads, "south");
  await expect(page.locator("body[data-phase=playing]")).toBeAttached();
  while ((await page.locator("body[data-phase=playing]").count()) > 0) await press(page, winner, "south");
  await expect(page.getByRole("heading", { name: "Results" })).toBeVisible();
  await isOpen();
  // On a slow machine the results may be over by now.
  if (await page.getByRole("heading", { name: "Results" }).isVisible()) await press(page, pads, "south");
  await expect(page.getByRole("heading", { name: "Rate it" })).toBeVisible();
  await isOpen();
  await press(page, pads, "south");
  await expect(page.getByRole("heading", { name: "Leaderboard" })).toBeVisible();
}

test("five pads and a friend without one take turns, and the winner stays", async ({ page, party }) => {
  // Two whole rounds: on a busy machine that can take more than a test's minute.
  test.slow();
  await party.withSettings({ queueMode: "winner_stays" }).withGames("v1-sdk").start();
  await plugIn(page, 5);
  await page.goto(party.url);
  await expect(page.getByRole("heading", { name: "Games", exact: true })).toBeVisible();
  const seat = (/** @type {number} */ n) => page.getByRole("group", { name: `Seat ${n}` });
  const line = page.getByRole("region", { name: "Next up" });
  await press(page, [0, 1, 2, 3], "south");
  await expect(page.getByRole("button", { name: /Take/ })).toHaveCount(4);
  await press(page, [0, 1, 2, 3], "south");
  await expect(page.getByRole("button", { name: "Ready" })).toHaveCount(4);
  // A pad that goes away leaves no card that nobody can close.
  const connect = (/** @type {boolean} */ is) =>
    page.evaluate((is) => Object.assign(/** @type {any} */ (window).testPads[4], { connected: is }), is);
  await press(page, 4, "south");
  await expect(page.getByRole("group", { name: "Who waits?" })).toContainText("Pad 5");
  await connect(false);
  await expect(page.getByRole("group", { name: "Who waits?" })).toBeHidden();
  await connect(true);
  // The fifth one waits with the own pad; player 1 lets a friend wait who has none.
  await press(page, 4, "south");
  await expect(page.getByRole("group", { name: "Who waits?" })).toContainText("Pad 5");
  await press(page, 4, "south");
  await expect(line.getByRole("button", { name: /^1 / })).toContainText("Pad 5");
  await press(page, 0, "right");
  await press(page, 0, "south");
  await expect(page.getByRole("group", { name: "Who waits?" })).toContainText("P1");
  await press(page, 0, "south");
  await expect(line.getByRole("button", { name: /^2 / })).toContainText("no pad");
  await press(page, 4, "south");
  await expect(page.getByText("you are 1st in line")).toBeVisible();
  const [own, friend] = (await party.get("/api/session")).session.queue;

  // Of three without a point those on the lowest seats make room: one for a pad of its own, one hands its pad over.
  await play(page, [2, 0, 1, 3]);
  await expect(page.getByText(/ in, .* take a break/)).toBeVisible();
  for (const n of [1, 2]) await expect(seat(n)).toContainText("in for");
  const { playersBySlot } = (await party.get("/api/session")).session;
  expect(playersBySlot[0]).toMatchObject({ avatarId: own.avatarId, gamepadIndex: 4 });
  expect(playersBySlot[1]).toMatchObject({ avatarId: friend.avatarId, gamepadIndex: 1 });

  // A reload and a restart forget nobody; and the one who waits with a pad goes home.
  await party.kill();
  await party.start();
  await page.reload();
  await expect(line.getByRole("button")).toHaveCount(3);
  for (const n of [1, 2]) await expect(seat(n)).toContainText("in for");
  await hold(page, 0, "east", true);
  await expect(line.getByRole("button", { name: /^2 / })).toBeHidden();
  await hold(page, 0, "east", false);

  // The newcomer wins and stays; of the others one leaves who has played both rounds, though the last one was won.
  await play(page, [4, 1, 2, 3]);
  await expect(page.getByText(/ in, .* takes a break/)).toBeVisible();
  await expect(seat(3)).toContainText("in for");
  await expect(line.getByRole("button", { name: /^1 / })).toContainText("no pad");
});
