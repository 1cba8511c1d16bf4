/** `afluente up`: all five services of a pipeline on this machine. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineSource } from '#runtime/pipeline-source';
import { readLakeUrl } from '#runtime/config';
import { topologyOf } from '#stages/topology';
import { connectCommand } from '../connect-command.js';
import { Observer } from '../observer.js';
import { Progress } from '../progress.js';
import { UsageError } from '../run-command.js';
import { Services } from '../services.js';
import { stopSignal } from '../stop-signal.js';

export interface UpOptions {
  readonly pipeline: string;
  readonly nats: string;
  readonly lake?: string;
  readonly untilIdle?: boolean;
}

const POLL_MS = 300;
const PROGRESS_EVERY_MS = 2_000;

export async function up(options: UpOptions): Promise<number> {
  const stop = stopSignal();
  const startedMs = Date.now();
  const topology = topologyOf(PipelineSource.load(options.pipeline).compiled.pipeline);
  if ((options.lake ?? readLakeUrl()) === undefined && topology.pipeline.lake.url === undefined) throw new UsageError('no lake is named. Name one with --lake, e.g. --lake file:./data/lake or --lake s3://bucket/prefix, or set lake.url in pipeline.yaml.');
  const nats = await connectCommand(options.nats, 'up', topology.pipeline.name);
  const services = new Services({ pipeline: options.pipeline, nats: options.nats, lake: options.lake, logs: undefined, onRestart: (service, how) => process.stderr.write(`${service} ended (${how}); starting it again\n`) });
  const observer = await Observer.open(nats, topology, startedMs);
  try {
    await services.start();
    for (const [service, url] of services.urls()) process.stderr.write(`${service.padEnd(12)} ${url}\n`);
    return await Promise.race([watch(observer, options.untilIdle === true, stop), services.failed]);
  } finally {
    await services.stop();
    observer.close();
    await nats.nc.close();
  }
}

async function watch(observer: Observer, untilIdle: boolean, stop: AbortSignal): Promise<number> {
  const progress = new Progress(observer);
  let nextMs = 0;
  while (!stop.aborted) {
    if (performance.now() >= nextMs) {
      nextMs = performance.now() + PROGRESS_EVERY_MS;
      process.stderr.write(`${await progress.line()}\n`);
    }
    const halted = untilIdle ? observer.halted() : [];
    if (halted.length > 0) {
      process.stderr.write(`${halted.join('\n')}\n`);
      return 1;
    }
    if (untilIdle && (await observer.isIdle())) return 0;
    await sleep(POLL_MS, undefined, { signal: stop }).catch(() => undefined);
  }
  return 0;
}
