/**
 * The line of a page that only looks: host → store → view, again and again, and never a command but "I watch".
 * @import { Avatar, HostState, View } from "../view.js"
 */
import { loadAvatars } from "../avatars.js";
import { setMotion } from "../motion.js";
import { HostSocket } from "../socket.js";
import { Store } from "../store.js";
import { languageFor, texts, useLanguage } from "../texts.js";
import { initialUiState } from "../ui.js";

/** Longest time between two drawings, in ms: clocks show seconds. */
const REDRAW_MS = 250;
/** Until the catalogue of avatars is asked for again, in ms. */
const AVATARS_RETRY_MS = 2000;

/**
 * Takes the looker's own language, and what the system says of motion. Before any component is made: they keep the words
 * that they were made with.
 * @param {"watch" | "creators"} page
 */
export function speakToLookers(page) {
  const language = languageFor(navigator.languages);
  useLanguage(language);
  document.documentElement.lang = language;
  document.title = texts.pageTitles[page];
  setMotion("auto");
}

/**
 * Draws the party for as long as the page is open; connects again by itself.
 * @param {(view: View) => void} draw
 */
export function watchParty(draw) {
  const store = new Store();
  const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;
  const socket = new HostSocket(url, {
    onEvent: (event) => store.apply(event, performance.now()),
    onLost: () => store.connectionLost(),
  });
  const ui = initialUiState();
  const pads = {
    present: new Set(/** @type {number[]} */ ([])),
    unmapped: false,
    twins: new Map(),
    batteries: new Map(),
  };
  /** @type {Avatar[]} */
  let avatars = [];
  /** @type {HostState | null} */
  let drawn = null;
  let drawnAt = 0;
  const look = () => {
    requestAnimationFrame(look);
    const now = performance.now();
    if (drawn === store.state && now - drawnAt < REDRAW_MS) return;
    drawn = store.state;
    drawnAt = now;
    document.body.dataset.phase = store.state.round?.phase ?? "";
    draw({ host: store.state, ui, avatars, pads, now });
  };
  const fetchAvatars = async () => {
    try {
      avatars = await loadAvatars();
    } catch (error) {
      console.warn("the avatars did not come; asking again", error);
      setTimeout(fetchAvatars, AVATARS_RETRY_MS);
    }
  };
  store.subscribe((event) => {
    // Also on the host's own machine: who looks never takes the stage.
    if (event?.type === "hello") socket.send({ type: "join", payload: { role: "watch" } });
  });
  fetchAvatars();
  socket.connect();
  requestAnimationFrame(look);
}
