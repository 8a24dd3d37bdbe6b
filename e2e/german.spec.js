/** Every screen in German, with the longest titles, descriptions and names that a game may have: nothing is cut or falls off. */

import { writeFileSync } from "node:fs";
import path from "node:path";
import { de } from "../public/app/texts/de.js";
import { en } from "../public/app/texts/en.js";
import { plugIn, press, walkTo } from "./pads.js";
import { expect, fixture, test } from "./party.js";

/** @typedef {import("@playwright/test").Page} Page */

/** Longest texts that a game may have, in characters: sdk/contract/src/metadata.rs clips there. */
const LONGEST = { title: 120, description: 500, author: 80 };

const EVERYONE = [0, 1, 2, 3];

/** Of long words, and one without any gap. */
const WORDS = "Donaudampfschifffahrtsgesellschaftskapitän gegen Rindfleischetikettierungsüberwachungsaufgabe ";

/** Every English text without parameters that is another one in German. */
const ENGLISH = wordsOf(en).filter((text) => !wordsOf(de).includes(text));

/** @param {object} texts @returns {string[]} */
function wordsOf(texts) {
  return Object.values(texts).flatMap((value) => {
    if (typeof value === "object") return wordsOf(value);
    return typeof value === "string" && value !== "" ? [value] : [];
  });
}

/**
 * A game with the longest texts there can be.
 * @param {string} title
 */
function longGame(title) {
  const meta = { title, description: WORDS.repeat(9), author: WORDS.repeat(2) };
  const tags = Object.entries(meta).map(([name, text]) => {
    return `<meta name="maribro:${name}" content="${text.slice(0, LONGEST[/** @type {keyof typeof LONGEST} */ (name)])}">`;
  });
  return fixture("clockwork").replace("<head>", `<head>${tags.join("")}`);
}

/**
 * Texts that people cannot read whole although nothing says that there is more: they stick out of the screen or are cut
 * by a box or stick out of it. Those that end in an ellipsis and those that can be scrolled to are fine. And texts that
 * were left in English.
 * @param {Page} page
 */
async function misfits(page) {
  return page.evaluate((foreign) => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      const text = node.textContent?.trim() ?? "";
      if (!parent || text === "" || !parent.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
        continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const ink = range.getBoundingClientRect();
      // Glyphs reach out of their line a bit.
      const slack = Number.parseFloat(getComputedStyle(parent).fontSize) / 3;
      /** @param {{left: number, top: number, right: number, bottom: number}} box */
      const isWithin = (box) =>
        ink.left >= box.left - 2 &&
        ink.right <= box.right + 2 &&
        ink.top >= box.top - slack &&
        ink.bottom <= box.bottom + slack;
      let fits = isWithin({ left: 0, top: 0, right: innerWidth, bottom: innerHeight });
      let isInBox = false;
      for (let box = /** @type {Element | null} */ (parent); box; box = box.parentElement) {
        const style = getComputedStyle(box);
        const saysMore = style.textOverflow === "ellipsis" || style.getPropertyValue("-webkit-line-clamp") !== "none";
        if (saysMore || style.overflowY === "auto" || style.overflowY === "scroll") {
          fits = true;
          break;
        }
        // The nearest box that people see around it, and any that cuts.
        const isSeen = style.backgroundColor !== "rgba(0, 0, 0, 0)" || Number.parseFloat(style.borderLeftWidth) > 0;
        const isFirst = isSeen && !isInBox;
        isInBox ||= isSeen;
        if (box !== document.body && (isFirst || style.overflow !== "visible")) {
          fits &&= isWithin(box.getBoundingClientRect());
        }
      }
      if (!fits || foreign.includes(text)) found.push(text.slice(0, 60));
    }
    return found;
  }, ENGLISH);
}

// Moving pictures are drawn by the processor here, and take longer than all that is tested.
test.use({ locale: "de-DE", contextOptions: { reducedMotion: "reduce" } });

