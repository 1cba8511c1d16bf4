/** Streams that somebody made or changed by hand: what would lose something is refused with the setting to change, before and while it is read. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { lastFrame } from '#nats/streams/last-frame';
import { streamInfo } from '#nats/streams/stream-info';
import type { RuntimeContext } from '#runtime/cluster/context';
import { IngestTask } from '#runtime/ingest/ingest-task';
import { ingestTasks } from '#stages/topology/topology';
import type { NatsVersion } from '../support/nats/nats-options.js';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { type KeptRunning, keepRunning, makeContext, pipelineOf, until } from './support/runtime.js';

const front = 'afl_test_front_events';
let server: NatsServer;
let nats: NatsClient;
let context: RuntimeContext;
let running: KeptRunning | undefined;

async function open(version?: NatsVersion): Promise<void> {
  server = await startNats({ version });
  nats = await connectNats(server.url, 'stream-settings.spec');
}

beforeEach(() => {
  running = undefined;
});
afterEach(async () => {
  await running?.stop();
  context.board.close();
  await nats.nc.close();
  await server.stop();
});

async function ingest(source = 'subjects: [in.>]'): Promise<IngestTask> {
  context = await makeContext(nats, pipelineOf(source));
  return new IngestTask(context, ingestTasks(context.topology)[0]!, 1_000);
}

const publish = (id: number): Promise<unknown> =>
  nats.js.publish('in.a', JSON.stringify({ id: String(id), user: 'u', at: '2026-01-01T00:00:00Z' }));

/** Frames of the raw logs that say the front is quiet. */
async function idleFrames(): Promise<number> {
  const heads = await Promise.all(
    [0, 1].map(async (partition) => {
      const { stream, subject } = {
        stream: `afl_test_raw_events_${partition}`,
        subject: `afl.test.raw.events.${partition}`,
      };
      return (await streamInfo(nats, stream)) ? lastFrame(nats, stream, subject) : undefined;
    }),
  );
  return heads.reduce((sum, frame) => sum + (frame?.head.idle ? frame.seq : 0), 0);
}

/** What the first try ends with. */
async function refusal(task: IngestTask): Promise<string> {
  const stop = new AbortController();
  const [ended] = await Promise.allSettled([task.run(stop.signal)]);
  if (ended.status === 'fulfilled') throw new Error('the task ran');
  return `${(ended.reason as Error).name}: ${(ended.reason as Error).message}`;
}

describe('a front stream that is there already', () => {
  test.each<[string, object, RegExp]>([
    ['drops what nobody listens to', { retention: 'interest' }, /retention "interest"/],
    ['is a work queue', { retention: 'workqueue' }, /retention "workqueue"/],
    ['keeps the newest five', { max_msgs: 5, discard: 'old' }, /deletes its oldest messages.*may hold 5 messages only/],
    [
      'keeps them for five seconds',
      { max_age: 5e9, duplicate_window: 5e9 },
      /deletes messages by age: `nats stream edit afl_test_front_events --max-age=0`/,
    ],
    ['keeps one of each subject', { max_msgs_per_subject: 1 }, /may hold 1 messages of a subject only/],
    ['refuses purges', { deny_purge: true, deny_delete: true }, /refuses purges/],
  ])('and %s is refused, and nothing of it is read', async (_, settings, says) => {
    await open();
    await nats.jsm.streams.add({ name: front, subjects: ['in.>'], discard: 'new', ...settings } as never);
    const task = await ingest();
    expect(await refusal(task)).toMatch(says);
    expect(await refusal(task)).toMatch(/^StreamSetupError: stream afl_test_front_events/);
    expect(await streamInfo(nats, 'afl_test_raw_events_0')).toBeUndefined();
  });

  test('under the name of another stream is named', async () => {
    await open();
    await nats.jsm.streams.add({ name: 'ORDERS', subjects: ['in.a'], discard: 'new' } as never);
    expect(await refusal(await ingest())).toMatch(
      /cannot create stream afl_test_front_events .*Stream ORDERS has these subjects/,
    );
  });
});

describe('a front stream that is changed while it is read', () => {
  test('stops its source, which goes on by itself when it is changed back', async () => {
    await open();
    const task = await ingest();
    running = keepRunning(task, context);
    await until(() => task.status().inputs.length > 0);
    await publish(1);
    await until(() => task.status().inputs[0]?.position === 1);
    const { config } = await nats.jsm.streams.info(front);
    await nats.jsm.streams.update(front, { ...config, discard: 'old' } as never);
    await until(() => running!.starts() > 1);
    expect(await refusal(task)).toContain('--discard=new');
    await nats.jsm.streams.update(front, { ...config, discard: 'new' } as never);
    await publish(2);
    await until(() => task.status().inputs[0]?.position === 2);
  });
});

describe('a stream of the user', () => {
  test.each([
    ['all of it', 'stream: SRC'],
    ['a part of it', '{ stream: SRC, filter: in.a }'],
  ])('is read to its end when %s is read and the newest message was deleted before', async (_, source) => {
    await open();
    await nats.jsm.streams.add({ name: 'SRC', subjects: ['in.>'] } as never);
    await publish(1);
    await publish(2);
    const task = await ingest(source.startsWith('{') ? 'stream: SRC\n    filter: in.a' : source);
    await nats.jsm.streams.deleteMessage('SRC', 2, false);
    running = keepRunning(task, context);
    await until(async () => (await idleFrames()) > 0);
    expect(task.status().waiting).toBe(0);
    await publish(3);
    await until(() => task.status().inputs[0]?.position === 3);
  });

  test('whose messages were deleted while they waited holds nothing up', async () => {
    await open();
    await nats.jsm.streams.add({ name: 'SRC', subjects: ['in.>'] } as never);
    const task = await ingest('stream: SRC');
    running = keepRunning(task, context);
    await publish(1);
    await until(() => task.status().inputs[0]?.position === 1);
    await Promise.all(Array.from({ length: 200 }, (_, i) => publish(i + 2)));
    await nats.jsm.streams.purge('SRC');
    const before = await idleFrames();
    await until(async () => (await idleFrames()) > before);
    expect(task.status().waiting).toBe(0);
  });

  test('that lets its consumers be idle for five seconds only is read', async () => {
    await open('2.10');
    await nats.jsm.streams.add({
      name: 'SRC',
      subjects: ['in.>'],
      consumer_limits: { inactive_threshold: 5e9, max_ack_pending: 10 },
    } as never);
    const task = await ingest('stream: SRC');
    running = keepRunning(task, context);
    await publish(1);
    await until(() => task.status().inputs[0]?.position === 1);
  });
});
