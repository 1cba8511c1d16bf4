/** Measures are read from the pipeline file, or refused with a remedy. */
import { describe, expect, test } from '@jest/globals';
import { parseMeasure } from './measure.js';

describe('parseMeasure', () => {
  test.each([
    ['sum(total)', { fn: 'sum', column: 'total' }],
    ['count()', { fn: 'count' }],
    ['count(*)', { fn: 'count' }],
    [' avg ( delay ) ', { fn: 'avg', column: 'delay' }],
    ['min(price)', { fn: 'min', column: 'price' }],
    ['max(price)', { fn: 'max', column: 'price' }],
    ['distinct(user_id)', { fn: 'distinct', column: 'user_id' }],
  ])('reads %s', (text, measure) => {
    expect(parseMeasure(text)).toEqual(measure);
  });

  test.each([
    ['total', 'write sum(total)'],
    ['median(x)', 'There is no measure median()'],
    ['sum()', 'write sum(column)'],
    ['count(user)', 'write count(), or distinct(user)'],
  ])('says what to write instead of %s', (text, advice) => {
    expect(parseMeasure(text)).toEqual({ problem: expect.stringContaining(advice) });
  });
});
