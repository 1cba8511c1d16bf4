/** Splits a file of which each line is an event (NDJSON, JSON Lines). Blank lines are none. */
import { newline } from './byte-names.js';
import { type EventSplitter, type EventText, eventBytesMax, eventText, tooLarge } from './event-splitter.js';

export class LineSplitter implements EventSplitter {
  #parts: Buffer[] = [];
  #bytes = 0;

  /** @param line 1-based number of the first line */
  constructor(private line = 1) {}

  feed(bytes: Buffer): EventText[] {
    const found: EventText[] = [];
    let start = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      this.#keep(bytes.subarray(start, end));
      found.push(...this.#take());
      start = end + 1;
    }
    this.#keep(bytes.subarray(start));
    return found;
  }

  end(): EventText[] {
    return this.#take();
  }

  #keep(part: Buffer): void {
    this.#parts.push(part);
    this.#bytes += part.length;
    if (this.#bytes > eventBytesMax) throw tooLarge(this.line);
  }

  #take(): EventText[] {
    const line = this.line++;
    const found = eventText(line, this.#parts);
    this.#parts = [];
    this.#bytes = 0;
    // A record separator (RFC 7464) may stand before each.
    const text = found.text.replace(/^\u001e/, '');
    return text.trim() === '' ? [] : [{ ...found, text }];
  }
}
