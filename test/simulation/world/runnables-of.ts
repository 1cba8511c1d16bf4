/** From tasks to what runs them, as `runnables.ts` does for a service, with the simulation's steps and store. */
import { lateness, windowsOf } from '#pipeline/window-facts';
import type { RuntimeContext } from '#runtime/context';
import { IngestTask } from '#runtime/ingest-task';
import { LakeBudget } from '#runtime/lake-budget';
import { LakeTask } from '#runtime/lake-task';
import { LogTask } from '#runtime/log-task';
import type { Runnable } from '#runtime/task-status';
import { tableColumns } from '#stages/compile-pipeline';
import type { Task } from '#stages/topology';
import type { ObjectStore } from '#store/object-store';
import { stepOf } from './steps.js';
import type { World } from './world.js';

const STATEFUL: ReadonlySet<Task['kind']> = new Set(['validate', 'window', 'merge']);

export function runnablesOf(tasks: readonly Task[], context: RuntimeContext, { pipeline }: World, store: ObjectStore): Runnable[] {
  const { compiled } = pipeline;
  const budget = new LakeBudget(context.config.lakeBytesMax, tasks.filter(({ kind }) => kind === 'lake').length);
  return tasks.map((task) => {
    switch (task.kind) {
      case 'ingest': {
        const sizes = windowsOf(compiled.pipeline, task.source.name).map(({ sizeMs }) => sizeMs);
        const quietForMs = Math.max(0, ...sizes) + (lateness(compiled.pipeline, task.source.name) ?? 0) + task.source.eventTime.outOfOrdernessMs;
        return new IngestTask(context, task, quietForMs);
      }
      case 'lake': {
        const { table } = task;
        const source = table.stage === 'results' ? compiled.pipeline.windows[table.of]!.from : table.of;
        return new LakeTask(context, task, store, { source, columns: tableColumns(compiled, table), configuration: {} }, budget);
      }
      default:
        return new LogTask(context, task, STATEFUL.has(task.kind), stepOf(pipeline, task));
    }
  });
}
