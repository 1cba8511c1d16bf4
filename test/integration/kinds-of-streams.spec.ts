/** Streams of the user's of every kind: mirrors, streams filled from others, with changed subjects, sealed ones and those that keep the newest of each subject. */
import { expect, test } from '@jest/globals';
import { event, ingestBench } from './support/ingest-bench.js';
import { pipelineOf, until } from './support/runtime.js';

const on = ingestBench('kinds-of-streams.spec');
const read = async (): Promise<{ id: string; subject: string }[]> =>
  (await on.rawEvents()).map(({ text, subject }) => ({ id: (JSON.parse(text) as { id: string }).id, subject }));
const publish = async (first: number, last: number, subject: (i: number) => string): Promise<void> => {
  for (let i = first; i <= last; i++) await on.publish(event(i), subject(i));
};

test('a mirror is read whole, and what comes to its origin later', async () => {
  await on.open(pipelineOf('stream: MIRROR\n    filter: in.*'), { version: 'current' });
  const { streams } = on.nats.jsm;
  await streams.add({ name: 'ORIGIN', subjects: ['in.*'] });
  await publish(1, 5, () => 'in.a');
  await streams.add({ name: 'MIRROR', mirror: { name: 'ORIGIN' } });
  on.run();
  await until(async () => (await read()).length >= 5);
  await publish(6, 9, () => 'in.b');
  await until(async () => (await read()).length >= 9);
  expect((await read()).map(({ id }) => Number(id))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('a stream that is filled from others gives what each of them stores, once', async () => {
  await on.open(pipelineOf('stream: ALL'), { version: 'current' });
  const { streams } = on.nats.jsm;
  for (const name of ['one', 'two']) await streams.add({ name, subjects: [`${name}.*`] });
  await streams.add({ name: 'ALL', sources: [{ name: 'one' }, { name: 'two' }] });
  on.run();
  await publish(1, 20, (i) => (i % 2 === 0 ? 'one.a' : 'two.a'));
  await until(async () => (await read()).length >= 20);
  expect((await read()).map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
});

test('filter and tokens see the subjects that a stream has changed as it stored', async () => {
  await on.open(pipelineOf('stream: CHANGED\n    filter: "stored.{region}.*"'), { version: 'current' });
  await on.nats.jsm.streams.add({
    name: 'CHANGED',
    subjects: ['in.*.*'],
    subject_transform: { src: 'in.*.*', dest: 'stored.{{wildcard(2)}}.{{wildcard(1)}}' },
  });
  on.run();
  await publish(1, 2, (i) => `in.order.${i === 1 ? 'br' : 'pt'}`);
  await until(async () => (await read()).length >= 2);
  expect(await read()).toEqual([
    { id: '1', subject: 'stored.br.order' },
    { id: '2', subject: 'stored.pt.order' },
  ]);
});

test('a sealed stream is read to its end', async () => {
  await on.open(pipelineOf('stream: SEALED'));
  const { streams } = on.nats.jsm;
  await streams.add({ name: 'SEALED', subjects: ['in.*'] });
  await publish(1, 5, () => 'in.a');
  await streams.update('SEALED', { sealed: true } as object);
  on.run();
  await until(async () => (await read()).length >= 5);
  expect((await read()).map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5']);
});

test('of a stream that keeps the newest of each subject, those are read', async () => {
  await on.open(pipelineOf('stream: NEWEST'));
  await on.nats.jsm.streams.add({ name: 'NEWEST', subjects: ['in.*'], max_msgs_per_subject: 1 });
  await publish(1, 6, (i) => `in.${i % 2}`);
  on.run();
  await until(async () => (await read()).length >= 2);
  await publish(7, 7, () => 'in.1');
  await until(async () => (await read()).length >= 3);
  expect((await read()).map(({ id }) => id)).toEqual(['5', '6', '7']);
});
