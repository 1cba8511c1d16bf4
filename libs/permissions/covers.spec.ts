/** Patterns of subjects that cover others. */
import { expect, test } from '@jest/globals';
import { covers } from './covers.js';

test.each([
  ['>', 'a', true],
  ['a.>', 'a.b.c', true],
  ['a.>', 'a', false],
  ['a.*', 'a.b', true],
  ['a.*', 'a.*', true],
  ['a.*', 'a.>', false],
  ['a.>', 'a.*.c', true],
  ['a.b', 'a.*', false],
  ['a.b', 'a.b.c', false],
  ['*.b', 'a.b', true],
])('%s over %s: %s', (pattern, subject, is) => {
  expect(covers(pattern, subject)).toBe(is);
});
