import { expect, test } from "@playwright/test";
import { gameAround, KEEP_NATIVE, play, startStage } from "./stage.js";

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
    seen.last = last;
    requestAnimationFrame(loop);
  });
  setInterval(() => seen.ticks++, 50);`;

test("a_paused_game_stands_still_and_goes_on_where_it_was", async ({ page }) => {
  await page.addInitScript(KEEP_NATIVE);
  const game = await play(
    page,
    stage,
    gameAround(`${COUNTING}
    addEventListener("message", ({ data }) => {
      if (data.type === "maribro:clock" && data.payload.rate === 1) seen.resumedAt = native.now();
    });
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
  // What the game lived since is what the browser's own clock counted after the pause; the pause itself is in no step.
  const [lived, passed, latest, shortest] = /** @type {number[]} */ (
    await game.evaluate(
      `[performance.now() - ${before[2]}, native.now() - seen.resumedAt, seen.last - performance.now(), Math.min(...seen.steps)]`,
    )
  );
  expect(Math.abs(lived - passed)).toBeLessThan(20);
  expect(latest).toBeLessThanOrEqual(0);
  expect(shortest).toBeGreaterThanOrEqual(0);
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

/** The SDK's budget at a rate: four frames of 60 Hz, times the rate. */
const MOST_GRANTED_MS = 4 * (1000 / 60);

test("at_rate_8_eight_times_as_many_frames_run_with_steps_of_60_hz_and_timers_in_order", async ({ page }) => {
  await page.addInitScript(KEEP_NATIVE);
  const game = await play(page, stage, gameAround(COUNTING));
  await page.evaluate(`tell("clock", { rate: 8 })`);
  await expect
    .poll(() => game.evaluate("seen.steps.slice(-5).every((s) => Math.abs(s - 1000 / 60) < 0.01)"))
    .toBe(true);
  const { start, end, gaps } = await game.evaluate(`new Promise((resolve) => {
    const sample = () => [seen.frames, seen.ticks, performance.now(), Date.now()];
    const start = sample();
    const gaps = [];
    let before = native.now();
    native.requestAnimationFrame(function loop() {
      gaps.push(native.now() - before);
      before = native.now();
      if (gaps.length < 90) native.requestAnimationFrame(loop);
      else resolve({ start, end: sample(), gaps });
    });
  })`);
  const sum = (/** @type {number[]} */ values) => values.reduce((total, value) => total + value, 0);
  const virtual = end[2] - start[2];
  // A frame of the browser that is late by more than the SDK's budget of four frames gives no more than that.
  const granted = sum(gaps.map((/** @type {number} */ gap) => Math.min(gap, MOST_GRANTED_MS)));
  console.log(
    `rate 8: ${(virtual / sum(gaps)).toFixed(2)} times real time, ${(virtual / granted).toFixed(2)} of what was granted`,
  );
  expect(virtual / granted).toBeGreaterThan(6);
  // At the start a whole budget may be left.
  expect(virtual - 8 * MOST_GRANTED_MS).toBeLessThan(8.1 * sum(gaps));
  expect(Math.abs(virtual - (end[3] - start[3]))).toBeLessThan(2);
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
  await page.addInitScript(KEEP_NATIVE);
  const game = await play(page, stage, gameAround(""));
  // Both at once, each first in turn: load makes both late.
  const [late, nativeLate, behind] = /** @type {number[]} */ (
    await game.evaluate(`(async () => {
    const lateness = (timer) => new Promise((resolve) => {
      const start = native.now();
      timer(() => resolve(native.now() - start - 10), 10);
    });
    const pairs = [];
    for (let i = 0; i < 60; i++) {
      const order = i % 2 ? [setTimeout, native.setTimeout] : [native.setTimeout, setTimeout];
      const late = await Promise.all(order.map(lateness));
      pairs.push(i % 2 ? late : late.reverse());
    }
    const median = (values) => values.sort((a, b) => a - b)[values.length / 2];
    return [median(pairs.map(([own]) => own)), median(pairs.map(([, other]) => other)), median(pairs.map(([own, other]) => own - other))];
  })()`)
  );
  console.log(
    `setTimeout(10) at rate 1: median ${late.toFixed(2)} ms late, the browser's own ${nativeLate.toFixed(2)} ms, ${behind.toFixed(2)} ms behind it`,
  );
  expect(behind).toBeLessThan(1);
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
