/** How far a task has come in its inputs, by what it says of itself and what the streams hold. */
import type { StreamFacts } from '#frame/lineage';
import type { TaskStatus } from '#runtime/ground/task-status';

export interface TaskProgress {
  /** Sum over the inputs: stored position, and what lies beyond it in the streams. */
  readonly position: number;
  readonly lag: number;
}

/** @param ends of its inputs */
export function progressOf(status: Pick<TaskStatus, 'inputs'> | undefined, ends: Iterable<StreamFacts>): TaskProgress {
  let [position, lag] = [0, 0];
  for (const { stream, lastSeq, firstSeq } of ends) {
    const at = status?.inputs.find((input) => input.stream === stream)?.position;
    position += at ?? 0;
    lag += Math.max(0, lastSeq - Math.max(at ?? 0, firstSeq - 1));
  }
  return { position, lag };
}
