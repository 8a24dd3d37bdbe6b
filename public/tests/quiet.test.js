import assert from "node:assert/strict";
import { test } from "node:test";
import { isQuiet, QUIET_MS } from "../app/components/attract-screen/quiet.js";
import { round, seat, session, view } from "./fixtures.js";

const late = QUIET_MS + 1;

test("an empty couch that nobody touched for a while is quiet", () => {
  assert.equal(isQuiet(view({ now: late })), true);
  assert.equal(isQuiet(view({ now: late - 2 })), false);
});

test("whoever is there, or touches something, or sends a game, ends the quiet", () => {
  const busy = {
    "a seat": view({ now: late, host: { session: session(seat(2, "", 1)) } }),
    "a touch": view({ now: late, ui: { touchedAt: 5 } }),
    "a game": view({ now: late, host: { arrivedAt: { g: 9 } } }),
    "a round": view({ now: late, host: { round: round({ phase: "vote" }) } }),
    "a phase that came just now": view({ now: late, host: { phaseAt: 3 } }),
    "a dialog": view({ now: late, ui: { dialog: { kind: "join", choice: 0 } } }),
    "a ceremony": view({ now: late, ui: { ceremony: 0 } }),
    "another window": view({ now: late, host: { role: "watch" } }),
  };
  for (const [what, then] of Object.entries(busy)) assert.equal(isQuiet(then), false, what);
});
