/** Limits of an account are counted against what a pipeline needs: each is named, with what is needed and what there is. */
import { describe, expect, test } from '@jest/globals';
import { type AccountFacts, type StreamNeed, shortages } from './account-limits.js';

const none = {
  max_storage: -1,
  max_streams: -1,
  max_consumers: -1,
  max_bytes_required: false,
  storage_max_stream_bytes: -1,
};
const account = (limits: Partial<AccountFacts['limits']>, more: Partial<AccountFacts> = {}): AccountFacts => ({
  streams: 2,
  reserved_storage: 100,
  ...more,
  limits: { ...none, ...limits },
});
const log = (stream: string, more: Partial<StreamNeed> = {}): StreamNeed => ({
  stream,
  isThere: false,
  bytesMax: 1_000,
  readers: 2,
  ...more,
});
const needs = [
  log('a'),
  log('b', { readers: 3 }),
  log('KV_c', { bytesMax: undefined, readers: 6 }),
  log('there', { isThere: true }),
];
const problems = (limits: Partial<AccountFacts['limits']>, replicas = 1): string[] =>
  shortages(needs, account(limits), { isAlone: replicas === 1 }, replicas);

describe('an account', () => {
  test('without limits, and one in which all just fits, allows everything', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ max_streams: 5, max_storage: 2_101, max_consumers: 6, storage_max_stream_bytes: 1_000 })).toEqual(
      [],
    );
  });

  test.each([
    [
      'max_streams',
      { max_streams: 4 },
      'max_streams of the account: 3 more streams are needed, and 2 are left of 4. Allow 5 at least.',
    ],
    [
      'max_storage',
      { max_storage: 2_100 },
      /^max_file \(storage\) of the account: 2001 more bytes are needed .* and 2000 are left of 2100\. Allow 2101 at least/,
    ],
    ['max_storage of an account without any', { max_storage: 0 }, /and 0 are left of 0/],
    [
      'max_consumers',
      { max_consumers: 5 },
      /^max_consumers of the account: 6 readers of one stream are needed \(KV_c\), and 5 are allowed\. Allow 12/,
    ],
    ['max_bytes_required', { max_bytes_required: true }, /^max_bytes_required of the account: .*\(KV_c\)/],
    [
      'disk_max_stream_bytes',
      { storage_max_stream_bytes: 999 },
      /^disk_max_stream_bytes of the account: 1000 bytes are needed for one stream \(a\), and 999 are allowed/,
    ],
  ])('with less %s than is needed is told so', (_, limits, sentence) => {
    expect(problems(limits)).toEqual([expect.stringMatching(sentence)]);
  });

  test('counts each copy, unless its limits are of a tier', () => {
    expect(problems({ max_storage: 6_099 }, 3)).toEqual([
      expect.stringMatching(/6001 more bytes are needed \(the sizes of 3 streams, 3 copies of each\)/),
    ]);
    const tiers = { R3: { streams: 0, reserved_storage: 0, limits: { ...none, max_storage: 2_000 } } };
    expect(shortages(needs, account({}, { tiers }), { isAlone: false }, 3)).toEqual([
      expect.stringMatching(/2001 more bytes are needed \(the sizes of 3 streams\), and 2000 are left/),
    ]);
  });
});

test('a server without a cluster keeps no replicas', () => {
  expect(shortages(needs, account({}), { isAlone: true }, 3)).toEqual([
    expect.stringMatching(/^replicas: 3 are wanted, and this NATS is one server/),
  ]);
});
