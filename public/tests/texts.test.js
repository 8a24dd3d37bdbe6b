import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { de } from "../app/texts/de.js";
import { en } from "../app/texts/en.js";
import { LANGUAGE_IDS, LANGUAGES, languageFor, texts, useLanguage } from "../app/texts.js";

const APP = path.resolve(fileURLToPath(import.meta.url), "../../app");

/**
 * Every key with what lies there: `text`, or the number of parameters.
 * @param {object} texts
 * @returns {string[]}
 */
function shape(texts, prefix = "") {
  return Object.entries(texts)
    .flatMap(([key, value]) => {
      if (typeof value === "object") return shape(value, `${prefix}${key}.`);
      return [`${prefix}${key}: ${typeof value === "function" ? `${value.length} parameters` : typeof value}`];
    })
    .sort();
}

/** @param {object} texts @returns {string[]} what people read, with sample values put in */
function samples(texts) {
  return Object.values(texts).flatMap((value) => {
    if (typeof value === "object") return samples(value);
    if (typeof value !== "function") return [value];
    const takesList = /\.(map|slice)\(/.test(String(value));
    return [1, 2].map((sample) => (takesList ? value(["Title", "Other"]) : value(...Array(5).fill(sample))));
  });
}

test("every_language_has_the_same_keys_and_parameters", () => {
  for (const id of LANGUAGE_IDS) assert.deepEqual(shape(LANGUAGES[id].texts), shape(en), id);
});

test("every_text_says_something_whatever_is_put_in", () => {
  for (const id of LANGUAGE_IDS) {
    const empty = samples(LANGUAGES[id].texts).filter(
      (text) => typeof text !== "string" || /undefined|NaN|\[object/.test(text),
    );
    assert.deepEqual(empty, [], id);
    // Nothing to explain: a round that was reported as it should, and a pad that tells neither its way nor its battery.
    assert.equal(samples(LANGUAGES[id].texts).filter((text) => text === "").length, 3, id);
  }
});

test("german_is_german", () => {
  const english = samples(en);
  const same = samples(de).filter((text, n) => text === english[n] && / \w{2,} /.test(text));
  assert.deepEqual(same, []);
});

test("the_browsers_first_known_language_is_taken_and_english_else", () => {
  assert.equal(languageFor(["de-AT", "en"]), "de");
  assert.equal(languageFor(["fr-FR", "DE"]), "de");
  assert.equal(languageFor(["fr"]), "en");
  assert.equal(languageFor([]), "en");
});

test("who_reads_the_texts_reads_those_of_the_language_that_is_used", () => {
  useLanguage("de");
  assert.equal(texts, de);
  useLanguage("en");
  assert.equal(texts, en);
});

/** Text that people read, by where it stands in code. */
const SHOWN = [
  /\btext: ?(["'`])(.*?)\1/g,
  /(?:"aria-label"|\balt|\btitle|\bplaceholder): ?(["'`])(.*?)\1/g,
  /\bsetText\([^\n]*?, ?(["'`])(.*?)\1\)/g,
  /\.(?:append|prepend|replaceChildren)\((?:[^("'`\n]*, ?)?(["'`])(.*?)\1/g,
  /\bsay\("\w+", ?(["'`])(.*?)\1/g,
  /\btextContent = (["'`])(.*?)\1/g,
];

/** Without code within a template, whose words come from elsewhere, and without paths. @param {string} text */
function wordsIn(text) {
  return text.replace(/\$\{[^}]*\}|\\n|\/[\w./]+/g, "").match(/\p{L}{2,}/gu) ?? [];
}

/** The page's code without its comments and its texts, by file. @returns {[string, string][]} */
function code() {
  const files = readdirSync(APP, { recursive: true, encoding: "utf8" });
  const found = files.filter((file) => file.endsWith(".js") && !file.startsWith("texts"));
  assert.ok(found.length > 40, "the files are found");
  return found.map((file) => {
    const source = readFileSync(path.join(APP, file), "utf8");
    return [file, source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")];
  });
}

test("no_module_keeps_a_text_for_the_language_may_change", () => {
  const kept = code().flatMap(([file, source]) =>
    (source.match(/^(?:export )?(?:const|let) (?:[^\n]*[{[(]\n(?:[ \t][^\n]*\n)*[^\n]*|[^\n]*)/gm) ?? [])
      .filter((statement) => /\btexts\./.test(statement) && !/=>|\bfunction\b/.test(statement))
      .map((statement) => `${file}: ${statement.slice(0, 60)}`),
  );
  assert.deepEqual(kept, []);
});

test("no_file_but_the_texts_has_words_for_people", () => {
  const found = code().flatMap(([file, source]) => {
    return SHOWN.flatMap((pattern) =>
      [...source.matchAll(pattern)]
        .filter(([, , text]) => wordsIn(text ?? "").length > 0)
        .map(([all]) => `${file}: ${all}`),
    );
  });
  assert.deepEqual(found, []);
});
