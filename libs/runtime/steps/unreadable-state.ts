/** A saved state that this version cannot read halts its task: no frame is to blame, and another attempt would find the same. */
import { UnreadableStateError } from '#frame/step';
import { HaltError } from '#nats/ground/halt-error';
import type { StepCall } from './step-call.js';

/** @param run calls the step that it is given @throws HaltError */
export async function haltOnUnreadable<Result>(
  task: string,
  step: StepCall,
  run: (step: StepCall) => Promise<Result>,
): Promise<Result> {
  let unreadable: UnreadableStateError | undefined;
  const watched: StepCall = (request) =>
    step(request).catch((error: unknown) => {
      if (error instanceof UnreadableStateError) unreadable = error;
      throw error;
    });
  try {
    return await run(watched);
  } catch (error) {
    throw unreadable
      ? new HaltError(
          `${task}: ${unreadable.message}. Start the version that wrote it, or begin anew under another pipeline name.`,
        )
      : error;
  }
}
