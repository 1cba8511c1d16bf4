/** Validate decides the same whatever the frames, batches and limits, also when it was cut off. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { everyRow, type InputFrame, type OutputFrame } from '#frame/step';
import { cutBehind } from '../../../test/support/stages/step-run.js';
import { day, decided, run, settings, startMs, tight } from '../../../test/support/stages/validate-frames.js';
import { type Arrival, eventText, inputFrame, rawFrame, wide } from '../topology/example-frames.js';
import { validateStep } from './validate-step.js';

fc.configureGlobal({ seed: 7 });

/** A row, or ingest saying that nothing came for a while. */
interface Item {
  readonly payload: string;
  readonly ref: string | undefined;
  readonly quietMs: number;
}

const anyPayload = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .record({ id: fc.integer({ min: 0, max: 25 }), at: fc.integer({ min: 0, max: 4000 }), note: fc.nat(300) })
      .map(({ id, at, note }) => eventText(`e${id}`, startMs + at, { more: 'x'.repeat(note) })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', 'bad', '{}', '[]', `"${'y'.repeat(2000)}"`, eventText('far', startMs + 3 * day)),
  },
);

const anyItem: fc.Arbitrary<Item> = fc.record({
  payload: anyPayload,
  ref: fc.oneof({ weight: 20, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constant('event.o') }),
  quietMs: fc.oneof(
    { weight: 12, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 900 }) },
  ),
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

const anyItems = fc.array(anyItem, { minLength: 1, maxLength: 60 });

const anyBorders = fc.array(fc.nat(60)).map((borders) => new Set(borders));

describe('whatever the batches', () => {
  test('frames, batches and limits change nothing that is decided', () => {
    fc.assert(
      fc.property(
        anyItems,
        anyBorders,
        anyBorders,
        fc.integer({ min: 1, max: 20_000 }),
        (items, frameBorders, batchBorders, frameBytesMax) => {
          const { output: _, state: _s, ...whole } = run([framesOf(items, new Set())]);
          const {
            output: _o,
            state: _t,
            ...cut
          } = run(cutBehind(framesOf(items, frameBorders), batchBorders), { ...wide, frameBytesMax });
          expect(cut).toEqual(whole);
          expect(whole.ok.length + whole.rejected.length + whole.late.length + whole.duplicates).toBe(items.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a restored snapshot decides as the state it was taken of', () => {
    fc.assert(
      fc.property(anyItems, anyBorders, fc.nat(10), (items, borders, at) => {
        const frames = framesOf(items, borders);
        const before = frames.slice(0, at % frames.length);
        const after = frames.slice(before.length);
        const step = validateStep(settings);
        const state = before.length > 0 ? step({ frames: before, state: undefined, limits: wide }).state : undefined;
        const saved = state?.snapshot();
        const restored = validateStep(settings)({
          frames: after,
          state: undefined,
          ...(saved && { saved }),
          limits: wide,
        });
        const kept = step({ frames: after, state, limits: wide });
        expect(restored.output).toEqual(kept.output);
        expect(restored).toMatchObject({
          watermarkMs: kept.watermarkMs,
          duplicates: kept.duplicates,
          rowsAll: kept.rowsAll,
        });
        expect(restored.state.snapshot().length).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });

  test('a replay leaves the same state and counts, and puts nothing out', () => {
    fc.assert(
      fc.property(anyItems, anyBorders, (items, borders) => {
        const frames = framesOf(items, borders);
        const { output: _, state, ...told } = validateStep(settings)({ frames, state: undefined, limits: tight });
        const replayed = validateStep(settings)({ frames, state: undefined, limits: { ...tight, rowsDone: everyRow } });
        expect(replayed).toMatchObject({ ...told, output: [] });
        expect([...replayed.state.snapshot()]).toEqual([...state.snapshot()]);
      }),
      { numRuns: 40 },
    );
  });

  test('a step that was cut off gives exactly the frames that are missing', () => {
    fc.assert(
      fc.property(anyItems, anyBorders, fc.nat(), (items, borders, at) => {
        const frames = framesOf(items, borders);
        const whole = validateStep(settings)({ frames, state: undefined, limits: tight });
        const stored = whole.output.slice(0, at % whole.output.length);
        const rowsDone = stored.at(-1)?.rowsDone ?? 0;
        const rest = validateStep(settings)({ frames, state: undefined, limits: { ...tight, rowsDone } });
        expect([...stored, ...rest.output]).toEqual(whole.output);
        expect(rest).toMatchObject({
          rowsAll: whole.rowsAll,
          duplicates: whole.duplicates,
          watermarkMs: whole.watermarkMs,
        });
      }),
      { numRuns: 40 },
    );
  });

  test('a step that was cut off under other limits repeats and loses no row', () => {
    fc.assert(
      fc.property(anyItems, fc.nat(), fc.integer({ min: 1, max: 20_000 }), (items, at, frameBytesMax) => {
        const frames = framesOf(items, new Set());
        const whole = validateStep(settings)({ frames, state: undefined, limits: tight });
        const stored = whole.output.slice(0, at % whole.output.length);
        const rest = validateStep(settings)({
          frames,
          state: undefined,
          limits: { ...wide, frameBytesMax, rowsDone: stored.at(-1)?.rowsDone ?? 0 },
        });
        expect(decided([...stored, ...rest.output])).toEqual(decided(whole.output));
        expect(rest.output.at(-1)?.rowsDone).toBe(whole.rowsAll);
      }),
      { numRuns: 40 },
    );
  });

  test('frames are as small as asked for, but for one row, and never more than a message holds', () => {
    const size = (frame: OutputFrame): number => frame.sections.reduce((sum, s) => sum + s.bytes, 0);
    fc.assert(
      fc.property(anyItems, (items) => {
        const { output } = run([framesOf(items, new Set())], tight);
        // One event of at most 2,000 bytes, and the schemas of three sections.
        for (const frame of output) expect(size(frame)).toBeLessThan(tight.frameBytesMax + 2_500 + 6_000);
      }),
      { numRuns: 30 },
    );
    const limits = { frameBytesMax: 400_000, payloadBytesMax: 800_000, rowsDone: 0 };
    const growing = (seq: number): Arrival => ({
      payload: `${eventText(`g${seq}`, startMs).slice(0, -1)},"more":[${'1e20,'.repeat(28_000)}0]}`,
      atMs: startMs,
      seq,
    });
    const small = (seq: number): Arrival => ({
      payload: eventText(`s${seq}`, startMs, { more: 'z'.repeat(60_000) }),
      atMs: startMs,
      seq,
    });
    const { output, ok } = run(
      [[rawFrame(1, [small(1), small(2), small(3), small(4), growing(5), small(6), growing(7)])]],
      limits,
    );
    expect(ok).toEqual([1, 2, 3, 4, 5, 6, 7]);
    for (const frame of output) expect(size(frame)).toBeLessThanOrEqual(limits.payloadBytesMax);
  });
});
