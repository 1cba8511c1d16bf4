/** Objects and arrays of a contract: which become columns of their own shape, what is refused in them, and what they may take. */
import { describe, expect, test } from '@jest/globals';
import { ColumnsBuilder } from '#columns/build/columns-builder';
import { typeNameOf } from '#columns/types/type-name';
import { nestedValuesMax } from '../values/read-event.js';
import { compileContract } from './compile-contract.js';
import { Contract } from './contract.js';

const id = { type: 'string' };
const at = { type: 'string', format: 'date-time' };
const fields = { id: 'id', key: 'id', eventTime: 'at' };

function compile(properties: object, more: object = {}, of = fields): Contract {
  const schema = { type: 'object', required: ['id', 'at'], properties: { id, at, ...properties }, ...more };
  const compiled = compileContract(schema, of);
  if (!(compiled instanceof Contract)) throw new Error(JSON.stringify(compiled));
  return compiled;
}

const typeOf = (property: object, more: object = {}): string =>
  typeNameOf(compile({ p: property }, more).columns.find(({ name }) => name === 'p')!.type);
const read = (contract: Contract, p: string) => contract.read(`{"id":"e","at":"2026-01-02T03:04:05Z","p":${p}}`);

describe('a property becomes', () => {
  const text = { type: 'string' };
  test.each([
    [
      'a struct',
      { type: 'object', properties: { a: text, b: { type: ['integer', 'null'] } } },
      'struct<a:string,b:int64>',
    ],
    ['a list', { type: 'array', items: { type: 'array', items: { type: 'number' } } }, 'list<list<float64>>'],
    [
      'a list of structs',
      { type: 'array', items: { type: 'object', properties: { a: at } } },
      'list<struct<a:timestamp>>',
    ],
    ['text, if anything may be in it', { type: 'object' }, 'string'],
    ['text, if it is said to', { type: 'object', properties: { a: text }, 'x-json': true }, 'string'],
    [
      'text, if other members have a schema too',
      { type: 'object', properties: { a: text }, additionalProperties: text },
      'string',
    ],
    ['text, as a list of anything', { type: 'array', items: { type: 'object' } }, 'string'],
    ['text, as a tuple', { type: 'array', prefixItems: [text], minItems: 1, items: false }, 'string'],
    ['text, if it may be something else as well', { type: ['object', 'string'], properties: { a: text } }, 'string'],
  ])('%s', (_, property, name) => expect(typeOf(property)).toBe(name));

  test('what a definition says, and text where that holds itself', () => {
    const tree = {
      type: 'object',
      properties: { name: text, children: { type: 'array', items: { $ref: '#/$defs/tree' } } },
    };
    expect(typeOf({ $ref: '#/$defs/tree' }, { $defs: { tree } })).toBe('struct<name:string,children:string>');
  });
});

test('definitions that use each other again and again are too many properties, and soon known to be', () => {
  const level = (next: number) => ({
    type: 'object',
    properties: Object.fromEntries(
      Array.from({ length: 10 }, (_, at) => [`f${at}`, next > 0 ? { $ref: `#/$defs/d${next}` } : text]),
    ),
  });
  const text = { type: 'string' };
  const $defs = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`d${at + 1}`, level(at)]));
  const compiled = compileContract(
    { type: 'object', required: ['id', 'at'], properties: { id, at, p: { $ref: '#/$defs/d12' } }, $defs },
    fields,
  );
  expect(compiled).toContainEqual({
    pointer: expect.stringMatching(/^\/properties\/p/),
    message: expect.stringContaining('more than 20,000 properties'),
  });
});

describe('a value within an object', () => {
  const contract = compile({
    p: {
      type: 'array',
      items: {
        type: 'object',
        required: ['n'],
        properties: {
          n: { type: 'integer' },
          when: at,
          price: { type: 'number', format: 'decimal', 'x-precision': 5, 'x-scale': 2, minimum: 0 },
          name: { type: 'string', minLength: 1 },
        },
      },
    },
  });

  test.each([
    ['[{"n":1},{"n":1.5}]', 'wrong_type', '/p/1/n'],
    ['[{"n":9223372036854775808}]', 'number_out_of_range', '/p/0/n'],
    ['[{}]', 'missing_field', '/p/0/n'],
    ['[null]', 'wrong_type', '/p/0'],
    ['[{"n":1,"when":"yesterday"}]', 'wrong_format', '/p/0/when'],
    ['[{"n":1,"price":1.005}]', 'decimal_scale', '/p/0/price'],
    ['[{"n":1,"price":-1}]', 'out_of_bounds', '/p/0/price'],
    ['[{"n":1,"name":""}]', 'out_of_bounds', '/p/0/name'],
    ['[{"n":1,"name":"\\ud800"}]', 'invalid_utf8', '/p/0/name'],
  ])('%s is refused as %s at %s', (p, reason, pointer) =>
    expect(read(contract, p)).toMatchObject({ ok: false, reason, pointer }),
  );

  test('is exact beyond doubles, also where a 0 hides a number', () => {
    const p = '[{"n":9007199254740993,"price":0.00},{"n":0,"price":0e-9}]';
    expect(read(contract, p)).toMatchObject({
      ok: true,
      row: expect.arrayContaining([
        [
          [9_007_199_254_740_993n, null, 0, null],
          [0, null, 0, null],
        ],
      ]),
    });
    expect(read(contract, '[{"n":0,"price":1e-400}]')).toMatchObject({
      reason: 'decimal_scale',
      pointer: '/p/0/price',
    });
  });
});

