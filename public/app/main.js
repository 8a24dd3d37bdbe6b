/**
 * The big screen: host → store → view, pads and clicks → commands. Everything meets here and nowhere else.
 * @import { ScreenEvent } from "./types.js"
 * @import { Avatar, Intent, MenuKey, Toast, UiAction, View } from "./view.js"
 */
import { avatarById, loadAvatars } from "./avatars.js";
import { registerComponents } from "./components.js";
import { Effects } from "./frame/effects.js";
import { FRAME_PHASES } from "./frame/messages.js";
import { PadWatch } from "./frame/pad-watch.js";
import { Holds, MOUSE_PAD } from "./menu/hold.js";
import { acceptsInput, onPress } from "./menu/menu.js";
import { pauseIntents, pausePress } from "./menu/pause.js";
import { queueOf } from "./menu/queue.js";
import { MOTIONS } from "./menu/settings.js";
import { setMotion } from "./motion.js";
import { DaemonPads } from "./pads/daemon.js";
import { isPadPresent, PadHub, seatOf } from "./pads/hub.js";
import { listenToKeyboard } from "./pads/keyboard.js";
import { padReports } from "./pads/report.js";
import { comeBack, PlaceKeeper } from "./place.js";
import { HostSocket } from "./socket.js";
import { PartySound } from "./sound/party-sound.js";
import { loadSound, saveSound } from "./sound/settings.js";
import { isHalted, Store } from "./store.js";
import { LANGUAGE_IDS, languageFor, texts, useLanguage } from "./texts.js";
import { initialUiState, reduceUi } from "./ui.js";

/** Reading pads while a game runs, in ms: as often as the browser itself polls them. */
const GAME_POLL_MS = 4;
/** Longest time between two drawings, in ms. */
const REDRAW_MS = 100;
/** Where this browser remembers whether things move less. */
const MOTION_KEY = "maribro.motion";
/** Where this browser remembers its language. */
const LANGUAGE_KEY = "maribro.language";
/** Until the catalogue of avatars is asked for again, in ms. */
const AVATARS_RETRY_MS = 2000;
/** What the doctor lets a pad do. */
const TEST_RUMBLE = { strong: 0.8, weak: 0.5, durationMs: 500 };
/** How often the way to the daemon is measured while the doctor looks, in ms. */
const MEASURE_MS = 1000;
/** With this in its address the page opens the doctor. */
const DOCTOR_PARAMETER = "pads";
/** Menu meaning of the standard layout's buttons; the PS button (16) is never bound. @type {Record<number, MenuKey>} */
const MENU_KEYS = { 0: "south", 1: "east", 2: "west", 3: "north", 9: "start" };

