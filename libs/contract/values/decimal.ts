/** Compares and divides numbers as the decimals they are written as, whatever their size: no double decides. */

/** 0.digits × 10^exponent; zero has no digits. */
export interface Decimal {
  readonly negative: boolean;
  /** Without zeros at either end. */
  readonly digits: string;
  readonly exponent: number;
}

const jsonNumber = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const chunkDigits = 15;
const powers = Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/** @param text a JSON number (RFC 8259 §6), or what `String` makes of a finite one */
export function decimalOf(text: string): Decimal {
  const [, sign, whole = '', fraction = '', exponent = '0'] = jsonNumber.exec(text) ?? [];
  const all = whole + fraction;
  let start = 0;
  let end = all.length;
  while (start < end && all.charCodeAt(start) === 48) start++;
  while (end > start && all.charCodeAt(end - 1) === 48) end--;
  return {
    negative: sign === '-' && end > start,
    digits: all.slice(start, end),
    exponent: end > start ? whole.length - start + Number(exponent) : 0,
  };
}

/** Below zero when `a` is less than `b`, 0 when they are equal. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const [signA, signB] = [signOf(a), signOf(b)];
  if (signA !== signB || signA === 0) return signA - signB;
  if (a.exponent !== b.exponent) return (a.exponent - b.exponent) * signA;
  if (a.digits === b.digits) return 0;
  return a.digits < b.digits ? -signA : signA;
}

/** The same text for the same decimal. */
export function decimalText({ negative, digits, exponent }: Decimal): string {
  return digits === '' ? '0' : `${negative ? '-' : ''}0.${digits}e${exponent}`;
}

/** Says whether numbers are whole multiples of `unit`, which must not be zero. `text` is given where the double does not say all. */
export function multipleOf(unit: Decimal): (value: number, text: string | undefined) => boolean {
  const factor = BigInt(unit.digits);
  const scale = unit.digits.length - unit.exponent;
  const power = scale >= 0 ? (powers[scale] ?? 0) : 0;
  const safeFactor = factor < 1_000_000_000_000_000n ? Number(factor) : 0;
  return (value, text) => {
    if (text === undefined && power > 0 && safeFactor > 0) {
      const units = Math.round(value * power);
      // Both texts have at most 15 digits: where they are one double, they are one decimal.
      if (units < 1e15 && units > -1e15) return units / power === value && units % safeFactor === 0;
    }
    return divides(factor, scale, decimalOf(text ?? String(value)));
  };
}

function divides(factor: bigint, scale: number, { digits, exponent }: Decimal): boolean {
  if (digits === '') return true;
  // Of both, the last digit is not 0: with places left over, the value has more digits than any multiple.
  const shift = scale + exponent - digits.length;
  return shift >= 0 && (remainder(digits, factor) * powerOfTen(shift, factor)) % factor === 0n;
}

/** Piece by piece: a megabyte of digits costs no more than a walk over them. */
function remainder(digits: string, factor: bigint): bigint {
  let rest = 0n;
  for (let at = 0; at < digits.length; at += chunkDigits) {
    const chunk = digits.slice(at, at + chunkDigits);
    rest = (rest * BigInt(powers[chunk.length] ?? 0) + BigInt(chunk)) % factor;
  }
  return rest;
}

/** 10^exponent modulo `factor`, by squaring. */
function powerOfTen(exponent: number, factor: bigint): bigint {
  let result = 1n % factor;
  let base = 10n % factor;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = (result * base) % factor;
    base = (base * base) % factor;
  }
  return result;
}

function signOf({ negative, digits }: Decimal): number {
  if (digits === '') return 0;
  return negative ? -1 : 1;
}
