/** Tells the metrics what a service process may do, so that what never happened shows as 0 and the first time is seen. */
import { reasonCodes } from '#contract/reason';
import type { Topology, Task } from '#stages/topology';
import type { Metrics } from '#telemetry/metrics';
import { version } from './version.js';

/** Reasons of the stages behind validate. */
const laterReasons = ['step_failed', 'too_large'];

/** @param tasks all tasks of the service, whoever runs them @param logic version of the pipeline folder */
export function introduceService(metrics: Metrics, { pipeline }: Topology, tasks: readonly Task[], logic: string): void {
  metrics.serves(tasks.length, version, logic);
  for (const task of tasks) {
    if (task.kind === 'ingest') metrics.ingested(task.source.name, 0, 0);
    else if (task.kind === 'lake') metrics.servesTable(task.table.name);
    else if (task.kind === 'validate') metrics.servesSource(task.of, reasonCodes);
    else metrics.servesSource(pipeline.windows[task.of]?.from ?? task.of, laterReasons);
  }
}
