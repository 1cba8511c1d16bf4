/** Writes an instant as a pattern of times says, for events that we send ourselves. */
import { Temporal } from 'temporal-polyfill';
import { tokensOf } from './time-pattern.js';

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');
const hourOfHalf = (hour: number): number => hour % 12 || 12;

type Local = Temporal.ZonedDateTime;

const writers: Readonly<Record<string, (local: Local) => string>> = {
  yyyy: ({ year }) => padded(year, 4),
  MM: ({ month }) => padded(month, 2),
  M: ({ month }) => String(month),
  MMM: ({ month }) => months[month - 1]!,
  dd: ({ day }) => padded(day, 2),
  d: ({ day }) => String(day),
  HH: ({ hour }) => padded(hour, 2),
  H: ({ hour }) => String(hour),
  hh: ({ hour }) => padded(hourOfHalf(hour), 2),
  h: ({ hour }) => String(hourOfHalf(hour)),
  mm: ({ minute }) => padded(minute, 2),
  ss: ({ second }) => padded(second, 2),
  a: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  Z: ({ offset }) => offset,
};

/**
 * Undefined when the pattern is none. What may be missing is written, too.
 * @param zone IANA name, for a pattern that names no offset
 * @param ms epoch milliseconds
 */
export function writeTime(pattern: string, zone: string, ms: number): string | undefined {
  const tokens = tokensOf(pattern);
  if (typeof tokens === 'string') return undefined;
  const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  return tokens
    .filter(({ deeper }) => deeper === undefined)
    .map(({ text, letters }) =>
      letters === undefined ? text : (writers[text]?.(local) ?? fraction(local, text.length)),
    )
    .join('');
}

function fraction({ millisecond }: Local, digits: number): string {
  return padded(millisecond, 3).padEnd(digits, '0').slice(0, digits);
}
