/** Which schemas compile, and where a mistake is reported. */
import { describe, expect, test } from '@jest/globals';
import { compileContract } from './compile-contract.js';
import { Contract } from './contract.js';

const id = { type: 'string' };
const at = { type: 'string', format: 'date-time' };
const fields = { id: 'id', key: 'id', eventTime: 'at' };
const required = ['id', 'at'];

/** Pointers and messages of what is wrong with a schema that has id and at besides these properties. */
function problems(properties: Record<string, unknown>, more: Record<string, unknown> = {}): string[] {
  return problemsOf({ type: 'object', required, properties: { id, at, ...properties }, ...more });
}

function problemsOf(schema: unknown): string[] {
  const result = compileContract(schema, fields);
  return result instanceof Contract ? [] : result.map(({ pointer, message }) => `${pointer} ${message}`);
}

describe('a contract that cannot be compiled', () => {
  test.each([
    [{ a: { type: 'strng' } }, '/properties/a/type'],
    [{ a: { type: 'string', minLength: -1 } }, '/properties/a/minLength'],
    [{ a: { type: 'string', pattern: '(' } }, '/properties/a/pattern'],
    [{ a: { type: 'string', format: 'decimal' } }, '/properties/a format decimal needs "x-precision"'],
    [
      { a: { type: 'string', format: 'decimal', 'x-precision': 4, 'x-scale': 5 } },
      '/properties/a format decimal needs "x-scale"',
    ],
    [{ a: { type: 'boolean', format: 'decimal' } }, '/properties/a/type'],
    [
      { a: { type: 'number', format: 'decimal', 'x-precision': 4, 'x-scale': 2, multipleOf: 0.01 } },
      '/properties/a/multipleOf',
    ],
    [
      { a: { type: 'number', format: 'decimal', 'x-precision': 4, 'x-scale': 2, minimum: 0.001 } },
      '/properties/a/minimum',
    ],
    [{ a: { type: 'integer', 'x-unit': 'minutes' } }, '/properties/a/x-unit'],
    [{ a: id, A: id }, '/properties/A differs from "a" only in case'],
    [{ 'a\0b': id }, '/properties/a\0b has the character U\\+0000'],
    [{ '*': id }, '/properties/\\* is a pattern of columns in SQL'],
    [{ '^a$': id }, '/properties/\\^a$ is a pattern of columns in SQL'],
    [{ _seq: id }, '/properties/_seq is a column that Afluente adds'],
    [{ 'a b': id }, '/properties/a b has a character'],
    [{ toString: id }, '/properties/toString is a name every JavaScript object has'],
    [JSON.parse('{"__proto__":{"type":"string"}}') as Record<string, unknown>, ''],
    [{ a: { type: 'string', formt: 'email' } }, ' strict mode: unknown keyword: "formt"'],
    [{ a: { type: 'string', format: 'emial' } }, '/properties/a unknown format "emial"'],
    [{ a: { $ref: '#/$defs/none' } }, " can't resolve reference"],
  ])('%j names the place', (properties, start) => {
    const [first = 'compiled'] = problems(properties);
    expect(first).toMatch(new RegExp(`^${start.replace(/[/()$.]/g, '\\$&')}`));
  });

  test('is no object, has no properties, or is of another draft', () => {
    expect(problemsOf(null)).toEqual([expect.stringContaining('is no JSON Schema object')]);
    expect(problemsOf({ type: 'array' })).toEqual([expect.stringMatching(/^\/type must be "object"/)]);
    expect(problemsOf({ type: 'object' })).toEqual([expect.stringMatching(/^\/properties must list/)]);
    expect(problems({}, { $schema: 'http://json-schema.org/draft-07/schema#' })).toEqual([
      expect.stringMatching(/^\/\$schema must name draft 2020-12/),
    ]);
  });

  test('lacks an id, key or event time that can serve', () => {
    expect(problemsOf({ type: 'object', required, properties: { id: { type: 'number' }, at: id } })).toEqual([
      expect.stringMatching(/^\/properties\/id is the event id, so it must be/),
      expect.stringMatching(/^\/properties\/id is the key, so it must be/),
      expect.stringMatching(/^\/properties\/at is the event time, so it must be/),
    ]);
    expect(problemsOf({ type: 'object', properties: { id, at } })).toHaveLength(3);
    expect(problemsOf({ type: 'object', required, properties: { id } })).toEqual([
      expect.stringMatching(/^\/properties has no "at"/),
    ]);
  });
});

describe('a contract that compiles', () => {
  test('may use extension keywords, local definitions, unions and conditions', () => {
    const money = {
      type: ['string', 'number', 'null'],
      format: 'decimal',
      'x-precision': 12,
      'x-scale': 2,
      maximum: 1e9,
    };
    expect(
      problems(
        { a: { $ref: '#/$defs/money', description: 'price' }, b: { type: 'string', 'x-owner': 'shop' } },
        { $defs: { money } },
      ),
    ).toEqual([]);
    expect(
      problems({ a: true, b: { type: ['string', 'array'] }, c: { anyOf: [{ type: 'string' }, { type: 'null' }] } }),
    ).toEqual([]);
    const condition = '{ "if": { "required": ["a"] }, "then": { "properties": { "id": { "const": "x" } } } }';
    expect(problems({ a: id }, JSON.parse(condition) as Record<string, unknown>)).toEqual([]);
  });

  test('takes epoch integers as event time', () => {
    const contract = compileContract(
      { type: 'object', required, properties: { id: { type: 'integer' }, at: { type: 'integer', 'x-unit': 'ms' } } },
      fields,
    );
    if (!(contract instanceof Contract)) throw new Error('must compile');
    expect(contract.read('{"id":7,"at":1700000000123}')).toMatchObject({
      ok: true,
      id: '7',
      eventTimeUs: 1_700_000_000_123_000,
    });
  });

  test('drops properties it does not list when they are allowed', () => {
    const contract = compileContract({ type: 'object', required, properties: { id, at } }, fields);
    if (!(contract instanceof Contract)) throw new Error('must compile');
    const result = contract.read('{"id":"a","at":"1970-01-01T00:00:01Z","extra":[1]}');
    expect(result).toEqual({ ok: true, id: 'a', key: 'a', eventTimeUs: 1_000_000, row: ['a', 1_000_000] });
  });
});
