/**
 * The final ceremony by pad, from the lobby's button to the picture of the night on a phone.
 */
import { Couch } from "./couch.js";
import { plugIn, press } from "./pads.js";
import { expect, test } from "./party.js";

// What moves is drawn by the processor here, and takes longer than all that is tested.
test.use({ viewport: { width: 1280, height: 720 }, contextOptions: { reducedMotion: "reduce" } });

/** @param {import("./party.js").Party} party @param {string} path @param {object} body */
async function post(party, path, body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(party.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  expect(answer.status, path).toBe(200);
}

test("a pad leads from the lobby through the ceremony, and a phone gets the picture of the night", async ({
  page,
  party,
}) => {
  await party.withGames("button-masher").start();
  await plugIn(page, 3);
  const seat = (/** @type {number} */ slot, /** @type {string} */ avatarId) => ({
    slot,
    avatarId,
    gamepadIndex: avatarId ? slot : -1,
  });
  const playersBySlot = [seat(0, "fox-orange"), seat(1, "cat-pink"), seat(2, "yeti-white"), seat(3, "")];
  await post(party, "/api/session/players", { playersBySlot });
  await page.goto(party.url);
  await expect(page.getByRole("group", { name: "Seat 3" })).toContainText("Yeti");
  await expect(page.getByRole("button", { name: "Ceremony" })).toBeHidden();
  for (const scoresBySlot of [
    [10, 6, 3, 0],
    [10, 6, 3, 0],
  ]) {
    await post(party, "/api/session/record_game", {
      gameId: "button-masher",
      scoresBySlot,
      ratingsBySlot: [1, 1, -1, 0],
    });
  }
  await expect(page.getByRole("button", { name: "Ceremony" })).toBeVisible();
  await new Couch(page, (pad, button) => press(page, pad, button)).cursorToButton(1, "Ceremony");
  await press(page, 1, "south");
  const ceremony = page.getByRole("dialog", { name: "The night's ceremony" });
  await expect(ceremony.getByRole("heading", { name: "Third place" })).toBeVisible();
  await expect(ceremony).toContainText("Cat");
  await press(page, 0, "south");
  await expect(ceremony.getByRole("heading", { name: "Second place" })).toBeVisible();
  await press(page, 0, "left");
  await expect(ceremony.getByRole("heading", { name: "Third place" })).toBeVisible();
  for (const heading of ["Second place", "First place", "Awards of the night", "Banger of the night", "Top maker"]) {
    await press(page, 2, "south");
    await expect(ceremony.getByRole("heading", { name: heading })).toBeVisible();
  }
  await press(page, 0, "south");
  await expect(ceremony.getByRole("heading", { name: "Good night!" })).toBeVisible();
  await expect(ceremony.getByText("with your phone")).toBeVisible();

  const picture = await fetch(`${party.url}/summaries/latest.png`, { headers: { "X-Forwarded-For": "203.0.113.9" } });
  expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/png"]);
  const bytes = Buffer.from(await picture.arrayBuffer());
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1920, 1080]);
  const drawn = await page.evaluate(async () => {
    const answer = await fetch("/summaries/latest.png");
    const bitmap = await createImageBitmap(await answer.blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
    pen.drawImage(bitmap, 0, 0);
    // The face of the first, in the middle of the podium: a blank canvas has one colour there.
    const { data } = pen.getImageData(450, 190, 200, 170);
    return new Set(new Uint32Array(data.buffer)).size;
  });
  expect(drawn).toBeGreaterThan(50);

  await press(page, 0, "east");
  await expect(ceremony).toBeHidden();
  await expect(page.getByRole("heading", { name: "Leaderboard" })).toBeVisible();
  expect(party.warnings).toEqual([]);
});
