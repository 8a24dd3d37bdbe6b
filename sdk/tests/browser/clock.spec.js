import { expect, test } from "@playwright/test";
import { gameAround, play, startStage } from "./stage.js";

/** @type {Awaited<ReturnType<typeof startStage>>} */
let stage;
test.beforeAll(async () => {
  stage = await startStage();
});
test.afterAll(() => stage.close());

const COUNTING = `seen.frames = 0; seen.steps = []; seen.ticks = 0;
  let last = null;
  requestAnimationFrame(function loop(now) {
    seen.frames++;
    if (last !== null) seen.steps.push(now - last);
    last = now;
    requestAnimationFrame(loop);
  });
  setInterval(() => seen.ticks++, 50);`;

test("a_paused_game_stands_still_and_goes_on_where_it_was", async ({ page }) => {
  const game = await play(
    page,
    stage,
    gameAround(`${COUNTING}
    const box = document.body.appendChild(document.createElement("p"));
    box.animate([{ opacity: 0 }, { opacity: 1 }], 1e6);`),
  );
  await expect.poll(() => game.evaluate("seen.frames")).toBeGreaterThan(10);
  await page.evaluate(`tell("tick", { nowMs: 0, timeRemainingMs: 9000 }); tell("clock", { rate: 0 })`);
  await expect
    .poll(() => game.evaluate("Maribro.getTimeRemainingMs() < 9001 && document.getAnimations()[0].playbackRate"))
    .toBe(0);
  const state = () =>
    game.evaluate("[seen.frames, seen.ticks, performance.now(), Date.now(), Maribro.getTimeRemainingMs()]");
  const before = await state();
  const beats = Number(await page.evaluate(`of("heartbeat").length`));
  await expect.poll(() => page.evaluate(`of("heartbeat").length`)).toBeGreaterThan(beats + 1);
  expect(await state()).toEqual(before);
  await page.evaluate(`tell("clock", { rate: 1 })`);
  await expect.poll(() => game.evaluate("seen.frames")).toBeGreaterThan(Number(before[0]) + 10);
  const longest = Number(await game.evaluate("Math.max(...seen.steps)"));
  expect(longest).toBeLessThan(500);
  expect(await game.evaluate("document.getAnimations()[0].playbackRate")).toBe(1);
});

test("presses_during_a_pause_do_not_act_after_it", async ({ page }) => {
  const game = await play(
    page,
    stage,
    gameAround(
      "seen.n = 0; requestAnimationFrame(function f() { if (Maribro.getInput(0).pressed.south) seen.n++; requestAnimationFrame(f); })",
    ),
  );
  await page.evaluate(`pad(0); relay(); tell("clock", { rate: 0 }); pad(0).presses[0]++; relay(); tell("clock", { rate: 1 });
    pad(0).presses[0]++; relay();`);
  await expect.poll(() => game.evaluate("seen.n")).toBe(1);
});

test("at_rate_8_eight_times_as_many_frames_run_with_steps_of_60_hz_and_timers_in_order", async ({ page }) => {
  const game = await play(page, stage, gameAround(COUNTING));
  await page.evaluate(`tell("clock", { rate: 8 })`);
  await expect
    .poll(() => game.evaluate("seen.steps.slice(-5).every((s) => Math.abs(s - 1000 / 60) < 0.01)"))
    .toBe(true);
  const sample = () => game.evaluate("[seen.frames, seen.ticks, performance.now(), Date.now()]");
  const start = await sample();
  const realStart = Date.now();
  await expect.poll(async () => Date.now() - realStart).toBeGreaterThan(1500);
  const end = await sample();
  const real = Date.now() - realStart;
  const virtual = Number(end[2]) - Number(start[2]);
  console.log(`rate 8: ${(virtual / real).toFixed(2)} times real time, ${end[0] - start[0]} frames in ${real} ms`);
  expect(virtual / real).toBeGreaterThan(6);
  expect(virtual / real).toBeLessThan(9);
  expect(Math.abs(virtual - (Number(end[3]) - Number(start[3])))).toBeLessThan(2);
  expect(Math.abs((end[0] - start[0]) * (1000 / 60) - virtual)).toBeLessThan(60);
  expect(Math.abs((end[1] - start[1]) * 50 - virtual)).toBeLessThan(120);
  const order = await game.evaluate(`new Promise((resolve) => {
    const got = [];
    setTimeout(() => got.push("c"), 30); setTimeout(() => got.push("a"), 5); setTimeout(() => got.push("b"), 12);
    setTimeout("window.seen.text = 1", 1);
    const gone = setTimeout(() => got.push("x"), 8); clearTimeout(gone);
    setTimeout(() => resolve(got.join("")), 100); })`);
  expect(order).toBe("abc");
  expect(await game.evaluate("seen.text")).toBe(1);
});

