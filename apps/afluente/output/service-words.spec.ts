/** A person is told of what is wrong, in words. */
import { describe, expect, test } from '@jest/globals';
import { wordsOf } from './service-words.js';

const line = (fields: object): string =>
  JSON.stringify({ level: 'warn', time: '2026-11-21T12:00:00Z', service: 'validate', instance: 'a', ...fields });

describe('a line of a service', () => {
  test.each([
    [
      'a warning about a task',
      line({ task: 'validate.orders.1', reason: 'no answer', err: { message: 'no answer' }, msg: 'task starts again' }),
      'warning',
      'validate.orders.1: task starts again: no answer',
    ],
    [
      'an error of the service',
      line({ level: 'fatal', err: { message: 'gone' }, msg: 'ended' }),
      'error',
      'validate: ended: gone',
    ],
    [
      'one with more fields',
      line({ task: 'lake.silver', version: 100, err: 'x', msg: 'checkpoint not written' }),
      'warning',
      'lake.silver: checkpoint not written (version 100): x',
    ],
    ['words that are no JSON', 'Killed', 'warning', 'validate: Killed'],
    ['words with its name', 'validate: no pipeline', 'warning', 'validate: no pipeline'],
    ['JSON of somebody else', '{"a":1}', 'warning', 'validate: {"a":1}'],
  ])('%s', (_, text, level, words) => {
    expect(wordsOf('validate', text)).toEqual({ level, text: words });
  });

  test.each([
    ['of its life', line({ level: 'info', msg: 'ready' })],
    ['that is empty', ''],
  ])('%s is no news', (_, text) => {
    expect(wordsOf('validate', text)).toBeUndefined();
  });
});
