/** Ingest over a stream of the user: every event once, however often it starts anew, and silence only when nothing waits. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DiscardPolicy } from '@nats-io/jetstream';
import { decodeHead, type FrameHead } from '#frame/head';
import { streamOf } from '#frame/log-name';
import { partitionOf } from '#frame/partition';
import { splitSections } from '#frame/sections';
import { connectNats } from '#nats/connection/connection';
import type { Nats } from '#nats/ground/nats';
import { getMessage } from '#nats/streams/get-message';
import { streamInfo } from '#nats/streams/stream-info';
import { parsePipeline } from '#pipeline/checks/parse-pipeline';
import { rawRows } from '#stages/raw/raw-rows';
import { ingestTasks, isFormer, type IngestTask as Spec, topologyOf } from '#stages/topology/topology';
import { type NatsServer, startNats } from '../../../test/support/nats-server.js';
import { testContext } from '../../../test/support/test-context.js';
import type { RuntimeContext } from '../cluster/context.js';
import { IngestTask } from './ingest-task.js';

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
  context = await testContext(nats, parsed.pipeline, { AFL_LINGER_MS: '0' });
  spec = ingestTasks(context.topology)[0]!;
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

const framesOf = (partition: number): Promise<{ head: FrameHead; seqs: number[] }[]> =>
  framesIn(streamOf(spec.outputs[partition]!));

async function framesIn(stream: string): Promise<{ head: FrameHead; seqs: number[] }[]> {
  const frames: { head: FrameHead; seqs: number[] }[] = [];
  for (let seq = 1; seq <= ((await streamInfo(nats, stream))?.state.last_seq ?? 0); seq++) {
    const message = await getMessage(nats, stream, { seq });
    const head = decodeHead((name) => message!.header.values(name))!;
    const sections = splitSections(head.sections, message!.data)!;
    frames.push({
      head,
      seqs: sections.flatMap(({ data }) => {
        const rows = rawRows(data);
        return Array.from({ length: rows.rows }, (_, row) => rows.seq.number(row));
      }),
    });
  }
  return frames;
}

const seqsOf = async (partition: number): Promise<number[]> => (await framesOf(partition)).flatMap(({ seqs }) => seqs);
const saysIdle = async (partition: number): Promise<boolean> => (await framesOf(partition)).at(-1)?.head.idle === true;
const [left, right] = [0, 1].map(
  (wanted) => Array.from({ length: 20 }, (_, i) => `u${i}`).find((user) => partitionOf(user, 2) === wanted)!,
);
const publish = async (subject: string, user: string): Promise<number> =>
  (await nats.js.publish(subject, JSON.stringify({ id: 'x', user, at: 0 }))).seq;

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
    await ingesting(async () => (await seqsOf(1)).length > 0 && (await saysIdle(0)) && (await saysIdle(1)));
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

describe('when the number of partitions changes', () => {
  const parse = (partitions: string): RuntimeContext['topology'] => {
    const parsed = parsePipeline(
      yaml
        .replace('name: shop', 'name: change')
        .replace('stream: USERS\n    filter: orders.*', 'subjects: [change.orders]')
        .replace('partitions: 2', `partitions: ${partitions}`),
      'pipeline.yaml',
      () => contract,
    );
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    return topologyOf({ pipeline: parsed.pipeline, enriched: {} });
  };
  const runs = async (
    topology: RuntimeContext['topology'],
    there: boolean,
    done: (logs: Logs) => boolean,
  ): Promise<Logs> => {
    const ingest = ingestTasks(topology)[0]!;
    const board = {
      get: () => (there ? { inputs: [] } : undefined),
      read: () => Promise.resolve(undefined),
    } as unknown as RuntimeContext['board'];
    const stop = new AbortController();
    const task = new IngestTask({ ...context, topology, board }, ingest, 60_000);
    const running = (async () => {
      while (!stop.signal.aborted) await task.run(stop.signal);
    })();
    let logs = await logsOf(topology, ingest);
    for (let waits = 0; !done(logs) && waits < 500; waits++) {
      await sleep(10);
      logs = await logsOf(topology, ingest);
    }
    stop.abort();
    await running;
    return logsOf(topology, ingest);
  };
  interface Logs {
    /** Front sequences in the logs of former and of present partitions. */
    readonly former: number[];
    readonly present: number[];
    readonly closed: boolean[];
  }
  const logsOf = async (topology: RuntimeContext['topology'], ingest: Spec): Promise<Logs> => {
    const logs: Logs = { former: [], present: [], closed: [] };
    for (const log of ingest.outputs) {
      const frames = await framesIn(streamOf(log));
      const former = isFormer(topology.pipeline, log);
      (former ? logs.former : logs.present).push(...frames.flatMap(({ seqs }) => seqs));
      if (former) logs.closed.push(frames.at(-1)?.head.closed === true);
    }
    return logs;
  };
  const send = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++)
      await nats.js.publish('change.orders', JSON.stringify({ id: `${i}`, user: `u${i}`, at: 0 }));
  };
  const sorted = (logs: Logs): number[] => [...logs.former, ...logs.present].sort((a, b) => a - b);
  const through = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

  test('events stay in the old logs until somebody reads the new ones; then the old ones are closed, and each event is in one of them', async () => {
    const topology = parse('[3, 2]');
    await nats.jsm.streams.add({
      name: 'afl_change_front_orders',
      subjects: ['change.orders'],
      discard: DiscardPolicy.New,
      max_bytes: 2 * 1024 ** 3,
    });
    await send(30);
    const before = await runs(topology, false, ({ former }) => former.length === 30);
    expect([sorted(before), before.present, before.closed]).toEqual([through(30), [], [false, false, false]]);
    await send(30);
    const after = await runs(topology, true, ({ present, former }) => present.length + former.length === 60);
    expect([sorted(after), after.closed]).toEqual([through(60), [true, true, true]]);
    const more = await runs(topology, true, () => true);
    expect([more.former, more.closed]).toEqual([after.former, after.closed]);
  });

  test('whoever has the file of before halts, and writes nothing', async () => {
    const ingest = ingestTasks(parse('3'))[0]!;
    await expect(
      new IngestTask({ ...context, topology: parse('3') }, ingest, 60_000).run(new AbortController().signal),
    ).rejects.toThrow('is closed: the number of partitions of source orders has changed since');
  });
});
