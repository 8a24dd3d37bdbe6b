/**
 * The page of `maribro dev`: hears of saves, runs rounds, and shows what came of them.
 * @import { News } from "./panel.js"
 */
import { GameFrame } from "./frame.js";
import { Journal, placeOf, reportText } from "./journal.js";
import { MockPads } from "./pads.js";
import { Panel, PLAYERS } from "./panel.js";
import { CLOSING_MS, READY_MS, Round, SILENCE_MS, scoresProblem } from "./round.js";

/** Ticks of the round, ms. */
const TICK_MS = 100;
/** Until the line to the program is tried again, ms. */
const RETRY_MS = 700;
const VOLUME = 0.5;
/** Where this browser keeps how people want it. */
const KEPT = "maribro-dev";
const SLOTS = [0, 1, 2, 3];

const kept = read();
/** @type {{seats: boolean[], isSoundOn: boolean}} */
const wishes = {
  seats: SLOTS.map((slot) => kept?.seats?.[slot] !== false),
  isSoundOn: kept?.isSoundOn !== false,
};
if (wishes.seats.filter(Boolean).length < 2) wishes.seats = SLOTS.map(() => true);

/** @type {News | null} */
let news = null;
let savedAt = "";
let isConnected = true;
/** Which run of the program this page belongs to. */
let run = "";
/** @type {Round | null} */
let round = null;
/** @type {GameFrame | null} */
let frame = null;
let isPaused = false;
/** @type {string | null} */
let wrongScores = null;
/** Seats of the round that is running. */
let playing = wishes.seats;
/** @type {(string | null)[]} */
let lights = [];
const journal = new Journal();
const pads = new MockPads(() => navigator.getGamepads?.() ?? [], relay);
const panel = new Panel(document.body, {
  restart: start,
  pause() {
    isPaused = !isPaused;
    step();
  },
  end() {
    const reason = round?.endByHost();
    if (reason) frame?.forceEnd(reason);
  },
  sound() {
    wishes.isSoundOn = !wishes.isSoundOn;
    keep();
    frame?.setSound(wishes.isSoundOn, VOLUME);
  },
  fullScreen: () => void panel.holder.requestFullscreen?.().catch(() => {}),
  copy,
  players: (count) => sit(SLOTS.map((slot) => slot < count)),
  seat: (slot) => sit(wishes.seats.map((isTaken, at) => (at === slot ? !isTaken : isTaken))),
});

// ---- The line to the program ----

function listen() {
  const line = new WebSocket(`ws://${location.host}/news`);
  line.addEventListener("message", ({ data }) => hear(JSON.parse(data)));
  line.addEventListener("close", () => {
    isConnected = false;
    setTimeout(listen, RETRY_MS);
  });
}

/** @param {{run: string} | News} said */
function hear(said) {
  isConnected = true;
  if ("run" in said) {
    // The program was started again, and may be a newer one.
    if (run && run !== said.run) location.reload();
    run = said.run;
    return;
  }
  const isNew = said.revision !== news?.revision;
  news = said;
  document.title = `${said.title ?? said.file} · maribro dev`;
  if (!isNew) return;
  savedAt = new Date().toLocaleTimeString();
  start();
}

// ---- The round ----

function start() {
  if (!news) return;
  frame?.remove();
  journal.clear();
  isPaused = false;
  wrongScores = null;
  lights = [];
  playing = wishes.seats.slice();
  const current = new Round(news.maxDurationSec, performance.now());
  round = current;
  // A hung game's messages must not reach the next round.
  const now = (/** @type {() => void} */ act) => round === current && act();
  frame = new GameFrame(
    panel.holder,
    {
      src: news.src,
      title: news.title ?? news.file,
      durationSec: news.maxDurationSec,
      seed: crypto.getRandomValues(new Uint32Array(1))[0] ?? 1,
      avatars: PLAYERS.map((player, slot) => (playing[slot] ? player : null)),
    },
    {
      ready: () =>
        now(() => {
          current.ready();
          frame?.setSound(wishes.isSoundOn, VOLUME);
          relay();
          step();
        }),
      beat: (activity) => now(() => current.beat(activity)),
      phase: (phase) => now(() => current.enter(phase)),
      ended: (scores) =>
        now(() => {
          current.report(scores);
          wrongScores ??= scoresProblem(scores, taken());
          step();
        }),
      given: (via, scores) =>
        now(() => {
          const problem = scoresProblem(scores, taken());
          if (problem) wrongScores = `${problem} (${via})`;
        }),
      log: (level, text) => journal.add(level, text),
      failed: () => now(() => current.error()),
      error: (error) => journal.add("error", error.message, placeOf(error)),
      blocked: (blocked) =>
        journal.add("blocked", `A request was blocked: ${blocked.url} (${blocked.directive})`, placeOf(blocked)),
      key: (code, isDown) => pads.keyInGame(code, isDown),
      rumble: (effect) => shake(effect),
      light: ({ slot, color }) => {
        lights[slot] = color;
      },
      cut: (why) =>
        now(() => {
          current.cut(why);
        }),
    },
  );
  fit();
}

