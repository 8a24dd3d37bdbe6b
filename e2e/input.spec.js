/**
 * Pads through SDL, the input daemon and its WebSocket into lobby and games: no pad is put into the browser here.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { expect, Party, test } from "./party.js";
import { openLobby, Rig } from "./rig.js";

/** Taps in the normal run; all 10,000 with MARIBRO_ALL_TAPS=1. */
const TAPS = process.env.MARIBRO_ALL_TAPS ? 10_000 : 1200;
/** How long a tap is down, in ms. */
const TAP_MS = 1;
/** Longest pause between two taps of one pad, in ms. */
const PAUSE_MS = 4;
/** Buttons of a pad that a game hears, by the rig's names and by the SDK's: `start` pauses the round. */
const BUTTONS = /** @type {const} */ ({
  south: "south",
  east: "east",
  west: "west",
  north: "north",
  l1: "l1",
  r1: "r1",
  l2: "l2",
  r2: "r2",
  select: "select",
  l3: "l3",
  r3: "r3",
  up: "dup",
  down: "ddown",
  left: "dleft",
  right: "dright",
});

/** @typedef {import("@playwright/test").Page} Page */

/** @param {Page} page */
async function session(page) {
  return (await page.evaluate(() => fetch("/api/session").then((answer) => answer.json()))).session;
}

/**
 * People take seats by pad and lock in the avatars that are offered to them.
 * @param {Page} page
 * @param {Rig} rig
 * @param {number} count
 */
async function takeSeats(page, rig, count) {
  for (let pad = 0; pad < count; pad += 1) {
    await expect(page.getByRole("group", { name: `Seat ${pad + 1}` })).toContainText("to join");
    await rig.tap(pad, "south");
    await expect.poll(async () => (await session(page)).playersBySlot[pad].gamepadIndex).toBe(100 + pad);
    await rig.tap(pad, "right");
    await rig.tap(pad, "south");
    await expect.poll(async () => (await session(page)).playersBySlot[pad].lockedIn).toBe(true);
  }
}

/** Colours of the avatars in their seats, each as three numbers. @param {Page} page @param {Party} party */
async function seatColors(page, party) {
  const { avatars } = await party.get("/api/avatars");
  return (await session(page)).playersBySlot.map((/** @type {any} */ { avatarId }) => {
    const color = avatars.find((/** @type {any} */ { id }) => id === avatarId)?.color ?? "";
    return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  });
}

test("two players play a whole round through the input daemon, and its pads shake and shine", async ({
  page,
  party,
}) => {
  await party.withSettings({ lengthFactor: 0.5 }).withGames("button-masher").start({ input: true, virtual: 2 });
  const rig = await Rig.connect(party.input);
  /** @type {string[]} */
  const lines = [];
  page.on("websocket", (socket) => lines.push(socket.url()));
  await openLobby(page, party);
  await takeSeats(page, rig, 2);
  const colors = await seatColors(page, party);
  for (const pad of [0, 1]) {
    await expect.poll(async () => (await rig.effects(pad)).lights.at(-1)).toEqual(colors[pad]);
    await expect.poll(async () => (await rig.effects(pad)).players.at(-1)).toBe(pad);
  }

  for (const pad of [0, 1]) await rig.tap(pad, "south");
  await expect(page.getByRole("heading", { name: "Vote for the next game" })).toBeVisible();
  await expect(page.locator("body[data-input=open]")).toBeAttached();
  for (const pad of [0, 1]) {
    await rig.tap(pad, "right");
    await rig.tap(pad, "south");
  }
  await expect(page.getByTitle("Game: Button Masher")).toBeVisible();
  await expect(page.locator("body[data-phase=playing]")).toBeAttached();
  for (let n = 0; (await page.locator("body[data-phase=playing]").count()) > 0; n += 1) {
    await rig.tap(0, "south", 20);
    if (n % 4 === 0) await rig.tap(1, "east", 20);
  }
  await expect(page.getByRole("heading", { name: "Results" })).toBeVisible();
  const { rumbles } = await rig.effects(0);
  expect(
    rumbles.some(([strong]) => strong > 0),
    "Button Masher shakes a pad after 25 presses",
  ).toBe(true);
  const daemons = lines.filter((url) => party.input && url.startsWith(party.input.url));
  expect(daemons.length, "the lobby and the game have a line each").toBe(2);

  const entry = (await session(page)).history[0];
  expect(entry).toMatchObject({ gameId: "button-masher", outcome: "reported", scoresBySlot: [10, 6, 0, 0] });
  // Both have seen enough.
  await expect(page.locator("body[data-input=open]")).toBeAttached();
  for (const pad of [0, 1]) await rig.tap(pad, "south");
  await expect(page.getByRole("heading", { name: "Rate it" })).toBeVisible();
  await expect(page.locator("body[data-input=open]")).toBeAttached();
  await rig.tap(0, "south");
  await rig.tap(1, "east");
  await expect.poll(async () => (await session(page)).history[0].ratingsBySlot).toEqual([1, -1, 0, 0]);
  expect(party.warnings).toEqual([]);
  rig.close();
});

