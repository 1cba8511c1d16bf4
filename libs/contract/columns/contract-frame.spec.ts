/** Accepted events reach Parquet unchanged: DuckDB reads what was sent. */
import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import pl from 'nodejs-polars';
import { ColumnsBuilder } from '#columns/build/columns-builder';
import { compileContract } from './compile-contract.js';
import { Contract } from './contract.js';

const schema = {
  type: 'object',
  required: ['id', 'at'],
  properties: {
    id: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    born: { type: ['string', 'null'], format: 'date' },
    count: { type: 'integer' },
    ratio: { type: 'number' },
    gift: { type: 'boolean' },
    price: { type: ['string', 'number'], format: 'decimal', 'x-precision': 30, 'x-scale': 4 },
    when: { type: 'string', format: 'date-time' },
    more: { type: ['object', 'array'] },
  },
};
const compiled = compileContract(schema, { id: 'id', key: 'id', eventTime: 'at' });
if (!(compiled instanceof Contract)) throw new Error(JSON.stringify(compiled));
const contract = compiled;

const digits = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength });
const anyPrice = fc
  .tuple(fc.constantFrom('', '-'), digits(1, 26), digits(4, 4))
  .map(([sign, whole, fraction]) => `${sign}${BigInt(whole)}.${fraction}`);
const timeWithin = (min: string, max: string): fc.Arbitrary<string> =>
  fc.date({ min: new Date(min), max: new Date(max), noInvalidDate: true }).map((date) => date.toISOString());
const anyTime = timeWithin('0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z');
const optional = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(values, { nil: undefined });

/** What the columns of an event should hold, as DuckDB writes them; `price` is put into the JSON as a string or as a bare number. */
const anyEvent = fc.record({
  id: fc.string({ unit: 'grapheme', minLength: 1 }).filter((id) => !id.includes('\0')),
  at: timeWithin('1700-01-01T00:00:00Z', '2200-01-01T00:00:00Z'),
  born: optional(anyTime.map((time) => time.slice(0, 10))),
  count: optional(fc.maxSafeInteger()),
  ratio: optional(fc.double({ noNaN: true, noDefaultInfinity: true })),
  gift: optional(fc.boolean()),
  price: optional(anyPrice),
  bare: fc.boolean(),
  when: optional(anyTime),
  more: optional(fc.dictionary(fc.string(), fc.jsonValue())),
});
type AnyEvent = typeof anyEvent extends fc.Arbitrary<infer T> ? T : never;

function textOf({ bare, price, ...event }: AnyEvent): string {
  const text = JSON.stringify(event);
  return price === undefined ? text : `${text.slice(0, -1)},"price":${bare ? price : JSON.stringify(price)}}`;
}

const folder = mkdtempSync(join(tmpdir(), 'contract-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('accepted events', () => {
  test('reach Parquet through a frame and polars with every value unchanged, as DuckDB reads them', async () => {
    const events = fc.sample(anyEvent, { numRuns: 600, seed: 11 });
    const builder = new ColumnsBuilder(contract.columns);
    for (const event of events) {
      const result = contract.read(textOf(event));
      if (!result.ok) throw new Error(`${result.reason} ${result.pointer} ${textOf(event)}`);
      contract.append(result, builder);
      builder.endRow();
    }
    const file = join(folder, 'events.parquet');
    pl.readIPC(Buffer.from(builder.finish())).writeParquet(file);
    const columns =
      'id, epoch_us("at")::VARCHAR, born::VARCHAR, count::VARCHAR, ratio, gift, price::VARCHAR, epoch_us("when")::VARCHAR, more';
    const rows = await query(`SELECT ${columns} FROM '${file}'`);
    expect(rows).toEqual(events.map(expectedRow));
  });

  test('give columns of the types a table expects', async () => {
    const file = join(folder, 'empty.parquet');
    pl.readIPC(Buffer.from(new ColumnsBuilder(contract.columns).finish())).writeParquet(file);
    const rows = await query(`SELECT column_type FROM (DESCRIBE SELECT * FROM '${file}')`);
    const time = 'TIMESTAMP WITH TIME ZONE';
    expect(rows.flat()).toEqual([
      'VARCHAR',
      time,
      'DATE',
      'BIGINT',
      'DOUBLE',
      'BOOLEAN',
      'DECIMAL(30,4)',
      time,
      'VARCHAR',
    ]);
  });
});

function expectedRow({ id, at, born, count, ratio, gift, price, when, more }: AnyEvent): unknown[] {
  const micros = (time: string | undefined): string | null =>
    time === undefined ? null : String(BigInt(Date.parse(time)) * 1000n);
  const plain = price?.replace(/^-(0\.0000)$/, '$1') ?? null;
  const float = ratio === undefined ? null : (JSON.parse(JSON.stringify(ratio)) as number);
  const json = more === undefined ? null : JSON.stringify(more);
  return [
    id,
    micros(at),
    born ?? null,
    count === undefined ? null : String(count),
    float,
    gift ?? null,
    plain,
    micros(when),
    json,
  ];
}

async function query(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRows();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
