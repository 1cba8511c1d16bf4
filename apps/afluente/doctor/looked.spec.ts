/** Looks end in time and tell why they saw nothing. */
import { describe, expect, test } from '@jest/globals';
import { look, seenOf, toldBy } from './looked.js';

describe('a look', () => {
  test('has what was seen', async () => {
    expect(seenOf(await look(async () => 7))).toBe(7);
  });

  test('that fails says why, whatever was thrown', async () => {
    expect(await look(() => Promise.reject(new Error('gone')))).toEqual({ seen: false, why: new Error('gone') });
    expect(
      await look(() => {
        throw 'a word';
      }),
    ).toEqual({ seen: false, why: new Error('a word') });
  });

  test('that never ends is given up', async () => {
    const looked = await look(() => new Promise(() => undefined), 20);
    expect(looked).toMatchObject({
      seen: false,
      why: { message: expect.stringMatching(/^no answer within 0\.02 s\. /) },
    });
  });
});

describe('what an error tells', () => {
  test.each([
    ['it is full. Delete something. Or not.', { message: 'it is full', remedy: 'Delete something. Or not.' }],
    [
      'version 2.9.18 of nats://10.0.0.1:4222 is old. Use another',
      { message: 'version 2.9.18 of nats://10.0.0.1:4222 is old', remedy: 'Use another' },
    ],
    ['ENOTDIR: not a directory.', { message: 'ENOTDIR: not a directory', remedy: 'otherwise' }],
  ])('%s', (message, told) => {
    expect(toldBy(new Error(message), 'otherwise')).toEqual(told);
  });
});
