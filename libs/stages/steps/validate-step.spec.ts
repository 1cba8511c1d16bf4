/** What validate says of an event, and where its watermark stands. */
import { describe, expect, test } from '@jest/globals';
import { day, decided, one, run, settings, startMs } from '../../../test/support/stages/validate-frames.js';
import { type Arrival, eventText, inputFrame, rawFrame, refusedIn, rowsIn, wide } from '../topology/example-frames.js';
import { validateStep } from './validate-step.js';

describe('an event', () => {
  test('that keeps its contract is accepted with its origin and moves the watermark', () => {
    const { output, watermarkMs } = one(eventText('a', startMs, { price: '1.50' }));
    expect(rowsIn(output, 'ok')).toEqual([
      {
        id: 'a',
        user: 'u',
        at: '2026-01-01T00:00:00.000000Z',
        price: '1.50',
        more: null,
        _seq: 1,
        _index: 0,
        _arrived_at: '2026-01-01T00:00:00.000000Z',
      },
    ]);
    expect(watermarkMs).toBe(startMs - 100);
  });

  test.each([
    ['of no bytes', '', 'empty_payload'],
    ['that is no JSON', 'nonsense', 'malformed_json'],
    ['without its fields', '{}', 'missing_field'],
    ['that is an array', '[1]', 'not_an_object'],
    ['that is not UTF-8', Uint8Array.from([0x22, 0xff, 0x22]), 'invalid_utf8'],
    [
      'nested too deeply',
      `{"id":"a","user":"u","at":"2026-01-01T00:00:00Z","more":${'['.repeat(600)}${']'.repeat(600)}}`,
      'too_deep',
    ],
    ['with a wrong value', eventText('a', startMs, { price: 'many' }), 'wrong_format'],
  ])('%s is refused with a reason and its bytes, and moves no watermark', (_, payload, reason) => {
    const { output, watermarkMs } = one(payload);
    expect(refusedIn(output, 'rejected')).toEqual([
      expect.objectContaining({ seq: 1, reason, payload: Buffer.from(payload).toString() }),
    ]);
    expect(watermarkMs).toBeNull();
  });

  test('too large for a frame is refused with the object that holds it', () => {
    expect(refusedIn(one('', { ref: 'event.x' }).output, 'rejected')).toEqual([
      expect.objectContaining({ reason: 'too_large', ref: 'event.x' }),
    ]);
  });

  test('whose columns are too large for a frame is refused with its bytes', () => {
    const numbers = `[${'1e20,'.repeat(50_000)}0]`;
    const payload = `${eventText('a', startMs).slice(0, -1)},"more":${numbers}}`;
    expect(payload.length).toBeLessThan(300_000);
    expect(refusedIn(one(payload).output, 'rejected')).toEqual([
      expect.objectContaining({ reason: 'too_large', payload }),
    ]);
  });

  test('that claims to happen a day after it arrived is refused, up to a day it is not', () => {
    expect(one(eventText('a', startMs + day + 1)).rejected).toEqual([[1, 'time_out_of_range']]);
    expect(one(eventText('a', startMs + day)).ok).toEqual([1]);
  });

  test('is a duplicate within the horizon only, and never because a refused one had its id', () => {
    const bad = eventText('a', startMs, { price: {} });
    const good = eventText('a', startMs);
    const at = (payload: string, atMs: number, seq: number): Arrival => ({ payload, atMs, seq });
    const { ok, duplicates, rejected } = run([
      [
        rawFrame(1, [
          at(bad, startMs, 1),
          at(good, startMs, 2),
          at(good, startMs + 3000, 3),
          at(good, startMs + 3001, 4),
        ]),
      ],
    ]);
    expect({ ok, duplicates, rejected }).toEqual({ ok: [2, 4], duplicates: 1, rejected: [[1, 'wrong_type']] });
  });

  test('is late when it is older than the watermark by more than the lateness', () => {
    const events = [10_000, 10_000 - 600, 10_000 - 601].map(
      (at, i): Arrival => ({ payload: eventText(`e${i}`, startMs + at), atMs: startMs + 10_000, seq: i }),
    );
    const { ok, late, output } = run([[rawFrame(1, events)]]);
    expect({ ok, late }).toEqual({ ok: [0, 1], late: [2] });
    expect(refusedIn(output, 'late')[0]).toMatchObject({
      reason: 'late',
      pointer: '/at',
      message: 'older than the watermark 2026-01-01T00:00:09.900Z by more than the lateness',
    });
    expect(run([[rawFrame(1, events)]], wide, validateStep({ ...settings, latenessMs: null })).late).toEqual([]);
  });
});

