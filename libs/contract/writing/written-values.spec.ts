/** Values that events write in their own way: what is stored of them, and what is refused. */
import { describe, expect, test } from '@jest/globals';
import { compileContract } from '../columns/compile-contract.js';
import { Contract } from '../columns/contract.js';
import { contractOf, reader } from '../columns/example-writing.js';
import { caseGrowthMax } from './texts.js';

const us = (iso: string): number => Date.parse(iso) * 1000;
describe('times', () => {
  test('are read by a pattern, in their time zone', () => {
    const read = reader({
      type: ['string', 'null'],
      format: 'date-time',
      'x-format': 'dd/MM/yyyy HH:mm:ss',
      'x-timezone': 'America/Sao_Paulo',
    });
    expect(read('"31/12/2025 23:59:59"')).toBe(us('2026-01-01T02:59:59Z'));
    expect(read('"15/01/2019 12:00:00"')).toBe(us('2019-01-15T14:00:00Z'));
    expect(read('null')).toBeNull();
    expect(read('"2025-12-31T23:59:59Z"')).toBe('wrong_format /v must be a time written as dd/MM/yyyy HH:mm:ss');
    expect(read('5')).toMatch(/^wrong_type/);
  });

  test('name their offset, or lie in the time zone where they do not', () => {
    const read = reader({
      type: 'string',
      format: 'date-time',
      'x-format': 'yyyy-MM-ddTHH:mm[Z]',
      'x-timezone': 'Asia/Kolkata',
    });
    expect(read('"2025-01-01T05:30"')).toBe(us('2025-01-01T00:00:00Z'));
    expect(read('"2025-01-01T05:30Z"')).toBe(us('2025-01-01T05:30:00Z'));
    expect(read('"2025-01-01T05:30+01"')).toBe(us('2025-01-01T04:30:00Z'));
  });

  test('are days, by a pattern without hours', () => {
    const read = reader({ type: 'string', format: 'date', 'x-format': 'dd/MM/yyyy' });
    expect(read('"01/02/1970"')).toBe(31);
    expect(read('"31/02/1970"')).toBe('wrong_format /v must be a date written as dd/MM/yyyy');
    expect(read('"01/02/0000"')).toMatch(/^time_out_of_range/);
  });

  test.each([
    ['s', '1700000000', us('2023-11-14T22:13:20Z')],
    ['s', '1700000000.123456', us('2023-11-14T22:13:20Z') + 123_456],
    ['s', '1700000000.1234569', us('2023-11-14T22:13:20Z') + 123_456],
    ['s', '-0.0000001', -1],
    ['s', '-1.5', -1_500_000],
    ['s', '1.7e9', us('2023-11-14T22:13:20Z')],
    ['ms', '1700000000000.5', us('2023-11-14T22:13:20Z') + 500],
    ['us', '1700000000000001', us('2023-11-14T22:13:20Z') + 1],
    ['ns', '1700000000000001999', us('2023-11-14T22:13:20Z') + 1],
    ['ns', '-1', -1],
    ['s', '253402300800', 'time_out_of_range /v must lie within the years 0001 to 9999 in UTC'],
    ['s', '1e30', 'time_out_of_range /v must lie within the years 0001 to 9999 in UTC'],
  ])('count %s since the epoch, as number and as text: %s', (unit, count, stored) => {
    expect(reader({ type: 'number', 'x-unit': unit })(count)).toBe(stored);
    const asText = reader({ type: 'string', 'x-unit': unit })(`"${count}"`);
    if (count.includes('e')) expect(asText).toMatch(/^wrong_format/);
    else expect(asText).toBe(stored);
    if (!/[.e]/.test(count)) expect(reader({ type: 'integer', 'x-unit': unit })(count)).toBe(stored);
  });

  test('of RFC 3339 have a leap second, too', () => {
    const read = reader({ type: 'string', format: 'date-time' });
    expect(read('"2016-12-31T23:59:60.5Z"')).toBe(us('2017-01-01T00:00:00Z'));
    expect(read('"2016-12-31T23:58:60Z"')).toMatch(/^wrong_format/);
  });
});

