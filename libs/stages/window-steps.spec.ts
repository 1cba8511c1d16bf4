/** Windows give the same totals in one task or in many, through any batches, cuts and restarts. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { asTimestamps, writeFrame } from '#columns/frames';
import { readNdjson } from '#columns/ndjson';
import { runSql } from '#columns/sql';
import { section, type Section } from '#frame/sections';
import { timeOf, type InputFrame, type OutputFrame, type StageState, type Step, type StepLimits } from '#frame/step';
import type { WindowSpec } from '#windows/window-spec';
import { inputFrame, wide } from './example-frames.js';
import { mergeStep, reduceStep, windowStep } from './window-steps.js';

fc.configureGlobal({ seed: 7 });

const spec: WindowSpec = {
  name: 'sales',
  sizeMs: 1000,
  latenessMs: 500,
  key: ['user'],
  measures: { total: { fn: 'sum', column: 'units' }, events: { fn: 'count' }, kinds: { fn: 'distinct', column: 'kind' } },
  eventTime: 'at',
};

interface Event {
  readonly at: number;
  readonly user: string;
  readonly units: number;
  readonly kind: string;
}

const event = (at: number, user = 'a', units = 1, kind = 'k'): Event => ({ at, user, units, kind });

/** A frame as enrich gives it. */
function okFrame(seq: number, events: readonly Event[], watermarkMs: number | null, idle = false, input = 0): InputFrame {
  return inputFrame(seq, events.length === 0 ? [] : [okSection(events)], { watermarkMs, idle }, input);
}

function okSection(events: readonly Event[]): Section {
  const columns = [{ name: 'at', type: { kind: 'int64' as const }, nullable: false }, { name: 'user', type: { kind: 'string' as const }, nullable: false }, { name: 'units', type: { kind: 'int64' as const }, nullable: false }, { name: 'kind', type: { kind: 'string' as const }, nullable: false }];
  const lines = events.map((one) => `${JSON.stringify({ ...one, at: one.at * 1000 })}\n`).join('');
  const rows = readNdjson(Buffer.from(lines), columns);
  return section('ok', 'arrow', writeFrame(asTimestamps(runSql('SELECT * FROM rows', { rows }), ['at']), 'lz4'), events.length);
}

interface Result {
  readonly window_start: string;
  readonly user: string;
  readonly total: number;
  readonly events: number;
  readonly kinds: number;
  readonly revision: number;
}

const results = (output: readonly Pick<OutputFrame, 'sections'>[]): Result[] =>
  output.flatMap(({ sections }) => sections.flatMap(({ data }) => Buffer.from(data).toString().trimEnd().split('\n').map((line) => JSON.parse(line) as Result)));

/** `start/user` → what its newest revision says. */
function latest(output: readonly Pick<OutputFrame, 'sections'>[]): Record<string, readonly number[]> {
  return Object.fromEntries(results(output).map(({ window_start, user, total, events, kinds }) => [`${Date.parse(window_start)}/${user}`, [total, events, kinds]]));
}

function naive(events: readonly Event[]): Record<string, readonly number[]> {
  const groups = Map.groupBy(events, ({ at, user }) => `${Math.floor(at / 1000) * 1000}/${user}`);
  return Object.fromEntries([...groups].map(([key, of]) => [key, [of.reduce((sum, { units }) => sum + units, 0), of.length, new Set(of.map(({ kind }) => kind)).size]]));
}

/** A log whose every frame comes of one step over some frames of the log before it, as the runtime writes it. */
function logOf<State extends StageState | undefined>(step: Step<State>, batches: readonly (readonly InputFrame[])[], limits: StepLimits = wide, input = 0): InputFrame[] {
  const log: InputFrame[] = [];
  let state: State | undefined;
  let beforeMs: number | null = null;
  for (const frames of batches) {
    const result = step({ frames, state, limits });
    state = result.state;
    for (const { sections, rowsDone } of result.output) log.push(inputFrame(log.length + 1, sections, timeOf(result, rowsDone, beforeMs), input));
    beforeMs = result.watermarkMs;
  }
  return log;
}

const each = <T>(items: readonly T[]): T[][] => items.map((item) => [item]);

