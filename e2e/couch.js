/** People on the couch: they look at the big screen, and have a pad in their hands. Nothing else. */

import { walkTo } from "./pads.js";
import { expect } from "./party.js";

/** No list is longer than this. */
const MOST_STEPS = 40;
/** When it is looked what a tap changed, in ms. */
const LOOKS_MS = [20, 30, 50, 100];

/** @typedef {keyof typeof import("./pads.js").BUTTON} Button */

export class Couch {
  /**
   * @param {import("@playwright/test").Page} page the lobby
   * @param {(pad: number, button: Button) => Promise<void>} tap presses a button and lets go of it
   */
  constructor(page, tap) {
    this.page = page;
    this.tap = tap;
  }

  /** Each of them taps this button, all at the same time. @param {number[]} pads @param {Button} button */
  async all(pads, button) {
    await Promise.all(pads.map((pad) => this.tap(pad, button)));
  }

  /** A new screen hears no press for a moment. @param {string | RegExp} heading */
  async screen(heading) {
    await expect(this.page.getByRole("heading", { name: heading, exact: typeof heading === "string" })).toBeVisible();
    await expect(this.page.locator("body[data-input=open]")).toBeAttached();
  }

  /** @param {number} slot */
  seat(slot) {
    return this.page.getByRole("group", { name: `Seat ${slot + 1}` });
  }

  /** The seat shows these words; what is hidden of it does not count. @param {number} slot @param {string} words */
  async seatSays(slot, words) {
    await expect(this.seat(slot).getByText(words).filter({ visible: true }).first()).toBeVisible();
  }

  /** Takes a seat with the first press. @param {number} pad @param {number} slot */
  async sitDown(pad, slot) {
    await this.seatSays(slot, "to join");
    await this.tap(pad, "south");
    await this.seatSays(slot, "Take");
  }

  /** Turns the carousel to this face and takes it. @param {number} pad @param {number} slot @param {string} name */
  async takeFace(pad, slot, name) {
    const shown = this.seat(slot).locator(".seat-choosing .seat-name");
    await this.#step(
      pad,
      "right",
      async () => (await shown.textContent()) ?? "",
      (now) => now === name,
    );
    await this.tap(pad, "south");
    await this.seatSays(slot, "Ready");
    await this.seatSays(slot, name);
  }

  /** Walks in a list with one cursor for all. @param {number} pad @param {string} selector */
  async walkTo(pad, selector) {
    await walkTo(this.page, pad, selector, (pad, way) => this.tap(pad, way));
  }

  /**
   * Walks with the own cursor, a chip with the seat's name, to a button above the shelf: up, then to the right.
   * @param {number} pad of the seat of the same number
   * @param {string} name
   */
  async cursorToButton(pad, name) {
    const isOnTop = () => this.page.locator(".top-spot .player-chip", { hasText: `P${pad + 1}` }).isVisible();
    while (!(await isOnTop())) await this.#change(pad, "up", () => this.#cursor(pad));
    await this.cursorTo(pad, name);
  }

  /** Walks with the own cursor to the right, until it stands on this. @param {number} pad @param {string} name */
  async cursorTo(pad, name) {
    await this.#step(
      pad,
      "right",
      () => this.#cursor(pad),
      (now) => now.includes(name),
    );
  }

  /** What the seat's own cursor stands on. @param {number} pad */
  #cursor(pad) {
    return this.page.evaluate(
      (name) => {
        const chips = [...document.querySelectorAll(".top-spot .player-chip, .cursors .player-chip")];
        const mine = chips.find((one) => one.textContent === name && one.checkVisibility());
        return mine?.closest(".top-spot, .game-card")?.querySelector("button")?.textContent ?? "";
      },
      `P${pad + 1}`,
    );
  }

  /**
   * Taps a button until the screen shows what is wanted, and looks after each tap.
   * @param {number} pad
   * @param {Button} button
   * @param {() => Promise<string>} look
   * @param {(now: string) => boolean} isThere
   */
  async #step(pad, button, look, isThere) {
    for (let taps = 0; !isThere(await look()); taps += 1) {
      if (taps === MOST_STEPS) throw new Error(`pad ${pad} pressed ${button} ${taps} times and is at ${await look()}`);
      await this.#change(pad, button, look);
    }
  }

  /**
   * Taps and waits for what that changes.
   * @param {number} pad
   * @param {Button} button
   * @param {() => Promise<string>} look
   */
  async #change(pad, button, look) {
    const before = await look();
    await this.tap(pad, button);
    await expect.poll(look, { intervals: LOOKS_MS }).not.toBe(before);
  }
}
