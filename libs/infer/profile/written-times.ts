/** Ways to write dates and times, besides RFC 3339. */
import { Unstorable } from '#contract/values/stored';
import { type TimePattern, timePattern } from '#contract/writing/time-pattern';
import { storePatternDate, storePatternTime } from '#contract/writing/times';
import type { Way } from './ways-alive.js';

/** A way to write a date or time. It reads days or microseconds since the epoch; of a local time, as if it were UTC. */
export interface TimeWay extends Way<number | bigint> {
  readonly pattern: string;
  readonly is: 'date' | 'date-time' | 'local';
}

const time = ' HH:mm[:ss[.SSSSSSSSS]]';
const isoTime = 'HH:mm[:ss[.SSSSSSSSS]]';

/** Of one day, in either order: only a day after the 12th tells which. */
const dates: readonly [family: string, pattern: string][] = [
  ...['/', '-', '.'].flatMap((sign): [string, string][] => [
    ['day first', `dd${sign}MM${sign}yyyy`],
    ['day first', `d${sign}M${sign}yyyy`],
    ['month first', `MM${sign}dd${sign}yyyy`],
    ['month first', `M${sign}d${sign}yyyy`],
  ]),
  ['year first', 'yyyy/MM/dd'],
  ['year first', 'yyyy/M/d'],
];
const zoned = [`yyyy-MM-ddT${isoTime}Z`, `yyyy-MM-dd ${isoTime}Z`, `yyyy-MM-dd ${isoTime} Z`, 'dd/MMM/yyyy:HH:mm:ss Z'];
const local = [`yyyy-MM-ddT${isoTime}`, `yyyy-MM-dd ${isoTime}`];

export const timeWays: readonly TimeWay[] = [
  ...dates.map(([family, pattern]) => timeWay('date', family, pattern)),
  ...dates.map(([family, pattern]) => timeWay('local', family, `${pattern}${time}`)),
  ...zoned.map((pattern) => timeWay('date-time', 'with offset', pattern)),
  ...local.map((pattern) => timeWay('local', 'year first', pattern)),
];

function timeWay(is: TimeWay['is'], family: string, pattern: string): TimeWay {
  const compiled = timePattern(pattern);
  if (typeof compiled === 'string') throw new TypeError(`${pattern} ${compiled}`);
  return { is, family, pattern, read: readerOf(is, pattern, compiled) };
}

function readerOf(is: TimeWay['is'], pattern: string, compiled: TimePattern): TimeWay['read'] {
  const store = is === 'date' ? storePatternDate(pattern, compiled) : storePatternTime(pattern, compiled, () => 0);
  return (text) => {
    const value = store(text, '', unread, unread as never);
    return value instanceof Unstorable ? undefined : (value as number | bigint);
  };
}

/** A time is read from its text alone, whatever event it stands in. */
const unread = {};