const taken = () => SLOTS.filter((slot) => playing[slot]);

/** A round that nobody sees waits. */
const waits = () => isPaused || document.hidden;

function step() {
  if (!round) return;
  if (round.isPaused !== waits()) round.pause(waits());
  const reason = round.advance(performance.now());
  frame?.setRate(waits() || round.phase === "over" ? 0 : 1);
  if (round.phase === "over" || waits()) return;
  frame?.tick(performance.now(), round.remainingMs);
  if (reason) frame?.forceEnd(reason);
}

function relay() {
  const now = performance.now();
  pads.poll(now);
  frame?.relayPads(pads.forGame(playing), now, waits());
}

/** @param {import("/public/app/view.js").RumbleEffect} effect */
function shake({ slot, strong, weak, durationMs }) {
  const magnitudes = { strongMagnitude: strong, weakMagnitude: weak };
  const actuator = pads.gamepad(slot)?.vibrationActuator;
  actuator?.playEffect("dual-rumble", { startDelay: 0, duration: durationMs, ...magnitudes }).catch(() => {});
}

/** What became of the round, or how it is going. */
function outcome() {
  if (!round) return "";
  const { phase, elapsedMs, scores, silent } = round;
  const after = `${(elapsedMs / 1000).toFixed(1)} s`;
  if (silent === "hung") return `No sign of life for ${SILENCE_MS / 1000} s: the big screen takes such a game off.`;
  if (silent === "crashed") return "An error, then silence: the big screen takes such a game off.";
  if (waits() && phase !== "over") return "Paused";
  switch (round.outcome) {
    case "reported":
      return `Reported after ${after}.`;
    case "host_ended":
      return scores
        ? `You ended it, and it reported after ${after}.`
        : `You ended it, and it did not report within ${CLOSING_MS.host / 1000} s: nobody scores.`;
    case "timeout":
      return `No report within ${CLOSING_MS.timeout / 1000} s after its time was out: everyone gets 0.`;
    case "not_ready":
      return `Not ready within ${READY_MS / 1000} s: the SDK must be the first script, and no endless loop stand in its way.`;
    case "left":
      return "The game left its page: it must not navigate or reload itself.";
    case "flooded":
      return "The game sent thousands of messages a second, and was taken off.";
    default:
      return { loading: "Loading", playing: "Playing", closing: "Time to report", over: "" }[phase];
  }
}

// ---- What people want ----

/** @param {boolean[]} seats */
function sit(seats) {
  wishes.seats = seats;
  keep();
  start();
}

function keep() {
  try {
    localStorage.setItem(KEPT, JSON.stringify(wishes));
  } catch {} // a browser that keeps nothing
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "null");
  } catch {
    return null;
  }
}

function copy() {
  if (!news) return;
  const text = reportText(news.file, news.checks, journal.entries, outcome());
  navigator.clipboard.writeText(text).then(
    () => journal.add("note", "The report is in your clipboard."),
    () => journal.add("note", "This browser does not let the page copy."),
  );
}

// ---- The page ----

/** The game has the big screen's size, whatever room there is. */
function fit() {
  const { clientWidth, clientHeight } = panel.holder;
  panel.holder.style.setProperty("--scale", String(Math.min(clientWidth / 1920, clientHeight / 1080)));
}

function draw() {
  relay();
  panel.update({
    news,
    savedAt,
    isConnected,
    round,
    outcome: outcome(),
    isPaused,
    isSoundOn: wishes.isSoundOn,
    seats: wishes.seats,
    lights,
    scoresProblem: wrongScores,
    journal,
    pad: (slot) => pads.shown(slot),
  });
  requestAnimationFrame(draw);
}

document.addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) =>
  journal.add("blocked", `The game's frame was to go to ${blockedURI} (${effectiveDirective})`),
);
document.addEventListener("visibilitychange", step);
new ResizeObserver(fit).observe(panel.holder);
setInterval(step, TICK_MS);
listen();
draw();
