/** Troubles that last: a lost line, a disk that does not write, a controller that cannot be read. */
import { keyedList, make, PartyElement, setText, show } from "../../build.js";
import { texts } from "../../texts.js";

/** @typedef {import("../../view.d.ts").View} View */

/**
 * The troubles there are now, the worst first.
 * @param {View} view
 * @returns {string[]}
 */
function troubles({ host, pads }) {
  const lines = host.problems.map((problem) => texts.problems[problem] ?? texts.problemUnknown);
  if (host.connection === "lost") lines.unshift(texts.connection.lost);
  else if (host.connection === "connecting") lines.unshift(texts.connection.connecting);
  if (pads.unmapped && host.trusted) lines.push(texts.pads.unmapped);
  return lines;
}

export class StatusBanner extends PartyElement {
  #patchList = keyedList(
    this,
    (/** @type {string} */ line) => line,
    () => make("p"),
    (element, line) => setText(element, line),
  );

  build() {
    this.setAttribute("role", "alert");
  }

  /** @param {View} view */
  update(view) {
    const lines = troubles(view);
    show(this, lines.length > 0);
    this.#patchList(lines);
  }
}

export function registerStatusBanner() {
  customElements.define("status-banner", StatusBanner);
}
