/** Tables are written between their two comments, and nowhere else. */
import { describe, expect, test } from '@jest/globals';
import { markdownTable, withTable } from './markdown-table.js';

const document = 'a\n<!-- x: made -->\nold\n<!-- end of x -->\nb\n<!-- y: made -->\n<!-- end of y -->\n';

describe('a table', () => {
  test('has a row for each row, and no cell that a bar cuts', () => {
    expect(
      markdownTable(
        ['a', 'b'],
        [
          ['1', 'x | y'],
          ['2', ''],
        ],
      ),
    ).toBe('| a | b |\n| --- | --- |\n| 1 | x \\| y |\n| 2 | |');
  });

  test('takes the place of the one before', () => {
    const once = withTable(document, 'x', 'new');
    expect(once).toBe(document.replace('old', 'new'));
    expect(withTable(once, 'x', 'new')).toBe(once);
  });

  test('takes its place where there was none', () => {
    expect(withTable(document, 'y', 'new')).toBe(document.replace('<!-- y: made -->', '<!-- y: made -->\nnew'));
  });

  test.each(['z', 'end of x'])('is not written where no comments name it: %s', (name) => {
    expect(() => withTable(document, name, 'new')).toThrow(`"<!-- ${name}: … -->"`);
  });
});
