/** The workload can be computed by whoever checks it, and the ledger says what a producer can know. */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { projectRoot } from '../../support/project-root.js';
import { customersCount, eventOf, indexOf, msgIdOf } from './event-of.js';
import { Ledger } from './ledger.js';
import type { Answer } from './publish-once.js';
import { sendEvent } from './send-event.js';

const folder = (name: string): string => join(projectRoot, 'test/faults/workload', name);
const contract = PipelineSource.load(folder('pipeline')).compiled.contracts['orders']!;
const events = Array.from({ length: 6_000 }, (_, index) => eventOf(3, index));

describe('the events', () => {
  test('are the same whenever they are asked for', () => {
    expect(eventOf(5, 777)).toEqual(eventOf(5, 777));
    expect(eventOf(5, 777)).not.toEqual(eventOf(6, 777));
  });

  test('are accepted or refused by the contract as they say', () => {
    const wrong = events.filter((event) => {
      const read = contract.readBytes(Buffer.from(event.bytes), 0, event.bytes.length, false);
      return event.kind === 'malformed'
        ? read.ok || read.reason !== event.reason
        : !read.ok || read.id !== event.order.order_id;
    });
    expect(wrong).toEqual([]);
  });

  test('have every customer once in each block, a hundredth malformed, and a hundredth under an earlier id', () => {
    const orders = events.flatMap((event) => (event.kind === 'valid' ? [event.order] : []));
    expect(new Set(orders.map(({ customer, n }) => `${customer} ${n}`)).size).toBe(orders.length);
    const repeats = orders.filter(({ customer, n, order_id }) => `customer ${order_id}` !== `${customer}-${n}`);
    for (const share of [repeats.length / events.length, 1 - orders.length / events.length]) {
      expect(share).toBeGreaterThan(0.005);
      expect(share).toBeLessThan(0.02);
    }
    expect(customersCount).toBe(new Set(orders.map(({ customer }) => customer)).size);
  });
});

describe('the pipeline', () => {
  test('has a second version with other logic and the same tables but for one column', () => {
    const [one, two] = [PipelineSource.load(folder('pipeline')), PipelineSource.load(folder('pipeline-v2'))];
    expect(two.logic).not.toBe(one.logic);
    const names = (source: PipelineSource): string[] => source.compiled.enriched['orders']!.map(({ name }) => name);
    expect(names(two).filter((name) => !names(one).includes(name))).toEqual(['size_class']);
    expect(two.compiled.results).toEqual(one.compiled.results);
  });
});

describe('the life of a message', () => {
  const life = (answers: readonly Answer['kind'][], tries = 50): ReturnType<typeof sendEvent> => {
    const left = [...answers];
    const seen: string[] = [];
    return sendEvent(4, {
      publish: (msgId) => {
        seen.push(msgId);
        const kind = left.shift() ?? 'none';
        return Promise.resolve(kind === 'stored' ? { kind, seq: 9 } : { kind });
      },
      retryMs: 0,
      isOver: () => seen.length >= tries,
    });
  };

  test('is accepted when an answer says that it is stored, however late', async () => {
    expect(await life(['none', 'refused', 'staged', 'stored'])).toEqual([
      { msgId: '4.0', index: 4, outcome: 'accepted', seq: 9 },
    ]);
  });

  test('is refused only when every answer was a refusal', async () => {
    expect(await life(['refused', 'refused'], 2)).toEqual([{ msgId: '4.0', index: 4, outcome: 'refused' }]);
    expect(await life(['refused', 'none'], 2)).toEqual([{ msgId: '4.0', index: 4, outcome: 'unknown' }]);
  });

  test('goes on under another id when the first one stays staged', async () => {
    const staged = Array.from({ length: 8 }, () => 'staged' as const);
    expect(await life([...staged, 'stored'])).toEqual([
      { msgId: '4.0', index: 4, outcome: 'unknown' },
      { msgId: '4.1', index: 4, outcome: 'accepted', seq: 9 },
    ]);
  });
});

describe('the ledger', () => {
  test('counts events, not messages, and survives being written down', () => {
    const ledger = new Ledger(1, 3, [
      { msgId: msgIdOf(0, 0), index: 0, outcome: 'unknown' },
      { msgId: msgIdOf(0, 1), index: 0, outcome: 'accepted', seq: 1 },
      { msgId: msgIdOf(1, 0), index: 1, outcome: 'refused' },
      { msgId: msgIdOf(2, 0), index: 2, outcome: 'unknown' },
    ]);
    const read = Ledger.fromJSON(JSON.stringify(ledger));
    expect([read.outcomeOf(0), read.outcomeOf(1), read.outcomeOf(2)]).toEqual(['accepted', 'refused', 'unknown']);
    expect([read.count('accepted'), read.count('refused'), read.count('unknown')]).toEqual([1, 1, 1]);
  });

  test('finds the event of a message by its id', () => {
    expect(indexOf(msgIdOf(12, 3))).toBe(12);
    expect(indexOf('someone else')).toBeUndefined();
  });
});
