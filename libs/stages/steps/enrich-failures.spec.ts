/** SQL that fails, or makes what no table can hold: the guilty rows are refused, and no others. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readReference } from '#columns/files/reference';
import { asTimestamps, readDataFrame } from '#columns/polars/data-frames';
import { runSql } from '#columns/polars/sql';
import type { OutputFrame } from '#frame/step';
import {
  enriched,
  join,
  none,
  okSeqs,
  refusedSeqs,
  sectionOf,
  size,
  toInteger,
  validFrames,
} from '../../../test/support/stages/enrich-frames.js';
import { onlyRows } from '../define/refuse-frame.js';
import { enrich } from '../kinds/enrich.js';
import { neverEmpty, timesWithin } from '../rows/storable.js';
import { inputFrame, refusedIn, wide } from '../topology/example-frames.js';
import { enrichStep } from './enrich-step.js';

fc.configureGlobal({ seed: 7 });

describe('a time that a SQL makes', () => {
  test('and that no table or window could hold is refused, with its column, and can be written as JSON', () => {
    const columns = [
      { name: 'at', type: { kind: 'timestamp' }, nullable: true },
      { name: 'due', type: { kind: 'date' }, nullable: true },
      { name: 'paid', type: { kind: 'timestamp' }, nullable: true },
    ] as const;
    const times = (sql: string): string => `SELECT id, _seq, _index, _arrived_at, ${sql} FROM events`;
    const shifted = (column: string, us: string): string =>
      `CASE WHEN id = 'e1' THEN CAST(${us} AS BIGINT) ELSE CAST(at AS BIGINT) END AS ${column}`;
    const rows = runSql(
      times(
        `at, CAST(at AS DATE) AS due, ${shifted('paid', '9000000000000000000')}, ${shifted('late', '253402300800000000')}`,
      ),
      { events: readDataFrame(validFrames([['a', 'b', 'c']])[0]!.sections[0]!.data) },
    );
    const typed = inputFrame(1, [sectionOf(asTimestamps(rows, ['paid', 'late']))]);
    for (const [sql, refused] of [
      [times('at, CAST(paid AS DATE) AS due, at AS paid'), '/due'],
      [times('at, due, paid'), '/paid'],
      [times('late AS at, due, at AS paid'), '/at'],
    ] as const) {
      const { output, quarantined } = enrichStep(
        sql,
        () => none,
        timesWithin(columns, 'at'),
      )({ frames: [typed], state: undefined, limits: wide });
      expect([okSeqs(output), quarantined]).toEqual([[0, 2], { time_out_of_range: 1 }]);
      expect(refusedIn(output, 'rejected')).toMatchObject([
        {
          seq: 1,
          reason: 'time_out_of_range',
          pointer: refused,
          message: expect.stringMatching(/must lie within the years/) as unknown,
        },
      ]);
    }
  });
});

describe('SQL that fails', () => {
  test('on a value refuses that row alone, with the cause, and no value of another', () => {
    const frames = validFrames([['1', 'x', null, 'secret', '2']]);
    const { output, rowsAll, quarantined } = enriched(toInteger, frames);
    expect([okSeqs(output), refusedSeqs(output).sort(), quarantined]).toEqual([[0, 4], [1, 2, 3], { step_failed: 2 }]);
    const [, x, secret] = refusedIn(output, 'rejected');
    expect(x).toMatchObject({
      reason: 'step_failed',
      pointer: '',
      message: expect.stringMatching(/^enrich: The query cannot run: .+/) as unknown,
    });
    expect([x!.message.includes('secret'), secret!.message.includes('"x"')]).toEqual([false, false]);
    expect(JSON.parse(x!.payload)).toMatchObject({ id: 'e1', at: '2026-01-01T00:00:00.000000Z' });
    expect(output.at(-1)?.rowsDone).toBe(rowsAll);
    // One section of each kind, however many rows are refused.
    expect(output.flatMap(({ sections }) => sections.map(({ name }) => name))).toEqual(['rejected', 'ok', 'rejected']);
  });

  test('on half of many rows looks for some of them in one step, and for the rest in the next', () => {
    const frames = validFrames([Array.from({ length: 600 }, (_, i) => (i % 2 === 0 ? String(i) : 'x'))]);
    const outputs: OutputFrame[] = [];
    let steps = 0;
    for (let rowsDone = 0; rowsDone < 600; steps++) {
      const { output, rowsAll } = enriched(toInteger, frames, { ...wide, rowsDone });
      expect(rowsAll).toBe(600);
      outputs.push(...output);
      rowsDone = output.at(-1)!.rowsDone;
    }
    expect([okSeqs(outputs), refusedSeqs(outputs)]).toEqual(
      [0, 1].map((odd) => Array.from({ length: 300 }, (_, i) => i * 2 + odd)),
    );
    expect(steps).toBeGreaterThan(1);
    expect(steps).toBeLessThan(5);
  });

  test('on rows together, but on none alone, runs on them apart', () => {
    const frames = validFrames([['1', '2', '3', '4']]);
    // Not row-wise, so the user's mistake; but nothing of it is lost.
    const { output } = enriched(
      `SELECT *, CAST(CASE WHEN COUNT(*) OVER () > 1 THEN 'x' ELSE '1' END AS INTEGER) AS n FROM events`,
      frames,
    );
    expect([okSeqs(output), refusedSeqs(output)]).toEqual([[0, 1, 2, 3], []]);
  });

  test('gives the same sets whatever the batch borders', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('1', '22', 'x', '', '9'.repeat(11)), { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat({ max: 39 }), { maxLength: 4 }),
        fc.integer({ min: 2_000, max: 30_000 }),
        (texts, cuts, frameBytesMax) => {
          const whole = validFrames([texts]);
          const borders = [
            ...new Set([0, ...cuts.map((cut) => cut % texts.length)].sort((a, b) => a - b)),
            texts.length,
          ];
          const apart = borders
            .slice(1)
            .flatMap(
              (to, i) =>
                enriched(
                  toInteger,
                  [onlyRows({ stage: enrich, origin: 'orders' }, whole[0]!, (row) => row >= borders[i]! && row < to)],
                  { ...wide, frameBytesMax },
                ).output,
            );
          const together = enriched(toInteger, whole).output;
          const bad = texts.flatMap((text, seq) => (['1', '22'].includes(text) ? [] : [seq]));
          expect([okSeqs(apart), refusedIn(apart, 'rejected')]).toEqual([
            okSeqs(together),
            refusedIn(together, 'rejected'),
          ]);
          expect(refusedSeqs(together)).toEqual(bad);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('never meets rows that a table over them cannot hold: they are refused, with the column', () => {
    const frames = validFrames([['a', 'b', 'c']]);
    const demands = neverEmpty(
      [{ name: 'user', type: { kind: 'string' }, nullable: false }],
      [{ name: 'silver_orders', partitionBy: ['user'] }],
    );
    const emptied = inputFrame(1, [
      sectionOf(
        runSql(`SELECT * REPLACE (CASE WHEN id = 'e1' THEN '' ELSE "user" END AS "user") FROM t`, {
          t: readDataFrame(frames[0]!.sections[0]!.data),
        }),
      ),
    ]);
    const { output, quarantined } = enrichStep(
      undefined,
      () => none,
      demands,
    )({ frames: [emptied], state: undefined, limits: wide });
    expect([okSeqs(output), quarantined]).toEqual([[0, 2], { missing_field: 1 }]);
    expect(refusedIn(output, 'rejected')).toMatchObject([
      {
        seq: 1,
        reason: 'missing_field',
        pointer: '/user',
        message:
          'enrich: column "user" is empty, and table silver_orders, which is partitioned by it, requires a value',
      },
    ]);
  });

  test('since a reference lost a column refuses every row and goes on', () => {
    const { output } = enriched(join, validFrames([['a', 'b']]), wide, {
      tables: { people: readReference(Buffer.from('user,town\nu,x\n'), 'csv') },
      versions: 'people=c',
    });
    expect([okSeqs(output), refusedSeqs(output)]).toEqual([[], [0, 1]]);
  });

  test('by growing one row beyond what a message holds refuses that row alone', () => {
    const noise = Array.from({ length: 30_000 }, (_, i) => ((i * 7919) % 65_521).toString(36)).join('');
    const limits = { frameBytesMax: 60_000, payloadBytesMax: 130_000, rowsDone: 0 };
    const twice = 'SELECT *, CONCAT(more, id, more) AS wider, CONCAT(UPPER(more), REVERSE(more)) AS widest FROM events';
    const { output } = enriched(twice, validFrames([['small', noise, 'small']]), limits);
    expect([okSeqs(output), refusedIn(output, 'rejected').map(({ seq, reason }) => [seq, reason])]).toEqual([
      [0, 2],
      [[1, 'too_large']],
    ]);
    for (const frame of output) expect(size(frame)).toBeLessThanOrEqual(limits.payloadBytesMax);
  });
});
