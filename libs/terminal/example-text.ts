/** For specs: text of the kinds of characters that are hard to measure, mixed. */
import fc from 'fast-check';

const pieces = [
  'a',
  'Z',
  '9',
  ' ',
  'é',
  'e\u0301',
  'ü',
  '日',
  '本',
  '한',
  'ｱﾞ',
  '👍',
  '👍🏽',
  '👩‍👩‍👧',
  '🇵🇹',
  '1️⃣',
  '✂️',
  'क्षि',
  'ำ',
  '\u0301',
  '\u200d',
  '٣',
  '…',
  '\ud800',
];

export const oddText: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...pieces), { maxLength: 40 })
  .map((parts) => parts.join(''));
