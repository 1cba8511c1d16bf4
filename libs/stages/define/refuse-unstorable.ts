/** A step of a window that refuses events which its results table could not hold as a key. */
import { readDataFrame } from '#columns/polars/data-frames';
import type { InputFrame, StageState, Step } from '#frame/step';
import { type Demand, unstorable } from '../rows/storable.js';
import { type Refuser, refuserOf, setApart, type Whys } from './refuse-frame.js';

/** @param demands of the tables over the window's results */
export function refuseUnstorable<State extends StageState | undefined>(
  task: Refuser,
  step: Step<State>,
  demands: readonly Demand[],
): Step<State> {
  if (demands.length === 0) return step;
  const by = refuserOf(task);
  const careful: Step<State> = (request) => {
    const whys = request.frames.map((frame) => whysOf(frame, demands, by));
    if (whys.every((why) => why === undefined)) return step(request);
    const { rest, join } = setApart(task, request, whys);
    return join(step(rest));
  };
  return Object.assign(careful, step.restore && { restore: step.restore });
}

function whysOf({ sections }: InputFrame, demands: readonly Demand[], by: string): Whys | undefined {
  const bySection = sections
    .filter(({ name, rows }) => name === 'ok' && rows > 0)
    .map(
      ({ data, rows }) => unstorable(readDataFrame(data), demands, by) ?? new Array<undefined>(rows).fill(undefined),
    );
  const whys = bySection.flat();
  return whys.some((why) => why !== undefined) ? whys : undefined;
}