describe('id, key and event time', () => {
  const nested = { id: 'meta.id', key: 'meta.user', eventTime: 'meta.at' };
  const meta = { type: 'object', required: ['id', 'at', 'user'], properties: { id, at, user: { type: 'integer' } } };
  const problems = (properties: object, required: readonly string[] = ['meta']): unknown =>
    compileContract({ type: 'object', required, properties }, nested);

  test('may lie within objects, and are columns of their own besides', () => {
    const contract = compileContract({ type: 'object', required: ['meta'], properties: { meta } }, nested) as Contract;
    expect(contract.columns.map(({ name, nullable }) => [name, nullable])).toEqual([
      ['meta', false],
      ['meta_id', false],
      ['meta_user', false],
      ['meta_at', false],
    ]);
    expect(contract.read('{"meta":{"id":"e1","at":"2026-01-02T03:04:05Z","user":9007199254740993}}')).toMatchObject({
      ok: true,
      id: 'e1',
      key: '9007199254740993',
      eventTimeUs: 1_767_323_045_000_000,
    });
    expect(contract.read('{"meta":{"id":"","at":"2026-01-02T03:04:05Z","user":1}}')).toMatchObject({
      pointer: '/meta/id',
    });
    expect(contract.read('{"meta":{"id":"a","at":"0300-01-02T03:04:05Z","user":1}}')).toMatchObject({
      pointer: '/meta/at',
    });
  });

  test.each([
    ['an object that may be absent', { meta }, [], '/properties/meta', 'holds the event id'],
    [
      'a member that may be absent',
      { meta: { ...meta, required: ['at', 'user'] } },
      ['meta'],
      '/properties/meta/properties/id',
      'is the event id',
    ],
    [
      'no such member',
      { meta: { ...meta, properties: { at, user: id } } },
      ['meta'],
      '/properties/meta/properties',
      'has no "id"',
    ],
    ['no object', { meta: id }, ['meta'], '/properties/meta/properties', 'has no "id"'],
    ['a column of the same name', { meta, META_ID: id }, ['meta'], '/properties/META_ID', 'rename the property'],
  ])('are refused for %s', (_, properties, required, pointer, message) =>
    expect(problems(properties, required)).toEqual(
      expect.arrayContaining([{ pointer, message: expect.stringContaining(message) }]),
    ),
  );
});

describe('one event takes no more room than others', () => {
  const wide = Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`f${at}`, { type: 'integer' }]));
  const contract = compile({ p: { type: 'array', items: { type: 'object', properties: wide } } });

  test('also where its items are short and their fields many', () => {
    const items = 500;
    const event = read(contract, `[${Array.from({ length: items }, () => '{}').join(',')}]`);
    if (!event.ok) throw new Error(event.message);
    const builder = new ColumnsBuilder(contract.columns);
    const empty = builder.bytes;
    contract.append(event, builder);
    builder.endRow();
    const { length } = builder.finish();
    expect(length).toBeGreaterThan(items * 400 * 8);
    expect(length - empty).toBeLessThanOrEqual(contract.bytesOf(event));
    expect(Math.abs(builder.bytes - length)).toBeLessThan(length / 20);
    expect(contract.bytesPerByteMax * 3 * items).toBeGreaterThan(length);
  });

  test('up to a bound of its values', () => {
    const items = Math.ceil(nestedValuesMax / 401) + 1;
    expect(read(contract, `[${Array.from({ length: items }, () => '{}').join(',')}]`)).toMatchObject({
      reason: 'too_complex',
    });
  });
});

test('names within objects must be names of columns', () => {
  const compiled = compileContract(
    {
      type: 'object',
      required: ['id', 'at'],
      properties: { id, at, p: { type: 'object', properties: { 'a b': id, _seq: id } } },
    },
    fields,
  );
  expect(compiled).toEqual([
    { pointer: '/properties/p/properties/a b', message: expect.stringContaining('Delta tables refuse') },
  ]);
});