test.describe("in the lobby and in a round", () => {
  test.describe.configure({ mode: "serial" });
  const party = new Party();
  /** @type {Page} */
  let page;
  /** @type {Rig} */
  let rig;

  test.beforeAll(async ({ browser }) => {
    await party.withGames("tap-counter").start({ input: true, virtual: 4 });
    rig = await Rig.connect(party.input);
    page = await browser.newPage();
    await openLobby(page, party);
    await takeSeats(page, rig, 4);
  });
  test.afterAll(async () => {
    rig?.close();
    await page?.close();
    await party.stop();
  });

  /** Reads something in the game's own frame. @param {string} expression @returns {Promise<any>} */
  async function game(expression) {
    const frame = page.frames().find((candidate) => candidate.url().includes("/games/tap-counter"));
    if (!frame) throw new Error("the game is gone");
    return frame.evaluate(expression);
  }
  const held = () => game("held");
  const numbers = async () =>
    (await session(page)).playersBySlot.map((/** @type {any} */ { gamepadIndex }) => gamepadIndex);
  /** Resolves when the game hears all four pads: what is pressed before, or in a pause, does not count. */
  async function allAreHeard() {
    for (const pad of [0, 1, 2, 3]) await rig.button(pad, "l3", 1);
    await expect.poll(held).toEqual(["l3", "l3", "l3", "l3"]);
    for (const pad of [0, 1, 2, 3]) await rig.button(pad, "l3", 0);
    await expect.poll(held).toEqual(["", "", "", ""]);
  }
  /** How often each slot's button was pressed so far. @param {string} button @returns {Promise<number[]>} */
  const taps = (button) => game(`taps.map((of) => of.${button} ?? 0)`);

  test("the doctor shows what each pad does, shakes the one that asks, and is closed by a pad", async () => {
    await page.getByRole("button", { name: "Pads", exact: true }).click();
    const doctor = page.getByRole("dialog", { name: "Pads" });
    const card = doctor.getByRole("article").filter({ hasText: "P3" });
    await expect(doctor.getByRole("article")).toHaveCount(4);
    await rig.button(2, "l1", 1);
    await expect(card.locator("[data-down]")).toHaveText(["L1"]);
    await rig.button(2, "l1", 0);
    await expect(card.locator("[data-down]")).toHaveCount(0);
    // Moved as in a hand, until it is measured.
    const measure = card.getByText(/^[\d.]+ to [\d.]+ ms$/);
    for (let n = 0; !(await measure.isVisible()); n += 1) {
      for (const value of [0.3, 0]) await rig.act("axis", { pad: 2, axis: "lx", value: value + (n % 8) / 16 });
    }
    await rig.button(2, "south", 1);
    await expect.poll(async () => (await rig.effects(2)).rumbles.some(([strong]) => strong > 0)).toBe(true);
    expect((await rig.effects(3)).rumbles).toEqual([]);
    await rig.button(2, "south", 0);
    await rig.tap(0, "east");
    await expect(doctor, "only a held one closes it").toBeVisible();
    await rig.button(0, "east", 1);
    await expect(doctor).toBeHidden();
    await rig.button(0, "east", 0);
    expect((await session(page)).playersBySlot[0].lockedIn, "nothing else was meant").toBe(true);
  });

  test("a game colours a pad", async () => {
    await page.getByRole("button", { name: /Tap Counter/ }).click();
    await page.getByRole("button", { name: /Play/ }).click();
    await expect(page.locator("body[data-phase=playing]")).toBeAttached();
    await expect.poll(() => game("window.shown")).toBeGreaterThan(10);
    await expect.poll(async () => (await rig.effects(0)).lights.at(-1)).toEqual([255, 0, 128]);
  });

  test("every tap of a millisecond is counted and none twice", async () => {
    test.setTimeout(180_000);
    const before = await game("taps");
    /** @type {Record<string, number>[]} */
    const tapped = [];
    const drivers = [0, 1, 2, 3].map(async (pad) => {
      const own = await Rig.connect(party.input);
      /** @type {Record<string, number>} */
      const count = {};
      tapped[pad] = count;
      const names = /** @type {(keyof typeof BUTTONS)[]} */ (Object.keys(BUTTONS));
      for (let n = 0; n < TAPS / 4; n += 1) {
        const button = names[Math.floor(Math.random() * names.length)] ?? "south";
        await own.tap(pad, button, TAP_MS);
        count[BUTTONS[button]] = (count[BUTTONS[button]] ?? 0) + 1;
        await sleep(Math.random() * PAUSE_MS);
      }
      own.close();
    });
    await Promise.all(drivers);
    const expected = tapped.map((count, pad) => {
      const sum = { ...before[pad] };
      for (const [button, times] of Object.entries(count)) sum[button] = (sum[button] ?? 0) + times;
      return sum;
    });
    await expect.poll(() => game("taps"), { timeout: 60_000 }).toEqual(expected);
    // A tap that came by two ways would show a moment later.
    const shown = await game("window.shown");
    await expect.poll(() => game("window.shown")).toBeGreaterThan(shown + 30);
    expect(await game("taps")).toEqual(expected);
  });

  test("pads that are unplugged and come back in another order have their seats, and nothing sticks", async () => {
    for (const pad of [0, 1, 2]) await rig.button(pad, "east", 1);
    await expect.poll(held).toEqual(["east", "east", "east", ""]);
    for (const pad of [0, 1, 2]) await rig.act("unplug", { pad });
    await expect.poll(held).toEqual(["", "", "", ""]);
    // First beside the game, then over it.
    await expect(page.getByText(/^P1: Controller gone|^Player 1, reconnect/).filter({ visible: true })).toHaveCount(1);
    for (const pad of [2, 0, 1]) await rig.act("plug", { pad });
    await expect(page.getByText("Controller gone")).toHaveCount(0);
    for (const pad of [0, 1, 2]) await rig.button(pad, "east", 0);
    await allAreHeard();
    const before = await taps("north");
    for (const [pad, times] of [1, 2, 3, 4].entries()) for (let n = 0; n < times; n += 1) await rig.tap(pad, "north");
    await expect.poll(() => taps("north")).toEqual(before.map((count, pad) => count + 1 + pad));
    expect(await numbers()).toEqual([100, 101, 102, 103]);
  });

  test("a daemon that is killed leaves the seats neutral, and play goes on when it is back; then the light is the avatar's again", async () => {
    await rig.button(0, "west", 1);
    await expect.poll(held).toEqual(["west", "", "", ""]);
    const pid = party.input?.pid ?? 0;
    process.kill(pid, "SIGKILL");
    await expect.poll(held).toEqual(["", "", "", ""]);
    await expect.poll(() => party.input?.pid).not.toBe(pid);
    rig.close();
    rig = await Rig.connect(party.input);
    await allAreHeard();
    const before = await taps("west");
    for (const pad of [0, 1, 2, 3]) await rig.tap(pad, "west");
    await expect.poll(() => taps("west")).toEqual(before.map((count) => count + 1));
    expect(await numbers()).toEqual([100, 101, 102, 103]);
    await game("stop()");
    await expect(page.getByRole("heading", { name: "Results" })).toBeVisible();
    const colors = await seatColors(page, party);
    await expect.poll(async () => (await rig.effects(0)).lights.at(-1)).toEqual(colors[0]);
  });
});
