/** The sixteen characters as the big screen draws them: told apart by shape alone, alive, and with a face for every mood. */

import { chromium } from "@playwright/test";
import { avatarImage } from "../public/app/avatars.js";
import { expect, test } from "./party.js";

/** Bytes of one drawing: all of them come with every load of the page. */
const MAX_BYTES = 7168;
/** Sizes in px: a chip on a cursor, and the podium. */
const SIZES = [48, 400];
/** Share of two outlines' union that only one of them covers, for the most similar pair. */
const MIN_OUTLINE = 0.12;
/** Mean difference of brightness, 0..255, over two outlines' union, for the most similar pair. */
const MIN_BRIGHTNESS = 50;
/** Share of a picture that differs between the quiet pose and a happy or sad one. */
const MIN_POSE = 0.05;
/** Share of a picture that must have changed for it to have moved. */
const MIN_MOVED = 0.005;

/**
 * How colours look with a colour-vision deficiency: rows of a matrix on linear RGB (Machado, Oliveira and Fernandes 2009,
 * severity 1), and without any colour.
 * @type {Record<string, number[]>}
 */
const EYES = {
  protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritan: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
  gray: [0.2126, 0.7152, 0.0722, 0.2126, 0.7152, 0.0722, 0.2126, 0.7152, 0.0722],
};

/** @typedef {{id: string, color: string, image: string}} Avatar */

/**
 * Shows nothing but pictures, four in a row and pose after pose, in the lobby's own page and under its policy.
 * @param {import("@playwright/test").Page} page
 * @param {Avatar[]} avatars
 * @param {number} size
 * @param {import("../public/app/view.d.ts").Pose[]} poses
 * @param {import("../public/app/view.d.ts").Pose[]} [calm] poses that follow, without motion
 */
async function showSheet(page, avatars, size, poses, calm = []) {
  const sources = [...poses, ...calm].flatMap((pose, n) =>
    avatars.map((avatar) => avatarImage({ name: "", ...avatar }, pose, n >= poses.length)),
  );
  await page.setViewportSize({ width: 4 * size, height: (sources.length / 4) * size });
  await page.evaluate(
    async ([side, urls]) => {
      const pictures = urls.map((url) => {
        const picture = new Image(side, side);
        picture.src = url;
        picture.style.cssText = "float: left; display: block";
        return picture;
      });
      for (const root of [document.documentElement, document.body])
        root.style.cssText = "all: unset; display: block; background: transparent";
      document.body.replaceChildren(...pictures);
      await Promise.all(pictures.map((picture) => picture.decode()));
    },
    /** @type {const} */ ([size, sources]),
  );
}

/**
 * The pictures of the sheet as they are on the screen now: RGBA bytes of each, at most 64 samples wide.
 * @param {import("@playwright/test").Page} page
 * @param {number} size
 */
async function shoot(page, size) {
  const png = (await page.screenshot({ omitBackground: true })).toString("base64");
  const step = Math.ceil(size / 64);
  const cells = await page.evaluate(
    async ([data, side, every]) => {
      const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
      if (!context) throw new Error("no canvas");
      context.drawImage(bitmap, 0, 0);
      return Array.from({ length: (4 * bitmap.height) / side }, (_, index) => {
        const { data: all } = context.getImageData((index % 4) * side, Math.floor(index / 4) * side, side, side);
        const some = [];
        for (let y = 0; y < side; y += every)
          for (let x = 0; x < side; x += every) some.push(...all.subarray((y * side + x) * 4, (y * side + x) * 4 + 4));
        return btoa(String.fromCharCode(...some));
      });
    },
    /** @type {const} */ ([png, size, step]),
  );
  return cells.map((cell) => Uint8Array.from(Buffer.from(cell, "base64")));
}

/**
 * Brightness of each sample for one kind of eyes, 0..255; -1 outside of the character. Its shadow is no part of its shape.
 * @param {Uint8Array} picture
 * @param {number[]} m
 */
function seenBy(picture, m) {
  const linear = (/** @type {number} */ at) => ((picture[at] ?? 0) / 255) ** 2.2;
  return Array.from({ length: picture.length / 4 }, (_, sample) => {
    const at = sample * 4;
    if ((picture[at + 3] ?? 0) <= 200) return -1;
    const [r, g, b] = [linear(at), linear(at + 1), linear(at + 2)];
    const [lr = 0, lg = 0, lb = 0] = [0, 3, 6].map((row) =>
      Math.min(1, Math.max(0, (m[row] ?? 0) * r + (m[row + 1] ?? 0) * g + (m[row + 2] ?? 0) * b)),
    );
    return 255 * (0.2126 * lr + 0.7152 * lg + 0.0722 * lb) ** (1 / 2.2);
  });
}

/**
 * @param {number[]} one
 * @param {number[]} two
 */
