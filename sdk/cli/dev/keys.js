/**
 * Runs in a game's frame before the SDK and tells the page around it which keys go down and up there, so that the pads
 * beside the game are live wherever the focus is: `dev:key`. The game itself hears its keys by the SDK.
 */
(() => {
  const page = window.parent;
  if (page === window || page !== window.top) return;

  const post = page.postMessage.bind(page);
  const tell = (/** @type {string | null} */ code, isDown = false) =>
    post({ type: "dev:key", payload: { code, isDown } }, "*");
  addEventListener("keydown", ({ code, repeat }) => !repeat && tell(code, true), true);
  addEventListener("keyup", ({ code }) => tell(code), true);
  // No key-up will come.
  addEventListener("blur", () => tell(null));
})();