describe('booleans', () => {
  const read = reader({
    type: ['string', 'integer', 'boolean'],
    'x-type': 'boolean',
    'x-true': ['S', 'sim', '1', 1],
    'x-false': ['N', 'não', '0', 0],
  });

  test.each([
    ['"S"', true],
    ['"não"', false],
    ['1', true],
    ['0', false],
    ['1.0', true],
    ['true', true],
    ['"s"', 'wrong_format /v must be one of "S", "sim", "1", 1, "N", "não", "0", 0'],
    ['2', 'wrong_format /v must be one of "S", "sim", "1", 1, "N", "não", "0", 0'],
    ['1.0000000000000000001', 'wrong_format /v must be one of "S", "sim", "1", 1, "N", "não", "0", 0'],
    ['[]', 'wrong_type /v must be string or integer or boolean'],
  ])('%s', (json, stored) => {
    expect(read(json)).toBe(stored);
  });

  test('may be bound to one value', () => {
    const yes = reader({ type: 'string', 'x-type': 'boolean', 'x-true': ['S'], 'x-false': ['N'], const: true });
    expect(yes('"S"')).toBe(true);
    expect(yes('"N"')).toMatch(/^not_in_enum/);
  });
});

describe('texts', () => {
  test('are trimmed and in one case, before anything else of the contract looks at them', () => {
    const read = reader({ type: 'string', 'x-trim': true, 'x-case': 'lower', enum: ['buy', 'sell'], minLength: 3 });
    expect(read('" Buy\\n"')).toBe('buy');
    expect(read('" Bye"')).toMatch(/^not_in_enum/);
    expect(reader({ type: 'string', 'x-trim': true, maxLength: 2 })('"  ab  "')).toBe('ab');
    expect(reader({ type: 'string', 'x-case': 'upper', pattern: '^[A-Z]+$' })('"é"')).toMatch(/^pattern_mismatch/);
    expect(reader({ type: 'string', 'x-case': 'upper' })('"\\ud800a"')).toMatch(/^invalid_utf8/);
  });

  test('that are empty are null', () => {
    const times = { format: 'date-time', 'x-format': 'dd/MM/yyyy HH:mm', 'x-timezone': 'UTC' };
    const empty = { type: ['string', 'null'], 'x-empty': null };
    for (const more of [
      {},
      times,
      { format: 'date-time' },
      { format: 'date' },
      { 'x-type': 'number' },
      { 'x-unit': 'ms' },
      { 'x-type': 'boolean', 'x-true': ['S'], 'x-false': ['N'] },
      { format: 'decimal', 'x-precision': 5, 'x-scale': 2 },
    ]) {
      expect(reader({ ...empty, ...more })('""')).toBeNull();
      expect(reader({ ...empty, ...more, 'x-trim': true })('"  "')).toBeNull();
    }
    expect(reader({ ...empty, 'x-type': 'integer', 'x-trim': true })('" 5 "')).toBe(5);
    expect(reader(empty)('" "')).toBe(' ');
  });

  test('grow in another case no more than frames allow for', () => {
    const bytes = (text: string): number => new TextEncoder().encode(text).length;
    for (let code = 0; code < 0x11_0000; code++) {
      const text = String.fromCodePoint(code);
      const most = Math.max(bytes(text.toUpperCase()), bytes(text.toLowerCase()));
      if (most > bytes(text) * caseGrowthMax) throw new Error(`U+${code.toString(16)} grows to ${most} bytes`);
    }
    expect(contractOf({ type: 'string', 'x-case': 'upper' }).bytesPerByteMax).toBe(caseGrowthMax);
    expect(contractOf({ type: 'string' }).bytesPerByteMax).toBe(1);
  });
});

