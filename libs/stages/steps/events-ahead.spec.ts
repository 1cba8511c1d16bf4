/** Events of fast clocks count in their own windows, once time gets there, and do not disturb anybody's until then. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { InputFrame, OutputFrame, StageState, Step } from '#frame/step';
import type { WindowSpec } from '#windows/spec/window-spec';
import { cutBehind, runBatches } from '../../../test/support/stages/step-run.js';
import { type Arrival, eventText, exampleContract, rawFrame, rowsIn } from '../topology/example-frames.js';

import { validateStep } from './validate-step.js';
import { mergeStep, reduceStep, windowStep } from './window-steps.js';

fc.configureGlobal({ seed: 7 });

const startMs = Date.UTC(2026, 0, 1);
const day = 86_400_000;
const spec: WindowSpec = {
  name: 'visits',
  sizeMs: 60_000,
  latenessMs: 0,
  key: ['user'],
  measures: { events: { fn: 'count' } },
  eventTime: 'at',
};
const validate = () =>
  validateStep({
    contract: exampleContract,
    outOfOrdernessMs: 1000,
    aheadMsMax: 60_000,
    latenessMs: spec.latenessMs,
    horizonMs: day,
  });

function logOf<State extends StageState | undefined>(
  step: Step<State>,
  inputs: readonly InputFrame[],
  input = 0,
): readonly InputFrame[] {
  return runBatches(() => step, cutBehind(inputs, new Set(inputs.keys())), { input }).log;
}

/** `<window start>/<user>` → events, by the newest revision; and how often a row was published. */
function totals(log: readonly Pick<OutputFrame, 'sections'>[]): Record<string, number> {
  const lines = log.flatMap(({ sections }) =>
    sections.flatMap(({ data }) => Buffer.from(data).toString().trimEnd().split('\n')),
  );
  return Object.fromEntries(
    lines
      .map((line) => JSON.parse(line) as { window_start: string; user: string; events: number })
      .map(({ window_start, user, events }) => [`${Date.parse(window_start)}/${user}`, events]),
  );
}

const anyRow = fc.record({
  afterMs: fc.nat(9000),
  aheadMs: fc.oneof(fc.integer({ min: -1000, max: 0 }), fc.nat(day)),
  user: fc.constantFrom('a', 'b'),
});

test('windows of one partition and of all hold what was accepted, whoever was ahead', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(anyRow, { minLength: 1, maxLength: 15 }), { minLength: 1, maxLength: 3 }),
      (partitions) => {
        const expected: Record<string, number> = {};
        const valid = partitions.map((rows, p) => {
          let nowMs = startMs;
          const arrivals = rows.map(({ afterMs, aheadMs, user }, seq): Arrival => {
            nowMs += afterMs;
            const key = `${Math.floor((nowMs + aheadMs) / 60_000) * 60_000}/${user}`;
            expected[key] = (expected[key] ?? 0) + 1;
            return { payload: eventText(`${p}-${seq}`, nowMs + aheadMs, { user }), atMs: nowMs, seq };
          });
          // Two days later time has come to the windows of all.
          const last: Arrival = {
            payload: eventText(`${p}-last`, startMs + 2 * day, { user: 'last' }),
            atMs: startMs + 2 * day,
            seq: 99,
          };
          return logOf(
            validate(),
            [...arrivals, last].map((arrival, i) => rawFrame(i + 1, [arrival])),
            p,
          );
        });
        const accepted = valid.flat();
        expect(rowsIn(accepted, 'ok')).toHaveLength(accepted.length);
        const merged = logOf(
          mergeStep(spec, [partitions.length]),
          valid.flatMap((log, p) => logOf(reduceStep(spec), log, p)),
        );
        expect(totals(merged)).toEqual(expected);
        if (partitions.length === 1) expect(totals(logOf(windowStep(spec), valid[0]!))).toEqual(expected);
      },
    ),
    { numRuns: 25 },
  );
});

test('a window far ahead is published when time gets there, and an honest one is not held up by it', () => {
  const at = (eventMs: number, atMs: number, seq: number): InputFrame =>
    rawFrame(seq, [{ payload: eventText(`e${seq}`, startMs + eventMs), atMs: startMs + atMs, seq }]);
  const log = logOf(
    windowStep(spec),
    logOf(validate(), [at(3_600_000, 0, 1), at(1000, 1000, 2), at(62_000, 62_000, 3), at(3_661_000, 3_661_000, 4)]),
  );
  expect(
    log
      .map((frame) => totals([frame]))
      .map((rows) => Object.keys(rows).map((key) => Number(key.split('/')[0]) - startMs)),
  ).toEqual([[], [], [0], [60_000, 3_600_000]]);
});
