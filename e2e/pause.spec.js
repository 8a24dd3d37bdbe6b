/** A round that stands still: by pad, by a pad that drops, and how it goes on, begins again or ends. No mouse, no keyboard. */

import { plugIn, press, walkTo } from "./pads.js";
import { expect, test } from "./party.js";

/** @typedef {import("@playwright/test").Page} Page */

/** How long a clock is looked at to say that it stands still, in ms. */
const STILL_MS = 600;
/** How long the page's drawings beside a game are counted, and how many there may be: it shows the time ten times a second. */
const CALM_MS = 2000;
const DRAWINGS_PER_S = 20;
/** The game's clock and the round's may be apart by a tick and what a loaded machine makes of it, in ms. */
const CLOCKS_APART_MS = 1500;

/**
 * Two people at pads 0 and 1 play clockwork; pad 2 lies on the table.
 * @param {Page} page
 * @param {import("./party.js").Party} party
 */
async function playClockwork(page, party) {
  await party.withGames("clockwork").start();
  await plugIn(page, 3);
  await page.goto(party.url);
  const playersBySlot = ["knight-red", "cat-pink", "", ""].map((avatarId, slot) => {
    return { slot, avatarId, gamepadIndex: avatarId ? slot : -1 };
  });
  const seated = await fetch(`${party.url}/api/session/players`, {
    method: "POST",
    body: JSON.stringify({ playersBySlot }),
  });
  expect(seated.status).toBe(200);
  await expect(page.getByRole("group", { name: "Seat 2" })).toContainText("Ready");
  await press(page, 0, "up");
  await press(page, 0, "south");
  await expect(page.getByRole("dialog")).toContainText("Play now?");
  await press(page, 0, "south");
  await runs(page);
}

/** What the game shows of its clocks. @param {Page} page */
async function clocks(page) {
  return JSON.parse((await page.frameLocator("iframe").locator("#out").textContent()) ?? "{}");
}

/** Waits until the game has drawn some more frames. @param {Page} page */
async function runs(page) {
  await expect(page.locator("body[data-phase=playing]")).toBeAttached();
  await expect.poll(async () => (await clocks(page)).frames).toBeGreaterThan(0);
  const { frames } = await clocks(page);
  await expect.poll(async () => (await clocks(page)).frames).toBeGreaterThan(frames + 3);
}

/** Looks for a while: nothing in the game moves. @param {Page} page */
async function standsStill(page) {
  const before = await clocks(page);
  await page.waitForTimeout(STILL_MS);
  expect(await clocks(page)).toEqual(before);
  return before;
}

/** A pad drops, or is back. @param {Page} page @param {number} pad @param {boolean} is */
async function connect(page, pad, is) {
  await page.evaluate(
    ([pad, is]) => {
      /** @type {any} */ (window).testPads[Number(pad)].connected = is;
    },
    /** @type {const} */ ([pad, is]),
  );
}

/** The overlay of a paused round, once it listens. @param {Page} page @param {string} heading */
async function overlay(page, heading) {
  const dialog = page.getByRole("dialog", { name: heading });
  await expect(dialog).toBeVisible();
  await expect(page.locator("body[data-input=open]")).toBeAttached();
  return dialog;
}

test("beside a game the page draws what is new, not every frame", async ({ page, party }) => {
  await page.addInitScript(() => {
    const real = window.requestAnimationFrame;
    Object.assign(window, { drawings: 0 });
    if (window === window.top) {
      window.requestAnimationFrame = (draw) =>
        real((time) => {
          /** @type {any} */ (window).drawings += 1;
          draw(time);
        });
    }
  });
  await playClockwork(page, party);
  const look = async () => ({
    at: (await clocks(page)).nowMs,
    drawings: await page.evaluate(() => /** @type {any} */ (window).drawings),
  });
  const before = await look();
  let after = before;
  await expect
    .poll(async () => {
      after = await look();
      return after.at - before.at;
    })
    .toBeGreaterThan(CALM_MS);
  const perSecond = ((after.drawings - before.drawings) * 1000) / (after.at - before.at);
  expect(perSecond).toBeGreaterThan(0);
  expect(perSecond).toBeLessThan(DRAWINGS_PER_S);
});

