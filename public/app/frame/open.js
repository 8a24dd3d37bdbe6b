/** A game's frame: what it may do, and how it comes into its place. The same on the big screen, in `maribro dev` and in `maribro verify`. */

/** SECURITY: with no `allow-same-origin` a game has an origin of its own and cannot reach into the page. */
const SANDBOX = "allow-scripts allow-pointer-lock";
/** Of what the browser asks permission for. */
const ALLOW = "autoplay; gamepad";

/**
 * Puts a new frame into a place that is on the screen, then sends it to its game. A frame that has its place before is as large
 * for the game's first line as ever after; one that is laid out while the game loads in its own process is 0 x 0 for some, and
 * a canvas that was made as large stays empty.
 * @param {HTMLIFrameElement} frame
 * @param {HTMLElement} place
 * @param {string} src
 * @param {() => void} loaded called at each load: at the second one it is not the game any more
 */
export function openGame(frame, place, src, loaded) {
  frame.setAttribute("sandbox", SANDBOX);
  frame.allow = ALLOW;
  place.append(frame);
  // Lays it out.
  frame.getBoundingClientRect();
  // Not before: the empty frame loads too.
  frame.addEventListener("load", loaded);
  frame.src = src;
}
