/** The big screen's sound, measured: what leaves the mixer, when it begins, and when it makes way for a game. */

import { chromium } from "@playwright/test";
import { plugIn, press } from "./pads.js";
import { expect, test } from "./party.js";

/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {import("../public/app/sound/music.js").Scene} Scene */

/** Loudest sample, of full scale. */
const MAX_PEAK = 0.98;
/** Loudness of each scene's music over its length, in dBFS: there, and under the voices on the couch. */
const MUSIC_DB = { least: -30, most: -16 };
/** Mean of all samples: a speaker that is held off its middle. */
const MAX_DC = 0.002;
/** Bend of the wave from sample to sample right before a bar begins: a note that is cut off bends it far more. */
const MAX_BEND = 0.02;
/** Voices at the end of a few minutes, as a share of those in its first part. */
const MAX_GROWTH = 1.25;
/** Voices that one second of music may begin; each is a handful of nodes, and one call makes no more than these at once. */
const MAX_VOICES_A_SECOND = 90;

/** What a look at the speakers finds, as a share of full scale. */
const HEARD = 0.003;
const SILENT = 0.0005;

/** A game without any sound of its own that shows how loud it may be. */
const QUIET_GAME = `<!doctype html><html><head><meta charset="utf-8"><title>Quiet</title>
<meta name="maxDurationSec" content="60"><script src="/public/maribro-sdk.js"></script></head><body><p id="told"></p><script>
addEventListener("message", ({ data }) => {
  if (data.type === "maribro:audio_config")
    document.querySelector("#told").textContent = data.payload.enabled + " " + data.payload.masterVolume;
});
Maribro.onForceEnd(() => Maribro.endGame([0, 1, 2, 3].map((slot) => (Maribro.getActiveSlots()[0] === slot ? 3 : 0))));
</script></body></html>`;

/**
 * Renders one scene's music as fast as it goes, with the page's own player called once a second of music.
 * @param {Page} page
 * @param {{scene: Scene, seconds: number, rate: number}} what
 */
function renderScene(page, what) {
  return page.evaluate(async ({ scene, seconds, rate }) => {
    const { Mixer } = await import(/** @type {any} */ ("/public/app/sound/mixer.js"));
    const { MusicPlayer } = await import(/** @type {any} */ ("/public/app/sound/player.js"));
    const context = new OfflineAudioContext(2, rate * seconds, rate);
    const player = new MusicPlayer(context, new Mixer(context).music);
    player.setScene(scene);
    /** @type {number[]} */
    const live = [];
    let busiest = 0;
    for (let at = 1; at < seconds; at += 1)
      context.suspend(at).then(() => {
        const before = player.live;
        player.pump();
        busiest = Math.max(busiest, player.live - before);
        live.push(player.live);
        context.resume();
      });
    const buffer = await context.startRendering();
    let [peak, squares, sum] = [0, 0, 0];
    for (const channel of [0, 1])
      for (const sample of buffer.getChannelData(channel)) {
        // Also catches what is no number.
        if (!(Math.abs(sample) <= peak)) peak = Math.abs(sample);
        squares += sample * sample;
        sum += sample;
      }
    const count = 2 * buffer.length;
    return { peak, db: 10 * Math.log10(squares / count), dc: sum / count, live, busiest };
  }, what);
}

test("music_is_clean_even_and_does_not_grow", async ({ party, page }) => {
  await party.start();
  await page.goto(party.url);
  for (const scene of /** @type {const} */ (["lobby", "vote", "results", "rating"])) {
    const { peak, db, dc } = await renderScene(page, { scene, seconds: scene === "lobby" ? 16 : 8, rate: 24_000 });
    expect(peak, `${scene} is below full scale`).toBeLessThan(MAX_PEAK);
    expect(db, `loudness of ${scene}`).toBeGreaterThan(MUSIC_DB.least);
    expect(db, `loudness of ${scene}`).toBeLessThan(MUSIC_DB.most);
    expect(Math.abs(dc), `direct current in ${scene}`).toBeLessThan(MAX_DC);
  }
  // Coarse, for here only the voices count.
  const { live, busiest } = await renderScene(page, { scene: "lobby", seconds: 150, rate: 8_000 });
  const most = (/** @type {number[]} */ part) => Math.max(...part);
  expect(most(live.slice(-40))).toBeLessThan(most(live.slice(0, 40)) * MAX_GROWTH);
  expect(busiest).toBeLessThan(MAX_VOICES_A_SECOND);
});

