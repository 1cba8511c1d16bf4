/** Schemas as Delta writes them, and which changes of them a table takes. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ColumnSpec, ColumnType } from '#columns/column-spec';
import { checkColumns } from './check-columns.js';
import { decideSchema } from './evolve-schema.js';
import { encodeSchema, parseSchema } from './schema.js';

const type: fc.Arbitrary<ColumnType> = fc.oneof(
  fc.constantFrom<ColumnType>({ kind: 'string' }, { kind: 'binary' }, { kind: 'int32' }, { kind: 'int64' }, { kind: 'float64' }, { kind: 'bool' }, { kind: 'date' }, { kind: 'timestamp' }),
  fc.integer({ min: 1, max: 38 }).chain((precision) => fc.integer({ min: 0, max: precision }).map((scale) => ({ kind: 'decimal' as const, precision, scale }))),
);
const columns: fc.Arbitrary<ColumnSpec[]> = fc.uniqueArray(fc.record({ name: fc.stringMatching(/^[a-z]{1,8}$/), type, nullable: fc.boolean() }), { selector: (c) => c.name });
const text = (name: string, nullable = true): ColumnSpec => ({ name, type: { kind: 'string' }, nullable });

describe('a schema', () => {
  it('is the same after encoding and parsing', () => {
    fc.assert(fc.property(columns, (specs) => expect(parseSchema(encodeSchema(specs))).toEqual({ kind: 'schema', columns: specs })));
  });

  it('has the form of the protocol', () => {
    expect(encodeSchema([{ name: 'p', type: { kind: 'decimal', precision: 10, scale: 2 }, nullable: true }])).toBe(
      '{"type":"struct","fields":[{"name":"p","type":"decimal(10,2)","nullable":true,"metadata":{}}]}',
    );
  });

  it('is unsupported when nested, when not JSON, and when it has invariants', () => {
    expect(parseSchema('{')).toMatchObject({ kind: 'unsupported' });
    const field = { name: 'a', type: { type: 'array' }, nullable: true, metadata: {} };
    expect(parseSchema(JSON.stringify({ fields: [field] }))).toMatchObject({ kind: 'unsupported', reason: expect.stringContaining('column a') });
    const invariant = { name: 'a', type: 'long', nullable: true, metadata: { 'delta.invariants': '{}' } };
    expect(parseSchema(JSON.stringify({ fields: [invariant] }))).toMatchObject({ reason: expect.stringContaining('delta.invariants') });
  });
});

describe('a change of schema', () => {
  it('is none for the same columns in any order', () => {
    fc.assert(fc.property(columns, (specs) => expect(decideSchema(specs, [...specs].reverse())).toEqual({ kind: 'fits' })));
  });

  it('settles: what it evolves to fits afterwards', () => {
    fc.assert(fc.property(columns, columns, (table, writer) => {
      const decision = decideSchema(table, writer);
      if (decision.kind === 'evolve') expect(decideSchema(decision.columns, writer)).toEqual({ kind: 'fits' });
    }));
  });

  it('adds nullable columns at the end and relaxes required ones', () => {
    expect(decideSchema([text('a', false)], [text('b'), text('a')])).toEqual({ kind: 'evolve', columns: [text('a'), text('b')] });
  });

  it('is refused for new required columns, other types, other spellings, and required columns left out', () => {
    const reason = (table: ColumnSpec[], writer: ColumnSpec[]): unknown => Reflect.get(decideSchema(table, writer), 'reason');
    expect(reason([text('a')], [text('a'), text('b', false)])).toContain('must be nullable');
    expect(reason([text('a')], [{ ...text('a'), type: { kind: 'int64' } }])).toContain('is string in the table but would be written as long');
    expect(reason([text('a')], [text('A')])).toContain('upper and lower case');
    expect(reason([text('a', false), text('b')], [text('b')])).toContain('required by the table');
  });
});

describe('the columns of a table', () => {
  it('are refused with the reason', () => {
    const reason = (specs: ColumnSpec[], by: string[] = []): unknown => Reflect.get(checkColumns(specs, by), 'reason');
    expect(reason([text('a b')])).toContain('rename it');
    expect(reason([text('a'), text('A')])).toContain('occurs twice');
    expect(reason([text('a')], ['b'])).toContain('no column of the table');
    expect(reason([text('a')], ['a'])).toContain('at least one');
    expect(reason([{ ...text('a'), type: { kind: 'binary' } }, text('b')], ['a'])).toContain('binary');
    expect(reason([{ ...text('a'), type: { kind: 'decimal', precision: 39, scale: 2 } }])).toContain('1 to 38');
    expect(checkColumns([text('a'), text('b')], ['a'])).toEqual({ kind: 'ok' });
  });
});
