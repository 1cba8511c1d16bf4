/** What every task of a process shares. */

import type { ObjectBucket } from '#nats/buckets/object-bucket';
import type { Nats } from '#nats/ground/nats';
import type { Topology } from '#stages/topology/topology';
import type { Metrics } from '#telemetry/metrics';
import type { Tracing } from '#telemetry/tracing';
import type { Care } from '../care/care.js';
import type { WorkMarks } from '../care/work-marks.js';
import type { CrashAt } from '../ground/crash-point.js';
import type { Logger } from '../ground/logger.js';
import type { TaskBoard } from '../ground/task-board.js';
import type { Config } from '../settings/config.js';

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
  /** Undefined where a task runs outside of a service: nobody counts deaths. */
  readonly care?: Care | undefined;
  /** What the tasks work on, for the watchdog; undefined where there is none. */
  readonly marks?: WorkMarks | undefined;
  /** A clock that does not jump, epoch ms. */
  readonly now: () => number;
}
