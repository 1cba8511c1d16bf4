/** A task does not begin anew because others have taken away what it had written. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { streamOf, subjectOf } from '#frame/log-name';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { examplePipeline } from '#stages/topology/example-pipeline';
import { type Topology, topologyOf } from '#stages/topology/topology';
import { type NatsServer, startNats } from '../../../test/support/nats-server.js';
import { TaskBoard } from '../ground/task-board.js';
import { haltIfBegun, haltIfRead } from './begun-before.js';
import { openOutput } from './open-log.js';

const log = { pipeline: 'shop', stage: 'valid', origin: 'orders', partition: 0 } as const;
const facts = (stream: string, created: string) => ({ stream, created, firstSeq: 1, lastSeq: 0 });
const observer = { stored: () => undefined, failed: () => undefined };

let server: NatsServer;
let nats: NatsClient;
let board: TaskBoard;
let topology: Topology;
beforeAll(async () => {
  server = await startNats();
  nats = await connectNats(server.url, 'begun-before.spec');
  board = new TaskBoard(nats, await nats.openBucket('tasks', { replicas: 1 }));
  topology = topologyOf({ pipeline: examplePipeline(), enriched: {} });
});
afterAll(async () => {
  await nats.nc.close();
  await server.stop();
});

test('a task that has told of positions in its inputs halts at an empty log; a new one, or one of other inputs, begins', async () => {
  const begin = (task: string, created: string): Promise<void> =>
    haltIfBegun(board, task, facts('out', 'now'), [facts('in', created)]);
  await begin('a', 'then');
  await board.post({
    task: 'a',
    owner: 'me',
    state: 'running',
    inputs: [{ stream: 'in', created: 'then', position: 7, safe: 7 }],
    watermarkMs: null,
    idle: false,
    waiting: 0,
    updatedMs: 0,
  });
  await expect(begin('a', 'then')).rejects.toThrow('out was recreated: a has written to it before');
  await begin('a', 'later');
  await begin('b', 'then');
});

test('a raw log that is empty has lost its frames if ingest has told of more than a new one would begin behind', async () => {
  const told = (position: number) =>
    board.post({
      task: 'ingest.orders',
      owner: 'me',
      state: 'running',
      inputs: [{ stream: 'front', created: 'then', position, safe: position }],
      watermarkMs: null,
      idle: false,
      waiting: 0,
      updatedMs: 0,
    });
  const context = { nats, topology, config: { logBytesMax: 1_000_000, streamReplicas: 1 } };
  const outputs = [await openOutput(context, { ...log, stage: 'raw', partition: 1 }, observer)];
  const open = (created: string): Promise<void> =>
    haltIfRead(board, 'ingest.orders', outputs, facts('front', created), 3);
  await open('then');
  await told(3);
  await open('then');
  await told(4);
  await expect(open('then')).rejects.toThrow(
    'afl_shop_raw_orders_1 was recreated: ingest.orders has written to it before',
  );
  await open('later');
});

test('a log that holds no frame any more is not continued', async () => {
  const context = { nats, topology, config: { logBytesMax: 1_000_000, streamReplicas: 1 } };
  expect((await openOutput(context, log, observer)).last).toBeUndefined();
  await nats.js.publish(subjectOf(log), 'anything');
  await nats.jsm.streams.purge(streamOf(log));
  await expect(openOutput(context, log, observer)).rejects.toThrow(
    'afl_shop_valid_orders_0 holds no frame, though it has had 1',
  );
});
