import { expect, test } from "@playwright/test";
import { gameAround, initPayload, KEEP_NATIVE, play, startStage } from "./stage.js";

/** @type {Awaited<ReturnType<typeof startStage>>} */
let stage;
test.beforeAll(async () => {
  stage = await startStage();
});
test.afterAll(() => stage.close());

/** Activities of the heartbeats, cut at each phase and at the end of the game. */
async function phaseParts(/** @type {() => Promise<any>} */ activities) {
  /** @type {number[][]} */
  const parts = [[]];
  for (const entry of await activities()) {
    if (typeof entry === "string") parts.push([]);
    else parts[parts.length - 1].push(entry);
  }
  return parts;
}

test("a_framed_game_gets_its_players_and_reports_ready_once_for_many_inits", async ({ page }) => {
  const game = await play(
    page,
    stage,
    gameAround(`seen.calls = 0;
      Maribro.onReady(() => { throw new Error("first handler"); });
      Maribro.onReady((ctx) => { seen.calls++; seen.ctx = JSON.parse(JSON.stringify(ctx)); });
      addEventListener("message", (e) => { if (e.data.type === "maribro:init") seen.raw = e.data.payload.slotToGamepadIndex; });`),
  );
  await page.evaluate(`tell("init", ${JSON.stringify(initPayload({ seed: 9, maxDurationSec: 99 }))})`);
  await expect.poll(() => page.evaluate(`of("error").length`)).toBe(1);
  const seen = await game.evaluate("seen");
  expect(seen.calls).toBe(1);
  expect(seen.raw).toEqual([0, 1, -1, -1]);
  expect(seen.ctx).toMatchObject({
    activeSlots: [0, 1],
    maxDurationSec: 30,
    slotToGamepadIndex: [0, 1, -1, -1],
    mock: false,
  });
  expect(seen.ctx.playersBySlot).toHaveLength(4);
  expect(seen.ctx.playersBySlot[1]).toEqual({ slot: 1, avatarId: "cat-pink", name: "Cat", color: "#EC407A" });
  expect(seen.ctx.playersBySlot[3].avatarId).toBe("");
  expect(await page.evaluate(`of("ready")`)).toEqual([{ sdkVersion: "1.0.0" }]);
  expect(
    await game.evaluate("new Promise((resolve) => Maribro.onReady((ctx) => resolve(ctx.activeSlots.length)))"),
  ).toBe(2);
  expect(await game.evaluate("Object.isFrozen(Maribro) && Object.isFrozen(Maribro.audio)")).toBe(true);
});

test("messages_from_anyone_but_the_framing_window_are_refused", async ({ page }) => {
  stage.games["/child.html"] =
    `<script>parent.postMessage({type:"maribro:force_end",payload:{reason:"host"}},"*")</script>`;
  const game = await play(
    page,
    stage,
    gameAround(`seen.forced = 0; seen.ticks = 0;
      Maribro.onForceEnd(() => seen.forced++);
      Maribro.onTick(() => seen.ticks++);
      postMessage({ type: "maribro:force_end", payload: { reason: "host" } }, "*");
      dispatchEvent(new MessageEvent("message", { source: parent, data: { type: "maribro:force_end", payload: {} } }));
      const worker = new Worker(URL.createObjectURL(new Blob(['postMessage({type:"maribro:force_end",payload:{}})'])));
      worker.onmessage = (e) => { seen.worker = true; dispatchEvent(new MessageEvent("message", { data: e.data })); };`),
  );
  await expect.poll(() => game.evaluate("seen.worker")).toBe(true);
  await page.evaluate(`tell("tick", { nowMs: 1, timeRemainingMs: 500 })`);
  await expect.poll(() => game.evaluate("seen.ticks")).toBe(1);
  expect(await game.evaluate("seen.forced")).toBe(0);
  await page.evaluate(`tell("force_end", { reason: "timeout" }); tell("force_end", { reason: "host" })`);
  await expect.poll(() => game.evaluate("seen.forced")).toBe(1);
  expect(await game.evaluate("new Promise((resolve) => Maribro.onForceEnd(resolve))")).toEqual({ reason: "timeout" });
});

