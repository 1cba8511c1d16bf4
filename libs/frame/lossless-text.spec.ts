/** Any bytes become text, and the same bytes again. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { losslessText } from './lossless-text.js';

fc.configureGlobal({ seed: 1 });

/** What a reader does to have the bytes again. */
function bytesOf(text: string): Buffer {
  return Buffer.concat(
    Array.from(text, (c) => (/[\uF780-\uF7FF]/.test(c) ? Buffer.of(c.charCodeAt(0) - 0xf700) : Buffer.from(c))),
  );
}

test('text stays as it is', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }).filter((s) => s.isWellFormed() && !/[\uF780-\uF7FF]/.test(s)),
      (text) => expect(losslessText(Buffer.from(text))).toBe(text),
    ),
  );
});

test('bytes that are no text can be had again, and so can text that looks like them', () => {
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 6 }),
    fc.constantFrom('é', '\uf7e9', '😀', '\u{10ffff}').map((s) => Buffer.from(s)),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const bytes = Buffer.concat(parts);
      const text = losslessText(bytes);
      expect(text.isWellFormed()).toBe(true);
      expect(bytesOf(text).equals(bytes)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
