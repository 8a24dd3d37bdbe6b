/**
 * Pads for tests. Browser pads cannot be made without hardware, so `navigator.getGamepads` is replaced in the page (not in
 * the games' frames: what reaches a game must come through the lobby's relay, as with a real pad that was not pressed there yet).
 */

/** Indices of the buttons in the W3C standard mapping. */
export const BUTTON = {
  south: 0,
  east: 1,
  west: 2,
  north: 3,
  select: 8,
  start: 9,
  up: 12,
  down: 13,
  left: 14,
  right: 15,
};

/**
 * Gives the page pads that the test presses.
 * @param {import("@playwright/test").Page} page
 * @param {number} count
 */
export async function plugIn(page, count) {
  await page.addInitScript((count) => {
    if (window.top !== window) return;
    const button = () => ({ pressed: false, touched: false, value: 0 });
    const pads = Array.from({ length: count }, (_, index) => ({
      id: "Wireless Controller (STANDARD GAMEPAD Vendor: 054c Product: 09cc)",
      index,
      connected: true,
      mapping: "standard",
      timestamp: 1,
      axes: [0, 0, 0, 0],
      buttons: Array.from({ length: 18 }, button),
    }));
    /** @type {any} */ (window).testPads = pads;
    navigator.getGamepads = () => /** @type {any} */ (pads.map((pad) => (pad.connected ? pad : null)));
  }, count);
}

/** The shortest tap, in ms: no thumb is quicker. */
export const TAP_MS = 20;

/**
 * Holds a button as long as the quickest tap, and until the page (Playwright's, or a `Lobby`) has had two animation frames to
 * see it, then lets go and waits as long again. Frames alone may be no time at all: late ones catch up.
 * @param {{evaluate: (run: (arg: [number[], number, number]) => Promise<void>, arg: [number[], number, number]) => Promise<void>}} page
 * @param {number | number[]} pad several press at the same time
 * @param {keyof typeof BUTTON} name
 */
export async function press(page, pad, name) {
  await page.evaluate(
    async ([pads, button, tapMs]) => {
      const set = (/** @type {boolean} */ pressed) => {
        for (const pad of pads) {
          const target = /** @type {any} */ (window).testPads[pad];
          target.buttons[button] = { pressed, touched: pressed, value: pressed ? 1 : 0 };
          target.timestamp = performance.now();
        }
      };
      const tap = async () => {
        await new Promise((done) => setTimeout(done, tapMs));
        for (let n = 0; n < 2; n += 1) await new Promise((done) => requestAnimationFrame(done));
      };
      set(true);
      await tap();
      set(false);
      await tap();
    },
    [[pad].flat(), BUTTON[name], TAP_MS],
  );
}

/**
 * Holds a button down, or lets go of it.
 * @param {import("@playwright/test").Page} page
 * @param {number} pad
 * @param {keyof typeof BUTTON} name
 * @param {boolean} down
 */
export async function hold(page, pad, name, down) {
  await page.evaluate(
    ([pad, button, down]) => {
      const target = /** @type {any} */ (window).testPads[Number(pad)];
      target.buttons[Number(button)] = { pressed: down, touched: down, value: Number(down) };
      target.timestamp = performance.now();
    },
    /** @type {[number, number, boolean]} */ ([pad, BUTTON[name], down]),
  );
}

/**
 * Walks a menu's cursor to an item, whichever way that is: on a slow machine a press is long, and steps more than once.
 * @param {import("@playwright/test").Page} page
 * @param {number} pad
 * @param {string} selector of the item
 * @param {(pad: number, way: "up" | "down") => Promise<void>} [tap] for pads that are not `plugIn`'s
 */
export async function walkTo(page, pad, selector, tap = (pad, way) => press(page, pad, way)) {
  await page.locator(selector).waitFor();
  for (;;) {
    const way = await page.locator(selector).evaluate((wanted) => {
      const chosen = wanted.parentElement?.querySelector("[data-chosen]");
      if (!chosen || chosen === wanted) return chosen ? null : "down";
      return chosen.compareDocumentPosition(wanted) & Node.DOCUMENT_POSITION_FOLLOWING ? "down" : "up";
    });
    if (way === null) return;
    await tap(pad, way);
  }
}
