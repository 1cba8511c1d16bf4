/** Following a bucket begins with the first attempt: every start of a service waits for three of them. */
import { afterEach, expect, jest, test } from '@jest/globals';
import type { Nats } from '../ground/nats.js';
import { BucketWatch } from './bucket-watch.js';

afterEach(() => void jest.useRealTimers());

test('a bucket without entries is known without a second attempt', async () => {
  const streams = { info: async () => ({ created: '2026-01-01T00:00:00Z' }), getMessage: async () => null };
  const nats = {
    nc: { isClosed: () => true },
    jsm: { streams, consumers: { add: () => new Promise(() => undefined) } },
  } as unknown as Nats;
  // Nobody moves the clock on: whatever is tried again later never comes.
  jest.useFakeTimers();
  const watch = new BucketWatch(
    nats,
    { name: 'empty', incarnation: async () => '' },
    () => undefined,
    () => undefined,
  );
  await expect(watch.ready).resolves.toBeUndefined();
  watch.close();
});