describe('a window of one partition', () => {
  test('is published when the watermark passes its end, with a revision for every correction', () => {
    const log = logOf(windowStep(spec), each([okFrame(1, [event(100), event(200)], 200), okFrame(2, [event(1000)], 1000), okFrame(3, [event(900)], 1400)]));
    expect(results(log).map(({ user, total, revision }) => [user, total, revision])).toEqual([['a', 2, 1], ['a', 3, 2]]);
    expect(log.map(({ head }) => head.watermarkMs)).toEqual([200, 1000, 1400]);
  });

  test('is published on silence, open as it is, and corrected later', () => {
    const log = logOf(windowStep(spec), each([okFrame(1, [event(100)], 100), okFrame(2, [], 150, true), okFrame(3, [], 160, true), okFrame(4, [event(200)], 200), okFrame(5, [], 200, true)]));
    expect(log.map((frame) => results([frame]).map(({ events, revision }) => [events, revision]))).toEqual([[], [[1, 1]], [], [], [[2, 2]]]);
  });
});

describe('a merge of partitions', () => {
  const merge = (frames: readonly InputFrame[], inputs = 2) => logOf(mergeStep(spec, inputs), each(frames));
  const delta = (input: number, seq: number, events: readonly Event[], watermarkMs: number | null, idle = false): InputFrame =>
    logOf(reduceStep(spec), [[okFrame(1, events, watermarkMs, idle)]], wide, input).map((frame) => ({ ...frame, seq, head: { ...frame.head, watermarkMs, idle } }))[0]!;

  test('closes under the least watermark', () => {
    const log = merge([delta(0, 1, [event(0)], 5000), delta(1, 1, [event(10, 'b')], 900), delta(1, 2, [], 1000)]);
    expect(log.map((frame) => [frame.head.watermarkMs, results([frame]).length])).toEqual([[null, 0], [900, 0], [1000, 2]]);
  });

  test('waits for a partition that may still speak, not for one that is quiet and never spoke', () => {
    const log = merge([delta(0, 1, [event(0)], 5000), delta(1, 1, [], null, true)]);
    expect(log.map((frame) => results([frame]).length)).toEqual([0, 1]);
    const old = merge([delta(0, 1, [event(0)], 90_000), delta(1, 1, [], null, true), delta(1, 2, [event(0, 'b'), event(1)], 1, false), delta(1, 3, [], 90_000)]);
    expect(latest(old)).toEqual({ '0/a': [2, 2, 1], '0/b': [1, 1, 1] });
  });

  test('flushes open windows when all partitions are quiet', () => {
    const log = merge([delta(0, 1, [event(0)], 0), delta(1, 1, [event(0)], 0), delta(0, 2, [], 0, true), delta(1, 2, [], 0, true)]);
    expect(log.map((frame) => results([frame]).map(({ events }) => events))).toEqual([[], [], [], [2]]);
  });

  // step     one step of reduce, cut into two frames: [0/a] [1200/a … 9000/a]
  // merge    takes the first frame alone: had it the watermark 9000, window 1000 would be purged before its row comes
  test('loses nothing when the frames of one step come one by one', () => {
    const events = Array.from({ length: 40 }, (_, i) => event(i * 230, `u${i % 7}`, i));
    const deltas = logOf(reduceStep(spec), [[okFrame(1, events, 9000)]], { ...wide, frameBytesMax: 1 });
    expect(deltas).toHaveLength(40);
    expect(latest(logOf(mergeStep(spec, 1), [...each(deltas), [inputFrame(99, [], { watermarkMs: 20_000 })]]))).toEqual(naive(events));
  });
});

/** Events of several partitions, cut into frames whose watermark is right: nothing later in the partition is older than it allows. */
const anyPartition = fc.array(fc.record({ after: fc.integer({ min: -400, max: 700 }), user: fc.constantFrom('a', 'b', 'c'), units: fc.integer({ min: -5, max: 5 }), kind: fc.constantFrom('x', 'y'), border: fc.boolean() }), { maxLength: 25 });
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
    [events, waiting].forEach((list) => list.push(one));
    watermarkMs = Math.max(watermarkMs ?? 0, atMs - 300);
    if (border) {
      frames.push(okFrame(frames.length + 1, waiting, watermarkMs, false, input));
      waiting = [];
    }
  }
  frames.push(okFrame(frames.length + 1, waiting, watermarkMs, false, input), okFrame(frames.length + 2, [], watermarkMs === null ? null : watermarkMs + 60_000, true, input));
  return { events, frames };
}

