/** Of each column it is said whether its table can go on, and how it has changed. */
import { describe, expect, test } from '@jest/globals';
import {
  decimal,
  type Edit,
  property,
  replaced,
  type Schema,
  type SchemaEdit,
  said,
  same,
  version,
  withoutSql,
} from './example-versions.js';

describe('a column', () => {
  const halts =
    'which no table of Delta reader version 1 can do, so it would halt: write it under a new name, or to a new table';

  test.each<[string, unknown, string]>([
    ['wider', decimal(14, 2), 'is widened from decimal(12,2) to decimal(14,2)'],
    [
      'with more digits behind the point, and before it',
      decimal(14, 4),
      'is widened from decimal(12,2) to decimal(14,4)',
    ],
    [
      'with more digits behind the point, at the cost of those before',
      decimal(12, 4),
      'changes its type from decimal(12,2) to decimal(12,4)',
    ],
    ['narrower', decimal(10, 2), 'is narrowed from decimal(12,2) to decimal(10,2)'],
    ['of whole numbers', { type: 'integer' }, 'changes its type from decimal(12,2) to int64'],
  ])('that becomes %s breaks its table, and the window over it', (_, schema, how) => {
    expect(said(same, property('price', schema)).filter((line) => line.includes('sales'))).toEqual([
      `breaking: sales.price ${how}, ${halts}`,
    ]);
  });

  test('of integers that becomes one of doubles is widened, and still breaks', () => {
    const before = version(same, property('more', { type: 'integer' }));
    expect(said(same, property('more', { type: 'number' }), before)).toEqual([
      `breaking: sales.more is widened from int64 to float64, ${halts}`,
      'compatible: contract of orders checks more otherwise (type): an event that breaks it goes to quarantine',
    ]);
  });

  test('of objects gains and loses fields, and halts where one changes its type', () => {
    const list = (properties: object) => property('more', { type: 'array', items: { type: 'object', properties } });
    const [text, integer] = [{ type: 'string' }, { type: 'integer' }];
    const before = version(same, list({ sku: text, place: { type: 'object', properties: { city: text } } }));
    const after = { sku: text, place: { type: 'object', properties: { zip: integer } }, count: integer };
    const changes = said(same, list(after), before).filter((line) => line.includes('sales'));
    expect(changes).toEqual([
      'compatible: sales.more gains place.zip, count, null in the rows that are there',
      'compatible: sales.more has no place.city any more: null in new rows',
    ]);
    expect(said(same, list({ sku: integer }), before).filter((line) => line.startsWith('breaking'))).toEqual([
      `breaking: sales.more changes its type from list<struct<sku:string,place:struct<city:string>>> to list<struct<sku:int64>>, ${halts}`,
    ]);
  });

  test('that is new may be null, or its table halts', () => {
    const added = property('note', { type: 'string' });
    expect(said(same, added)).toEqual([
      'compatible: sales.note is new (string), and null in the rows that are there',
      'compatible: contract of orders checks note, which it let through as it came',
    ]);
    const demanded: SchemaEdit = (schema) => ({ ...(added(schema) as Schema), required: [...schema.required, 'note'] });
    expect(said(withoutSql, demanded, version(withoutSql))[0]).toBe(
      'breaking: sales.note is new and is never null, but rows that were written before have no value for it, so the table would halt: let it be null (in the contract, leave it out of "required")',
    );
  });

  test('that is gone was null at times, or its table halts', () => {
    const gone = replaced('SELECT e.*', 'SELECT e.id, e."user", e.at, e._seq, e._index, e._arrived_at, e.price');
    expect(said(gone).filter((line) => line.includes('sales'))).toEqual([
      'compatible: sales.more is gone, and null in new rows',
    ]);
    const fewer: Edit = (text) =>
      withoutSql(text)
        .replace(/ {2}by_user.*\n/, '')
        .replace(
          'windows:',
          `enrich:\n  orders: { sql: 'SELECT id, at, price, more, _seq, _index, _arrived_at FROM events' }\nwindows:`,
        );
    expect(said(fewer, undefined, version(withoutSql)).filter((line) => line.includes('sales.user'))).toEqual([
      'breaking: sales.user is gone, but the table holds it as never null, so it would halt: go on giving it, or write to a new table',
    ]);
  });

  test('may become null, and stays so in the table', () => {
    const demanded: SchemaEdit = (schema) => ({ ...schema, required: [...schema.required, 'price'] });
    expect(said(withoutSql, demanded, version(withoutSql))).toEqual([
      'compatible: sales has no nulls in price of new rows',
      'compatible: contract of orders demands price: events without it go to quarantine',
    ]);
    expect(said(withoutSql, undefined, version(withoutSql, demanded))).toEqual([
      'compatible: sales may have nulls in price from now on',
      'compatible: contract of orders does not demand price any more',
    ]);
  });

  test('that differs in case only is named as the table has it', () => {
    const cased = replaced('p.city FROM', 'p.city, e.id AS More_2 FROM');
    const other = replaced('p.city FROM', 'p.city, e.id AS more_2 FROM');
    expect(said(other, undefined, version(cased))[0]).toBe(
      'breaking: sales.more_2 cannot be: column "more_2" differs from the table\'s "More_2" only in upper and lower case: use the table\'s spelling',
    );
  });
});
