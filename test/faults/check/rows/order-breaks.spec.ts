/** Planted disorder is found, within the lake and between lake and logs. */
import { expect, test } from '@jest/globals';
import { type OrderedRow, orderFindings, sameOrderFindings } from './order-breaks.js';

const rowsOf = (...places: ReadonlyArray<readonly [customer: string, seq: number, index?: number]>): OrderedRow[] =>
  places.map(([customer, seq, index = 0]) => ({ customer, seq, index }));

test('rows of a key that follow each other are in order, whatever other keys do', () => {
  expect([...orderFindings('silver', rowsOf(['a', 1], ['b', 5], ['a', 2], ['b', 6], ['a', 2, 1]))]).toEqual([]);
});

test('a row behind a later one of its key is a break', () => {
  expect([...orderFindings('silver', rowsOf(['a', 1], ['a', 4], ['a', 3], ['a', 5]))]).toMatchObject([
    { kind: 'orderBreaks' },
  ]);
  expect([...orderFindings('silver', rowsOf(['a', 1, 1], ['a', 1, 0]))]).toHaveLength(1);
});

test('lake and logs must have the same rows of a key in the same order', () => {
  const rows = rowsOf(['a', 1], ['a', 2], ['a', 3]);
  expect([...sameOrderFindings(rows, rows, false)]).toEqual([]);
  expect([...sameOrderFindings(rows, rowsOf(['a', 1], ['a', 3], ['a', 2]), false)]).toHaveLength(1);
  expect([...sameOrderFindings(rows, rows.slice(0, 2), false)]).toHaveLength(1);
  expect([...sameOrderFindings(rows, [], false)]).toHaveLength(1);
});

test('of trimmed logs only the end is compared', () => {
  const rows = rowsOf(['a', 1], ['a', 2], ['a', 3]);
  expect([...sameOrderFindings(rows, rows.slice(1), true)]).toEqual([]);
  expect([...sameOrderFindings(rows, rows.slice(0, 2), true)]).toHaveLength(1);
});
