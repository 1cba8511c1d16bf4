/** A small seeded random number generator: the same seed gives the same numbers on every machine. */

export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  pick<Item>(items: readonly Item[]): Item;
}

/** A 32-bit counter through a multiply-and-shift mixer. */
export function seededRandom(seed: number): Random {
  let counter = (Math.imul(seed, 0x9e3779b1) ^ 0x2545f491) | 0;
  const next = (): number => {
    counter = (counter + 0x6d2b79f5) | 0;
    let mixed = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4294967296;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return { next, below, pick: (items) => pickFrom(items, below(items.length)) };
}

function pickFrom<Item>(items: readonly Item[], place: number): Item {
  const item = items[place];
  if (item === undefined) throw new RangeError('Nothing can be picked from an empty list');
  return item;
}
