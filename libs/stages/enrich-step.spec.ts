/** Enrich passes on every row: changed by SQL, or refused with a reason, through any cut. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { columnNames, readFrame } from '#columns/frames';
import { readReference } from '#columns/reference';
import type { InputFrame, OutputFrame, StepLimits } from '#frame/step';
import { enrichStep, type References } from './enrich-step.js';
import { eventText, exampleContract, inputFrame, rawFrame, refusedIn, rowsIn, wide, type Arrival } from './example-frames.js';
import { validateStep } from './validate-step.js';

fc.configureGlobal({ seed: 7 });

const startMs = Date.UTC(2026, 0, 1);
const none: References = { tables: {}, versions: '' };
const people: References = { tables: { people: readReference(Buffer.from('user,city\nu,Recife\n'), 'csv') }, versions: 'people=0123456789ab' };
const join = 'SELECT e.*, p.city FROM events e LEFT JOIN people p ON e."user" = p."user"';
const size = (frame: OutputFrame): number => frame.sections.reduce((sum, s) => sum + s.bytes, 0);

/** Frames as validate gives them: events with such texts, `null` for one that it refuses. */
function validFrames(batches: readonly (readonly (string | null)[])[], head: Parameters<typeof inputFrame>[2] = {}): InputFrame[] {
  const validate = validateStep({ contract: exampleContract, outOfOrdernessMs: 0, latenessMs: null, horizonMs: 0 });
  let seq = 0;
  return batches.map((texts, i) => {
    const arrivals = texts.map((more): Arrival => ({ payload: more === null ? 'bad' : eventText(`e${seq}`, startMs, { more }), atMs: startMs + seq, seq: seq++ }));
    const { output } = validate({ frames: [rawFrame(1, arrivals)], state: undefined, limits: wide });
    return inputFrame(i + 1, output[0]!.sections, head);
  });
}

const enriched = (sql: string | undefined, frames: readonly InputFrame[], limits: StepLimits = wide, references = none) => enrichStep(sql, () => references)({ frames, state: undefined, limits });
type Frames = readonly Pick<OutputFrame, 'sections'>[];
const okSeqs = (output: Frames): unknown[] => rowsIn(output, 'ok').map(({ _seq }) => _seq);
const refusedSeqs = (output: Frames): number[] => refusedIn(output, 'rejected').map(({ seq }) => seq);

describe('enrich', () => {
  test('without SQL passes rows unchanged, and passes on time from the last frame', () => {
    const frames = validFrames([['a', null], ['b']], { watermarkMs: 5, idle: true });
    const { output, watermarkMs, idle, references, rowsAll } = enriched(undefined, frames);
    expect(rowsIn(output, 'ok')).toEqual(rowsIn(frames, 'ok'));
    expect(refusedIn(output, 'rejected')).toEqual(refusedIn(frames, 'rejected'));
    expect({ watermarkMs, idle, references, rowsAll }).toEqual({ watermarkMs: 5, idle: true, references: undefined, rowsAll: 3 });
  });

  test('joins references, and says which versions it used', () => {
    const { output, references } = enriched(join, validFrames([['a']]), wide, people);
    expect(rowsIn(output, 'ok')).toEqual([expect.objectContaining({ id: 'e0', city: 'Recife', _seq: 0 })]);
    expect(references).toBe('people=0123456789ab');
  });

  test('reads the references anew at each step', () => {
    let current = people;
    const step = enrichStep(join, () => current);
    const frames = validFrames([['a']]);
    step({ frames, state: undefined, limits: wide });
    current = { tables: { people: readReference(Buffer.from('user,city\nu,Olinda\n'), 'csv') }, versions: 'people=b' };
    const { output, references } = step({ frames, state: undefined, limits: wide });
    expect([rowsIn(output, 'ok')[0]?.['city'], references]).toEqual(['Olinda', 'people=b']);
  });

  test('gives an empty frame for an empty batch, so that time goes on', () => {
    const { output, rowsAll } = enriched(join, [inputFrame(1, [], { idle: true, watermarkMs: 9 })], wide, people);
    expect({ output, rowsAll }).toEqual({ output: [{ sections: [], rowsDone: 1 }], rowsAll: 1 });
  });

  test('drops rows only where its SQL says so', () => {
    const { output, rowsAll } = enriched(`SELECT * FROM events WHERE more <> '"b"'`, validFrames([['a', 'b'], ['b']]));
    expect([okSeqs(output), rowsAll, output.at(-1)?.rowsDone]).toEqual([[0], 3, 3]);
  });
});

