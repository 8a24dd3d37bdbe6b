/**
 * Ten Finger Groove in a real browser: its sound to the sample, its clocks through a pause, and the choice of keys. Its rules
 * and its rounds are tested without a browser in `games/tests`.
 */

import { expect, test } from "@playwright/test";
import { initPayload, startStage } from "../sdk/tests/browser/stage.js";

const GAME = "/games/ten-finger-groove.html";
/** Seats 1 and 3: half of the parts play themselves. */
const TWO = {
  slotToGamepadIndex: [-1, 101, -1, 103],
  playersBySlot: [
    { slot: 1, avatarId: "cat-pink", name: "Cat", color: "#EC407A" },
    { slot: 3, avatarId: "yeti-white", name: "Yeti", color: "#ECEFF1" },
  ],
  maxDurationSec: 60,
};

// Nobody looks: less to draw.
test.use({ viewport: { width: 640, height: 360 } });

/** @type {Awaited<ReturnType<typeof startStage>>} */
let stage;
test.beforeAll(async () => {
  stage = await startStage();
});
test.afterAll(() => stage.close());

test("every_sound_begins_within_a_millisecond_of_its_beat", async ({ page }) => {
  await page.goto(stage.origin + GAME);
  const late = /** @type {Record<string, number>} */ (
    await page.evaluate(`(async () => {
      const late = {};
      for (const voice of ["k", "s", "t", "c", "b", "x", "z", "bass", "melody", "hat", "crash"]) {
        const context = new OfflineAudioContext(1, 48000, 48000);
        // A beat that falls between two samples.
        const beat = 0.3 + 1 / 7 / 48000;
        playVoice(makeDesk(context), { voice, tones: [57, 60, 64], gap: 250 }, beat);
        const wave = (await context.startRendering()).getChannelData(0);
        const peak = wave.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const first = wave.findIndex((value) => Math.abs(value) > peak / 100);
        late[voice] = (first / 48000 - beat) * 1000;
      }
      return late;
    })()`)
  );
  for (const [voice, ms] of Object.entries(late)) {
    expect(ms, voice).toBeGreaterThan(-0.05);
    expect(ms, voice).toBeLessThan(1);
  }
});

test("the_loud_half_of_the_song_played_perfectly_stays_below_full_scale", async ({ page }) => {
  await page.goto(stage.origin + GAME);
  const { peak, quietest } = /** @type {{peak: number, quietest: number}} */ (
    await page.evaluate(`(async () => {
      const rate = 16000;
      const chorus = SECTIONS[3].at;
      const bars = (LAST_HIT_MS - chorus) / BAR_MS + 1;
      const context = new OfflineAudioContext(1, rate * bars * 2, rate);
      const desk = makeDesk(context);
      const notes = [...houseNotes(), ...makeChart(Maribro.random, [4, 4, 4, 4])].filter(({ at }) => at >= chorus);
      for (const note of notes) playVoice(desk, note, (note.at - chorus) / 1000);
      const wave = (await context.startRendering()).getChannelData(0);
      let peak = 0;
      for (const value of wave) peak = Math.max(peak, Math.abs(value));
      const loudness = Array.from({ length: bars }, (_, bar) => {
        let sum = 0;
        for (let i = bar * 2 * rate; i < (bar + 1) * 2 * rate; i++) sum += wave[i] ** 2;
        return Math.sqrt(sum / (2 * rate));
      });
      return { peak, quietest: Math.min(...loudness) };
    })()`)
  );
  expect(peak).toBeLessThan(1);
  expect(peak).toBeGreaterThan(0.4);
  expect(quietest).toBeGreaterThan(0.03);
});

/**
 * Init script: keeps which notes were set for which time of the audio clock, as `window.heard`, and how far that clock strayed
 * from the page's, as `window.strayed()` in seconds: a device that was late may never make up for it, and the song has to
 * follow what is heard. A limit on how far the song's beginning moves counts that in.
 */
const LISTEN = `window.heard = [];
  window.clocks = [];
  addEventListener("DOMContentLoaded", () => {
    const [play, follow] = [playVoice, followClock];
    const read = () => {
      const { currentTime, outputLatency = 0 } = sound.desk.context;
      clocks.push(currentTime - outputLatency - performance.now() / 1000);
    };
    playVoice = (desk, note, due) => {
      if (note.at !== undefined) heard.push({ at: note.at, due, zero: due - note.at / 1000, now: desk.context.currentTime });
      play(desk, note, due);
    };
    followClock = () => {
      if (heard.length > 0) read();
      follow();
    };
    setInterval(() => { if (heard.length > 0) read(); }, 4);
  });
  window.strayed = () => {
    // The clock moves in blocks: the highest of some readings is right.
    const tops = [];
    for (let i = 0; i < clocks.length; i += 50) tops.push(Math.max(...clocks.slice(i, i + 50)));
    return tops.length > 0 ? Math.max(...tops) - Math.min(...tops) : 0;
  };`;

