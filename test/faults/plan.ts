/** From a seed to a list of faults: a pure function, so that a failing run can be repeated. */
import { seededRandom } from '../../examples/sales-tech/random.js';

export interface PlannedFault<Kind> {
  readonly kind: Kind;
  /** Of the random numbers that this fault uses, whatever came before it. */
  readonly seed: number;
}

const seedMax = 2 ** 31;

/** Round after round of all kinds in a new order: equal weights, and each kind at least once when there are faults enough. */
export function planFaults<Kind>(seed: number, faults: number, kinds: readonly Kind[]): PlannedFault<Kind>[] {
  const random = seededRandom(seed);
  const planned: PlannedFault<Kind>[] = [];
  while (planned.length < faults && kinds.length > 0) {
    for (const kind of shuffled(kinds, random.below)) planned.push({ kind, seed: random.below(seedMax) });
  }
  return planned.slice(0, faults);
}

function shuffled<Item>(items: readonly Item[], below: (bound: number) => number): Item[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = below(last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
