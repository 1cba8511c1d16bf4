/**
 * Starts the thread that ends this process when its event loop stands still for too long. Nothing on the loop could: neither a timer nor the
 * handler of SIGTERM runs there then, so the bound is also how long a process that stands still survives SIGTERM.
 */
import { Worker } from 'node:worker_threads';
import type { NatsAccess } from '#nats/connection/nats-access';
import type { Config } from '../settings/config.js';
import type { WorkMarks } from './work-marks.js';

export interface WatchdogData {
  readonly memory: SharedArrayBuffer;
  readonly tasks: readonly string[];
  readonly pipeline: string;
  readonly service: string;
  readonly instance: string;
  readonly stallMsMax: number;
  readonly drainMsMax: number;
  readonly natsUrl: string;
  readonly natsAccess: NatsAccess;
  readonly streamReplicas: number;
}

const tickEveryMs = 200;
/** Its loop does next to nothing: less memory than a thread gets by default. */
const resourceLimits = { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 4, stackSizeMb: 2 };

export interface WatchdogOptions extends Pick<WatchdogData, 'pipeline' | 'service' | 'tasks' | 'drainMsMax'> {
  readonly marks: WorkMarks;
  readonly config: Config;
}

/** @returns ends the watch */
export function startWatchdog({ marks, config, ...names }: WatchdogOptions): () => void {
  const { instance, stallMsMax, natsUrl, natsAccess, streamReplicas } = config;
  const workerData: WatchdogData = {
    ...names,
    memory: marks.memory,
    instance,
    stallMsMax,
    natsUrl,
    natsAccess,
    streamReplicas,
  };
  const ticks = setInterval(() => marks.tick(), tickEveryMs);
  ticks.unref();
  const thread = new Worker(new URL('./watchdog-thread.js', import.meta.url), {
    workerData,
    resourceLimits,
    execArgv: [],
  });
  thread.unref();
  return () => {
    clearInterval(ticks);
    void thread.terminate();
  };
}
