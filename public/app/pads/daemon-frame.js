/**
 * Reads the input daemon's state frames: docs/input-protocol.md has the byte table.
 * @typedef {object} PadRecord one pad in a frame
 * @property {number} number 100 + n
 * @property {boolean} connected
 * @property {number} changedUs the daemon's clock at the pad's last change, its low 32 bits
 * @property {number[]} axes lx, ly, rx, ry in -1..1
 * @property {number[]} buttons 17 values 0..1, in the order of the W3C's standard gamepad
 * @property {number[]} counts presses of each button, modulo 65,536
 *
 * @typedef {object} StateFrame
 * @property {number} clockUs the daemon's clock when the frame was sent, µs
 * @property {PadRecord[]} pads
 */

/** First word of a state frame, version 1. */
const KIND = 0x0101;
/** Words before the first record. */
const HEAD_WORDS = 8;
/** Words that a record has at least. */
const RECORD_WORDS = 42;
/** What a full axis or button is. */
const FULL = 32767;

/**
 * @param {ArrayBuffer} buffer
 * @returns {StateFrame | null} null for what is no state frame of this version
 */
export function readFrame(buffer) {
  if (buffer.byteLength < 2 * HEAD_WORDS || buffer.byteLength % 2 !== 0) return null;
  const words = new Int16Array(buffer);
  const longs = new DataView(buffer);
  const step = words[1] ?? 0;
  if (words[0] !== KIND || step < RECORD_WORDS) return null;
  /** @type {PadRecord[]} */
  const pads = [];
  for (let at = HEAD_WORDS; at + step <= words.length; at += step) {
    const take = (/** @type {number} */ from, /** @type {number} */ to) =>
      Array.from(words.subarray(at + from, at + to));
    const scaled = (/** @type {number} */ word) => Math.max(-1, word / FULL);
    pads.push({
      number: words[at] ?? 0,
      connected: ((words[at + 1] ?? 0) & 1) === 1,
      changedUs: longs.getUint32(2 * at + 4, true),
      axes: take(4, 8).map(scaled),
      buttons: take(8, 25).map(scaled),
      counts: take(25, 42).map((word) => word & 0xffff),
    });
  }
  return { clockUs: Number(longs.getBigUint64(8, true)), pads };
}