test("after_a_pause_the_song_goes_on_where_it_was_and_sounds_are_on_the_beat_again", async ({ page }) => {
  await page.addInitScript(LISTEN);
  await page.goto(stage.origin);
  await page.evaluate(`open("${GAME}"); introduce(${JSON.stringify(initPayload(TWO))})`);
  const frame = await game(page);
  await frame.waitForFunction(`songNow() > 2000 && heard.length > 20`);
  const before = /** @type {{moved: number, strayed: number}} */ (
    await frame.evaluate(`(() => {
      const zeros = heard.map(({ zero }) => zero);
      return { moved: Math.max(...zeros) - Math.min(...zeros), strayed: strayed() };
    })()`)
  );
  // One song, one grid: between the first sound and this one the clocks were corrected by less than can be heard.
  expect(before.moved).toBeLessThan(0.02 + before.strayed);

  await page.evaluate(`tell("clock", { rate: 0 })`);
  await frame.waitForFunction(`sound.rate === 0`, undefined, { polling: 20 });
  const stopped = /** @type {{at: number, heard: number}} */ (
    await frame.evaluate(`({ at: songNow(), heard: heard.length })`)
  );
  await new Promise((done) => setTimeout(done, 700));
  expect(await frame.evaluate(`({ at: songNow(), heard: heard.length })`)).toEqual(stopped);

  await frame.evaluate(`clocks = []`);
  await page.evaluate(`tell("clock", { rate: 1 })`);
  await frame.waitForFunction(`heard.length > ${stopped.heard + 12}`);
  const { off, strayed } = /** @type {{off: number, strayed: number}} */ (
    await frame.evaluate(`(() => {
      const { context } = sound.desk;
      // Where the song's beginning lies on the audio clock by now, read as often as it takes to meet a block's start.
      let zero = -Infinity;
      for (const end = performance.now() + 60; performance.now() < end; ) {
        zero = Math.max(zero, context.currentTime - (context.outputLatency || 0) - songNow() / 1000);
      }
      return { off: heard.at(-1).zero - zero, strayed: strayed() };
    })()`)
  );
  expect(Math.abs(off)).toBeLessThan(0.05 + strayed);
});

test("without_sound_the_song_is_played_on_the_games_clock_to_its_end", async ({ page }) => {
  // As in a browser that waits for a gesture: pads are none.
  await page.addInitScript(`Object.defineProperty(BaseAudioContext.prototype, "state", { get: () => "suspended" });
    AudioContext.prototype.resume = () => new Promise(() => {});`);
  await page.goto(stage.origin);
  await page.evaluate(`open("${GAME}"); introduce(${JSON.stringify(initPayload(TWO))})`);
  await page.waitForFunction(`of("ready").length > 0`);
  await page.evaluate(`tell("clock", { rate: 16 }); setInterval(() => { pad(1).presses[0]++; relay(); }, 30)`);
  await page.waitForFunction(`of("game_end").length > 0`, undefined, { timeout: 40000 });
  expect(await page.evaluate(`of("error")`)).toEqual([]);
  const [{ scoresBySlot }] = /** @type {any[]} */ (await page.evaluate(`of("game_end")`));
  expect(scoresBySlot).toHaveLength(4);
});

test("keys_that_do_not_arrive_together_are_replaced_and_then_play", async ({ page }) => {
  await page.goto(stage.origin + GAME);
  await page.waitForFunction("setup !== null");
  await page.keyboard.press("Digit4");
  await page.keyboard.press("Enter");
  // This keyboard sends J only alone.
  for (const code of ["KeyD", "KeyF", "KeyK"]) await page.keyboard.down(code);
  await page.waitForFunction("setup.test.together.length === 3 && setup.test.stage === 'rebind'");
  expect(await page.evaluate("suggestKey(setup.test)")).not.toBe("KeyJ");
  await page.keyboard.down("KeyM");
  await page.waitForFunction("setup.test.stage === 'ready'");
  for (const code of ["KeyD", "KeyF", "KeyK", "KeyM"]) await page.keyboard.up(code);
  await page.waitForFunction("phase === 'intro'");
  expect(await page.evaluate("players.map(({ keys }) => keys)")).toEqual([
    ["KeyD", "KeyF"],
    ["KeyM", "KeyK"],
  ]);
  await page.waitForFunction("phase === 'song'");
  await page.keyboard.down("KeyM");
  await page.waitForFunction("players[1].glow[0] > 0");
});

/** The game's frame. @param {import("@playwright/test").Page} page */
async function game(page) {
  await page.waitForFunction(`of("ready").length > 0`);
  const frame = page.frames().find((candidate) => candidate.url().endsWith(GAME));
  if (!frame) throw new Error("the game's frame is gone");
  return frame;
}
