/** Small steps over the bytes of a JSON text that is UTF-8. */

export const quoteByte = 0x22;
export const minusByte = 0x2d;
export const pointByte = 0x2e;
export const zeroByte = 0x30;
const backslashByte = 0x5c;
const spaceByte = 0x20;

/** What the exact reader must decide. */
export const unusual = -1;

/** Where the next byte stands that is no blank. */
export function behindBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isBlank(bytes[at]!)) at++;
  return at;
}

/** Blanks of JSON. */
function isBlank(byte: number): boolean {
  return byte === spaceByte || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Where the quote stands that ends a text which begins at `from`; `unusual` when it has escapes, holds what JSON does not let it, or does not end. */
export function textEnd(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === quoteByte) return at;
    if (byte === backslashByte || byte < spaceByte) return unusual;
  }
  return unusual;
}

/** The digit at this place; not within 0 to 9 when it is none. */
export function digitAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! - zeroByte;
}

/** Of two digits; `unusual` when one of them is none. */
export function twoDigits(bytes: Uint8Array, at: number): number {
  const [tens, ones] = [digitAt(bytes, at), digitAt(bytes, at + 1)];
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? unusual : tens * 10 + ones;
}

/** Whether these bytes stand from `start` to `end`. */
export function isText(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text[i]) return false;
  return true;
}

/** Code points from `start` to `end`. */
export function countCharacters(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if ((bytes[at]! & 0xc0) !== 0x80) count++;
  return count;
}

/** Up to so many digits any decimal is known by its double, and no other one has that. */
const exactDigits = 15;

/** One decimal, read digit by digit: `-?digits(.digits)?`. An object that is used again and again. */
export class Digits {
  /** All digits as one whole number, without the sign. */
  units = 0;
  negative = false;
  /** Digits, and how many of them stand behind the point. */
  count = 0;
  fraction = 0;

  /**
   * @param json whether the grammar is that of a JSON number, which begins with no superfluous zero
   * @returns where it ends; `unusual` when it is none, or has more digits than a double holds
   */
  read(bytes: Uint8Array, from: number, end: number, json: boolean): number {
    this.negative = bytes[from] === minusByte;
    const start = this.negative ? from + 1 : from;
    let at = start;
    let units = 0;
    for (let digit = digitAt(bytes, at); at < end && digit >= 0 && digit <= 9; digit = digitAt(bytes, ++at))
      units = units * 10 + digit;
    const whole = at - start;
    if (whole === 0 || (json && whole > 1 && bytes[start] === zeroByte)) return unusual;
    let fraction = 0;
    if (at < end && bytes[at] === pointByte) {
      const point = ++at;
      for (let digit = digitAt(bytes, at); at < end && digit >= 0 && digit <= 9; digit = digitAt(bytes, ++at))
        units = units * 10 + digit;
      fraction = at - point;
      if (fraction === 0) return unusual;
    }
    this.units = units;
    this.count = whole + fraction;
    this.fraction = fraction;
    return this.count > exactDigits ? unusual : at;
  }
}
