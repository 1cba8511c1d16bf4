/** `afluente up`: all five services of a pipeline on this machine. */
import { setTimeout as sleep } from 'node:timers/promises';
import { maskServerUrls } from '#nats/connection/server-urls';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { childEnvironment, readConfig, readLakeUrl } from '#runtime/settings/config';
import { type Topology, topologyOf } from '#stages/topology/topology';
import { connectCommand } from '../connect-command.js';
import { Display } from '../output/display.js';
import { type OpenOutput, openOutput } from '../output/open-output.js';
import { screenOf } from '../output/screen.js';
import { Observer } from '../progress/observer.js';
import { Progress } from '../progress/progress.js';
import { logsOf } from '../run/run-folder.js';
import { Services } from '../run/services.js';
import { stopSignal } from '../run/stop-signal.js';
import { StoppedError, untilStopped } from '../run/until-stopped.js';
import { UsageError } from '../run-command.js';
import { makeRoomFor } from '../streams/check-limits.js';

export interface UpOptions {
  readonly pipeline: string;
  readonly nats: string;
  readonly lake?: string;
  readonly untilIdle?: boolean;
  /** `json`, or a folder. */
  readonly log?: string;
}

interface Run {
  readonly options: UpOptions;
  readonly topology: Topology;
  readonly lake: string;
  readonly output: OpenOutput;
  readonly display: Display;
  readonly stop: AbortSignal;
}

const nobodyReads = 'because nobody reads standard output any more';
const pollMs = 300;
const progressEveryMs = 2_000;

export async function up(options: UpOptions): Promise<number> {
  const startedMs = performance.now();
  const screen = screenOf(process.stderr);
  // Lines that others write to the same terminal would be wiped away with the progress.
  const display = new Display(screen, screen.redraws && !(options.log === 'json' && process.stdout.isTTY));
  const signal = stopSignal((text) => display.sayLast(text));
  const topology = topologyOf(PipelineSource.load(options.pipeline).compiled);
  const lake = options.lake ?? readLakeUrl() ?? topology.pipeline.lake.url;
  if (lake === undefined)
    throw new UsageError(
      'no lake is named. Name one with --lake, e.g. --lake file:./data/lake or --lake s3://bucket/prefix, or set lake.url in pipeline.yaml.',
    );
  const output = openOutput(options.log ?? logsOf(topology.pipeline.name), display);
  const stop = AbortSignal.any([signal, output.readerLeft]);
  try {
    const code = await withServices({ options, topology, lake, output, display, stop });
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
    display.say(`${endOf(code, signal.aborted, output)} after ${seconds} s; the lake is ${lake}`);
    return code;
  } catch (error) {
    if (error instanceof StoppedError)
      display.say(`${error.message}${output.readerLeft.aborted ? `, ${nobodyReads}` : ''}`);
    throw error;
  } finally {
    if (output.folder !== undefined)
      display.say(
        `logs of the services: ${output.folder}${display.warnings === 0 ? '' : `; warnings and errors shown: ${display.warnings}`}`,
      );
  }
}

function endOf(code: number, asked: boolean, output: OpenOutput): string {
  if (code !== 0) return 'ended';
  if (asked) return 'stopped';
  return output.readerLeft.aborted ? `stopped, ${nobodyReads},` : 'everything published is in the lake,';
}

/** Starts the services, watches them, and stops them in order whatever happens. @returns the exit code */
async function withServices({ options, topology, lake, output, display, stop }: Run): Promise<number> {
  const startedMs = Date.now();
  const config = readConfig(childEnvironment({ AFL_PIPELINE: options.pipeline, AFL_NATS_URL: options.nats }));
  const nats = await untilStopped(stop, connectCommand(options.nats, 'up', topology.pipeline.name));
  const services = new Services({
    pipeline: options.pipeline,
    nats: options.nats,
    lake: options.lake,
    output: output.lines,
    onRestart: (service, how) => display.warn('warning', `${service} ended (${how}); starting it again`),
  });
  let observer: Observer | undefined;
  try {
    await untilStopped(stop, makeRoomFor(nats, config, topology));
    observer = await untilStopped(stop, Observer.open(nats, topology, startedMs));
    await untilStopped(stop, services.start());
    display.say(
      `pipeline ${topology.pipeline.name}: NATS ${maskServerUrls(options.nats)}, lake ${lake}, ${output.folder === undefined ? 'JSON lines on standard output' : `logs ${output.folder}`}`,
    );
    for (const [service, url] of services.urls()) display.say(`  ${service.padEnd(12)} ${url}/metrics`);
    return await Promise.race([watch(observer, options.untilIdle === true, display, stop), services.failed]).finally(
      () => display.endProgress(),
    );
  } finally {
    for (const service of await services.stop())
      display.warn('error', `${service} did not stop in time and was killed; the next start goes on where it was`);
    observer?.close();
    await nats.nc.close();
  }
}

async function watch(observer: Observer, untilIdle: boolean, display: Display, stop: AbortSignal): Promise<number> {
  const progress = new Progress(observer);
  let nextMs = 0;
  while (!stop.aborted) {
    if (performance.now() >= nextMs) {
      nextMs = performance.now() + progressEveryMs;
      const parts = await progress.parts();
      if (!stop.aborted) display.progress(parts);
    }
    const halted = untilIdle ? observer.halted() : [];
    for (const reason of halted) display.warn('error', reason);
    if (halted.length > 0) return 1;
    if (untilIdle && (await observer.isIdle())) {
      display.progress(await progress.parts());
      return 0;
    }
    await sleep(pollMs, undefined, { signal: stop }).catch(() => undefined);
  }
  return 0;
}
