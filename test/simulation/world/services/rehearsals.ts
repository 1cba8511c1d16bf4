/** Rehearsals as a process of their own would hold them: it dies of deadly events, and whoever asked lives. */
import type { Outcome } from '#runtime/care/narrowing';
import type { Rehearsal, Rehearsals } from '#runtime/care/rehearsal';
import { performRehearsal } from '#runtime/tasks/perform-rehearsal';
import { onlyRows } from '#stages/define/refuse-frame';
import type { LogTaskSpec } from '#stages/topology/topology';
import type { SimulatedPipeline } from '../pipelines.js';
import { isDeadly } from './poison.js';
import { stepOf } from './steps.js';

const takesMs = 200;

export class SimulatedRehearsals implements Rehearsals {
  constructor(private readonly pipeline: SimulatedPipeline) {}

  async attempt(rehearsal: Rehearsal): Promise<Outcome> {
    await new Promise((resolve) => setTimeout(resolve, takesMs));
    const task = this.pipeline.topology.tasks.find(({ name }) => name === rehearsal.task) as LogTaskSpec;
    const frames =
      rehearsal.kind === 'batch'
        ? rehearsal.frames
        : rehearsal.kind === 'rows'
          ? [onlyRows(task, rehearsal.frame, (row) => row >= rehearsal.range.from && row < rehearsal.range.to)]
          : [];
    if (isDeadly(task, frames)) return { kind: 'died', said: 'the process ended' };
    const { compiled, topology } = this.pipeline;
    return performRehearsal(
      { compiled, tasks: topology.tasks, stepFor: (spec) => stepOf(this.pipeline, spec) },
      rehearsal,
    );
  }

  rest(): void {}
}