test("time_left_comes_from_the_last_tick_and_never_falls_below_zero", async ({ page }) => {
  const game = await play(page, stage, gameAround(""));
  expect(await game.evaluate("Maribro.getTimeRemainingMs()")).toBe(30000);
  await page.evaluate(`tell("tick", { nowMs: 1, timeRemainingMs: 400 })`);
  await expect.poll(() => game.evaluate("Maribro.getTimeRemainingMs()")).toBeLessThanOrEqual(400);
  await expect.poll(() => game.evaluate("Maribro.getTimeRemainingMs()")).toBe(0);
});

test("only_the_first_report_counts_and_it_is_four_finite_numbers", async ({ page }) => {
  const game = await play(page, stage, gameAround(""));
  await game.evaluate(`Maribro.endGame([10, NaN, "3"]); Maribro.endGame([1, 1, 1, 1])`);
  await expect.poll(() => page.evaluate(`of("game_end").length`)).toBe(1);
  const [end] = /** @type {any[]} */ (await page.evaluate(`of("game_end")`));
  expect(end.scoresBySlot).toEqual([10, 0, 0, 0]);
  expect(end.endedAtMs).toBeGreaterThan(0);
});

test("a_report_from_within_onReady_comes_after_ready", async ({ page }) => {
  await play(page, stage, gameAround("Maribro.onReady(() => Maribro.endGame([4, 3, 2, 1]))"));
  await expect.poll(() => page.evaluate(`of("game_end").map((e) => e.scoresBySlot)`)).toEqual([[4, 3, 2, 1]]);
  const types = /** @type {string[]} */ (await page.evaluate(`heard.map(({ type }) => type)`));
  expect(types.indexOf("maribro:ready")).toBeGreaterThanOrEqual(0);
  expect(types.indexOf("maribro:ready")).toBeLessThan(types.indexOf("maribro:game_end"));
});

test("a_game_may_report_by_itself_without_the_helpers", async ({ page }) => {
  await play(
    page,
    stage,
    gameAround(`parent.postMessage({ type: "maribro:game_end", payload: { scoresBySlot: [1, 2, 3, 4] } }, "*")`),
  );
  expect(await page.evaluate(`of("game_end")[0].scoresBySlot`)).toEqual([1, 2, 3, 4]);
});

test("heartbeats_come_on_a_real_clock_and_count_the_games_own_callbacks", async ({ page }) => {
  await page.addInitScript(KEEP_NATIVE);
  const game = await play(page, stage, gameAround(""));
  await page.evaluate(`tell("clock", { rate: 0 })`);
  // One heartbeat to each turn of the browser's own timer in the same frame, however late both are.
  const beats = Number(await page.evaluate(`of("heartbeat").length`));
  await game.evaluate("seen.turns = 0; native.setInterval(() => seen.turns++, 500)");
  await expect.poll(() => game.evaluate("seen.turns")).toBeGreaterThan(3);
  const turns = Number(await game.evaluate("seen.turns"));
  await expect.poll(() => page.evaluate(`of("heartbeat").length`)).toBeGreaterThanOrEqual(beats + turns - 1);
  const more = Number(await page.evaluate(`of("heartbeat").length`)) - beats;
  expect(more).toBeLessThanOrEqual(Number(await game.evaluate("seen.turns")) + 2);
  expect(await page.evaluate(`of("heartbeat").at(-1).activity`)).toBe(0);
  await page.evaluate(`tell("clock", { rate: 1 })`);
  await game.evaluate("setInterval(() => {}, 20)");
  await expect.poll(() => page.evaluate(`of("heartbeat").at(-1).activity`)).toBeGreaterThan(10);
});

