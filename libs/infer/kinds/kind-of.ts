/** From what was seen at a place to the kind of its values: whatever it is, every value that was seen must be of it. */
import type { NumberFacts } from '../profile/number-facts.js';
import type { Place } from '../profile/place.js';
import type { Told } from '../profile/profile.js';
import type { TextFacts } from '../profile/text-facts.js';
import type { WrittenFacts } from '../profile/written-facts.js';
import { flagOf } from './flag.js';
import type { EpochUnit, Kind } from './kind.js';
import { saysIdentifier, saysMoney, saysTime } from './name-hints.js';

const digitsMax = 38;
/** Decimals of so many digits take 8 bytes in a table, others 16. */
const digitsShort = 18;
/** Room for larger numbers than the sample has. */
const digitsSpare = 3;
const moneyScale = 2;
const moneyScaleMax = 4;
/** A choice is one when each of its texts came so often, and none was new in the second half: then there is hardly one that did not come. */
const timesEach = 10;
/** 2000-01-01 and 2100-01-01, s: few other numbers lie between them. */
const plausibleSeconds: readonly [number, number] = [946_684_800, 4_102_444_800];
const perSecond: Readonly<Record<EpochUnit, number>> = { s: 1, ms: 1_000, us: 1_000_000 };

/** @param name of the property; '' for the items of a list */
export function kindOf(place: Place, name: string, told: Told): Kind {
  const types = jsonTypesOf(place);
  if (types.length === 0) return { is: 'nothing' };
  if (types.join() === 'string') return textKind(place.texts, told);
  if (types.join() === 'number') return numberKind(place.numbers, name);
  if (types.join() === 'string,number')
    return bothKind(place) ?? { is: 'mixed', types: ['string', isIntegers(place.numbers) ? 'integer' : 'number'] };
  const [only = '', ...others] = types;
  if (others.length > 0) return { is: 'mixed', types };
  return { is: only === 'array' ? 'list' : only === 'object' ? 'object' : 'boolean' };
}

function jsonTypesOf({ texts, numbers, booleans, objects, arrays }: Place): string[] {
  const counts = { string: texts.count, number: numbers.count, boolean: booleans, object: objects, array: arrays };
  return Object.entries(counts).flatMap(([type, count]) => (count > 0 ? [type] : []));
}

function textKind(texts: TextFacts, told: Told): Kind {
  if (texts.empties === 0) {
    if (texts.dateTimes === texts.filled) return { is: 'date-time' };
    if (texts.dates === texts.filled) return { is: 'date' };
    if (texts.uuids === texts.filled) return { is: 'uuid' };
    if (texts.numbers === texts.filled && (texts.fractions > 0 || told.isTextOnly)) {
      const decimal = decimalKind(texts.digitsBefore, texts.digitsBehind);
      if (decimal) return decimal;
    }
    const written = writtenKind(texts.written, told);
    if (written) return written;
  }
  if (!isChoice(texts)) return { is: 'text' };
  const of = texts.choices ?? [];
  return flagOf(of) ?? { is: 'choice', of };
}

/** What a contract can read when it says how. The time zone of local times is told, or they stay texts. */
function writtenKind({ time, number }: WrittenFacts, { timeZone }: Told): Kind | undefined {
  if (time?.is === 'local')
    return timeZone === undefined ? undefined : { is: 'date-time', pattern: time.pattern, timeZone };
  if (time) return { is: time.is, pattern: time.pattern };
  if (number === undefined) return undefined;
  const decimal = decimalKind(number.digitsBefore, number.digitsBehind);
  const marks = { 'x-decimal': number.decimal, ...(number.hasThousands && { 'x-thousands': number.thousands }) };
  return decimal && { ...decimal, marks };
}

function isChoice({ choices, empties, filled, leastOften, lastNew }: TextFacts): boolean {
  return choices !== undefined && empties === 0 && leastOften >= timesEach && lastNew <= filled / 2;
}

function numberKind(numbers: NumberFacts, name: string): Kind {
  if (isIntegers(numbers)) {
    if (numbers.int64s < numbers.count) return decimalKind(numbers.digitsBefore, 0) ?? { is: 'number' };
    const unit = epochUnit(numbers, name);
    return unit ? { is: 'epoch', unit } : { is: 'integer' };
  }
  const isMoney = saysMoney(name) && numbers.digitsBehind <= moneyScaleMax;
  const needsDecimal = isMoney || numbers.inexact > 0;
  return (needsDecimal ? decimalKind(numbers.digitsBefore, numbers.digitsBehind) : undefined) ?? { is: 'number' };
}

/** Texts and numbers, which a decimal may be written as. */
function bothKind({ texts, numbers }: Place): Kind | undefined {
  if (texts.empties > 0 || texts.numbers < texts.filled) return undefined;
  return decimalKind(
    Math.max(texts.digitsBefore, numbers.digitsBefore),
    Math.max(texts.digitsBehind, numbers.digitsBehind),
  );
}

function isIntegers(numbers: NumberFacts): boolean {
  return numbers.integers === numbers.count;
}

function decimalKind(before: number, behind: number): Extract<Kind, { is: 'decimal' }> | undefined {
  const scale = behind === 0 ? 0 : Math.max(behind, moneyScale);
  if (before + scale > digitsMax) return undefined;
  return { is: 'decimal', precision: before + scale + digitsSpare <= digitsShort ? digitsShort : digitsMax, scale };
}

/** Seconds look like many other numbers, so the name must say it, too; milliseconds and microseconds only must not be said to be something else. */
function epochUnit({ min, max }: NumberFacts, name: string): EpochUnit | undefined {
  const [from, to] = plausibleSeconds;
  const units: readonly EpochUnit[] = ['s', 'ms', 'us'];
  const unit = units.find((one) => min >= from * perSecond[one] && max < to * perSecond[one]);
  if (unit === undefined || saysTime(name)) return unit;
  return unit === 's' || saysIdentifier(name, '') > 0 ? undefined : unit;
}
