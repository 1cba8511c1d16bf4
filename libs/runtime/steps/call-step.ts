/** Calls a pure step; a saved state is taken up in pieces, between which the process does other things: its heartbeats go on. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Pieces, StageState, Step, StepRequest, StepResult } from '#frame/step';

export async function callStep<State extends StageState | undefined>(
  step: Step<State>,
  request: StepRequest<State>,
): Promise<StepResult<State>> {
  const { saved, ...rest } = request;
  if (!saved || !step.restore) return step(request);
  return step({ ...rest, state: await inTurns(step.restore(saved)) });
}

async function inTurns<Result>(work: Pieces<Result>): Promise<Result> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await nextTurn();
  }
}
