/** Conformance: what no longer waits for a consumer, because it was purged, replaced, removed, or went by its age. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from './lab.js';
import { addConsumer, addStream, Inbox, publishAll, waitingNoteOf } from './observe.js';

const soonMs = 1_000;

export const waiting: readonly Scenario[] = [
  {
    name: 'a purge of what was not delivered is skipped in silence',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      await publishAll(nats, name, ['a', 'b', 'c', 'd']);
      const inbox = new Inbox(nats);
      const consumer = await addConsumer(nats, name, 1);
      inbox.pull(name, consumer, { batch: 1, expiresMs: 4_000 });
      await inbox.wait(1);
      await nats.jsm.streams.purge(name, { seq: 4 });
      inbox.pull(name, consumer, { batch: 1, expiresMs: 4_000 });
      return inbox.wait(2);
    },
    seen: (version) => ['1/1/3 a', version === '2.9' ? '4/2/2 d' : '4/2/0 d'],
  },
  {
    name: 'a purge of what was delivered changes nothing for the rest',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      await publishAll(nats, name, ['a', 'b', 'c', 'd', 'e']);
      const inbox = new Inbox(nats);
      const consumer = await addConsumer(nats, name, 1);
      inbox.pull(name, consumer, { batch: 2, expiresMs: 4_000 });
      await inbox.wait(2);
      await nats.jsm.streams.purge(name, { seq: 2 });
      inbox.pull(name, consumer, { batch: 2, expiresMs: 4_000 });
      await inbox.wait(4);
      await nats.jsm.streams.purge(name, { seq: 5 });
      inbox.pull(name, consumer, { batch: 2, expiresMs: 4_000 });
      return inbox.wait(5);
    },
    seen: ['1/1/4 a', '2/2/3 b', '3/3/2 c', '4/4/1 d', '5/5/0 e'],
  },
  {
    name: 'what is replaced in a bucket before it was delivered no longer waits',
    run: async (lab, name) => {
      const nats = await lab.connect();
      const bucket = await nats.openBucket(name, { replicas: lab.replicas });
      for (const key of ['a', 'b', 'c']) await bucket.put(key, key);
      const inbox = new Inbox(nats, waitingNoteOf(lab));
      const consumer = await addConsumer(nats, `KV_${name}`, 1);
      await bucket.put('b', 'b2');
      await bucket.put('a', 'a2');
      // The server counts what was replaced a moment later.
      await sleep(soonMs);
      inbox.pull(`KV_${name}`, consumer, { batch: 9, expiresMs: 4_000 });
      await inbox.wait(3);
      await bucket.remove('c');
      await bucket.put('d', 'd');
      return inbox.wait(4);
    },
    seen: (version) =>
      version === '2.9'
        ? ['3/1/? c', '4/2/? b2', '5/3/? a2', '6/4/? d']
        : ['3/1/2 c', '4/2/1 b2', '5/3/0 a2', '6/4/0 d'],
  },
  {
    name: 'what is removed from a bucket while it waits for delivery no longer waits; before 2.10 all else that waits is skipped too',
    run: async (lab, name) => {
      const nats = await lab.connect();
      const bucket = await nats.openBucket(name, { replicas: lab.replicas });
      for (const key of ['a', 'b', 'c']) await bucket.put(key, key);
      const inbox = new Inbox(nats, waitingNoteOf(lab));
      const consumer = await addConsumer(nats, `KV_${name}`, 1);
      await bucket.remove('b');
      await bucket.put('d', 'd');
      // The server counts a message a moment after it has stored it.
      await sleep(soonMs);
      inbox.pull(`KV_${name}`, consumer, { batch: 9, expiresMs: 4_000 });
      return inbox.wait(3, 800);
    },
    seen: (version) => (version === '2.9' ? ['4/1/? d'] : ['1/1/2 a', '3/2/1 c', '4/3/0 d']),
  },
  {
    name: 'what goes by its age while it waits for delivery no longer waits',
    run: async (lab, name) => {
      const nats = await lab.connect();
      const bucket = await nats.openBucket(name, { replicas: lab.replicas, ttlMs: 4_000 });
      await bucket.put('a', 'a');
      const inbox = new Inbox(nats, waitingNoteOf(lab));
      const consumer = await addConsumer(nats, `KV_${name}`, 1);
      await sleep(6_000);
      await bucket.put('b', 'b');
      inbox.pull(`KV_${name}`, consumer, { batch: 9, expiresMs: 4_000 });
      return inbox.wait(1);
    },
    seen: (version) => (version === '2.9' ? ['2/1/? b'] : ['2/1/0 b']),
  },
];
