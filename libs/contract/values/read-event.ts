/** An event as it was parsed, and the texts of those of its numbers that doubles cannot hold. */
import { asObject, type EventObject } from './event-object.js';
import { mayUnderflow, parseExactly, textAt } from './exact-number.js';

export class ReadEvent {
  #searched = false;
  #exactly: EventObject | undefined;

  /** @param exact whether `object` was parsed exactly, because the text may hold a number of many digits */
  constructor(
    readonly text: string,
    readonly object: EventObject,
    readonly exact: boolean,
  ) {}

  /** The text of the number `value` under `name`, where it says more than its double. */
  textOf(value: number, name: string): string | undefined {
    if (this.exact) return textAt(this.object, name);
    return value === 0 ? textAt(this.#exactObject(), name) : undefined;
  }

  /** A 0 may hide a number too small for a double. The text is searched for one once, however many zeros there are. */
  #exactObject(): EventObject | undefined {
    if (!this.#searched && mayUnderflow(this.text)) this.#exactly = asObject(parseExactly(this.text));
    this.#searched = true;
    return this.#exactly;
  }
}