const store = new Store();
const browserPads = () => Array.from(navigator.getGamepads());
const daemon = new DaemonPads();
const hub = new PadHub(browserPads, daemon);
const effects = new Effects(daemon, hub.twins, browserPads);
const socket = new HostSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`, {
  onEvent: (event) => store.apply(event, performance.now()),
  onLost: () => store.connectionLost(),
});
const motion = MOTIONS.find((one) => one === localStorage.getItem(MOTION_KEY)) ?? "auto";
const language =
  LANGUAGE_IDS.find((one) => one === localStorage.getItem(LANGUAGE_KEY)) ?? languageFor(navigator.languages);
let ui = { ...initialUiState(), motion, language, ...loadSound() };
const holds = new Holds();
const places = new PlaceKeeper();
/** The place that the page was loaded in again is come back to once, as soon as it is known that this is the stage. */
let mayComeBack = true;
let mouseDown = false;
const padWatch = new PadWatch();
const sound = new PartySound();
/** @type {Avatar[]} */
let avatars = [];
/** @type {ReturnType<typeof setInterval> | null} */
let gamePoll = null;
let isDrawingAsked = false;
let shownPhase = "";
let wasHalted = false;
/** The round after which people last took turns, as far as they were told. */
let turnsOf = "";
/** @type {View | null} */
let drawn = null;

speak();
setMotion(ui.motion);
registerComponents();
let components = findComponents();
let { frame, doctor } = findParts();
let measuredAt = 0;
let wantsDoctor = new URLSearchParams(location.search).has(DOCTOR_PARAMETER);

function findComponents() {
  return Array.from(document.querySelectorAll("[data-component]")).map(
    (element) => /** @type {import("./build.js").PartyElement} */ (element),
  );
}

/** The two that know more than the view, with what they need for that. */
function findParts() {
  const frame = /** @type {import("./components/round-frame/round-frame.js").RoundFrame} */ (
    document.querySelector("round-frame")
  );
  frame.effects = effects;
  const doctor = /** @type {import("./components/pad-doctor/pad-doctor.js").PadDoctor} */ (
    document.querySelector("pad-doctor")
  );
  doctor.daemon = daemon;
  doctor.examine = () =>
    padReports({
      gamepads: browserPads(),
      infos: daemon.infos,
      twinOf: (pad) => hub.twins.of(pad),
      stateOf: (pad) => hub.state(pad),
      latencyOf: (pad) => daemon.meter.latency(pad),
      seats: store.state.session?.playersBySlot ?? [],
    });
  return { frame, doctor };
}

function speak() {
  useLanguage(ui.language);
  document.documentElement.lang = ui.language;
}

/** Every component is made anew in the language that was just chosen; only between rounds, so no game is lost. */
function speakAnew() {
  speak();
  for (const old of components) {
    const fresh = document.createElement(old.localName);
    fresh.toggleAttribute("data-component", true);
    fresh.hidden = old.hidden;
    old.replaceWith(fresh);
  }
  components = findComponents();
  ({ frame, doctor } = findParts());
  drawn = null;
}

/** @returns {View} */
function currentView() {
  return { host: store.state, ui, avatars, pads: hub.view, now: performance.now() };
}

/** @param {UiAction} action */
function change(action) {
  ui = reduceUi(ui, action);
}

/** @param {Toast["tone"]} tone @param {string} text @param {string} [avatarId] */
function say(tone, text, avatarId = "") {
  change({ type: "toast", tone, text, avatarId, at: performance.now() });
}

/** @param {Intent} intent */
function fulfil(intent) {
  if (intent.do === "send") socket.send(intent.command);
  else if (intent.do === "ui") change(intent.action);
  else if (intent.do === "hold") for (const shown of holds.begin(intent.hold, performance.now())) fulfil(shown);
  else if (intent.do === "rumble") effects.rumble(intent.pad, TEST_RUMBLE);
  else resetScores();
  if (intent.do === "ui" && intent.action.type === "language") {
    localStorage.setItem(LANGUAGE_KEY, ui.language);
    speakAnew();
  }
  if (intent.do === "ui" && intent.action.type === "motion") {
    localStorage.setItem(MOTION_KEY, ui.motion);
    setMotion(ui.motion);
  }
  if (intent.do === "ui" && (intent.action.type === "sound" || intent.action.type === "volume")) {
    saveSound(ui);
    frame.update(currentView());
  }
}

/** @param {import("./view.d.ts").Hold} hold */
function isHeld({ pad, key }) {
  if (pad === MOUSE_PAD) return mouseDown;
  return (hub.state(pad)?.buttons[key === "south" ? 0 : 1] ?? 0) >= 0.5;
}

async function resetScores() {
  try {
    const response = await fetch("/api/session/reset", { method: "POST" });
    if (!response.ok) throw new Error(`status ${response.status}`);
    say("good", texts.resetDone);
  } catch (error) {
    console.warn("reset failed", error);
    say("bad", texts.resetFailed);
  }
}

/** @param {ScreenEvent | null} event null when the line broke */
function onHostNews(event) {
  const { host } = currentView();
  if (event?.type === "hello") socket.send({ type: "join", payload: { role: host.trusted ? "stage" : "watch" } });
  if (event?.type === "role_changed" && host.trusted && host.role === "watch" && !host.stageTaken) {
    socket.send({ type: "join", payload: { role: "stage" } });
  }
  if (event?.type === "notice") {
    const { code, title, creatorAvatarId } = event.payload;
    const maker = creatorAvatarId ? avatarById(avatars, creatorAvatarId).name : texts.shelf.unknownMaker;
    const words = texts.notices[code]?.(title, maker);
    if (words) say(code === "game_arrived" ? "good" : "bad", words, creatorAvatarId);
  }
  if (event?.type === "refused") {
    const words = texts.refusals[event.payload.code];
    if (words && event.payload.command !== "frame_report") say("bad", words);
    else console.warn("the host refused", event.payload);
  }
  if (event?.type === "hello" || event?.type === "input_changed") daemon.follow(host.input);
  if (event?.type === "hello" || event?.type === "session_changed") sayTurns(event);
  const phase = host.round?.phase ?? "lobby";
  if (phase !== shownPhase) {
    shownPhase = phase;
    change({ type: "new_phase" });
    document.body.dataset.phase = phase;
  }
  const halted = isHalted(host.round);
  if (halted && !wasHalted) change({ type: "pause_item", item: "continue" });
  wasHalted = halted;
  if (mayComeBack && host.role === "stage") {
    mayComeBack = false;
    if (phase === "lobby") for (const action of comeBack(currentView(), places.place)) change(action);
  }
  if (wantsDoctor && host.role === "stage") {
    wantsDoctor = false;
    change({ type: "dialog", dialog: { kind: "pads", choice: 0 } });
  }
  frame.update(currentView());
  sound.update(currentView());
  pollForGame();
}

/**
 * After a round: who came for whom. A page that was just opened tells nobody what they know.
 * @param {Extract<ScreenEvent, {type: "hello" | "session_changed"}>} event
 */
function sayTurns({ type, payload: { session } }) {
  const { roundId = "", swaps = [] } = session.history.at(-1) ?? {};
  const isNews = type === "session_changed" && swaps.length > 0 && roundId !== turnsOf;
  if (swaps.length > 0) turnsOf = roundId;
  if (!isNews) return;
  const names = (/** @type {"comes" | "leaves"} */ side) =>
    texts.and(swaps.map((swap) => avatarById(avatars, swap[side]).name));
  say("good", texts.queue.turns(names("comes"), names("leaves"), swaps.length), swaps[0]?.comes ?? "");
}

/** A frame needs its pads more often than a menu, and also while the page is not drawn. */
function pollForGame() {
  const { round, role } = store.state;
  const needed = round !== null && FRAME_PHASES.has(round.phase) && role === "stage";
  if (needed && gamePoll === null) gamePoll = setInterval(serveGame, GAME_POLL_MS);
  if (!needed && gamePoll !== null) {
    clearInterval(gamePoll);
    gamePoll = null;
    askToDraw();
  }
}

function serveGame() {
  readPads();
  if (isNews(currentView())) askToDraw();
}

function readPads() {
  const now = performance.now();
  const seats = store.state.session?.playersBySlot ?? [];
  const queue = queueOf(store.state.session);
  const news = hub.poll(now, (pad) => [...seats, ...queue].some(({ gamepadIndex }) => gamepadIndex === pad));
  followPads(seats, queue);
  frame.relayPads((pad) => hub.seatPad(pad), now);
  const arrived = hub.takeArrivals();
  if (news.length > 0) change({ type: "touched", at: now });
  for (const item of news) {
    const key = "direction" in item ? item.direction : MENU_KEYS[item.button];
    // The press that brings a seat's own pad back says "here I am" and nothing more.
    const comesBack = arrived.has(item.pad) && seatOf(hub.view, seats, item.pad) !== null;
    if (key && !comesBack) for (const intent of onPress(currentView(), item.pad, key)) fulfil(intent);
  }
  for (const intent of padWatch.next(currentView())) fulfil(intent);
  // Nobody could close the card of a pad that went away.
  for (const { by } of ui.joining) {
    if (drawn && isPadPresent(drawn.pads, by) && !hub.isPresent(by)) change({ type: "joining", by, joining: null });
  }
  for (const intent of holds.next(currentView(), isHeld, now)) fulfil(intent);
}

/**
 * A browser's index is given to others when its pad is gone, the daemon's number is the pad's own: the seat goes on with that,
 * and so does who waits.
 * @param {import("./types.d.ts").Seat[]} seats
 * @param {import("./types.d.ts").Waiting[]} queue
 */
function followPads(seats, queue) {
  for (const { gone, twin } of hub.takeParted()) {
    const seat = seats.find(({ gamepadIndex }) => gamepadIndex === gone);
    const waiting = queue.find(({ gamepadIndex }) => gamepadIndex === gone);
    const isFree = [...seats, ...queue].every(({ gamepadIndex }) => gamepadIndex !== twin);
    if (!isFree || store.state.role !== "stage") continue;
    if (waiting) socket.send({ type: "join_queue", payload: { avatarId: waiting.avatarId, gamepadIndex: twin } });
    if (!seat) continue;
    socket.send({ type: "move_pad", payload: { slot: seat.slot, gamepadIndex: twin } });
  }
}

/** The doctor shows what pads do at once, and measures the way to the daemon. */
function examine() {
  const now = performance.now();
  doctor.watch(now);
  if (now - measuredAt < MEASURE_MS) return;
  measuredAt = now;
  daemon.measure();
}

/** At the next frame of the screen, once. */
function askToDraw() {
  if (!isDrawingAsked) requestAnimationFrame(draw);
  isDrawingAsked = true;
}

function draw() {
  isDrawingAsked = false;
  // A menu reads its pads at every frame. Beside a game the page is drawn when it has news, and leaves the processor to the game.
  if (gamePoll === null || ui.dialog) askToDraw();
  // Beside a game its timer does as well.
  readPads();
  if (ui.dialog?.kind === "pads") examine();
  change({ type: "expire_toasts", now: performance.now() });
  const view = currentView();
  if (!isNews(view)) return;
  drawn = view;
  if (!mayComeBack) places.keep(view);
  effects.update(view);
  sound.update(view);
  change({ type: "sound_blocked", blocked: sound.isBlocked });
  document.body.dataset.input = acceptsInput(view) ? "open" : "closed";
  for (const component of components) component.update(view);
}

/**
 * Whether a drawing would differ from the last one; clocks and pages of the board move without any news.
 * @param {View} view
 */
function isNews({ host, ui: nextUi, avatars: nextAvatars, pads, now }) {
  if (!drawn || now - drawn.now >= REDRAW_MS) return true;
  return host !== drawn.host || nextUi !== drawn.ui || nextAvatars !== drawn.avatars || pads !== drawn.pads;
}

async function fetchAvatars() {
  try {
    avatars = await loadAvatars();
  } catch (error) {
    console.warn("the avatars did not come; asking again", error);
    setTimeout(fetchAvatars, AVATARS_RETRY_MS);
  }
}

document.addEventListener("intent", (event) => {
  fulfil(/** @type {CustomEvent<Intent>} */ (event).detail);
});
// A clicked button would keep the focus and then take Space and Enter away from the keyboard pads.
document.addEventListener("mousedown", (event) => event.preventDefault());
document.addEventListener("keydown", ({ code, repeat }) => {
  const { round, trusted, role } = store.state;
  const running = round !== null && round.phase !== "lobby" && trusted && role === "stage";
  if (code !== "Escape" || repeat || !running || ui.dialog) return;
  const view = currentView();
  if (round.paused) for (const intent of pausePress(view, null, "start")) fulfil(intent);
  else if (round.phase === "playing") for (const intent of pauseIntents(view, null)) fulfil(intent);
  else socket.send({ type: "end_round", payload: {} });
});
for (const type of ["pointerdown", "pointerup", "pointercancel"]) {
  window.addEventListener(type, () => {
    mouseDown = type === "pointerdown";
  });
}
for (const touch of ["keydown", "mousemove", "mousedown"]) {
  document.addEventListener(touch, () => change({ type: "touched", at: performance.now() }));
}
store.subscribe(onHostNews);
listenToKeyboard(hub.keys, readPads);
fetchAvatars();
socket.connect();
askToDraw();
