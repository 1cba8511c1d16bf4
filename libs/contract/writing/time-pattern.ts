/** Patterns of times, such as `dd/MM/yyyy HH:mm:ss`: what each letter stands for, and which patterns there cannot be. */
import { daysOf } from '../values/parse-time.js';
import {
  digits,
  fraction,
  halfDay,
  literal,
  monthName,
  optional,
  type Part,
  type Reading,
  readParts,
  twelveHours,
  zone,
} from './time-fields.js';

/** A time as the text has it: its day since the epoch, the seconds of that day, and what the text says of its offset. */
export interface LocalTime {
  readonly year: number;
  readonly days: number;
  /** 60 in a leap second. */
  readonly second: number;
  /** Of the day, without those of the minute. */
  readonly minuteSeconds: number;
  readonly micros: number;
  readonly offset: number | undefined;
}

export interface TimePattern {
  /** Undefined when the text is not written so. */
  readonly read: (text: string) => LocalTime | undefined;
  readonly hasTime: boolean;
  /** Whether a text names its offset: always, never, or as it likes. */
  readonly hasZone: 'always' | 'never' | 'maybe';
}

interface Letters {
  readonly part: Part;
  readonly means: string;
  /** The number of its digits is open: what follows must not begin with one. */
  readonly isOpen?: boolean;
  readonly isNumber?: boolean;
}

const letters: Readonly<Record<string, Letters>> = {
  yyyy: { part: digits('year', 4, 4), means: 'year', isNumber: true },
  MM: { part: digits('month', 2, 2), means: 'month', isNumber: true },
  M: { part: digits('month', 1, 2), means: 'month', isNumber: true, isOpen: true },
  MMM: { part: monthName, means: 'month' },
  dd: { part: digits('day', 2, 2), means: 'day', isNumber: true },
  d: { part: digits('day', 1, 2), means: 'day', isNumber: true, isOpen: true },
  HH: { part: digits('hour', 2, 2), means: 'hour', isNumber: true },
  H: { part: digits('hour', 1, 2), means: 'hour', isNumber: true, isOpen: true },
  hh: { part: twelveHours(2), means: 'hour', isNumber: true },
  h: { part: twelveHours(1), means: 'hour', isNumber: true, isOpen: true },
  mm: { part: digits('minute', 2, 2), means: 'minute', isNumber: true },
  ss: { part: digits('second', 2, 2), means: 'second', isNumber: true },
  ...Object.fromEntries(
    Array.from({ length: 9 }, (_, at) => [
      'S'.repeat(at + 1),
      { part: fraction(at + 1), means: 'fraction', isNumber: true, isOpen: true },
    ]),
  ),
  a: { part: halfDay, means: 'half of the day' },
  Z: { part: zone, means: 'offset' },
};
const known = 'yyyy, MM, M, MMM, dd, d, HH, H, hh, h, mm, ss, S to SSSSSSSSS, a and Z';
const tokens = /'([^']*)'|([A-Za-z])\2*|[\s\S]/gu;

export interface Token {
  readonly text: string;
  readonly letters?: Letters | undefined;
  /** 1 where something begins that may be missing, -1 where it ends. */
  readonly deeper?: number | undefined;
}

const brackets: Readonly<Record<string, number>> = { '[': 1, ']': -1 };

/** The compiled pattern, or what is wrong with it and what to write. */
export function timePattern(pattern: string): TimePattern | string {
  const found = tokensOf(pattern);
  if (typeof found === 'string') return found;
  const mistake = mistakeIn(found);
  if (mistake !== undefined) return mistake;
  const parts = partsOf(found);
  if (typeof parts === 'string') return parts;
  const zoneAt = found.findIndex(({ letters: one }) => one?.means === 'offset');
  return {
    read: (text) => read(parts, text),
    hasTime: found.some(({ letters: one }) => one?.means === 'hour'),
    hasZone: zoneAt < 0 ? 'never' : depthAt(found, zoneAt) > 0 ? 'maybe' : 'always',
  };
}

