/** Lines are broken between pieces, and no piece is lost. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fillLines, fillWords } from './fill-lines.js';
import { widthOf } from './text-width.js';

fc.configureGlobal({ seed: 1 });

describe('pieces on lines', () => {
  test('go on the next line where they do not fit', () => {
    expect(
      fillLines(['12 s', 'ingest caught up', 'lake 5 frames behind'], { columns: 24, gap: '  ', hang: '  ' }),
    ).toEqual(['12 s  ingest caught up', '  lake 5 frames behind']);
  });

  test('stand on one line without a terminal', () => {
    expect(fillLines(['a', 'b'.repeat(200)], { columns: undefined, gap: '  ', hang: '' })).toEqual([
      `a  ${'b'.repeat(200)}`,
    ]);
  });

  test('are all there, and only a single wide one makes a line too wide', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 30, unit: fc.constantFrom('a', '日', '.') }), { minLength: 1 }),
        fc.integer({ min: 5, max: 60 }),
        (pieces, columns) => {
          const lines = fillLines(pieces, { columns, gap: ' ', hang: '  ' });
          expect(lines.flatMap((line) => line.trim().split(' '))).toEqual(pieces);
          for (const line of lines) expect(widthOf(line) <= columns || !line.trim().includes(' ')).toBe(true);
        },
      ),
    );
  });
});

describe('a sentence', () => {
  test('is broken between words, and a path stays whole', () => {
    expect(fillWords('logs of the services: /a/very/long/path', 15)).toEqual([
      'logs of the',
      '  services:',
      '  /a/very/long/path',
    ]);
  });

  test('keeps its indent, and its further lines have more', () => {
    expect(fillWords('  lake-writer  http://x', 16)).toEqual(
      ['  lake-writer', '    http://x'].map((line, i) => (i === 0 ? `${line} ` : line)),
    );
  });
});
