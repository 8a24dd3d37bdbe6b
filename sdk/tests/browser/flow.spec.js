import { expect, test } from "@playwright/test";
import { gameAround, OPEN_SHADOWS, play, startStage } from "./stage.js";

/** @type {Awaited<ReturnType<typeof startStage>>} */
let stage;
test.beforeAll(async () => {
  stage = await startStage();
});
test.afterAll(() => stage.close());

/** Keeps what each overlay said, in order, in `window.shown`, and how often one was taken away in `window.taken`. */
const WATCH_OVERLAYS = `window.shown = []; window.taken = 0;
  new MutationObserver((records) => {
    const isOverlay = (node) => node.localName === "maribro-overlay";
    for (const { addedNodes, removedNodes } of records) {
      for (const node of [...addedNodes].filter(isOverlay)) shown.push(node.shadowRoot.querySelector("div").textContent);
      taken += [...removedNodes].filter(isOverlay).length;
    }
  }).observe(document, { childList: true, subtree: true });`;

/** Answers how long a countdown took on the game's clock, in ms. */
const COUNT_DOWN = `(async () => {
  const start = performance.now();
  await Maribro.countdown();
  return performance.now() - start;
})()`;

test("countdown_takes_three_seconds_and_says_its_phases", async ({ page }) => {
  await page.addInitScript(OPEN_SHADOWS + WATCH_OVERLAYS);
  const game = await play(page, stage, gameAround(""));
  const took = await game.evaluate(COUNT_DOWN);
  expect(Number(took)).toBeGreaterThan(2950);
  expect(await game.evaluate("shown")).toEqual(["3", "2", "1", "GO!"]);
  expect(await page.evaluate(`of("phase").map((p) => p.phase)`)).toEqual(["countdown", "playing"]);
  await expect.poll(() => game.evaluate("taken")).toBe(4);
  await expect(game.locator("maribro-overlay")).toHaveCount(0);
});

test("countdown_takes_not_a_millisecond_more_than_three_seconds_on_the_games_clock", async ({ page }) => {
  const game = await play(page, stage, gameAround(""));
  // In steps the clock owes nothing to the load of the machine.
  await page.evaluate(`tell("clock", { rate: 2 })`);
  const frames = "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))";
  await game.evaluate(frames);
  expect(await game.evaluate(COUNT_DOWN)).toBeCloseTo(3000, 3);
});

test("results_show_names_and_scores_for_three_seconds_and_then_report_them", async ({ page }) => {
  await page.addInitScript(OPEN_SHADOWS);
  const game = await play(page, stage, gameAround(""));
  const start = Date.now();
  await game.evaluate("void Maribro.showResults({ scoresBySlot: [6, 10, 0, 0] })");
  await expect(game.getByText("Cat wins!")).toBeVisible();
  await expect(game.getByText("Fox", { exact: true })).toBeVisible();
  expect(
    await game.evaluate(`document.querySelector("maribro-overlay").shadowRoot.querySelectorAll(".row").length`),
  ).toBe(2);
  await page.waitForFunction(`of("game_end").length > 0`);
  expect(Date.now() - start).toBeGreaterThan(2900);
  expect(await page.evaluate(`of("game_end")[0].scoresBySlot`)).toEqual([6, 10, 0, 0]);
  expect(await page.evaluate(`of("phase").at(-1).phase`)).toBe("results");
});

test("ties_share_a_rank_and_names_are_text_not_markup", async ({ page }) => {
  await page.addInitScript(OPEN_SHADOWS);
  const name = "<img src=x onerror=parent.hacked=1>";
  const game = await play(page, stage, gameAround(""), {
    playersBySlot: [
      { slot: 0, avatarId: "fox-orange", name, color: "#FB8C00" },
      { slot: 1, avatarId: "cat-pink", name: "Cat", color: "#EC407A" },
    ],
  });
  await game.evaluate("void Maribro.showResults({ scoresBySlot: [10, 10, 0, 0] })");
  await expect(game.getByText("It's a tie!")).toBeVisible();
  await expect(game.getByText("1st")).toHaveCount(2);
  await expect(game.getByText(name)).toBeVisible();
});

test("when_the_host_ends_the_round_results_report_within_its_closing_window", async ({ page }) => {
  const game = await play(
    page,
    stage,
    gameAround(`Maribro.onForceEnd(() => {
      seen.forcedAt = performance.now();
      Maribro.showResults({ scoresBySlot: [3, 6, 0, 0] });
    })`),
  );
  await page.evaluate(`tell("clock", { rate: 2 }); tell("force_end", { reason: "host" })`);
  await page.waitForFunction(`of("game_end").length > 0`);
  const { endedAtMs } = /** @type {any} */ (await page.evaluate(`of("game_end")[0]`));
  // Half of the 3 s that the host leaves, on a clock that owes nothing to the load of the machine.
  expect(endedAtMs - Number(await game.evaluate("seen.forcedAt"))).toBeCloseTo(1500, 3);
  expect(await game.evaluate("Maribro.getTimeRemainingMs()")).toBeGreaterThan(0);
});

test("a_round_ended_during_the_countdown_shows_no_go_over_its_results", async ({ page }) => {
  const game = await play(
    page,
    stage,
    gameAround("seen.counted = Maribro.countdown().then(() => { seen.went = true; })"),
  );
  await game.evaluate("void Maribro.showResults({ scoresBySlot: [0, 0, 0, 0] })");
  await page.waitForFunction(`of("game_end").length > 0`);
  await expect.poll(() => game.evaluate("seen.went")).toBe(true);
  expect(await page.evaluate(`of("phase").map((p) => p.phase)`)).toEqual(["countdown", "results"]);
});

