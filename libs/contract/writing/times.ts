/** Times and dates in a form of their own: `x-format`, and `x-timezone` where a text names no offset. */
import { leapMicros, microsOf, type TimeFailure } from '../values/parse-time.js';
import { type Store, type Stored, Unstorable } from '../values/stored.js';
import type { LocalTime, TimePattern } from './time-pattern.js';
import type { OffsetAt } from './zone-offsets.js';

const notText = new Unstorable('wrong_type', 'must be a string');
const outOfRange = new Unstorable('time_out_of_range', 'must lie within the years 0001 to 9999 in UTC');

/** @param offsetAt for texts that name no offset */
export function storePatternTime(pattern: string, { read }: TimePattern, offsetAt: OffsetAt): Store {
  const wrongFormat = new Unstorable('wrong_format', `must be a time written as ${pattern}`);
  return storeRead(wrongFormat, (text) => {
    const local = read(text);
    return local === undefined ? 'wrong_format' : microsIn(local, offsetAt);
  });
}

/** Stores days since the epoch. */
export function storePatternDate(pattern: string, { read }: TimePattern): Store {
  const wrongFormat = new Unstorable('wrong_format', `must be a date written as ${pattern}`);
  return storeRead(wrongFormat, (text) => {
    const local = read(text);
    if (local === undefined) return 'wrong_format';
    return local.year === 0 ? 'time_out_of_range' : local.days;
  });
}

function storeRead(wrongFormat: Unstorable, parse: (text: string) => number | bigint | TimeFailure): Store {
  const failures: Record<TimeFailure, Unstorable> = { wrong_format: wrongFormat, time_out_of_range: outOfRange };
  return (value): Stored | Unstorable => {
    if (typeof value !== 'string') return notText;
    const parsed = parse(value);
    return typeof parsed === 'string' ? failures[parsed] : parsed;
  };
}

function microsIn(local: LocalTime, offsetAt: OffsetAt): number | bigint | TimeFailure {
  const { year, days, minuteSeconds, second, micros } = local;
  const isLeap = second === 60;
  const localSeconds = days * 86_400 + minuteSeconds + (isLeap ? 59 : second);
  const seconds = localSeconds - (local.offset ?? offsetAt(localSeconds, year));
  return isLeap ? leapMicros(seconds + 1) : microsOf(seconds, micros);
}
