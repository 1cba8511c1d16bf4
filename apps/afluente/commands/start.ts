/** `afluente start`: the main job. An example pipeline from producer to lake, with the lake checked at the end of a bounded run. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Example, RunOptions, Verdict } from '../../../examples/example.js';
import { LakeSession } from '#duckdb/query-lake';
import type { Nats } from '#nats/connection';
import { maskServerUrls } from '#nats/server-urls';
import { PipelineSource } from '#runtime/pipeline-source';
import { topologyOf, type Topology } from '#stages/topology';
import { openStore } from '#store/open-store';
import { connectCommand } from '../connect-command.js';
import { ensureFronts } from '../ensure-fronts.js';
import { exampleOf } from '../examples.js';
import { startNats, type NatsProcess } from '../nats-process.js';
import { Observer } from '../observer.js';
import { Progress } from '../progress.js';
import { publishEvents } from '../publish-events.js';
import { newRun, type RunFolder } from '../run-folder.js';
import { s3FromEnvironment } from '../s3-environment.js';
import { Services } from '../services.js';
import { stopSignal } from '../stop-signal.js';

export interface StartOptions {
  readonly events?: number;
  readonly pipeline: string;
  readonly rate?: number;
  readonly seed: number;
  readonly nats?: string;
  readonly lake?: string;
}

interface Run {
  readonly example: Example;
  readonly options: RunOptions;
  readonly rate: number | undefined;
  readonly bounded: boolean;
  readonly topology: Topology;
  readonly nats: Nats;
  readonly observer: Observer;
  readonly services: Services;
  readonly stop: AbortSignal;
}

const ENDLESS_RATE = 2_000;
const POLL_MS = 300;
const PROGRESS_EVERY_MS = 1_000;
const say = (text: string): boolean => process.stderr.write(`${text}\n`);

export async function start(options: StartOptions): Promise<number> {
  const startedMs = performance.now();
  const now = Date.now();
  const stop = stopSignal();
  const example = await exampleOf(options.pipeline);
  const topology = topologyOf(PipelineSource.load(options.pipeline).compiled.pipeline);
  const folder = newRun(new Date());
  const lake = options.lake ?? folder.lake;
  const server = options.nats === undefined ? await startNats(folder.nats, folder.logs) : undefined;
  const url = server?.url ?? options.nats!;
  const bounded = options.events !== undefined;
  const run: RunOptions = { ...(bounded && { count: options.events }), seed: options.seed, startMs: example.startMs(now, options.events) };
  try {
    const published = await withServices(options, { url, lake, folder, topology, startedMs: now, stop }, (nats, services, observer) =>
      runJob({ example, options: run, rate: options.rate ?? (bounded ? undefined : ENDLESS_RATE), bounded, topology, nats, observer, services, stop }));
    if (!bounded || stop.aborted) {
      say(`stopped after ${published} events; the lake is ${lake}`);
      return 0;
    }
    return report(await check(example, run, lake), (performance.now() - startedMs) / 1000);
  } finally {
    await stopServer(server);
  }
}

async function stopServer(server: NatsProcess | undefined): Promise<void> {
  await server?.stop();
}

interface Place {
  readonly url: string;
  readonly lake: string;
  readonly folder: RunFolder;
  readonly topology: Topology;
  readonly startedMs: number;
  readonly stop: AbortSignal;
}

/** Starts the services, runs the job, and stops them in order whatever happens. */
async function withServices(options: StartOptions, place: Place, job: (nats: Nats, services: Services, observer: Observer) => Promise<number>): Promise<number> {
  const nats = await connectCommand(place.url, 'start', place.topology.pipeline.name);
  const services = new Services({ pipeline: options.pipeline, nats: place.url, lake: place.lake, logs: place.folder.logs, onRestart: (service, how) => say(`${service} ended (${how}); starting it again`) });
  const observer = await Observer.open(nats, place.topology, place.startedMs);
  try {
    await ensureFronts(nats, place.topology);
    await services.start();
    say(`pipeline ${place.topology.pipeline.name}: NATS ${maskServerUrls(place.url)}, lake ${place.lake}, logs ${place.folder.logs}`);
    for (const [service, url] of services.urls()) say(`  ${service.padEnd(12)} ${url}/metrics`);
    return await Promise.race([job(nats, services, observer), services.failed]);
  } finally {
    await services.stop();
    observer.close();
    await nats.nc.close();
  }
}

/** Publishes and shows progress until the job is done: all events in the lake, or a stop. @returns events published */
async function runJob({ example, options, rate, bounded, nats, observer, stop }: Run): Promise<number> {
  const progress = { published: 0 };
  let publishing = true;
  const producer = publishEvents(nats, example, options, rate, stop, progress).finally(() => (publishing = false));
  const line = new Progress(observer);
  let nextMs = 0;
  while (!stop.aborted) {
    if (performance.now() >= nextMs) {
      nextMs = performance.now() + PROGRESS_EVERY_MS;
      say(await line.line(progress.published));
    }
    const halted = observer.halted();
    if (halted.length > 0) throw new Error(`tasks halted:\n${halted.join('\n')}`);
    if (!publishing && bounded && (await observer.isIdle())) break;
    await sleep(POLL_MS, undefined, { signal: stop }).catch(() => undefined);
  }
  await producer;
  return progress.published;
}

/** Reads the tables back and compares them with what was published. */
async function check(example: Example, options: RunOptions, lake: string): Promise<Verdict> {
  say('reading the lake back and comparing it with what was published …');
  const store = await openStore(lake, s3FromEnvironment());
  const session = await LakeSession.open({ store });
  try {
    return await example.check(options, async (sql) => {
      const { columns, rows } = await session.query(sql);
      return rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));
    });
  } finally {
    await session.close();
    await store.close();
  }
}

function report({ differences, ...counts }: Verdict, seconds: number): number {
  for (const difference of differences) say(difference);
  process.stdout.write(`${JSON.stringify({ ...counts, seconds: Math.round(seconds * 10) / 10 })}\n`);
  return counts.lost === 0 && counts.extra === 0 ? 0 : 1;
}
