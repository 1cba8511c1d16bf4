/** Whether a task that finds its own log empty has written there before: then somebody deleted the log, and with it how far the task had come. */
import type { StreamFacts } from '#frame/lineage';
import { HaltError } from '#nats/ground/halt-error';
import type { TaskBoard } from '../ground/task-board.js';
import type { OpenOutput } from './open-log.js';

/** To begin anew with what its inputs still hold, a window would publish sums of that alone. @throws HaltError */
export async function haltIfBegun(
  board: TaskBoard,
  task: string,
  output: StreamFacts,
  inputs: readonly StreamFacts[],
): Promise<void> {
  const told = (await board.read(task))?.inputs ?? [];
  // Positions are told when a frame is stored, and of the streams as they were then.
  const isKnown = told.some(({ stream, created }) =>
    inputs.some((input) => input.stream === stream && input.created === created),
  );
  if (isKnown) throw remade(output.stream, task);
}

/**
 * The same of the raw logs of a source, of which one may be new beside others: but none is, if the task has told that all have read further than a new one would begin.
 * @param before last front sequence that a new log leaves out @throws HaltError
 */
export async function haltIfRead(
  board: TaskBoard,
  task: string,
  outputs: readonly OpenOutput[],
  front: StreamFacts,
  before: number,
): Promise<void> {
  const empty = outputs.find(({ last }) => !last);
  if (!empty) return;
  const told = (await board.read(task))?.inputs.find(
    ({ stream, created }) => stream === front.stream && created === front.created,
  );
  if (told && told.position > before) throw remade(empty.facts.stream, task);
}

function remade(stream: string, task: string): HaltError {
  return new HaltError(
    `${stream} was recreated: ${task} has written to it before, and its frames are gone. Restore it from a backup, or start anew`,
  );
}
