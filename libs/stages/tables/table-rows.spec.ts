/** Which sections a table takes, and the partition columns that are derived from its time. */
import { describe, expect, test } from '@jest/globals';
import { ColumnsBuilder } from '#columns/build/columns-builder';
import { conform } from '#columns/casts/conform';
import { columnNames, rowCount } from '#columns/polars/data-frames';
import { rowsNdjson } from '#columns/polars/rows-ndjson';
import { runSql } from '#columns/polars/sql';
import { HeaderBlock } from '#frame/header-block';
import { type Section, section } from '#frame/sections';
import type { Table } from '#pipeline/model/model';
import { bronzeColumns, eventColumns, RawFrame, rawColumns } from '../raw/raw-columns.js';
import { rejectedColumns } from '../rows/rejected-columns.js';
import { validColumns } from '../steps/validate-pass.js';
import { validateStep } from '../steps/validate-step.js';
import { type Arrival, eventText, exampleContract, rawFrame, wide } from '../topology/example-frames.js';
import { columnsWithPartitions, sectionsFor, tableRows } from './table-rows.js';

const table = (rest: Partial<Table>): Table => ({
  name: 't',
  from: 'enriched.orders',
  stage: 'enriched',
  origin: 'orders',
  partitionBy: [],
  timeColumn: 'at',
  ...rest,
});
const arrival = (payload: string, seq: number): Arrival => ({ payload, seq, atMs: Date.UTC(2026, 1, 3, 4, 5) });
const time = Date.UTC(2024, 1, 29, 23, 59, 59, 999);
const raw = rawFrame(1, [
  arrival(eventText('a', time), 1),
  arrival('bad', 2),
  arrival(eventText('b', time - 86_400_000), 3),
  arrival(eventText('c', -1), 4),
]);
const { output } = validateStep({
  contract: exampleContract,
  outOfOrdernessMs: 0,
  aheadMsMax: 60_000,
  latenessMs: 0,
  horizonMs: 0,
})({ frames: [raw], state: undefined, limits: wide });
const sections: readonly Section[] = output[0]!.sections;

describe('a table', () => {
  test('takes the sections of its stage that have rows', () => {
    const named = ['raw', 'ok', 'rejected', 'late', 'results', 'partials'].map((name) =>
      section(name, 'arrow', new Uint8Array(1), 1),
    );
    const names = (stage: Table['stage']): string[] =>
      sectionsFor(stage, [...named, section('ok', 'arrow', new Uint8Array(1), 0)]).map(({ name }) => name);
    expect([names('raw'), names('rejected'), names('enriched'), names('results')]).toEqual([
      ['raw'],
      ['rejected', 'late'],
      ['ok'],
      ['results'],
    ]);
  });

  test('has all rows of its sections, refused and late ones in one', () => {
    const rows = tableRows(
      sectionsFor('rejected', sections),
      rejectedColumns,
      table({ stage: 'rejected', timeColumn: '_arrived_at' }),
    ).rows;
    expect([rowCount(rows), columnNames(rows)]).toEqual([3, rejectedColumns.map(({ name }) => name)]);
  });

  test('of results reads their lines', () => {
    const columns = [
      { name: 'window_start', type: { kind: 'timestamp' as const }, nullable: false },
      { name: 'orders', type: { kind: 'int64' as const }, nullable: false },
    ];
    const lines = (start: string): Section =>
      section('results', 'ndjson', Buffer.from(`{"window_start":"${start}","orders":2}\n`), 1);
    const rows = tableRows(
      [lines('2026-01-01T00:00:00Z'), lines('2026-12-31T23:00:00Z')],
      columns,
      table({ stage: 'results', timeColumn: 'window_start', partitionBy: ['date', 'hour'] }),
    ).rows;
    expect(rowsNdjson(rows).map((line) => JSON.parse(line) as unknown)).toEqual([
      { window_start: '2026-01-01T00:00:00.000000Z', orders: 2, date: '2026-01-01', hour: 0 },
      { window_start: '2026-12-31T23:00:00.000000Z', orders: 2, date: '2026-12-31', hour: 23 },
    ]);
  });
});

