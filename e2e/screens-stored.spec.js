/**
 * Every screen at three sizes, held against a stored picture: nothing is missing, has moved, is cut off or has changed its
 * colour without anybody meaning it. New pictures, to be looked at before they are kept:
 *
 *     cargo build -p maribro-host && MARIBRO_HOST_BIN=$PWD/target/debug/maribro-host npx playwright test \
 *       --config e2e/playwright.config.js e2e/screens-stored.spec.js --update-snapshots=all
 *
 * With `MARIBRO_PICTURES=<folder>` each screen is also written there in its whole size.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DaemonScript } from "./daemon-script.js";
import { plugIn } from "./pads.js";
import { expect, test } from "./party.js";
import { round, Script, session } from "./scenes.js";
import { COUCH, GAMES, GERMAN, OTHER_DEVICES } from "./stories.js";

/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {import("./stories.js").Stage} Stage */
/** @typedef {import("./stories.js").Story} Story */
/** @typedef {{width: number, height: number}} Size */

const NIGHT = new Date("2026-11-21T21:00:00Z");
/** Some frames of the page's clock, in ms: whatever there is to be drawn is drawn by then. */
const FRAMES_MS = 120;
/** Every story begins at a multiple of this on the page's clock, in ms: what changes by itself is then always the same. */
const STORY_MS = 120_000;
/** Size of the stored pictures: letters can be told, and how a machine smooths their edges cannot. */
const STORED = { width: 480, height: 270 };
/** Shots of a screen at most, until it counts as unlike its picture. */
const SHOTS = 4;
/** How much a colour may differ, and how many of the 129,600 points may differ more. */
const TOLERANCE = { threshold: 0.12, maxDiffPixels: 24 };

/** Longest time for some forty screens, in ms: drawing four times as many points as usual, on a busy machine. */
const MOST_MS = 300_000;

const SIZES = {
  720: { width: 1280, height: 720 },
  1080: { width: 1920, height: 1080 },
  2160: { width: 3840, height: 2160 },
};

// Pictures are of what stands still.
test.use({ locale: "en-GB", timezoneId: "UTC", contextOptions: { reducedMotion: "reduce" } });
test.describe.configure({ mode: "parallel" });

/**
 * A page on which all screens can be told. Its clock stands still but for what the stories let go by.
 * @param {Page} page
 * @param {import("./party.js").Party} party
 * @param {{at?: string, trusted?: boolean}} [how]
 * @returns {Promise<Stage>}
 */
async function stageOn(page, party, { at = "/", trusted = true } = {}) {
  await party.start();
  await plugIn(page, 4);
  await page.addInitScript(() => {
    const state = Object.getOwnPropertyDescriptor(BaseAudioContext.prototype, "state");
    Object.defineProperty(BaseAudioContext.prototype, "state", {
      get() {
        return /** @type {any} */ (window).testSoundBlocked ? "suspended" : state?.get?.call(this);
      },
    });
  });
  await page.route("**/games/*.html*", (route) =>
    route.fulfill({ contentType: "text/html", body: "<!doctype html><body style='background:#2b6c4f'>" }),
  );
  // Their address is that of this very party.
  const code = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path d='M1 1h7v7H1zM3 3v3h3V3z'/></svg>";
  for (const address of ["**/join.svg*", "**/summaries/latest.svg*"]) {
    await page.route(address, (route) => route.fulfill({ contentType: "image/svg+xml", body: code }));
  }
  const script = await new Script({ session: session(), games: GAMES, round: round() }, { trusted }).answer(page);
  const daemon = await new DaemonScript().answer(page);
  await page.clock.install({ time: NIGHT });
  await page.goto(party.url + at);
  await expect(page.locator("body[data-phase=lobby]")).toBeAttached();
  await page.clock.pauseAt(new Date(NIGHT.getTime() + STORY_MS));
  return {
    page,
    script,
    daemon,
    ui: (action) =>
      page.evaluate((action) => {
        document.dispatchEvent(new CustomEvent("intent", { detail: { do: "ui", action } }));
      }, action),
    pads: (count) =>
      page.evaluate((count) => {
        for (const [n, pad] of /** @type {any} */ (window).testPads.entries()) pad.connected = n < count;
      }, count),
    pass: async (ms) => {
      await page.clock.fastForward(ms);
      await page.clock.runFor(FRAMES_MS);
    },
  };
}

