/** Arbitrary frame heads for tests, as the stages make them. */
import fc from 'fast-check';
import type { FrameHead, InputRange } from './head.js';
import type { RefusedRows } from './refused.js';
import type { SectionInfo } from './sections.js';

const word = fc.stringMatching(/^[a-zA-Z0-9_.:-]{1,24}$/);
const seq = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER - 1 });
const hash = fc.stringMatching(/^[0-9a-f]{32}$/);
const epochMs = fc.integer({ min: -9e12, max: 9e12 });

const input: fc.Arbitrary<InputRange> = fc
  .record({ stream: word, created: word, first: seq, rows: fc.nat(), hash: fc.option(hash, { nil: undefined }) })
  .map(({ rows, ...range }) => ({ ...range, last: range.first + rows - 1 }));

export const anySectionInfo: fc.Arbitrary<SectionInfo> = fc.record({
  name: word,
  encoding: fc.constantFrom('arrow' as const, 'ndjson' as const),
  bytes: fc.nat(),
  rows: fc.nat(),
});

const anyRefused: fc.Arbitrary<RefusedRows> = fc.record({
  rows: fc.oneof(
    fc.constant('all' as const),
    fc.uniqueArray(fc.nat({ max: 5_000 }), { minLength: 1, maxLength: 20 }).map((rows) => rows.sort((a, b) => a - b)),
  ),
  message: fc.string({ unit: 'grapheme', maxLength: 40 }),
});

/** Optional facts are absent, never undefined: so a decoded head equals it. */
export const anyHead: fc.Arbitrary<FrameHead> = fc.record(
  {
    inputs: fc.array(input, { minLength: 1, maxLength: 5 }),
    row: fc.record({ done: fc.nat(), all: fc.nat() }),
    prev: fc.oneof(fc.constant(''), hash),
    watermarkMs: fc.option(epochMs),
    idle: fc.boolean(),
    clockMs: epochMs,
    frontMs: epochMs,
    logic: word,
    sections: fc.array(anySectionInfo, { maxLength: 4 }),
    state: fc.record({ object: word, at: seq }),
    duplicates: fc.nat(),
    references: fc.stringMatching(/^[a-z]{1,8}=[0-9a-f]{12}(,[a-z]{1,8}=[0-9a-f]{12})?$/),
    closed: fc.constant(true),
    refused: fc.array(anyRefused, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['inputs', 'prev', 'watermarkMs', 'idle', 'logic', 'sections', 'duplicates'] },
);
