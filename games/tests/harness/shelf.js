/**
 * What every game on the shelf promises, as tests. A game's own test file calls `shelfTests("its-name")` and adds what is
 * special about it. Its bots are in `games/bots/its-name.js`:
 * - `scripted`: plays properly, with the luck of its `random`; all seats play it in the balance rounds;
 * - `better`: a skilled player; it has to beat the random one;
 * - `touches` (optional): presses and pushes that must be answered within 100 ms; ✕ alone when not given.
 */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { randomBot } from "../../bots/random.js";
import { GAMES, loadGame, playRound } from "./round.js";

const MAX_BYTES = 60_000;
/** Nobody reads more on a title card in 5 s. */
const MAX_DESCRIPTION = 160;
const MIN_TEXT_PX = 28;
const GO_MS = 3000;
const ANSWER_MS = 100;
/** The host removes the frame this long after "End round". */
const CLOSING_MS = 3000;
const BALANCE_ROUNDS = 100;
const SKILL_RUNS = 10;
/** A slow screen. Each game is played at 60 in one test at least. */
const TEST_FPS = 30;
/** Fewer frames, less time. Games take steps of up to 50 ms. */
const QUICK_FPS = 20;

/**
 * @typedef {import("./round.js").Bot} Bot
 * @typedef {import("./round.js").Result} Result
 * @typedef {import("./round.js").Options} Options
 */

/** @param {Result} result */
function assertWentWell(result) {
  assert.deepEqual(result.errors, [], "no uncaught error");
  assert.ok(result.scores, "scores were reported");
  assert.equal(result.forced, false, "it ended by itself");
  assert.equal(result.scores.length, 4);
  for (const score of result.scores) assert.ok(score >= 0 && score <= 10, `a score of ${score}`);
  assert.deepEqual(
    result.phases.map(({ phase }) => phase),
    ["countdown", "playing", "results"],
  );
}

/** @param {string} text @param {string} name */
const metaOf = (text, name) => new RegExp(`<meta name="${name}" content="([^"]*)">`).exec(text)?.[1] ?? "";

