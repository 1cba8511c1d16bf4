/** Windows come to the same whatever the partitions, borders and limits, and as a plain loop says. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { everyRow, type InputFrame, type StepLimits } from '#frame/step';
import { cutBehind } from '../../../test/support/stages/step-run.js';
import {
  type Event,
  each,
  event,
  latest,
  logOf,
  naive,
  okFrame,
  results,
  spec,
} from '../../../test/support/stages/window-frames.js';
import { inputFrame, wide } from '../topology/example-frames.js';
import { mergeStep, reduceStep, windowStep } from './window-steps.js';

fc.configureGlobal({ seed: 7 });

/** Events of several partitions, cut into frames whose watermark is right: nothing later in the partition is older than it allows. */
const anyPartition = fc.array(
  fc.record({
    after: fc.integer({ min: -400, max: 700 }),
    user: fc.constantFrom('a', 'b', 'c'),
    units: fc.integer({ min: -5, max: 5 }),
    kind: fc.constantFrom('x', 'y'),
    border: fc.boolean(),
  }),
  { maxLength: 25 },
);

type AnyPartition = typeof anyPartition extends fc.Arbitrary<infer T> ? T : never;

function partitionFrames(steps: AnyPartition, input: number): { events: Event[]; frames: InputFrame[] } {
  const frames: InputFrame[] = [];
  const events: Event[] = [];
  let waiting: Event[] = [];
  let atMs = 10_000;
  let watermarkMs: number | null = null;
  for (const { after, user, units, kind, border } of steps) {
    atMs = Math.max(atMs + after, (watermarkMs ?? 0) - spec.latenessMs);
    const one = event(atMs, user, units, kind);
    events.push(one);
    waiting.push(one);
    watermarkMs = Math.max(watermarkMs ?? 0, atMs - 300);
    if (border) {
      frames.push(okFrame(frames.length + 1, waiting, watermarkMs, false, input));
      waiting = [];
    }
  }
  frames.push(
    okFrame(frames.length + 1, waiting, watermarkMs, false, input),
    okFrame(frames.length + 2, [], watermarkMs === null ? null : watermarkMs + 60_000, true, input),
  );
  return { events, frames };
}

const anyBorders = fc.array(fc.nat(40)).map((borders) => new Set(borders));

const anyLimits = fc.constantFrom(1, 3_000, 100_000).map((frameBytesMax): StepLimits => ({ ...wide, frameBytesMax }));

describe('whatever the partitions', () => {
  test('reduce and merge give what one window gives, and what a plain loop gives', () => {
    fc.assert(
      fc.property(
        fc.array(anyPartition, { minLength: 1, maxLength: 3 }),
        anyBorders,
        anyBorders,
        anyLimits,
        fc.array(fc.nat()),
        (steps, reduceBorders, mergeBorders, limits, order) => {
          const partitions = steps.map((one, input) => partitionFrames(one, input));
          const partials = partitions.map(({ frames }, input) =>
            logOf(reduceStep(spec), cutBehind(frames, reduceBorders), limits, input),
          );
          const queues = partials.map((log) => [...log]);
          const mixed: InputFrame[] = [];
          for (let i = 0; queues.some((queue) => queue.length > 0); i++) {
            const open = queues.filter((queue) => queue.length > 0);
            mixed.push(open[(order[i] ?? i) % open.length]!.shift()!);
          }
          const all = partitions.flatMap(({ events }) => events);
          expect(latest(logOf(mergeStep(spec, [steps.length]), cutBehind(mixed, mergeBorders), limits))).toEqual(
            naive(all),
          );
          const [first] = partitions;
          if (steps.length === 1)
            expect(latest(logOf(windowStep(spec), cutBehind(first!.frames, mergeBorders), limits))).toEqual(naive(all));
        },
      ),
      { numRuns: 25 },
    );
  });

  test('a step that was cut off gives the missing rows, under any limits, and a restored state the same frames', () => {
    fc.assert(
      fc.property(anyPartition, fc.nat(), anyLimits, (steps, at, limits) => {
        const { frames } = partitionFrames(steps, 0);
        const early = frames.slice(0, -1);
        const late = frames.slice(-1);
        const step = windowStep(spec);
        const before = step({ frames: early, state: undefined, limits: wide });
        const saved = [...before.state.snapshot()];
        const tight = { ...wide, frameBytesMax: 1 };
        const whole = step({ frames: late, state: before.state, limits: tight });
        const again = windowStep(spec)({ frames: late, state: undefined, saved, limits: tight });
        expect(again.output).toEqual(whole.output);
        const stored = whole.output.slice(0, at % whole.output.length);
        const replayed = windowStep(spec)({
          frames: late,
          state: undefined,
          saved,
          limits: { ...limits, rowsDone: everyRow },
        });
        expect([...replayed.state.snapshot()]).toEqual([...whole.state.snapshot()]);
        const rowsDone = stored.at(-1)?.rowsDone ?? 0;
        const rest = windowStep(spec)({ frames: late, state: undefined, saved, limits: { ...limits, rowsDone } });
        expect(results([...stored, ...rest.output])).toEqual(results(whole.output));
        expect(rest.output.at(-1)?.rowsDone).toBe(whole.rowsAll);
      }),
      { numRuns: 25 },
    );
  });

  test('reduce, cut off, gives partials of the missing rows', () => {
    fc.assert(
      fc.property(anyPartition, fc.nat(), anyLimits, (steps, at, limits) => {
        const { events, frames } = partitionFrames(steps, 0);
        const whole = reduceStep(spec)({ frames, state: undefined, limits: { ...wide, frameBytesMax: 1 } });
        const stored = whole.output.slice(0, at % whole.output.length);
        const rest = reduceStep(spec)({
          frames,
          state: undefined,
          limits: { ...limits, rowsDone: stored.at(-1)?.rowsDone ?? 0 },
        });
        const log = [...stored, ...rest.output].map(({ sections }, i) => inputFrame(i + 1, sections));
        expect(
          latest(logOf(mergeStep(spec, [1]), [...each(log), [inputFrame(99, [], { watermarkMs: 1e9, idle: true })]])),
        ).toEqual(naive(events));
      }),
      { numRuns: 20 },
    );
  });
});
