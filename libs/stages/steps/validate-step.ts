/** The step of validate: parse, check the contract, drop what was seen before, refuse what is late, move the watermark. */
import type { InputFrame, Saved, Step } from '#frame/step';
import { atOnce, lastHead, later } from '#frame/step';
import { SeenIds } from '../memory/seen-ids.js';
import { ValidatePass, type ValidateSettings } from './validate-pass.js';
import { ValidateState } from './validate-state.js';

export function validateStep(settings: ValidateSettings): Step<ValidateState> {
  const pass = new ValidatePass(settings);
  const { horizonMs } = settings;
  const restore = (saved: Saved) => ValidateState.restore(saved, horizonMs);
  // The lineage hash of the first frame is the same in every replay, and producers cannot see it.
  const begin = ([first]: readonly InputFrame[]) => new ValidateState(SeenIds.begin(first!.hash, horizonMs));
  const step: Step<ValidateState> = ({ frames, state, saved, limits, reachedMs = null }) => {
    const current = state ?? (saved ? atOnce(restore(saved)) : begin(frames));
    current.clock = { ...current.clock, watermarkMs: later(current.clock.watermarkMs, reachedMs) };
    const outcome = pass.run(frames, current, limits);
    return { state: current, ...outcome, watermarkMs: current.clock.watermarkMs, idle: lastHead(frames).idle };
  };
  return Object.assign(step, { restore });
}
