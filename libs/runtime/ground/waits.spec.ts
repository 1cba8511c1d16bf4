/** A wait shows when it is more than a hiccup, says since when it lasts over all attempts, and ends by evidence. */
import { describe, expect, test } from '@jest/globals';
import { JetStreamApiError } from '@nats-io/jetstream';
import { NatsLimitError } from '#nats/ground/nats-limit-error';
import { AppendError } from '#nats/messages/log-writer';
import { StoreError } from '#store/store-errors';
import { Waits } from './waits.js';
import { waitsFor } from './waits-for.js';

const named = (name: string, cause?: unknown): Error => Object.assign(new Error(name, { cause }), { name });
const at = (position: number, safe = position) => [{ position, safe }];

/** Time moves only by hand. */
function waitsAt(commitEveryMs = 0) {
  let nowMs = 1_000;
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { waits: new Waits(() => nowMs, commitEveryMs), pass };
}

describe('what a task waits for', () => {
  test.each([
    ['nats', named('TimeoutError')],
    ['nats', new AppendError('not acknowledged', { cause: named('NoRespondersError') })],
    ['nats', named('StreamSetupError')],
    ['room', new AppendError('not acknowledged', { cause: named('LogFullError') })],
    ['room', new NatsLimitError('max_streams')],
    ['store', new StoreError('refused')],
    [
      'other',
      new AppendError('not acknowledged', {
        cause: new JetStreamApiError({ code: 400, err_code: 10071, description: 'wrong last sequence' }),
      }),
    ],
    ['other', new TypeError('x')],
  ])('is %s', (what, error) => {
    expect(waitsFor(error)).toBe(what);
  });

  test('is the front stream where it can answer and says no, and NATS where nobody answers', () => {
    const refusal = new JetStreamApiError({
      code: 400,
      err_code: 10026,
      description: 'maximum consumers limit reached',
    });
    expect([waitsFor(refusal, 'front'), waitsFor(named('TimeoutError'), 'front')]).toEqual(['front', 'nats']);
  });
});

describe('a failed attempt', () => {
  test('shows until the next one runs, and does not when that works', () => {
    const { waits, pass } = waitsAt();
    waits.begins();
    waits.failed(named('TimeoutError'), at(1));
    expect(waits.current(at(1))).toEqual({ for: 'nats', sinceMs: 1_000, reason: 'TimeoutError' });
    pass(100);
    waits.begins();
    expect(waits.current(at(1))).toBeUndefined();
    pass(60_000);
    expect(waits.current(at(1))).toBeUndefined();
  });

  test('that is followed by others shows since the first one, also when each takes long', () => {
    const { waits, pass } = waitsAt();
    for (let attempt = 0; attempt < 4; attempt++) {
      waits.begins();
      pass(500);
      waits.fails('room', named('LogFullError'), 'room');
      pass(12_000);
      waits.failed(named('LogFullError'), at(7));
    }
    waits.begins();
    expect(waits.current(at(7))).toMatchObject({ for: 'room', sinceMs: 1_500 });
  });

  test('of a store shows while rows wait for the next commit, however long that is, and until one is stored', () => {
    const { waits, pass } = waitsAt(600_000);
    waits.begins();
    waits.failed(new StoreError('refused'), at(7));
    waits.begins();
    pass(600_000);
    // What was only read is not stored.
    expect(waits.current(at(9, 7))).toMatchObject({ for: 'store', sinceMs: 1_000 });
    waits.failed(new StoreError('refused'), at(9, 7));
    waits.begins();
    expect(waits.current(at(9, 7))).toMatchObject({ for: 'store', sinceMs: 1_000 });
    expect(waits.current(at(9, 9))).toBeUndefined();
  });

  test('is over when the task stores something behind it', () => {
    const { waits } = waitsAt();
    for (let attempt = 0; attempt < 3; attempt++) {
      waits.begins();
      waits.failed(named('TimeoutError'), at(7));
    }
    waits.begins();
    expect([waits.current(at(7))?.for, waits.current(at(8))]).toEqual(['nats', undefined]);
  });
});

describe('what fails within an attempt', () => {
  test('shows after two seconds, since it began, and no longer when it works', () => {
    const { waits, pass } = waitsAt();
    waits.begins();
    waits.fails('front', named('JetStreamApiError'), 'front');
    pass(1_900);
    expect(waits.current(at(1))).toBeUndefined();
    waits.fails('front', named('JetStreamApiError'), 'front');
    pass(100);
    expect(waits.current(at(5))).toEqual({ for: 'front', sinceMs: 1_000, reason: 'JetStreamApiError' });
    waits.works('front');
    expect(waits.current(at(5))).toBeUndefined();
  });

  test('of several is told by the longest', () => {
    const { waits, pass } = waitsAt();
    waits.begins();
    waits.fails('a', named('LogFullError'));
    pass(3_000);
    waits.fails('b', named('TimeoutError'));
    pass(3_000);
    expect(waits.current([])?.for).toBe('room');
    waits.works('a');
    expect(waits.current([])?.for).toBe('nats');
  });
});

test('no reason quotes what an event holds', () => {
  const { waits } = waitsAt();
  waits.begins();
  waits.failed(new TypeError('secret-4711 is not iterable'), at(1));
  expect(waits.current(at(1))?.reason).toBe('TypeError (its message is withheld: it may quote data)');
});

describe('what may be done later', () => {
  const fail = (error: Error) => (): Promise<never> => Promise.reject(error);

  test('is a wait while NATS is silent, until it succeeds', async () => {
    const { waits, pass } = waitsAt();
    waits.begins();
    expect(await waits.later('trimming', fail(named('Error', named('TimeoutError'))))).toBeUndefined();
    pass(2_000);
    expect(waits.current(at(1))).toEqual({
      for: 'nats',
      sinceMs: 1_000,
      reason: expect.any(String),
    });
    expect(await waits.later('trimming', () => Promise.resolve('done'))).toBe('done');
    expect(waits.current(at(1))).toBeUndefined();
  });

  test.each([named('StreamSetupError'), named('HaltError'), new TypeError('x')])(
    'fails at once with what NATS answers: %s',
    async (error) => {
      const { waits } = waitsAt();
      await expect(waits.later('trimming', fail(error))).rejects.toBe(error);
    },
  );
});