function difference(one, two) {
  let [union, outline, brightness] = [0, 0, 0];
  for (const [at, a] of one.entries()) {
    const b = two[at] ?? -1;
    if (a < 0 && b < 0) continue;
    union += 1;
    if (a < 0 || b < 0) outline += 1;
    brightness += Math.abs(Math.max(0, a) - Math.max(0, b));
  }
  return { outline: outline / union, brightness: brightness / union };
}

/**
 * Share of samples that differ clearly.
 * @param {Uint8Array | undefined} one
 * @param {Uint8Array | undefined} two
 */
function changed(one, two) {
  if (!one || !two) throw new Error("a picture is missing");
  let far = 0;
  for (let at = 0; at < one.length; at += 4)
    if ([0, 1, 2, 3].some((part) => Math.abs((one[at + part] ?? 0) - (two[at + part] ?? 0)) > 48)) far += 1;
  return far / (one.length / 4);
}

test("sixteen_small_drawings_stand_alone_and_wear_the_colours_of_the_catalogue", async ({ party }) => {
  await party.start();
  const { avatars } = await party.get("/api/avatars");
  expect(avatars).toHaveLength(16);
  for (const { id, color, image } of /** @type {Avatar[]} */ (avatars)) {
    const answer = await fetch(party.url + image);
    expect(answer.headers.get("content-type"), id).toContain("image/svg+xml");
    const text = await answer.text();
    expect(new TextEncoder().encode(text).length, id).toBeLessThanOrEqual(MAX_BYTES);
    expect(text, `${id} wears ${color}`).toContain(color.toLowerCase());
    const references = [...text.matchAll(/(?:href|src)="([^"]*)"|url\(([^)]*)\)/g)].map(([, href, url]) => href ?? url);
    for (const reference of references) expect(reference, id).toMatch(/^#/);
    expect(text.replace('xmlns="http://www.w3.org/2000/svg"', ""), id).not.toMatch(
      /https?:|data:|@import|<script|<image|<foreignObject|<!ENTITY|\son\w+=/i,
    );
  }
});

test("no_two_characters_look_alike_near_or_far_not_even_without_colours", async ({ party, page }) => {
  await party.start();
  await page.goto(party.url);
  const { avatars } = await party.get("/api/avatars");
  for (const size of SIZES) {
    await showSheet(page, avatars, size, ["still"]);
    const pictures = await shoot(page, size);
    for (const [eyes, matrix] of Object.entries(EYES)) {
      const seen = pictures.map((picture) => seenBy(picture, matrix));
      for (const [one, first] of seen.entries())
        for (const [two, second] of seen.entries()) {
          if (two <= one) continue;
          const pair = `${avatars[one].id} and ${avatars[two].id} at ${size} px`;
          const { outline, brightness } = difference(first, second);
          expect(outline, `outlines of ${pair}`).toBeGreaterThan(MIN_OUTLINE);
          expect(brightness, `brightness of ${pair} for ${eyes}`).toBeGreaterThan(MIN_BRIGHTNESS);
        }
    }
  }
});

test("everybody_moves_is_glad_and_sorry_and_can_hold_still", async ({ party, page }, { project }) => {
  const size = 64;
  await party.start();
  await page.goto(party.url);
  const { avatars } = await party.get("/api/avatars");
  // Pictures hear of the wish for less motion only what the browser was started with, not what a test pretends.
  const { launchOptions } = project.use;
  const args = [...(launchOptions?.args ?? []), "--force-prefers-reduced-motion"];
  const calmBrowser = await chromium.launch({ ...launchOptions, args });
  try {
    const calm = await calmBrowser.newPage();
    await calm.goto(party.url);
    await showSheet(calm, avatars, size, ["idle"]);
    const calmBefore = await shoot(calm, size);

    await showSheet(page, avatars, size, ["idle", "still"], ["happy", "sad"]);
    const before = await shoot(page, size);
    const asleep = new Set(avatars.keys());
    await expect
      .poll(
        async () => {
          const after = await shoot(page, size);
          for (const [index, { id }] of avatars.entries()) {
            if (changed(before[index], after[index]) > MIN_MOVED) asleep.delete(index);
            for (const first of [16, 32, 48])
              expect(changed(before[first + index], after[first + index]), `${id} holds still`).toBe(0);
          }
          return [...asleep].map((index) => avatars[index].id);
        },
        { timeout: 30_000 },
      )
      .toEqual([]);
    const calmAfter = await shoot(calm, size);
    for (const [index, { id }] of avatars.entries())
      expect(changed(calmBefore[index], calmAfter[index]), `${id} with less motion`).toBe(0);
  } finally {
    await calmBrowser.close();
  }

  const quiet = await shoot(page, size);
  for (const pose of /** @type {const} */ (["happy", "sad"])) {
    await showSheet(page, avatars, size, [pose], [pose]);
    for (const [index, picture] of (await shoot(page, size)).entries())
      expect(changed(quiet[16 + (index % 16)], picture), `${avatars[index % 16].id}#${pose}`).toBeGreaterThan(MIN_POSE);
  }
});
