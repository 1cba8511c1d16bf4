/** Local times of a time zone as instants, by the rules that the runtime has of it. */
import { Temporal } from 'temporal-polyfill';

/** From this local second on, `offset` no longer holds. */
interface Switch {
  readonly localSeconds: number;
  readonly offset: number;
}

/** The offsets of a year: each until its switch, then the last one. */
interface YearOffsets {
  readonly switches: readonly Switch[];
  readonly last: number;
}

/** A time zone's seconds east of UTC. */
export type OffsetAt = (localSeconds: number, year: number) => number;

const daySeconds = 86_400;
/** No zone is further from UTC. */
const marginSeconds = 2 * daySeconds;
/** The Gregorian calendar repeats itself, days of the week included. */
const cycleYears = 400;
const cycleSeconds = 146_097 * daySeconds;
/** Before it, no zone changes. */
const yearMin = 1_800;
/** The last cycle that is looked up: in all of it, zones follow rules by month and day of the week, and so they do for ever. */
const yearMax = 2_800;

/**
 * Undefined when nobody knows a zone of this name. A local time that comes twice is the earlier instant; one that is left out is moved
 * forward by the gap, as "compatible" of ECMAScript's Temporal has it: in both cases the offset before the change counts.
 *
 * Looking up a change takes a millisecond, so each year is looked up once. There are at most a thousand of them, however hostile the events are.
 */
export function zoneOffsets(zone: string): OffsetAt | undefined {
  if (!isZone(zone)) return undefined;
  const years = new Map<number, YearOffsets>();
  return (localSeconds, year) => {
    const cycles = year > yearMax ? Math.ceil((year - yearMax) / cycleYears) : 0;
    const known = Math.max(year - cycles * cycleYears, yearMin);
    const offsets = years.get(known) ?? offsetsOf(zone, known);
    years.set(known, offsets);
    return offsetIn(offsets, localSeconds - cycles * cycleSeconds);
  };
}

function offsetIn({ switches, last }: YearOffsets, localSeconds: number): number {
  for (const one of switches) if (localSeconds < one.localSeconds) return one.offset;
  return last;
}

function isZone(zone: string): boolean {
  try {
    zonedAt(0, zone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function offsetsOf(zone: string, year: number): YearOffsets {
  const end = secondsAt(year + 1) + marginSeconds;
  const switches: Switch[] = [];
  let at = zonedAt(secondsAt(year) - marginSeconds, zone);
  for (;;) {
    const offset = offsetOf(at);
    const next = at.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds / 1_000 >= end) return { switches, last: offset };
    // A local time is behind the change only when it is so by both offsets: then it comes once, and is not left out.
    switches.push({ localSeconds: next.epochMilliseconds / 1_000 + Math.max(offset, offsetOf(next)), offset });
    at = next;
  }
}

function zonedAt(seconds: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(seconds * 1_000).toZonedDateTimeISO(zone);
}

function offsetOf(at: Temporal.ZonedDateTime): number {
  return at.offsetNanoseconds / 1e9;
}

function secondsAt(year: number): number {
  return Date.UTC(year, 0) / 1_000;
}
