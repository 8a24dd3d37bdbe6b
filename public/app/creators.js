/** `/creators`: what became of each maker's games. */

import { registerCreatorList } from "./watch/creator-list.js";
import { speakToLookers, watchParty } from "./watch/live.js";
import { registerWatchHeader } from "./watch/watch-header.js";

speakToLookers("creators");
registerWatchHeader();
registerCreatorList();
const components = Array.from(document.querySelectorAll("[data-component]")).map(
  (element) => /** @type {import("./build.js").PartyElement} */ (element),
);
watchParty((view) => {
  for (const component of components) component.update(view);
});
