/** The harness's own judgement: a game that is wrong must be seen to be wrong. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { GAMES, gameFrom, playRound } from "./harness/round.js";

/** @param {string} script */
const game = (script) =>
  gameFrom(
    "made-up",
    `<!doctype html><html><head><meta name="maxDurationSec" content="20"></head>
<body><p class="a b">Hi <b>you</b></p><canvas id="stage"></canvas>
<script src="/public/maribro-sdk.js"></script>
<script>${script}</script></body></html>`,
  );

test("a game that never reports is forced to end, and has no scores", async () => {
  const result = await playRound(game("Maribro.onReady(() => {});"));
  assert.equal(result.forced, true);
  assert.equal(result.scores, null);
});

test("an error is told with the file's own line, and the round goes on", async () => {
  const result = await playRound(
    game(
      "\nMaribro.onReady(() => { setTimeout(() => { throw new Error('oh'); }, 10);\n Maribro.endGame([1,2,3,4]); });",
    ),
  );
  assert.deepEqual(result.scores, [1, 2, 3, 4]);
  const late = await playRound(
    game(
      "\nMaribro.onReady(() => { setTimeout(() => Maribro.endGame([0,0,0,0]), 50);\n setTimeout(() => { throw new Error('oh'); }, 10); });",
    ),
  );
  assert.match(/** @type {Error} */ (late.errors[0]).stack ?? "", /made-up\.html:6:/);
});

test("a tap reaches the game once, in the frame after it", async () => {
  const script = `let taps = 0; Maribro.onReady(async () => { await Maribro.countdown(); requestAnimationFrame(function frame() {
    if (Maribro.getInput(2).pressed.south) taps++;
    if (performance.now() < 6000) requestAnimationFrame(frame); else Maribro.endGame([0, 0, taps, 0]);
  }); });`;
  const { scores } = await playRound(game(script), {
    bots: (_view, slot, _random, t) => ({ south: slot === 2 && t > 3500 && t < 4200 }),
  });
  assert.deepEqual(scores, [0, 0, 1, 0]);
});

test("what is drawn, shown and heard is told apart", async () => {
  /** @param {string} act */
  const seen = async (act) => {
    const script = `const pen = document.getElementById("stage").getContext("2d"); Maribro.onReady(() => {
      requestAnimationFrame(() => { ${act} }); setTimeout(() => Maribro.endGame([0, 0, 0, 0]), 100); });`;
    return (await playRound(game(script), { watchFrom: 0 })).seen;
  };
  const looks = await Promise.all([
    seen(""),
    seen("pen.fillRect(0, 0, 9, 9)"),
    seen("pen.fillStyle = 'red'; pen.fillRect(0, 0, 9, 9)"),
    seen("document.querySelector('p.b > b'.replace(' >', '')).textContent = 'me'"),
    seen("document.body.style.color = 'red'"),
    seen("Maribro.audio.playNote({ note: 60 })"),
    seen("Maribro.rumble(0)"),
  ]);
  assert.equal(new Set(looks).size, looks.length);
  assert.equal(await seen(""), looks[0]);
});

test("every game on the shelf has its tests, its bots and its line in the README, and no two the same maker", () => {
  const readme = readFileSync(path.join(GAMES, "README.md"), "utf8");
  const makers = [];
  for (const file of readdirSync(GAMES)) {
    if (!file.endsWith(".html") || file.startsWith("_")) continue;
    const name = file.slice(0, -".html".length);
    for (const needed of [`tests/${name}.test.js`, `bots/${name}.js`]) readFileSync(path.join(GAMES, needed));
    assert.ok(readme.includes(`\`${file}\``), `${file} in games/README.md`);
    makers.push(/creatorAvatarId" content="([^"]+)/.exec(readFileSync(path.join(GAMES, file), "utf8"))?.[1]);
  }
  assert.equal(new Set(makers).size, makers.length, makers.join(" "));
});

test("the code in docs/juice.md is the code of the games it names", () => {
  const doc = readFileSync(path.join(GAMES, "../docs/juice.md"), "utf8");
  const blocks = [...doc.matchAll(/```js\n\/\/ games\/(\S+)\n([\s\S]*?)\n```/g)];
  assert.equal(blocks.length, doc.match(/```js/g)?.length, "each block names its game");
  for (const [, file, code] of blocks) {
    assert.ok(readFileSync(path.join(GAMES, file), "utf8").includes(code), `${file} has\n${code}`);
  }
});
