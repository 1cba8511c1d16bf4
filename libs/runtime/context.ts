/** What every task of a process shares. */
import type { ObjectBucket } from '#nats/object-bucket';
import type { Nats } from '#nats/connection';
import type { Topology } from '#stages/topology';
import type { Metrics } from '#telemetry/metrics';
import type { Tracing } from '#telemetry/tracing';
import type { Config } from './config.js';
import type { CrashAt } from './crash-point.js';
import type { Logger } from './logger.js';
import type { TaskBoard } from './task-board.js';

export interface RuntimeContext {
  readonly config: Config;
  readonly nats: Nats;
  readonly topology: Topology;
  /** Version of the pipeline folder (content hash): the `Afl-Logic` header. */
  readonly logic: string;
  readonly objects: ObjectBucket;
  readonly board: TaskBoard;
  readonly metrics: Metrics;
  readonly crash: CrashAt;
  readonly log: Logger;
  /** Undefined when nothing is traced. */
  readonly tracing?: Tracing | undefined;
  /** Clock, epoch ms. */
  readonly now: () => number;
}
