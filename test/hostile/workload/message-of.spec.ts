/** The messages of the hostile tests: repeatable, of every kind, each with ids of its own. */
import { describe, expect, test } from '@jest/globals';
import { Workload } from './message-of.js';

const nowMs = Date.UTC(2026, 10, 26, 12);
const count = 30_000;
const rare = ['widest-id', 'largest', 'beyond-the-largest'];

describe('the messages of a seed', () => {
  test('are the same whenever they are asked for', () => {
    for (const index of [0, 700, 5_000, 12_345])
      expect(new Workload().messageOf({ seed: 3, index, nowMs })).toEqual(
        new Workload().messageOf({ seed: 3, index, nowMs }),
      );
  });

  test('differ from those of another seed', () => {
    const [a, b] = [3, 4].map((seed) =>
      Array.from({ length: 50 }, (_, index) =>
        Buffer.from(new Workload().messageOf({ seed, index, nowMs }).payload).toString(),
      ),
    );
    expect(a).not.toEqual(b);
  });

  test('are of every kind', () => {
    const workload = new Workload();
    const seen = new Set(Array.from({ length: count }, (_, index) => workload.kindOf({ seed: 1, index }).name));
    expect(workload.kinds.filter((name) => !seen.has(name) && !rare.includes(name))).toEqual([]);
  });

  test('leave out the kinds that shall stay away', () => {
    const workload = new Workload({ without: ['mutated', 'slow-pattern'] });
    expect(workload.kinds.filter((name) => /^(mutated|slow-pattern)/.test(name))).toEqual([]);
  });

  test('have ids that no other message has, where they must be in silver', () => {
    const workload = new Workload();
    const ids = new Set<string>();
    let silver = 0;
    for (let index = 0; index < count; index++) {
      const { events, refusal } = workload.messageOf({ seed: 1, index, nowMs });
      if (refusal === 'repeated' || refusal === 'must') continue;
      for (const { becomes, bytes } of events ?? []) {
        if (becomes !== 'silver' || bytes === undefined) continue;
        const text = Buffer.from(bytes).toString().trim();
        silver += 1;
        ids.add(/"(?:order_id|id)":\s*("(?:[^"\\]|\\.)*"|[-\d.e+]+)/.exec(text)![0]);
      }
    }
    expect(silver).toBeGreaterThan(count / 2);
    expect(ids.size).toBe(silver);
  });
});
