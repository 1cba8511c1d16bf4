/** Whatever numbers of partitions follow each other, a partition knows what those before knew of its keys, and each is read in its turn. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { partitionOf } from '#frame/partition';
import { atOnce } from '#frame/step';
import { SeenIds } from '../memory/seen-ids.js';
import { countByGeneration, olderLogs, predecessorsOf } from './generations.js';

fc.configureGlobal({ seed: 7 });

const anyCount = fc.integer({ min: 1, max: 12 });

describe('the predecessors of a partition', () => {
  test('are those that may have had its keys, and no others', () => {
    fc.assert(
      fc.property(anyCount, anyCount, (before, after) => {
        const met = Array.from({ length: after }, () => new Set<number>());
        for (let hash = 0; hash < before * after; hash++) met[hash % after]!.add(hash % before);
        expect(met.map((_, partition) => predecessorsOf(partition, before, after))).toEqual(
          met.map((partitions) => [...partitions].sort((a, b) => a - b)),
        );
      }),
    );
  });
});

test('a log is read behind those of the same stage that are older, not behind others', () => {
  const logs = [
    { stage: 'enriched', origin: 'o' },
    { stage: 'enriched', origin: 'o', generation: 1 },
    { stage: 'partials', origin: 'w', generation: 1 },
    { stage: 'enriched', origin: 'o', generation: 2 },
    { stage: 'results', origin: 'w' },
  ] as const;
  expect(olderLogs(logs)).toEqual([[], [0], [], [0, 1], []]);
  expect(countByGeneration(logs)).toEqual([2, 2, 1]);
});

describe('event ids', () => {
  /** Each generation takes its ids in the partitions of their keys, and is stored and taken up at its end. */
  test('are seen exactly as in one map, through any numbers of partitions', () => {
    const anyId = fc.record({ id: fc.nat(40), afterMs: fc.nat(9) });
    const anyGenerations = fc.array(
      fc.record({ partitions: fc.integer({ min: 1, max: 6 }), ids: fc.array(anyId, { maxLength: 40 }) }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(anyGenerations, fc.nat(60), (generations, horizonMs) => {
        const plain = new Map<string, number>();
        let states: SeenIds[] = [];
        let nowMs = 0;
        for (const [at, { partitions, ids }] of generations.entries()) {
          const before = states.map((state) => atOnce(SeenIds.restore(state.snapshot(), horizonMs)));
          states = Array.from({ length: partitions }, (_, partition) =>
            at === 0
              ? SeenIds.begin(`${partition}`, horizonMs)
              : SeenIds.inherit(
                  `${at} ${partition}`,
                  horizonMs,
                  predecessorsOf(partition, before.length, partitions).map((one) => ({
                    task: `${at - 1} ${one}`,
                    ids: before[one]!,
                  })),
                ),
          );
          for (const { id, afterMs } of ids) {
            nowMs += afterMs;
            const [key, name] = [`key ${id % 9}`, `id ${id}`];
            const earlier = plain.get(name);
            const isNew = earlier === undefined || nowMs - earlier > horizonMs;
            if (isNew) plain.set(name, nowMs);
            expect(states[partitionOf(key, partitions)]!.add(name, nowMs)).toBe(isNew);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('of a task that several have inherited from are kept once, and only as long as the horizon', () => {
    const first = SeenIds.begin('first', 100);
    for (let id = 0; id < 10; id++) first.add(`${id}`, 0);
    const heir = (secret: string): SeenIds =>
      SeenIds.inherit(secret, 100, [{ task: 'first', ids: atOnce(SeenIds.restore(first.snapshot(), 100)) }]);
    const [one, other] = [heir('one'), heir('other')];
    one.add('x', 50);
    const last = SeenIds.inherit('last', 100, [
      { task: 'one', ids: one },
      { task: 'other', ids: other },
    ]);
    expect(last.count).toBe(11);
    expect([last.add('3', 100), last.add('x', 150), last.add('y', 101), last.count]).toEqual([false, false, true, 2]);
  });
});
