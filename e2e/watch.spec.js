/**
 * Looking on from another device: `/watch` on a phone and `/creators`, live, without a say in anything.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, fixture, test } from "./party.js";

test.use({ viewport: { width: 390, height: 844 } });

/** @param {import("./party.js").Party} party @param {string} path @param {object} body */
async function post(party, path, body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(party.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  expect(answer.status, path).toBe(200);
}

/** @param {import("./party.js").Party} party @param {string[]} avatars */
function sit(party, ...avatars) {
  const playersBySlot = [0, 1, 2, 3].map((slot) => ({
    slot,
    avatarId: avatars[slot] ?? "",
    gamepadIndex: avatars[slot] ? slot : -1,
  }));
  return post(party, "/api/session/players", { playersBySlot });
}

test("a phone sees who plays, the shelf and the scores as they change, also after the host was away", async ({
  page,
  party,
}) => {
  await party.start();
  /** @type {any[]} */
  const sent = [];
  page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => sent.push(JSON.parse(String(payload)))));
  await page.goto(`${party.url}/watch`);
  await expect(page.getByText("No games yet.")).toBeVisible();
  await expect(page.getByText("No points yet")).toBeVisible();
  expect((await party.upload("fresh.html", fixture("v1-sdk"), "cat-pink")).ok).toBe(true);
  await expect(page.getByRole("listitem").filter({ hasText: "V1 By SDK" })).toContainText("not played yet");
  await sit(party, "fox-orange", "yeti-white");
  await expect(page.getByRole("listitem").filter({ hasText: "P1" })).toContainText("Fox");
  await post(party, "/api/session/record_game", {
    gameId: "fresh",
    scoresBySlot: [10, 6, 0, 0],
    ratingsBySlot: [1, -1, 0, 0],
  });
  await expect(page.locator("leader-board")).toContainText("Fox10");
  await expect(page.getByRole("img", { name: "0 points from playing, 5 as a maker" })).toBeVisible();

  await party.kill();
  await expect(page.getByText("Reconnecting…")).toBeVisible();
  await expect(page.locator("leader-board"), "the last known scores stay").toContainText("Fox10");
  await party.start();
  await expect(page.getByText("Live")).toBeVisible();
  await post(party, "/api/session/record_game", { gameId: "fresh", scoresBySlot: [0, 7, 0, 0] });
  await expect(page.locator("leader-board")).toContainText("Yeti13");
  expect(await page.evaluate(() => document.documentElement.scrollWidth), "nothing sticks out").toBe(390);
  expect(sent.map(({ type, payload }) => `${type} ${payload.role}`)).toEqual(["join watch", "join watch"]);
});

test("a maker sees how a game was liked and why it was taken off the stage", async ({ page, party }) => {
  party.withGames("v1-sdk");
  const folder = path.join(party.folder, "data/incidents");
  mkdirSync(folder, { recursive: true });
  const incident = {
    at: "2026-11-21T20:14:00.000Z",
    revision: 1,
    outcome: "crashed",
    phase: "playing",
    framePhase: null,
    afterMs: 4000,
    activeSlots: [0, 1],
    errors: [{ message: "TypeError: <b>x</b> is undefined", stack: "" }],
    console: [],
  };
  const troubles = { version: 1, uploadedAt: "", inARow: 0, incidents: [incident] };
  writeFileSync(path.join(folder, "v1-sdk.json"), JSON.stringify(troubles));
  await party.start();
  await sit(party, "fox-orange", "yeti-white");
  await page.goto(`${party.url}/creators`);
  const game = page.getByRole("listitem").filter({ hasText: "V1 By SDK" });
  await expect(game).toContainText("Not played tonight");
  await game.getByText("1 crash report").click();
  await expect(game.getByText("Crashed while playing (revision 1)")).toBeVisible();
  await expect(game.getByText("TypeError: <b>x</b> is undefined"), "told as text, never as markup").toBeVisible();
  await post(party, "/api/session/record_game", {
    gameId: "v1-sdk",
    scoresBySlot: [10, 6, 0, 0],
    ratingsBySlot: [1, 1, 0, 0],
  });
  await expect(game).toContainText("Played 1×, 2 thumbs up, 0 down");
  await page.getByRole("link", { name: "Party" }).click();
  await expect(page.getByRole("heading", { name: "In the lobby" })).toBeVisible();
});
