/** Clocks of producers may be as fast as they like: whoever is on time is taken, in any batches, also in a replay. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { InputFrame, OutputFrame } from '#frame/step';
import { cutBehind, runBatches } from '../../../test/support/stages/step-run.js';
import { validateStep } from '../steps/validate-step.js';
import { type Arrival, eventText, exampleContract, inputFrame, rawFrame, refusedIn, rowsIn } from './example-frames.js';

fc.configureGlobal({ seed: 7 });

const startMs = Date.UTC(2026, 0, 1);
const day = 86_400_000;

type Step = ReturnType<typeof validateStep>;

function decided(output: readonly OutputFrame[]) {
  return {
    ok: rowsIn(output, 'ok').map(({ _seq }) => _seq),
    rejected: refusedIn(output, 'rejected').map(({ seq }) => seq),
    late: refusedIn(output, 'late').map(({ seq }) => seq),
  };
}

/** What each batch gave. @param saved a snapshot to begin with */
function runOf(step: Step, batches: readonly (readonly InputFrame[])[], saved?: readonly Uint8Array[]) {
  const { results } = runBatches(() => step, batches, { ...(saved && { saved }) });
  const heads = results.map(({ watermarkMs }) => watermarkMs);
  const outputs = results.map(({ output }) => output);
  return { heads, outputs, output: outputs.flat(), watermarkMs: heads.at(-1) ?? null, state: results.at(-1)?.state };
}

const anyBorders = fc.array(fc.nat(60)).map((borders) => new Set(borders));

/** One producer's event: on time, or with a clock that is fast by up to a day. `afterMs`: since the arrival before it. */
interface Sent {
  readonly afterMs: number;
  readonly delayMs: number;
  readonly fastMs: number | undefined;
  readonly quietMs: number | undefined;
}

const outOfOrdernessMs = 5_000;
const anySent = (fastShare: number): fc.Arbitrary<Sent> =>
  fc.record({
    afterMs: fc.nat(20_000),
    delayMs: fc.integer({ min: 0, max: outOfOrdernessMs }),
    fastMs: fc.oneof(
      { weight: 100 - fastShare, arbitrary: fc.constant(undefined) },
      { weight: fastShare, arbitrary: fc.oneof(fc.nat(120_000), fc.nat(day)) },
    ),
    quietMs: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(600_000) }),
  });
const anyTraffic = fc
  .integer({ min: 0, max: 100 })
  .chain((fastShare) => fc.array(anySent(fastShare), { minLength: 1, maxLength: 50 }));

/** Raw frames as ingest writes them, a row or silence each: cut anew by the caller. @param skewMs how far ingest's clock is from the stream's time */
function traffic(sent: readonly Sent[], skewMs: number) {
  let nowMs = startMs;
  const rows: Array<Arrival & { readonly clockMs: number; readonly onTime: boolean }> = [];
  const quiet = new Map<number, number>();
  for (const [seq, { afterMs, delayMs, fastMs, quietMs }] of sent.entries()) {
    nowMs += quietMs ?? 0;
    if (quietMs !== undefined) quiet.set(seq, nowMs + skewMs);
    nowMs += afterMs;
    const eventMs = fastMs === undefined ? nowMs - delayMs : nowMs + fastMs;
    rows.push({
      payload: eventText(`e${seq}`, eventMs),
      atMs: nowMs,
      seq,
      clockMs: nowMs + skewMs,
      onTime: fastMs === undefined,
    });
  }
  const frames = rows.flatMap(({ clockMs, ...row }, i): InputFrame[] => [
    ...(quiet.has(i) ? [inputFrame(2 * i, [], { idle: true, clockMs: quiet.get(i)! })] : []),
    rawFrame(2 * i + 1, [row], { clockMs }),
  ]);
  return { rows, frames, endMs: nowMs };
}

describe('whatever share of the clocks is fast by up to a day', () => {
  const anyRules = fc.record({
    aheadMsMax: fc.nat(2 * day),
    latenessMs: fc.constantFrom(0, 1, 20_000, 300_000),
    skewMs: fc.integer({ min: -day, max: day }),
  });

  test('no event on time is late, nothing is lost, and time keeps to arrivals', () => {
    fc.assert(
      fc.property(anyTraffic, anyRules, anyBorders, (sent, { aheadMsMax, latenessMs, skewMs }, borders) => {
        const { rows, frames, endMs } = traffic(sent, skewMs);
        const step = validateStep({
          contract: exampleContract,
          outOfOrdernessMs,
          aheadMsMax,
          latenessMs,
          horizonMs: day,
        });
        const { output, watermarkMs } = runOf(step, cutBehind(frames, borders));
        const { ok, late, rejected } = decided(output);
        expect(rows.filter(({ onTime, seq }) => onTime && !ok.includes(seq))).toEqual([]);
        expect({ accounted: ok.length, late, rejected }).toEqual({ accounted: rows.length, late: [], rejected: [] });
        expect(watermarkMs!).toBeLessThanOrEqual(endMs + aheadMsMax);
      }),
      { numRuns: 100 },
    );
  });

  test('batches, and a replay from any snapshot, decide the same, and the watermark never falls', () => {
    fc.assert(
      fc.property(
        anyTraffic,
        anyRules,
        anyBorders,
        fc.nat(50),
        (sent, { aheadMsMax, latenessMs, skewMs }, borders, at) => {
          const { frames } = traffic(sent, skewMs);
          const fresh = () =>
            validateStep({ contract: exampleContract, outOfOrdernessMs, aheadMsMax, latenessMs, horizonMs: day });
          const batches = cutBehind(frames, borders);
          const { heads, outputs, output } = runOf(fresh(), batches);
          expect([...heads].sort((a, b) => (a ?? -Infinity) - (b ?? -Infinity))).toEqual(heads);
          expect(decided(output)).toEqual(decided(runOf(fresh(), [frames]).output));
          const from = at % batches.length;
          const saved = runOf(fresh(), batches.slice(0, from + 1)).state!.snapshot();
          const rest = runOf(fresh(), batches.slice(from + 1), saved);
          expect([rest.heads, rest.outputs]).toEqual([heads.slice(from + 1), outputs.slice(from + 1)]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
