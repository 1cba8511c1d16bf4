/** When windows are published: by the watermark, on silence, and under the least of many. */
import { describe, expect, test } from '@jest/globals';
import type { InputFrame, StageState, Step } from '#frame/step';
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

describe('a window of one partition', () => {
  test('is published when the watermark passes its end, with a revision for every correction', () => {
    const log = logOf(
      windowStep(spec),
      each([
        okFrame(1, [event(100), event(200)], 200),
        okFrame(2, [event(1000)], 1000),
        okFrame(3, [event(900)], 1400),
      ]),
    );
    expect(results(log).map(({ user, total, revision }) => [user, total, revision])).toEqual([
      ['a', 2, 1],
      ['a', 3, 2],
    ]);
    expect(log.map(({ head }) => head.watermarkMs)).toEqual([200, 1000, 1400]);
  });

  test('is published on silence, open as it is, and corrected later', () => {
    const log = logOf(
      windowStep(spec),
      each([
        okFrame(1, [event(100)], 100),
        okFrame(2, [], 150, true),
        okFrame(3, [], 160, true),
        okFrame(4, [event(200)], 200),
        okFrame(5, [], 200, true),
      ]),
    );
    expect(log.map((frame) => results([frame]).map(({ events, revision }) => [events, revision]))).toEqual([
      [],
      [[1, 1]],
      [],
      [],
      [[2, 2]],
    ]);
  });
});

describe('a merge of partitions', () => {
  const merge = (frames: readonly InputFrame[], inputs = 2) => logOf(mergeStep(spec, [inputs]), each(frames));
  const partials = (
    input: number,
    seq: number,
    events: readonly Event[],
    watermarkMs: number | null,
    idle = false,
  ): InputFrame =>
    logOf(reduceStep(spec), [[okFrame(1, events, watermarkMs, idle)]], wide, input).map((frame) => ({
      ...frame,
      seq,
      head: { ...frame.head, watermarkMs, idle },
    }))[0]!;

  test('closes under the least watermark', () => {
    const log = merge([
      partials(0, 1, [event(0)], 5000),
      partials(1, 1, [event(10, 'b')], 900),
      partials(1, 2, [], 1000),
    ]);
    expect(log.map((frame) => [frame.head.watermarkMs, results([frame]).length])).toEqual([
      [null, 0],
      [900, 0],
      [1000, 2],
    ]);
  });

  test('waits for a partition that may still speak, not for one that is quiet and never spoke', () => {
    const log = merge([partials(0, 1, [event(0)], 5000), partials(1, 1, [], null, true)]);
    expect(log.map((frame) => results([frame]).length)).toEqual([0, 1]);
    const old = merge([
      partials(0, 1, [event(0)], 90_000),
      partials(1, 1, [], null, true),
      partials(1, 2, [event(0, 'b'), event(1)], 1, false),
      partials(1, 3, [], 90_000),
    ]);
    expect(latest(old)).toEqual({ '0/a': [2, 2, 1], '0/b': [1, 1, 1] });
  });

  test('says no earlier time than before when a partition speaks that never spoke, nor when an input runs back', () => {
    const log = merge([
      partials(0, 1, [event(0)], 5000),
      partials(1, 1, [], null, true),
      partials(1, 2, [event(0, 'b')], 100),
      partials(1, 3, [], 50),
      partials(0, 2, [], 40),
      partials(1, 4, [], 6000),
    ]);
    expect(log.map(({ head }) => head.watermarkMs)).toEqual([null, 5000, 5000, 5000, 5000, 5000]);
    expect(results(log).map(({ user, revision }) => [user, revision])).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
  });

  test('flushes open windows when all partitions are quiet', () => {
    const log = merge([
      partials(0, 1, [event(0)], 0),
      partials(1, 1, [event(0)], 0),
      partials(0, 2, [], 0, true),
      partials(1, 2, [], 0, true),
    ]);
    expect(log.map((frame) => results([frame]).map(({ events }) => events))).toEqual([[], [], [], [2]]);
  });

  // step     one step of reduce, cut into two frames: [0/a] [1200/a … 9000/a]
  // merge    takes the first frame alone: had it the watermark 9000, window 1000 would be purged before its row comes
  test('loses nothing when the frames of one step come one by one', () => {
    const events = Array.from({ length: 40 }, (_, i) => event(i * 230, `u${i % 7}`, i));
    const partials = logOf(reduceStep(spec), [[okFrame(1, events, 9000)]], { ...wide, frameBytesMax: 1 });
    expect(partials).toHaveLength(40);
    expect(
      latest(logOf(mergeStep(spec, [1]), [...each(partials), [inputFrame(99, [], { watermarkMs: 20_000 })]])),
    ).toEqual(naive(events));
  });
});

test('a batch without events gives one empty frame', () => {
  for (const step of [reduceStep(spec), windowStep(spec), mergeStep(spec, [1])] as readonly Step<
    StageState | undefined
  >[]) {
    expect(step({ frames: [okFrame(1, [], 7)], state: undefined, limits: wide })).toMatchObject({
      output: [{ sections: [], rowsDone: 1 }],
      rowsAll: 1,
    });
  }
});
