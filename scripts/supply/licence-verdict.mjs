/** Whether a licence is one that may be shipped: an SPDX expression against a list. */

/** Permissive licences: they ask for a notice at most. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/**
 * `OR` leaves the choice, `AND` binds to both; anything not understood is not allowed.
 * @param {string | undefined} expression
 * @returns {boolean}
 */
export function isAllowed(expression) {
  if (expression === undefined) return false;
  const text = expression.trim();
  const [or, and] = [splitOutside(text, ' OR '), splitOutside(text, ' AND ')];
  if (or.length > 1) return or.some(isAllowed);
  if (and.length > 1) return and.every(isAllowed);
  return text.startsWith('(') && text.endsWith(')') ? isAllowed(text.slice(1, -1)) : allowed.has(text);
}

/**
 * Splits at a word that stands outside of all brackets.
 * @param {string} text
 * @param {string} word
 * @returns {string[]}
 */
function splitOutside(text, word) {
  /** @type {string[]} */
  const parts = [];
  let [from, depth] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth > 0 || !text.startsWith(word, at)) continue;
    parts.push(text.slice(from, at));
    from = at + word.length;
  }
  return [...parts, text.slice(from)];
}
