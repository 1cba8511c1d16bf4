/** What a property of format date-time or date says of how its times are written. */
import { type ContractProblem, problem } from '../validator/contract-problem.js';
import type { EventObject } from '../values/event-object.js';
import { type Store, storeDate, storeDateTime } from '../values/stored.js';
import { type TimePattern, timePattern } from './time-pattern.js';
import { storePatternDate, storePatternTime } from './times.js';
import { zoneOffsets } from './zone-offsets.js';

/** The store of its values, or what is wrong. Without `x-format` times are as RFC 3339 writes them. */
export function timeOf(property: EventObject, pointer: string): Store | ContractProblem {
  const { format, 'x-format': pattern, 'x-timezone': zone } = property;
  if (pattern === undefined) {
    if (zone !== undefined)
      return problem(
        `${pointer}/x-timezone`,
        'has no use without "x-format": RFC 3339 writes the offset into the time',
      );
    return format === 'date' ? storeDate : storeDateTime;
  }
  const compiled = timePattern(String(pattern));
  if (typeof compiled === 'string') return problem(`${pointer}/x-format`, compiled);
  return format === 'date'
    ? dateOf(String(pattern), compiled, zone, pointer)
    : dateTimeOf(String(pattern), compiled, zone, pointer);
}

function dateOf(pattern: string, compiled: TimePattern, zone: unknown, pointer: string): Store | ContractProblem {
  if (compiled.hasTime || compiled.hasZone !== 'never')
    return problem(
      `${pointer}/x-format`,
      'has a time of day or an offset, but format date has none: write "format": "date-time"',
    );
  if (zone !== undefined) return problem(`${pointer}/x-timezone`, 'does not go with format date: a day is no instant');
  return storePatternDate(pattern, compiled);
}

function dateTimeOf(pattern: string, compiled: TimePattern, zone: unknown, pointer: string): Store | ContractProblem {
  if (!compiled.hasTime) return problem(`${pointer}/x-format`, 'has no hour: write "format": "date", or HH');
  if (compiled.hasZone === 'always')
    return zone === undefined
      ? storePatternTime(pattern, compiled, () => 0)
      : problem(`${pointer}/x-timezone`, 'has no use: the pattern has Z, so each time names its offset');
  if (zone === undefined)
    return problem(
      `${pointer}/x-format`,
      'leaves open which time zone it is: write "x-timezone": "America/Sao_Paulo" (or "UTC") beside it, or Z into the pattern where the text has an offset',
    );
  const offsetAt = zoneOffsets(String(zone));
  return offsetAt === undefined
    ? problem(`${pointer}/x-timezone`, 'is no time zone: write an IANA name, such as "Europe/Lisbon"')
    : storePatternTime(pattern, compiled, offsetAt);
}
