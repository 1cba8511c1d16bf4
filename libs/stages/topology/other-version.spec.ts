/** Enrich and tables, and frames of another version of the pipeline: rows pass where they fit, each other one is refused alone. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { columnNames, readDataFrame, rowCount } from '#columns/polars/data-frames';
import { describe as typesOf } from '#columns/polars/describe';
import { rowsNdjson } from '#columns/polars/rows-ndjson';
import { runSql } from '#columns/polars/sql';
import type { InputFrame, StepLimits } from '#frame/step';
import type { Table } from '#pipeline/model/model';
import {
  columns,
  columnsWith,
  fitting,
  frames,
  okSection,
  whyOf,
  withMore,
} from '../../../test/support/stages/version-frames.js';
import { enrichStep } from '../steps/enrich-step.js';
import { tableRows } from '../tables/table-rows.js';
import { inputFrame, refusedIn, rowsIn, wide } from './example-frames.js';

fc.configureGlobal({ seed: 1 });

describe('enrich', () => {
  const run = (sql: string | undefined, given: readonly InputFrame[], limits: StepLimits = wide) =>
    enrichStep(sql, () => ({ tables: {}, versions: '' }), [], columns)({ frames: given, state: undefined, limits });

  test.each([undefined, 'SELECT * FROM events'])(
    'takes what fits, and refuses the rest with its own value (SQL: %s)',
    (sql) => {
      const { output, quarantined } = run(sql, frames);
      expect(rowsIn(output, 'ok').map(({ _seq, n }) => [_seq, n])).toEqual(fitting);
      for (const { sections } of output)
        for (const { data } of sections.filter(({ name }) => name === 'ok'))
          expect(typesOf(readDataFrame(data), ['n'])[0]!.type).toEqual({ kind: 'int64' });
      const refused = refusedIn(output, 'rejected');
      expect(refused).toEqual([
        expect.objectContaining({ seq: 4, ...whyOf('enrich', 'float64') }),
        expect.objectContaining({ seq: 7, ...whyOf('enrich', 'string') }),
      ]);
      expect(refused.map(({ payload }) => (JSON.parse(payload) as { n: unknown }).n)).toEqual([2.75, 'four']);
      expect(quarantined).toEqual({ type_changed: 2 });
    },
  );

  test('refuses what the SQL fails on beside it, each for its own reason', () => {
    const { output } = run("SELECT *, CAST(CASE WHEN n = 3 THEN 'no' ELSE '1' END AS BIGINT) AS m FROM events", frames);
    expect(
      refusedIn(output, 'rejected')
        .map(({ seq, reason }) => [seq, reason])
        .sort(),
    ).toEqual([
      [4, 'type_changed'],
      [5, 'step_failed'],
      [7, 'type_changed'],
    ]);
    expect(rowsIn(output, 'ok').map(({ _seq }) => _seq)).toEqual([1, 2, 3, 6, 8]);
  });

  test('lets columns through that it does not know, for a table that does', () => {
    const { output } = run(undefined, [
      frames[0]!,
      inputFrame(2, [withMore(okSection('int64', [2n], 3)), withMore(okSection('float64', [2.5, 3], 4))]),
    ]);
    expect(rowsIn(output, 'ok').map(({ _seq, n, more }) => [_seq, n, more])).toEqual([
      [1, 1, undefined],
      [2, null, undefined],
      [3, 2, 'x'],
      [5, 3, 'x'],
    ]);
  });

  test('loses and repeats no row when a step that one version began is ended by another', () => {
    const kinds = fc.array(fc.tuple(fc.constantFrom('int64', 'float64', 'string'), fc.integer({ min: 1, max: 5 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(kinds, fc.nat(), (given, cut) => {
        let seq = 1;
        const mixed = given.map(([kind, rows], at) => {
          const values = Array.from({ length: rows }, (_, row) =>
            kind === 'int64' ? BigInt(row) : kind === 'float64' ? row / 2 : row % 2 ? 'x' : `${row}`,
          );
          seq += rows;
          return inputFrame(at + 1, [okSection(kind, values, seq - rows)]);
        });
        const all = seq - 1;
        const rowsDone = cut % (all + 1);
        // One that takes all there is as text counts the same rows.
        const other = enrichStep(undefined, () => ({ tables: {}, versions: '' }), [], columnsWith({ kind: 'string' }));
        expect(other({ frames: mixed, state: undefined, limits: wide }).rowsAll).toBe(all);
        const rest = run(undefined, mixed, { ...wide, rowsDone }).output;
        const seqs = [
          ...rowsIn(rest, 'ok').map(({ _seq }) => Number(_seq)),
          ...refusedIn(rest, 'rejected').map((one) => one.seq),
        ].sort((a, b) => a - b);
        expect(seqs).toEqual(Array.from({ length: all - rowsDone }, (_, at) => rowsDone + at + 1));
      }),
      { numRuns: 60 },
    );
  });
});

test('a table takes what fits, and says of each other row where it came from', () => {
  const table = { name: 'silver', stage: 'enriched', partitionBy: [], timeColumn: 'at' } as unknown as Table;
  const { rows, refused } = tableRows(
    frames.flatMap(({ sections }) => sections),
    columns,
    table,
  );
  expect(
    rowsNdjson(rows)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .map(({ _seq, n }) => [_seq, n]),
  ).toEqual(fitting);
  expect(columnNames(rows)).toEqual(columns.map(({ name }) => name));
  expect(refused.map(({ section: place, refused: { event, why } }) => [place, event.seq, why.reason])).toEqual([
    [1, 4, 'type_changed'],
    [2, 7, 'type_changed'],
  ]);
  expect(rowCount(tableRows([frames[0]!.sections[0]!], columns, table).rows)).toBe(2);
});

test('a table is told of the columns that it does not know, with the type that the rows have', () => {
  const table = {
    name: 'silver',
    from: 'enriched.ev',
    stage: 'enriched',
    origin: 'ev',
    partitionBy: [],
    timeColumn: 'at',
  } as Table;
  const given = [
    frames[0]!.sections[0]!,
    withMore(okSection('int64', [2n], 3)),
    withMore(okSection('float64', [2.5], 4)),
  ];
  expect(tableRows(given, columns, table).more).toEqual([{ name: 'more', type: { kind: 'string' }, nullable: true }]);
  const { rows, more } = tableRows(
    given,
    [...columns, { name: 'more', type: { kind: 'string' }, nullable: true }],
    table,
  );
  expect(more).toEqual([]);
  expect(runSql('SELECT _seq, more FROM t', { t: rows }).toRecords()).toEqual([
    { _seq: 1, more: null },
    { _seq: 2, more: null },
    { _seq: 3, more: 'x' },
  ]);
});
