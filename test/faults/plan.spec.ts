/** The plan of faults: repeatable, fair, complete. */
import { describe, expect, test } from '@jest/globals';
import { kindsFor } from './kinds/all-kinds.js';
import { planFaults } from './plan.js';

const names = ['a', 'b', 'c', 'd', 'e'];
const kindsOf = (seed: number, faults: number): string[] => planFaults(seed, faults, names).map(({ kind }) => kind);

describe('the plan of faults', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(planFaults(7, 40, names)).toEqual(planFaults(7, 40, names));
    expect(kindsOf(7, 40)).not.toEqual(kindsOf(8, 40));
  });

  test('a longer plan begins with the shorter one', () => {
    expect(planFaults(7, 60, names).slice(0, 23)).toEqual(planFaults(7, 23, names));
  });

  test('has every kind equally often, and each once when there are faults enough', () => {
    const counts = names.map((name) => kindsOf(3, 23).filter((kind) => kind === name).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(new Set(kindsOf(3, 5))).toEqual(new Set(names));
  });
});

describe('the kinds of faults', () => {
  test('have names of their own, and 60 faults try each', () => {
    for (const servers of ['r1', 'r3'] as const) {
      const kinds = kindsFor(servers, []);
      expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length);
      expect(new Set(planFaults(1, 60, kinds).map(({ kind }) => kind.name)).size).toBe(kinds.length);
    }
  });

  test('are chosen by name or by how the name begins', () => {
    expect(kindsFor('r1', ['lost-ack', 'upgrade']).map(({ name }) => name)).toEqual([
      'upgrade-ingest',
      'upgrade-validate',
      'upgrade-enrich',
      'upgrade-aggregate',
      'upgrade-lake-writer',
      'lost-ack',
    ]);
  });

  test('that halt tasks on purpose come only when they are named', () => {
    expect(kindsFor('r1', []).some(({ directed }) => directed)).toBe(false);
    expect(kindsFor('r1', ['empty-nats', 'lose']).map(({ name }) => name)).toEqual([
      'lose-delta-log',
      'lose-raw-logs',
      'empty-nats',
    ]);
  });

  test('that do not apply are named', () => {
    expect(() => kindsFor('r1', ['cut-servers', 'kill-nobody'])).toThrow(
      /no kind of fault cut-servers, kill-nobody with --servers r1/,
    );
  });
});
