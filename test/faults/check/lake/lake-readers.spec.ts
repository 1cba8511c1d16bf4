/** What a reader must never see is found. */
import { expect, test } from '@jest/globals';
import { viewFindings } from './lake-readers.js';

const view = (rows: number, repeated = 0) => [{ table: 'silver_orders', rows, repeated }];

test('tables that only grow are fine', () => {
  expect([...viewFindings(new Map(), view(4))]).toEqual([]);
  expect([...viewFindings(new Map([['silver_orders', 4]]), view(4))]).toEqual([]);
});

test('a table that shrinks, repeats an id or vanishes is not', () => {
  expect([...viewFindings(new Map([['silver_orders', 5]]), view(4))]).toHaveLength(1);
  expect([...viewFindings(new Map(), view(4, 1))]).toHaveLength(1);
  expect([...viewFindings(new Map([['silver_orders', 5]]), [])]).toHaveLength(1);
});
