/** Several subjects of one stream of the user: read in order and once where the server can, refused where it would deliver everything. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { connectNats } from '#nats/connection/connection';
import { StreamReader } from '#nats/messages/stream-reader';
import { openFront } from '#runtime/logs/front-stream';
import { compilePipeline } from '#stages/tables/compile-pipeline';
import { ingestTasks, topologyOf } from '#stages/topology/topology';
import type { NatsVersion } from '../support/nats/nats-options.js';
import { startNats } from '../support/nats-server.js';
import { pipelineOf } from './support/runtime.js';

const subjects = ['a.1', 'b.1', 'c.1', 'b.2', 'a.2', 'd.1'];
const waitsMax = 500;

async function front(version: NatsVersion) {
  const server = await startNats({ version });
  const nats = await connectNats(server.url, 'several-filters.spec');
  await nats.jsm.streams.add({ name: 'SHOP', subjects: ['a.*', 'b.*', 'c.*', 'd.*'] });
  const pipeline = pipelineOf('stream: SHOP\n    filter: [a.*, "b.{kind}"]');
  const contract = {
    type: 'object',
    properties: { id: { type: 'string' }, user: { type: 'string' }, at: { type: 'string', format: 'date-time' } },
    required: ['id', 'user', 'at'],
  };
  const outcome = compilePipeline(pipeline, { events: contract }, {});
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  const task = ingestTasks(topologyOf(outcome.compiled))[0]!;
  const stop = async (): Promise<void> => {
    await nats.nc.close();
    await server.stop();
  };
  return { nats, task, stop };
}

test('are read in order, and no others', async () => {
  const { nats, task, stop } = await front('current');
  try {
    await openFront(nats, task, 1);
    for (const subject of subjects) await nats.js.publish(subject, '{}');
    const read: [string, number][] = [];
    const reader = new StreamReader(
      nats,
      { stream: 'SHOP', startSeq: 1, filterSubjects: task.front.filter, batchMessages: 10, batchBytes: 1e6 },
      {
        onMessage: ({ subject }, { seq }) => read.push([subject, seq]),
        hasRoom: () => true,
        onError: (error) => expect(error).toBeUndefined(),
        onFailure: (error) => expect(error).toBeUndefined(),
      },
    );
    for (let waits = 0; read.length < 4 && waits < waitsMax; waits++) await sleep(10);
    reader.close();
    expect(read).toEqual([
      ['a.1', 1],
      ['b.1', 2],
      ['b.2', 4],
      ['a.2', 5],
    ]);
  } finally {
    await stop();
  }
});

test('are refused before 2.10', async () => {
  const { nats, task, stop } = await front('2.9');
  try {
    await expect(openFront(nats, task, 1)).rejects.toThrow('Update it to 2.10 or newer');
  } finally {
    await stop();
  }
});
