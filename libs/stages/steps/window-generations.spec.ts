/** Windows go on when the number of partitions changes. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { partitionOf } from '#frame/partition';
import type { InputFrame, OutputFrame } from '#frame/step';
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
import { predecessorsOf } from '../define/generations.js';
import { inputFrame, wide } from '../topology/example-frames.js';
import { mergeStep, reduceStep, windowStep } from './window-steps.js';

fc.configureGlobal({ seed: 7 });

describe('when the number of partitions changes', () => {
  const anyEvent = fc.record({
    at: fc.nat(4_000),
    user: fc.constantFrom(...'abcdefg'),
    units: fc.nat(9),
    kind: fc.constantFrom('k', 'l', 'm'),
  });
  const anyGenerations = fc.array(
    fc.record({ partitions: fc.integer({ min: 1, max: 5 }), events: fc.array(anyEvent, { maxLength: 25 }) }),
    { minLength: 2, maxLength: 4 },
  );
  const closing = inputFrame(2, [], { watermarkMs: 100, closed: true });
  const some = [{ at: 0, user: 'e', units: 1, kind: 'k' }];
  /** A partition hands on what it never touched, and another what it went on with, both two generations old. */
  const untouched = [
    { partitions: 1, events: some },
    { partitions: 3, events: some },
    { partitions: 3, events: [] },
    { partitions: 1, events: some },
  ];

  test('windows of one partition go on in others with all that was in them, and say each key once', () => {
    fc.assert(
      fc.property(anyGenerations, (generations) => {
        const output: OutputFrame[] = [];
        let before: Uint8Array[][] = [];
        for (const [at, { partitions, events }] of generations.entries()) {
          before = Array.from({ length: partitions }, (_, partition) => {
            const own = events.filter(({ user }) => partitionOf(user, partitions) === partition);
            const predecessors =
              at === 0
                ? []
                : predecessorsOf(partition, before.length, partitions).map((one) => ({
                    task: `${at - 1} ${one}`,
                    hash: `h${one}`,
                    parts: before[one]!,
                  }));
            const step = windowStep(spec);
            const first = step({
              frames: [okFrame(1, own, 100)],
              state: undefined,
              ...(at > 0 && { saved: { predecessors } }),
              limits: wide,
            });
            const restored = windowStep(spec)({
              frames: [at === generations.length - 1 ? inputFrame(2, [], { watermarkMs: 1e9 }) : closing],
              state: undefined,
              saved: [...first.state.snapshot()],
              limits: wide,
            });
            output.push(...first.output, ...restored.output);
            return [...restored.state.snapshot()];
          });
        }
        expect(latest(output)).toEqual(naive(generations.flatMap(({ events }) => events)));
        const said = results(output).map(({ window_start, user, revision }) => `${window_start} ${user} ${revision}`);
        expect(new Set(said).size).toBe(said.length);
      }),
      { numRuns: 60, examples: [[untouched]] },
    );
  });

  test('a merge reads on in the new partitions, and time stands still until all of them have begun', () => {
    const partials = (input: number, events: readonly Event[], watermarkMs: number | null): InputFrame =>
      logOf(reduceStep(spec), [[okFrame(1, events, watermarkMs)]], wide, input).map((frame) => ({
        ...frame,
        head: { ...frame.head, watermarkMs },
      }))[0]!;
    const closed = (input: number, watermarkMs: number): InputFrame =>
      inputFrame(9, [], { watermarkMs, closed: true }, input);
    const frames = [
      partials(0, [event(0)], 900),
      partials(1, [event(10, 'b')], 900),
      closed(0, 900),
      closed(1, 950),
      partials(2, [event(20)], 3_000),
      partials(3, [event(30, 'b')], 950),
      partials(4, [], 950),
      partials(3, [], 1_000),
      partials(4, [], 1_000),
    ];
    const log = logOf(mergeStep(spec, [2, 3]), each(frames));
    expect(log.map(({ head }) => head.watermarkMs)).toEqual([null, 900, 900, 900, 900, 900, 950, 950, 1_000]);
    expect(latest(log)).toEqual({ '0/a': [2, 2, 1], '0/b': [2, 2, 1] });
  });

  test('a merge that was stored with fewer partitions goes on with more', () => {
    const [one, two] = [[event(0)], [event(10)]].map(
      (events, input) => logOf(reduceStep(spec), [[okFrame(1, events, 500)]], wide, input)[0]!,
    ) as [InputFrame, InputFrame];
    const before = mergeStep(spec, [1])({ frames: [one], state: undefined, limits: wide });
    const { state } = mergeStep(
      spec,
      [1, 1],
    )({
      frames: [inputFrame(2, [], { watermarkMs: 500, closed: true }), two],
      state: undefined,
      saved: [...before.state.snapshot()],
      limits: wide,
    });
    expect(
      latest(
        mergeStep(spec, [1, 1])({ frames: [inputFrame(3, [], { watermarkMs: 9_000 }, 1)], state, limits: wide }).output,
      ),
    ).toEqual({ '0/a': [2, 2, 1] });
  });
});
