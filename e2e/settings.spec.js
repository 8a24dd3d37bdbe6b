/** The party's settings, the screen's, and leaving a seat: by pad alone. */

import { Couch } from "./couch.js";
import { hold, plugIn, press, walkTo } from "./pads.js";
import { expect, test } from "./party.js";

/** @typedef {import("@playwright/test").Page} Page */

/**
 * A party in its lobby with two people at pads 0 and 1, and two games.
 * @param {Page} page
 * @param {import("./party.js").Party} party
 */
async function lobby(page, party) {
  await party.withGames("v1-sdk", "clockwork").start();
  await plugIn(page, 2);
  await page.goto(party.url);
  const playersBySlot = ["knight-red", "cat-pink", "", ""].map((avatarId, slot) => {
    return { slot, avatarId, gamepadIndex: avatarId ? slot : -1 };
  });
  await fetch(`${party.url}/api/session/players`, { method: "POST", body: JSON.stringify({ playersBySlot }) });
  await expect(page.getByRole("group", { name: "Seat 2" })).toContainText("Ready");
}

/** What is chosen in the settings. @param {Page} page */
function chosen(page) {
  return page.getByRole("dialog").locator("[data-chosen]:visible");
}

test("rounds, votes, games and scores are set by pad, and the host keeps what was set", async ({ page, party }) => {
  await lobby(page, party);
  await fetch(`${party.url}/api/session/record_game`, {
    method: "POST",
    body: JSON.stringify({ gameId: "v1-sdk", scoresBySlot: [1, 2, 0, 0] }),
  });
  await expect(page.getByRole("button", { name: "Ceremony" })).toBeVisible();
  await new Couch(page, (pad, button) => press(page, pad, button)).cursorToButton(0, "Settings");
  await press(page, 0, "south");
  await expect(page.getByRole("dialog", { name: "Settings" })).toBeVisible();

  await walkTo(page, 1, "#setting-length");
  for (let n = 0; n < 2; n += 1) await press(page, 0, "right");
  await expect(chosen(page)).toHaveAccessibleName("Length of rounds: Double");
  await walkTo(page, 1, "#setting-vote");
  await press(page, 0, "left");
  await expect(chosen(page)).toHaveAccessibleName("Time to vote: 5 s");
  await walkTo(page, 1, "#setting-motion");
  await press(page, 0, "right");
  await expect(chosen(page)).toHaveAccessibleName("Moving pictures: Less");
  await expect(page.locator("html")).toHaveAttribute("data-motion", "less");
  await expect(page.locator("seats-bar .player-face[src*='/avatars/']:not([src*='?still'])")).toHaveCount(0);
  await press(page, 0, "right");
  await expect(chosen(page)).toHaveAccessibleName("Moving pictures: All");
  await expect(page.locator("seats-bar .player-face[src$='knight-red.svg']")).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-motion", "all");
  await walkTo(page, 1, "#setting-games");
  await press(page, 0, "south");
  await expect(page.getByRole("dialog", { name: "Games on the shelf" })).toBeVisible();
  await walkTo(page, 1, "#game-clockwork");
  await expect(chosen(page)).toContainText("Clockwork");
  await press(page, 1, "south");
  await expect(chosen(page)).toContainText("Hidden");
  await press(page, 1, "east");
  await expect(chosen(page)).toHaveAccessibleName("Games on the shelf: 1 of 2");

  await walkTo(page, 1, "#setting-reset");
  await press(page, 0, "south");
  await expect(chosen(page)).toHaveAccessibleName("Reset all scores: Hold ✕");
  expect((await party.get("/api/session")).session.history).toHaveLength(1);
  await hold(page, 0, "south", true);
  await expect(page.getByText("The scores start again at zero.")).toBeVisible();
  await hold(page, 0, "south", false);
  expect((await party.get("/api/session")).session.history).toEqual([]);
  await press(page, 0, "east");
  await expect(page.getByRole("dialog")).toBeHidden();

  await expect(page.getByRole("button", { name: /V1 By SDK/ })).toBeVisible();
  await expect(page.getByRole("button", { name: /Clockwork/ })).toBeHidden();
  await party.kill();
  await party.start();
  await page.reload();
  await expect(page.getByRole("button", { name: /V1 By SDK/ })).toBeVisible();
  await expect(page.getByRole("button", { name: /Clockwork/ })).toBeHidden();
  await expect(page.locator("html")).toHaveAttribute("data-motion", "all");
  await press(page, 0, "start");
  await expect(page.getByRole("heading", { name: "Vote for the next game" })).toBeVisible();
  // Twice 20 s, as the game is told.
  await expect(page.getByTitle("Game: V1 By SDK")).toBeVisible();
  await expect(page.getByRole("progressbar", { name: "Time left" })).toHaveAttribute("aria-valuemax", "40");
});

test("a seat is left by holding ○, and not by a tap", async ({ page, party }) => {
  await lobby(page, party);
  const seat = page.getByRole("group", { name: "Seat 2" });
  // A tap goes back to the faces, another one stays there.
  for (let n = 0; n < 2; n += 1) {
    await press(page, 1, "east");
    await expect(seat.getByRole("button", { name: /Hold to leave/ })).toBeVisible();
  }
  await hold(page, 1, "east", true);
  await expect(seat.getByText("Keep holding to leave")).toBeVisible();
  await expect(seat.getByRole("button", { name: /to join/ })).toBeVisible();
  await hold(page, 1, "east", false);
  const seats = (await party.get("/api/session")).session.playersBySlot;
  expect(seats[1]).toMatchObject({ avatarId: "", gamepadIndex: -1 });
  expect(seats[0].lockedIn).toBe(true);
});
