/**
 * How long a button takes from the pad to `getInput` in a game in Chromium, beyond the wait for the next frame of the screen; of the
 * same buttons, how long to the daemon's message in the game's frame, before the SDK is told of it; and of as many more, to a
 * program that does nothing but wait for it. Ends with 1 when a budget is not kept.
 *
 * All clocks are the system's, which counts from its start: this program's `hrtime`, the browser's ticks, and the daemon's
 * stamps less a number that the rig's answers tell.
 *
 * `cargo xtask bench` builds the programs and calls this: `node e2e/latency.js`.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "@playwright/test";
import { Line } from "./line.js";
import { Party } from "./party.js";
import config from "./playwright.config.js";
import { Rig } from "./rig.js";

/** Changes that are timed. */
const CHANGES = 1000;
/**
 * A button may take so many times as long to `getInput` as to the message in the frame, by share of the buttons: what the
 * machine and the browser take is in both.
 */
const BUDGETS = [
  { name: "p50", share: 0.5, ratio: 1.5 },
  { name: "p99", share: 0.99, ratio: 1.5 },
];
/** Looks at the daemon's clock; each narrows down what it may be. */
const CLOCK_LOOKS = 500;
/** Until everything that was sent has arrived, in ms. */
const SETTLE_MS = 500;
const NS_PER_MS = 1e6;
const US_PER_MS = 1e3;
const MS_PER_S = 1e3;

const now = () => Number(process.hrtime.bigint()) / NS_PER_MS;

/** @param {number[]} values @param {number} share */
function quantile(values, share) {
  return [...values].sort((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? Number.NaN;
}

/**
 * Seats two players and starts the probe, and waits until a press reaches it.
 * @param {import("@playwright/test").Page} page
 * @param {Party} party
 * @param {Rig} rig
 */
async function startProbe(page, party, rig) {
  const playersBySlot = ["fox-orange", "cat-pink", "", ""].map((avatarId, slot) => ({
    slot,
    avatarId,
    gamepadIndex: avatarId ? 100 + slot : -1,
  }));
  const seated = await fetch(`${party.url}/api/session/players`, {
    method: "POST",
    body: JSON.stringify({ playersBySlot }),
  });
  if (!seated.ok) throw new Error(`nobody could be seated: ${await seated.text()}`);
  await page.goto(party.url);
  await page.getByRole("button", { name: /Latency Probe/ }).click();
  await page.getByRole("button", { name: /Play/ }).click();
  await page.locator("body[data-phase=playing]").waitFor();
  const frame = page.frames().find((candidate) => candidate.url().includes("/games/latency-probe"));
  if (!frame) throw new Error("the probe is gone");
  do await rig.tap(0, "south");
  while ((await frame.evaluate("seen.length")) === 0);
  // Earlier taps may still be on their way.
  for (let before = -1, count = 0; before !== count; ) {
    before = count;
    await sleep(SETTLE_MS);
    count = Number(await frame.evaluate("seen.length"));
  }
  await frame.evaluate("seen.length = told.length = 0");
  return frame;
}

/**
 * The frame's time 0 on this program's clock, in ms.
 * @param {import("@playwright/test").Frame} frame in a process of its own
 */
async function frameStart(frame) {
  const session = await frame.page().context().newCDPSession(frame);
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  const start = metrics.find(({ name }) => name === "NavigationStart");
  if (!start) throw new Error("the browser does not tell when the frame began");
  return start.value * MS_PER_S;
}

/**
 * The daemon's time 0 on this program's clock, and by how much that may be wrong, in ms: an answer was stamped after its command
 * was sent and before it was here.
 * @param {Rig} rig
 */
async function daemonStart(rig) {
  let [earliest, latest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let n = 0; n < CLOCK_LOOKS; n += 1) {
    const before = now();
    const { atUs } = await rig.button(1, "start", 0);
    earliest = Math.max(earliest, before - atUs / US_PER_MS);
    latest = Math.min(latest, now() - atUs / US_PER_MS);
  }
  return { start: (earliest + latest) / 2, error: (latest - earliest) / 2 };
}

/**
 * Presses and lets go; when each came to lie in the pad, on the daemon's clock.
 * @param {Rig} rig
 * @param {(isDown: boolean) => Promise<void>} [arrived] what else is waited for
 */
async function play(rig, arrived) {
  /** @type {number[]} */
  const set = [];
  for (let n = 0; n < CHANGES; n += 1) {
    const value = (n + 1) % 2;
    // At every phase of the screen's frames and of the daemon's looks.
    await sleep(8 + Math.random() * 17);
    const [{ atUs }] = await Promise.all([rig.button(0, "south", value), arrived?.(value === 1)]);
    set.push(atUs / US_PER_MS);
  }
  return set;
}

/**
 * Plays for a client that does nothing but wait; how long each change took, in ms.
 * @param {Rig} rig
 * @param {Line} client
 * @param {number} daemonZero
 */
async function playForBare(rig, client, daemonZero) {
  /** @type {number[]} */
  const times = [];
  const set = await play(rig, async (isDown) => {
    for (;;) {
      const message = await client.next();
      if (message === null) throw new Error("the daemon ended the line");
      // The first record's first button.
      if (typeof message !== "string" && message.readInt16LE(32) > 0 === isDown) break;
    }
    times.push(now());
  });
  return set.map((at, n) => (times[n] ?? Number.NaN) - (at + daemonZero));
}

async function measure() {
  const party = new Party();
  const { launchOptions } = config.use ?? {};
  const browser = await chromium.launch(launchOptions);
  try {
    await party.withGames("latency-probe").start({ input: true, virtual: 2 });
    const rig = await Rig.connect(party.input);
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    const frame = await startProbe(page, party, rig);
    const { start, error } = await daemonStart(rig);
    const set = await play(rig);
    await sleep(SETTLE_MS);
    const { seen, told } = /** @type {{seen: number[], told: number[]}} */ (await frame.evaluate("({ seen, told })"));
    if (seen.length !== CHANGES || told.length !== CHANGES) {
      throw new Error(`the game saw ${seen.length} of ${CHANGES} changes, its frame was told of ${told.length}`);
    }
    const frameZero = await frameStart(frame);
    const since = (/** @type {number[]} */ times) =>
      set.map((at, n) => (times[n] ?? Number.NaN) + frameZero - (at + start));
    // Not of the same presses: it would be in the browser's way.
    const { url, token } = party.input ?? { url: "", token: "" };
    const client = await Line.open(`${url}/?token=${encodeURIComponent(token)}`, "maribro.input.v1");
    const bare = await playForBare(rig, client, start);
    client.close();
    rig.close();
    return { seen: since(seen), told: since(told), bare, error };
  } finally {
    await browser.close();
    await party.stop();
  }
}

const { seen, told, bare, error } = await measure();
let isKept = true;
for (const { name, share, ratio } of BUDGETS) {
  const [inGame, inFrame, outside] = [quantile(seen, share), quantile(told, share), quantile(bare, share)];
  const isWithin = inGame / inFrame < ratio;
  isKept &&= isWithin;
  console.log(
    `${name}: a button to getInput in a game ${inGame.toFixed(2)} ms, to the message in its frame ${inFrame.toFixed(2)} ms; ` +
      `ratio ${(inGame / inFrame).toFixed(2)}, ${isWithin ? "" : "OVER BUDGET: "}under ${ratio} is asked; ` +
      `to a program that only waits ${outside.toFixed(2)} ms`,
  );
}
console.log(`the daemon's clock is known to ${error.toFixed(2)} ms`);
process.exitCode = isKept ? 0 : 1;
