/** The parts of a time pattern: each reads its piece of a text. */

/** What was read so far. */
export interface Reading {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  micros: number;
  /** 12 in the afternoon, 0 before noon. */
  halfDay: number;
  /** Seconds east of UTC; undefined where the text names none. */
  offset: number | undefined;
}

/** Reads on at `at` and says where its piece ends, or -1 when the text is not as the pattern says. */
export type Part = (text: string, at: number, into: Reading) => number;

type NumberField = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const microsDigits = 6;

/** A number of `min` to `max` digits. */
export function digits(field: NumberField, min: number, max: number): Part {
  return (text, at, into) => {
    let value = 0;
    let end = at;
    for (; end < at + max; end++) {
      const digit = digitAt(text, end);
      if (digit < 0) break;
      value = value * 10 + digit;
    }
    if (end - at < min) return -1;
    into[field] = value;
    return end;
  };
}

/** One to `max` digits of a fraction of a second; what is smaller than a microsecond is cut off. */
export function fraction(max: number): Part {
  return (text, at, into) => {
    let micros = 0;
    let end = at;
    for (; end < at + max; end++) {
      const digit = digitAt(text, end);
      if (digit < 0) break;
      if (end - at < microsDigits) micros = micros * 10 + digit;
    }
    if (end === at) return -1;
    for (let place = end - at; place < microsDigits; place++) micros *= 10;
    into.micros = micros;
    return end;
  };
}

/** An English month of three letters. */
export const monthName: Part = (text, at, into) => {
  into.month = months.indexOf(text.slice(at, at + 3).toLowerCase()) + 1;
  return into.month === 0 ? -1 : at + 3;
};

/** The hours 12, 1, 2 … 11 of half a day; `halfDay` of the reading says of which. */
export function twelveHours(min: number): Part {
  const read = digits('hour', min, 2);
  return (text, at, into) => {
    const end = read(text, at, into);
    if (end < 0 || into.hour < 1 || into.hour > 12) return -1;
    into.hour %= 12;
    return end;
  };
}

export const halfDay: Part = (text, at, into) => {
  const name = text.slice(at, at + 2).toUpperCase();
  if (name !== 'AM' && name !== 'PM') return -1;
  into.halfDay = name === 'PM' ? 12 : 0;
  return at + 2;
};

/** `Z`, `+05`, `+0530` or `+05:30`. */
export const zone: Part = (text, at, into) => {
  const mark = text[at];
  if (mark === 'Z' || mark === 'z') {
    into.offset = 0;
    return at + 1;
  }
  if (mark !== '+' && mark !== '-') return -1;
  const hours = twoDigits(text, at + 1);
  const behind = text[at + 3] === ':' ? at + 4 : at + 3;
  const named = behind === at + 4 || digitAt(text, behind) >= 0;
  const minutes = named ? twoDigits(text, behind) : 0;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return -1;
  into.offset = (mark === '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  return named ? behind + 2 : at + 3;
};

export function literal(piece: string): Part {
  return (text, at) => (text.startsWith(piece, at) ? at + piece.length : -1);
}

/** All parts, or none of them. */
export function optional(parts: readonly Part[]): Part {
  return (text, at, into) => {
    const before = { ...into };
    const end = readParts(parts, text, at, into);
    if (end >= 0) return end;
    Object.assign(into, before);
    return at;
  };
}

export function readParts(parts: readonly Part[], text: string, from: number, into: Reading): number {
  let at = from;
  for (let i = 0; i < parts.length && at >= 0; i++) at = parts[i]!(text, at, into);
  return at;
}

function twoDigits(text: string, at: number): number {
  const [tens, ones] = [digitAt(text, at), digitAt(text, at + 1)];
  return tens < 0 || ones < 0 ? -1 : tens * 10 + ones;
}

function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - 48;
  return digit >= 0 && digit <= 9 ? digit : -1;
}
