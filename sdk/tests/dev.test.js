import assert from "node:assert/strict";
import { test } from "node:test";
import { Journal, placeOf, reportText } from "../cli/dev/journal.js";
import { CLOSING_MS, counted, READY_MS, Round, SILENCE_MS, scoresProblem } from "../cli/dev/round.js";

const STEP_MS = 100;

/** Lets time pass, and says what the game was told. @param {Round} round @param {number} from @param {number} ms */
function pass(round, from, ms, beats = true) {
  const told = [];
  for (let at = from + STEP_MS; at <= from + ms; at += STEP_MS) {
    if (beats) round.beat(at);
    const reason = round.advance(at);
    if (reason) told.push(reason);
  }
  return told;
}

test("a game that does not get ready in time is over, and one that does has its whole time", () => {
  const late = new Round(5, 0);
  pass(late, 0, READY_MS);
  assert.equal(late.outcome, "not_ready");
  const round = new Round(5, 0);
  pass(round, 0, READY_MS - STEP_MS);
  round.ready();
  assert.equal(round.remainingMs, 5000);
});

test("when time is out the game is told once, and has the closing window to report", () => {
  const round = new Round(5, 0);
  round.ready();
  assert.deepEqual(pass(round, 0, 5000 + CLOSING_MS.timeout - STEP_MS), ["timeout"]);
  assert.equal(round.phase, "closing");
  round.report([10, 0, 0, 0]);
  assert.equal(round.outcome, "reported");
  const silent = new Round(5, 0);
  silent.ready();
  pass(silent, 0, 5000 + CLOSING_MS.timeout);
  assert.deepEqual([silent.outcome, silent.scores], ["timeout", null]);
});

test("who ends the round gives the game three seconds", () => {
  const round = new Round(30, 0);
  assert.equal(round.endByHost(), null, "nothing runs yet");
  round.ready();
  assert.equal(round.endByHost(), "host");
  pass(round, 0, CLOSING_MS.host);
  assert.equal(round.outcome, "host_ended");
});

test("a paused round stands still, and nobody is called silent for it", () => {
  const round = new Round(30, 0);
  round.ready();
  pass(round, 0, 1000);
  round.pause(true);
  pass(round, 1000, 60_000, false);
  assert.deepEqual([round.elapsedMs, round.silent], [1000, null]);
  round.pause(false);
  pass(round, 61_000, 1000, false);
  assert.deepEqual([round.elapsedMs, round.silent], [2000, null]);
});

test("silence is called by its name, and is no end: somebody may be debugging", () => {
  const round = new Round(30, 0);
  round.ready();
  pass(round, 0, 1000);
  pass(round, 1000, SILENCE_MS, false);
  assert.deepEqual([round.silent, round.phase], ["hung", "playing"]);
  pass(round, 1000 + SILENCE_MS, 200);
  assert.equal(round.silent, null);
  round.error();
  for (let at = 5000; at <= 9000; at += STEP_MS) {
    round.beat(7);
    round.advance(at);
  }
  assert.equal(round.silent, "crashed", "it beats, but does nothing more");
});

test("a machine that slept loses no round", () => {
  const round = new Round(30, 0);
  round.ready();
  round.advance(8 * 3600 * 1000);
  assert.ok(round.remainingMs >= 29_000);
});

test("scores count as the host counts them, and what is wrong with them is said", () => {
  assert.deepEqual([12, 9.5, 2.4, -1, null].map(counted), [10, 10, 2, 0, 0]);
  assert.equal(scoresProblem([10, 6, 3, 0], [0, 1, 2, 3]), null);
  assert.equal(scoresProblem([10, null, 3, null], [0, 2]), null, "nobody sits there");
  assert.match(scoresProblem([10, 6], [0, 1, 2]) ?? "", /seat 3/);
  assert.match(scoresProblem([10, "NaN"], [0, 1]) ?? "", /seat 2/);
  assert.match(scoresProblem([70, 6], [0, 1]) ?? "", /seat 1/);
  assert.match(scoresProblem(null, [0, 1]) ?? "", /list/);
});

test("an error is placed in the game, not in the SDK", () => {
  const stack =
    "Error: x\n at call (http://h/public/maribro-sdk.js:9:1)\n at f (http://h/games/a%20b.html?round=2:37:12)";
  assert.equal(placeOf({ file: "http://h/public/maribro-sdk.js", line: 9, column: 1, stack }), "line 37:12");
  assert.equal(placeOf({ file: "http://h/games/a.html?round=1", line: 5, column: 2 }), "line 5:2");
  assert.equal(placeOf({ file: "http://h/public/maribro-sdk.js", line: 5, column: 2 }), "");
});

test("the journal counts what repeats, forgets the oldest, and can be handed on as text", () => {
  const journal = new Journal();
  for (let n = 0; n < 300; n += 1) journal.add("log", `line ${n}`);
  journal.add("error", "boom", "line 3:1");
  journal.add("error", "boom", "line 3:1");
  assert.deepEqual([journal.entries.length, journal.entries.at(-1)?.count, journal.troubles], [200, 2, 1]);
  const checks = /** @type {const} */ ([
    { id: "utf8", status: "pass", message: "Fine." },
    { id: "uses_sdk", status: "fail", message: "No SDK.", hint: "Add it.", line: 2 },
  ]);
  const text = reportText("a.html", checks, journal.entries.slice(-1), "Playing");
  assert.match(text, /FAIL uses_sdk \(line 2:1\): No SDK. Add it./);
  assert.match(text, /error \(line 3:1\): boom \(2 times\)/);
  assert.doesNotMatch(text, /utf8/);
});
