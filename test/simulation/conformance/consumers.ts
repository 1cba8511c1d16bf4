/** Conformance: pull consumers as StreamReader uses them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from './lab.js';
import { addConsumer, addStream, Inbox, noteBesideWaiting, outcome, publish, publishAll } from './observe.js';

const soonMs = 1_000;

export const consumers: readonly Scenario[] = [
  {
    name: 'messages come in order with their sequence, delivery and what waits behind; a full batch ends the request',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      await publishAll(nats, name, ['a', 'b', 'c', 'd']);
      const inbox = new Inbox(nats);
      const consumer = await addConsumer(nats, name, 2);
      inbox.pull(name, consumer, { batch: 2, expiresMs: soonMs });
      await sleep(2 * soonMs);
      inbox.pull(name, consumer, { batch: 5, expiresMs: 5_000 });
      await inbox.wait(3);
      await publish(nats, { subject: name, text: 'e' });
      return inbox.wait(4);
    },
    seen: ['2/1/2 b', '3/2/1 c', '4/3/0 d', '5/4/0 e'],
  },
  {
    name: 'a request that expires says how much of it is left',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      await publishAll(nats, name, ['a']);
      const inbox = new Inbox(nats);
      inbox.pull(name, await addConsumer(nats, name, 1), { batch: 3, maxBytes: 10_000, expiresMs: soonMs });
      const [first, second] = await inbox.wait(2);
      return [first, second?.replace(/Bytes=\d+/, 'Bytes=n')];
    },
    seen: ['1/1/0 a', '408 Request Timeout Nats-Pending-Messages=2 Nats-Pending-Bytes=n'],
  },
  {
    name: 'heartbeats come while nothing else does, and name the last delivery',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      await publishAll(nats, name, ['a', 'b']);
      const inbox = new Inbox(nats);
      inbox.pull(name, await addConsumer(nats, name, 2), { batch: 3, expiresMs: 1_400, heartbeatMs: 500 });
      return inbox.wait(4);
    },
    seen: [
      '2/1/0 b',
      '100 Idle Heartbeat Nats-Last-Consumer=1 Nats-Last-Stream=2',
      '100 Idle Heartbeat Nats-Last-Consumer=1 Nats-Last-Stream=2',
      '408 Request Timeout Nats-Pending-Messages=2 Nats-Pending-Bytes=0',
    ],
  },
  {
    name: 'a byte bound ends the request, also before a message that is too large for it',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      await publishAll(nats, name, ['x'.repeat(500), 'y'.repeat(500), 'z'.repeat(500)]);
      const inbox = new Inbox(nats, (message) =>
        message.reply ? message.string().slice(0, 1) : [message.headers?.code, message.headers?.description].join(' '),
      );
      const consumer = await addConsumer(nats, name, 1);
      inbox.pull(name, consumer, { batch: 9, maxBytes: 1_400, expiresMs: 4_000 });
      const some = await inbox.wait(3);
      inbox.pull(name, consumer, { batch: 9, maxBytes: 100, expiresMs: 4_000 });
      return [some, (await inbox.wait(4)).slice(3)];
    },
    seen: [['x', 'y', '409 Message Size Exceeds MaxBytes'], ['409 Message Size Exceeds MaxBytes']],
  },
  {
    name: 'a consumer of headers leaves the payload out and says its size',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      await publish(nats, { subject: name, text: 'hello', msgId: 'm' });
      const inbox = new Inbox(nats, (message) =>
        [message.data.length, message.headers?.get('Nats-Msg-Id'), message.headers?.get('Nats-Msg-Size')].join(' '),
      );
      inbox.pull(name, await addConsumer(nats, name, 1, { headers_only: true }), { batch: 1, expiresMs: 4_000 });
      return inbox.wait(1);
    },
    seen: ['0 m 5'],
  },
  {
    name: 'a filter leaves other subjects out, of what waits too',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      for (const text of ['a', 'b', 'a', 'b', 'b']) await publish(nats, { subject: `${name}.${text}`, text });
      const inbox = new Inbox(nats);
      inbox.pull(name, await addConsumer(nats, name, 2, { filter_subject: `${name}.b` }), {
        batch: 3,
        expiresMs: 4_000,
      });
      return inbox.wait(3);
    },
    seen: ['2/1/2 b', '4/2/1 b', '5/3/0 b'],
  },
  {
    name: 'a start that was deleted moves on to what is left; one that is not there yet waits',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      await publishAll(nats, name, ['a', 'b', 'c']);
      await nats.jsm.streams.purge(name, { seq: 3 });
      // A server may count what came before the start, or not, as its signals fall: what waits is not compared.
      const [early, late] = [new Inbox(nats), new Inbox(nats, noteBesideWaiting)];
      early.pull(name, await addConsumer(nats, name, 1), { batch: 1, expiresMs: 4_000 });
      late.pull(name, await addConsumer(nats, name, 5), { batch: 1, expiresMs: 3_000 });
      await early.wait(1);
      await publishAll(nats, name, ['d', 'e']);
      return [early.seen, await late.wait(1)];
    },
    seen: (version) => [['3/1/0 c'], [version === 'current' ? '5/1/? e' : '4/1/? d']],
  },
  {
    name: 'a pull of a consumer that is not there has no responder, and one that is deleted ends its requests',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      const [none, deleted] = [new Inbox(nats), new Inbox(nats)];
      none.pull(name, 'nobody', { batch: 1, expiresMs: 4_000 });
      await none.wait(1, 500);
      const consumer = await addConsumer(nats, name, 1);
      deleted.pull(name, consumer, { batch: 1, expiresMs: 5_000 });
      await sleep(100);
      nats.nc.publish(`$JS.API.CONSUMER.DELETE.${name}.${consumer}`);
      return [none.seen, await deleted.wait(1), await outcome(addConsumer(nats, `${name}_no`, 1))];
    },
    seen: (version) => [version === '2.9' ? [] : ['503'], ['409 Consumer Deleted'], '10059 stream not found'],
  },
  {
    name: 'a restart forgets consumers, and a client that is back is told so',
    restarts: true,
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      await publishAll(nats, name, ['a', 'b']);
      const inbox = new Inbox(nats);
      const consumer = await addConsumer(nats, name, 1);
      inbox.pull(name, consumer, { batch: 1, expiresMs: 30_000 });
      await inbox.wait(1);
      inbox.pull(name, consumer, { batch: 5, expiresMs: 30_000 });
      await inbox.wait(2);
      await lab.restart();
      inbox.pull(name, consumer, { batch: 1, expiresMs: 4_000 });
      return inbox.wait(3, 500);
    },
    seen: (version) => ['1/1/1 a', '2/2/0 b', ...(version === '2.9' ? [] : ['503'])],
  },
];