/** @param {string} name file name without `.html` */
export async function shelfTests(name) {
  const game = loadGame(name);
  /** @type {{scripted: Bot, better: Bot, touches?: import("./round.js").Pad[]}} */
  const { scripted, better, touches = [{ south: true }] } = await import(`../../bots/${name}.js`);
  const play = (/** @type {Options} */ options) => playRound(game, { fps: TEST_FPS, ...options });

  test(`${name} has a title card`, () => {
    for (const meta of ["title", "description", "author"]) assert.ok(metaOf(game.text, meta), `meta ${meta}`);
    assert.ok(metaOf(game.text, "description").length <= MAX_DESCRIPTION, "the description is read in 5 s");
    const seconds = Number(metaOf(game.text, "maxDurationSec"));
    assert.ok(seconds >= 20 && seconds <= 60, `20 to 60 s: ${seconds}`);
    const avatar = metaOf(game.text, "creatorAvatarId");
    assert.ok(existsSync(path.join(GAMES, `../public/avatars/${avatar}.svg`)), `avatar ${avatar}`);
  });

  test(`${name} is one small file that loads the SDK and nothing else`, () => {
    assert.ok(Buffer.byteLength(game.text) < MAX_BYTES, `${Buffer.byteLength(game.text)} bytes`);
    const loads = [...game.text.matchAll(/\b(?:src|href|srcset|poster|action)\s*=\s*["']?([^"'\s>]+)/g)].map(
      (m) => m[1],
    );
    assert.deepEqual(loads, ["/public/maribro-sdk.js"]);
    assert.doesNotMatch(
      game.text,
      /https?:\/\/|@import|url\(|\bfetch\(|\bimport\(|XMLHttpRequest|new Worker|WebSocket/,
    );
    assert.doesNotMatch(game.text, /Math\.random\(/, "Maribro.random() makes rounds that can be played again");
  });

  for (const seats of [
    [0, 1],
    [2, 3],
    [0, 2, 3],
    [0, 1, 2, 3],
  ]) {
    test(`${name} ends by itself with seats ${seats}, played and left alone`, async () => {
      for (const bots of [scripted, undefined, randomBot]) {
        const result = await play({ seats, bots, seed: 7 });
        assertWentWell(result);
        assert.ok(result.endedAt <= Number(metaOf(game.text, "maxDurationSec")) * 1000, `took ${result.endedAt} ms`);
        for (const slot of [0, 1, 2, 3]) if (!seats.includes(slot)) assert.equal(result.scores?.[slot], 0);
      }
    });
  }

  test(`${name} gives the same round for the same seed and presses`, async () => {
    const outcome = (/** @type {Result} */ { scores, endedAt, phases, rumbles, view }) =>
      JSON.stringify([scores, endedAt, phases, rumbles, view]);
    const [first, again, other] = [
      outcome(await play({ bots: scripted, seed: 3, mathSeed: 1 })),
      outcome(await play({ bots: scripted, seed: 3, mathSeed: 2, sound: false, blind: true })),
      outcome(await play({ bots: scripted, seed: 4 })),
    ];
    assert.equal(again, first);
    assert.notEqual(other, first, "another seed is another round");
  });

  test(`${name} shows its results in time when the host ends the round`, async () => {
    for (const forceEndAt of [1500, GO_MS + 2500]) {
      const result = await play({ bots: scripted, forceEndAt, fps: 60 });
      assert.deepEqual(result.errors, []);
      assert.equal(result.scores?.length, 4);
      assert.ok(result.endedAt < forceEndAt + CLOSING_MS, `reported at ${result.endedAt} ms`);
    }
  });

  test(`${name} answers every press within ${ANSWER_MS} ms`, async () => {
    const whole = await play({ bots: scripted, seed: 5, blind: true });
    const over = whole.phases[2].at;
    for (const at of [GO_MS + 400, (GO_MS + over) / 2, over - 700]) {
      // Two rounds that differ in nothing but the press must differ in what is seen and heard.
      const after = async (/** @type {number} */ presser, /** @type {any} */ touch) => {
        /** @type {Bot} */
        const bot = (view, slot, random, t, memory) => {
          if (t < at - 150) return scripted(view, slot, random, t, memory);
          return slot === presser && t >= at ? touch : {};
        };
        const { seen, phases } = await play({
          bots: bot,
          seed: 5,
          fps: 30,
          blind: true,
          watchFrom: at - 20,
          stopAt: at + ANSWER_MS,
        });
        assert.equal(phases.length, 2, "the round is still on");
        return seen;
      };
      const calm = await after(-1, {});
      for (const slot of [0, 1, 2, 3]) {
        for (const touch of touches) {
          const what = `seat ${slot}, ${JSON.stringify(touch)} at ${Math.round(at)} ms`;
          assert.notEqual(await after(slot, touch), calm, what);
        }
      }
    }
  });

  test(`${name} makes sounds and shakes pads`, async () => {
    const { page, rumbles } = await play({ bots: scripted, fps: 60 });
    assert.ok(page.sounds > 20, `${page.sounds} sounds`);
    for (const slot of [0, 1, 2, 3])
      assert.ok(
        rumbles.some((rumble) => rumble.slot === slot),
        `seat ${slot} is shaken`,
      );
  });

  test(`${name} keeps still and plays the same for those who asked for less motion`, async () => {
    const usual = await play({ bots: scripted, seed: 2 });
    const calm = await play({ bots: scripted, seed: 2, reducedMotion: true, inspect: true });
    const asked = [...calm.page.mediaQueries, game.text.includes("@media (prefers-reduced-motion") ? "style" : ""];
    assert.ok(
      asked.some((query) => /prefers-reduced-motion|style/.test(query)),
      "it asks",
    );
    assert.deepEqual(calm.scores, usual.scores);
    assert.ok(calm.page.transforms.size <= 1, "the stage does not shake");
    for (const [font, words] of calm.page.fonts) {
      const px = Number(/([\d.]+)px/.exec(font)?.[1]);
      assert.ok(px >= MIN_TEXT_PX, `"${words}" is ${px} px high`);
    }
  });

  test(`${name} rewards skill: a good player beats a random one`, async () => {
    const pairs = [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 0],
      [0, 2],
    ];
    let won = 0;
    for (let run = 0; run < SKILL_RUNS; run++) {
      const [good, lucky] = run % 2 ? pairs[run % 5] : pairs[run % 5].toReversed();
      /** @type {Bot[]} */
      const bots = [];
      bots[good] = better;
      bots[lucky] = randomBot;
      const seats = [good, lucky].sort();
      const { scores } = await play({ seats, bots, seed: 100 + run, fps: QUICK_FPS, sound: false, blind: true });
      if (scores && scores[good] > scores[lucky]) won++;
    }
    assert.ok(won >= 8, `${won} of ${SKILL_RUNS}`);
  });

  test(`${name} is fair: with equal players every seat wins 15 to 35 rounds of ${BALANCE_ROUNDS}`, async (t) => {
    const wins = [0, 0, 0, 0];
    let decided = 0;
    for (let round = 0; round < BALANCE_ROUNDS; round++) {
      const { scores } = await play({ bots: scripted, seed: 1000 + round, fps: QUICK_FPS, sound: false, blind: true });
      assert.ok(scores);
      const best = Math.max(...scores);
      const winners = [0, 1, 2, 3].filter((slot) => scores[slot] === best);
      for (const slot of winners) wins[slot] += 1 / winners.length;
      if (winners.length < 4) decided++;
    }
    t.diagnostic(`wins by seat: ${wins.map((n) => n.toFixed(1))}; ${decided} decided`);
    for (const share of wins) assert.ok(share >= 15 && share <= 35, `wins by seat: ${wins}`);
    assert.ok(decided > BALANCE_ROUNDS / 2, `only ${decided} rounds had a winner`);
  });
}
