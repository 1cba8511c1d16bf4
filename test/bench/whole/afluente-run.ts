/** One measured run of the whole of Afluente: five services, a producer of its own, from first publish to last committed silver row. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectNats } from '#nats/connection/connection';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { lakeTasks, type Topology, topologyOf } from '#stages/topology/topology';
import { FolderOutput } from '../../../apps/afluente/output/folder-output.js';
import { startNats } from '../../../apps/afluente/run/nats-process.js';
import { Services } from '../../../apps/afluente/run/services.js';
import { ensureFronts } from '../../../apps/afluente/streams/ensure-fronts.js';
import type { Bench } from '../main.js';
import { Child } from '../processes/child.js';
import { type Usage, UsageMeter } from '../processes/usage.js';
import { LatencyWatch, type Percentiles } from './latency.js';
import type { ProducerJob } from './producer.js';
import { lastSilverCommit } from './silver-watch.js';
import { silverExpected } from './workload.js';

export interface AfluenteResult {
  readonly events: number;
  readonly seconds: number;
  readonly producerSeconds: number;
  readonly usage: ReadonlyMap<string, Usage>;
  readonly latency: { readonly silverReady: Percentiles; readonly results: Percentiles } | undefined;
}

const runMsMax = 30 * 60_000;

export interface RunSettings {
  readonly rate: number | undefined;
  /** Reading the logs for latencies costs the server CPU, so the run that measures CPU does without. */
  readonly latency: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export async function runAfluente(bench: Bench, settings: RunSettings): Promise<AfluenteResult> {
  const folder = mkdtempSync(join(tmpdir(), 'afluente-bench-'));
  const lake = join(folder, 'lake');
  const topology = topologyOf(PipelineSource.load(bench.pipeline).compiled);
  const server = await startNats(join(folder, 'nats'), folder);
  const nats = await connectNats(server.url, 'bench');
  const services = new Services({
    pipeline: bench.pipeline,
    nats: server.url,
    lake,
    output: FolderOutput.open(join(folder, 'logs'), undefined),
    env: () => settings.env ?? {},
  });
  try {
    await ensureFronts(nats, topology);
    await services.start();
    const tables = await silverTables(bench, topology);
    const watch = settings.latency ? new LatencyWatch(nats, topology) : undefined;
    const pids = new Map([...services.pids(), ['nats-server', server.pid] as const]);
    const measured = await measure(bench, settings, server.url, pids, lake, tables);
    return { events: bench.load.events, ...measured, latency: watch?.read() };
  } finally {
    await services.stop();
    await nats.nc.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rows that each silver table shall have at the end. */
async function silverTables(bench: Bench, topology: Topology): Promise<Map<string, number>> {
  const expected = await silverExpected(bench.example, bench.load);
  return new Map(
    lakeTasks(topology)
      .filter(({ table }) => table.from === `enriched.${table.origin}`)
      .map(({ table }) => [table.name, expected.get(table.origin) ?? 0]),
  );
}

async function measure(
  { program, load }: Bench,
  { rate }: RunSettings,
  url: string,
  pids: ReadonlyMap<string, number>,
  lake: string,
  tables: ReadonlyMap<string, number>,
): Promise<Pick<AfluenteResult, 'seconds' | 'producerSeconds' | 'usage'>> {
  const job: ProducerJob = { url, program, load, rate, prepared: load.events <= 1_000_000 };
  const producer = await Child.start('whole/producer', job);
  const meter = new UsageMeter(new Map([...pids, ['producer', producer.pid]]));
  producer.send({ go: true });
  const stored = producer.answer<{ startedMs: number; endedMs: number }>();
  const committedMs = await lastSilverCommit(lake, tables, runMsMax);
  const { startedMs, endedMs } = await stored;
  const usage = meter.read();
  await producer.end();
  return { seconds: (committedMs - startedMs) / 1000, producerSeconds: (endedMs - startedMs) / 1000, usage };
}
