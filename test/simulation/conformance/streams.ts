/** Conformance: making, finding, describing and purging streams, and buckets on top of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Nats } from '#nats/ground/nats';
import type { Scenario } from './lab.js';
import { addStream, outcome, publish, publishAll, stateOf, textAt } from './observe.js';

async function namesOf(nats: Nats, subject: string): Promise<string[]> {
  const names: string[] = [];
  for await (const name of nats.jsm.streams.names(subject)) names.push(name);
  return names.sort();
}

export const streams: readonly Scenario[] = [
  {
    name: 'a stream is made once: the same again is the same, another of the name or subjects is refused',
    run: async (lab, name) => {
      const nats = await lab.connect();
      const add = (stream: string, more: object) =>
        outcome(addStream(nats, stream, more, lab.replicas)).then((said) => said ?? 'made');
      const said = [
        await add(name, {}),
        await add(name, {}),
        await add(name, { max_bytes: 5_000 }),
        await add(`${name}_b`, { subjects: [`${name}.x`] }),
      ];
      return [...said, await outcome(nats.jsm.streams.info(`${name}_none`))];
    },
    seen: [
      'made',
      'made',
      '10058 stream name already in use with a different configuration',
      '10065 subjects overlap with an existing stream',
      '10059 stream not found',
    ],
  },
  {
    name: 'the incarnation of a stream stays the same over a restart',
    restarts: true,
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      const before = (await nats.jsm.streams.info(name)).created;
      await lab.restart();
      return (await nats.jsm.streams.info(name)).created === before;
    },
    seen: true,
  },
  {
    name: 'a server before 2.15 forgets when a stream was created that is edited between two restarts',
    restarts: true,
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      await publishAll(nats, name, ['1']);
      const before = (await nats.jsm.streams.info(name)).created;
      await lab.restart();
      await lab.editStream(name, { max_bytes: 1_000_000 });
      const edited = (await nats.jsm.streams.info(name)).created === before;
      await lab.restart();
      return [edited, (await nats.jsm.streams.info(name)).created === before];
    },
    seen: (version) => [true, version === 'current'],
  },
  {
    name: 'names tells who stores a subject',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, { subjects: [`${name}.in.>`] }, lab.replicas);
      return [(await namesOf(nats, `${name}.in.a`)).length, (await namesOf(nats, `${name}.out`)).length];
    },
    seen: [1, 0],
  },
  {
    name: 'an empty stream begins at 0, a purged one behind its end',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      const empty = await stateOf(nats, name);
      await publishAll(nats, name, ['1', '2', '3', '4']);
      await nats.jsm.streams.purge(name, { seq: 3 });
      const some = await stateOf(nats, name);
      await nats.jsm.streams.purge(name, { seq: 5 });
      return {
        empty,
        some,
        all: await stateOf(nats, name),
        next: await publish(nats, { subject: name, text: '5', expect: 4 }),
        gone: await textAt(nats, name, { seq: 2 }),
      };
    },
    seen: {
      empty: { messages: 0, first: 0, last: 0 },
      some: { messages: 2, first: 3, last: 4 },
      all: { messages: 0, first: 5, last: 4 },
      next: '5',
      gone: 'none',
    },
  },
  {
    name: 'a purge beyond the end moves the end',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      await publishAll(nats, name, ['1', '2']);
      await nats.jsm.streams.purge(name, { seq: 9 });
      return stateOf(nats, name);
    },
    seen: { messages: 0, first: 9, last: 8 },
  },
  {
    name: 'a purge by subject leaves the others where they are',
    run: async (lab, name) => {
      const nats = await lab.connect();
      await addStream(nats, name, {}, lab.replicas);
      for (const text of ['a', 'b', 'a', 'c']) await publish(nats, { subject: `${name}.${text}`, text });
      await nats.jsm.streams.purge(name, { filter: `${name}.a` });
      return {
        ...(await stateOf(nats, name)),
        third: await textAt(nats, name, { seq: 3 }),
        again: await publish(nats, { subject: `${name}.a`, text: 'a', expectSubject: 0 }),
      };
    },
    seen: { messages: 2, first: 2, last: 4, third: 'none', again: '5' },
  },
  {
    name: 'a bucket keeps the newest value of a key, and writes under the revision that was seen',
    run: async (lab, name) => {
      const nats = await lab.connect();
      const bucket = await nats.openBucket(name, { replicas: lab.replicas });
      const said: unknown[] = [
        await bucket.putIf('a.b', 'first', 0),
        await bucket.putIf('a.b', 'second', 0),
        await bucket.putIf('a.b', 'third', 1),
        await bucket.putIf('a.b', 'fourth', 1),
      ];
      await bucket.put('a.c', 'other');
      await bucket.put('d', 'more');
      const entry = await bucket.get('a.b');
      const text = entry && `${entry.revision} ${Buffer.from(entry.value).toString()}`;
      const keys = [(await bucket.keys('a.>')).sort(), await bucket.keys('z.>')];
      await bucket.remove('a.b');
      return [
        ...said,
        text,
        ...keys,
        await bucket.get('a.b'),
        await bucket.get('none'),
        (await bucket.keys('>')).sort(),
        await bucket.putIf('a.b', 'new', 0),
        await stateOf(nats, `KV_${name}`),
      ];
    },
    seen: [
      1,
      undefined,
      2,
      undefined,
      '2 third',
      ['a.b', 'a.c'],
      [],
      undefined,
      undefined,
      ['a.c', 'd'],
      5,
      { messages: 3, first: 3, last: 5 },
    ],
  },
  {
    name: 'entries of a bucket with a lifetime go after it',
    run: async (lab, name) => {
      const nats = await lab.connect();
      const bucket = await nats.openBucket(name, { replicas: lab.replicas, ttlMs: 4_000 });
      await bucket.put('a', '1');
      const before = (await bucket.get('a'))?.revision;
      await sleep(6_000);
      return [before, await bucket.get('a'), await bucket.putIf('a', '2', 0), await stateOf(nats, `KV_${name}`)];
    },
    seen: [1, undefined, 2, { messages: 1, first: 2, last: 2 }],
  },
];
