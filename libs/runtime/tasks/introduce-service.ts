/** Tells the metrics what a service process may do, so that what never happened shows as 0 and the first time is seen. */
import { tableKinds } from '#stages/tables/table-kinds';
import { byTask, sourceOf, type Task, type Topology } from '#stages/topology/topology';
import type { Metrics } from '#telemetry/metrics';
import { version } from '../ground/version.js';

/** @param tasks all tasks of the service, whoever runs them @param logic version of the pipeline folder */
export function introduceService(
  metrics: Metrics,
  { pipeline }: Topology,
  tasks: readonly Task[],
  logic: string,
): void {
  metrics.serves(tasks.length, version, logic);
  for (const task of tasks) {
    byTask(task, {
      ingest: ({ source }) => metrics.ingested(source.name, 0, 0),
      log: ({ stage, output }) => {
        if (stage.refuses) metrics.servesSource(sourceOf(pipeline, output).name, stage.refuses.reasons);
      },
      lake: ({ table }) => {
        metrics.servesTable(table.name);
        const { refuses } = tableKinds[table.stage];
        if (refuses) metrics.servesSource(table.origin, refuses);
      },
    });
  }
}
