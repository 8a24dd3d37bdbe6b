/**
 * A whole party from power-on to good night by four controllers: no mouse, no keyboard. The pads are those of the real input
 * daemon: SDL, its WebSocket, the lobby and the games, in that order.
 */

import { readFileSync } from "node:fs";
import path from "node:path";
import { holdClock } from "./clock.js";
import { Couch } from "./couch.js";
import { expect, test } from "./party.js";
import { openLobby, Rig } from "./rig.js";

/** Until an empty couch shows that nobody is there, in ms. */
const QUIET_MS = 60_000;
/** How long a stopped clock is looked at, in ms. */
const STILL_MS = 400;
/** Seats, and the pads of those who sit there. */
const ALL = [0, 1, 2, 3];
/** Faces that people look for on their carousels, by seat. */
const FACES = ["Fox", "Cat", "Yeti", "Shark"];
const AVATARS = ["fox-orange", "cat-pink", "yeti-white", "shark-teal"];

/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {import("./party.js").Party} Party */

// What moves is drawn by the processor here, and takes longer than all that is tested.
test.use({ viewport: { width: 1280, height: 720 }, contextOptions: { reducedMotion: "reduce" } });

/** What people see and what the host has written down, at the stations of a round. */
class Record {
  /** @param {Page} page @param {Party} party @param {Couch} couch */
  constructor(page, party, couch) {
    this.page = page;
    this.party = party;
    this.couch = couch;
  }

  async session() {
    return (await this.party.get("/api/session")).session;
  }

  /** Who sits where, with which pad, as the host has it. */
  async seats() {
    return (await this.session()).playersBySlot.map((/** @type {any} */ seat) => [seat.avatarId, seat.gamepadIndex]);
  }

  /**
   * The results show these points, and they are on disk by then.
   * @param {number[]} scores
   * @param {object} entry of the history
   */
  async results(scores, entry) {
    await this.couch.screen("Results");
    expect(this.party.sessionFile().history.at(-1)).toMatchObject({
      scoresBySlot: scores,
      avatarsBySlot: AVATARS,
      ...entry,
    });
    for (const [slot, name] of FACES.entries()) {
      const place = this.page.getByRole("listitem").filter({ hasText: name });
      await expect(place).toContainText(`${scores[slot]}points`);
    }
  }

  /**
   * All have seen enough and rate: the thanks are shown, and all of it is on disk and on the leaderboard.
   * @param {(1 | -1)[]} ratings
   * @param {string} thanks
   */
  async rating(ratings, thanks) {
    // On a slow machine the results may be over by now, and a press would be a rating.
    if (await this.page.getByRole("heading", { name: "Results" }).isVisible()) await this.couch.all(ALL, "south");
    await this.couch.screen("Rate it");
    // What stays for a moment only is looked for before it comes.
    const thanked = expect(this.page.getByText(thanks)).toBeVisible();
    await Promise.all(ratings.map((rating, pad) => this.couch.tap(pad, rating === 1 ? "south" : "east")));
    await thanked;
    expect(this.party.sessionFile().history.at(-1).ratingsBySlot).toEqual(ratings);
    await this.leaderboard();
  }

  /** Every total on the board is that of the file. */
  async leaderboard() {
    await this.couch.screen("Leaderboard");
    const board = this.party.sessionFile().scoreboardByAvatarId;
    for (const [slot, name] of FACES.entries()) {
      const row = this.page.locator("leader-board").getByRole("listitem").filter({ hasText: name });
      await expect(row.locator(".board-total")).toHaveText(String(board[AVATARS[slot] ?? ""]?.total));
    }
  }
}

/** What the game named Clockwork shows of its clocks. @param {Page} page */
async function clocks(page) {
  return JSON.parse((await page.frameLocator("iframe").locator("#out").textContent()) ?? "{}");
}

/** @param {Page} page */
async function clocksRun(page) {
  const frames = (await clocks(page)).frames ?? 0;
  await expect.poll(async () => (await clocks(page)).frames).toBeGreaterThan(frames + 3);
}

