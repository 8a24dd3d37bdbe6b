/** Helpers for texts of any language. */

/** @param {number} count @param {string} one @param {string} many */
export const plural = (count, one, many) => (count === 1 ? `1 ${one}` : `${count} ${many}`);

/**
 * A title within a sentence: what is said about it has to stay in sight.
 * @param {string} title
 */
export const short = (title) => (title.length > 48 ? `${title.slice(0, 47).trimEnd()}…` : title);

const ordinals = new Intl.PluralRules("en", { type: "ordinal" });

/**
 * English only: 1st, 2nd, 3rd, 4th.
 * @param {number} place 1 or more
 */
export function ordinal(place) {
  const ending = { one: "st", two: "nd", few: "rd", other: "th" }[
    /** @type {"one" | "two" | "few" | "other"} */ (ordinals.select(place))
  ];
  return `${place}${ending}`;
}
