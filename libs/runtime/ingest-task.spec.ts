/** Ingest over a stream of the user: every event once, however often it starts anew, and silence only when nothing waits. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { streamOf } from '#frame/log-name';
import { decodeHead, type FrameHead } from '#frame/head';
import { partitionOf } from '#frame/partition';
import { splitSections } from '#frame/sections';
import { ObjectBucket } from '#nats/object-bucket';
import { connectNats, type Nats } from '#nats/connection';
import { getMessage, streamInfo } from '#nats/streams';
import { parsePipeline } from '#pipeline/parse-pipeline';
import { rawRows } from '#stages/raw-rows';
import { topologyOf, type IngestTask as Spec } from '#stages/topology';
import { Metrics } from '#telemetry/metrics';
import { startNats, type NatsServer } from '../../test/support/nats-server.js';
import { readConfig } from './config.js';
import type { RuntimeContext } from './context.js';
import { crashAt } from './crash-point.js';
import { IngestTask } from './ingest-task.js';
import { createLogger } from './logger.js';
import { TaskBoard } from './task-board.js';

const contract = JSON.stringify({ type: 'object', properties: { id: {}, user: {}, at: {} } });
const yaml = `apiVersion: afluente/v1
name: shop
sources:
  orders:
    stream: USERS
    filter: orders.*
    partitions: 2
    contract: order.json
    id: id
    key: user
    eventTime: { field: at, idleAfter: 50ms }
`;
let server: NatsServer;
let nats: Nats;
let context: RuntimeContext;
let spec: Spec;

beforeAll(async () => {
  server = await startNats();
  nats = await connectNats(server.url, 'ingest-task.spec');
  const parsed = parsePipeline(yaml, 'pipeline.yaml', () => contract);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const topology = topologyOf(parsed.pipeline);
  spec = topology.tasks.find((task) => task.kind === 'ingest')!;
  context = {
    config: readConfig({ AFL_PIPELINE: '.', AFL_LINGER_MS: '0' }),
    nats,
    topology,
    logic: 'v',
    objects: new ObjectBucket(await nats.openBucket('objects', { replicas: 1 }), 100_000),
    board: new TaskBoard(nats, await nats.openBucket('tasks', { replicas: 1 })),
    metrics: new Metrics('ingest', () => []),
    crash: crashAt(undefined),
    log: createLogger('ingest', 'me', 'silent'),
    now: Date.now,
  };
  await nats.jsm.streams.add({ name: 'USERS', subjects: ['orders.*', 'other.*'] });
});

afterAll(async () => {
  await nats.nc.close();
  await server.stop();
});

/** Runs the task until `done`, then stops it. */
async function ingesting(done: () => Promise<boolean>): Promise<void> {
  const stop = new AbortController();
  const running = new IngestTask(context, spec, 60_000).run(stop.signal);
  for (let waits = 0; !(await done()) && waits < 500; waits++) await sleep(10);
  stop.abort();
  await running;
}

async function framesOf(partition: number): Promise<{ head: FrameHead; seqs: number[] }[]> {
  const stream = streamOf(spec.outputs[partition]!);
  const frames = [];
  for (let seq = 1; seq <= ((await streamInfo(nats, stream))?.state.last_seq ?? 0); seq++) {
    const message = await getMessage(nats, stream, { seq });
    const head = decodeHead((name) => message!.header.values(name))!;
    const sections = splitSections(head.sections, message!.data)!;
    frames.push({ head, seqs: sections.flatMap(({ data }) => { const rows = rawRows(data); return Array.from({ length: rows.rows }, (_, row) => rows.seq.number(row)); }) });
  }
  return frames;
}

const seqsOf = async (partition: number): Promise<number[]> => (await framesOf(partition)).flatMap(({ seqs }) => seqs);
const saysIdle = async (partition: number): Promise<boolean> => (await framesOf(partition)).at(-1)?.head.idle === true;
const [left, right] = [0, 1].map((wanted) => Array.from({ length: 20 }, (_, i) => `u${i}`).find((user) => partitionOf(user, 2) === wanted)!);
const publish = async (subject: string, user: string): Promise<number> => (await nats.js.publish(subject, JSON.stringify({ id: 'x', user, at: 0 }))).seq;

describe('a filtered stream of the user', () => {
  test('is read once, also when one partition has fallen behind the other at a start', async () => {
    const wanted: number[] = [];
    await ingesting(async () => {
      if (wanted.length === 0) {
        // The first look at coverage lies behind: the right partition stays at 0.
        await sleep(100);
        for (let i = 0; i < 50; i++) wanted.push(await publish('orders.a', left!));
      }
      return (await seqsOf(0)).length >= 50;
    });
    await publish('other.a', left!);
    // Longer than idleAfter: at the next start both are old enough to be called quiet.
    await sleep(100);
    const one = await publish('orders.b', right!);
    await ingesting(async () => (await seqsOf(1)).length >= 1 && (await saysIdle(0)) && (await saysIdle(1)));
    expect([await seqsOf(0), await seqsOf(1)]).toEqual([wanted, [one]]);
  });

  test('counts as quiet only behind its last event, and covers it all without gaps', async () => {
    for (const partition of [0, 1]) {
      let covered = 0;
      for (const { head, seqs } of await framesOf(partition)) {
        const [{ first, last }] = head.inputs as [FrameHead['inputs'][number]];
        expect([first, last]).toEqual([covered + 1, expect.any(Number)]);
        expect(last).toBeGreaterThanOrEqual(covered);
        for (const seq of seqs) expect(seq >= first && seq <= last).toBe(true);
        covered = last;
      }
    }
  });
});