describe('values within objects and lists', () => {
  const schema = {
    type: 'object',
    required: ['id', 'head', 'lines'],
    properties: {
      id: { type: 'string', 'x-trim': true, 'x-case': 'upper' },
      head: {
        type: 'object',
        required: ['store', 'when'],
        properties: {
          store: { type: 'string' },
          when: { type: 'string', format: 'date-time', 'x-format': 'dd/MM/yyyy HH:mm', 'x-timezone': 'Europe/Lisbon' },
          paid: { $ref: '#/$defs/flag' },
        },
      },
      lines: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            price: { type: 'string', 'x-type': 'number', 'x-decimal': ',' },
            amounts: { type: 'array', items: { type: 'string', 'x-type': 'integer', maximum: 10 } },
            gift: { $ref: '#/$defs/flag' },
          },
        },
      },
    },
    $defs: { flag: { type: 'string', 'x-type': 'boolean', 'x-true': ['S'], 'x-false': ['N'] } },
  };
  const contract = compileContract(schema, { id: 'id', key: 'head.store', eventTime: 'head.when' });
  if (!(contract instanceof Contract)) throw new Error(JSON.stringify(contract));
  const event = (lines: string): ReturnType<Contract['read']> =>
    contract.read(`{"id":" a1 ","head":{"store":"s","when":"01/07/2025 12:00","paid":"S"},"lines":${lines}}`);

  test('are read like those of the event', () => {
    const read = event('[{"price":"1,5","amounts":["1","10"],"gift":"N"},{}]');
    expect(read).toMatchObject({ ok: true, id: 'A1', key: 's', eventTimeUs: us('2025-07-01T11:00:00Z') });
    expect(read.ok && read.row[2]).toEqual([
      [1.5, [1, 10], false],
      [null, null, null],
    ]);
  });

  test.each([
    ['[{"price":"1.5"}]', 'wrong_format /lines/0/price'],
    ['[{},{"amounts":["1",2]}]', 'wrong_type /lines/1/amounts/1'],
    ['[{},{"amounts":["1","11"]}]', 'out_of_bounds /lines/1/amounts/1'],
    ['[{"gift":"X"}]', 'wrong_format /lines/0/gift'],
    ['[5]', 'wrong_type /lines/0'],
    ['{}', 'wrong_type /lines'],
  ])('and refused at their place: %s', (lines, expected) => {
    const read = event(lines);
    expect(read.ok || `${read.reason} ${read.pointer}`).toBe(expected);
  });

  test('keep their digits beside a number that is too small for a double', () => {
    const read = reader({ type: 'string', 'x-type': 'integer' });
    expect(read('"9007199254740993"')).toBe(9_007_199_254_740_993n);
    const both = contractOf({
      type: 'object',
      properties: {
        tiny: { type: 'number', format: 'decimal', 'x-precision': 5, 'x-scale': 2 },
        long: { type: 'string', 'x-type': 'integer' },
      },
    });
    const result = both.read('{"id":"1","key":"k","at":1,"v":{"long":"9007199254740993","tiny":0e-5}}');
    expect(result.ok && result.row.at(-1)).toEqual([0, 9_007_199_254_740_993n]);
  });
});

test('no rejection tells a value of the event', () => {
  const secret = 'hunter2';
  for (const property of [
    { type: 'string', format: 'decimal', 'x-precision': 9, 'x-scale': 2, 'x-decimal': ',' },
    { type: 'string', 'x-type': 'integer' },
    { type: 'string', 'x-unit': 'ms' },
    { type: 'string', 'x-type': 'boolean', 'x-true': ['S'], 'x-false': ['N'] },
    { type: 'string', format: 'date-time', 'x-format': 'dd/MM/yyyy HH:mmZ' },
    { type: 'string', 'x-case': 'lower', enum: ['a'] },
  ]) {
    const answer = String(reader(property)(`"${secret}"`));
    expect(answer).toMatch(/^(wrong_format|not_in_enum)/);
    expect(answer).not.toContain(secret);
  }
});