test("sound_never_throws_and_the_first_note_ends_the_bloops", async ({ page }) => {
  await page.addInitScript(`window.made = []; const { createOscillator } = BaseAudioContext.prototype;
    BaseAudioContext.prototype.createOscillator = function () { window.made.push(performance.now()); return createOscillator.call(this); };
    Object.defineProperty(BaseAudioContext.prototype, "state", { get: () => "running" });`);
  const game = await play(
    page,
    stage,
    gameAround(`requestAnimationFrame(function loop() {
      if (Maribro.getInput(0).pressed.east) seen.east = true;
      requestAnimationFrame(loop);
    })`),
  );
  await page.evaluate(`pad(0); relay(); tell("audio_config", { enabled: true, masterVolume: 0.5 }); tell("audio_arm")`);
  await page.evaluate("window.tapping = setInterval(() => { pad(0).presses[0]++; relay(); }, 20)");
  await expect.poll(() => game.evaluate("made.length")).toBeGreaterThan(10);
  await page.evaluate("clearInterval(tapping)");
  const made = /** @type {number[]} */ (await game.evaluate("made"));
  for (let i = 1; i < made.length; i++) expect(made[i] - made[i - 1]).toBeGreaterThanOrEqual(95);
  await game.evaluate(`Maribro.audio.arm(); Maribro.audio.setMasterVolume(9); Maribro.audio.setEnabled(true);
    for (const instrument of ["sine", "triangle", "square", "noise", "kazoo", undefined])
      Maribro.audio.playNote({ note: 60, velocity: 0.5, durationMs: 20, instrument });
    Maribro.audio.playNote(); Maribro.audio.playNote({}); Maribro.audio.playNote({ note: NaN, durationMs: -1 });
    Maribro.audio.playNote({ note: 1e9, velocity: -5, durationMs: Infinity }); window.noted = made.length;`);
  await page.evaluate("pad(0).presses[1]++; relay()");
  await expect.poll(() => game.evaluate("seen.east")).toBe(true);
  expect(await game.evaluate("made.length - noted")).toBe(0);
  expect(await page.evaluate(`of("error")`)).toEqual([]);
});

test("a_browser_without_audio_does_no_harm", async ({ page }) => {
  await page.addInitScript("delete window.AudioContext; delete window.webkitAudioContext;");
  const game = await play(page, stage, gameAround(""));
  expect(
    await game.evaluate(
      `(async () => { await Maribro.audio.arm(); Maribro.audio.playNote({ note: 60 }); Maribro.audio.setMasterVolume(1); return "fine"; })()`,
    ),
  ).toBe("fine");
});

test("mock_mode_gives_four_players_keys_and_the_files_own_length", async ({ page }) => {
  stage.games["/t.html"] = gameAround(
    `seen.ticks = 0; Maribro.onReady((ctx) => { seen.ctx = ctx; }); Maribro.onTick(() => seen.ticks++);
     seen.south = 0; (function f() { if (seen.ctx && Maribro.getInput(3).pressed.south) seen.south++; requestAnimationFrame(f); })();
     Maribro.onForceEnd((end) => { seen.end = end; });`,
    '<meta name="maxDurationSec" content="6">',
  );
  await page.addInitScript(OPEN_SHADOWS);
  await page.goto(`${stage.origin}/t.html`);
  await expect(page.getByText("MOCK MODE")).toBeVisible();
  expect(
    await page.evaluate(
      "[seen.ctx.mock, seen.ctx.activeSlots, seen.ctx.maxDurationSec, seen.ctx.playersBySlot.length]",
    ),
  ).toEqual([true, [0, 1, 2, 3], 6, 4]);
  expect(await page.evaluate("seen.ctx.activeSlots.pop(), seen.ctx.slotToGamepadIndex")).toEqual([0, 1, 2, 3]);
  await page.evaluate("seen.ctx.activeSlots.push(3)");
  for (const [slot, keys] of [
    ["KeyW", "KeyD"],
    ["ArrowUp", "ArrowRight"],
    ["KeyI", "KeyL"],
    ["KeyT", "KeyH"],
  ].entries()) {
    for (const key of keys) await page.keyboard.down(key);
    await expect.poll(() => page.evaluate(`Maribro.getInput(${slot}).axes.lx`)).toBeCloseTo(Math.SQRT1_2);
    expect(await page.evaluate(`Maribro.getInput(${slot}).axes.ly`)).toBeCloseTo(-Math.SQRT1_2);
    for (const key of keys) await page.keyboard.up(key);
  }
  for (const [slot, keys] of [
    ["Space", "ShiftLeft"],
    ["Enter", "Slash"],
    ["KeyN", "KeyM"],
    ["KeyR", "KeyY"],
  ].entries()) {
    for (const [i, name] of ["south", "east"].entries()) {
      await page.keyboard.down(keys[i]);
      await expect.poll(() => page.evaluate(`Maribro.getInput(${slot}).buttons.${name}`)).toBe(true);
      await page.keyboard.up(keys[i]);
    }
  }
  await expect.poll(() => page.evaluate("seen.south")).toBe(1);
  expect(Number(await page.evaluate("seen.ticks"))).toBeGreaterThan(3);
  await expect.poll(() => page.evaluate("seen.end?.reason"), { timeout: 9000 }).toBe("timeout");
  expect(await page.evaluate("Maribro.getTimeRemainingMs()")).toBe(0);
  await page.evaluate("Maribro.endGame([1, 2, 3, 4])");
  await expect(page.getByText("not recorded")).toBeVisible();
});
