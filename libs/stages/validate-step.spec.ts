/** Validate decides row by row: no batch, frame, cut or restart changes what it accepts, refuses, drops or calls late. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { InputFrame, OutputFrame, StepLimits } from '#frame/step';
import { eventText, exampleContract, inputFrame, rawFrame, refusedIn, rowsIn, wide, type Arrival } from './example-frames.js';
import { validateStep, type ValidateSettings } from './validate-step.js';

fc.configureGlobal({ seed: 7 });

const settings: ValidateSettings = { contract: exampleContract, outOfOrdernessMs: 100, latenessMs: 500, horizonMs: 3000 };
const tight: StepLimits = { ...wide, frameBytesMax: 6_000 };
const startMs = Date.UTC(2026, 0, 1);
const day = 86_400_000;

type Step = ReturnType<typeof validateStep>;
type State = ReturnType<Step>['state'];

/** What a run decided, without how it was cut into frames. */
function decided(output: readonly OutputFrame[]) {
  return {
    ok: rowsIn(output, 'ok').map(({ _seq }) => _seq),
    rejected: refusedIn(output, 'rejected').map(({ seq, reason }) => [seq, reason]),
    late: refusedIn(output, 'late').map(({ seq }) => seq),
  };
}

function run(batches: readonly (readonly InputFrame[])[], limits = wide, step = validateStep(settings)) {
  let state: State | undefined;
  let duplicates = 0;
  const output: OutputFrame[] = [];
  let watermarkMs: number | null = null;
  for (const frames of batches) {
    const result = step({ frames, state, limits });
    ({ state, watermarkMs } = result);
    duplicates += result.duplicates ?? 0;
    output.push(...result.output);
  }
  return { ...decided(output), duplicates, watermarkMs, output, state: state! };
}

const one = (payload: string | Uint8Array, rest: Partial<Arrival> = {}) => run([[rawFrame(1, [{ payload, atMs: startMs, seq: 1, ...rest }])]]);

describe('an event', () => {
  test('that keeps its contract is accepted with its origin and moves the watermark', () => {
    const { output, watermarkMs } = one(eventText('a', startMs, { price: '1.50' }));
    expect(rowsIn(output, 'ok')).toEqual([{ id: 'a', user: 'u', at: '2026-01-01T00:00:00.000000Z', price: '1.50', more: null, _seq: 1, _index: 0, _arrived_at: '2026-01-01T00:00:00.000000Z' }]);
    expect(watermarkMs).toBe(startMs - 100);
  });

  test.each([
    ['of no bytes', '', 'empty_payload'],
    ['that is no JSON', 'nonsense', 'malformed_json'],
    ['without its fields', '{}', 'missing_field'],
    ['that is an array', '[1]', 'not_an_object'],
    ['that is not UTF-8', Uint8Array.from([0x22, 0xff, 0x22]), 'invalid_utf8'],
    ['nested too deeply', `{"id":"a","user":"u","at":"2026-01-01T00:00:00Z","more":${'['.repeat(600)}${']'.repeat(600)}}`, 'too_deep'],
    ['with a wrong value', eventText('a', startMs, { price: 'many' }), 'wrong_format'],
  ])('%s is refused with a reason and its bytes, and moves no watermark', (_, payload, reason) => {
    const { output, watermarkMs } = one(payload);
    expect(refusedIn(output, 'rejected')).toEqual([expect.objectContaining({ seq: 1, reason, payload: Buffer.from(payload).toString() })]);
    expect(watermarkMs).toBeNull();
  });

  test('too large for a frame is refused with the object that holds it', () => {
    expect(refusedIn(one('', { ref: 'event.x' }).output, 'rejected')).toEqual([expect.objectContaining({ reason: 'too_large', ref: 'event.x' })]);
  });

  test('whose columns are too large for a frame is refused with its bytes', () => {
    const numbers = `[${'1e20,'.repeat(50_000)}0]`;
    const payload = `${eventText('a', startMs).slice(0, -1)},"more":${numbers}}`;
    expect(payload.length).toBeLessThan(300_000);
    expect(refusedIn(one(payload).output, 'rejected')).toEqual([expect.objectContaining({ reason: 'too_large', payload })]);
  });

  test('that claims to happen a day after it arrived is refused, up to a day it is not', () => {
    expect(one(eventText('a', startMs + day + 1)).rejected).toEqual([[1, 'time_out_of_range']]);
    expect(one(eventText('a', startMs + day)).ok).toEqual([1]);
  });

  test('is a duplicate within the horizon only, and never because a refused one had its id', () => {
    const bad = eventText('a', startMs, { price: {} });
    const good = eventText('a', startMs);
    const at = (payload: string, atMs: number, seq: number): Arrival => ({ payload, atMs, seq });
    const { ok, duplicates, rejected } = run([[rawFrame(1, [at(bad, startMs, 1), at(good, startMs, 2), at(good, startMs + 3000, 3), at(good, startMs + 3001, 4)])]]);
    expect({ ok, duplicates, rejected }).toEqual({ ok: [2, 4], duplicates: 1, rejected: [[1, 'wrong_type']] });
  });

  test('is late when it is older than the watermark by more than the lateness', () => {
    const events = [10_000, 10_000 - 600, 10_000 - 601].map((at, i): Arrival => ({ payload: eventText(`e${i}`, startMs + at), atMs: startMs, seq: i }));
    const { ok, late, output } = run([[rawFrame(1, events)]]);
    expect({ ok, late }).toEqual({ ok: [0, 1], late: [2] });
    expect(refusedIn(output, 'late')[0]).toMatchObject({ reason: 'late', pointer: '/at', message: 'older than the watermark 2026-01-01T00:00:09.900Z by more than the lateness' });
    expect(run([[rawFrame(1, events)]], wide, validateStep({ ...settings, latenessMs: null })).late).toEqual([]);
  });
});