test("Options stops the game and all its clocks, and the presses of a pause never reach it", async ({
  page,
  party,
}) => {
  await playClockwork(page, party);
  await press(page, 1, "start");
  const dialog = await overlay(page, "Paused");
  await expect(dialog).toContainText("Cat (P2) paused the game");
  const before = await standsStill(page);

  await expect(dialog.locator("[data-chosen]")).toHaveText("Continue");
  for (let n = 0; n < 3; n += 1) await press(page, 0, "down");
  await expect(dialog.getByRole("menuitem", { name: /Volume: 8/ })).toHaveAttribute("data-chosen");
  await press(page, 0, "south");
  await expect(dialog.getByRole("menuitem", { name: /Volume: Silent/ })).toBeVisible();
  await press(page, 1, "right");
  await expect(dialog.getByRole("menuitem", { name: /Volume: \d/ })).toBeVisible();
  for (let n = 0; n < 3; n += 1) await press(page, 1, "up");
  await press(page, 0, "south");
  await expect(page.locator(".pause-count")).toHaveText("3");
  // Thought better of it, and then really.
  await press(page, 0, "start");
  await expect(await overlay(page, "Paused")).toContainText("Knight (P1) paused the game");
  expect((await clocks(page)).frames).toBe(before.frames);
  await press(page, 0, "start");
  await runs(page);
  await expect(page.getByRole("dialog")).toBeHidden();

  const after = await clocks(page);
  expect(after.timers).toBeGreaterThan(before.timers);
  const drift = after.nowMs + after.remainingMs - (before.nowMs + before.remainingMs);
  expect(Math.abs(drift), `the round's clock and the game's are ${drift} ms apart`).toBeLessThan(CLOCKS_APART_MS);
  expect([after.presses, after.edges]).toEqual([0, 0]);
  await press(page, 0, "south");
  await expect.poll(async () => (await clocks(page)).presses).toBe(1);
  expect((await clocks(page)).edges).toBe(1);
});

test("a paused round begins again with its whole time, and ends with what the game reports", async ({
  page,
  party,
}) => {
  await playClockwork(page, party);
  // By keyboard, for those who have no Options button.
  await page.keyboard.press("Escape");
  await overlay(page, "Paused");
  const before = await clocks(page);
  await walkTo(page, 0, "#pause-restart");
  await press(page, 0, "south");
  await expect.poll(async () => (await clocks(page)).remainingMs).toBeGreaterThan(before.remainingMs);
  await runs(page);
  await press(page, 0, "start");
  await overlay(page, "Paused");
  // A page that is loaded again in a pause comes back to the pause.
  await page.reload();
  await press(page, 1, "south");
  await overlay(page, "Paused");
  await walkTo(page, 1, "#pause-end");
  await press(page, 1, "south");
  await expect(page.getByRole("heading", { name: "Results" })).toBeVisible();
  const { session } = await party.get("/api/session");
  expect(session.history).toHaveLength(1);
  expect(session.history[0]).toMatchObject({ outcome: "host_ended", scoresBySlot: [4, 2, 0, 0] });
});

test("a pad that drops stops the game until it is back, or another pad takes over", async ({ page, party }) => {
  await playClockwork(page, party);
  await connect(page, 1, false);
  const dialog = await overlay(page, "Controller gone");
  await expect(dialog).toContainText("Player 2, reconnect or press");
  await standsStill(page);
  await press(page, 2, "south");
  const seats = async () => (await party.get("/api/session")).session.playersBySlot;
  await expect.poll(async () => (await seats())[1].gamepadIndex).toBe(2);
  await runs(page);
  expect((await clocks(page)).presses).toBe(0);
  await press(page, 2, "south");
  await expect.poll(async () => (await clocks(page)).presses).toBe(1);

  await connect(page, 2, false);
  await expect(await overlay(page, "Controller gone")).toContainText("Go on without P2");
  await connect(page, 2, true);
  await expect(page.locator(".pause-count")).toBeVisible();
});
