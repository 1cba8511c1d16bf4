/** Lines come whole, wherever the bytes are cut. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LineSplitter } from './line-splitter.js';

fc.configureGlobal({ seed: 1 });

function linesOf(chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.add(chunk);
  splitter.end();
  return lines;
}

test('characters and lines that are cut anywhere are put together again', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '日', '👩‍👩‍👧', '\n') });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 7 }), (words, step) => {
      const bytes = Buffer.from(words);
      const chunks = Array.from({ length: Math.ceil(bytes.length / step) }, (_, i) =>
        bytes.subarray(i * step, (i + 1) * step),
      );
      const expected = words.split('\n');
      if (expected.at(-1) === '') expected.pop();
      expect(linesOf(chunks)).toEqual(expected);
    }),
  );
});

test('a line without an end does not fill the memory', () => {
  const lines = linesOf(Array.from({ length: 40 }, () => Buffer.alloc(16 * 1024, 'x')));
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.join('')).toHaveLength(40 * 16 * 1024);
});
