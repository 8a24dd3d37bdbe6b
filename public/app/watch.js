/** `/watch`: the party to look at on any other device. */
import { registerLeaderBoard } from "./components/leader-board/leader-board.js";
import { registerRoundRating } from "./components/round-rating/round-rating.js";
import { registerRoundResults } from "./components/round-results/round-results.js";
import { speakToLookers, watchParty } from "./watch/live.js";
import { registerWatchGames } from "./watch/watch-games.js";
import { registerWatchHeader } from "./watch/watch-header.js";
import { registerWatchRound } from "./watch/watch-round.js";

speakToLookers("watch");
registerWatchHeader();
registerWatchRound();
registerRoundResults();
registerRoundRating();
registerLeaderBoard();
registerWatchGames();
const components = Array.from(document.querySelectorAll("[data-component]")).map(
  (element) => /** @type {import("./build.js").PartyElement} */ (element),
);
watchParty((view) => {
  for (const component of components) component.update(view);
});
