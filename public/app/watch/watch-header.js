/** Name of the page, whether it is live, and the way to the other page. */
import { make, PartyElement, setAttribute, setText } from "../build.js";
import { texts } from "../texts.js";

/** @typedef {import("../view.d.ts").View} View */

export class WatchHeader extends PartyElement {
  #live = make("span", { class: "live", role: "status" });

  build() {
    setAttribute(this, "role", "banner");
    const logo = make("img", { src: "/public/app/icons/logo.svg", alt: "" });
    const links = make("nav", { "aria-label": texts.watch.pages });
    for (const [path, words] of /** @type {const} */ ([
      ["/watch", texts.watch.party],
      ["/creators", texts.watch.creators],
    ])) {
      const link = make("a", { href: path, text: words });
      if (location.pathname === path) link.setAttribute("aria-current", "page");
      links.append(link);
    }
    this.append(make("h1", {}, logo, texts.title), this.#live, links);
  }

  /** @param {View} view */
  update({ host }) {
    setAttribute(this.#live, "data-line", host.connection);
    setText(this.#live, texts.watch.line[host.connection]);
  }
}

export function registerWatchHeader() {
  customElements.define("watch-header", WatchHeader);
}
