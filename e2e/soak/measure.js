/** What the programs take: memory, files, threads; and what the page holds on to. Linux's /proc. */

import { readdirSync, readFileSync } from "node:fs";

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
 * What descends from a process but for one child: how many, and their resident memory in bytes; shared pages count for each.
 * @param {number} ancestor
 * @param {number} except
 */
export function measureDescendants(ancestor, except) {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const parent = statusNumber(pid, "PPid");
    if (parent === null || pid === except) continue;
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  let processes = 0;
  let kilobytes = 0;
  const waiting = [...(children.get(ancestor) ?? [])];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    processes += 1;
    kilobytes += statusNumber(pid, "VmRSS") ?? 0;
    waiting.push(...(children.get(pid) ?? []));
  }
  return { processes, bytes: kilobytes * 1024 };
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