function batches<T>(items: readonly T[], borders: ReadonlySet<number>): T[][] {
  const cut: T[][] = [];
  for (const [i, item] of items.entries()) {
    if (i === 0 || borders.has(i)) cut.push([]);
    cut.at(-1)!.push(item);
  }
  return cut;
}

const anyBorders = fc.array(fc.nat(40)).map((borders) => new Set(borders));
const anyLimits = fc.constantFrom(1, 3_000, 100_000).map((frameBytesMax): StepLimits => ({ ...wide, frameBytesMax }));

describe('whatever the partitions', () => {
  test('reduce and merge give what one window gives, and what a plain loop gives', () => {
    fc.assert(fc.property(fc.array(anyPartition, { minLength: 1, maxLength: 3 }), anyBorders, anyBorders, anyLimits, fc.array(fc.nat()), (steps, reduceBorders, mergeBorders, limits, order) => {
      const partitions = steps.map((one, input) => partitionFrames(one, input));
      const deltas = partitions.map(({ frames }, input) => logOf(reduceStep(spec), batches(frames, reduceBorders), limits, input));
      const queues = deltas.map((log) => [...log]);
      const mixed: InputFrame[] = [];
      for (let i = 0; queues.some((queue) => queue.length > 0); i++) {
        const open = queues.filter((queue) => queue.length > 0);
        mixed.push(open[(order[i] ?? i) % open.length]!.shift()!);
      }
      const all = partitions.flatMap(({ events }) => events);
      expect(latest(logOf(mergeStep(spec, steps.length), batches(mixed, mergeBorders), limits))).toEqual(naive(all));
      const [first] = partitions;
      if (steps.length === 1) expect(latest(logOf(windowStep(spec), batches(first!.frames, mergeBorders), limits))).toEqual(naive(all));
    }), { numRuns: 25 });
  });

  test('a step that was cut off gives the missing rows, under any limits, and a restored state the same frames', () => {
    fc.assert(fc.property(anyPartition, fc.nat(), anyLimits, (steps, at, limits) => {
      const { frames } = partitionFrames(steps, 0);
      const early = frames.slice(0, -1);
      const late = frames.slice(-1);
      const step = windowStep(spec);
      const before = step({ frames: early, state: undefined, limits: wide });
      const saved = before.state.snapshot();
      const tight = { ...wide, frameBytesMax: 1 };
      const whole = step({ frames: late, state: before.state, limits: tight });
      const again = windowStep(spec)({ frames: late, state: undefined, saved, limits: tight });
      expect(again.output).toEqual(whole.output);
      const stored = whole.output.slice(0, at % whole.output.length);
      const rowsDone = stored.at(-1)?.rowsDone ?? 0;
      const rest = windowStep(spec)({ frames: late, state: undefined, saved, limits: { ...limits, rowsDone } });
      expect(results([...stored, ...rest.output])).toEqual(results(whole.output));
      expect(rest.output.at(-1)?.rowsDone).toBe(whole.rowsAll);
    }), { numRuns: 25 });
  });

  test('reduce, cut off, gives deltas of the missing rows', () => {
    fc.assert(fc.property(anyPartition, fc.nat(), anyLimits, (steps, at, limits) => {
      const { events, frames } = partitionFrames(steps, 0);
      const whole = reduceStep(spec)({ frames, state: undefined, limits: { ...wide, frameBytesMax: 1 } });
      const stored = whole.output.slice(0, at % whole.output.length);
      const rest = reduceStep(spec)({ frames, state: undefined, limits: { ...limits, rowsDone: stored.at(-1)?.rowsDone ?? 0 } });
      const log = [...stored, ...rest.output].map(({ sections }, i) => inputFrame(i + 1, sections));
      expect(latest(logOf(mergeStep(spec, 1), [...each(log), [inputFrame(99, [], { watermarkMs: 1e9, idle: true })]]))).toEqual(naive(events));
    }), { numRuns: 20 });
  });
});

test('a batch without events gives one empty frame', () => {
  for (const step of [reduceStep(spec), windowStep(spec), mergeStep(spec, 1)] as readonly Step<StageState | undefined>[]) {
    expect(step({ frames: [okFrame(1, [], 7)], state: undefined, limits: wide })).toMatchObject({ output: [{ sections: [], rowsDone: 1 }], rowsAll: 1 });
  }
});
