/** What the texts at one place of the events have in common. */
import { parseDate, parseDateTime } from '#contract/values/parse-time';
import { WrittenFacts } from './written-facts.js';

/** Of more, a column is no list of choices. */
const choicesMax = 12;
const choiceCharsMax = 40;
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
/** As SQL writes a number: no leading zeros, plus signs or exponents, which codes and telephone numbers have. */
const plainNumber = /^-?(0|[1-9]\d*)(?:\.(\d+))?$/;
/** Most ways to write a date: years first or last, or months by name. */
const looksLikeTime =
  /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|^[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4}/;

export class TextFacts {
  count = 0;
  /** Texts without a character. The rest of the facts is about the others. */
  empties = 0;
  filled = 0;
  /** Each counts on only while all texts are so. */
  dateTimes = 0;
  dates = 0;
  uuids = 0;
  numbers = 0;
  timeLike = 0;
  /** Of the numbers, those with a point. */
  fractions = 0;
  digitsBefore = 0;
  digitsBehind = 0;
  /** Whether all times are microseconds that a double holds, as an event time must be. */
  areEventTimes = true;
  /** Of the times, as they are written. */
  earliest: string | undefined;
  latest: string | undefined;
  /** What a contract can read besides. */
  readonly written = new WrittenFacts();
  /** An example of those that look like a time and are none. */
  timeLikeText: string | undefined;
  #choices: Map<string, number> | undefined = new Map();
  /** The place of the text that was the last new one. */
  lastNew = 0;
  #earliestUs = Number.POSITIVE_INFINITY;
  #latestUs = Number.NEGATIVE_INFINITY;

  see(text: string): void {
    this.count++;
    if (text === '') {
      this.empties++;
      return;
    }
    const before = this.filled++;
    const micros = this.written.see(text);
    if (this.dateTimes === before) this.#seeTime(text);
    if (micros !== undefined && this.dateTimes <= before) this.#noteTime(text, micros);
    if (this.dates === before && typeof parseDate(text) === 'number') this.dates++;
    if (this.uuids === before && uuid.test(text)) this.uuids++;
    if (this.numbers === before) this.#seeNumber(text);
    if (this.timeLike === before && looksLikeTime.test(text)) {
      this.timeLike++;
      this.timeLikeText ??= text.slice(0, choiceCharsMax);
    }
    this.#seeChoice(text);
  }

  /** The different texts, sorted, when there are few. */
  get choices(): readonly string[] | undefined {
    return this.#choices && [...this.#choices.keys()].sort();
  }

  /** How often that of the choices came that is the rarest. */
  get leastOften(): number {
    return this.#choices ? Math.min(...this.#choices.values()) : 0;
  }

  #seeTime(text: string): void {
    const micros = parseDateTime(text);
    if (typeof micros === 'string') return;
    this.dateTimes++;
    this.#noteTime(text, micros);
  }

  #noteTime(text: string, micros: number | bigint): void {
    if (typeof micros === 'bigint') this.areEventTimes = false;
    const us = Number(micros);
    if (us < this.#earliestUs) [this.#earliestUs, this.earliest] = [us, text];
    if (us > this.#latestUs) [this.#latestUs, this.latest] = [us, text];
  }

  #seeNumber(text: string): void {
    const [, whole, fraction] = plainNumber.exec(text) ?? [];
    if (whole === undefined) return;
    this.numbers++;
    if (fraction !== undefined) this.fractions++;
    this.digitsBefore = Math.max(this.digitsBefore, whole === '0' ? 0 : whole.length);
    this.digitsBehind = Math.max(this.digitsBehind, fraction?.length ?? 0);
  }

  #seeChoice(text: string): void {
    if (!this.#choices) return;
    const times = this.#choices.get(text) ?? 0;
    this.#choices.set(text, times + 1);
    if (times > 0) return;
    this.lastNew = this.filled;
    if (this.#choices.size > choicesMax || text.length > choiceCharsMax) this.#choices = undefined;
  }
}
