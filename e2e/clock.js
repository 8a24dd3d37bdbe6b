/** The page's own clock in a test's hand. */

/**
 * Lets the lobby's clock be put forward, so that nobody waits for a minute in which nothing happens. The games' clocks
 * stay theirs.
 * @param {import("@playwright/test").Page} page not loaded yet
 * @returns {Promise<(ms: number) => Promise<void>>} lets time pass; a reload begins anew
 */
export async function holdClock(page) {
  await page.addInitScript(() => {
    if (window.top !== window) return;
    const now = performance.now.bind(performance);
    let passed = 0;
    performance.now = () => now() + passed;
    const letPass = (/** @type {number} */ ms) => {
      passed += ms;
    };
    Object.assign(window, { letPass });
  });
  return (ms) => page.evaluate((ms) => /** @type {any} */ (window).letPass(ms), ms);
}
