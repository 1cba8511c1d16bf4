/** What people see of a query's result. */
import { describe, expect, it } from '@jest/globals';
import { renderTable } from './render-table.js';

describe('a rendered result', () => {
  it('aligns text left and numbers right, and counts the rows', () => {
    const text = renderTable({ columns: ['region', 'total'], rows: [['north', '12.30'], ['água', '5.00'], [null, null]] });
    expect(text.split('\n')).toEqual(['region  total', '──────  ─────', 'north   12.30', 'água     5.00', '', '(3 rows)']);
  });

  it('cuts long cells and shows control characters instead of sending them', () => {
    const text = renderTable({ columns: ['x'], rows: [['a\n\u001b[31m'], ['y'.repeat(100)]] });
    expect(text).toContain('a\\u000a\\u001b[31m');
    expect(text).toContain(`${'y'.repeat(59)}…\n(2 rows)`);
  });

  it('shows the columns of an empty result', () => {
    expect(renderTable({ columns: ['a', 'b'], rows: [] })).toBe('a  b\n─  ─\n(0 rows)');
  });
});
