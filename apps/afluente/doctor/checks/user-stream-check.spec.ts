/** What is said of a stream of the user's whose settings no prepared server of the oldest version can have. */
import { expect, test } from '@jest/globals';
import type { StreamSettings } from '#nats/streams/stream-faults';
import type { Facts } from '../facts.js';
import { userStreamCheck } from './user-stream-check.js';

const usual: StreamSettings = {
  subjects: ['orders.>'],
  retention: 'limits',
  discard: 'new',
  storage: 'file',
  max_age: 0,
  max_msgs: -1,
  max_msgs_per_subject: -1,
  max_bytes: -1,
  num_replicas: 1,
};

/** What is found of it, and how bad it is. */
function found(settings: Partial<StreamSettings>, filters: readonly string[] = []): string[] {
  const look = {
    stream: 'ORDERS',
    role: 'user front',
    filters,
    found: { seen: true, value: { settings: { ...usual, ...settings } } },
  };
  const facts = { nats: { seen: true, value: { streams: [look] } } } as unknown as Facts;
  return userStreamCheck.find(facts).map(({ severity, message }) => `${severity}: ${message}`);
}

test('retention of any kind is nothing to speak of', () => {
  expect(['limits', 'workqueue', 'interest'].flatMap((retention) => found({ retention }))).toEqual([]);
});

test('a stream of interest that forgets consumers loses what comes while ingest is away', () => {
  const limits = { consumer_limits: { inactive_threshold: 600e9 } };
  expect(found({ retention: 'interest', ...limits })).toEqual([
    expect.stringMatching(/^warning: forgets a consumer .* 600 s, ours too/),
  ]);
  expect(found({ retention: 'workqueue', ...limits })).toEqual([]);
});

test('a filter is compared with what the stream stores: changed subjects, and those of streams that it takes from', () => {
  expect(found({}, ['shop.*'])).toEqual([
    "error: stores no subject that the source's filter shop.* takes, only orders.>",
  ]);
  const changed = { subject_transform: { src: 'orders.*.*', dest: 'shop.{{wildcard(2)}}.$1' } };
  expect(found(changed, ['shop.*.br'])).toEqual([]);
  expect(found(changed, ['stock.>'])).toEqual([expect.stringContaining('only orders.>, shop.*.*')]);
  expect(found({ subjects: [], mirror: { name: 'OTHER' } }, ['shop.*'])).toEqual([]);
  expect(found({ sources: [{ name: 'OTHER' }] }, ['shop.*'])).toEqual([]);
});
