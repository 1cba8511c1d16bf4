/** Schemas as Delta writes them, and which changes of them a table takes. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ColumnSpec, ColumnType } from '#columns/types/column-spec';
import { checkColumns } from './check-columns.js';
import { decideSchema } from './evolve-schema.js';
import { encodeSchema, parseSchema } from './schema.js';

fc.configureGlobal({ seed: 1 });

const type: fc.Arbitrary<ColumnType> = fc.oneof(
  fc.constantFrom<ColumnType>(
    { kind: 'string' },
    { kind: 'binary' },
    { kind: 'int32' },
    { kind: 'int64' },
    { kind: 'float64' },
    { kind: 'bool' },
    { kind: 'date' },
    { kind: 'timestamp' },
  ),
  fc
    .integer({ min: 1, max: 38 })
    .chain((precision) =>
      fc.integer({ min: 0, max: precision }).map((scale) => ({ kind: 'decimal' as const, precision, scale })),
    ),
);
const columnsOf = (types: fc.Arbitrary<ColumnType>): fc.Arbitrary<ColumnSpec[]> =>
  fc.uniqueArray(fc.record({ name: fc.stringMatching(/^[a-z]{1,8}$/), type: types, nullable: fc.boolean() }), {
    selector: (c) => c.name,
  });
const { nested } = fc.letrec<{ nested: ColumnType }>((tie) => ({
  nested: fc.oneof(
    { depthSize: 'small' },
    { weight: 5, arbitrary: type },
    {
      weight: 1,
      arbitrary: columnsOf(tie('nested')).map((fields) => ({ kind: 'struct' as const, fields })),
    },
    {
      weight: 1,
      arbitrary: fc
        .record({ type: tie('nested'), nullable: fc.boolean() })
        .map((item) => ({ kind: 'list' as const, item })),
    },
  ),
}));
const columns = columnsOf(nested);
const text = (name: string, nullable = true): ColumnSpec => ({ name, type: { kind: 'string' }, nullable });

describe('a schema', () => {
  test('is the same after encoding and parsing', () => {
    fc.assert(
      fc.property(columns, (specs) =>
        expect(parseSchema(encodeSchema(specs))).toEqual({ kind: 'schema', columns: specs, foreign: [] }),
      ),
    );
  });

  test('has the form of the protocol', () => {
    expect(encodeSchema([{ name: 'p', type: { kind: 'decimal', precision: 10, scale: 2 }, nullable: true }])).toBe(
      '{"type":"struct","fields":[{"name":"p","type":"decimal(10,2)","nullable":true,"metadata":{}}]}',
    );
  });

  test('has the form of the protocol for lists of rows', () => {
    const pairs: ColumnType = {
      kind: 'list',
      item: { type: { kind: 'struct', fields: [text('name', false), text('value')] }, nullable: false },
    };
    expect(JSON.parse(encodeSchema([{ name: 'h', type: pairs, nullable: true }]))).toEqual({
      type: 'struct',
      fields: [
        {
          name: 'h',
          nullable: true,
          metadata: {},
          type: {
            type: 'array',
            containsNull: false,
            elementType: {
              type: 'struct',
              fields: [
                { name: 'name', type: 'string', nullable: false, metadata: {} },
                { name: 'value', type: 'string', nullable: true, metadata: {} },
              ],
            },
          },
        },
      ],
    });
    expect(Reflect.get(decideSchema([{ ...text('h'), type: pairs }], [text('h')]), 'reason')).toContain(
      'is array<struct<name:string,value:string>> in the table but would be written as string',
    );
  });

  test('is unsupported when it has types that Delta has not, when not JSON, and when it has invariants', () => {
    expect(parseSchema('{')).toMatchObject({ kind: 'unsupported' });
    const field = { name: 'a', type: { type: 'array' }, nullable: true, metadata: {} };
    expect(parseSchema(JSON.stringify({ fields: [field] }))).toMatchObject({
      kind: 'unsupported',
      reason: expect.stringContaining('column a'),
    });
    for (const elementType of ['interval', { type: 'map', keyType: 'string' }])
      expect(
        parseSchema(JSON.stringify({ fields: [{ ...field, type: { type: 'array', elementType } }] })),
      ).toMatchObject({ kind: 'unsupported' });
    const invariant = { name: 'a', type: 'long', nullable: true, metadata: { 'delta.invariants': '{}' } };
    expect(parseSchema(JSON.stringify({ fields: [invariant] }))).toMatchObject({
      reason: expect.stringContaining('delta.invariants'),
    });
  });
});

describe('a change of schema', () => {
  test('is none for the same columns in any order', () => {
    fc.assert(
      fc.property(columns, (specs) => expect(decideSchema(specs, [...specs].reverse())).toEqual({ kind: 'fits' })),
    );
  });

  test('settles: what it evolves to fits afterwards', () => {
    fc.assert(
      fc.property(columns, columns, (table, writer) => {
        const decision = decideSchema(table, writer);
        if (decision.kind === 'evolve') expect(decideSchema(decision.columns, writer)).toEqual({ kind: 'fits' });
      }),
    );
  });

  test('adds nullable columns at the end and relaxes required ones', () => {
    expect(decideSchema([text('a', false)], [text('b'), text('a')])).toEqual({
      kind: 'evolve',
      columns: [text('a'), text('b')],
    });
  });

  test('is refused for new required columns, other types, other spellings, and required columns left out', () => {
    const reason = (table: ColumnSpec[], writer: ColumnSpec[]): unknown =>
      Reflect.get(decideSchema(table, writer), 'reason');
    expect(reason([text('a')], [text('a'), text('b', false)])).toContain('must be nullable');
    expect(reason([text('a')], [{ ...text('a'), type: { kind: 'int64' } }])).toContain(
      'is string in the table but would be written as long',
    );
    expect(reason([text('a')], [text('A')])).toContain('upper and lower case');
    expect(reason([text('a', false), text('b')], [text('b')])).toContain('required by the table');
  });
});

describe('the columns of a table', () => {
  test('are refused with the reason', () => {
    const reason = (specs: ColumnSpec[], by: string[] = []): unknown => Reflect.get(checkColumns(specs, by), 'reason');
    expect(reason([text('a b')])).toContain('rename it');
    expect(reason([text('a'), text('A')])).toContain('occurs twice');
    expect(reason([text('a')], ['b'])).toContain('no column of the table');
    expect(reason([text('a')], ['a'])).toContain('at least one');
    expect(reason([{ ...text('a'), type: { kind: 'binary' } }, text('b')], ['a'])).toContain('binary');
    expect(reason([{ ...text('a'), type: { kind: 'struct', fields: [text('c')] } }, text('b')], ['a'])).toContain(
      'a struct',
    );
    expect(reason([{ ...text('a'), type: { kind: 'decimal', precision: 39, scale: 2 } }])).toContain('1 to 38');
    expect(checkColumns([text('a'), text('b')], ['a'])).toEqual({ kind: 'ok' });
  });
});

test('what others wrote about columns and fields stays when the table gets new ones', () => {
  const described = (name: string, type: unknown, comment: string): unknown => ({
    name,
    type,
    nullable: true,
    metadata: { comment },
  });
  const item = { type: 'struct', fields: [described('sku', 'string', 'of the shop')] };
  const list = { type: 'array', elementType: item, containsNull: true };
  const before = JSON.stringify({
    type: 'struct',
    fields: [described('id', 'string', 'of the order'), described('items', list, 'in a box')],
  });
  const parsed = parseSchema(before);
  if (parsed.kind !== 'schema') throw new Error(parsed.reason);
  const added: ColumnSpec = { name: 'total', type: { kind: 'int64' }, nullable: true };
  const after = JSON.parse(encodeSchema([...parsed.columns, added], before)) as { fields: unknown[] };
  expect(after.fields).toEqual([
    ...(JSON.parse(before) as { fields: unknown[] }).fields,
    { name: 'total', type: 'long', nullable: true, metadata: {} },
  ]);
});
