/** Contexts are read as W3C says, samples and ids are the same each time. */
import { describe, expect, test } from '@jest/globals';
import { batchSpan, parseTraceparent, sampler, spanIds, traceOfMessage } from './trace-context.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parentId = '00f067aa0ba902b7';

describe('a traceparent', () => {
  test.each([
    [`00-${traceId}-${parentId}-01`, true],
    [` 00-${traceId}-${parentId}-01\t`, true],
    [`00-${traceId}-${parentId}-03`, true],
    [`00-${traceId}-${parentId}-00`, false],
    [`01-${traceId}-${parentId}-01-what.later.versions.say`, true],
  ])('%j names the span of the producer', (text, sampled) => {
    expect(parseTraceparent(text)).toEqual({ traceId, parentId, sampled });
  });

  test.each([
    '',
    'nonsense',
    `00-${traceId}-${parentId}`,
    `ff-${traceId}-${parentId}-01`,
    `00-${traceId}-${parentId}-01-more`,
    `00-${traceId.toUpperCase()}-${parentId}-01`,
    `00-${'0'.repeat(32)}-${parentId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}-${parentId}-01\r\nx`,
  ])('%j is none', (text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });
});

describe('a sample', () => {
  const seqs = Array.from({ length: 50_000 }, (_, i) => 5e9 + i);

  test.each([0.01, 0.1, 0.5])('of %d takes about that share of the messages, the same ones each time', (ratio) => {
    const taken = seqs.filter(sampler(ratio));
    expect(taken.length / seqs.length / ratio).toBeGreaterThan(0.85);
    expect(taken.length / seqs.length / ratio).toBeLessThan(1.15);
    expect(seqs.filter(sampler(ratio)).join()).toBe(taken.join());
  });

  test('of nothing is nothing, of all is all', () => {
    expect(seqs.filter(sampler(0))).toHaveLength(0);
    expect(seqs.filter(sampler(1))).toHaveLength(seqs.length);
  });
});

describe('derived ids', () => {
  test('are the same for the same event, and others for any other', () => {
    const at = (context = { traceId, parentId }, by = 'log', seq = 1, index = 0): string =>
      spanIds(by)(context, seq, index);
    expect(at()).toBe(at());
    expect(at()).toMatch(/^[0-9a-f]{16}$/);
    const others = [
      at({ traceId: 'b', parentId }),
      at({ traceId, parentId: 'b' }),
      at(undefined, 'other'),
      at(undefined, 'log', 2),
      at(undefined, 'log', 1, 1),
      at(undefined, 'log', 11, 0),
    ];
    expect(new Set([at(), ...others]).size).toBe(7);
  });

  test('do not meet, though texts differ in one character only', () => {
    const ids = new Set<string>();
    const idOf = spanIds('afl_orders_raw_orders_0');
    for (let seq = 0; seq < 100_000; seq++) ids.add(idOf({ traceId, parentId }, seq, 0));
    expect(ids.size).toBe(100_000);
    for (const half of [
      [0, 8],
      [8, 16],
    ] as const)
      expect(new Set([...ids].map((id) => id.slice(...half))).size).toBeGreaterThan(99_990);
    for (let bit = 0; bit < 16; bit++) {
      const digits = [...ids].map((id) => Number.parseInt(id[bit]!, 16));
      expect(digits.reduce((sum, digit) => sum + digit, 0) / digits.length).toBeCloseTo(7.5, 0);
    }
  });

  test('name the trace of a message by the incarnation of its stream, and each batch a trace of its own', () => {
    const traces = [
      traceOfMessage('front', 'one', 1),
      traceOfMessage('front', 'two', 1),
      traceOfMessage('front', 'one', 2),
    ];
    expect(new Set(traces.map((trace) => trace.traceId)).size).toBe(3);
    expect(traces[0]).toEqual({ traceId: expect.stringMatching(/^[0-9a-f]{32}$/), parentId: undefined });
    expect(batchSpan('log', 'one', 1)).toEqual({
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(batchSpan('log', 'one', 1)).not.toEqual(batchSpan('log', 'one', 2));
  });
});
