/** The code points that an ECMAScript class escape stands for, asked of the engine itself so that both always agree. */

const codePointMax = 0x10_ffff;
/** Asking for all code points takes 30 ms; these are known (ECMA-262 §22.2.2.9), and a test asks. */
const known = new Map([
  ['.', '\\x{0}-\\x{9}\\x{b}-\\x{c}\\x{e}-\\x{2027}\\x{202a}-\\x{10ffff}'],
  ['\\d', '\\x{30}-\\x{39}'],
  ['\\w', '\\x{30}-\\x{39}\\x{41}-\\x{5a}\\x{5f}-\\x{5f}\\x{61}-\\x{7a}'],
]);

/** @param classEscape e.g. `\p{Lu}` @returns its ranges as they stand inside a class of RE2 */
export function rangesOf(classEscape: string): string {
  const before = known.get(classEscape);
  if (before !== undefined) return before;
  const ranges = findRanges(classEscape);
  known.set(classEscape, ranges);
  return ranges;
}

/** The same, asked anew. */
export function findRanges(classEscape: string): string {
  const pattern = new RegExp(classEscape, 'u');
  let ranges = '';
  let first = -1;
  for (let point = 0; point <= codePointMax + 1; point++) {
    const matches = point <= codePointMax && pattern.test(String.fromCodePoint(point));
    if (matches && first < 0) first = point;
    if (matches || first < 0) continue;
    ranges += `${codePoint(first)}-${codePoint(point - 1)}`;
    first = -1;
  }
  return ranges;
}

export function codePoint(point: number): string {
  return `\\x{${point.toString(16)}}`;
}