test("bars_and_scenes_follow_each_other_without_a_click", async ({ party, page }) => {
  await party.start();
  await page.goto(party.url);
  const bends = await page.evaluate(async () => {
    const { MusicPlayer } = await import(/** @type {any} */ ("/public/app/sound/player.js"));
    const { barOf } = await import(/** @type {any} */ ("/public/app/sound/music.js"));
    const rate = 24_000;
    const seconds = 22;
    const context = new OfflineAudioContext(1, rate * seconds, rate);
    const player = new MusicPlayer(context, context.destination);
    player.setScene("lobby");
    for (let at = 1; at < seconds; at += 1)
      context.suspend(at).then(() => {
        // In the middle of sounding notes another scene begins, and later a game.
        if (at === 17) player.setScene("rating");
        else if (at === 19) player.setScene(null);
        else player.pump();
        context.resume();
      });
    const samples = (await context.startRendering()).getChannelData(0);
    const bend = (/** @type {number} */ from, /** @type {number} */ to) => {
      let most = 0;
      for (let at = Math.round(from * rate); at < to * rate; at += 1) {
        const [a = 0, b = 0, c = 0] = samples.subarray(at - 2, at + 1);
        if (!(Math.abs(a - 2 * b + c) <= most)) most = Math.abs(a - 2 * b + c);
      }
      return most;
    };
    const first = 0.08;
    const bar = barOf("lobby", 0).seconds;
    const borders = [1, 2, 3, 4, 5, 6, 7].map((index) =>
      bend(first + index * bar - 0.006, first + index * bar + 0.0005),
    );
    const switches = [17, 19].map((at) => bend(at - 0.001, at + 0.003));
    const tail = samples.subarray(-rate / 4).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    return { borders, switches, tail };
  });
  for (const bend of [...bends.borders, ...bends.switches]) expect(bend).toBeLessThan(MAX_BEND);
  expect(bends.tail, "the music has left before the game").toBeLessThan(SILENT);
});

test("every_effect_is_heard_clean_and_ends_by_itself", async ({ party, page }) => {
  await party.start();
  await page.goto(party.url);
  const effects = await page.evaluate(async () => {
    const { Mixer } = await import(/** @type {any} */ ("/public/app/sound/mixer.js"));
    const { EFFECTS } = await import(/** @type {any} */ ("/public/app/sound/effects.js"));
    const rate = 24_000;
    const ends = (/** @type {string} */ effect) =>
      Math.max(
        ...EFFECTS[effect].map((/** @type {any} */ { delay = 0, seconds, release = 0 }) => delay + seconds + release),
      );
    const render = async (/** @type {{effect: string, slot?: number}[]} */ cues) => {
      const seconds = 0.5 + Math.max(...cues.map(({ effect }) => ends(effect)));
      const context = new OfflineAudioContext(2, Math.ceil(rate * seconds), rate);
      const mixer = new Mixer(context);
      for (const cue of cues) mixer.cue(cue, 0.05);
      const buffer = await context.startRendering();
      let [peak, last, sum] = [0, 0, 0];
      for (const channel of [0, 1])
        buffer.getChannelData(channel).forEach((sample, at) => {
          if (!(Math.abs(sample) <= peak)) peak = Math.abs(sample);
          if (Math.abs(sample) > 0.0005) last = Math.max(last, at / rate);
          sum += sample;
        });
      return { peak, rest: seconds - last, dc: sum / buffer.length / 2 };
    };
    /** @type {[string, {peak: number, rest: number, dc: number}][]} */
    const heard = [];
    for (const effect of Object.keys(EFFECTS)) heard.push([effect, await render([{ effect, slot: 3 }])]);
    // Four people at once, and everything else on top of it.
    const all = Object.keys(EFFECTS).flatMap((effect) => [0, 1, 2, 3].map((slot) => ({ effect, slot })));
    heard.push(["all at once", await render(all)]);
    return heard;
  });
  expect(effects.length).toBeGreaterThan(15);
  for (const [name, { peak, rest, dc }] of effects) {
    expect(peak, `${name} is heard`).toBeGreaterThan(0.08);
    expect(peak, `${name} is below full scale`).toBeLessThan(MAX_PEAK);
    expect(Math.abs(dc), name).toBeLessThan(MAX_DC);
    expect(rest, `${name} ends`).toBeGreaterThan(0.2);
  }
});