describe('SQL that fails', () => {
  test('on a value refuses the rows of its piece, with the cause and the row', () => {
    const frames = validFrames([['1', 'x', null]]);
    const { output, rowsAll } = enriched(`SELECT *, CAST(REPLACE(more, '"', '') AS INTEGER) AS n FROM events`, frames);
    expect(refusedSeqs(output).sort()).toEqual([0, 1, 2]);
    const [, failed] = refusedIn(output, 'rejected');
    expect(failed).toMatchObject({ reason: 'step_failed', pointer: '', message: expect.stringMatching(/^enrich: The query cannot run: .+/) as unknown });
    expect(JSON.parse(failed!.payload)).toMatchObject({ id: 'e0', at: '2026-01-01T00:00:00.000000Z' });
    expect(output.at(-1)?.rowsDone).toBe(rowsAll);
  });

  test('since a reference lost a column refuses every row and goes on', () => {
    const { output } = enriched(join, validFrames([['a', 'b']]), wide, { tables: { people: readReference(Buffer.from('user,town\nu,x\n'), 'csv') }, versions: 'people=c' });
    expect([okSeqs(output), refusedSeqs(output)]).toEqual([[], [0, 1]]);
  });

  test('by growing one row beyond what a message holds refuses that row alone', () => {
    const noise = Array.from({ length: 30_000 }, (_, i) => ((i * 7919) % 65_521).toString(36)).join('');
    const limits = { frameBytesMax: 60_000, payloadBytesMax: 130_000, rowsDone: 0 };
    const twice = 'SELECT *, CONCAT(more, id, more) AS wider, CONCAT(UPPER(more), REVERSE(more)) AS widest FROM events';
    const { output } = enriched(twice, validFrames([['small', noise, 'small']]), limits);
    expect([okSeqs(output), refusedIn(output, 'rejected').map(({ seq, reason }) => [seq, reason])]).toEqual([[0, 2], [[1, 'too_large']]]);
    for (const frame of output) expect(size(frame)).toBeLessThanOrEqual(limits.payloadBytesMax);
  });
});

/** Texts that do not compress away. */
const anyText = fc.option(fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'), maxLength: 900 }), { nil: null, freq: 6 });
const anyBatch = fc.array(fc.array(anyText, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 });

describe('whatever the limits', () => {
  test('every row comes out once, in order', () => {
    fc.assert(fc.property(anyBatch, fc.integer({ min: 3_000, max: 30_000 }), (texts, frameBytesMax) => {
      const frames = validFrames(texts);
      const { output, rowsAll } = enriched(join, frames, { ...wide, frameBytesMax }, people);
      expect([okSeqs(output), refusedSeqs(output)]).toEqual([okSeqs(frames), refusedSeqs(frames)]);
      expect(output.at(-1)?.rowsDone).toBe(rowsAll);
      expect(output.map(({ rowsDone }) => rowsDone)).toEqual([...new Set(output.map(({ rowsDone }) => rowsDone))].sort((a, b) => a - b));
      for (const frame of output) if (frame.sections.length > 1) expect(size(frame)).toBeLessThanOrEqual(frameBytesMax);
    }), { numRuns: 40 });
  });

  test('a step that was cut off goes on at its next row, also with other limits and other references', () => {
    const other: References = { tables: { people: readReference(Buffer.from('user,city\nu,Olinda\nv,x\n'), 'csv') }, versions: 'people=b' };
    fc.assert(fc.property(anyBatch, fc.nat(), fc.integer({ min: 3_000, max: 30_000 }), (texts, at, frameBytesMax) => {
      const frames = validFrames(texts);
      const whole = enriched(join, frames, { ...wide, frameBytesMax: 5_000 }, people);
      const stored = whole.output.slice(0, at % whole.output.length);
      const rest = enriched(join, frames, { ...wide, frameBytesMax, rowsDone: stored.at(-1)?.rowsDone ?? 0 }, other);
      const both = [...stored, ...rest.output];
      expect([okSeqs(both), refusedSeqs(both)]).toEqual([okSeqs(frames), refusedSeqs(frames)]);
      expect([rest.rowsAll, both.at(-1)?.rowsDone]).toEqual([whole.rowsAll, whole.rowsAll]);
    }), { numRuns: 40 });
  });

  test('the columns stay in order, the origin included', () => {
    const { output } = enriched(join, validFrames([['a']]), wide, people);
    expect(columnNames(readFrame(output[0]!.sections[0]!.data))).toEqual(['id', 'user', 'at', 'price', 'more', '_seq', '_index', '_arrived_at', 'city']);
  });
});
