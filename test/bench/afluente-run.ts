/** One measured run of the whole of Afluente: five services, a producer of its own, from first publish to last committed silver row. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureFronts } from '../../apps/afluente/ensure-fronts.js';
import { startNats } from '../../apps/afluente/nats-process.js';
import { Services } from '../../apps/afluente/services.js';
import { connectNats } from '#nats/connection';
import { topologyOf } from '#stages/topology';
import { PipelineSource } from '#runtime/pipeline-source';
import { Child } from './child.js';
import { LatencyWatch, type Percentiles } from './latency.js';
import type { ProducerJob } from './producer.js';
import { lastSilverCommit } from './silver-watch.js';
import { UsageMeter, type Usage } from './usage.js';
import type { Bench } from './main.js';
import { silverExpected } from './workload.js';

export interface AfluenteResult {
  readonly events: number;
  readonly seconds: number;
  readonly producerSeconds: number;
  readonly usage: ReadonlyMap<string, Usage>;
  readonly latency: { readonly silverReady: Percentiles; readonly results: Percentiles } | undefined;
}

const RUN_MS_MAX = 30 * 60_000;

export interface RunSettings {
  readonly rate: number | undefined;
  /** Reading the logs for latencies costs the server CPU, so the run that measures CPU does without. */
  readonly latency: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export async function runAfluente(bench: Bench, settings: RunSettings): Promise<AfluenteResult> {
  const folder = mkdtempSync(join(tmpdir(), 'afluente-bench-'));
  const lake = join(folder, 'lake');
  const topology = topologyOf(PipelineSource.load(bench.pipeline).compiled.pipeline);
  const server = await startNats(join(folder, 'nats'), folder);
  const nats = await connectNats(server.url, 'bench');
  const services = new Services({ pipeline: bench.pipeline, nats: server.url, lake, logs: join(folder, 'logs'), env: () => settings.env ?? {} });
  try {
    await ensureFronts(nats, topology);
    await services.start();
    const expected = await silverExpected(bench.example, bench.load);
    const tables = new Map(topology.tasks.flatMap((task) => (task.kind === 'lake' && task.table.stage === 'enriched' ? [[task.table.name, expected.get(task.table.of) ?? 0] as const] : [])));
    const watch = settings.latency ? new LatencyWatch(nats, topology) : undefined;
    const job: ProducerJob = { url: server.url, program: bench.program, load: bench.load, rate: settings.rate, prepared: bench.load.events <= 1_000_000 };
    const producer = await Child.start('producer', job);
    const meter = new UsageMeter(new Map([...services.pids(), ['nats-server', server.pid], ['producer', producer.pid]]));
    producer.send({ go: true });
    const stored = producer.answer<{ startedMs: number; endedMs: number }>();
    const committedMs = await lastSilverCommit(lake, tables, RUN_MS_MAX);
    const { startedMs, endedMs } = await stored;
    const usage = meter.read();
    await producer.end();
    return { events: bench.load.events, seconds: (committedMs - startedMs) / 1000, producerSeconds: (endedMs - startedMs) / 1000, usage, latency: watch?.read() };
  } finally {
    await services.stop();
    await nats.nc.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
