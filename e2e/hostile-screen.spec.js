/**
 * Games that want the screen, the browser or the people before it: they leave their page, ask, trap, pretend.
 */

import { expect, test } from "@playwright/test";
import { HostileParty } from "./hostile.js";

/** How far the SDK's limiter must pull down two hundred notes at once, in dB. */
const LIMITED_DB = -10;

/** @type {import("./hostile.js").Attack[]} */
const ATTACKS = [
  { game: "alert-loop", fails: "nobody is asked anything" },
  { game: "popups", fails: "no window, no download, no picker" },
  { game: "takes-the-page-away", fails: "the lobby stays where it is" },
  {
    game: "history-spam",
    fails: "the way back leads nowhere but to the lobby",
    after: async ({ lobby }) => {
      // What the game pushed is there to go back to, or else nothing would be tried.
      const index = await lobby.historyIndex();
      expect(index).toBeGreaterThan(0);
      await lobby.evaluate(() => history.back());
      await expect.poll(() => lobby.historyIndex()).toBeLessThan(index);
      const { href, phase } = await lobby.evaluate(() => ({
        href: location.pathname,
        phase: document.body.dataset.phase,
      }));
      expect([href, phase]).toEqual(["/", "lobby"]);
    },
  },
  { game: "leaves-for-nothing", fails: "it is taken away", outcome: "crashed" },
  {
    game: "leaves-before-it-is-loaded",
    fails: "it gets nowhere",
    outcome: "any",
    early: async (party) => {
      const tried = party.page.waitForResponse((answer) => answer.url().endsWith("/games/first-press.html"));
      expect((await tried).status()).toBe(204);
      await party.remote.send("end_round");
    },
  },
  { game: "leaves-for-another-game", fails: "it stays itself" },
  { game: "reloads-itself", fails: "it goes on as if it had not tried" },
  { game: "rewrites-itself", fails: "it is taken away", outcome: "crashed" },
  { game: "markup-in-its-name", fails: "its name is text" },
  {
    game: "input-trap",
    fails: "it gets the focus at most, and the mouse still ends it",
    outcome: "host_ended",
    during: async ({ lobby, remote }) => {
      await lobby.mouse("mouseMoved", 900, 500);
      await lobby.mouse("mouseMoved", 910, 510);
      const { x, y } = await lobby.evaluate(() => {
        const { left, top, width, height } = /** @type {Element} */ (
          document.querySelector(".end-round")
        ).getBoundingClientRect();
        return { x: left + width / 2, y: top + height / 2 };
      });
      await lobby.mouse("mouseMoved", x, y);
      await lobby.mouse("mousePressed", x, y);
      await lobby.mouse("mouseReleased", x, y);
      await remote.until(() => remote.round.phase !== "playing", "the round ends");
    },
  },
  { game: "asks-for-permissions", fails: "it gets none, and nobody is asked" },
  { game: "keeps-something", fails: "nothing of it stays" },
  {
    game: "full-volume",
    fails: "the SDK's limiter holds it",
    outcome: "host_ended",
    during: async (party) => {
      const { frame, remote } = party;
      const heard = () => frame.evaluate(() => /** @type {any} */ (window).heard);
      await expect.poll(async () => (await heard()).blocks).toBeGreaterThan(20);
      const { loudest, reduction, others } = await heard();
      console.log(`full-volume: peak ${loudest.toFixed(2)} before the card, pulled down by ${reduction.toFixed(1)} dB`);
      expect(loudest).toBeGreaterThan(0.05);
      expect(reduction).toBeLessThan(LIMITED_DB);
      expect(others, "sound that goes round the limiter").toBe(0);
      await remote.send("end_round");
    },
  },
];

test.describe("hostile screen", () => {
  const party = new HostileParty();
  test.beforeAll(async () => {
    await party.start(ATTACKS.map(({ game }) => game));
    // Listens in on whatever a frame sends to its loudspeaker.
    await party.page.addInitScript(() => {
      if (window.top === window) return;
      const heard = { loudest: 0, blocks: 0, reduction: 0, others: 0 };
      Object.assign(window, { heard });
      const connect = /** @type {any} */ (AudioNode.prototype).connect;
      /** @type {any} */ (AudioNode.prototype).connect = function (
        /** @type {any} */ target,
        /** @type {any[]} */ ...rest
      ) {
        if (target instanceof AudioDestinationNode) {
          const { context } = target;
          const ear = context.createAnalyser();
          connect.call(this, ear);
          heard.others += Number(!(this instanceof DynamicsCompressorNode));
          const samples = new Float32Array(ear.fftSize);
          setInterval(() => {
            ear.getFloatTimeDomainData(samples);
            const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
            heard.loudest = Math.max(heard.loudest, peak);
            if (this instanceof DynamicsCompressorNode) heard.reduction = Math.min(heard.reduction, this.reduction);
            heard.blocks += Number(peak > 0);
          }, 20);
        }
        return Reflect.apply(connect, this, [target, ...rest]);
      };
    });
  });
  test.afterAll(async () => {
    console.log(`hostile screen: the lobby's main thread was held up for ${Math.round(party.worstGap)} ms at most`);
    await party.stop();
  });

  for (const attack of ATTACKS) {
    test(`${attack.game}: ${attack.fails}`, () => party.survives(attack));
  }
});
