/** Enrich: references, time, and every row once whatever the limits. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readReference } from '#columns/files/reference';
import { columnNames, readDataFrame } from '#columns/polars/data-frames';
import {
  enriched,
  join,
  okSeqs,
  people,
  refusedSeqs,
  size,
  validFrames,
} from '../../../test/support/stages/enrich-frames.js';
import { inputFrame, refusedIn, rowsIn, wide } from '../topology/example-frames.js';
import type { References } from './enrich-rows.js';
import { enrichStep } from './enrich-step.js';

fc.configureGlobal({ seed: 7 });

describe('enrich', () => {
  test('without SQL passes rows unchanged, and passes on time from the last frame', () => {
    const frames = validFrames([['a', null], ['b']], { watermarkMs: 5, idle: true });
    const { output, watermarkMs, idle, references, rowsAll } = enriched(undefined, frames);
    expect(rowsIn(output, 'ok')).toEqual(rowsIn(frames, 'ok'));
    expect(refusedIn(output, 'rejected')).toEqual(refusedIn(frames, 'rejected'));
    expect({ watermarkMs, idle, references, rowsAll }).toEqual({
      watermarkMs: 5,
      idle: true,
      references: undefined,
      rowsAll: 3,
    });
  });

  test('joins references, and says which versions it used', () => {
    const { output, references } = enriched(join, validFrames([['a']]), wide, people);
    expect(rowsIn(output, 'ok')).toEqual([expect.objectContaining({ id: 'e0', city: 'Recife', _seq: 0 })]);
    expect(references).toBe('people=0123456789ab');
  });

  test('reads the references anew at each step', () => {
    let current = people;
    const step = enrichStep(join, () => current);
    const frames = validFrames([['a']]);
    step({ frames, state: undefined, limits: wide });
    current = { tables: { people: readReference(Buffer.from('user,city\nu,Olinda\n'), 'csv') }, versions: 'people=b' };
    const { output, references } = step({ frames, state: undefined, limits: wide });
    expect([rowsIn(output, 'ok')[0]?.['city'], references]).toEqual(['Olinda', 'people=b']);
  });

  test('gives an empty frame for an empty batch, so that time goes on', () => {
    const { output, rowsAll } = enriched(join, [inputFrame(1, [], { idle: true, watermarkMs: 9 })], wide, people);
    expect({ output, rowsAll }).toEqual({ output: [{ sections: [], rowsDone: 1 }], rowsAll: 1 });
  });

  test('drops rows only where its SQL says so', () => {
    const { output, rowsAll } = enriched(`SELECT * FROM events WHERE more <> '"b"'`, validFrames([['a', 'b'], ['b']]));
    expect([okSeqs(output), rowsAll, output.at(-1)?.rowsDone]).toEqual([[0], 3, 3]);
  });
});

/** Texts that do not compress away. */
const anyText = fc.option(
  fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'), maxLength: 900 }),
  { nil: null, freq: 6 },
);

const anyBatch = fc.array(fc.array(anyText, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 });

describe('whatever the limits', () => {
  test('every row comes out once, in order', () => {
    fc.assert(
      fc.property(anyBatch, fc.integer({ min: 3_000, max: 30_000 }), (texts, frameBytesMax) => {
        const frames = validFrames(texts);
        const { output, rowsAll } = enriched(join, frames, { ...wide, frameBytesMax }, people);
        expect([okSeqs(output), refusedSeqs(output)]).toEqual([okSeqs(frames), refusedSeqs(frames)]);
        expect(output.at(-1)?.rowsDone).toBe(rowsAll);
        expect(output.map(({ rowsDone }) => rowsDone)).toEqual(
          [...new Set(output.map(({ rowsDone }) => rowsDone))].sort((a, b) => a - b),
        );
        for (const frame of output)
          if (frame.sections.length > 1) expect(size(frame)).toBeLessThanOrEqual(frameBytesMax);
      }),
      { numRuns: 40 },
    );
  });

  test('a step that was cut off goes on at its next row, also with other limits and other references', () => {
    const other: References = {
      tables: { people: readReference(Buffer.from('user,city\nu,Olinda\nv,x\n'), 'csv') },
      versions: 'people=b',
    };
    fc.assert(
      fc.property(anyBatch, fc.nat(), fc.integer({ min: 3_000, max: 30_000 }), (texts, at, frameBytesMax) => {
        const frames = validFrames(texts);
        const whole = enriched(join, frames, { ...wide, frameBytesMax: 5_000 }, people);
        const stored = whole.output.slice(0, at % whole.output.length);
        const rest = enriched(join, frames, { ...wide, frameBytesMax, rowsDone: stored.at(-1)?.rowsDone ?? 0 }, other);
        const both = [...stored, ...rest.output];
        expect([okSeqs(both), refusedSeqs(both)]).toEqual([okSeqs(frames), refusedSeqs(frames)]);
        expect([rest.rowsAll, both.at(-1)?.rowsDone]).toEqual([whole.rowsAll, whole.rowsAll]);
      }),
      { numRuns: 40 },
    );
  });

  test('the columns stay in order, the origin included', () => {
    const { output } = enriched(join, validFrames([['a']]), wide, people);
    expect(columnNames(readDataFrame(output[0]!.sections[0]!.data))).toEqual([
      'id',
      'user',
      'at',
      'price',
      'more',
      '_seq',
      '_index',
      '_arrived_at',
      'city',
    ]);
  });
});
