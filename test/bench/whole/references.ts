/** The two references, measured in the same run: the ordinary per-message way, and storing and once consuming with no work. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectNats } from '#nats/connection/connection';
import type { Nats } from '#nats/ground/nats';
import { ensureLog } from '#nats/streams/ensure-log';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { type NatsProcess, startNats } from '../../../apps/afluente/run/nats-process.js';
import type { Bench } from '../main.js';
import { Child } from '../processes/child.js';
import { type Usage, UsageMeter } from '../processes/usage.js';
import type { OrdinaryJob } from './ordinary-worker.js';
import type { PhysicalJob } from './physical-consumer.js';
import type { ProducerJob } from './producer.js';
import { type Load, messages } from './workload.js';

export interface ReferenceResult {
  readonly events: number;
  readonly seconds: number;
  readonly usage: ReadonlyMap<string, Usage>;
}

const streamBytesMax = 8 * 1024 ** 3;

export async function runPhysical(bench: Bench): Promise<ReferenceResult> {
  return withServer(async (server, nats) => {
    await createStream(nats, 'front', subjectsOf(bench));
    const count = await countMessages(bench, bench.load);
    const job: PhysicalJob = { url: server.url, stream: 'front', messages: count };
    const consumer = await Child.start('whole/physical-consumer', job);
    return measured(bench, bench.load, server, new Map([['consumer', consumer]]), () => consumer.answer());
  });
}

/** @param events fewer than the main run: this way is slow, and its figures are per event */
export async function runOrdinary(bench: Bench, events: number): Promise<ReferenceResult> {
  const load: Load = { ...bench.load, events, mode: 'single' };
  return withServer(async (server, nats) => {
    await createStream(nats, 'front', subjectsOf(bench));
    await createStream(nats, 'valid', ['valid.>']);
    await createStream(nats, 'enriched', ['enriched.>']);
    const { pipeline } = PipelineSource.load(bench.pipeline).compiled;
    const contracts = Object.fromEntries(
      Object.values(pipeline.sources).flatMap(({ front, contract }) =>
        front.kind === 'subjects' ? [[front.subjects[0]!.replace(/\.?[>*].*$/, ''), contract]] : [],
      ),
    );
    const job = { url: server.url, pipeline: bench.pipeline, contracts, messages: events };
    const validate = await Child.start('whole/ordinary-worker', {
      ...job,
      stage: 'validate',
      from: 'front',
      to: 'valid',
    } satisfies OrdinaryJob);
    const enrich = await Child.start('whole/ordinary-worker', {
      ...job,
      stage: 'enrich',
      from: 'valid',
      to: 'enriched',
    } satisfies OrdinaryJob);
    return measured(
      bench,
      load,
      server,
      new Map([
        ['validate', validate],
        ['enrich', enrich],
      ]),
      () => Promise.all([validate.answer(), enrich.answer()]),
    );
  });
}

async function measured(
  bench: Bench,
  load: Load,
  server: NatsProcess,
  workers: ReadonlyMap<string, Child>,
  finished: () => Promise<unknown>,
): Promise<ReferenceResult> {
  const producer = await Child.start('whole/producer', {
    url: server.url,
    program: bench.program,
    load,
    rate: undefined,
    prepared: load.events <= 1_000_000,
  } satisfies ProducerJob);
  const meter = new UsageMeter(
    new Map([
      ...[...workers].map(([name, child]) => [name, child.pid] as const),
      ['nats-server', server.pid],
      ['producer', producer.pid],
    ]),
  );
  const done = finished();
  producer.send({ go: true });
  const { startedMs } = await producer.answer<{ startedMs: number }>();
  await done;
  const seconds = (Date.now() - startedMs) / 1000;
  const usage = meter.read();
  for (const child of [producer, ...workers.values()]) await child.end();
  return { events: load.events, seconds, usage };
}

async function withServer(
  run: (server: NatsProcess, nats: Nats) => Promise<ReferenceResult>,
): Promise<ReferenceResult> {
  const folder = mkdtempSync(join(tmpdir(), 'afluente-bench-'));
  const server = await startNats(join(folder, 'nats'), folder);
  const nats = await connectNats(server.url, 'bench');
  try {
    return await run(server, nats);
  } finally {
    await nats.nc.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function subjectsOf(bench: Bench): string[] {
  const { pipeline } = PipelineSource.load(bench.pipeline).compiled;
  return Object.values(pipeline.sources).flatMap(({ front }) => (front.kind === 'subjects' ? [...front.subjects] : []));
}

async function createStream(nats: Nats, name: string, subjects: string[]): Promise<void> {
  await ensureLog(nats, name, subjects, { bytesMax: streamBytesMax, replicas: 1 });
}

async function countMessages(bench: Bench, load: Load): Promise<number> {
  let count = 0;
  for await (const batch of messages(bench.example, load)) count += batch.length;
  return count;
}
