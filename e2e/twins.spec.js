/**
 * Pads that the browser and the input daemon both see. The daemon's are SDL's virtual ones; the browser's are put into the page
 * and follow them a moment later, as both follow one real pad.
 */

import { plugIn } from "./pads.js";
import { expect, test } from "./party.js";
import { openLobby, Rig } from "./rig.js";

/** How much later the browser's pads show what the daemon's do, in ms: Chromium looks every 4 ms. */
const LATER_MS = 8;
/** The daemon's number of the browser's pad 0; that of 1 is one less. */
const FIRST_TWIN = 101;

/** How long a button is held so that the browser sees it too, in ms. */
const HOLD_MS = 150;

/**
 * Gives the browser two pads that do what the daemon's two do.
 * @param {import("@playwright/test").Page} page
 */
async function plugInTwins(page) {
  await plugIn(page, 2);
  await page.addInitScript(
    ([later = 0, firstTwin = 0]) => {
      if (window.top !== window) return;
      const pads = /** @type {any} */ (window).testPads;
      /** @type {{from: number, words: Int16Array}[]} */
      const states = [];
      const follow = (/** @type {MessageEvent} */ { data }) => {
        if (typeof data !== "string") states.push({ from: performance.now() + later, words: new Int16Array(data) });
      };
      const show = (/** @type {Int16Array} */ words) => {
        for (let at = 8; at < words.length; at += words[1] ?? 0) {
          const pad = pads[firstTwin - (words[at] ?? 0)];
          for (let button = 0; button < 17; button += 1) {
            const value = (words[at + 8 + button] ?? 0) / 32767;
            pad.buttons[button] = { pressed: value > 0.1, touched: value > 0, value };
          }
        }
      };
      // As in a browser, which looks at its pads by itself: a page that was held up still reads what they do now.
      const read = navigator.getGamepads;
      navigator.getGamepads = () => {
        for (const { from, words } of states.splice(0)) {
          if (from <= performance.now()) show(words);
          else states.push({ from, words });
        }
        return read.call(navigator);
      };
      window.WebSocket = class extends WebSocket {
        /** @param {string | URL} url @param {string | string[]} [protocol] */
        constructor(url, protocol) {
          super(url, protocol);
          if (protocol === "maribro.input.v1") this.addEventListener("message", follow);
        }
      };
    },
    [LATER_MS, FIRST_TWIN],
  );
}

test("pads that browser and daemon both see take a seat each, and their seats go on when the browser loses one", async ({
  page,
  party,
}) => {
  await party.start({ input: true, virtual: 2 });
  const rig = await Rig.connect(party.input);
  await plugInTwins(page);
  await openLobby(page, party);
  const seats = async () =>
    (await party.get("/api/session")).session.playersBySlot.map((/** @type {any} */ seat) => seat.gamepadIndex);

  // The first press of all, by two people at the same moment; held, so that no side of a slow machine misses it.
  await Promise.all([0, 1].map((pad) => rig.button(pad, "south", 1)));
  await expect.poll(async () => [...(await seats())].sort()).toEqual([-1, -1, 0, 1]);
  await Promise.all([0, 1].map((pad) => rig.button(pad, "south", 0)));
  const mine = (await seats()).indexOf(0);

  // Nobody is asked to prove who is whose twin: a few presses show it. The doctor says when they did.
  await page.getByRole("button", { name: "Pads", exact: true }).click();
  const known = page.getByRole("article").filter({ hasText: "browser and pad reader" });
  while (!(await known.isVisible())) await rig.tap(1, "right", HOLD_MS);
  await page.getByRole("button", { name: "Close" }).click();
  await expect.poll(async () => (await rig.effects(1)).players.at(-1)).toBe(mine);
  expect([...(await seats())].sort(), "no press took another seat").toEqual([-1, -1, 0, 1]);

  await page.evaluate(() => {
    /** @type {any} */ (window).testPads[0].connected = false;
  });
  await expect.poll(async () => (await seats())[mine]).toBe(FIRST_TWIN);
  await rig.tap(1, "south");
  await expect
    .poll(async () => (await party.get("/api/session")).session.playersBySlot[mine].lockedIn, "its pad plays on")
    .toBe(true);
  rig.close();
});