test("a_countdown_or_winner_screen_is_a_sign_of_life_of_a_game_without_callbacks", async ({ page }) => {
  await page.addInitScript(KEEP_NATIVE);
  const game = await play(page, stage, gameAround(""));
  const activities = () =>
    page.evaluate(`heard.flatMap(({ type, payload }) =>
    type === "maribro:heartbeat" ? [payload.activity] : type === "maribro:phase" || type === "maribro:game_end" ? [type] : [])`);
  await game.evaluate("Maribro.countdown()");
  const grows = (/** @type {any[]} */ list) => list.every((value, i) => i === 0 || value > list[i - 1]);
  const [before, counted] = await phaseParts(activities);
  expect(before.every((value) => value === 0)).toBe(true);
  expect(counted.length).toBeGreaterThan(2);
  expect(grows(counted)).toBe(true);
  expect(counted[0]).toBeGreaterThan(0);
  // Without an overlay the game is as quiet as it is.
  await expect
    .poll(() => page.evaluate(`of("heartbeat").slice(-3).every((b, _, all) => b.activity === all[0].activity)`))
    .toBe(true);
  // Also in a frame that is held up as the screen's time runs out, so that a heartbeat is late and the report later.
  await game.evaluate(`native.setTimeout(() => { for (const until = native.now() + 900; native.now() < until; ); }, 2400);
    Maribro.showResults({ scoresBySlot: [1, 0, 0, 0] })`);
  const shown = (await phaseParts(activities))[3];
  expect(shown.length).toBeGreaterThan(2);
  expect(grows(shown)).toBe(true);
});

test("uncaught_errors_are_reported_clipped_and_at_most_ten", async ({ page }) => {
  const game = await play(page, stage, gameAround(""));
  await game.evaluate(
    `setTimeout(() => { throw new Error("x".repeat(5000)); }); void Promise.reject(new Error("late"))`,
  );
  await expect
    .poll(() => page.evaluate(`of("error").map((e) => e.message.length).sort((a, b) => a - b)`))
    .toEqual([4, 2000]);
  expect(await page.evaluate(`of("error").every((e) => e.stack.length > 0 && e.stack.length <= 2000)`)).toBe(true);
  await game.evaluate(`for (let i = 0; i < 50; i++) setTimeout(() => { throw new Error("again"); })`);
  await expect.poll(() => page.evaluate(`of("error").length`)).toBe(10);
  const beats = Number(await page.evaluate(`of("heartbeat").length`));
  await expect.poll(() => page.evaluate(`of("heartbeat").length`)).toBeGreaterThan(beats);
  expect(await page.evaluate(`of("error").length`)).toBe(10);
});

test("console_lines_are_reported_clipped_and_a_few_between_two_heartbeats", async ({ page }) => {
  const game = await play(page, stage, gameAround(""));
  const beat = async () => {
    const beats = Number(await page.evaluate(`of("heartbeat").length`));
    await expect.poll(() => page.evaluate(`of("heartbeat").length`)).toBeGreaterThan(beats);
  };
  await beat();
  await game.evaluate(`console.log("a", 1); console.info(); console.warn("w".repeat(5000));
    console.error(new Error("e")); console.log(Object.create(null), Symbol("s")); console.log("after")`);
  await expect.poll(() => page.evaluate(`of("log").at(-1)?.text`)).toBe("after");
  const lines = /** @type {{level: string, text: string}[]} */ (await page.evaluate(`of("log")`));
  expect(lines.map(({ level, text }) => `${level} ${text.slice(0, 8)}`)).toEqual([
    "log a 1",
    "info ",
    "warn wwwwwwww",
    "error Error: e",
    "log after",
  ]);
  expect(lines[2]?.text.length).toBe(2000);
  await beat();
  await game.evaluate(`for (let i = 0; i < 1000; i++) console.log(i)`);
  await beat();
  const more = Number(await page.evaluate(`of("log").length`)) - lines.length;
  expect(more).toBeGreaterThan(0);
  expect(more).toBeLessThanOrEqual(18); // a heartbeat may fall between them
});

