// The decoder of docs/input-protocol.md, run on frames that the daemon wrote (tests/daemon/frames.rs keeps them in step).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (/** @type {string} */ path) => readFileSync(new URL(path, import.meta.url));

/** Exactly the lines that the document shows. */
function documentedDecoder() {
  const doc = read("../../docs/input-protocol.md").toString();
  const source = doc.match(/^ {4}function readPads[\s\S]*?^ {4}\}$/m)?.[0];
  assert.ok(source, "the document has the decoder");
  return new Function(`${source}; return readPads;`)();
}

const frame = (/** @type {string} */ name) => new Uint8Array(read(`frames/${name}`)).slice().buffer;

for (const name of ["plain.bin", "motion.bin"]) {
  test(`${name}: the documented lines read what the daemon wrote`, () => {
    const [held, gone, ...others] = documentedDecoder()(frame(name));
    assert.equal(others.length, 0);
    assert.equal(held.number, 100);
    assert.equal(held.connected, true);
    assert.deepEqual(held.axes, [1, -1, 0, 16384 / 32767]);
    const values = Array.from({ length: 17 }, (_, button) => Number(button % 2 === 0));
    values[6] = 8192 / 32767;
    assert.deepEqual(held.buttons, values);
    const presses = Array.from({ length: 17 }, (_, button) => button);
    presses[16] = -1;
    assert.deepEqual(held.presses, presses);
    assert.equal((0 - held.presses[16]) & 0xffff, 1, "a counter that goes round is one press more");
    assert.deepEqual(gone, {
      number: 103,
      connected: false,
      axes: [0, 0, 0, 0],
      buttons: new Array(17).fill(0),
      presses: [7, ...new Array(16).fill(0)],
    });
  });
}

test("the head has the number of the state and the clock where the document says", () => {
  const view = new DataView(frame("motion.bin"));
  assert.equal(view.getUint16(0, true), 0x0101);
  assert.equal(view.getUint16(2, true), 54);
  assert.equal(view.getUint32(4, true), 0x8000_0001);
  assert.equal(view.getBigUint64(8, true), 9007199254740991n);
});

test("motion is where the document says", () => {
  const view = new DataView(frame("motion.bin"), 16);
  const words = (/** @type {number} */ at, count = 3) =>
    Array.from({ length: count }, (_, i) => view.getInt16(at + 2 * i, true));
  assert.equal(view.getUint16(2, true), 3, "connected, and the touchpad is clicked");
  assert.equal(view.getUint32(4, true), 2, "the low half of the clock");
  assert.deepEqual(words(84), [16, -16, 0]);
  assert.deepEqual(words(90), [0, 8192, -1]);
  assert.deepEqual(words(96, 6), [0, 0, 0, 1, 32767, 0]);
});
