/** A recreated log is told from a new NATS by the front stream. */
import { expect, test } from '@jest/globals';
import { appIdIn, appIdOf, wasRecreated } from './lake-input.js';

const input = (created: string, frontCreated: string, stream = 'afl_p_raw_s_0') => ({
  log: { stream, created },
  frontCreated,
});

test('a log that was deleted and made again, behind the same front stream, is recreated', () => {
  expect(wasRecreated([appIdOf(input('t1', 'f1'))], input('t2', 'f1'))).toBe(true);
});

test('a new NATS has another front stream, so its log is another input', () => {
  expect(wasRecreated([appIdOf(input('t1', 'f1'))], input('t2', 'f2'))).toBe(false);
});

test('the same log, and other logs, say nothing', () => {
  expect(
    wasRecreated([appIdOf(input('t1', 'f1')), appIdOf(input('t0', 'f1', 'afl_p_raw_s_1'))], input('t1', 'f1')),
  ).toBe(false);
});

test('a log that stands while its front stream is made again is known under its old id', () => {
  const ids = [appIdOf(input('t1', 'f1')), appIdOf(input('t1', 'f1', 'afl_p_raw_s_1'))];
  expect(appIdIn(ids, input('t1', 'f2'))).toBe(ids[0]);
  expect(wasRecreated(ids, input('t1', 'f2'))).toBe(false);
  expect(appIdIn(ids, input('t2', 'f2'))).toBe(appIdOf(input('t2', 'f2')));
});