test("effects_go_to_the_host_with_values_in_range", async ({ page }) => {
  const game = await play(page, stage, gameAround(""));
  await game.evaluate(`Maribro.rumble(0, { strong: 7, weak: -1, durationMs: 1e9 }); Maribro.rumble(0);
    Maribro.rumble(9); Maribro.setLight(0); Maribro.setLight(1, "#ff0000"); Maribro.setLight("length", "x");
    navigator.getGamepads()[1].vibrationActuator.playEffect("dual-rumble", { strongMagnitude: 1, duration: 90 })`);
  await expect.poll(() => page.evaluate(`of("effect").length`)).toBe(4);
  expect(await page.evaluate(`of("effect")`)).toEqual([
    { kind: "rumble", slot: 0, strong: 1, weak: 0, durationMs: 2000 },
    { kind: "rumble", slot: 0, strong: 0.5, weak: 0.5, durationMs: 200 },
    { kind: "light", slot: 1, color: "#ff0000" },
    { kind: "rumble", slot: 1, strong: 1, weak: 0.5, durationMs: 90 },
  ]);
});

test("the_same_seed_gives_the_same_random_row", async ({ page }) => {
  const draw = async (/** @type {number} */ seed) =>
    (await play(page, stage, gameAround(""), { seed })).evaluate("Array.from({ length: 50 }, () => Maribro.random())");
  const first = await draw(41);
  expect(await draw(41)).toEqual(first);
  expect(await draw(42)).not.toEqual(first);
  expect(first.every((/** @type {number} */ value) => value >= 0 && value < 1)).toBe(true);
});

test("storage_and_cookies_do_not_throw_in_the_sandbox", async ({ page }) => {
  const game = await play(page, stage, gameAround("localStorage.setItem('best', 12); document.cookie = 'a=1';"));
  expect(
    await game.evaluate("[localStorage.getItem('best'), localStorage.length, sessionStorage.getItem('best')]"),
  ).toEqual(["12", 1, null]);
  expect(await page.evaluate(`of("error")`)).toEqual([]);
});

test("a_late_host_takes_a_game_over_that_had_begun_in_mock_mode", async ({ page }) => {
  stage.games["/t.html"] = gameAround("seen.calls = 0; Maribro.onReady((ctx) => { seen.calls++; seen.ctx = ctx; })");
  await page.goto(stage.origin);
  await page.evaluate(`open("/t.html")`);
  await expect.poll(() => page.frames().length).toBe(2);
  const game = page.frames()[1];
  await expect.poll(() => game.evaluate("window.seen?.ctx?.mock")).toBe(true);
  await page.evaluate(`introduce(${JSON.stringify(initPayload())})`);
  await page.waitForFunction(`of("ready").length > 0`);
  expect(
    await game.evaluate("[seen.calls, seen.ctx.mock, seen.ctx.activeSlots, Maribro.getTimeRemainingMs()]"),
  ).toEqual([1, false, [0, 1], 30000]);
  await game.evaluate("Maribro.endGame([1, 2, 0, 0])");
  await expect.poll(() => page.evaluate(`of("game_end").length`)).toBe(1);
});

test("a_frame_kept_busy_by_its_game_still_hears_a_waiting_init", async ({ page }) => {
  stage.games["/t.html"] = gameAround(
    `Maribro.onReady((ctx) => { seen.mock = ctx.mock; });
     addEventListener("load", () => { const end = Date.now() + 1500; while (Date.now() < end); seen.done = true; });`,
  );
  await page.goto(stage.origin);
  await page.evaluate(`open("/t.html"); setTimeout(() => introduce(${JSON.stringify(initPayload())}), 300)`);
  await page.waitForFunction(`of("ready").length > 0`);
  expect(await page.frames()[1].evaluate("[seen.done, seen.mock]")).toEqual([true, false]);
});