test("every screen fits in German with the longest titles", async ({ page, party }) => {
  // Some twenty screens: on a busy machine that takes more than a test's minute.
  test.slow();
  for (const [name, title] of Object.entries({ lang: WORDS.repeat(2), lueckenlos: "Übergröße".repeat(20) })) {
    writeFileSync(path.join(party.games, `${name}.html`), longGame(title));
  }
  // Whole seconds for each press, wherever this runs.
  await party.withSettings({ voteSec: 20 }).start();
  await plugIn(page, 5);
  await page.addInitScript(() => localStorage.removeItem("maribro.language"));
  let goOn = () => {};
  const held = new Promise((done) => {
    goOn = () => done(undefined);
  });
  await page.route("**/maribro-sdk.js", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(party.url);
  await expect(page.getByRole("heading", { name: "Spiele", exact: true })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  const fits = async (/** @type {string} */ screen) => {
    expect(await misfits(page), screen).toEqual([]);
  };
  await fits("lobby with free seats");
  await press(page, EVERYONE, "south");
  await expect(page.getByRole("button", { name: /Nimm/ })).toHaveCount(4);
  await fits("faces");
  await press(page, EVERYONE, "south");
  await expect(page.getByRole("button", { name: "Ändern" })).toHaveCount(4);
  // With points the bar on top has all its buttons, and the leaderboard its lines.
  await fetch(`${party.url}/api/session/record_game`, {
    method: "POST",
    body: JSON.stringify({ gameId: "lang", scoresBySlot: [10, 6, 6, 0], ratingsBySlot: [1, 1, 1, -1] }),
  });
  await expect(page.getByRole("button", { name: "Finale" })).toBeVisible();
  await fits("lobby");
  await press(page, 4, "south");
  await expect(page.getByRole("group", { name: "Wer wartet?" })).toBeVisible();
  await fits("a face to wait with");
  await press(page, 4, "south");
  await expect(page.getByRole("region", { name: "Bald dran" })).toContainText("Pad 5");
  await press(page, 0, "east");
  await expect(page.getByRole("button", { name: /Nimm/ })).toBeVisible();
  await fits("lobby with somebody who waits");
  await press(page, 0, "south");
  await expect(page.getByRole("button", { name: "Ändern" })).toHaveCount(4);

  for (const key of /** @type {const} */ (["up", "up", "right", "south"])) await press(page, 0, key);
  await expect(page.getByRole("dialog")).toContainText("Ein Spiel schicken");
  await fits("how to send a game");
  await press(page, 0, "south");
  for (const key of /** @type {const} */ (["right", "right", "right", "south"])) await press(page, 0, key);
  await expect(page.getByRole("dialog", { name: "Optionen" })).toBeVisible();
  await fits("settings");
  await walkTo(page, 0, "#setting-games");
  await press(page, 0, "south");
  await expect(page.getByRole("dialog", { name: "Spiele im Regal" })).toBeVisible();
  await fits("games in the settings");
  for (const key of /** @type {const} */ (["east", "east", "east"])) await press(page, 0, key);

  await press(page, EVERYONE, "south");
  await expect(page.getByRole("heading", { name: "Was spielt ihr" })).toBeVisible();
  await expect(page.locator("body[data-input=open]")).toBeAttached();
  await fits("vote");
  // Two for each: the title card has a draw to tell of.
  await press(page, EVERYONE, "right");
  await press(page, [1, 3], "right");
  await press(page, EVERYONE, "south");
  await expect(page.getByRole("heading", { name: "Gleichstand!" })).toBeVisible();
  await fits("draw");
  await expect(page.getByText("Der Zufall wählte")).toBeVisible();
  await fits("title card");
  goOn();
  await expect(page.locator("body[data-phase=playing]")).toBeAttached();
  await press(page, 2, "start");
  await expect(page.getByRole("dialog", { name: "Pause" })).toBeVisible();
  await fits("pause");
  await page.evaluate(() => {
    for (const pad of /** @type {any} */ (window).testPads.slice(1, 4)) pad.connected = false;
  });
  await expect(page.getByRole("dialog", { name: "Controller weg" })).toContainText("Spieler 4");
  await fits("controllers gone");
  await page.evaluate(() => {
    for (const pad of /** @type {any} */ (window).testPads) pad.connected = true;
  });
  await expect(page.getByRole("dialog", { name: "Pause" })).toBeVisible();
  await expect(page.locator("body[data-input=open]")).toBeAttached();
  await walkTo(page, 0, "#pause-end");
  await press(page, 0, "south");
  await expect(page.getByRole("heading", { name: "Ergebnis" })).toBeVisible();
  await fits("results");
  await expect(page.locator("body[data-input=open]")).toBeAttached();
  await press(page, EVERYONE, "south");
  await expect(page.getByRole("heading", { name: "Wie war’s?" })).toBeVisible();
  await expect(page.getByText("Noch offen")).toHaveCount(4);
  await fits("rating");
});

test("the language is chosen by pad and stays after a reload", async ({ page, party }) => {
  await party.withGames("v1-sdk").start();
  await plugIn(page, 2);
  await page.goto(party.url);
  await page.getByRole("button", { name: "Optionen" }).click();
  await expect(page.getByRole("dialog", { name: "Optionen" })).toBeVisible();
  await walkTo(page, 0, "#setting-language");
  await press(page, 0, "left");
  await expect(page.getByRole("dialog", { name: "Settings" }).getByText("Language")).toBeVisible();
  await press(page, 0, "east");
  await expect(page.getByRole("heading", { name: "Games", exact: true })).toBeVisible();
  // What is made anew still knows the pads.
  await page.getByRole("button", { name: "Pads" }).click();
  await expect(page.getByRole("dialog", { name: "Pads" }).getByText("Wireless Controller")).toHaveCount(2);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Games", exact: true })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});
