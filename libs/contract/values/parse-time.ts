/** Reads ISO 8601 / RFC 3339 dates and times into days and microseconds, exactly and without `Date`. */

/** Why a text is no time: the reason codes of these names. */
export type TimeFailure = 'wrong_format' | 'time_out_of_range';

/** Seconds of 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
export const secondsMin = -62_135_596_800;
export const secondsMax = 253_402_300_799;

/** Whole seconds up to which their microseconds are safe integers. */
const safeSeconds = 9_007_199_253;
const notDigit = -100_000;
const monthDays = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Microseconds since the epoch of an RFC 3339 date-time: a number where it is a safe integer (years 1684 to 2255), else a bigint.
 * An offset or Z is required; 1 to 9 fraction digits, cut off behind the sixth. A leap second is the first instant of the next minute.
 */
export function parseDateTime(text: string): number | bigint | TimeFailure {
  const days = daysAt(text);
  const hour = two(text, 11);
  const minute = two(text, 14);
  const second = two(text, 17);
  const shaped = isTimeMark(text.charCodeAt(10)) && text.charCodeAt(13) === 58 && text.charCodeAt(16) === 58;
  if (!shaped || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
    return failureOf(text);
  if (Number.isNaN(days)) return failureOf(text);
  let at = 19;
  let micros = 0;
  if (text.charCodeAt(at) === 46) {
    const start = ++at;
    for (let digit = digitAt(text, at); digit >= 0; digit = digitAt(text, ++at))
      if (at - start < 6) micros = micros * 10 + digit;
    const digits = at - start;
    if (digits === 0 || digits > 9) return 'wrong_format';
    for (let i = digits; i < 6; i++) micros *= 10;
  }
  const offset = offsetSeconds(text, at);
  if (Number.isNaN(offset)) return failureOf(text);
  const seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset;
  return second === 60 ? leapMicros(seconds) : microsOf(seconds, micros);
}

/** Days since the epoch of a full date, `2024-02-29`. */
export function parseDate(text: string): number | TimeFailure {
  const days = text.length === 10 ? daysAt(text) : Number.NaN;
  if (Number.isNaN(days)) return failureOf(text);
  return days * 86_400 < secondsMin ? 'time_out_of_range' : days;
}

/**
 * Of a second 60, which UTC has at the end of a day only: microseconds cannot hold it, so all of it is the first instant of the next minute.
 * @param seconds of that instant
 */
export function leapMicros(seconds: number): number | bigint | TimeFailure {
  return seconds % 86_400 === 0 ? microsOf(seconds, 0) : 'wrong_format';
}

/** Microseconds since the epoch of whole seconds and microseconds. */
export function microsOf(seconds: number, micros: number): number | bigint | TimeFailure {
  if (seconds < secondsMin || seconds > secondsMax) return 'time_out_of_range';
  if (seconds <= safeSeconds && seconds >= -safeSeconds) return seconds * 1_000_000 + micros;
  return BigInt(seconds) * 1_000_000n + BigInt(micros);
}

/** Days since the epoch of the date at the start of the text, NaN when there is none. Proleptic Gregorian calendar. */
function daysAt(text: string): number {
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  if (year < 0 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return Number.NaN;
  return daysOf(year, month, day);
}

/** Days since the epoch of a date from year 0 on, NaN when the calendar does not have it. */
export function daysOf(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1) return Number.NaN;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > (monthDays[month] ?? 0) + (leap && month === 2 ? 1 : 0)) return Number.NaN;
  // Years counted from March put the leap day last; 719468 days lie between 0000-03-01 and 1970-01-01.
  const fromMarch = month > 2 ? year : year - 1;
  const century = Math.floor(fromMarch / 100);
  const leapDays = Math.floor(fromMarch / 4) - century + Math.floor(century / 4);
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return fromMarch * 365 + leapDays + dayOfYear - 719_468;
}

/** Seconds east of UTC of the offset that fills the rest of the text, NaN when it is none. */
function offsetSeconds(text: string, at: number): number {
  const mark = text.charCodeAt(at);
  if (mark === 90 || mark === 122) return text.length === at + 1 ? 0 : Number.NaN;
  if ((mark !== 43 && mark !== 45) || text.length !== at + 6 || text.charCodeAt(at + 3) !== 58) return Number.NaN;
  const hour = two(text, at + 1);
  const minute = two(text, at + 4);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return Number.NaN;
  return (mark === 45 ? -1 : 1) * (hour * 3600 + minute * 60);
}

/** RFC 3339 §5.6: T, t, or a space for readability. */
function isTimeMark(code: number): boolean {
  return code === 84 || code === 116 || code === 32;
}

function two(text: string, at: number): number {
  return digitAt(text, at) * 10 + digitAt(text, at + 1);
}

/** Far below zero for anything else, so that a number with a bad digit is negative. */
function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - 48;
  return digit >= 0 && digit <= 9 ? digit : notDigit;
}

/** Expanded years (`+12024-…`, ISO 8601) are well formed, but no column can hold them. */
function failureOf(text: string): TimeFailure {
  return /^[+-]?\d{5,6}-\d\d-\d\d/.test(text) ? 'time_out_of_range' : 'wrong_format';
}
