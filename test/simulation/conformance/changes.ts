/** Conformance: what others do to streams and buckets while they are in use: they delete, purge and change them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from './lab.js';
import { addConsumer, addStream, Inbox, outcome, publish, publishAll, stateOf, textAt } from './observe.js';

const hourNs = 3_600e9;

export const changes: readonly Scenario[] = [
  {
    name: 'a stream that is deleted ends its readers, takes nothing, and is another one when it is made again',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      await publishAll(nats, name, ['a', 'b']);
      const before = (await nats.jsm.streams.info(name)).created;
      const [inbox, later] = [new Inbox(nats), new Inbox(nats)];
      const consumer = await addConsumer(nats, name, 3);
      inbox.pull(name, consumer, { batch: 1, expiresMs: 10_000 });
      await sleep(100);
      await lab.deleteStream(name);
      const gone = [
        await publish(nats, { subject: name, text: 'c' }),
        await outcome(nats.jsm.streams.info(name)),
        await textAt(nats, name, { seq: 1 }),
        await outcome(addConsumer(nats, name, 1)),
      ];
      await addStream(nats, name, {}, lab.replicas);
      later.pull(name, consumer, { batch: 1, expiresMs: 10_000 });
      const again = [
        await publish(nats, { subject: name, text: 'd', expect: 2 }),
        await publish(nats, { subject: name, text: 'e', expect: 0 }),
        (await nats.jsm.streams.info(name)).created === before,
      ];
      return [await inbox.wait(1), gone, again, await later.wait(1, 500)];
    },
    seen: (version) => [
      ['409 Consumer Deleted'],
      ['JetStreamNotEnabled', '10059 stream not found', '10059 stream not found', '10059 stream not found'],
      ['10071 wrong last sequence: 0', '1', false],
      version === '2.9' ? [] : ['503'],
    ],
  },
  {
    name: 'a bucket that is deleted is made again by whatever is done next, and its revisions begin anew',
    run: async (lab, name) => {
      const nats = await lab.connect();
      const bucket = await nats.openBucket(name, { replicas: lab.replicas });
      const said: unknown[] = [];
      const acts = [
        () => bucket.put('a', '1'),
        () => bucket.putIf('a', '2', 2),
        () => bucket.putIf('a', '3', 0),
        () => bucket.get('a'),
        () => bucket.keys('>'),
        () => bucket.newest('>'),
        () => bucket.remove('a'),
      ];
      for (const act of acts) {
        const before = await bucket.incarnation();
        await bucket.put('a', 'x');
        await bucket.put('b', 'y');
        await lab.deleteStream(`KV_${name}`);
        said.push(await act(), (await bucket.incarnation()) === before);
      }
      return said;
    },
    seen: [undefined, false, undefined, false, 1, false, undefined, false, [], false, 0, false, undefined, false],
  },
  {
    name: 'a bucket that is purged goes on with its revisions, and what was there can be written as if it were new',
    run: async (lab, name) => {
      const nats = await lab.connect();
      const bucket = await nats.openBucket(name, { replicas: lab.replicas });
      await bucket.put('a', '1');
      await bucket.put('b', '2');
      await nats.jsm.streams.purge(`KV_${name}`);
      return [
        await bucket.get('a'),
        await bucket.keys('>'),
        await bucket.newest('>'),
        await bucket.putIf('a', '3', 1),
        await bucket.putIf('a', '4', 0),
        await bucket.putIf('a', '5', 3),
      ];
    },
    seen: [undefined, [], 0, undefined, 3, 4],
  },
  {
    name: 'a stream that may not grow refuses, loses nothing, and goes on when it may',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, { max_bytes: 100_000 }, lab.replicas);
      await publishAll(nats, name, ['a', 'b', 'c']);
      await lab.editStream(name, { max_bytes: (await nats.jsm.streams.info(name)).state.bytes });
      const full = [await publish(nats, { subject: name, text: 'd' }), await stateOf(nats, name)];
      await lab.editStream(name, { max_bytes: 100_000 });
      return [
        ...full,
        await publish(nats, { subject: name, text: 'e', expect: 3 }),
        (await textAt(nats, name, { seq: 1 })).replace(name, ''),
      ];
    },
    seen: ['10077 maximum bytes exceeded', { messages: 3, first: 1, last: 3 }, '4', '1  a'],
  },
  {
    name: 'an age that nothing has reached changes nothing, and is told',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      await publishAll(nats, name, ['a', 'b']);
      await lab.editStream(name, { max_age: hourNs });
      const told = (await nats.jsm.streams.info(name)).config.max_age;
      await lab.editStream(name, { max_age: 0 });
      return [told, await stateOf(nats, name), await publish(nats, { subject: name, text: 'c', expect: 2 })];
    },
    seen: [hourNs, { messages: 2, first: 1, last: 2 }, '3'],
  },
  {
    name: 'what is said of a stream has the time of the server, from 2.10 on',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      const { ts } = (await nats.jsm.streams.info(name)) as { readonly ts?: unknown };
      return typeof ts === 'string' ? Math.abs(Date.parse(ts) - Date.now()) < 60_000 : 'none';
    },
    seen: (version) => (version === '2.9' ? 'none' : true),
  },
];
