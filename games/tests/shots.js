/**
 * Pictures of games in mid-play, to be looked at: `node games/tests/shots.js OUT [game ...] [--at MS,MS] [--players N]`.
 *
 * The game's file runs in Chromium in a page of 1920x1080 inside a host page that does what the lobby does: init, ticks and
 * pads. The bots of `games/bots` play on the game's own `MARIBRO_GAME.state()`.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";
import config from "../../e2e/playwright.config.js";
import { randomBot } from "../bots/random.js";
import { GAMES } from "./harness/round.js";

const ORIGIN = "http://game.test";
const ARGUMENTS = process.argv.slice(2);
const PLAYERS = Number(option("--players") ?? 4);
/** ms after GO. */
const TIMES = (option("--at") ?? "4000,9000").split(",").map(Number);
const [out = "/tmp/shots", ...wanted] = ARGUMENTS;

/** @param {string} name */
function option(name) {
  const at = ARGUMENTS.indexOf(name);
  return at < 0 ? undefined : ARGUMENTS.splice(at, 2)[1];
}

/** Runs in the host page: a lobby in small. @param {{game: string, players: number, url: string}} options */
function hostPage({ game, players, url }) {
  const frame = document.createElement("iframe");
  frame.style.cssText = "position:fixed;inset:0;width:1920px;height:1080px;border:0";
  frame.src = url;
  const names = [
    ["fox-orange", "Fox", "#FB8C00"],
    ["wizard-blue", "Wizard", "#1E88E5"],
    ["slime-green", "Slime", "#43A047"],
    ["cat-pink", "Cat", "#EC407A"],
  ];
  const seats = names.slice(0, players).map((_, slot) => slot);
  const say = (/** @type {string} */ type, /** @type {object} */ payload) =>
    frame.contentWindow?.postMessage({ type: `maribro:${type}`, payload }, "*");
  const zeros = () => new Array(17).fill(0);
  const states = seats.map((slot) => ({
    gamepadIndex: 200 + slot,
    axes: [0, 0, 0, 0],
    buttons: zeros(),
    presses: zeros(),
  }));
  const BUTTONS = "south east west north l1 r1 l2 r2 select start l3 r3 dup ddown dleft dright".split(" ");
  const page = /** @type {any} */ (window);
  page.seats = seats;
  page.frameOf = game;
  page.hold = (/** @type {any[]} */ pads) => {
    pads.forEach((pad, slot) => {
      const { lx = 0, ly = 0 } = pad;
      states[slot].axes = [lx, ly, 0, 0];
      BUTTONS.forEach((name, b) => {
        const value = Number(pad[name] ?? 0);
        if (value > 0.5 && states[slot].buttons[b] <= 0.5) states[slot].presses[b]++;
        states[slot].buttons[b] = value;
      });
    });
    say("pads", { bySlot: [0, 1, 2, 3].map((slot) => states[slot] ?? null) });
  };
  let readyAt = 0;
  addEventListener("message", ({ data }) => {
    if (data?.type === "maribro:ready") readyAt ||= performance.now();
    if (data?.type === "maribro:error") console.error(data.payload.message);
  });
  page.since = () => (readyAt ? performance.now() - readyAt : 0);
  setInterval(() => {
    if (readyAt) say("tick", { nowMs: performance.now(), timeRemainingMs: 60000 - page.since() });
    else {
      say("init", {
        sessionId: "shots",
        slotToGamepadIndex: [0, 1, 2, 3].map((slot) => (slot < players ? 200 + slot : -1)),
        playersBySlot: seats.map((slot) => ({
          slot,
          avatarId: names[slot][0],
          name: names[slot][1],
          color: names[slot][2],
        })),
        activeSlots: seats,
        maxDurationSec: 60,
        seed: 11,
      });
    }
  }, 100);
  document.body.append(frame);
}

/** @param {import("@playwright/test").Browser} browser @param {string} name */
async function shoot(browser, name) {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  page.on("console", (message) => {
    if (message.type() === "error") console.log(`${name}: ${message.text()}`);
  });
  await page.route(`${ORIGIN}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    const file = pathname.startsWith("/public/") ? path.join(GAMES, "../sdk", path.basename(pathname)) : "";
    if (pathname.startsWith("/games/")) {
      return route.fulfill({ contentType: "text/html", body: readFileSync(path.join(GAMES, path.basename(pathname))) });
    }
    if (existsSync(file)) return route.fulfill({ contentType: "text/javascript", body: readFileSync(file) });
    return route.fulfill({ contentType: "text/html", body: "<!doctype html><body></body>" });
  });
  const botFile = path.join(GAMES, `bots/${name}.js`);
  const bot = existsSync(botFile) ? (await import(botFile)).scripted : randomBot;
  await page.goto(`${ORIGIN}/`);
  await page.evaluate(hostPage, { game: name, players: PLAYERS, url: `${ORIGIN}/games/${name}.html` });
  const game = page.frameLocator("iframe");
  await game.locator("body").waitFor();
  const frame = page.frames()[1];
  const memories = [{}, {}, {}, {}];
  const times = TIMES.slice();
  while (times.length) {
    const { view, t, seats } = {
      view: await frame.evaluate(() => /** @type {any} */ (window).MARIBRO_GAME?.state() ?? null),
      ...(await page.evaluate(() => ({
        t: /** @type {any} */ (window).since(),
        seats: /** @type {any} */ (window).seats,
      }))),
    };
    const pads = seats.map((/** @type {number} */ slot) => bot(view, slot, Math.random, t, memories[slot]) ?? {});
    await page.evaluate((pads) => /** @type {any} */ (window).hold(pads), pads);
    if (t - 3000 < times[0]) continue;
    const file = path.join(out, `${name}-${times.shift()}.png`);
    await page.screenshot({ path: file });
    console.log(file);
  }
  await page.close();
}

mkdirSync(out, { recursive: true });
const { launchOptions } = /** @type {any} */ (config.projects?.[0]?.use ?? config.use);
const browser = await chromium.launch(launchOptions);
const shelf = readdirSync(GAMES).filter((file) => file.endsWith(".html"));
for (const name of wanted.length ? wanted : shelf.map((file) => file.slice(0, -".html".length)))
  await shoot(browser, name);
await browser.close();
