/** A reader that is closed is silent, also about what it had asked for before. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Nats } from '../ground/nats.js';
import { type ReaderOwner, StreamReader } from './stream-reader.js';

function readerThatWaits(): { reader: StreamReader; told: string[]; fail: () => void } {
  const told: string[] = [];
  const asked = Promise.withResolvers<never>();
  const nats = {
    jsm: { consumers: { add: () => asked.promise } },
    nc: { isClosed: () => false, publish: () => undefined },
  } as unknown as Nats;
  const owner: ReaderOwner = {
    onMessage: () => undefined,
    hasRoom: () => true,
    onFailure: () => undefined,
    onError: ({ message }) => void told.push(message),
  };
  const reader = new StreamReader(nats, { stream: 's', startSeq: 1, batchMessages: 1, batchBytes: 1 }, owner);
  return { reader, told, fail: () => asked.reject(new Error('timeout')) };
}

test('what cannot be read is told', async () => {
  const { reader, told, fail } = readerThatWaits();
  fail();
  await sleep(10);
  reader.close();
  expect(told).toEqual(['timeout']);
});

test('an answer that comes too late is told to nobody', async () => {
  const { reader, told, fail } = readerThatWaits();
  await sleep(10);
  reader.close();
  fail();
  await sleep(10);
  expect(told).toEqual([]);
});
