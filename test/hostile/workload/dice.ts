/** Random numbers for one message: the same seed and index throw the same. */
import { randomOf } from '../../faults/workload/random-of.js';

const letters = 'abcdefghijklmnopqrstuvwxyz';

export class Dice {
  #throws = 0;

  constructor(
    private readonly seed: number,
    private readonly index: number,
  ) {}

  /** A whole number in [0, below). */
  below(below: number): number {
    return randomOf(this.seed, this.index, this.#throws++, below);
  }

  one<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }

  /** A whole number in [1, max], small ones as often as large ones. */
  size(max: number): number {
    return Math.max(1, Math.floor(Math.exp((this.below(100_000) / 100_000) * Math.log(max + 1))));
  }

  /** A text of so many letters. */
  text(chars: number): string {
    const part = Array.from({ length: Math.min(chars, 16) }, () => letters[this.below(26)]).join('');
    return part.repeat(Math.ceil(chars / part.length)).slice(0, chars);
  }
}
