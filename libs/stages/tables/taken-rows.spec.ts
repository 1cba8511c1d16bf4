/** Tables that take a part of the events: what they hold does not depend on where frames and batches end, and what fails is refused alone. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ColumnsBuilder } from '#columns/build/columns-builder';
import { Int32Builder, Int64Builder } from '#columns/build/integer-builders';
import { rowCount } from '#columns/polars/data-frames';
import { rowsNdjson } from '#columns/polars/rows-ndjson';
import { runSql } from '#columns/polars/sql';
import type { ColumnSpec } from '#columns/types/column-spec';
import { compileContract } from '#contract/columns/compile-contract';
import type { Contract } from '#contract/columns/contract';
import { type Section, section } from '#frame/sections';
import type { Table, Taking } from '#pipeline/model/model';
import { validColumns } from '../steps/validate-pass.js';
import { columnsWithPartitions, tableRows } from './table-rows.js';
import { takenColumns } from './taken-rows.js';

fc.configureGlobal({ seed: 1 });

const item = { type: 'object', properties: { sku: { type: 'string' }, count: { type: ['integer', 'null'] } } };
const contract = compileContract(
  {
    type: 'object',
    required: ['id', 'at', 'order'],
    properties: {
      id: { type: 'string' },
      at: { type: 'string', format: 'date-time' },
      code: { type: 'string' },
      tags: { type: 'array', items: { type: 'string' } },
      order: { type: 'object', properties: { items: { type: 'array', items: { ...item, type: ['object', 'null'] } } } },
    },
  },
  { id: 'id', key: 'id', eventTime: 'at' },
) as Contract;
const columns: readonly ColumnSpec[] = validColumns(contract);

interface Event {
  readonly items: readonly ({ readonly sku?: string; readonly count?: number | null } | null)[] | undefined;
  readonly tags?: readonly string[];
  readonly code?: string;
}

const tableOf = (taking: Taking, partitionBy: readonly string[] = []): Table => ({
  name: 'part',
  from: 'enriched.orders',
  stage: 'enriched',
  origin: 'orders',
  partitionBy,
  timeColumn: 'at',
  taking,
});

function sectionOf(events: readonly Event[], first = 0): Section {
  const builder = new ColumnsBuilder(columns);
  for (const [at, { items, tags, code }] of events.entries()) {
    const text = JSON.stringify({ id: `e${first + at}`, at: '2026-01-02T03:04:05Z', code, tags, order: { items } });
    const read = contract.read(text);
    if (!read.ok) throw new Error(`${read.pointer} ${read.message}`);
    contract.append(read, builder);
    builder.column('_seq', Int64Builder).append(first + at);
    builder.column('_index', Int32Builder).append(0);
    builder.column('_arrived_at', Int64Builder).append(1_000_000);
    builder.endRow();
  }
  return section('ok', 'arrow', builder.finish(), events.length);
}

const plain = ({ rows }: ReturnType<typeof tableRows>, names: string): unknown[] =>
  rowsNdjson(runSql(`SELECT ${names} FROM rows`, { rows })).map((line) => JSON.parse(line) as unknown);

const anyItem = fc.option(fc.record({ sku: fc.string(), count: fc.option(fc.integer()) }, { requiredKeys: [] }), {
  freq: 6,
});
const anyEvent: fc.Arbitrary<Event> = fc.record({
  items: fc.option(fc.array(anyItem, { maxLength: 4 }), { nil: undefined }),
});

describe('a table of the items of a list', () => {
  const table = tableOf({ unnest: 'order.items', columns: ['id', 'at'] }, ['year']);

  test('has each item once, in order, with its event and place, wherever frames end', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 12 }), fc.nat({ max: 12 }), (events, cut) => {
        const borders = [0, Math.min(cut, events.length), events.length];
        const sections = [0, 1].flatMap((at) => {
          const some = events.slice(borders[at], borders[at + 1]);
          return some.length === 0 ? [] : [sectionOf(some, borders[at])];
        });
        const expected = events.flatMap(({ items }, event) =>
          (items ?? []).map((one, place) => ({
            id: `e${event}`,
            _position: place,
            sku: one?.sku ?? null,
            count: one?.count ?? null,
            _seq: event,
            year: 2026,
          })),
        );
        expect(plain(tableRows(sections, columns, table), 'id, _position, sku, count, _seq, year')).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  test('has columns that are known before there are rows', () => {
    const found = columnsWithPartitions(takenColumns(columns, table.taking!), table);
    if ('problem' in found) throw new Error(found.problem);
    expect(found.map(({ name, type, nullable }) => `${name} ${type.kind}${nullable ? '' : '!'}`)).toEqual([
      'id string',
      'at timestamp',
      '_position int32',
      'sku string',
      'count int64',
      '_seq int64',
      '_index int32',
      '_arrived_at timestamp',
      'year int32',
    ]);
  });

  test('takes items that are no objects as one column', () => {
    const tags = tableOf({ unnest: 'tags', columns: ['id'] });
    expect(plain(tableRows([sectionOf([{ items: [], tags: ['a', 'b'] }])], columns, tags), '_position, tags')).toEqual([
      { _position: 0, tags: 'a' },
      { _position: 1, tags: 'b' },
    ]);
  });

  test.each([
    [{ unnest: 'order', columns: ['id'] }, '"order" is no list'],
    [{ unnest: 'order.lines', columns: ['id'] }, 'lines'],
    [{ unnest: 'order.items', columns: ['id AS sku'] }, 'and their event too'],
    [{ where: 'nothing = 1' }, 'nothing'],
  ])('cannot be %j', (taking, message) => expect(() => takenColumns(columns, taking)).toThrow(message));
});

describe('rows on which the SQL of a table fails', () => {
  const events: Event[] = ['1', 'x', '3', '', '5'].map((code) => ({ items: [{ sku: code }], code }));

  test.each([
    { where: 'CAST(code AS INTEGER) > 0' },
    { columns: ['id', 'CAST(code AS INTEGER) AS code'] },
    { unnest: 'order.items', columns: ['id', 'CAST(code AS INTEGER) AS code'] },
  ])('are refused, each alone, in whatever frames they came: %j', (taking) => {
    const sections = [sectionOf(events.slice(0, 2)), sectionOf(events.slice(2), 2)];
    const { rows, refused } = tableRows(sections, columns, tableOf(taking));
    expect(rowCount(rows)).toBe(3);
    expect(refused.map(({ section: at, refused: { event, why } }) => [at, event.seq, why.reason])).toEqual([
      [0, 1, 'step_failed'],
      [1, 3, 'step_failed'],
    ]);
    expect(refused[0]!.refused.why.message).toMatch(/^table part: /);
  });

  test('leave the columns as they are where all of them fail', () => {
    const { rows, refused } = tableRows(
      [sectionOf(events.slice(1, 2))],
      columns,
      tableOf({ columns: ['id', 'at', 'CAST(code AS INTEGER) AS code'] }, ['year']),
    );
    expect([rowCount(rows), refused.length]).toEqual([0, 1]);
  });
});
