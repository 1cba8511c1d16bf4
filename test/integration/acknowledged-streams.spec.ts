/** Streams of the user's that delete what is acknowledged: each message once and in order, and acknowledged only when it is stored. */
import { expect, test } from '@jest/globals';
import { AckPolicy, RetentionPolicy } from '@nats-io/jetstream';
import { DurableConsumer } from '#nats/messages/durable-consumer';
import { streamInfo } from '#nats/streams/stream-info';
import { event, ingestBench } from './support/ingest-bench.js';
import { pipelineOf, until } from './support/runtime.js';

const on = ingestBench('acknowledged-streams.spec');
const source = pipelineOf('stream: QUEUE\n    filter: in.*');
const subjects = ['in.*', 'out.*'];
const count = 400;

const addStream = (retention: RetentionPolicy) => on.nats.jsm.streams.add({ name: 'QUEUE', subjects, retention });
const waiting = async (): Promise<number> => (await streamInfo(on.nats, 'QUEUE'))?.state.messages ?? 0;
const readIds = async (): Promise<string[]> =>
  (await on.rawEvents()).map(({ text }) => (JSON.parse(text) as { id: string }).id);
const ids = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => String(from + i));
const inOrder = (found: readonly string[]): string[] => [...found].sort((a, b) => Number(a) - Number(b));

for (const version of ['2.9', '2.10', 'current'] as const)
  test(`a work queue is emptied of what is stored, each event once, though the task is stopped again and again (nats-server ${version})`, async () => {
    await on.open(source, { version });
    await addStream(RetentionPolicy.Workqueue);
    on.run();
    for (let i = 0; i < count; i++) {
      await on.publish(event(i), 'in.x');
      if (i % 10 === 0) await on.publish(event(i), 'out.x');
      if (i % 80 === 79) {
        await on.running.stop();
        on.run();
      }
    }
    await until(async () => (await readIds()).length >= count);
    expect(inOrder(await readIds())).toEqual(ids(0, count));
    // What the server sent to a session that had just ended comes again half a minute later: once is enough to wait for it.
    if (version === 'current') await until(async () => (await waiting()) === count / 10, 45_000);
  }, 60_000);

test('events of one partition keep their order, and what another reader of the same name took away is read all the same', async () => {
  await on.open(pipelineOf('stream: QUEUE\n    filter: in.*', 1));
  await addStream(RetentionPolicy.Workqueue);
  on.run();
  await until(
    async () => (await on.nats.jsm.consumers.info('QUEUE', 'afl_test_events').catch(() => undefined)) !== undefined,
  );
  for (let i = 0; i < count; i++) {
    if (i % 40 === 0)
      on.nats.nc.publish(
        '$JS.API.CONSUMER.MSG.NEXT.QUEUE.afl_test_events',
        JSON.stringify({ batch: 7, expires: 1e9 }),
        {
          reply: 'nobody.reads',
        },
      );
    await on.publish(event(i), 'in.x');
  }
  on.nats.nc.subscribe('nobody.reads');
  await until(async () => (await readIds()).length >= count);
  expect(await readIds()).toEqual(ids(0, count));
  await until(async () => (await waiting()) === 0, 45_000);
}, 60_000);

test('a stream of interest keeps what comes while ingest is away, and what others still want', async () => {
  await on.open(source);
  await addStream(RetentionPolicy.Interest);
  await on.nats.jsm.consumers.add('QUEUE', { durable_name: 'others', ack_policy: AckPolicy.Explicit });
  on.run();
  await until(async () => (await on.nats.jsm.consumers.list('QUEUE').next()).length === 2);
  for (let i = 0; i < 50; i++) await on.publish(event(i), 'in.x');
  await until(async () => (await readIds()).length >= 50);
  await on.running.stop();
  for (let i = 50; i < 80; i++) await on.publish(event(i), 'in.x');
  on.run();
  await until(async () => (await readIds()).length >= 80);
  await until(async () => (await on.nats.jsm.consumers.info('QUEUE', 'afl_test_events')).num_ack_pending === 0);
  expect([inOrder(await readIds()), await waiting()]).toEqual([ids(0, 80), 80]);
  await on.nats.jsm.consumers.delete('QUEUE', 'others');
  await until(async () => (await waiting()) === 0);
}, 30_000);

test('headers of what is read once more are the very bytes that were sent', async () => {
  await on.open(source);
  await addStream(RetentionPolicy.Workqueue);
  await on.nats.jsm.consumers.add('QUEUE', {
    durable_name: 'afl_test_events',
    ack_policy: AckPolicy.Explicit,
    filter_subject: 'in.*',
    max_ack_pending: 10_000,
    ack_wait: 30e9,
  });
  for (let i = 0; i < 4; i++) await on.publish(event(i), 'in.x', `id ${i}`);
  const taken = await on.nats.js.consumers.get('QUEUE', 'afl_test_events');
  for await (const _ of await taken.fetch({ max_messages: 2 }));
  on.run();
  await until(async () => (await readIds()).length >= 4);
  const found = await on.rawEvents();
  expect(found.map(({ seq, msgId }) => [seq, msgId]).sort()).toEqual([0, 1, 2, 3].map((i) => [i + 1, `id ${i}`]));
});

test('says who else takes the messages of a work queue, and goes on when that one is gone', async () => {
  await on.open(source);
  await addStream(RetentionPolicy.Workqueue);
  await on.nats.jsm.consumers.add('QUEUE', { durable_name: 'others', ack_policy: AckPolicy.Explicit });
  const durable = new DurableConsumer(on.nats, {
    stream: 'QUEUE',
    name: 'afl_test_events',
    filterSubjects: ['in.*'],
    unacknowledgedMax: undefined,
  });
  await expect(durable.open(1)).rejects.toThrow('gives each message to one consumer');
  await on.publish(event(1), 'in.x');
  on.run();
  await on.nats.jsm.consumers.delete('QUEUE', 'others');
  await until(async () => (await readIds()).length === 1);
});

test('does not leave out what is in a work queue, for that would delete it unread', async () => {
  await on.open(pipelineOf('stream: QUEUE\n    start: new'));
  await addStream(RetentionPolicy.Workqueue);
  on.run();
  await until(() => on.running.halted() !== undefined);
  expect(on.running.halted()?.message).toMatch(/QUEUE, a work queue, and leaves out what is in it by its start/);
});