describe('silence', () => {
  test('moves the watermark by ingest\'s clock and is passed on', () => {
    const event = rawFrame(1, [{ payload: eventText('a', startMs), atMs: startMs, seq: 1 }], { clockMs: 50 });
    const step = validateStep(settings);
    const { state } = step({ frames: [event], state: undefined, limits: wide });
    const quiet = step({ frames: [inputFrame(2, [], { idle: true, clockMs: 1050 })], state, limits: wide });
    expect(quiet).toMatchObject({ output: [{ sections: [], rowsDone: 1 }], rowsAll: 1, watermarkMs: startMs - 100 + 1000, idle: true });
  });

  test('is over with the next event', () => {
    const frames = [inputFrame(1, [], { idle: true, clockMs: 5 }), rawFrame(2, [{ payload: eventText('a', startMs), atMs: startMs, seq: 1 }])];
    expect(validateStep(settings)({ frames, state: undefined, limits: wide }).idle).toBe(false);
  });
});

/** A row, or ingest saying that nothing came for a while. */
interface Item {
  readonly payload: string;
  readonly ref: string | undefined;
  readonly quietMs: number;
}

const anyPayload = fc.oneof(
  { weight: 8, arbitrary: fc.record({ id: fc.integer({ min: 0, max: 25 }), at: fc.integer({ min: 0, max: 4000 }), note: fc.nat(300) }).map(({ id, at, note }) => eventText(`e${id}`, startMs + at, { more: 'x'.repeat(note) })) },
  { weight: 1, arbitrary: fc.constantFrom('', 'bad', '{}', '[]', `"${'y'.repeat(2000)}"`, eventText('far', startMs + 3 * day)) },
);
const anyItem: fc.Arbitrary<Item> = fc.record({
  payload: anyPayload,
  ref: fc.oneof({ weight: 20, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constant('event.o') }),
  quietMs: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 900 }) }),
});

/** Frames of the items: a new one behind each of `borders`, and around silence. */
function framesOf(items: readonly Item[], borders: ReadonlySet<number>): InputFrame[] {
  const frames: InputFrame[] = [];
  let rows: Arrival[] = [];
  let clockMs = 0;
  const close = (): void => {
    if (rows.length > 0) frames.push(rawFrame(frames.length + 1, rows, { clockMs }));
    rows = [];
  };
  for (const [i, { payload, ref, quietMs }] of items.entries()) {
    if (quietMs > 0) {
      close();
      clockMs += quietMs;
      frames.push(inputFrame(frames.length + 1, [], { idle: true, clockMs }));
    }
    rows.push({ payload, atMs: startMs + i * 40, seq: i, ...(ref !== undefined && { ref }) });
    if (borders.has(i)) close();
  }
  close();
  return frames;
}

function batchesOf(frames: readonly InputFrame[], borders: ReadonlySet<number>): InputFrame[][] {
  const batches: InputFrame[][] = [[]];
  for (const [i, frame] of frames.entries()) {
    batches.at(-1)!.push(frame);
    if (borders.has(i) && i < frames.length - 1) batches.push([]);
  }
  return batches;
}

const anyItems = fc.array(anyItem, { minLength: 1, maxLength: 60 });
const anyBorders = fc.array(fc.nat(60)).map((borders) => new Set(borders));

