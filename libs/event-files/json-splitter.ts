/**
 * Splits a file of JSON texts: objects one after the other (each on a line of its own, or over many lines), an array of events, or a GeoJSON
 * FeatureCollection, of which each feature is an event. Brackets are counted, and what stands in strings is none; whether a text is JSON is not looked at.
 */
import {
  backslash,
  closeBrace,
  closeBracket,
  comma,
  isBlank,
  isOfMark,
  newline,
  openBrace,
  openBracket,
  quote,
  recordSeparator,
} from './byte-names.js';
import { type EventSplitter, type EventText, eventBytesMax, eventText, tooLarge } from './event-splitter.js';
import { beginsFeatures, isFeatureCollection, mayBeginFeatures } from './feature-collection.js';
import { LineSplitter } from './line-splitter.js';

/** How far a collection may begin before its features. */
const collectionHeadMax = 1024 * 1024;
const tailBytes = 64;

export class JsonSplitter implements EventSplitter {
  /** Between two texts, in brackets or a string, in anything else, or behind the features of a collection. */
  #in: 'gap' | 'value' | 'word' | 'rest' = 'gap';
  /** `lone`: all there was is one value on one line. */
  #soFar: 'nothing' | 'lone' | 'more' = 'nothing';
  #depth = 0;
  /** How deep events are: 0, 1 in an array of them, 2 in the features of a collection. */
  #base = 0;
  #string: 'no' | 'yes' | 'escape' = 'no';
  #line = 1;
  /** Of the event that has begun. */
  #firstLine = 1;
  #parts: Buffer[] = [];
  #bytes = 0;
  /** When the first event ended its line, so do all others. */
  #lines: LineSplitter | undefined;

  /** @param isCollection the first object is known to be a FeatureCollection */
  constructor(private readonly isCollection = false) {}

  feed(bytes: Buffer): EventText[] {
    const found: EventText[] = [];
    for (let at = 0; at < bytes.length; ) {
      if (this.#lines) return [...found, ...this.#lines.feed(bytes.subarray(at))];
      at = this.#step(bytes, at, found);
    }
    return found;
  }

  end(): EventText[] {
    if (this.#lines) return this.#lines.end();
    return this.#bytes === 0 ? [] : this.#take();
  }

  /** @returns where to go on */
  #step(bytes: Buffer, at: number, found: EventText[]): number {
    switch (this.#in) {
      case 'gap':
        return this.#gap(bytes, at);
      case 'word':
        return this.#kept(bytes, at, this.#wordEnd(bytes, at), found);
      case 'rest':
        return this.#skipped(this.#valueEnd(bytes, at), bytes.length);
      case 'value':
        return this.#kept(bytes, at, this.#valueEnd(bytes, at), found);
    }
  }

  #skipped(end: number | undefined, length: number): number {
    if (end !== undefined) this.#in = 'gap';
    return end ?? length;
  }