/** The pieces of a pattern, or what is wrong with one. T stands for itself, as in ISO 8601; other letters that do so stand between quotes. */
export function tokensOf(pattern: string): Token[] | string {
  const found: Token[] = [];
  for (const [text, quoted, letter] of pattern.matchAll(tokens)) {
    if (text === "'")
      return 'has a quote that does not end: write another one behind the letters that stand for themselves';
    const meaning = letters[text];
    if (letter !== undefined && meaning === undefined && text !== 'T')
      return `has ${text}, which stands for nothing: write ${known}, and '${text}' between quotes where it stands for itself`;
    found.push(quoted === undefined ? { text, letters: meaning, deeper: brackets[text] } : { text: quoted });
  }
  return found;
}

function mistakeIn(found: readonly Token[]): string | undefined {
  const meanings = found.flatMap(({ letters: one }) => (one === undefined ? [] : [one.means]));
  const twice = meanings.find((means, at) => meanings.indexOf(means) !== at);
  if (twice !== undefined) return `has the ${twice} twice: write it once`;
  const lacking = ['year', 'month', 'day'].find((means) => !meanings.includes(means));
  if (lacking !== undefined) return `has no ${lacking}: write a whole date, such as dd/MM/yyyy`;
  const lackingTime = lackingBefore(meanings);
  if (lackingTime !== undefined) return lackingTime;
  const hasHalves = found.some(({ text, letters: one }) => one !== undefined && /^h+$/.test(text));
  if (hasHalves !== meanings.includes('half of the day'))
    return 'has one of h and a without the other: write HH, or hh and a';
  const fields = found.filter(({ deeper }) => deeper === undefined);
  const open = fields.find(({ letters: one }, at) => one?.isOpen && startsWithDigit(fields[at + 1]));
  return (
    open &&
    `has ${open.text}, whose number of digits is open, right before a digit: write a sign between them, or as many letters as digits`
  );
}

/** What is smaller needs what is larger. */
function lackingBefore(meanings: readonly string[]): string | undefined {
  const order = ['hour', 'minute', 'second', 'fraction'];
  const at = order.findIndex((means, i) => i > 0 && meanings.includes(means) && !meanings.includes(order[i - 1]!));
  return at < 0 ? undefined : `has a ${order[at]} without ${order[at - 1]}: write both`;
}

function startsWithDigit(token: Token | undefined): boolean {
  return token !== undefined && (token.letters?.isNumber ?? /^\d/.test(token.text));
}

/** Square brackets stand around what may be missing, also within each other. */
function partsOf(found: readonly Token[]): Part[] | string {
  const open: Part[][] = [[]];
  for (const { text, letters: one, deeper } of found) {
    if (deeper === 1) open.push([]);
    else if (deeper === -1) {
      const inner = open.pop() ?? [];
      const outer = open.at(-1);
      if (outer === undefined) return 'has a ] without its [: write both around what may be missing';
      outer.push(optional(inner));
    } else open.at(-1)!.push(one?.part ?? literal(text));
  }
  return open.length === 1 ? open[0]! : 'has a [ without its ]: write both around what may be missing';
}

function depthAt(found: readonly Token[], at: number): number {
  return found.slice(0, at).reduce((depth, { deeper = 0 }) => depth + deeper, 0);
}

function read(parts: readonly Part[], text: string): LocalTime | undefined {
  const into: Reading = {
    year: 0,
    month: 0,
    day: 0,
    hour: 0,
    minute: 0,
    second: 0,
    micros: 0,
    halfDay: 0,
    offset: undefined,
  };
  if (readParts(parts, text, 0, into) !== text.length) return undefined;
  const { year, hour, minute, second, micros, offset } = into;
  const days = daysOf(year, into.month, into.day);
  if (Number.isNaN(days) || hour > 23 || minute > 59 || second > 60) return undefined;
  return { year, days, minuteSeconds: (hour + into.halfDay) * 3600 + minute * 60, second, micros, offset };
}
