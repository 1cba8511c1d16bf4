/** Numbers of up to 15 digits without an exponent, and decimals in texts. */
import type { AnyBuilder } from '#columns/build/builder-of';
import type { DecimalBuilder } from '#columns/build/decimal-builder';
import type { Float64Builder } from '#columns/build/float-builder';
import type { Int64Builder } from '#columns/build/integer-builders';
import type { DecimalShape } from '../values/parse-decimal.js';
import type { Stored } from '../values/stored.js';
import type { QuickValue } from './quick-value.js';
import { Digits, quoteByte, unusual } from './scan-bytes.js';

const powers = Array.from({ length: 16 }, (_, n) => Number(`1e${n}`));
const exactDigits = 15;

export interface NumberRange {
  readonly min: number;
  readonly max: number;
}

/** All builders of numbers take safe ones in the same way. */
type NumberBuilder = DecimalBuilder | Float64Builder | Int64Builder;

abstract class QuickNumber implements QuickValue {
  isNull = true;
  protected value = 0;
  protected readonly digits = new Digits();

  abstract read(bytes: Buffer, at: number, end: number): number;

  appendTo(builder: AnyBuilder): void {
    const column = builder as NumberBuilder;
    if (this.isNull) column.appendNull();
    else column.append(this.value);
  }

  stored(): Stored {
    return this.isNull ? null : this.value;
  }
}

/** Integers, and such as count something, which is multiplied. */
export class QuickInteger extends QuickNumber {
  constructor(
    private readonly range: NumberRange,
    private readonly factor = 1,
  ) {
    super();
  }

  read(bytes: Buffer, at: number, end: number): number {
    const { digits, range } = this;
    const behind = digits.read(bytes, at, end, true);
    // A zero with a sign is one that the exact reader knows.
    if (behind < 0 || digits.fraction > 0 || (digits.negative && digits.units === 0)) return unusual;
    const value = digits.negative ? -digits.units : digits.units;
    if (value < range.min || value > range.max) return unusual;
    this.value = value * this.factor;
    if (!Number.isSafeInteger(this.value)) return unusual;
    this.isNull = false;
    return behind;
  }
}

export class QuickFloat extends QuickNumber {
  constructor(private readonly range: NumberRange) {
    super();
  }

  read(bytes: Buffer, at: number, end: number): number {
    const { digits, range } = this;
    const behind = digits.read(bytes, at, end, true);
    if (behind < 0 || (digits.negative && digits.units === 0)) return unusual;
    // Both are exact doubles, so their quotient is the double next to the decimal, which is what a parser gives.
    const absolute = digits.units / powers[digits.fraction]!;
    this.value = digits.negative ? -absolute : absolute;
    if (this.value < range.min || this.value > range.max) return unusual;
    this.isNull = false;
    return behind;
  }
}

export class QuickDecimal extends QuickNumber {
  constructor(
    private readonly shape: DecimalShape,
    private readonly takesTexts: boolean,
    private readonly takesNumbers: boolean,
  ) {
    super();
  }

  read(bytes: Buffer, at: number, end: number): number {
    const isText = bytes[at] === quoteByte;
    if (isText ? !this.takesTexts : !this.takesNumbers) return unusual;
    const behind = this.digits.read(bytes, isText ? at + 1 : at, end, !isText);
    if (behind < 0 || (isText && bytes[behind] !== quoteByte) || !this.#fits()) return unusual;
    this.isNull = false;
    return isText ? behind + 1 : behind;
  }

  #fits(): boolean {
    const { units, fraction, count, negative } = this.digits;
    const { precision, scale } = this.shape;
    const pad = scale - fraction;
    if (pad < 0 || count + pad > exactDigits) return false;
    const padded = units * powers[pad]!;
    if (precision <= exactDigits && padded >= powers[precision]!) return false;
    this.value = negative && padded !== 0 ? -padded : padded;
    return true;
  }
}
