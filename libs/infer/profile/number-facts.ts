/** What the numbers at one place of the events have in common. */
import { compareDecimals, decimalOf } from '#contract/values/decimal';
import { int64Of } from '#contract/values/parse-decimal';

export class NumberFacts {
  count = 0;
  integers = 0;
  /** Of the integers, those of 64 bits. */
  int64s = 0;
  /** Whose double is not the number that is written. */
  inexact = 0;
  /** The most digits in front of the point, and behind it. */
  digitsBefore = 0;
  digitsBehind = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;

  /** @param text where the double does not say all */
  see(value: number, text: string | undefined): void {
    this.count++;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    if (text === undefined && Number.isSafeInteger(value)) {
      this.integers++;
      this.int64s++;
      this.digitsBefore = Math.max(this.digitsBefore, value === 0 ? 0 : String(Math.abs(value)).length);
    } else this.#look(value, text ?? String(value));
  }

  #look(value: number, text: string): void {
    const decimal = decimalOf(text);
    const behind = Math.max(0, decimal.digits.length - decimal.exponent);
    this.digitsBefore = Math.max(this.digitsBefore, decimal.exponent);
    this.digitsBehind = Math.max(this.digitsBehind, decimal.digits === '' ? 0 : behind);
    if (behind === 0 || decimal.digits === '') this.integers++;
    if (int64Of(text) !== undefined) this.int64s++;
    if (compareDecimals(decimal, decimalOf(String(value))) !== 0) this.inexact++;
  }
}
