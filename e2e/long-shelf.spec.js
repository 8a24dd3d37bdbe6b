/** A shelf of more games than anybody made in a night: the page draws what is in sight, and does not wait for the rest. */
import { LOBBY_COLUMNS, VOTE_COLUMNS } from "../public/app/menu/cursor.js";
import { expect, test } from "./party.js";
import { game, round, Script, session } from "./scenes.js";

const GAMES = Array.from({ length: 70 }, (_, n) => game(n));
/** Rows that are in sight, and one above and below them. */
const ROWS_DRAWN = 4;

for (const [screen, phase, columns] of /** @type {const} */ ([
  ["vote-screen", "vote", VOTE_COLUMNS],
  ["game-shelf", "lobby", LOBBY_COLUMNS],
])) {
  test(`of a long shelf the ${phase} draws the covers in sight, wherever that is`, async ({ page, party }) => {
    await party.start();
    const script = await new Script({ session: session(), games: GAMES, round: round() }, { trusted: true }).answer(
      page,
    );
    await page.goto(party.url);
    await expect(page.locator("body[data-phase=lobby]")).toBeAttached();
    if (phase === "vote") script.round(round({ id: "r", phase: "vote", remainingMs: 8500 }));

    const list = page.locator(`${screen} .game-grid`);
    const faces = list.locator(".cover-face");
    const drawn = faces.and(page.locator(":visible"));
    await expect(faces.first()).toBeAttached();
    for (const place of [0, 0.5, 1, 0]) {
      await list.evaluate((list, place) => {
        list.scrollTo({ top: place * list.scrollHeight, behavior: "instant" });
      }, place);
      await expect
        .poll(() => list.evaluate(areSeen), { message: `the covers in sight at ${place} have their faces` })
        .toBe(true);
      await expect.poll(() => drawn.count()).toBeLessThanOrEqual(ROWS_DRAWN * columns);
    }
  });
}

/** Run in the page: whether each card that is in sight, but for "surprise me", has its maker's face. @param {Element} list */
function areSeen(list) {
  const { top, bottom } = list.getBoundingClientRect();
  const inSight = [...list.querySelectorAll(".game-card:not([data-surprise])")].filter((card) => {
    const place = card.getBoundingClientRect();
    return place.bottom > top && place.top < bottom;
  });
  return inSight.length > 0 && inSight.every((card) => card.querySelector(".cover-face")?.checkVisibility());
}
