/**
 * Games that want to tell a stranger something, or to write to the host. No static check has seen them: the policy, the
 * sandbox and the host's own refusals have to hold.
 */

import { expect, test } from "@playwright/test";
import { HostileParty } from "./hostile.js";

/** The game's process ends, or the game goes on without having reached anyone. */
const SILENT_OR_GONE = ["reported", "crashed", "hung"];

/** @type {import("./hostile.js").Attack[]} */
const ATTACKS = [
  { game: "fetches", fails: "no request leaves it" },
  { game: "pictures-and-styles", fails: "nothing is loaded" },
  { game: "hints-to-the-browser", fails: "no name is looked up and nothing is opened ahead of time" },
  { game: "scripts-from-elsewhere", fails: "no code comes in, nor do workers and inner frames get out" },
  { game: "forms", fails: "no form is sent" },
  {
    game: "writes-to-the-host",
    fails: "nothing is written and nobody's seat changes",
    after: async ({ party }) => {
      const { games } = await party.get("/api/games");
      expect(games.map((/** @type {any} */ game) => game.id).sort()).toEqual(
        [...ATTACKS.map(({ game }) => game), "first-press"].sort(),
      );
    },
  },
  { game: "reads-the-session", fails: "it reads neither scores nor cookies" },
  { game: "leaves-for-a-stranger", fails: "it is taken away and reaches nobody", outcome: "crashed" },
  { game: "names-as-a-channel", fails: "no name is looked up", outcome: "crashed" },
  { game: "peer-connection", fails: "WebRTC finds no way out" },
  {
    game: "peer-connection-from-an-inner-frame",
    fails: "WebRTC finds no way out of inner frames",
    outcome: SILENT_OR_GONE,
  },
];

test.describe("hostile network", () => {
  const party = new HostileParty();
  // With the input daemon, the one more whom a game may reach.
  test.beforeAll(() =>
    party.start(
      ATTACKS.map(({ game }) => game),
      { input: true },
    ),
  );
  test.afterAll(async () => {
    console.log(`hostile network: the lobby's main thread was held up for ${Math.round(party.worstGap)} ms at most`);
    await party.stop();
  });

  for (const attack of ATTACKS) {
    test(`${attack.game}: ${attack.fails}`, () => party.survives(attack));
  }

  // The last one: the browser ends with it.
  test("the browser's own log of the net names no stranger", async () => {
    expect(party.stranger.visits).toEqual([]);
    const events = await party.netEvents();
    expect(events, "the log is one").toContain(new URL(party.party.url).host);
    expect(events.match(/[a-z-]+\.stranger\.test/g) ?? []).toEqual([]);
    expect(events).not.toContain(party.stranger.address);
  });
});
