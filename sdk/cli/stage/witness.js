/**
 * Runs in a game's frame before its first script, and tells the page around it what goes wrong there and what scores the
 * game gives: `verify:error`, `verify:blocked`, `verify:scores`. For the verifier and for `maribro dev`.
 */
(() => {
  const stage = window.parent;
  // Frames inside a game are not the game.
  if (stage === window || stage !== window.top) return;

  const post = stage.postMessage.bind(stage);
  const text = (/** @type {any} */ value) => {
    try {
      return String(value).slice(0, 2000);
    } catch {
      return "something without a text";
    }
  };
  addEventListener(
    "error",
    (event) => {
      if (!event.message || event.message.startsWith("ResizeObserver loop")) return;
      const { message, filename: file, lineno: line, colno: column, error } = event;
      post({ type: "verify:error", payload: { message, file, line, column, stack: text(error?.stack ?? "") } }, "*");
    },
    true,
  );
  addEventListener("unhandledrejection", ({ reason }) => {
    const message = `Unhandled rejection: ${text(reason?.message ?? reason)}`;
    post(
      { type: "verify:error", payload: { message, file: "", line: 0, column: 0, stack: text(reason?.stack ?? "") } },
      "*",
    );
  });
  addEventListener("securitypolicyviolation", (event) => {
    const {
      blockedURI: url,
      effectiveDirective: directive,
      sourceFile: file,
      lineNumber: line,
      columnNumber: column,
    } = event;
    post({ type: "verify:blocked", payload: { url, directive, file, line, column } }, "*");
  });

  /** As the game gave them, for the SDK mends what is wrong with them. */
  const note = (/** @type {string} */ via, /** @type {any} */ scores) => {
    const list = Array.isArray(scores) ? Array.from(scores.slice(0, 8), tell) : null;
    post(
      { type: "verify:scores", payload: { via, scores: list, given: Array.isArray(scores) ? "" : text(scores) } },
      "*",
    );
  };
  const tell = (/** @type {any} */ score) =>
    typeof score === "number"
      ? Number.isFinite(score)
        ? score
        : String(score)
      : score == null
        ? null
        : text(typeof score);

  Object.defineProperty(window, "Maribro", {
    configurable: true,
    set(/** @type {any} */ sdk) {
      const watched = {
        ...sdk,
        endGame(/** @type {any} */ scores) {
          note("Maribro.endGame", scores);
          return sdk.endGame(scores);
        },
        showResults(/** @type {any} */ results) {
          note("Maribro.showResults", results?.scoresBySlot);
          return sdk.showResults(results);
        },
      };
      Object.defineProperty(window, "Maribro", { configurable: true, writable: true, value: Object.freeze(watched) });
    },
    get: () => undefined,
  });
})();
