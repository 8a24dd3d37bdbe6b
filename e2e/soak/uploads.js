/** People who send games meanwhile: new ones at first, then new revisions of them. */

import { fixture } from "../party.js";

/** Names that are sent; few, so that the shelf stops growing soon. */
const NAMES = 6;
/** Makers of the games. */
const MAKERS = ["fox-orange", "bear-brown", "alien-lime"];

export class Uploads {
  #turn = 0;
  accepted = 0;
  refused = /** @type {string[]} */ ([]);
  /** Newest revision that was acknowledged, by name. @type {Map<string, number>} */
  #newest = new Map();
  /** @type {Set<string>} */
  losses = new Set();

  /** @param {import("../party.js").Party} party */
  constructor(party) {
    this.party = party;
  }

  /** Sends the next one. */
  async send() {
    const turn = this.#turn;
    this.#turn += 1;
    const number = turn % NAMES;
    const name = `sent-${number}.html`;
    const text = fixture("v1-sdk")
      .replace("V1 By SDK", `Sent ${number}`)
      .replace("</body>", `<!-- revision ${turn}. -->\n</body>`);
    const answer = await this.party.upload(name, text, /** @type {string} */ (MAKERS[number % MAKERS.length]));
    if (answer.ok) {
      this.accepted += 1;
      this.#newest.set(name, turn);
    } else {
      this.refused.push(answer.error?.code ?? JSON.stringify(answer));
    }
  }

  /** Whether each game is there as it was last acknowledged. Not while one is being sent. */
  async check() {
    for (const [name, turn] of this.#newest) {
      const text = await (await fetch(`${this.party.url}/games/${name}`)).text();
      if (!text.includes(`<!-- revision ${turn}. -->`)) this.losses.add(`${name} is not revision ${turn}`);
    }
  }
}
