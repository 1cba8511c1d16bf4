/** Texts that go from the event into their column as they stand. */
import type { AnyBuilder } from '#columns/build/builder-of';
import type { StringBuilder } from '#columns/build/string-builder';
import type { Stored } from '../values/stored.js';
import type { QuickValue } from './quick-value.js';
import { countCharacters, isText, quoteByte, textEnd, unusual } from './scan-bytes.js';

export interface TextRules {
  readonly charactersMin: number;
  readonly charactersMax: number;
  /** Empty: any text. */
  readonly choices: readonly Buffer[];
  readonly test: ((text: string) => boolean) | undefined;
}

export class QuickText implements QuickValue {
  isNull = true;
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  readonly #bounded: boolean;

  constructor(private readonly rules: TextRules) {
    this.#bounded = rules.charactersMin > 0 || rules.charactersMax < Infinity;
  }

  read(bytes: Buffer, at: number, end: number): number {
    if (bytes[at] !== quoteByte) return unusual;
    const start = at + 1;
    const close = textEnd(bytes, start, end);
    if (close < 0) return unusual;
    this.isNull = false;
    this.bytes = bytes;
    this.start = start;
    this.end = close;
    return this.#keepsRules() ? close + 1 : unusual;
  }

  appendTo(builder: AnyBuilder): void {
    const column = builder as StringBuilder;
    if (this.isNull) column.appendNull();
    else column.appendUtf8(this.bytes, this.start, this.end);
  }

  stored(): Stored {
    return this.isNull ? null : this.bytes.toString('utf8', this.start, this.end);
  }

  #keepsRules(): boolean {
    const { charactersMin, charactersMax, choices, test } = this.rules;
    const { bytes, start, end } = this;
    if (this.#bounded) {
      const length = end - start;
      // A character takes one to four bytes.
      if (length < charactersMin || (length < charactersMin * 4 && countCharacters(bytes, start, end) < charactersMin))
        return false;
      if (length > charactersMax && countCharacters(bytes, start, end) > charactersMax) return false;
    }
    if (choices.length > 0 && !choices.some((choice) => isText(bytes, start, end, choice))) return false;
    return test === undefined || test(bytes.toString('utf8', start, end));
  }
}
