/** A CSV says nothing about types: a column becomes a number only when nothing is lost by it in any row, or when somebody says so. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { describe as typesOf } from '../polars/describe.js';
import { rowsNdjson } from '../polars/rows-ndjson.js';
import { DataFrameError } from '../types/data-frame-error.js';
import { readReference } from './reference.js';

fc.configureGlobal({ seed: 7 });

const read = (values: readonly string[], stated?: string) =>
  readReference(
    Buffer.from(`k,v\n${values.map((value, i) => `${i},${value}\n`).join('')}`),
    'csv',
    stated === undefined ? {} : { v: stated },
  );
const kindOf = (values: readonly string[], stated?: string): string =>
  typesOf(read(values, stated), ['v'])[0]!.type.kind;
const valuesOf = (values: readonly string[], stated?: string): unknown[] =>
  rowsNdjson(read(values, stated)).map((line) => (JSON.parse(line) as { v: unknown }).v);
/** As exact text, where JSON would round. */
const linesOf = (values: readonly string[], stated?: string): string[] =>
  rowsNdjson(read(values, stated)).map((line) => /"v":(.*)}$/.exec(line)![1]!);

describe('a column without a stated type', () => {
  test.each<[string, readonly string[], string]>([
    ['whole numbers', ['0', '-7', '9007199254740993', '9223372036854775807', '-9223372036854775808'], 'int64'],
    ['numbers with a point', ['1.50', '-0.25', '0.0000001', '3'], 'float64'],
    [
      'coordinates with all digits of a double',
      ['-46.63330800000001', '0.1000000000000000', '12.345678901234567', '-23.550519999999999'],
      'float64',
    ],
    ['truth values', ['true', 'false', 'TRUE'], 'bool'],
    ['nothing', ['', ''], 'string'],
    ['leading zeros', ['01310100', '20040002'], 'string'],
    ['leading zeros in one row', ['10', '20', '007'], 'string'],
    ['leading zeros before a point', ['1.5', '00.5'], 'string'],
    ['telephone numbers', ['+5511999990000', '5511999990001'], 'string'],
    ['codes that look like exponents', ['1e5', '2e10'], 'string'],
    ['words of numbers', ['NaN', '1.0'], 'string'],
    ['infinity', ['inf', '-inf'], 'string'],
    ['ids beyond 64 bits', ['9223372036854775808', '1'], 'string'],
    ['ids beyond 2^53 among numbers with a point', ['9007199254740993', '1.5'], 'string'],
    ['amounts with more digits than a double has', ['123456789012345678.91', '1.5'], 'string'],
    ['blanks around', [' 5', '6'], 'string'],
    ['separators', ['1_000', '5'], 'string'],
    ['a number and a text', ['1', 'x'], 'string'],
    ['a truth value and a number', ['true', '1'], 'string'],
  ])('of %s is what all its values are', (_, values, kind) => {
    expect(kindOf(values)).toBe(kind);
    if (kind === 'string') expect(valuesOf(values)).toEqual(values.map((value) => (value === '' ? null : value)));
  });

  test('is decided by all rows, also the last of many', () => {
    const many = Array.from({ length: 150_000 }, (_, i) => String(i + 1));
    expect([kindOf(many), kindOf([...many, '007'])]).toEqual(['int64', 'string']);
  });

  test('keeps what is missing, and whole numbers exactly', () => {
    expect(linesOf(['5', '', '9007199254740993', '""'])).toEqual(['5', 'null', '9007199254740993', 'null']);
    expect(linesOf(['a', '', '""'])).toEqual(['"a"', 'null', '""']);
  });

  test('gives back every text that it does not keep as text', () => {
    const anyNumber = fc.oneof(
      fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.stringMatching(/^[+-]?[0-9]{1,20}([.][0-9]{0,3})?([eE][0-9])?$/),
    );
    fc.assert(
      fc.property(fc.array(anyNumber, { minLength: 1, maxLength: 5 }), (values) => {
        const kind = kindOf(values);
        const lines = linesOf(values);
        if (kind === 'string') expect(lines.map((line) => JSON.parse(line) as string)).toEqual(values);
        if (kind === 'int64') expect(lines).toEqual(values);
        if (kind === 'float64')
          for (const [i, value] of values.entries()) expect([value, Number(lines[i])]).toEqual([value, Number(value)]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a column with a stated type', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['string', ['007', '', '1e5'], ['"007"', 'null', '"1e5"']],
    ['integer', ['007', '+55', ''], ['7', '55', 'null']],
    ['number', ['1e5', '+0.5', '.5', ''], ['100000.0', '0.5', '0.5', 'null']],
    ['boolean', ['true', 'False', ''], ['true', 'false', 'null']],
    ['decimal(6,2)', ['1.5', '-0003.10', '1234.560', ''], ['"1.50"', '"-3.10"', '"1234.56"', 'null']],
  ])('%s has its values', (stated, values, lines) => {
    expect(linesOf(values, stated)).toEqual(lines);
  });

  test.each<[string, readonly string[], number]>([
    ['integer', ['1', '2.5'], 2],
    ['integer', ['9223372036854775808'], 1],
    ['number', ['1', '', 'NaN'], 3],
    ['boolean', ['true', '1'], 2],
    ['decimal(6,2)', ['1.00', '1.005'], 2],
    ['decimal(6,2)', ['12345.00'], 1],
  ])('%s refuses %j and names the row, not the value', (stated, values, row) => {
    expect(() => read(values, stated)).toThrow(
      new DataFrameError(`the column "v" is stated as ${stated}, which row ${row} does not hold`),
    );
  });

  test('must be there', () => {
    expect(() => readReference(Buffer.from('k,v\n1,2\n'), 'csv', { w: 'string' })).toThrow(
      new DataFrameError('the pipeline states a type for the column "w"; the file has k, v'),
    );
  });
});

test('files of JSON are decided by all rows too: none is rounded to the type of the first ones', () => {
  const rows = [...Array.from({ length: 3_000 }, (_, i) => `{"k":${i},"v":1}`), '{"k":3000,"v":1.5}'];
  for (const [format, text] of [
    ['ndjson', rows.join('\n')],
    ['json', `[${rows.join(',')}]`],
  ] as const) {
    expect(rowsNdjson(readReference(Buffer.from(text), format)).at(-1)).toBe('{"k":3000,"v":1.5}');
  }
});
