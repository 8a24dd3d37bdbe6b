/**
 * Whether something grew. Pure, so that the judgement itself can be tested.
 */

/**
 * What was measured at rest: in the lobby, with no game's frame.
 * @typedef {{
 *   hostBytes: number,
 *   hostFiles: number,
 *   hostThreads: number,
 *   browserBytes: number,
 *   heapBytes: number,
 *   nodes: number,
 *   listeners: number,
 * }} Sample
 */

const MB = 1024 * 1024;

/**
 * How much more the last third may have than the first: a share of it, and an amount that is noise for any machine.
 * @type {Record<keyof Sample, {title: string, share: number, amount: number, bytes: boolean}>}
 */
export const TOLERANCES = {
  hostBytes: { title: "host memory", share: 0.15, amount: 6 * MB, bytes: true },
  // Strangers come and go.
  hostFiles: { title: "host files", share: 0, amount: 10, bytes: false },
  // Threads for blocking work stay for ten seconds after it.
  hostThreads: { title: "host threads", share: 0, amount: 8, bytes: false },
  // Processes of games end a while after their frames.
  browserBytes: { title: "browser memory", share: 0.2, amount: 80 * MB, bytes: true },
  heapBytes: { title: "page heap", share: 0.25, amount: 3 * MB, bytes: true },
  nodes: { title: "page nodes", share: 0.2, amount: 200, bytes: false },
  listeners: { title: "page listeners", share: 0.2, amount: 50, bytes: false },
};

/** Samples of the start, while caches fill. */
export const WARM_UP = 2;
/** Fewer than this in a third have no median worth the name. */
export const FEWEST_IN_A_THIRD = 2;

/** @param {number[]} numbers at least one */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/**
 * Compares the medians of the first and the last third.
 * @param {Sample[]} samples in order
 * @returns {{lines: string[], grown: string[]}} all that was compared, and what grew
 */
export function judgeGrowth(samples) {
  const steady = samples.slice(WARM_UP);
  const third = Math.floor(steady.length / 3);
  if (third < FEWEST_IN_A_THIRD) {
    const reason = `only ${samples.length} samples at rest: too few to tell whether something grew`;
    return { lines: [reason], grown: [reason] };
  }
  const lines = [];
  const grown = [];
  for (const [key, { title, share, amount, bytes }] of Object.entries(TOLERANCES)) {
    const values = steady.map((sample) => sample[/** @type {keyof Sample} */ (key)]);
    const first = median(values.slice(0, third));
    const last = median(values.slice(-third));
    const limit = first * (1 + share) + amount;
    const shown = (/** @type {number} */ value) => (bytes ? `${(value / MB).toFixed(1)} MB` : value.toFixed(0));
    const line = `${title}: ${shown(first)} → ${shown(last)} (limit ${shown(limit)})`;
    lines.push(line);
    if (!(last <= limit)) grown.push(line);
  }
  return { lines, grown };
}
