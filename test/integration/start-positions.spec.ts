/** Where a source begins in a stream of the user's: at the first message, a later one, a time, or the end; and that it stays so. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { streamInfo } from '#nats/streams/stream-info';
import { event, ingestBench } from './support/ingest-bench.js';
import { pipelineOf, until } from './support/runtime.js';

const on = ingestBench('start-positions.spec');
const from = (start: string): ReturnType<typeof pipelineOf> => pipelineOf(`stream: USERS\n    start: ${start}`);
const seqs = async (): Promise<number[]> => (await on.rawEvents()).map(({ seq }) => seq);
const publishAll = async (first: number, last: number): Promise<void> => {
  for (let i = first; i <= last; i++) await on.publish(event(i));
};
const through = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

async function open(start: string): Promise<void> {
  await on.open(from(start));
  await on.nats.jsm.streams.add({ name: 'USERS', subjects: ['in.*'] });
  await publishAll(1, 10);
}

/** Each log has said where it begins. */
const begun = (): Promise<void> =>
  until(async () => {
    const infos = await Promise.all([0, 1].map((at) => streamInfo(on.nats, `afl_test_raw_events_${at}`)));
    return infos.every((info) => (info?.state.messages ?? 0) > 0);
  });

test('new leaves out what is there, for good, also for a partition that hears nothing until a later start', async () => {
  await open('new');
  on.run();
  await begun();
  await on.running.stop();
  await publishAll(11, 14);
  on.run();
  await until(async () => (await seqs()).length >= 4);
  await on.running.stop();
  await publishAll(15, 30);
  on.run();
  await until(async () => (await seqs()).length >= 20);
  expect(await seqs()).toEqual(through(11, 30));
});

test('a sequence is the first message that is taken; one before the oldest that is there means that one', async () => {
  await open('4');
  await on.nats.jsm.streams.purge('USERS', { seq: 7 });
  on.run();
  await until(async () => (await seqs()).length >= 4);
  expect(await seqs()).toEqual(through(7, 10));
});

test('a sequence that the stream has not reached halts with what to do', async () => {
  await open('500');
  on.run();
  await until(() => on.running.halted() !== undefined);
  expect(on.running.halted()?.message).toContain('starts at message 500, but USERS has had 10 only');
});

for (const version of ['2.9', 'current'] as const)
  test(`a time takes what was stored then or later (nats-server ${version})`, async () => {
    await on.open(from('first'), { version });
    await on.nats.jsm.streams.add({ name: 'USERS', subjects: ['in.*'] });
    await publishAll(1, 5);
    await sleep(20);
    const time = new Date().toISOString();
    await sleep(20);
    await publishAll(6, 10);
    await on.replacePipeline(from(time));
    on.run();
    await until(async () => (await seqs()).length >= 5);
    expect(await seqs()).toEqual(through(6, 10));
  });

test('a time that is still to come halts with what to do', async () => {
  await open('2126-01-01T00:00:00Z');
  on.run();
  await until(() => on.running.halted() !== undefined);
  expect(on.running.halted()?.message).toContain('is still to come');
});

test('counts once: a source that has read something goes on where it is', async () => {
  await open('first');
  on.run();
  await until(async () => (await seqs()).length >= 10);
  await on.running.stop();
  await publishAll(11, 13);
  await on.replacePipeline(from('new'));
  on.run();
  await until(async () => (await seqs()).length >= 13);
  expect(await seqs()).toEqual(through(1, 13));
});
