/**
 * axe-core looks at every screen of the couch and of the pages for other devices, with full and with empty tables.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "./party.js";
import { game, results, round, Script, session } from "./scenes.js";

/** Run in the page's own world: its policy lets no script in from elsewhere. */
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** @param {import("@playwright/test").Page} page */
async function violations(page) {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations } = await /** @type {any} */ (window).axe.run(document, { resultTypes: ["violations"] });
    return violations.map(
      (/** @type {any} */ { id, nodes }) => `${id}: ${nodes.map((/** @type {any} */ n) => n.html).join(" | ")}`,
    );
  });
}

// Colours in mid-flight are nobody's contrast.
test.use({ viewport: { width: 1280, height: 720 }, contextOptions: { reducedMotion: "reduce" } });

test("no screen of the couch breaks a rule of accessibility", async ({ page, party }) => {
  await party.start();
  const games = [0, 1, 2, 3, 4, 5].map((n) => game(n));
  const queue = [
    { avatarId: "fox-orange", gamepadIndex: 4 },
    { avatarId: "yeti-white", gamepadIndex: -1 },
  ];
  const full = { ...session(), queue };
  const script = await new Script({ session: full, games, round: round() }, { queueMode: "rotate" }).answer(page);
  await page.goto(party.url);
  /** @param {string} heading */
  const check = async (heading) => {
    await expect(page.getByRole("heading", { name: heading })).toBeVisible();
    expect(await violations(page), heading).toEqual([]);
  };
  await check("Leaderboard");
  await page.getByRole("button", { name: /Let a friend wait/ }).click();
  await expect(page.getByRole("group", { name: "Who waits?" })).toBeVisible();
  await check("Leaderboard");
  script.session({ ...full, queue: [] });
  await expect(page.getByRole("button", { name: /^1 / })).toBeHidden();
  await check("Leaderboard");
  script.round(round({ phase: "vote", remainingMs: 9000, votesBySlot: ["game-1", null, null, ""] }));
  await check("Vote for the next game");
  const drawnFrom = ["game-0", "game-1"];
  script.round(round({ phase: "vote", remainingMs: 2500, game: game(1), drawnFrom }));
  await check("It is a draw!");
  script.round(results(full));
  await check("Results");
  script.round(results(full, { phase: "rating", remainingMs: 8000, ratingsBySlot: [1, -1, null, null] }));
  await check("Rate it");
  script.round(results(full, { phase: "rating", remainingMs: 3000, ratingsBySlot: [1, -1, 1, 1], creatorBonus: 8 }));
  await check("Thanks!");
});

test("no step of the ceremony breaks a rule of accessibility", async ({ page, party }) => {
  await party.start();
  const games = [0, 1, 2, 3, 4, 5].map((n) => game(n));
  await new Script({ session: session(), games, round: round() }).answer(page);
  await page.goto(party.url);
  await page.getByRole("button", { name: "Ceremony" }).click();
  const looked = new Set(["First place", "Awards of the night", "Banger of the night", "Good night!"]);
  const rest = [
    "Second place",
    "First place",
    "Awards of the night",
    "Banger of the night",
    "Top maker",
    "Good night!",
  ];
  await expect(page.getByRole("heading", { name: "Third place" })).toBeVisible();
  for (const heading of rest) {
    await page.getByRole("button", { name: "Next" }).click();
    await expect(page.getByRole("heading", { name: heading })).toBeVisible();
    if (looked.has(heading)) expect(await violations(page), heading).toEqual([]);
    // The last step has no next one.
    if (heading === "Good night!") await expect(page.getByRole("button", { name: "To the lobby" })).toBeVisible();
  }
});

test("no page for other devices breaks a rule of accessibility", async ({ page, party }) => {
  await party.start();
  const games = [0, 1, 2, 3].map((n) => game(n));
  const full = session({ games: 4 });
  const script = await new Script({ session: full, games, round: round() }, { trusted: false }).answer(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${party.url}/watch`);
  await expect(page.getByRole("heading", { name: "In the lobby" })).toBeVisible();
  expect(await violations(page), "lobby").toEqual([]);
  script.round(results(full));
  await expect(page.getByRole("heading", { name: "Results" }).first()).toBeVisible();
  expect(await violations(page), "results").toEqual([]);
  await page.goto(`${party.url}/creators`);
  await expect(page.getByRole("heading", { name: "Pumpkin" })).toBeVisible();
  expect(await violations(page), "creators").toEqual([]);
  await page.setViewportSize({ width: 1280, height: 720 });
  script.tell({ type: "games_changed", payload: { games: [] } });
  script.session({ ...full, scoreboardByAvatarId: {}, history: [] });
  await expect(page.getByText("Nobody has sent a game yet.")).toBeVisible();
  expect(await violations(page), "nobody").toEqual([]);
});
