/** Faults of the lake's store: errors, answers that never come although the work was done, slowness. */
import type { Random } from '../../../examples/sales-tech/random.js';
import type { StoreTrouble } from '../world/network/store-proxy.js';
import { between, everywhere, type FaultKind } from './fault-kind.js';

const holdMs: readonly [number, number] = [1_500, 4_000];
const slowMs: readonly [number, number] = [200, 1_500];

const store = (name: string, troubleOf: (random: Random) => StoreTrouble): FaultKind => ({
  name,
  on: everywhere,
  inject: async ({ store: proxy }, random) => {
    const trouble = troubleOf(random);
    const before = proxy.troubled;
    proxy.begin(trouble);
    return {
      detail: { ...trouble },
      holdMs: between(random, ...holdMs),
      heal: async () => {
        proxy.repair();
        return { requests: proxy.troubled - before };
      },
    };
  },
});

export const storeFaults: readonly FaultKind[] = [
  store('store-500', (random) => ({ kind: random.below(2) === 0 ? 'refuse' : 'fail-late' })),
  store('store-timeout', () => ({ kind: 'swallow' })),
  store('store-slow', (random) => ({ kind: 'slow', delayMs: between(random, ...slowMs) })),
];
