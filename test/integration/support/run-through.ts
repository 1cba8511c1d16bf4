/** Runs a task to the end of its input, whatever throws it out. */
import { setTimeout as sleep } from 'node:timers/promises';
import { streamOf } from '#frame/log-name';
import type { StageState, Step } from '#frame/step';
import { streamInfo } from '#nats/streams/stream-info';
import type { LogTaskSpec } from '#stages/topology/topology';
import type { RuntimeContext } from '../../../libs/runtime/cluster/context.js';
import { LogTask } from '../../../libs/runtime/log-task/log-task.js';
import { stepCall } from '../../../libs/runtime/steps/step-call.js';

/** Runs a task to the end of its input, starting it again each time it is thrown out. @returns how often it was */
export async function runThrough<State extends StageState | undefined>(
  base: RuntimeContext,
  spec: LogTaskSpec,
  stateful: boolean,
  step: Step<State>,
  crash: RuntimeContext['crash'],
): Promise<number> {
  const task = new LogTask({ ...base, crash }, spec, stateful, stepCall(step));
  const stop = new AbortController();
  const wanted = (await streamInfo(base.nats, streamOf(spec.inputs[0]!)))!.state.last_seq;
  let starts = 0;
  const running = (async () => {
    while (!stop.signal.aborted) {
      starts++;
      await task.run(stop.signal).catch((error: Error) => {
        if (error.message !== 'thrown out') throw error;
      });
    }
  })();
  const failed = running.then(
    () => undefined,
    (error: Error) => error,
  );
  for (let waits = 0; task.status().inputs[0]?.position !== wanted && waits < 2_000; waits++)
    await Promise.race([sleep(10), failed]);
  stop.abort();
  await running;
  return starts;
}
