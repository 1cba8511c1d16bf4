/** Faults of clocks: that of one process jumps by an hour. Half of the time it stays so, also when the process is started again. */
import { between, everywhere, type FaultKind } from './fault-kind.js';

const hourMs = 3_600_000;
const holdMs: readonly [number, number] = [1_000, 5_000];

const setClock = (name: string, aheadMs: number): FaultKind => ({
  name,
  on: everywhere,
  inject: async ({ crew }, random) => {
    const worker = random.pick(crew.workers);
    worker.setClock(aheadMs);
    const stays = random.below(2) === 0;
    return {
      detail: { worker: worker.name, stays },
      holdMs: between(random, ...holdMs),
      heal: async () => {
        if (!stays) worker.setClock(0);
      },
    };
  },
});

export const clockFaults: readonly FaultKind[] = [setClock('clock-ahead', hourMs), setClock('clock-behind', -hourMs)];
