/** The generator is deterministic, keeps its shares, and a second opinion agrees with every expectation. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Published } from '../example.js';
import { customersCsv } from './customers.js';
import { startOfRun } from './event-clock.js';
import { runPrefix, salesEvents } from './generator.js';
import { latenessMaxMs, salesOracle } from './oracle.js';
import { productsCsv } from './products.js';

const startMs = Date.UTC(2026, 4, 4, 12);
const count = 20_000;
const json = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as object;
const contracts = {
  transactions: json('./contracts/transaction.schema.json'),
  interactions: json('./contracts/interaction.schema.json'),
};

describe('the events of the shop', () => {
  const events = [...salesEvents({ seed: 5, startMs, events: count })];

  test('are the same for the same seed, byte for byte', () => {
    expect([...salesEvents({ seed: 5, startMs, events: 2_000 })].map(bytesOf)).toEqual(
      [...salesEvents({ seed: 5, startMs, events: 2_000 })].map(bytesOf),
    );
  });

  test('have other ids in another run', () => {
    expect(runPrefix({ seed: 5, startMs })).not.toBe(runPrefix({ seed: 6, startMs }));
    expect(runPrefix({ seed: 5, startMs })).not.toBe(runPrefix({ seed: 5, startMs: startMs + 1 }));
  });

  test('have a message id each', () => {
    expect(new Set(events.map(({ msgId }) => msgId)).size).toBe(count);
  });

  test('keep the shares of faults within a tenth', () => {
    const part = (is: (event: Published) => boolean) => events.filter(is).length / count;
    const late = part(({ expect }) => expect.table === 'quarantine' && expect.reasons[0] === 'late');
    expect(part(({ expect }) => expect.table === 'quarantine') - late).toBeCloseTo(0.02, 2);
    expect(late).toBeCloseTo(0.01, 2);
    expect(part(({ expect }) => expect.table === 'none')).toBeCloseTo(0.02, 2);
    expect(part(({ expect }) => expect.table === 'silver')).toBeCloseTo(0.95, 1);
  });

  test('hold text beyond ASCII and several styles of time and money', () => {
    const text = events
      .slice(0, 2_000)
      .map(({ payload }) => Buffer.from(payload).toString())
      .join('\n');
    for (const piece of ['São Paulo', 'ação', '-03:00"', '250Z"', '"unit_price":"', '"unit_price":1'])
      expect(text).toContain(piece);
  });

  test.each([
    [1, 0],
    [7, latenessMaxMs],
    [256, 300_000],
  ])('become what is expected of them with %d partitions and a lateness of %d ms', (partitions, latenessMs) => {
    const oracle = salesOracle({ partitions, latenessMs, outOfOrdernessMs: 5_000, windowMs: 60_000, contracts });
    const wrong = events.filter((event) => !agrees(event, oracle.judge(event)));
    expect(
      wrong.map(({ msgId, expect, payload }) => ({ msgId, expect, payload: Buffer.from(payload).toString() })),
    ).toEqual([]);
    expect(oracle.leastAheadMs()).toBeGreaterThan(0);
  });

  test('of a large run lie in the past and within a few minutes', () => {
    const nowMs = startMs;
    expect(startOfRun(nowMs, 3_000_000)).toBeGreaterThan(nowMs - 300_000);
    expect(startOfRun(nowMs, 3_000_000)).toBeLessThan(nowMs - 200_000);
    expect(startOfRun(nowMs, 1_000)).toBeLessThan(nowMs - 60_000);
  });
});

describe('the reference tables', () => {
  test('are those that the generator uses', () => {
    const text = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
    expect(text('./reference/products.csv')).toBe(productsCsv());
    expect(text('./reference/customers.csv')).toBe(customersCsv());
  });
});

function bytesOf({ subject, msgId, payload, expect }: Published): unknown {
  return [subject, msgId, Buffer.from(payload).toString('hex'), expect];
}

function agrees({ expect }: Published, outcome: ReturnType<ReturnType<typeof salesOracle>['judge']>): boolean {
  if (expect.table !== outcome.table) return false;
  if (outcome.table === 'none') return expect.table === 'none' && expect.duplicateOf === outcome.eventId;
  if (outcome.table === 'quarantine')
    return expect.table === 'quarantine' && expect.reasons.includes('late') === (outcome.reason === 'late');
  return (
    expect.table === 'silver' &&
    expect.eventId === outcome.event['event_id'] &&
    expect.totalCents === centsOf(outcome.event)
  );
}

function centsOf({ unit_price, quantity }: Readonly<Record<string, unknown>>): number | undefined {
  return unit_price === undefined ? undefined : Math.round(Number(unit_price) * 100) * Number(quantity);
}
