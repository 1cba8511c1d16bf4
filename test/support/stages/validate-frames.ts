/** Raw frames for validate and what it decides. */
import type { InputFrame, OutputFrame, StepLimits } from '#frame/step';
import type { ValidateSettings } from '#stages/steps/validate-pass';
import { validateStep } from '#stages/steps/validate-step';
import { type Arrival, exampleContract, rawFrame, refusedIn, rowsIn, wide } from '#stages/topology/example-frames';
import { runBatches } from './step-run.js';

export const settings: ValidateSettings = {
  contract: exampleContract,
  outOfOrdernessMs: 100,
  aheadMsMax: 60_000,
  latenessMs: 500,
  horizonMs: 3000,
};

export const tight: StepLimits = { ...wide, frameBytesMax: 6_000 };

export const startMs = Date.UTC(2026, 0, 1);

export const day = 86_400_000;

/** What a run decided, without how it was cut into frames. */
export function decided(output: readonly OutputFrame[]) {
  return {
    ok: rowsIn(output, 'ok').map(({ _seq }) => _seq),
    rejected: refusedIn(output, 'rejected').map(({ seq, reason }) => [seq, reason]),
    late: refusedIn(output, 'late').map(({ seq }) => seq),
  };
}

export function run(batches: readonly (readonly InputFrame[])[], limits = wide, step = validateStep(settings)) {
  const { results } = runBatches(() => step, batches, { limits: () => limits });
  const { watermarkMs, state } = results.at(-1)!;
  const output = results.flatMap((result) => result.output);
  const duplicates = results.reduce((sum, result) => sum + (result.duplicates ?? 0), 0);
  return { ...decided(output), duplicates, watermarkMs, output, state };
}

export const one = (payload: string | Uint8Array, rest: Partial<Arrival> = {}) =>
  run([[rawFrame(1, [{ payload, atMs: startMs, seq: 1, ...rest }])]]);
