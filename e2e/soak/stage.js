/** The big screen of a soak with its pads, and a second screen that listens. */

import { plugIn } from "../pads.js";
import { Lobby } from "../screens.js";
import { BOTS } from "./bots.js";
import { Screen } from "./screen.js";
import { watchTasks } from "./stalls.js";

/** As on a television. */
const BIG_SCREEN = { width: 1920, height: 1080 };

/**
 * @typedef {object} Stage
 * @property {import("@playwright/test").BrowserContext} context of the big screen
 * @property {import("@playwright/test").Page} page the big screen; Playwright gives it up when a game's process dies
 * @property {Lobby} lobby the same, spoken to in a way that outlives games
 * @property {Screen} screen what the host tells
 */

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {string} url of the party
 * @param {(page: import("@playwright/test").Page) => Promise<void>} [prepare] before the page is loaded
 * @returns {Promise<Stage>}
 */
export async function openStage(browser, url, prepare = async () => {}) {
  const context = await browser.newContext({ viewport: BIG_SCREEN });
  const page = await context.newPage();
  await plugIn(page, BOTS);
  await watchTasks(page);
  await prepare(page);
  await page.goto(url);
  const lobby = await Lobby.of(await browser.newBrowserCDPSession(), url);
  const other = await browser.newContext();
  const screen = new Screen();
  await screen.connect(await other.newPage(), url);
  return { context, page, lobby, screen };
}