/** Tells a story to its end. @param {Stage} stage @param {Story} story */
async function tellWhole(stage, { tell, seen, found, goesOn }) {
  const { page, daemon } = stage;
  if (!goesOn) {
    const now = await page.evaluate(() => performance.now());
    await page.clock.fastForward(STORY_MS - (Math.round(now) % STORY_MS));
  }
  await tell(stage);
  await expect(async () => {
    daemon.beat();
    await page.clock.runFor(FRAMES_MS);
    expect(await page.evaluate(isSeen, seen), `"${seen}" is seen`).toBe(true);
    if (found) expect(await page.locator(found).first().isVisible(), `${found} is there`).toBe(true);
  }).toPass({ intervals: [0, 20, 100], timeout: 10_000 });
}

/** Run in the page, in which every picture has come by then. @param {string} text */
async function isSeen(text) {
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  await document.fonts.ready;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.textContent?.includes(text) && node.parentElement?.checkVisibility()) return true;
  }
  return text === "";
}

/**
 * A smaller picture of a shot; made in the page, for there is a browser in it.
 * @param {Page} page
 * @param {string} shot base64
 * @param {Size} to
 */
async function reduced(page, shot, to) {
  const small = await page.evaluate(
    async ([data, { width, height }]) => {
      const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      // Not an offscreen canvas: its pictures wait for the page to be idle.
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      pen.imageSmoothingQuality = "high";
      pen.drawImage(bitmap, 0, 0, width, height);
      return canvas.toDataURL("image/jpeg", 0.75).replace(/^.*,/, "");
    },
    /** @type {const} */ ([shot, to]),
  );
  return Buffer.from(small, "base64");
}

/**
 * Holds each story's screen against its picture, and says of all that differ.
 * @param {Stage} stage
 * @param {Story[]} stories
 * @param {Size} size
 * @param {string} suffix of the pictures' names
 * @param {Size} [stored]
 */
async function lookAt(stage, stories, size, suffix, stored = STORED) {
  const { page } = stage;
  // The party brings its own letters: one picture is for all systems.
  test.info().snapshotSuffix = "";
  await page.setViewportSize(size);
  const session = await page.context().newCDPSession(page);
  const folder = process.env.MARIBRO_PICTURES;
  if (folder) mkdirSync(folder, { recursive: true });
  const shoot = async (scale = 1) => {
    const clip = { x: 0, y: 0, ...size, scale };
    const { data } = await session.send("Page.captureScreenshot", { format: "jpeg", quality: 95, clip });
    return data;
  };
  // Up to four times as large as what is stored: many points make one, so that seams of what the browser draws apart are not seen.
  const scale = Math.min(1, (4 * stored.width) / size.width);
  for (const story of stories) {
    await test.step(story.name, async () => {
      await tellWhole(stage, story);
      const name = `${story.name}-${suffix}`;
      if (folder) writeFileSync(path.join(folder, `${name}.jpg`), await shoot(), "base64");
      await compare(`${name}.jpg`, async () => reduced(page, await shoot(scale), stored));
    });
  }
}

/**
 * Holds a screen against its picture, some times over: a mask or a face may come a frame late. A new picture is made of what
 * has come to rest.
 * @param {string} name
 * @param {() => Promise<Buffer>} shoot
 */
async function compare(name, shoot) {
  let shot = await shoot();
  for (let n = 1; n < SHOTS; n += 1) {
    const last = shot;
    if (test.info().config.updateSnapshots !== "all") {
      try {
        expect(last).toMatchSnapshot(name, TOLERANCE);
        return;
      } catch {
        // Told below, if it stays so.
      }
    }
    shot = await shoot();
    if (shot.equals(last)) break;
  }
  expect.soft(shot).toMatchSnapshot(name, TOLERANCE);
}

for (const [height, size] of Object.entries(SIZES)) {
  test(`every screen of the couch looks as it should on ${height} lines`, async ({ page, party }) => {
    test.setTimeout(MOST_MS);
    await lookAt(await stageOn(page, party), COUCH, size, height);
  });
}

test("every screen with the longest German texts looks as it should", async ({ page, party }) => {
  test.setTimeout(MOST_MS);
  await lookAt(await stageOn(page, party), GERMAN, SIZES[1080], "1080");
});

for (const [at, stories] of Object.entries(OTHER_DEVICES)) {
  test(`the page ${at} looks as it should on a phone and on a laptop`, async ({ page, party }) => {
    const stage = await stageOn(page, party, { at, trusted: false });
    await lookAt(stage, stories, SIZES[1080], "1080");
    await lookAt(stage, stories, { width: 390, height: 844 }, "phone", { width: 195, height: 422 });
  });
}
