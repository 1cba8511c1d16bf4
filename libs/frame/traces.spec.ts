/** Traced events survive their header, within its bound; what is not ours to read is no reason to stop. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  decodeTraces,
  encodeTraces,
  type FrameTraces,
  type TracedEvent,
  tracedEventsMax,
  withinBound,
} from './traces.js';

fc.configureGlobal({ seed: 7 });

const hex = (digits: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`));
const anyEvent: fc.Arbitrary<TracedEvent> = fc.record({
  seq: fc.maxSafeNat(),
  index: fc.nat(),
  outcome: fc.constantFrom(
    'ok' as const,
    'rejected' as const,
    'late' as const,
    'duplicate' as const,
    'filtered' as const,
  ),
  traceId: hex(32),
  spanId: hex(16),
  parentId: fc.option(hex(16), { nil: undefined }),
  detail: fc.oneof(fc.constant(''), fc.stringMatching(/^[a-z_]{1,20}$/), fc.maxSafeNat().map(String)),
});
const us = fc.integer({ min: 0, max: 4e15 });
const anyTraces: fc.Arbitrary<FrameTraces> = fc.record({
  startUs: us,
  endUs: us,
  leftOut: fc.nat(),
  events: fc.array(anyEvent, { maxLength: 20 }),
});
const event = (seq: number): TracedEvent => ({
  seq,
  index: 0,
  outcome: 'ok',
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  parentId: undefined,
  detail: '1790000000000000',
});

describe('the header Afl-Traces', () => {
  test('is read back as it was written, in characters that a header can hold', () => {
    fc.assert(
      fc.property(anyTraces, (traces) => {
        const text = encodeTraces(traces);
        expect(decodeTraces(text)).toEqual(traces);
        expect(text).toMatch(/^[!-~]+$/);
      }),
    );
  });

  test('keeps the first events when there are many, counts the others, and leaves room for the other headers', () => {
    const text = encodeTraces(
      withinBound({
        startUs: 1,
        endUs: 2,
        leftOut: 3,
        events: Array.from({ length: tracedEventsMax + 7 }, (_, i) => ({
          ...event(Number.MAX_SAFE_INTEGER - i),
          parentId: 'c'.repeat(16),
        })),
      }),
    );
    expect(decodeTraces(text)).toMatchObject({ leftOut: 10, events: { length: tracedEventsMax } });
    expect(text.length).toBeLessThan(13 * 1024);
  });

  test.each(['', 'x', '1,2', '1,2,3;', '1,2,3;4,0,x,a,b,-,', '1,2,3;4,0,o,a'])(
    'is nothing when it reads %j',
    (text) => {
      expect(decodeTraces(text)).toBeUndefined();
    },
  );
});
