import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const BUDGET_BYTES = 12 * 1024;

test("the_sdk_stays_under_12_kb_gzipped", () => {
  const bytes = gzipSync(readFileSync(new URL("../maribro-sdk.js", import.meta.url)), { level: 9 }).length;
  console.log(`SDK: ${bytes} bytes gzipped of ${BUDGET_BYTES}`);
  assert.ok(bytes < BUDGET_BYTES, `${bytes} bytes`);
});
