/** What is said of a stream that was there before. */
import { describe, expect, test } from '@jest/globals';
import { checkStream, findingsOf, type StreamSettings, type Wanted } from './stream-faults.js';

const good: StreamSettings = {
  subjects: ['afl.shop.raw.orders.0'],
  retention: 'limits',
  discard: 'new',
  storage: 'file',
  max_age: 0,
  max_msgs: -1,
  max_msgs_per_subject: -1,
  max_bytes: 1000,
  max_msg_size: -1,
  num_replicas: 1,
};
const log: Wanted = { kind: 'log', subjects: ['afl.shop.raw.orders.0'], replicas: 1, bytesMax: 1000 };
const bucket: Wanted = { kind: 'bucket', subjects: ['$KV.b.>'], replicas: 1, expires: false };

describe('a stream', () => {
  test('as Afluente makes it has no faults', () => {
    expect(findingsOf('s', good, log)).toEqual({ faults: [], notes: [] });
  });

  test.each<[string, Partial<StreamSettings>, RegExp]>([
    [
      'another subject',
      { subjects: ['other'] },
      /^stream s has no subject afl\.shop\.raw\.orders\.0, only other\. Delete it/,
    ],
    ['no subject at all', { subjects: undefined }, /only none/],
    ['a work queue', { retention: 'workqueue' }, /retention "workqueue"/],
    ['messages in memory', { storage: 'memory' }, /memory storage/],
    [
      'room for the newest only',
      { discard: 'old' },
      /oldest messages when it is full: `nats stream edit s --discard=new`/,
    ],
    ['an age', { max_age: 60e9 }, /by age: `nats stream edit s --max-age=0`/],
    ['a number of messages', { max_msgs: 5 }, /5 messages only/],
    ['a number of messages for each subject', { max_msgs_per_subject: 1 }, /1 messages of a subject only/],
    ['purges denied', { deny_purge: true }, /refuses purges/],
    ['an end', { sealed: true }, /is sealed/],
    ['no acknowledgements', { no_ack: true }, /does not say what it has stored: `nats stream edit s --ack`/],
    ['the messages of others', { sources: [{ name: 'orders' }] }, /filled from orders/],
    ['the messages of another', { mirror: { name: 'orders' } }, /filled from orders/],
    ['few readers', { max_consumers: 1 }, /1 readers only/],
    ['small messages', { max_msg_size: 1024 }, /up to 1024 bytes only/],
  ])('with %s would lose something', (_, change, says) => {
    expect(findingsOf('s', { ...good, ...change }, log)).toEqual({ faults: [expect.stringMatching(says)], notes: [] });
  });

  test('with several faults is refused with all of them', () => {
    expect(() => checkStream('s', { ...good, discard: 'old', max_age: 1e9 }, log)).toThrow(
      /--discard=new`; stream s deletes messages by age/,
    );
    expect(() => checkStream('s', { ...good, max_bytes: 10 }, log)).not.toThrow();
  });

  test('smaller or with fewer replicas than wanted is noted', () => {
    expect(findingsOf('s', { ...good, max_bytes: 10 }, { ...log, replicas: 3 })).toEqual({
      faults: [],
      notes: [
        'stream s has 1 replica, 3 are wanted: `nats stream edit s --replicas=3`',
        'stream s has room for 10 bytes, 1000 are wanted: `nats stream edit s --max-bytes=1000`',
      ],
    });
  });
});

describe('a bucket', () => {
  const is: StreamSettings = { ...good, subjects: ['$KV.b.>'], max_msgs_per_subject: 1, max_bytes: -1 };

  test('keeps one entry of a key, and may expire where entries are heartbeats', () => {
    expect(findingsOf('KV_b', is, bucket)).toEqual({ faults: [], notes: [] });
    expect(findingsOf('KV_b', { ...is, max_age: 1e9 }, { ...bucket, expires: true })).toEqual({
      faults: [],
      notes: [],
    });
  });

  test('whose entries go after a time would lose snapshots', () => {
    expect(findingsOf('KV_b', { ...is, max_age: 1e9 }, bucket).faults).toEqual([expect.stringContaining('by age')]);
  });
});
