/** Tables fit into every terminal, and are whole where there is none. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { oddText } from './example-text.js';
import { renderTable, type Table } from './render-table.js';
import { widthOf } from './text-width.js';

fc.configureGlobal({ seed: 1 });

const cities: Table = {
  head: ['city', 'total'],
  rows: [
    ['São Paulo', '12.30'],
    ['東京', '5.00'],
    ['', ''],
  ],
  numbers: [false, true],
};
const linesOf = (table: Table, columns?: number): string[] => renderTable(table, columns).split('\n');

describe('a table', () => {
  test('has text to the left and numbers to the right, also with wide characters', () => {
    expect(linesOf(cities)).toEqual([
      'city       total',
      '─────────  ─────',
      'São Paulo  12.30',
      '東京        5.00',
      '',
    ]);
  });

  test('shows its columns without rows', () => {
    expect(renderTable({ head: ['a', 'b'], rows: [] }, 80)).toBe('a  b\n─  ─');
  });

  test('shows control characters instead of sending them', () => {
    expect(linesOf({ head: ['x\u001b'], rows: [['a\n\u001b[31m\u202e']] })).toEqual([
      'x\\u001b',
      '─'.repeat(23),
      'a\\u000a\\u001b[31m\\u202e',
    ]);
  });

  test('tells NULL from a text of these letters, where it can be dim', () => {
    const dim = (text: string): string => `<${text}>`;
    const table: Table = {
      head: ['name', 'n'],
      rows: [
        ['NULL', '1'],
        [null, null],
      ],
      numbers: [false, true],
    };
    expect(renderTable(table, 80, dim).split('\n').slice(2)).toEqual(['NULL     1', '<NULL>  <NULL>']);
    expect(linesOf(table, 80)[3]).toBe('NULL  NULL');
  });

  test('is not cut where there is no terminal, and a long cell does not widen the others', () => {
    const [, , long, short] = linesOf({
      head: ['a', 'b'],
      rows: [
        ['x'.repeat(500), '1'],
        ['y', '2'],
      ],
    });
    expect([long, short]).toEqual([`${'x'.repeat(500)}  1`, `y${' '.repeat(119)}  2`]);
  });

  test('cuts its widest texts first, and numbers never', () => {
    const table = {
      head: ['name', 'text', 'sum'],
      rows: [['short', 'x'.repeat(90), '1234567.89']],
      numbers: [false, false, true],
    };
    expect(linesOf(table, 40)[2]).toBe(`short  ${'x'.repeat(20)}…  1234567.89`);
  });

  test('that cannot fit has a line for each field', () => {
    const table = {
      head: ['window_start', 'window_end', 'product', 'sales'],
      rows: [['2026-11-21T21:36:00Z', '2026-11-21T21:37:00Z', 'keyboard', '259.80']],
      numbers: [false, false, false, true],
    };
    const rule = '─'.repeat(30);
    expect(linesOf(table, 30)).toEqual([
      rule,
      'window_start  2026-11-21T21:3…',
      'window_end    2026-11-21T21:3…',
      'product       keyboard',
      'sales         259.80',
      rule,
    ]);
  });

  test('is never wider than the terminal, whatever stands in it', () => {
    const cell = fc.oneof(oddText, fc.double().map(String));
    const tables = fc.integer({ min: 1, max: 9 }).chain((n) =>
      fc.record({
        head: fc.array(oddText, { minLength: n, maxLength: n }),
        rows: fc.array(fc.array(cell, { minLength: n, maxLength: n }), { maxLength: 5 }),
        numbers: fc.array(fc.boolean(), { minLength: n, maxLength: n }),
      }),
    );
    fc.assert(
      fc.property(tables, fc.integer({ min: 20, max: 200 }), (table, columns) => {
        for (const line of linesOf(table, columns)) expect(widthOf(line)).toBeLessThanOrEqual(columns);
      }),
      { numRuns: 500 },
    );
  });
});
