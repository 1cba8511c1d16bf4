/** What people see of a query's values. */
import { describe, expect, test } from '@jest/globals';
import { resultTable } from './result-table.js';

describe('a result', () => {
  test('knows its columns of numbers', () => {
    const table = resultTable({
      columns: ['region', 'total', 'n'],
      rows: [
        ['north', '12.30', 1],
        [null, null, 2],
      ],
    });
    expect(table).toEqual({
      head: ['region', 'total', 'n'],
      rows: [
        ['north', '12.30', '1'],
        [null, null, '2'],
      ],
      numbers: [false, true, true],
    });
  });

  test('shows headers as they are written, and other lists as JSON', () => {
    const headers = [
      { name: 'ce-type', value: 'a' },
      { name: 'alone', value: null },
    ];
    expect(resultTable({ columns: ['h'], rows: [[headers], [[]], [[1, 2]], [null]] }).rows.flat()).toEqual([
      'ce-type: a, alone: ',
      '[]',
      '[1,2]',
      null,
    ]);
  });
});
