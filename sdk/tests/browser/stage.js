/**
 * A small stage for tests of the SDK: a server on a free port that serves the SDK and games as the host does, and a
 * host page that frames a game in a sandbox and keeps what it says.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const SDK = new URL("../../maribro-sdk.js", import.meta.url);
const GAMES = new URL("../../../games/", import.meta.url);

/** The policy under which the host serves games. */
const GAME_POLICY =
  "sandbox allow-scripts allow-pointer-lock; default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval' " +
  "blob: data:; style-src 'unsafe-inline'; img-src data: blob:; media-src data: blob:; font-src data:; " +
  "worker-src blob: data:; connect-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

const HOST_PAGE = `<!doctype html><title>host</title><body><script>
  const heard = [];
  let frame;
  addEventListener("message", (event) => {
    if (event.source === frame?.contentWindow) heard.push({ ...event.data, at: performance.now() });
  });
  const tell = (type, payload = {}) => frame.contentWindow.postMessage({ type: "maribro:" + type, payload }, "*");
  const of = (type) => heard.filter((message) => message.type === "maribro:" + type).map((message) => message.payload);
  const open = (path) => {
    frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts");
    frame.allow = "gamepad; autoplay";
    frame.style.cssText = "position:fixed;inset:0;width:100%;height:100%;border:0";
    frame.src = path;
    document.body.append(frame);
  };
  const introduce = (payload) => {
    const timer = setInterval(() => {
      if (of("ready").length) clearInterval(timer);
      else tell("init", payload);
    }, 100);
  };
  const none = () => new Array(17).fill(0);
  const pads = { seq: 0, bySlot: [null, null, null, null] };
  const relay = () => { pads.seq++; tell("pads", pads); };
  const pad = (slot) => (pads.bySlot[slot] ??= { axes: [0, 0, 0, 0], buttons: none(), presses: none() });
</script></body>`;

/** A game around a script; it keeps what it saw in `window.seen`. */
export const gameAround = (/** @type {string} */ script, head = "") =>
  `<!doctype html><html><head><title>t</title>${head}<script src="/public/maribro-sdk.js"></script></head>` +
  `<body><canvas></canvas><script>const seen = (window.seen = {});${script}</script></body></html>`;

/**
 * Init script: keeps the browser's own clock in each frame before the SDK takes its place, as
 * `native.{now, setTimeout, setInterval, requestAnimationFrame}`. Whether a machine is slow can only be told by these.
 */
export const KEEP_NATIVE = `window.native = { now: performance.now.bind(performance), setTimeout: setTimeout.bind(window),
  setInterval: setInterval.bind(window), requestAnimationFrame: requestAnimationFrame.bind(window) };`;

/** Init script: opens the SDK's closed shadow roots, so that tests can see what is drawn. */
export const OPEN_SHADOWS = `const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function () { return attach.call(this, { mode: "open" }); };`;

/** What the host tells at the start of a round, with changes. */
export const initPayload = (changes = {}) => ({
  sessionId: "s",
  slotToGamepadIndex: [100, 101, -1, -1],
  playersBySlot: [
    { slot: 0, avatarId: "fox-orange", name: "Fox", color: "#FB8C00" },
    { slot: 1, avatarId: "cat-pink", name: "Cat", color: "#EC407A" },
  ],
  maxDurationSec: 30,
  startedAtMs: 0,
  seed: 7,
  ...changes,
});

/** Starts the server; `games` are further games by path, e.g. `{"/t.html": "<!doctype…"}`. */
export async function startStage(/** @type {Record<string, string>} */ games = {}) {
  const server = createServer((request, response) => {
    const path = (request.url ?? "").split("?")[0];
    const shipped = path.startsWith("/games/") ? new URL(path.slice(7), GAMES) : null;
    const game = games[path] ?? (shipped && readFileSync(shipped, "utf8"));
    response.setHeader("content-type", path.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8");
    if (path === "/") response.end(HOST_PAGE);
    else if (path === "/public/maribro-sdk.js") response.end(readFileSync(SDK));
    else if (game) response.setHeader("content-security-policy", GAME_POLICY).end(game);
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    origin: `http://127.0.0.1:${address.port}`,
    games,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/**
 * Opens a game in the host page and waits until it is ready.
 * @param {import("@playwright/test").Page} page
 * @param {Awaited<ReturnType<typeof startStage>>} stage
 * @param {string} html
 * @param {object} init
 * @returns {Promise<import("@playwright/test").Frame>} the game's frame
 */
export async function play(page, stage, html, init = {}) {
  stage.games["/t.html"] = html;
  await page.goto(stage.origin);
  await page.evaluate(`open("/t.html"); introduce(${JSON.stringify(initPayload(init))})`);
  await page.waitForFunction(`of("ready").length > 0`);
  const frame = page.frames().find((candidate) => candidate.url().endsWith("/t.html"));
  if (!frame) throw new Error("the game's frame is gone");
  return frame;
}
