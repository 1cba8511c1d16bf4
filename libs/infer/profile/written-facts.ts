/** How the texts at a place are written, when there is one way in which all of them can be meant. */
import { WaysAlive } from './ways-alive.js';
import { NumberWay } from './written-numbers.js';
import { type TimeWay, timeWays } from './written-times.js';

/** Longer texts are neither times nor numbers. */
const charsMax = 48;

export class WrittenFacts {
  readonly #times = new WaysAlive<number | bigint, TimeWay>(timeWays);
  readonly #numbers = new WaysAlive<string, NumberWay>(NumberWay.all());

  /** @returns microseconds of a time, of a local one as if it were UTC */
  see(text: string): number | bigint | undefined {
    const tried = text.length <= charsMax ? text : '';
    this.#numbers.see(tried);
    const value = this.#times.see(tried);
    return this.#times.only?.is === 'date' ? undefined : value;
  }

  /** Undefined when they are no times, or could be meant in two ways. */
  get time(): TimeWay | undefined {
    return this.#times.only;
  }

  /** Undefined also for those that have no decimals: 1.234.567 may be a version. */
  get number(): NumberWay | undefined {
    const way = this.#numbers.only;
    return way && way.digitsBehind > 0 ? way : undefined;
  }
}