describe('whatever the batches', () => {
  test('frames, batches and limits change nothing that is decided', () => {
    fc.assert(fc.property(anyItems, anyBorders, anyBorders, fc.integer({ min: 1, max: 20_000 }), (items, frameBorders, batchBorders, frameBytesMax) => {
      const { output: _, state: _s, ...whole } = run([framesOf(items, new Set())]);
      const { output: _o, state: _t, ...cut } = run(batchesOf(framesOf(items, frameBorders), batchBorders), { ...wide, frameBytesMax });
      expect(cut).toEqual(whole);
      expect(whole.ok.length + whole.rejected.length + whole.late.length + whole.duplicates).toBe(items.length);
    }), { numRuns: 60 });
  });

  test('a restored snapshot decides as the state it was taken of', () => {
    fc.assert(fc.property(anyItems, anyBorders, fc.nat(10), (items, borders, at) => {
      const frames = framesOf(items, borders);
      const before = frames.slice(0, at % frames.length);
      const after = frames.slice(before.length);
      const step = validateStep(settings);
      const state = before.length > 0 ? step({ frames: before, state: undefined, limits: wide }).state : undefined;
      const saved = state?.snapshot();
      const restored = validateStep(settings)({ frames: after, state: undefined, ...(saved && { saved }), limits: wide });
      const kept = step({ frames: after, state, limits: wide });
      expect(restored.output).toEqual(kept.output);
      expect(restored).toMatchObject({ watermarkMs: kept.watermarkMs, duplicates: kept.duplicates, rowsAll: kept.rowsAll });
      expect(restored.state.snapshot().length).toBeGreaterThan(0);
    }), { numRuns: 40 });
  });

  test('a step that was cut off gives exactly the frames that are missing', () => {
    fc.assert(fc.property(anyItems, anyBorders, fc.nat(), (items, borders, at) => {
      const frames = framesOf(items, borders);
      const whole = validateStep(settings)({ frames, state: undefined, limits: tight });
      const stored = whole.output.slice(0, at % whole.output.length);
      const rowsDone = stored.at(-1)?.rowsDone ?? 0;
      const rest = validateStep(settings)({ frames, state: undefined, limits: { ...tight, rowsDone } });
      expect([...stored, ...rest.output]).toEqual(whole.output);
      expect(rest).toMatchObject({ rowsAll: whole.rowsAll, duplicates: whole.duplicates, watermarkMs: whole.watermarkMs });
    }), { numRuns: 40 });
  });

  test('a step that was cut off under other limits repeats and loses no row', () => {
    fc.assert(fc.property(anyItems, fc.nat(), fc.integer({ min: 1, max: 20_000 }), (items, at, frameBytesMax) => {
      const frames = framesOf(items, new Set());
      const whole = validateStep(settings)({ frames, state: undefined, limits: tight });
      const stored = whole.output.slice(0, at % whole.output.length);
      const rest = validateStep(settings)({ frames, state: undefined, limits: { ...wide, frameBytesMax, rowsDone: stored.at(-1)?.rowsDone ?? 0 } });
      expect(decided([...stored, ...rest.output])).toEqual(decided(whole.output));
      expect(rest.output.at(-1)?.rowsDone).toBe(whole.rowsAll);
    }), { numRuns: 40 });
  });

  test('frames are as small as asked for, but for one row, and never more than a message holds', () => {
    const size = (frame: OutputFrame): number => frame.sections.reduce((sum, s) => sum + s.bytes, 0);
    fc.assert(fc.property(anyItems, (items) => {
      const { output } = run([framesOf(items, new Set())], tight);
      // One event of at most 2,000 bytes, and the schemas of three sections.
      for (const frame of output) expect(size(frame)).toBeLessThan(tight.frameBytesMax + 2_500 + 6_000);
    }), { numRuns: 30 });
    const limits = { frameBytesMax: 400_000, payloadBytesMax: 800_000, rowsDone: 0 };
    const growing = (seq: number): Arrival => ({ payload: `${eventText(`g${seq}`, startMs).slice(0, -1)},"more":[${'1e20,'.repeat(28_000)}0]}`, atMs: startMs, seq });
    const small = (seq: number): Arrival => ({ payload: eventText(`s${seq}`, startMs, { more: 'z'.repeat(60_000) }), atMs: startMs, seq });
    const { output, ok } = run([[rawFrame(1, [small(1), small(2), small(3), small(4), growing(5), small(6), growing(7)])]], limits);
    expect(ok).toEqual([1, 2, 3, 4, 5, 6, 7]);
    for (const frame of output) expect(size(frame)).toBeLessThanOrEqual(limits.payloadBytesMax);
  });
});
