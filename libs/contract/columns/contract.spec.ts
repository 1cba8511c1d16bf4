/** What a contract stores and what it refuses, value by value. */
import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keyOf, parseObject } from '../values/event-object.js';
import { reasonCodes } from '../values/reason.js';
import { compileContract } from './compile-contract.js';
import { Contract } from './contract.js';
import { base, contract, fields, read, schema, withMore } from './example-contract.js';

fc.configureGlobal({ seed: 1 });

describe('a contract', () => {
  test('turns top-level properties into typed columns', () => {
    const column = (name: string): unknown => contract.columns.find((column) => column.name === name);
    expect(contract.columns.map(({ name }) => name)).toEqual(Object.keys(schema.properties));
    expect(column('id')).toEqual({ name: 'id', type: { kind: 'string' }, nullable: false });
    expect(column('at')).toEqual({ name: 'at', type: { kind: 'timestamp' }, nullable: false });
    expect(column('seen')).toEqual({ name: 'seen', type: { kind: 'timestamp' }, nullable: true });
    expect(column('price')).toEqual({
      name: 'price',
      type: { kind: 'decimal', precision: 20, scale: 2 },
      nullable: true,
    });
    const others = contract.columns.filter(({ name }) =>
      ['born', 'count', 'ratio', 'gift', 'kind', 'tags', 'more', 'when'].includes(name),
    );
    expect(others.map(({ type }) => type.kind)).toEqual([
      'date',
      'int64',
      'float64',
      'bool',
      'string',
      'list',
      'string',
      'timestamp',
    ]);
  });

  test('finds id, key and event time', () => {
    expect(contract.read(`{${base}}`)).toMatchObject({
      ok: true,
      id: 'e1',
      key: 'u1',
      eventTimeUs: 1_767_323_045_678_000,
    });
  });

  test.each([
    ['"count":5', 5],
    ['"count":1e3', 1000],
    ['"count":9007199254740991', 9_007_199_254_740_991],
    ['"count":9007199254740993', 9_007_199_254_740_993n],
    ['"count":9007199254740993.00', 9_007_199_254_740_993n],
    ['"count":1e17', 100_000_000_000_000_000n],
    ['"count":-9223372036854775808', -9_223_372_036_854_775_808n],
    ['"count":12345678901234.000', 12_345_678_901_234],
    ['"price":129.9', 12_990],
    ['"price":"129.90"', 12_990],
    ['"price":123456789012345678.25', 12_345_678_901_234_567_825n],
    ['"seen":1700000000', 1_700_000_000_000_000],
    ['"seen":253402300799', 253_402_300_799_000_000n],
    ['"seen":null', null],
    ['"born":"2000-02-29"', 11_016],
    ['"ratio":1e-400', 0],
    ['"ratio":0.30000000000000000001', 0.3],
    ['"tags":["a","b"]', ['a', 'b']],
    ['"tags":[]', []],
    ['"more":{"n":12345678901234567890.5,"x":null}', '{"n":12345678901234567890.5,"x":null}'],
    ['"more":null', null],
    ['"more":"text"', '"text"'],
    ['"more":{"__proto__":{"a":1}}', '{"__proto__":{"a":1}}'],
    ['"gift":true,"gift":false', false],
    ['"count":1.00000000000000001,"count":2', 2],
    ['"code":"ABC"', 'ABC'],
    ['"when":"9999-12-31T00:00:00Z"', 253_402_214_400_000_000n],
  ])('stores %s', (more, stored) => {
    expect(read(more)).toEqual(stored);
  });

  test.each([
    ['"count":9223372036854775808', 'out_of_bounds /count'],
    ['"count":9007199254740990.6', 'wrong_type /count'],
    ['"count":1.00000000000000001', 'wrong_type /count'],
    ['"count":1e-400', 'wrong_type /count'],
    ['"count":1e400', 'number_out_of_range /count'],
    ['"count":-1e30', 'number_out_of_range /count'],
    ['"count":-9223372036854775809', 'number_out_of_range /count'],
    ['"count":"5"', 'wrong_type /count'],
    ['"count":null', 'wrong_type /count'],
    ['"count":1e18', 'out_of_bounds /count'],
    ['"price":1.005', 'decimal_scale /price'],
    ['"price":1.00000000000000001', 'decimal_scale /price'],
    ['"price":1e-400', 'decimal_scale /price'],
    ['"price":1e30', 'decimal_precision /price'],
    ['"price":"12,50"', 'wrong_format /price'],
    ['"price":"-0.01"', 'out_of_bounds /price'],
    ['"price":-0.01', 'out_of_bounds /price'],
    ['"price":true', 'wrong_type /price'],
    ['"ratio":1e400', 'number_out_of_range /ratio'],
    ['"ratio":-1', 'out_of_bounds /ratio'],
    ['"more":[1e400]', 'number_out_of_range /more'],
    ['"seen":1e15', 'time_out_of_range /seen'],
    ['"seen":253402300800', 'time_out_of_range /seen'],
    ['"born":"2023-02-29"', 'wrong_format /born'],
    ['"when":"2026-01-02T03:04:05"', 'wrong_format /when'],
    ['"when":"0000-01-01T00:00:00Z"', 'time_out_of_range /when'],
    ['"at":"9999-01-01T00:00:00Z"', 'time_out_of_range /at'],
    ['"kind":"steal"', 'not_in_enum /kind'],
    ['"code":"abc"', 'pattern_mismatch /code'],
    ['"mail":"nobody"', 'wrong_format /mail'],
    ['"tags":["a",""]', 'out_of_bounds /tags/1'],
    ['"tags":[1]', 'wrong_type /tags/0'],
    ['"tags":["a","b","c","d"]', 'out_of_bounds /tags'],
    ['"a/b~c":1', 'unexpected_field /a~1b~0c'],
    ['"id":""', 'missing_field /id'],
    [`"id":"${'x'.repeat(41)}"`, 'out_of_bounds /id'],
    ['"code":"A\\ud800"', 'pattern_mismatch /code'],
    ['"user":"\\udc00"', 'invalid_utf8 /user'],
    ['"user":NaN', 'malformed_json '],
    [`"more":${'['.repeat(600)}${']'.repeat(600)}`, 'too_deep '],
  ])('refuses %s', (more, answer) => {
    expect(read(more)).toBe(answer);
  });

  test.each([
    ['{}', 'missing_field /id'],
    ['[]', 'not_an_object '],
    ['null', 'not_an_object '],
    ['7', 'not_an_object '],
    ['', 'empty_payload '],
    ['  ', 'malformed_json '],
    ['{"id":', 'malformed_json '],
    ['\ufeff{}', 'missing_field /id'],
    ['\ufeff', 'empty_payload '],
    ['\ufeff\ufeff{}', 'malformed_json '],
    [`${'['.repeat(100_000)}`, 'too_deep '],
    [`${'{"a":'.repeat(100_000)}`, 'too_deep '],
  ])('refuses the payload %.30j', (text, answer) => {
    const result = contract.read(text);
    expect(result.ok ? 'ok' : `${result.reason} ${result.pointer}`).toBe(answer);
  });

  test('takes a very long text and a deep nesting within the limit', () => {
    const long = 'x'.repeat(900_000);
    expect(read(`"more":"${long}"`)).toBe(`"${long}"`);
    const brackets = `${'['.repeat(500)}"[\\"{{"${']'.repeat(500)}`;
    expect(read(`"more":${brackets},"gift":true`)).toBe(brackets);
    expect(read(`"more":"${'[{'.repeat(1000)}"`)).toBe(`"${'[{'.repeat(1000)}"`);
  });

  test('tells bytes that are not UTF-8, even when a neighbour completes the character', () => {
    const [lead, rest] = [Buffer.from(`{${base},"more":"\u00e9`).subarray(0, -1), Buffer.from([0xa9])];
    const whole = Buffer.concat([lead, rest, Buffer.from('"}')]);
    const reasonOf = (bytes: Buffer, start: number, end: number, known: boolean): string => {
      const result = contract.readBytes(bytes, start, end, known);
      return result.ok ? 'ok' : result.reason;
    };
    expect(reasonOf(whole, 0, whole.length, true)).toBe('ok');
    expect(reasonOf(whole, 0, whole.length, false)).toBe('ok');
    expect(reasonOf(whole, 0, lead.length, true)).toBe('invalid_utf8');
    expect(reasonOf(whole, lead.length, whole.length, true)).toBe('invalid_utf8');
    expect(reasonOf(Buffer.from([0x7b, 0xff, 0x7d]), 0, 3, false)).toBe('invalid_utf8');
    expect(reasonOf(whole, 5, 5, true)).toBe('empty_payload');
  });

  test('never throws, and says why in few words without quoting the event', () => {
    const marker = 'Zq7';
    const anyText = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((value) => withMore(`"more":${JSON.stringify(value)}`)),
      fc
        .dictionary(fc.constantFrom(...Object.keys(schema.properties), '__proto__', 'toString'), fc.jsonValue())
        .map((event) => JSON.stringify(event)),
      fc.string().map((text) => withMore(`"kind":${JSON.stringify(marker + text)}`)),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const result = contract.read(text);
        if (result.ok) return;
        expect(reasonCodes).toContain(result.reason);
        expect(result.message.length).toBeLessThanOrEqual(300);
        expect(result.message).not.toContain(marker);
      }),
      { numRuns: 2000 },
    );
  });

  test('never throws on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, known) => {
        contract.readBytes(Buffer.from(bytes), 0, bytes.length, known);
      }),
    );
  });

  test('gives the key that ingest finds', () => {
    const numeric = compileContract(
      { ...schema, properties: { ...schema.properties, user: { type: 'integer' } } },
      fields,
    );
    if (!(numeric instanceof Contract)) throw new Error('must compile');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.maxSafeInteger(),
          fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
          fc.constantFrom('1.0', '1e2', '-0', '12345678901.00000'),
        ),
        (user) => {
          const text = `{"id":"e","at":"2026-01-02T03:04:05Z","user":${user}}`;
          const result = numeric.read(text);
          expect(result.ok ? result.key : result).toBe(keyOf(parseObject(text) ?? {}, ['user'], () => text));
        },
      ),
    );
    expect(keyOf({ a: 'x' }, ['a'], String)).toBe('x');
    expect(keyOf({}, ['toString'], String)).toBeUndefined();
    expect(keyOf({ a: null }, ['a'], String)).toBeUndefined();
    expect(parseObject('[1]')).toBeUndefined();
    expect(parseObject('{')).toBeUndefined();
  });
});
