/** What the programs take: memory, files, threads; and what the page holds on to. Linux's /proc. */

import { readdirSync, readFileSync } from "node:fs";

const NS_PER_MS = 1e6;
const US_PER_MS = 1e3;
/** How long the page works so that its process is found, in ms. */
const FOUND_BY_MS = 200;

/** @param {number} pid @param {string} field of /proc/PID/status @returns {number | null} null when it has ended */
function statusNumber(pid, field) {
  try {
    const found = readFileSync(`/proc/${pid}/status`, "utf8").match(new RegExp(`^${field}:\\s+(\\d+)`, "m"));
    return found ? Number(found[1]) : 0;
  } catch {
    return null;
  }
}

/**
 * The host's part of a sample.
 * @param {number} pid
 */
export function measureHost(pid) {
  const kilobytes = statusNumber(pid, "VmRSS");
  if (kilobytes === null) throw new Error("the host is gone");
  return {
    hostBytes: kilobytes * 1024,
    hostFiles: readdirSync(`/proc/${pid}/fd`).length,
    hostThreads: statusNumber(pid, "Threads") ?? 0,
  };
}

/**
 * What descends from a process but for one child: how many, and their resident memory in bytes; shared pages count for
 * each.
 * @param {number} ancestor
 * @param {number} except
 */
export function measureDescendants(ancestor, except) {
  const all = descendants(ancestor, except);
  const kilobytes = all.reduce((sum, pid) => sum + (statusNumber(pid, "VmRSS") ?? 0), 0);
  return { processes: all.length, bytes: kilobytes * 1024 };
}

/** @param {number} ancestor @param {number} [except] a child of it that does not count @returns {number[]} */
function descendants(ancestor, except) {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const parent = statusNumber(pid, "PPid");
    if (parent === null || pid === except) continue;
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const all = [];
  const waiting = [...(children.get(ancestor) ?? [])];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    all.push(pid);
    waiting.push(...(children.get(pid) ?? []));
  }
  return all;
}

/** @param {number} pid @returns {string} empty when it has ended */
function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

/**
 * What a process's first thread has had of a processor so far: how long it ran, and how long it could have run while
 * others did. In ms.
 * @param {number} pid
 * @returns {{ran: number, waited: number} | null} null when it has ended
 */
export function threadTimes(pid) {
  try {
    const [ran, waited] = readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ").map(Number);
    return { ran: (ran ?? 0) / NS_PER_MS, waited: (waited ?? 0) / NS_PER_MS };
  } catch {
    return null;
  }
}

/**
 * For how long so far something on this machine waited for a processor while others had them all, in ms; 0 where the
 * system does not tell.
 */
export function processorPressure() {
  try {
    return Number(/^some.*total=(\d+)/m.exec(readFileSync("/proc/pressure/cpu", "utf8"))?.[1] ?? 0) / US_PER_MS;
  } catch {
    return 0;
  }
}

/**
 * The process in which the page's scripts run: the one that works while they do.
 * @param {import("../screens.js").Lobby} lobby
 */
export async function processOf(lobby) {
  const renderers = descendants(process.pid).filter((pid) => commandOf(pid).includes("--type=renderer"));
  const before = new Map(renderers.map((pid) => [pid, threadTimes(pid)?.ran ?? 0]));
  await lobby.evaluate((ms) => {
    for (const end = performance.now() + ms; performance.now() < end; );
  }, FOUND_BY_MS);
  const worked = [...before].map(([pid, ran]) => ({ pid, ms: (threadTimes(pid)?.ran ?? 0) - ran }));
  return worked.reduce((most, one) => (one.ms > most.ms ? one : most)).pid;
}

/**
 * What the page holds on to, after its garbage was collected.
 * @param {import("../screens.js").Lobby} lobby
 */
export async function measurePage(lobby) {
  await lobby.send("HeapProfiler.collectGarbage");
  const { usedSize } = await lobby.send("Runtime.getHeapUsage");
  const { nodes, jsEventListeners } = await lobby.send("Memory.getDOMCounters");
  return { heapBytes: usedSize, nodes, listeners: jsEventListeners };
}
