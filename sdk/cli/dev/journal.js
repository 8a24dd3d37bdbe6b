/**
 * What the game said and did, for the panel and as text for whoever mends it. Pure.
 * @typedef {"error" | "blocked" | "warn" | "info" | "log" | "note"} Kind
 * @typedef {{key: string, kind: Kind, text: string, place: string, count: number}} Entry
 * @typedef {{id: string, status: "pass" | "warn" | "fail", message: string, hint?: string, line?: number, column?: number}} Check
 */

/** Further ones push out the oldest. */
const MAX_ENTRIES = 200;

export class Journal {
  /** Oldest first. @type {Entry[]} */
  entries = [];
  /** Counts all that were ever added, apart from repetitions. */
  added = 0;

  /** @param {Kind} kind @param {string} text @param {string} [place] */
  add(kind, text, place = "") {
    const last = this.entries.at(-1);
    if (last && last.kind === kind && last.text === text && last.place === place) last.count += 1;
    else {
      this.added += 1;
      this.entries.push({ key: String(this.added), kind, text, place, count: 1 });
    }
    if (this.entries.length > MAX_ENTRIES) this.entries.shift();
  }

  clear() {
    this.entries = [];
    this.added += 1;
  }

  get troubles() {
    return this.entries.filter(({ kind }) => kind === "error" || kind === "blocked").length;
  }
}

/**
 * The place of an error in the game itself: the first line of the stack that lies in it, else where the browser saw it.
 * @param {{file: string | null, line: number, column: number, stack?: string}} error
 */
export function placeOf({ file, line, column, stack = "" }) {
  const own = stack.match(/\/games\/[^\s)]*?:(\d+):(\d+)/);
  if (own) return `line ${own[1]}:${own[2]}`;
  return file?.includes("/games/") && line > 0 ? `line ${line}:${column}` : "";
}

/**
 * All that there is to mend, as text.
 * @param {string} file @param {readonly Check[]} checks @param {readonly Entry[]} entries @param {string} outcome
 */
export function reportText(file, checks, entries, outcome) {
  const at = (/** @type {Check} */ { line, column }) => (line ? ` (line ${line}:${column ?? 1})` : "");
  const wrong = checks.filter(({ status }) => status !== "pass");
  return [
    `${file}, as played with \`maribro dev\``,
    `Round: ${outcome}`,
    ...wrong.map(
      (check) => `${check.status.toUpperCase()} ${check.id}${at(check)}: ${check.message} ${check.hint ?? ""}`,
    ),
    ...entries.map(
      ({ kind, text, place, count }) =>
        `${kind}${place && ` (${place})`}: ${text}${count > 1 ? ` (${count} times)` : ""}`,
    ),
  ]
    .map((line) => line.trimEnd())
    .join("\n");
}