describe('a bronze table', () => {
  const bronze = table({ stage: 'raw', timeColumn: '_arrived_at' });

  /** As ingest wrote them before there were headers. */
  function oldSection(seq: number): Section {
    const frame = new ColumnsBuilder(eventColumns);
    for (const at of eventColumns.keys()) {
      const builder = frame.builder(at);
      if (eventColumns[at]!.nullable) builder.appendNull();
      else
        (builder as unknown as { append(value: number | string): void }).append(
          eventColumns[at]!.type.kind === 'string' ? 'events' : seq,
        );
    }
    frame.endRow();
    return section('raw', 'arrow', frame.finish(), 1);
  }

  function newSection(seq: number, block: string | undefined): Section {
    const bytes = Buffer.from(block ?? '');
    const frame = new RawFrame();
    frame.append({
      bytes,
      start: 0,
      end: 0,
      subject: 'events',
      msgId: undefined,
      seq,
      index: 0,
      arrivedUs: seq,
      headers: block === undefined ? undefined : new HeaderBlock().read(bytes, bytes.length),
    });
    return section('raw', 'arrow', frame.take(), 1);
  }

  const told = (rows: ReturnType<typeof tableRows>['rows']): unknown =>
    rowsNdjson(
      runSql('SELECT _seq, _published_at = _arrived_at AS same, ARRAY_LENGTH(headers) AS n FROM rows', { rows }),
    ).map((line) => JSON.parse(line) as unknown);

  test('takes raw rows of before there were headers together with newer ones, in order', () => {
    const rows = tableRows(
      [
        oldSection(1),
        newSection(2, 'NATS/1.0\r\na: b\r\na: c\r\n\r\n'),
        oldSection(3),
        newSection(4, ''),
        newSection(5, undefined),
      ],
      bronzeColumns,
      bronze,
    ).rows;
    expect(columnNames(conform(rows, bronzeColumns))).toEqual(bronzeColumns.map(({ name }) => name));
    expect(told(rows)).toEqual([
      { _seq: 1, same: true, n: null },
      { _seq: 2, same: true, n: 2 },
      { _seq: 3, same: true, n: null },
      { _seq: 4, same: true, n: 0 },
      { _seq: 5, same: true, n: null },
    ]);
  });

  test('takes nothing but such rows too', () => {
    const rows = conform(tableRows([oldSection(1), oldSection(2)], bronzeColumns, bronze).rows, bronzeColumns);
    expect(told(rows)).toEqual([
      { _seq: 1, same: true, n: null },
      { _seq: 2, same: true, n: null },
    ]);
  });
});

describe('partition columns', () => {
  test('that the rows lack are derived from the time of the table, UTC', () => {
    const partitioned = table({ partitionBy: ['user', 'year', 'month', 'day', 'hour', 'date'] });
    const columns = validColumns(exampleContract);
    const rows = tableRows(sectionsFor('enriched', sections), columns, partitioned).rows;
    const [first] = rowsNdjson(rows).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toMatchObject({ id: 'a', year: 2024, month: 2, day: 29, hour: 23, date: '2024-02-29' });
    const announced = columnsWithPartitions(columns, partitioned);
    expect(announced).toEqual([
      ...columns,
      ...['year', 'month', 'day', 'hour'].map((name) => ({ name, type: { kind: 'int32' }, nullable: true })),
      { name: 'date', type: { kind: 'date' }, nullable: true },
    ]);
    expect(columnNames(rows)).toEqual((announced as readonly { name: string }[]).map(({ name }) => name));
  });

  test('that the rows have are left as they are', () => {
    const rows = tableRows(
      [raw.sections[0]!],
      bronzeColumns,
      table({ stage: 'raw', partitionBy: ['subject'], timeColumn: '_arrived_at' }),
    ).rows;
    expect(columnNames(rows)).toEqual(bronzeColumns.map(({ name }) => name));
  });

  test('that nobody can derive are named, with what there is', () => {
    expect(
      columnsWithPartitions(rawColumns.slice(0, 2), table({ partitionBy: ['region'], from: 'raw.orders' })),
    ).toEqual({
      problem:
        'partition column "region" is no column of raw.orders; it has payload, payload_ref, and year, month, day, hour and date can be derived from at, which it leaves out',
    });
  });
});