describe('an event ahead of its arrival', () => {
  const first = (aheadMs: number) => one(eventText('a', startMs + aheadMs));

  test('is accepted, and takes time along by no more than the lateness', () => {
    expect(
      [0, 400, 500, 501, 3_600_000, day].map((aheadMs) => [first(aheadMs).ok, first(aheadMs).watermarkMs! - startMs]),
    ).toEqual([
      [[1], -100],
      [[1], 300],
      [[1], 400],
      [[1], 400],
      [[1], 400],
      [[1], 400],
    ]);
  });

  test('takes it along by no more than aheadMax where that is less', () => {
    const step = validateStep({ ...settings, aheadMsMax: 200 });
    expect(
      run([[rawFrame(1, [{ payload: eventText('a', startMs + 3_600_000), atMs: startMs, seq: 1 }])]], wide, step)
        .watermarkMs,
    ).toBe(startMs + 100);
  });

  test('is counted when it is further ahead than aheadMax', () => {
    const events = [0, 60_000, 60_001, day, day + 1].map(
      (aheadMs, i): Arrival => ({ payload: eventText(`e${i}`, startMs + aheadMs), atMs: startMs, seq: i }),
    );
    const repeated = [...events, { ...events[2]!, seq: 9 }];
    expect(validateStep(settings)({ frames: [rawFrame(1, repeated)], state: undefined, limits: wide })).toMatchObject({
      ahead: 2,
      duplicates: 1,
      quarantined: { time_out_of_range: 1 },
    });
  });
});

describe('a watermark', () => {
  const frames = [
    rawFrame(1, [
      { payload: eventText('a', startMs), atMs: startMs, seq: 1 },
      { payload: eventText('b', startMs - 300), atMs: startMs, seq: 2 },
    ]),
  ];

  test('does not fall behind what the log says already, and lateness goes by it', () => {
    const reachedMs = startMs + 3_600_000;
    const result = validateStep(settings)({ frames, state: undefined, limits: wide, reachedMs });
    expect([result.watermarkMs, decided(result.output).late]).toEqual([reachedMs, [1, 2]]);
  });

  test('of a state is ahead of the log while a step is not stored, and stays', () => {
    const step = validateStep(settings);
    const { state } = step({ frames, state: undefined, limits: wide });
    expect(step({ frames: [inputFrame(2, [])], state, limits: wide, reachedMs: startMs - 5000 }).watermarkMs).toBe(
      startMs - 100,
    );
  });
});

describe('silence', () => {
  test("moves the watermark by ingest's clock and is passed on", () => {
    const event = rawFrame(1, [{ payload: eventText('a', startMs), atMs: startMs, seq: 1 }], { clockMs: 50 });
    const step = validateStep(settings);
    const { state } = step({ frames: [event], state: undefined, limits: wide });
    const quiet = step({ frames: [inputFrame(2, [], { idle: true, clockMs: 1050 })], state, limits: wide });
    expect(quiet).toMatchObject({
      output: [{ sections: [], rowsDone: 1 }],
      rowsAll: 1,
      watermarkMs: startMs - 100 + 1000,
      idle: true,
    });
  });

  test('is over with the next event', () => {
    const frames = [
      inputFrame(1, [], { idle: true, clockMs: 5 }),
      rawFrame(2, [{ payload: eventText('a', startMs), atMs: startMs, seq: 1 }]),
    ];
    expect(validateStep(settings)({ frames, state: undefined, limits: wide }).idle).toBe(false);
  });
});
