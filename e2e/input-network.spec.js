/**
 * What a game's frame can reach when the party has an input daemon: that, and nothing else.
 */

import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "./party.js";
import { Stranger } from "./stranger.js";

const PROTOCOL = "maribro.input.v1";
const RIG_PROTOCOL = "maribro.input.rig.v1";

/** A game that tries each address it is sent, and tells what became of it. */
const PROBE = `<!doctype html><html><head><meta charset="utf-8"><title>Probe</title></head><body><script>
addEventListener("message", async ({ data: { id, url, protocol } }) => {
  const tell = (result) => parent.postMessage({ id, result }, "*");
  if (!protocol) return fetch(url, { mode: "no-cors" }).then(() => tell("answered"), () => tell("refused"));
  const socket = new WebSocket(url, protocol);
  socket.onmessage = ({ data }) => { tell(typeof data === "string" ? JSON.parse(data).type : "binary"); socket.close(); };
  socket.onerror = () => tell("refused");
});
</script></body></html>`;

/**
 * What becomes of a connection out of the game's frame: `refused`, `answered`, or the type of the first message.
 * @param {import("@playwright/test").Page} page
 * @param {string} url
 * @param {string} [protocol] of a WebSocket; else it is a fetch
 */
function reach(page, url, protocol) {
  return page.evaluate(
    (attempt) =>
      new Promise((done) => {
        const id = crypto.randomUUID();
        addEventListener("message", ({ data }) => data?.id === id && done(data.result));
        const frame = /** @type {HTMLIFrameElement} */ (document.querySelector("#probe"));
        frame.contentWindow?.postMessage({ id, ...attempt }, "*");
      }),
    { url, protocol },
  );
}

test("a_game_reaches_the_input_daemon_also_after_its_restart_and_nothing_else_on_this_machine", async ({
  page,
  party,
}) => {
  writeFileSync(path.join(party.games, "_probe.html"), PROBE);
  await party.start({ input: true, virtual: 1 });
  if (!party.input) throw new Error("no input daemon");
  const { url, token, pid } = party.input;
  const stranger = await new Stranger().start();

  await page.goto(party.url);
  await page.evaluate(async () => {
    const frame = document.createElement("iframe");
    Object.assign(frame, { id: "probe", sandbox: "allow-scripts", src: "/games/_probe.html" });
    const loaded = new Promise((done) => frame.addEventListener("load", done, { once: true }));
    document.body.append(frame);
    await loaded;
  });
  const query = `/?token=${encodeURIComponent(token)}`;
  expect(await reach(page, url + query, PROTOCOL)).toBe("hello");
  expect(await reach(page, `${url}/?token=wrong`, PROTOCOL)).toBe("refused");
  expect(await reach(page, url + query, RIG_PROTOCOL), "no game presses buttons").toBe("refused");
  for (const address of [stranger.address, `localhost:${stranger.port}`, url.replace("ws://127.0.0.1", "localhost")]) {
    expect(await reach(page, `ws://${address}${query}`, PROTOCOL), address).toBe("refused");
    expect(await reach(page, `http://${address}${query}`), address).toBe("refused");
  }
  expect(await reach(page, url.replace("ws:", "http:") + query)).toBe("refused");
  expect(await reach(page, `${party.url.replace("http:", "ws:")}/ws`, PROTOCOL)).toBe("refused");
  expect(stranger.visits).toEqual([]);

  process.kill(pid, "SIGKILL");
  await expect.poll(() => party.input?.pid).not.toBe(pid);
  expect(party.input?.url).toBe(url);
  expect(await reach(page, url + query, PROTOCOL)).toBe("hello");
  stranger.stop();
});
