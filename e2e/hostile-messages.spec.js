/**
 * Games that lie to the lobby, and games that drown it in messages.
 */

import { expect, test } from "@playwright/test";
import { HostileParty } from "./hostile.js";

/** @type {import("./hostile.js").Attack[]} */
const ATTACKS = [
  { game: "message-flood", fails: "it is taken away, and the lobby hardly feels it", outcome: "crashed" },
  {
    game: "message-flood-from-inner-frames",
    fails: "it is taken away for what frames inside it post",
    outcome: "crashed",
  },
  {
    game: "message-flood-below-the-cut",
    fails: "the host hears a fraction, cut short",
    after: async (party) => {
      expect(party.refusals()).toEqual([]);
    },
  },
  {
    game: "message-too-large",
    fails: "it is taken away after the first ones",
    outcome: "crashed",
    // One of them may take a loaded machine a second or two to unpack; all that it would post take for ever.
    gapMs: 5_000,
  },
  {
    game: "message-of-a-hundred-megabytes",
    fails: "it is taken away once the lobby has unpacked it",
    // While a slow machine packs it the game's own heart stands still.
    outcome: ["crashed", "hung"],
    // No page can tell how large a message is before the browser has unpacked it: this one costs what it costs, once.
    gapMs: 15_000,
  },
  { game: "errors-without-end", fails: "texts are cut, and it may still end" },
  { game: "scores-infinite", fails: "scores are brought into 0 to 10", scores: [10, 0, 0, 0] },
  { game: "scores-of-wrong-types", fails: "nobody scores", scores: [0, 0, 0, 0] },
  { game: "scores-without-end", fails: "only those who play score", scores: [1, 2, 0, 0] },
  { game: "scores-not-a-list", fails: "nobody scores", scores: [0, 0, 0, 0] },
  { game: "scores-reported-twice", fails: "the first report counts" },
  { game: "scores-before-ready", fails: "only the report after it counts" },
  { game: "scores-from-another-window", fails: "only the game's own window reports" },
  { game: "prototype-pollution", fails: "no object of the lobby is changed" },
  { game: "host-spoof", fails: "the SDK hears the lobby only" },
  { game: "rumble-flood", fails: "effects are capped" },
];

test.describe("hostile messages", () => {
  const party = new HostileParty();
  test.beforeAll(() => party.start(ATTACKS.map(({ game }) => game)));
  test.afterAll(async () => {
    console.log(`hostile messages: the lobby's main thread was held up for ${Math.round(party.worstGap)} ms at most`);
    await party.stop();
  });

  for (const attack of ATTACKS) {
    test(`${attack.game}: ${attack.fails}`, () => party.survives(attack));
  }
});
