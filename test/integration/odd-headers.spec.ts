/** Messages whose headers no client can parse, over a real server: ingest takes their events, and hears what comes behind them. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { streamOf } from '#frame/log-name';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { ensureLog } from '#nats/streams/ensure-log';
import { streamInfo } from '#nats/streams/stream-info';
import type { RuntimeContext } from '#runtime/cluster/context';
import { IngestTask } from '#runtime/ingest/ingest-task';
import { ingestTasks } from '#stages/topology/topology';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { publishRaw } from './support/raw-publish.js';
import { type KeptRunning, keepRunning, makeContext, pipelineOf, until } from './support/runtime.js';

const front = 'afl_test_front_events';
let server: NatsServer;
let nats: NatsClient;
let context: RuntimeContext;
let task: IngestTask;
let running: KeptRunning;

beforeEach(async () => {
  server = await startNats();
  nats = await connectNats(server.url, 'odd-headers.spec');
  context = await makeContext(nats, pipelineOf('subjects: [in.>]', 1));
  const spec = ingestTasks(context.topology)[0]!;
  task = new IngestTask(context, spec, 1_000);
  await ensureLog(nats, front, ['in.>'], { bytesMax: 1e8, replicas: 1 });
  running = keepRunning(task, context);
});
afterEach(async () => {
  await running.stop();
  context.board.close();
  await nats.nc.close();
  await server.stop();
});

const event = (id: string): string => JSON.stringify({ id, user: 'u', at: '2026-01-01T00:00:00Z' });
const storedThrough = (seq: number): Promise<void> => until(() => task.status().inputs[0]?.position === seq);

test.each([
  ['a name with a blank', 'NATS/1.0\r\ntest header: x\r\n\r\n'],
  ['a name beyond ASCII', 'NATS/1.0\r\nação: x\r\n\r\n'],
  ['a bare line feed in a value', 'NATS/1.0\r\nX-Note: a\nb\r\n\r\n'],
  ['a line without a colon', 'NATS/1.0\r\nnothing\r\n\r\n'],
  ['no end', 'NATS/1.0\r\nX-Note: a'],
  ['no name', 'NATS/1.0\r\n: x\r\n\r\n'],
  ['an id that is no text', Buffer.from('NATS/1.0\r\nNats-Msg-Id: \xff\xfe\r\nb d: \xe9\r\n\r\n', 'latin1')],
])('a message with %s in its headers is taken, and so is the next one', async (_, block) => {
  await publishRaw(server.url, 'in.odd', block, event('odd'));
  await storedThrough(1);
  await nats.js.publish('in.a', event('next'));
  await storedThrough(2);
  expect(running.starts()).toBe(1);
  expect(
    (await streamInfo(nats, streamOf({ pipeline: 'test', stage: 'raw', origin: 'events', partition: 0 })))?.state
      .messages,
  ).toBeGreaterThan(0);
});
