/**
 * The corpus and the tables of attacks belong together.
 */

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { corpus } from "./hostile.js";

test("every hostile game of the corpus is played", () => {
  const folder = new URL(".", import.meta.url);
  const tables = readdirSync(folder).filter((name) => /^hostile-.*\.spec\.js$/.test(name));
  const text = tables.map((name) => readFileSync(new URL(name, folder), "utf8")).join();
  const played = [...text.matchAll(/(?:game: |start\(\[)"([a-z-]+)"/g)].map((found) => found[1]);
  expect(corpus().filter((game) => !played.includes(game))).toEqual([]);
});
