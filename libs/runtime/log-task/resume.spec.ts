/** Where a task goes on, decided from what it finds. */
import { describe, expect, test } from '@jest/globals';
import type { FrameHead } from '#frame/head';
import type { StreamFacts } from '#frame/lineage';
import { decideResume, type Resume, type ResumeFacts, recordedSteps } from './resume.js';

const facts: StreamFacts = { stream: 'in', created: 'c', firstSeq: 1, lastSeq: 50 };

const head = (first: number, last: number, rest: Partial<FrameHead> = {}): FrameHead => ({
  inputs: [{ stream: 'in', created: 'c', first, last, hash: `h${last}` }],
  prev: 'p',
  watermarkMs: null,
  idle: false,
  logic: 'v',
  sections: [],
  ...rest,
});

const decide = (rest: Partial<ResumeFacts>): Resume =>
  decideResume({ inputs: [facts], first: undefined, last: undefined, snapshot: undefined, stateful: false, ...rest });

describe('the decision where to go on', () => {
  test('begins with what the input still holds when the task has written nothing', () => {
    expect(decide({ inputs: [{ ...facts, firstSeq: 7 }] })).toEqual({
      kind: 'resume',
      from: [{ stream: 'in', created: 'c', seq: 6, hash: undefined }],
      replayAfter: undefined,
      cut: undefined,
    });
  });

  test('of a task without state is behind its last frame, or before the step that was cut off', () => {
    expect(decide({ last: { seq: 3, head: head(10, 12) } })).toMatchObject({
      from: [{ seq: 12, hash: 'h12' }],
      cut: undefined,
    });
    expect(decide({ last: { seq: 3, head: head(10, 12, { row: { done: 5, all: 5 } }) } })).toMatchObject({
      from: [{ seq: 12 }],
      cut: undefined,
    });
    expect(decide({ last: { seq: 3, head: head(10, 12, { row: { done: 4, all: 5 } }) } })).toMatchObject({
      from: [{ seq: 9, hash: undefined }],
      cut: { done: 4, all: 5 },
    });
  });

  test('of a task with state is at its snapshot, or where its first frame began', () => {
    const last = { seq: 9, head: head(20, 22) };
    const snapshot = { at: 4, atHash: 'own4', positions: [{ stream: 'in', created: 'c', seq: 15, hash: 'h15' }] };
    expect(decide({ last, snapshot, stateful: true })).toMatchObject({
      from: [{ seq: 15, hash: 'h15' }],
      replayAfter: { seq: 4, hash: 'own4' },
    });
    expect(decide({ last, first: head(8, 9), stateful: true, inputs: [{ ...facts, firstSeq: 8 }] })).toMatchObject({
      from: [{ seq: 7, hash: undefined }],
      replayAfter: { seq: 0, hash: undefined },
    });
  });

  test.each<[string, Partial<ResumeFacts>, RegExp]>([
    ['was recreated', { inputs: [{ ...facts, created: 'later' }] }, /in was recreated/],
    [
      'was recreated, also without a snapshot',
      { inputs: [{ ...facts, created: 'later' }], stateful: true, first: head(1, 2) },
      /in was recreated/,
    ],
    [
      'lost what was not read',
      { inputs: [{ ...facts, firstSeq: 20 }] },
      /7 messages were deleted before they were read/,
    ],
    ['lost its tail', { inputs: [{ ...facts, lastSeq: 11 }] }, /lost its tail/],
  ])('halts when the input %s', (_, rest, reason) => {
    expect(decide({ last: { seq: 3, head: head(10, 12) }, ...rest })).toEqual({
      kind: 'halt',
      reason: expect.stringMatching(reason) as unknown,
    });
  });
});

describe('recorded steps', () => {
  test('are one for all frames of a step, and open while its last frame is missing', () => {
    const frames = [
      head(1, 2),
      head(3, 5, { row: { done: 2, all: 6 } }),
      head(3, 5, { row: { done: 4, all: 6 } }),
      head(3, 5, { row: { done: 6, all: 6 } }),
      head(6, 6, { row: { done: 1, all: 2 }, refused: [{ rows: [3], message: 'why' }] }),
    ];
    expect(recordedSteps(frames.map((one, i) => ({ seq: i + 1, head: one })))).toEqual([
      { through: [2], seq: 1, complete: true, happened: true },
      { through: [5], seq: 4, complete: true, happened: true },
      { through: [6], seq: 5, complete: false, happened: true, refused: [{ rows: [3], message: 'why' }] },
    ]);
    expect(recordedSteps([])).toEqual([]);
  });

  test('happened when they covered input or put something out: the frame of a snapshot does neither', () => {
    const results = { name: 'results', encoding: 'ndjson' as const, bytes: 9, rows: 1 };
    const frames = [
      head(1, 2, { more: true }),
      head(3, 2, { sections: [results], more: true }),
      head(3, 2, { more: true }),
      head(3, 2, { sections: [results] }),
    ];
    expect(recordedSteps(frames.map((one, i) => ({ seq: i + 1, head: one }))).map(({ happened }) => happened)).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });
});