/**
 * Lets the test listen at the speakers.
 * @param {Page} page
 */
async function listen(page) {
  await page.addInitScript(() => {
    if (window.top !== window) return;
    const connect = /** @type {(...args: any[]) => any} */ (AudioNode.prototype.connect);
    /** @this {AudioNode} @param {...any} args */
    function connectAndHear(...args) {
      if (args[0] === this.context.destination) {
        const ear = new AnalyserNode(this.context, { fftSize: 4096 });
        connect.apply(this, [ear]);
        Object.assign(window, { ear });
      }
      return connect.apply(this, args);
    }
    AudioNode.prototype.connect = connectAndHear;
  });
}

/**
 * Loudest sample within a moment; -1 while there is no sound at all to listen to.
 * @param {Page} page
 */
function loudness(page) {
  return page.evaluate(async () => {
    let most = -1;
    for (let look = 0; look < 8; look += 1) {
      const ear = /** @type {AnalyserNode | undefined} */ (/** @type {any} */ (window).ear);
      if (ear?.context.state !== "running") return -1;
      const samples = new Float32Array(ear.fftSize);
      ear.getFloatTimeDomainData(samples);
      most = samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), most);
      await new Promise((done) => setTimeout(done, 60));
    }
    return most;
  });
}

test("a_key_lets_the_sound_out_a_game_has_the_speakers_alone_and_mute_is_kept", async ({ party }, { project }) => {
  await party.start();
  expect(await party.upload("quiet.html", QUIET_GAME, "fox-orange")).toMatchObject({ ok: true });
  const { launchOptions } = project.use;
  const args = (launchOptions?.args ?? []).filter((arg) => !arg.startsWith("--autoplay-policy"));
  const browser = await chromium.launch({ ...launchOptions, args });
  try {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    await listen(page);
    await plugIn(page, 2);
    await page.goto(party.url);
    const hint = page.getByText("Press any key on the keyboard for sound");
    await expect(hint).toBeVisible();
    expect(await loudness(page)).toBe(-1);
    await page.keyboard.press("KeyQ");
    await expect(hint).toBeHidden();
    await expect.poll(() => loudness(page)).toBeGreaterThan(HEARD);

    await page.getByRole("button", { name: "Sound 8" }).click();
    await expect(page.getByRole("button", { name: "Sound off" })).toBeVisible();
    await expect.poll(() => loudness(page)).toBeLessThan(SILENT);
    await page.reload();
    await page.getByRole("button", { name: "Sound off" }).click();
    await expect.poll(() => loudness(page), "the click is a deed of its own").toBeGreaterThan(HEARD);

    for (const pad of [0, 1]) {
      await press(page, pad, "south");
      await expect(page.getByRole("group", { name: `Seat ${pad + 1}` })).toContainText("Take");
      await press(page, pad, "south");
      await expect(page.getByRole("group", { name: `Seat ${pad + 1}` })).toContainText("Ready");
    }
    // Seat, shelf, top bar; there the last button is the sound's, where left and right turn the volume.
    for (const step of /** @type {const} */ (["up", "up", "right", "right", "right", "right"])) {
      await press(page, 0, step);
    }
    const turned = page.getByRole("button", { name: /^‹ Sound \d+ ›$/ });
    const before = await turned.innerText();
    await press(page, 0, "left");
    await expect(turned).not.toHaveText(before);
    const volume = Number(/\d+/.exec(await turned.innerText())?.[0]);
    await page.evaluate(() => {
      const socket = new WebSocket(`ws://${location.host}/ws`);
      socket.onopen = () => socket.send(JSON.stringify({ type: "start_game", payload: { gameId: "quiet" } }));
    });
    await expect(page.locator("body[data-phase=playing]")).toBeAttached();
    await expect(page.frameLocator("iframe").locator("#told")).toHaveText(`true ${volume / 10}`);
    await expect.poll(() => loudness(page), "only the game has the speakers").toBeLessThan(SILENT);
    await page.keyboard.press("Escape");
    await page.getByRole("menuitem", { name: "End round" }).click();
    await expect(page.locator("body[data-phase=results]")).toBeAttached();
    await expect.poll(() => loudness(page)).toBeGreaterThan(HEARD);
  } finally {
    await browser.close();
  }
});
