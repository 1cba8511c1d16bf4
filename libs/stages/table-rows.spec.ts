/** Which sections a table takes, and the partition columns that are derived from its time. */
import { describe, expect, test } from '@jest/globals';
import { columnNames, readFrame, rowCount } from '#columns/frames';
import { rowsNdjson } from '#columns/rows-ndjson';
import { section, type Section } from '#frame/sections';
import type { Table } from '#pipeline/model';
import { eventText, exampleContract, rawFrame, wide, type Arrival } from './example-frames.js';
import { rejectedColumns } from './rejected-columns.js';
import { rawColumns } from './raw-columns.js';
import { columnsWithPartitions, sectionsFor, tableRows } from './table-rows.js';
import { validateStep, validColumns } from './validate-step.js';

const table = (rest: Partial<Table>): Table => ({ name: 't', from: 'enriched.orders', stage: 'enriched', of: 'orders', partitionBy: [], timeColumn: 'at', ...rest });
const arrival = (payload: string, seq: number): Arrival => ({ payload, seq, atMs: Date.UTC(2026, 1, 3, 4, 5) });
const time = Date.UTC(2024, 1, 29, 23, 59, 59, 999);
const raw = rawFrame(1, [arrival(eventText('a', time), 1), arrival('bad', 2), arrival(eventText('b', time - 86_400_000), 3), arrival(eventText('c', -1), 4)]);
const { output } = validateStep({ contract: exampleContract, outOfOrdernessMs: 0, latenessMs: 0, horizonMs: 0 })({ frames: [raw], state: undefined, limits: wide });
const sections: readonly Section[] = output[0]!.sections;

describe('a table', () => {
  test('takes the sections of its stage that have rows', () => {
    const named = ['raw', 'ok', 'rejected', 'late', 'results', 'delta'].map((name) => section(name, 'arrow', new Uint8Array(1), 1));
    const names = (stage: Table['stage']): string[] => sectionsFor(stage, [...named, section('ok', 'arrow', new Uint8Array(1), 0)]).map(({ name }) => name);
    expect([names('raw'), names('rejected'), names('enriched'), names('results')]).toEqual([['raw'], ['rejected', 'late'], ['ok'], ['results']]);
  });

  test('has all rows of its sections, refused and late ones in one', () => {
    const rows = tableRows(sectionsFor('rejected', sections), rejectedColumns, table({ stage: 'rejected', timeColumn: '_arrived_at' }));
    expect([rowCount(rows), columnNames(rows)]).toEqual([3, rejectedColumns.map(({ name }) => name)]);
  });

  test('of results reads their lines', () => {
    const columns = [{ name: 'window_start', type: { kind: 'timestamp' as const }, nullable: false }, { name: 'orders', type: { kind: 'int64' as const }, nullable: false }];
    const lines = (start: string): Section => section('results', 'ndjson', Buffer.from(`{"window_start":"${start}","orders":2}\n`), 1);
    const rows = tableRows([lines('2026-01-01T00:00:00Z'), lines('2026-12-31T23:00:00Z')], columns, table({ stage: 'results', timeColumn: 'window_start', partitionBy: ['date', 'hour'] }));
    expect(rowsNdjson(rows).map((line) => JSON.parse(line) as unknown)).toEqual([
      { window_start: '2026-01-01T00:00:00.000000Z', orders: 2, date: '2026-01-01', hour: 0 },
      { window_start: '2026-12-31T23:00:00.000000Z', orders: 2, date: '2026-12-31', hour: 23 },
    ]);
  });
});

describe('partition columns', () => {
  test('that the rows lack are derived from the time of the table, UTC', () => {
    const partitioned = table({ partitionBy: ['user', 'year', 'month', 'day', 'hour', 'date'] });
    const columns = validColumns(exampleContract);
    const rows = tableRows(sectionsFor('enriched', sections), columns, partitioned);
    const [first] = rowsNdjson(rows).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toMatchObject({ id: 'a', year: 2024, month: 2, day: 29, hour: 23, date: '2024-02-29' });
    const announced = columnsWithPartitions(columns, partitioned);
    expect(announced).toEqual([...columns, ...['year', 'month', 'day', 'hour'].map((name) => ({ name, type: { kind: 'int32' }, nullable: true })), { name: 'date', type: { kind: 'date' }, nullable: true }]);
    expect(columnNames(rows)).toEqual((announced as readonly { name: string }[]).map(({ name }) => name));
  });

  test('that the rows have are left as they are', () => {
    const rows = tableRows([raw.sections[0]!], rawColumns, table({ stage: 'raw', partitionBy: ['subject'], timeColumn: '_arrived_at' }));
    expect(columnNames(rows)).toEqual(columnNames(readFrame(raw.sections[0]!.data)));
  });

  test('that nobody can derive are named, with what there is', () => {
    expect(columnsWithPartitions(rawColumns.slice(0, 2), table({ partitionBy: ['region'], from: 'raw.orders' }))).toEqual({
      problem: 'partition column "region" is no column of raw.orders; it has payload, payload_ref, and year, month, day, hour and date can be derived',
    });
  });
});
