/** What was seen at a place, in a few words: counts, smallest and largest, never a single value of a text. */
import type { Place } from '../profile/place.js';
import type { EpochUnit, Kind } from './kind.js';

const msPer: Readonly<Record<EpochUnit, number>> = { s: 1_000, ms: 1, us: 1 / 1_000 };

/** @param whole how often it could have stood there */
export function evidenceOf(place: Place, kind: Kind, whole: number): string {
  const said = [presence(place, whole), valuesOf(place, kind), odd(place, kind)].filter((part) => part !== '');
  return said.join('; ');
}

function presence({ seen, nulls }: Place, whole: number): string {
  const there = seen === whole ? `in all ${counted(whole)}` : `in ${counted(seen)} of ${counted(whole)}`;
  return nulls === 0 ? there : `${there}, null in ${counted(nulls)}`;
}

function valuesOf(place: Place, kind: Kind): string {
  switch (kind.is) {
    case 'date-time':
    case 'date':
    case 'epoch':
      return timesOf(place, kind) ?? differentIn(place);
    case 'integer':
    case 'number':
      return `${place.numbers.min} to ${place.numbers.max}${kind.is === 'integer' ? `, ${differentIn(place)}` : ''}`;
    case 'decimal':
      return `at most ${digits(place, kind, 'digitsBefore')} digits before the ${kind.marks?.['x-decimal'] === ',' ? 'comma' : 'point'} and ${digits(place, kind, 'digitsBehind')} behind`;
    case 'text':
    case 'uuid':
      return differentIn(place);
    case 'choice':
    case 'flag':
      return `each at least ${counted(place.texts.leastOften)} times, and no new one after the first ${counted(place.texts.lastNew)}`;
    case 'object':
      return place.isFree ? 'too many different names for columns: kept as JSON' : '';
    case 'mixed':
      return `values of several types (${kind.types.join(', ')}): kept as JSON`;
    case 'list':
      return place.items === undefined ? 'nothing but empty lists' : '';
    case 'nothing':
    case 'boolean':
      return '';
  }
}

/** What keeps a text from being more than a text. */
function odd({ texts }: Place, kind: Kind): string {
  if (texts.empties > 0) return `empty in ${counted(texts.empties)}`;
  const isLike = kind.is === 'text' && texts.filled > 0 && texts.timeLike === texts.filled;
  return isLike && texts.dates + texts.dateTimes === 0
    ? `times that are not as RFC 3339 writes them, e.g. ${JSON.stringify(texts.timeLikeText)}${howToRead(texts)}`
    : '';
}

/** Of times without a time zone, which the events do not tell. */
export function howToRead({ written: { time } }: Place['texts']): string {
  return time?.is === 'local'
    ? `, which "format": "date-time", "x-format": ${JSON.stringify(time.pattern)} and their "x-timezone" read`
    : '';
}

/** The earliest and the latest time; undefined for dates, of which no more is known. */
export function timesOf({ numbers, texts }: Place, kind: Kind): string | undefined {
  if (kind.is === 'date-time') return `${texts.earliest} to ${texts.latest}`;
  if (kind.is !== 'epoch') return undefined;
  return `${kind.unit} since 1970, ${isoOf(numbers.min, kind.unit)} to ${isoOf(numbers.max, kind.unit)}`;
}

export function differentIn({ distinct: { count, isExact }, identity, seen, nulls }: Place): string {
  if (identity?.events !== undefined && seen > 1) return 'all different';
  return `${isExact ? '' : 'about '}${counted(Math.min(count, seen - nulls))} different`;
}

/** `12,345`. */
export function counted(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

function isoOf(time: number, unit: EpochUnit): string {
  return new Date(Math.floor(time * msPer[unit])).toISOString();
}

function digits({ numbers, texts }: Place, kind: Kind, which: 'digitsBefore' | 'digitsBehind'): number {
  const isMarked = kind.is === 'decimal' && kind.marks !== undefined;
  if (isMarked) return texts.written.number?.[which] ?? 0;
  return Math.max(numbers[which], texts.numbers > 0 ? texts[which] : 0);
}