test("four people play a party with nothing but their pads, from power-on to the ceremony", async ({ page, party }) => {
  // It takes 50 s when nothing else runs.
  test.setTimeout(180_000);
  const letPass = await holdClock(page);
  await party.withGames("button-masher", "clockwork", "first-press").start({ input: true, virtual: 4 });
  const rig = await Rig.connect(party.input);
  const couch = new Couch(page, (pad, button) => rig.tap(pad, button));
  const record = new Record(page, party, couch);
  const game = (/** @type {string} */ title) => page.getByTitle(`Game: ${title}`);
  const plays = () => expect(page.locator("body[data-phase=playing]")).toBeAttached();

  await test.step("an empty couch is called to play; the first press takes a seat and a face", async () => {
    await openLobby(page, party);
    await couch.screen("Games");
    await letPass(QUIET_MS);
    const attract = page.getByRole("region", { name: "Waiting for players" });
    await expect(attract).toContainText("3 games to play");
    await couch.tap(0, "south");
    await expect(attract).toBeHidden();
    await couch.seatSays(0, "Take");
    await couch.takeFace(0, 0, "Fox");
    expect(await record.seats()).toEqual([
      ["fox-orange", 100],
      ["", -1],
      ["", -1],
      ["", -1],
    ]);
  });

  await test.step("one makes the rounds short and the vote long", async () => {
    await couch.cursorToButton(0, "Settings");
    await couch.tap(0, "south");
    const settings = page.getByRole("dialog", { name: "Settings" });
    await expect(settings).toBeVisible();
    for (const [row, button, words] of /** @type {const} */ ([
      ["length", "left", ["Length of rounds: Shorter", "Length of rounds: Half"]],
      ["vote", "right", ["Time to vote: 15 s", "Time to vote: 20 s"]],
    ])) {
      await couch.walkTo(0, `#setting-${row}`);
      for (const name of words) {
        await couch.tap(0, button);
        await expect(settings.locator("[data-chosen]")).toHaveAccessibleName(name);
      }
    }
    await couch.tap(0, "east");
    await expect(settings).toBeHidden();
    const kept = JSON.parse(readFileSync(path.join(party.folder, "data/settings.json"), "utf8"));
    expect(kept).toMatchObject({ lengthFactor: 0.5, voteSec: 20 });
  });

  await test.step("three more sit down and choose at the same time", async () => {
    for (const pad of [1, 2, 3]) await couch.sitDown(pad, pad);
    await Promise.all([1, 2, 3].map((pad) => couch.takeFace(pad, pad, FACES[pad] ?? "")));
    expect(await record.seats()).toEqual(AVATARS.map((avatar, pad) => [avatar, 100 + pad]));
    expect(party.sessionFile().playersBySlot).toEqual((await record.session()).playersBySlot);
  });

  await test.step("all get ready, all vote for one game, mash it to its end, and rate it", async () => {
    // The first one's cursor comes back to the seat.
    await couch.tap(0, "east");
    await couch.all(ALL, "south");
    await couch.screen("Vote for the next game");
    await Promise.all(ALL.map((pad) => couch.cursorTo(pad, "Button Masher")));
    for (const pad of [0, 1, 2]) {
      await couch.tap(pad, "south");
      await couch.seatSays(pad, "Voted");
    }
    // With the last vote the clock shortens: what stays for a moment only is looked for before it comes.
    const titleCard = expect(page.getByRole("heading", { name: "Button Masher" })).toBeVisible();
    await couch.tap(3, "south");
    await titleCard;
    await expect(page.locator("title-card")).toContainText("by Alien (Maribro Party)");
    await expect(game("Button Masher")).toBeVisible();
    await plays();
    // Everybody half as often as the one before.
    for (let n = 0; (await page.locator("body[data-phase=playing]").count()) > 0; n += 1) {
      await couch.all(
        ALL.filter((pad) => n % 2 ** pad === 0),
        "south",
      );
    }
    await record.results([10, 6, 3, 0], { gameId: "button-masher", outcome: "reported" });
    await record.rating([1, 1, 1, -1], "Alien gets 8 points for making this game");
  });

  await test.step("one leaves by holding ○, which takes no points away, and comes back", async () => {
    await rig.button(2, "east", 1);
    await couch.seatSays(2, "Keep holding to leave");
    await couch.seatSays(2, "to join");
    await rig.button(2, "east", 0);
    expect((await record.seats())[2]).toEqual(["", -1]);
    await record.leaderboard();
    await couch.sitDown(2, 2);
    await couch.takeFace(2, 2, "Yeti");
    expect(await record.seats()).toEqual(AVATARS.map((avatar, pad) => [avatar, 100 + pad]));
  });

  await test.step("a game is paused in the middle, goes on, is paused by another one and ended early", async () => {
    await couch.tap(1, "start");
    await couch.screen("Vote for the next game");
    await Promise.all(
      ALL.map(async (pad) => {
        await couch.cursorTo(pad, pad === 3 ? "First Press" : "Clockwork");
        await couch.tap(pad, "south");
      }),
    );
    await expect(game("Clockwork")).toBeVisible();
    await plays();
    await clocksRun(page);
    await couch.tap(1, "start");
    const dialog = page.getByRole("dialog", { name: "Paused" });
    await expect(dialog).toContainText("Cat (P2) paused the game");
    await couch.screen("Paused");
    const before = await clocks(page);
    await page.waitForTimeout(STILL_MS);
    expect(await clocks(page)).toEqual(before);
    await expect(dialog.locator("[data-chosen]")).toHaveText("Continue");
    await couch.tap(0, "south");
    await expect(dialog.getByRole("timer")).toBeVisible();
    await expect(dialog).toBeHidden();
    await clocksRun(page);
    expect((await clocks(page)).presses, "no press of the pause reached the game").toBe(0);
    await couch.tap(3, "start");
    await expect(dialog).toContainText("Shark (P4) paused the game");
    await couch.screen("Paused");
    await couch.walkTo(2, "#pause-end");
    await couch.tap(2, "south");
    await record.results([4, 2, 0, 0], { gameId: "clockwork", outcome: "host_ended" });
    await expect(page.getByText("The round was ended early.")).toBeVisible();
    await record.rating([1, -1, 1, -1], "Robot gets 5 points for making this game");
  });

  await test.step("a surprise is the game that nobody has played yet", async () => {
    await couch.all(ALL, "south");
    await couch.screen("Vote for the next game");
    await couch.all(ALL, "south");
    await expect(game("First Press")).toBeVisible();
    await plays();
    await couch.tap(3, "south");
    await record.results([2, 2, 2, 10], { gameId: "first-press", outcome: "reported" });
    await record.rating([-1, -1, -1, -1], "Somebody gets 0 points for making this game");
  });

  await test.step("the ceremony honours them, and leads back to a lobby in which nothing is lost", async () => {
    await couch.cursorToButton(1, "Ceremony");
    await couch.tap(1, "south");
    const ceremony = page.getByRole("dialog", { name: "The night's ceremony" });
    const goodNight = ceremony.getByRole("heading", { name: "Good night!" });
    // 16 points, then twice 13 or so: places depend on the scores, and everybody who is called has one.
    await expect(ceremony.getByRole("heading", { name: /place$/i })).toBeVisible();
    const heading = ceremony.getByRole("heading");
    const seen = [];
    for (let pad = 0; !(await goodNight.isVisible()); pad = (pad + 1) % 4) {
      const now = (await heading.textContent()) ?? "";
      seen.push(now);
      await couch.tap(pad, "south");
      await expect(heading).not.toHaveText(now);
    }
    expect(seen).toEqual(expect.arrayContaining(["First place", "Awards of the night", "Top maker"]));
    await expect(ceremony.getByText("with your phone")).toBeVisible();
    expect((await fetch(`${party.url}/summaries/latest.png`)).status).toBe(200);
    await couch.tap(3, "south");
    await expect(ceremony).toBeHidden();
    await record.leaderboard();
    const { history } = party.sessionFile();
    expect(history.map((/** @type {any} */ { gameId }) => gameId)).toEqual([
      "button-masher",
      "clockwork",
      "first-press",
    ]);
    expect(history).toEqual((await record.session()).history);
  });

  expect(party.warnings).toEqual([]);
  rig.close();
});
