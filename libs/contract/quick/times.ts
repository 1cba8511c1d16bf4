/** Times as most clocks write them, `2026-01-31T23:59:59.123Z` or with an offset, and dates. */
import type { AnyBuilder } from '#columns/build/builder-of';
import type { Int32Builder, Int64Builder } from '#columns/build/integer-builders';
import { daysOf } from '../values/parse-time.js';
import type { Stored } from '../values/stored.js';
import type { QuickValue } from './quick-value.js';
import { digitAt, pointByte, quoteByte, twoDigits, unusual } from './scan-bytes.js';

const plusByte = 0x2b;
const dashByte = 0x2d;
const colonByte = 0x3a;
const upperT = 0x54;
const upperZ = 0x5a;
/** Microseconds of these years are safe integers, and no others are asked for every day. */
const [yearMin, yearMax] = [1700, 2200];
const dateBytes = 10;
const timeBytes = 19;
const offsetBytes = 6;
const fractionDigitsMax = 9;
const microDigits = 6;

/** Days since the epoch of the date at `at`; NaN: it is none, or an unusual one. */
function daysAt(bytes: Uint8Array, at: number): number {
  const [century, rest] = [twoDigits(bytes, at), twoDigits(bytes, at + 2)];
  const year = century * 100 + rest;
  if (rest < 0 || year < yearMin || year > yearMax || bytes[at + 4] !== dashByte || bytes[at + 7] !== dashByte)
    return Number.NaN;
  return daysOf(year, twoDigits(bytes, at + 5), twoDigits(bytes, at + 8));
}

export class QuickTime implements QuickValue {
  isNull = true;
  /** Microseconds since the epoch. */
  value = 0;

  read(bytes: Buffer, at: number, end: number): number {
    const start = at + 1;
    if (bytes[at] !== quoteByte || start + timeBytes > end) return unusual;
    const seconds = secondsAt(bytes, start);
    if (Number.isNaN(seconds)) return unusual;
    let [next, micros] = [start + timeBytes, 0];
    if (bytes[next] === pointByte) {
      const point = ++next;
      for (let digit = digitAt(bytes, next); digit >= 0 && digit <= 9; digit = digitAt(bytes, ++next))
        if (next - point < microDigits) micros = micros * 10 + digit;
      const digits = next - point;
      if (digits === 0 || digits > fractionDigitsMax) return unusual;
      for (let i = digits; i < microDigits; i++) micros *= 10;
    }
    const isUtc = bytes[next] === upperZ;
    const offset = isUtc ? 0 : offsetSeconds(bytes, next);
    const close = next + (isUtc ? 1 : offsetBytes);
    if (Number.isNaN(offset) || bytes[close] !== quoteByte) return unusual;
    this.value = (seconds - offset) * 1_000_000 + micros;
    this.isNull = false;
    return close + 1;
  }

  appendTo(builder: AnyBuilder): void {
    if (this.isNull) (builder as Int64Builder).appendNull();
    else (builder as Int64Builder).append(this.value);
  }

  stored(): Stored {
    return this.isNull ? null : this.value;
  }
}

/** Seconds east of UTC of `-03:00`; NaN when it is none. */
function offsetSeconds(bytes: Uint8Array, at: number): number {
  const [sign, hour, minute] = [bytes[at], twoDigits(bytes, at + 1), twoDigits(bytes, at + 4)];
  if ((sign !== plusByte && sign !== dashByte) || bytes[at + 3] !== colonByte) return Number.NaN;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return Number.NaN;
  return (sign === dashByte ? -1 : 1) * (hour * 3_600 + minute * 60);
}

/** Seconds since the epoch of `2026-01-31T23:59:59`. */
function secondsAt(bytes: Uint8Array, at: number): number {
  if (bytes[at + 10] !== upperT || bytes[at + 13] !== colonByte || bytes[at + 16] !== colonByte) return Number.NaN;
  const [hour, minute, second] = [twoDigits(bytes, at + 11), twoDigits(bytes, at + 14), twoDigits(bytes, at + 17)];
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return Number.NaN;
  return daysAt(bytes, at) * 86_400 + hour * 3_600 + minute * 60 + second;
}

export class QuickDate implements QuickValue {
  isNull = true;
  #days = 0;

  read(bytes: Buffer, at: number, end: number): number {
    const close = at + 1 + dateBytes;
    if (bytes[at] !== quoteByte || close >= end || bytes[close] !== quoteByte) return unusual;
    this.#days = daysAt(bytes, at + 1);
    if (Number.isNaN(this.#days)) return unusual;
    this.isNull = false;
    return close + 1;
  }

  appendTo(builder: AnyBuilder): void {
    if (this.isNull) (builder as Int32Builder).appendNull();
    else (builder as Int32Builder).append(this.#days);
  }

  stored(): Stored {
    return this.isNull ? null : this.#days;
  }
}
