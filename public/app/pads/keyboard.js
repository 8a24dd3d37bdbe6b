/** Feeds the page's key events to the key tracker, wherever the focus is. */
import { PAD_CODES } from "./keys.js";

/** @param {EventTarget | null} target */
function isTyping(target) {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/**
 * A button that was reached with the Tab key keeps Space and Enter for itself.
 * @param {string} code
 */
function belongsToFocus(code) {
  const focused = document.activeElement;
  const isButton = focused instanceof HTMLButtonElement && focused.matches(":focus-visible");
  return isButton && (code === "Space" || code === "Enter");
}

/**
 * @param {import("./keys.js").KeyTracker} keys
 * @param {() => void} onPress called at once at each new press: on a slow screen several keys fall into one frame, and
 *   their order counts
 * @returns {() => void} stops listening
 */
export function listenToKeyboard(keys, onPress) {
  const listening = new AbortController();
  const { signal } = listening;
  window.addEventListener(
    "keydown",
    (event) => {
      const { code, ctrlKey, metaKey, altKey } = event;
      // macOS sends no key-up for keys that are held together with Command.
      if (event.key === "Meta") keys.releaseAll();
      if (!PAD_CODES.has(code) || ctrlKey || metaKey || altKey) return;
      if (isTyping(event.target) || belongsToFocus(code)) return;
      event.preventDefault();
      if (!event.repeat && keys.press(code)) onPress();
    },
    { signal },
  );
  window.addEventListener("keyup", (event) => keys.release(event.code), { signal });
  window.addEventListener("blur", () => keys.releaseAll(), { signal });
  document.addEventListener("visibilitychange", () => keys.releaseAll(), { signal });
  return () => listening.abort();
}