  /** @param end of the text that has begun; undefined: it goes on */
  #kept(bytes: Buffer, at: number, end: number | undefined, found: EventText[]): number {
    // What has begun was the collection, of which nothing but the features is kept.
    if (end !== undefined && this.#base === 2 && this.#depth === 2 && this.#in === 'gap') return end;
    this.#keep(bytes.subarray(at, end));
    if (end !== undefined) found.push(...this.#take());
    return end ?? bytes.length;
  }

  /** Goes on to where a text begins. */
  #gap(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === newline) {
        this.#line++;
        if (this.#soFar === 'lone') {
          this.#lines = new LineSplitter(this.#line);
          return at + 1;
        }
      } else if (byte === closeBracket && this.#base > 0) {
        this.#depth = this.#base - 1;
        this.#base = 0;
        this.#in = this.#depth > 0 ? 'rest' : 'gap';
        return at + 1;
      } else if (byte === openBracket && this.#base === 0) {
        this.#beginArray(1);
      } else if (!this.#isBetween(byte)) {
        if (this.#soFar === 'lone') this.#soFar = 'more';
        this.#firstLine = this.#line;
        this.#in = byte === openBrace || byte === openBracket || byte === quote ? 'value' : 'word';
        return at;
      }
    }
    return bytes.length;
  }

  #isBetween(byte: number): boolean {
    if (isBlank(byte) || byte === recordSeparator) return true;
    return this.#base > 0 ? byte === comma : this.#soFar === 'nothing' && isOfMark(byte);
  }

  #beginArray(base: number): void {
    this.#soFar = 'more';
    this.#base = base;
    this.#depth = base;
    this.#in = 'gap';
  }

  /** A number, a literal, or no JSON at all: to the end of its line, or of its place in an array. */
  #wordEnd(bytes: Buffer, from: number): number | undefined {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === newline || (this.#base > 0 && (byte === comma || byte === closeBracket))) return at;
    }
    return undefined;
  }

  /** Behind the bracket or quote that closes what has begun. */
  #valueEnd(bytes: Buffer, from: number): number | undefined {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (this.#string !== 'no') {
        // No JSON string goes over lines: whatever this is, it ends here.
        if (byte === newline) return this.#cutOff(at);
        if (this.#isClosingQuote(byte) && this.#depth === this.#base) return at + 1;
      } else if (byte === quote) this.#string = 'yes';
      else if (byte === newline) this.#line++;
      else if (byte === closeBrace || byte === closeBracket) {
        if (--this.#depth === this.#base) return at + 1;
      } else if (byte === openBrace || byte === openBracket) {
        this.#depth++;
        if (byte === openBracket && this.#begunFeatures(bytes, from, at + 1)) return at + 1;
      }
    }
    return undefined;
  }

  #isClosingQuote(byte: number): boolean {
    if (this.#string === 'escape') this.#string = 'yes';
    else if (byte === backslash) this.#string = 'escape';
    else if (byte === quote) this.#string = 'no';
    return this.#string === 'no';
  }

  #cutOff(at: number): number {
    this.#string = 'no';
    this.#depth = this.#base;
    return at;
  }

  /** Whether the bracket before `end` is that of the features of a collection; then they are the events. */
  #begunFeatures(bytes: Buffer, from: number, end: number): boolean {
    if (this.#soFar !== 'nothing' || this.#depth !== 2 || this.#bytes + end - from > collectionHeadMax) return false;
    const tail = Buffer.concat([
      this.#parts.at(-1)?.subarray(-tailBytes) ?? Buffer.alloc(0),
      bytes.subarray(Math.max(from, end - tailBytes), end),
    ]);
    if (!mayBeginFeatures(tail.toString('latin1'))) return false;
    const begun = Buffer.concat([...this.#parts, bytes.subarray(from, end)]).toString('utf8');
    if (!beginsFeatures(begun, this.isCollection)) return false;
    this.#drop();
    this.#beginArray(2);
    return true;
  }

  #keep(part: Buffer): void {
    this.#parts.push(part);
    this.#bytes += part.length;
    if (this.#bytes > eventBytesMax) throw tooLarge(this.#firstLine);
  }

  #drop(): Buffer[] {
    const parts = this.#parts;
    this.#parts = [];
    this.#bytes = 0;
    return parts;
  }

  #take(): EventText[] {
    const parts = this.#drop();
    const one = eventText(this.#firstLine, parts);
    const isFirst = this.#soFar === 'nothing';
    this.#in = 'gap';
    this.#soFar = isFirst && this.#line === this.#firstLine ? 'lone' : 'more';
    if (!isFirst || !isFeatureCollection(one.text)) return [one];
    const features = new JsonSplitter(true);
    return [...features.feed(Buffer.concat(parts)), ...features.end()].map((feature) => ({
      ...feature,
      line: feature.line + one.line - 1,
    }));
  }
}