test("promise_driven_loops_run_one_turn_in_each_virtual_frame", async ({ page }) => {
  const game = await play(
    page,
    stage,
    gameAround(`seen.turns = 0; seen.frames = 0;
    const nextFrame = async () => { await null; return new Promise((resolve) => requestAnimationFrame(resolve)); };
    (async () => { for (;;) { await nextFrame(); await null; seen.turns++; } })();
    requestAnimationFrame(function f() { seen.frames++; requestAnimationFrame(f); });`),
  );
  await page.evaluate(`tell("clock", { rate: 8 })`);
  await expect.poll(() => game.evaluate("seen.frames"), { timeout: 10000 }).toBeGreaterThan(300);
  expect(Number(await game.evaluate("Math.abs(seen.frames - seen.turns)"))).toBeLessThan(5);
});

test("a_throwing_callback_stops_no_other_at_any_rate", async ({ page }) => {
  const game = await play(page, stage, gameAround(""));
  for (const rate of [1, 8]) {
    await page.evaluate(`tell("clock", { rate: ${rate} })`);
    const ran = await game.evaluate(`new Promise((resolve) => {
      requestAnimationFrame(() => { throw new Error("frame"); });
      setTimeout(() => { throw new Error("timer"); }, 5);
      requestAnimationFrame(() => setTimeout(() => resolve(true), 30)); })`);
    expect(ran).toBe(true);
  }
  await expect
    .poll(() => page.evaluate(`of("error").map((e) => e.message.replace("Uncaught Error: ", "")).sort()`))
    .toEqual(["frame", "frame", "timer", "timer"]);
});

test("at_rate_1_timers_are_as_precise_as_the_browsers_own", async ({ page }) => {
  const game = await play(page, stage, gameAround(""));
  const late = await game.evaluate(`(async () => {
    const late = [];
    for (let i = 0; i < 40; i++) {
      const start = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 10));
      late.push(performance.now() - start - 10);
    }
    return late.sort((a, b) => a - b)[20];
  })()`);
  console.log(`setTimeout(10) at rate 1: median ${Number(late).toFixed(2)} ms late`);
  expect(Number(late)).toBeLessThan(3);
});

test("dates_follow_the_clock_and_stay_dates", async ({ page }) => {
  const game = await play(page, stage, gameAround(""));
  expect(
    await game.evaluate(`[new Date() instanceof Date, typeof Date(), new Date(5).getTime(), Date.UTC(1970, 0, 1),
      Math.abs(new Date() - Date.now()) < 5, Object.prototype.toString.call(new Date())]`),
  ).toEqual([true, "string", 5, 0, true, "[object Date]"]);
});

test("a_pause_silences_the_games_own_sound_and_goes_on_with_it", async ({ page }) => {
  // Machines that run tests have no sound device: the browser's parts are replaced by ones that keep a record.
  await page.addInitScript(`window.calls = [];
    let running = true;
    Object.defineProperty(BaseAudioContext.prototype, "state", { get: () => (running ? "running" : "suspended") });
    AudioContext.prototype.suspend = async () => { running = false; calls.push("suspend"); };
    AudioContext.prototype.resume = async () => { running = true; calls.push("resume"); };
    let playing = false;
    Object.defineProperty(HTMLMediaElement.prototype, "paused", { get: () => !playing });
    HTMLMediaElement.prototype.play = async () => { playing = true; calls.push("play"); };
    HTMLMediaElement.prototype.pause = () => { playing = false; calls.push("pause"); };`);
  const game = await play(page, stage, gameAround("new AudioContext(); new Audio().play();"));
  await page.evaluate(`tell("clock", { rate: 0 })`);
  await expect.poll(() => game.evaluate("calls.slice().sort()")).toEqual(["pause", "play", "suspend"]);
  await page.evaluate(`tell("clock", { rate: 1 })`);
  await expect
    .poll(() => game.evaluate("calls.slice().sort()"))
    .toEqual(["pause", "play", "play", "resume", "suspend"]);
});

test("a_hidden_game_goes_on_at_a_verifiers_rate", async ({ page }) => {
  const game = await play(page, stage, gameAround(COUNTING));
  await page.evaluate(`frame.style.display = "none"; tell("clock", { rate: 8 })`);
  await expect.poll(() => game.evaluate("performance.now()"), { timeout: 15000 }).toBeGreaterThan(20000);
  expect(Number(await game.evaluate("seen.frames"))).toBeGreaterThan(500);
});
