/** Conformance: what a stream answers to a publish, and what it stores. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from './lab.js';
import { addStream, outcome, publish, publishAll, stateOf, textAt } from './observe.js';

export const publishing: readonly Scenario[] = [
  {
    name: 'the right expectation stores, a wrong one is refused with 10071 and stores nothing',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      const said: string[] = [];
      for (const expect of [0, 0, 1, 5]) said.push(await publish(nats, { subject: name, text: `x${expect}`, expect }));
      return { said, state: await stateOf(nats, name) };
    },
    seen: {
      said: ['1', '10071 wrong last sequence: 1', '2', '10071 wrong last sequence: 2'],
      state: { messages: 2, first: 1, last: 2 },
    },
  },
  {
    name: 'chained publishes may all be on their way at once',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      return Promise.all([0, 1, 2, 3, 4].map((expect) => publish(nats, { subject: name, text: 'x', expect })));
    },
    seen: ['1', '2', '3', '4', '5'],
  },
  {
    name: 'behind a refused publish a later one of the chain may be stored, if a rival has reached its sequence',
    run: async (lab, name) => {
      const [one, rival] = [await lab.connect(), await lab.connect()];
      await addStream(one, name, {}, lab.replicas);
      await publish(rival, { subject: name, text: 'rival' });
      return Promise.all([0, 1, 2].map((expect) => publish(one, { subject: name, text: 'x', expect })));
    },
    seen: ['10071 wrong last sequence: 1', '2', '3'],
  },
  {
    name: 'a message id that was seen is acknowledged with its sequence and not stored again',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, { duplicate_window: 4_000_000_000 }, lab.replicas);
      const said: string[] = [];
      for (const msgId of ['a', 'b', 'a', 'b']) said.push(await publish(nats, { subject: name, text: msgId, msgId }));
      await sleep(6_000);
      said.push(await publish(nats, { subject: name, text: 'a again', msgId: 'a' }));
      return { said, state: await stateOf(nats, name) };
    },
    seen: { said: ['1', '2', '1 dup', '2 dup', '3'], state: { messages: 3, first: 1, last: 3 } },
  },
  {
    name: 'message ids are remembered over a restart, streams and sequences too',
    restarts: true,
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, { duplicate_window: 60_000_000_000 }, lab.replicas);
      await publish(nats, { subject: name, text: 'a', msgId: 'a' });
      await publish(nats, { subject: name, text: 'b' });
      await lab.restart();
      return [
        await publish(nats, { subject: name, text: 'a', msgId: 'a' }),
        await publish(nats, { subject: name, text: 'c', expect: 2 }),
        await stateOf(nats, name),
      ];
    },
    seen: ['1 dup', '3', { messages: 3, first: 1, last: 3 }],
  },
  {
    name: 'the expectation of a subject looks at that subject only',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      await publishAll(nats, `${name}.other`, ['x', 'y']);
      const said: string[] = [];
      for (const expectSubject of [0, 0, 3, 3])
        said.push(await publish(nats, { subject: `${name}.k`, text: 'k', expectSubject }));
      return said;
    },
    seen: ['3', '10071 wrong last sequence: 3', '4', '10071 wrong last sequence: 4'],
  },
  {
    name: 'a full stream with discard new refuses',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, { max_bytes: 2_000 }, lab.replicas);
      const said: string[] = [];
      for (let i = 0; i < 4; i++) said.push(await publish(nats, { subject: name, text: 'x'.repeat(600) }));
      const full = await stateOf(nats, name);
      await nats.jsm.streams.purge(name, { seq: 3 });
      return { said, full, after: await publish(nats, { subject: name, text: 'y' }) };
    },
    seen: {
      said: ['1', '2', '3', '10077 maximum bytes exceeded'],
      full: { messages: 3, first: 1, last: 3 },
      after: '4',
    },
  },
  {
    name: 'a message that fits but for the record of the server: before 2.10 it drives out the oldest one',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, { max_bytes: 2_000 }, lab.replicas);
      await publishAll(nats, name, ['x'.repeat(600), 'x'.repeat(600)]);
      const { state } = await nats.jsm.streams.info(name);
      const said = await publish(nats, { subject: name, text: 'z'.repeat(2_000 - state.bytes - name.length - 2) });
      return { said, ...(await stateOf(nats, name)) };
    },
    seen: (version) =>
      version === '2.9'
        ? { said: '3', messages: 2, first: 2, last: 3 }
        : { said: '10077 maximum bytes exceeded', messages: 2, first: 1, last: 2 },
  },
  {
    name: 'the oldest messages go with discard old',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, { max_bytes: 2_000, discard: 'old' as never }, lab.replicas);
      await publishAll(
        nats,
        name,
        Array.from({ length: 5 }, () => 'x'.repeat(600)),
      );
      return stateOf(nats, name);
    },
    seen: { messages: 3, first: 3, last: 5 },
  },
  {
    name: 'the size of a stream counts 30 bytes for a message, 34 with headers, its subject, headers and payload',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      const bytes = async () =>
        (await nats.jsm.streams.info(name)).state.bytes - name.length * (await stateOf(nats, name)).messages;
      await nats.js.publish(name, new Uint8Array(100));
      const bare = await bytes();
      await publish(nats, { subject: name, text: 'x'.repeat(100), msgId: '12345' });
      return [bare, (await bytes()) - bare];
    },
    seen: [130, 134 + 12 + 20],
  },
  {
    name: 'a subject that no stream takes is answered at once',
    run: async (lab, name) => {
      const nats = await lab.connect();
      return publish(nats, { subject: `${name}.nowhere`, text: 'x' });
    },
    seen: 'JetStreamNotEnabled',
  },
  {
    name: 'messages are found by sequence and by the newest of a subject',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      await publishAll(nats, `${name}.a`, ['a1', 'a2']);
      await publishAll(nats, `${name}.b.c`, ['b1']);
      const strip = (text: string): string => text.replaceAll(name, 'S');
      const queries = [
        { seq: 1 },
        { seq: 4 },
        { last_by_subj: `${name}.a` },
        { last_by_subj: `${name}.>` },
        { last_by_subj: `${name}.*` },
        { last_by_subj: `${name}.none` },
      ];
      const found: string[] = [];
      for (const query of queries) found.push(strip(await textAt(nats, name, query)));
      return [...found, await outcome(nats.jsm.streams.getMessage(`${name}_no`, { seq: 1 }))];
    },
    seen: ['1 S.a a1', 'none', '2 S.a a2', '3 S.b.c b1', '2 S.a a2', 'none', '10059 stream not found'],
  },
];
