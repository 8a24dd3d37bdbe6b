/**
 * Every word on the screen, in the language that people chose. No other file has words: a new language is a new file
 * beside texts/en.js and a line here.
 */
import { de } from "./texts/de.js";
import { en } from "./texts/en.js";

/** @typedef {import("./view.d.ts").Language} Language */

/** Each language with its own name for itself. */
export const LANGUAGES = /** @type {const} */ ({
  en: { name: "English", texts: en },
  de: { name: "Deutsch", texts: de },
});

/** In the order of the settings. */
export const LANGUAGE_IDS = /** @type {Language[]} */ (Object.keys(LANGUAGES));

/** Read it where a word is needed, never keep it: the language may change while the page is open. */
export let texts = en;

/** @param {Language} language */
export function useLanguage(language) {
  texts = LANGUAGES[language].texts;
}

/**
 * The language that a person gets who chose none.
 * @param {readonly string[]} wishes as in `navigator.languages`
 * @returns {Language}
 */
export function languageFor(wishes) {
  const known = wishes.map((wish) => LANGUAGE_IDS.find((id) => wish.toLowerCase().split("-")[0] === id));
  return known.find((id) => id !== undefined) ?? "en";
}
