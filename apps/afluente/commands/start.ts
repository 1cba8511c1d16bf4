/** `afluente start`: the main job. An example pipeline from producer to lake, with the lake checked at the end of a bounded run. */
import { setTimeout as sleep } from 'node:timers/promises';
import { maskServerUrls } from '#nats/connection/server-urls';
import type { Nats } from '#nats/ground/nats';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { childEnvironment, readConfig } from '#runtime/settings/config';
import { type Topology, topologyOf } from '#stages/topology/topology';
import { openStore } from '#store/open-store';
import type { Example, RunOptions, Verdict } from '../../../examples/example.js';
import { connectCommand } from '../connect-command.js';
import { exampleOf } from '../examples.js';
import { Display } from '../output/display.js';
import { FolderOutput } from '../output/folder-output.js';
import { screenOf } from '../output/screen.js';
import { Observer } from '../progress/observer.js';
import { Progress } from '../progress/progress.js';
import { publishEvents } from '../publish/publish-events.js';
import { type NatsProcess, startNats } from '../run/nats-process.js';
import { newRun, type RunFolder } from '../run/run-folder.js';
import { Services } from '../run/services.js';
import { stopSignal } from '../run/stop-signal.js';
import { untilStopped } from '../run/until-stopped.js';
import { s3FromEnvironment } from '../s3-environment.js';
import { makeRoomFor } from '../streams/check-limits.js';

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
  readonly nats: Nats;
  readonly observer: Observer;
  readonly display: Display;
  readonly stop: AbortSignal;
}

const endlessRate = 2_000;
const pollMs = 300;
const progressEveryMs = 1_000;

export async function start(options: StartOptions): Promise<number> {
  const startedMs = performance.now();
  const now = Date.now();
  const display = new Display(screenOf(process.stderr));
  const stop = stopSignal((text) => display.sayLast(text));
  const example = await exampleOf(options.pipeline);
  const topology = topologyOf(PipelineSource.load(options.pipeline).compiled);
  const folder = newRun(new Date());
  const lake = options.lake ?? folder.lake;
  const server = options.nats === undefined ? await startNats(folder.nats, folder.logs, stop) : undefined;
  const url = server?.url ?? options.nats!;
  const bounded = options.events !== undefined;
  const rate = options.rate ?? (bounded ? undefined : endlessRate);
  const run = runOf(options, example, now);
  const place = { url, lake, folder, topology, startedMs: now, display, stop };
  try {
    const published = await withServices(options, place, (nats, observer) =>
      runJob({ example, options: run, rate, bounded, nats, observer, display, stop }),
    );
    if (!bounded || stop.aborted) {
      display.say(`stopped after ${published} events; the lake is ${lake}, logs are in ${folder.logs}`);
      return 0;
    }
    return report(await check(example, run, lake, display), display, (performance.now() - startedMs) / 1000);
  } finally {
    await stopServer(server);
  }
}

function runOf({ events, seed }: StartOptions, example: Example, nowMs: number): RunOptions {
  return { ...(events !== undefined && { count: events }), seed, startMs: example.startMs(nowMs, events) };
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
  readonly display: Display;
  readonly stop: AbortSignal;
}

/** Starts the services, runs the job, and stops them in order whatever happens. */
async function withServices(
  options: StartOptions,
  place: Place,
  job: (nats: Nats, observer: Observer) => Promise<number>,
): Promise<number> {
  const { url, topology, display, stop } = place;
  const config = readConfig(childEnvironment({ AFL_PIPELINE: options.pipeline, AFL_NATS_URL: url }));
  const nats = await untilStopped(stop, connectCommand(url, 'start', topology.pipeline.name));
  const services = new Services({
    pipeline: options.pipeline,
    nats: url,
    lake: place.lake,
    output: FolderOutput.open(place.folder.logs, display),
    onRestart: (service, how) => display.warn('warning', `${service} ended (${how}); starting it again`),
  });
  let observer: Observer | undefined;
  try {
    await untilStopped(stop, makeRoomFor(nats, config, topology));
    observer = await untilStopped(stop, Observer.open(nats, topology, place.startedMs));
    await untilStopped(stop, services.start());
    display.say(
      `pipeline ${topology.pipeline.name}: NATS ${maskServerUrls(url)}, lake ${place.lake}, logs ${place.folder.logs}`,
    );
    for (const [service, url] of services.urls()) display.say(`  ${service.padEnd(12)} ${url}/metrics`);
    return await Promise.race([job(nats, observer), services.failed]).finally(() => display.endProgress());
  } finally {
    for (const service of await services.stop())
      display.warn('error', `${service} did not stop in time and was killed`);
    observer?.close();
    await nats.nc.close();
  }
}

/** Publishes and shows progress until the job is done: all events in the lake, or a stop. @returns events published */
async function runJob({ example, options, rate, bounded, nats, observer, display, stop }: Run): Promise<number> {
  const progress = { published: 0, repeated: 0 };
  let publishing = true;
  const producer = publishEvents(nats, example, options, rate, stop, progress, (text) => display.say(text)).finally(
    () => (publishing = false),
  );
  const line = new Progress(observer);
  let nextMs = 0;
  while (!stop.aborted) {
    if (performance.now() >= nextMs) {
      nextMs = performance.now() + progressEveryMs;
      const parts = await line.parts(progress.published);
      if (!stop.aborted) display.progress(parts);
    }
    const halted = observer.halted();
    if (halted.length > 0) throw new Error(`tasks halted:\n${halted.join('\n')}`);
    if (!publishing && bounded && (await observer.isIdle())) break;
    await sleep(pollMs, undefined, { signal: stop }).catch(() => undefined);
  }
  await producer;
  return progress.published;
}

/** Reads the tables back and compares them with what was published. */
async function check(example: Example, options: RunOptions, lake: string, display: Display): Promise<Verdict> {
  display.say('reading the lake back and comparing it with what was published …');
  // Neither a run without end nor the other commands need DuckDB.
  const { LakeDatabase } = await import('#duckdb/query-lake');
  const store = await openStore(lake, s3FromEnvironment());
  const session = await LakeDatabase.open({ store });
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

function report({ differences, ...counts }: Verdict, display: Display, seconds: number): number {
  for (const difference of differences) display.say(difference);
  process.stdout.write(`${JSON.stringify({ ...counts, seconds: Math.round(seconds * 10) / 10 })}\n`);
  return counts.lost === 0 && counts.extra === 0 ? 0 : 1;
}
