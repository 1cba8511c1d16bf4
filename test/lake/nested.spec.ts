/** Nested values reach the lake as structs and lists: what DuckDB reads is what was sent, value by value. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ColumnsBuilder } from '#columns/build/columns-builder';
import { type DataFrame, readDataFrame } from '#columns/polars/data-frames';
import type { ColumnSpec } from '#columns/types/column-spec';
import { compileContract } from '#contract/columns/compile-contract';
import { Contract } from '#contract/columns/contract';
import { queryLake } from '#duckdb/query-lake';
import { LakeTable } from '#lake/table/lake-table';
import { type Lake, makeLake } from './lake-fixture.js';
import { type Sample, type Shape, shapes } from './nested-events.js';

fc.configureGlobal({ seed: 1 });

let lake: Lake;
beforeEach(async () => {
  lake = await makeLake();
});
afterEach(() => lake.remove());

const id = { type: 'integer' };
const at = { type: 'string', format: 'date-time' };
const fields = { id: 'id', key: 'id', eventTime: 'at' };

function contractOf(properties: Readonly<Record<string, unknown>>, required: readonly string[] = []): Contract {
  const schema = { type: 'object', required: ['id', 'at', ...required], properties: { id, at, ...properties } };
  const compiled = compileContract(schema, fields);
  if (!(compiled instanceof Contract)) throw new Error(JSON.stringify(compiled));
  return compiled;
}

function rowsOf(contract: Contract, events: readonly string[]): DataFrame {
  const builder = new ColumnsBuilder(contract.columns);
  for (const event of events) {
    const read = contract.read(event);
    if (!read.ok) throw new Error(`${read.reason} ${read.pointer} ${read.message} ${event}`);
    contract.append(read, builder);
    builder.endRow();
  }
  return readDataFrame(builder.finish());
}

const eventOf = (place: number, members: readonly string[]): string =>
  `{"id":${place},"at":"2026-01-02T03:04:05Z"${members.map((member) => `,${member}`).join('')}}`;

async function append(name: string, columns: readonly ColumnSpec[], df: DataFrame, step = 1): Promise<void> {
  const table = await LakeTable.open({ store: lake.store, name, columns, partitionBy: [], engineInfo: 'test' });
  const txns = [{ appId: 'a', previous: step === 1 ? -1 : step - 1, version: step }];
  expect(await table.append({ df, txns, nowMs: 0, commitId: `c${step}` })).toMatchObject({ kind: 'committed' });
  await table.close();
}

describe('nested values', () => {
  test('of random contracts are in the lake as they were sent', async () => {
    const rows = (shape: Shape) =>
      fc.array(fc.option(shape.samples, { nil: undefined }), { minLength: 12, maxLength: 12 });
    const cases = shapes.chain((all) => fc.tuple(fc.constant(all), fc.tuple(...all.map(rows))));
    let run = 0;
    await fc.assert(
      fc.asyncProperty(cases, async ([all, samples]) => {
        const name = `t${run++}`;
        const contract = contractOf(Object.fromEntries(all.map(({ schema }, at) => [`p${at}`, schema])));
        const events = Array.from({ length: 12 }, (_, place) =>
          eventOf(
            place,
            samples.flatMap((column, at) => {
              const sample = column[place];
              return sample ? [`"p${at}":${sample.text}`] : [];
            }),
          ),
        );
        await append(name, contract.columns, rowsOf(contract, events));
        const { rows } = await queryLake({
          store: lake.store,
          tables: [name],
          sql: `SELECT ${all.map((_, at) => `p${at}`).join(', ')} FROM ${name} ORDER BY id`,
        });
        const seen = (sample: Sample | undefined): unknown => sample?.seen ?? null;
        expect(rows).toEqual(Array.from({ length: 12 }, (_, place) => samples.map((column) => seen(column[place]))));
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  test('have statistics for the fields of structs, not for lists', async () => {
    const place = { type: 'object', properties: { x: { type: 'integer' }, name: { type: 'string' } } };
    const contract = contractOf({ t: { type: 'object', properties: { place, tags: { type: 'array', items: id } } } });
    const members = [['"t":{"place":{"x":9007199254740993,"name":"b"},"tags":[1]}'], ['"t":{"place":{"x":-1}}'], []];
    await append(
      't',
      contract.columns,
      rowsOf(
        contract,
        members.map((one, at) => eventOf(at, one)),
      ),
    );
    const log = (await lake.store.get('t/_delta_log/00000000000000000001.json'))!.toString();
    const { add } = JSON.parse(log.split('\n').find((line) => line.includes('"add"'))!) as { add: { stats: string } };
    expect(add.stats).toContain('"t":{"place":{"x":-1,"name":"b"}}');
    expect(add.stats).toContain('"t":{"place":{"x":9007199254740993,"name":"b"}}');
    expect(JSON.parse(add.stats)).toMatchObject({ numRecords: 3, nullCount: { t: { place: { x: 1, name: 2 } } } });
  });

  test('gain fields: the rows before have null there, and a writer of the old contract writes all that the table has', async () => {
    const item = (more: object) => ({
      type: 'array',
      items: { type: 'object', properties: { sku: { type: 'string' }, ...more } },
    });
    const old = contractOf({ items: item({}) });
    const wide = contractOf({ items: item({ count: { type: 'integer' } }) });
    await append('t', old.columns, rowsOf(old, [eventOf(0, ['"items":[{"sku":"a"}]'])]));
    await append('t', wide.columns, rowsOf(wide, [eventOf(1, ['"items":[{"sku":"b","count":2}]'])]), 2);
    await append('t', old.columns, rowsOf(old, [eventOf(2, ['"items":[{"sku":"c"}]'])]), 3);
    const { rows } = await queryLake({ store: lake.store, sql: 'SELECT items FROM t ORDER BY id' });
    expect(rows.flat()).toEqual([[{ sku: 'a', count: null }], [{ sku: 'b', count: 2 }], [{ sku: 'c', count: null }]]);
    const types = await queryLake({ store: lake.store, sql: 'SELECT DISTINCT typeof(items) FROM t' });
    expect(types.rows).toEqual([['STRUCT(sku VARCHAR, count BIGINT)[]']]);
  });

  test('of another type halt the table', async () => {
    const one = contractOf({ a: { type: 'object', properties: { b: { type: 'integer' } } } });
    const other = contractOf({ a: { type: 'object', properties: { b: { type: 'string' } } } });
    await append('t', one.columns, rowsOf(one, [eventOf(0, ['"a":{"b":1}'])]));
    await expect(append('t', other.columns, rowsOf(other, [eventOf(1, ['"a":{"b":"x"}'])]), 2)).rejects.toThrow(
      'column "a" is struct<b:long> in the table but would be written as struct<b:string>',
    );
  });
});
