/** An event as it was parsed, and the texts of those of its numbers that doubles cannot hold. */
import type { EventObject } from './event-object.js';
import { mayUnderflow, textAt } from './exact-number.js';
import { TooComplexError } from './work.js';

/** Nested values of one event: each takes room in memory, also the absent fields of an object in a list. */
export const nestedValuesMax = 2_000_000;

/** The event was not parsed exactly, and must be. */
export class NotExactError extends Error {
  override readonly name = 'NotExactError';
}

const tooComplex = new TooComplexError(`holds more than ${nestedValuesMax} nested values`);
const notExact = new NotExactError('a 0 may stand for a number too small for a double');

export class ReadEvent {
  /** UTF-8 text cannot hold unpaired surrogates, only escapes can. */
  readonly hasEscapes: boolean;
  #nestedValues = 0;

  /**
   * @param exact whether `object` was parsed exactly, because the text may hold a number of many digits
   * @param rewritten whether texts of it were made numbers, which may have more digits than their doubles
   */
  constructor(
    readonly text: string,
    readonly object: EventObject,
    readonly exact: boolean,
    readonly rewritten = false,
  ) {
    this.hasEscapes = text.includes('\\u');
  }

  /**
   * The text of the number `value` that `holder` has under `name`, where it says more than its double.
   * @throws NotExactError when only an exact parse can tell
   */
  textOf(value: number, name: string | number, holder: object): string | undefined {
    if (this.exact || this.rewritten) {
      const text = textAt(holder, name);
      if (text !== undefined || this.exact) return text;
    }
    if (value === 0 && mayUnderflow(this.text)) throw notExact;
    return undefined;
  }

  /** @throws TooComplexError when the event holds too many nested values */
  hold(values: number): void {
    this.#nestedValues += values;
    if (this.#nestedValues > nestedValuesMax) throw tooComplex;
  }
}
