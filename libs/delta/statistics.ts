/** The `stats` text of an `add` action ("Per-file Statistics"): row count, null counts, smallest and largest values. */
import type { ColumnType } from '#columns/types/column-spec';
import { timestampParts } from './timestamp-text.js';

/** What was counted in one column of one file, or in a field of one. */
export interface ColumnRange {
  /** Name of the column, then those of fields. */
  readonly path: readonly string[];
  readonly type: ColumnType;
  readonly nullCount: number;
  /** Exact text (timestamps: epoch us); undefined when unknown or when all values are null. */
  readonly min: string | undefined;
  readonly max: string | undefined;
}

const prefixCodePointsMax = 32;
const highestCodePoint = '\u{10FFFF}';
const usPerMs = 1_000n;

/** Built as text: integers beyond 2^53 and decimals stay exact JSON numbers. */
export function encodeStatistics(numRecords: number, ranges: readonly ColumnRange[]): string {
  const minValues = members(ranges, (r) => (r.min === undefined ? undefined : lowerBound(r.type, r.min)));
  const maxValues = members(ranges, (r) => (r.max === undefined ? undefined : upperBound(r.type, r.max)));
  // What a count of nulls means for a list is left open, so there is none.
  const nullCount = members(ranges, (r) => (r.type.kind === 'list' ? undefined : String(r.nullCount)));
  return `{"numRecords":${numRecords},"minValues":${minValues},"maxValues":${maxValues},"nullCount":${nullCount}}`;
}

/** Fields stand within their column, as in the rows. */
function members(ranges: readonly ColumnRange[], json: (range: ColumnRange) => string | undefined): string {
  return nested(
    ranges.flatMap((range) => {
      const value = json(range);
      return value === undefined ? [] : [[range.path, value] as const];
    }),
  );
}

function nested(values: readonly (readonly [path: readonly string[], json: string])[]): string {
  const byName = new Map<string, (readonly [path: readonly string[], json: string])[]>();
  for (const [[name = '', ...path], json] of values) byName.set(name, [...(byName.get(name) ?? []), [path, json]]);
  const known = [...byName].map(([name, inner]) => {
    const [[path, json] = [[], '']] = inner;
    return `${JSON.stringify(name)}:${path.length === 0 ? json : nested(inner)}`;
  });
  return `{${known.join(',')}}`;
}

function lowerBound(type: ColumnType, text: string): string | undefined {
  if (type.kind === 'string') return JSON.stringify(text.slice(0, prefixEnd(text)));
  if (type.kind === 'timestamp') return timestampJson(floorToMs(BigInt(text)));
  return exact(type, text);
}

function upperBound(type: ColumnType, text: string): string | undefined {
  if (type.kind === 'string') return JSON.stringify(upperPrefix(text));
  // Statistics hold milliseconds; a rounded-up bound stays a bound for readers that take it literally.
  if (type.kind === 'timestamp') return timestampJson(-floorToMs(-BigInt(text)));
  return exact(type, text);
}

function exact(type: ColumnType, text: string): string | undefined {
  switch (type.kind) {
    case 'int32':
    case 'int64':
    case 'decimal':
    case 'bool':
      return text;
    case 'float64':
      return Number.isFinite(Number(text)) ? JSON.stringify(Number(text)) : undefined;
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(text) ? JSON.stringify(text) : undefined;
    default:
      return undefined;
  }
}

/** A short text that is no smaller than `text`: cut, and closed with the highest code point. */
function upperPrefix(text: string): string {
  let end = prefixEnd(text);
  while (text.startsWith(highestCodePoint, end)) end += highestCodePoint.length;
  return end >= text.length ? text : text.slice(0, end) + highestCodePoint;
}

/** Where the first code points end that statistics keep; the rest of the text may be long. */
function prefixEnd(text: string): number {
  let end = 0;
  for (let points = 0; points < prefixCodePointsMax && end < text.length; points++)
    end += text.codePointAt(end)! > 0xffff ? 2 : 1;
  return end;
}

function floorToMs(us: bigint): bigint {
  return us - (((us % usPerMs) + usPerMs) % usPerMs);
}

function timestampJson(epochUs: bigint): string | undefined {
  const parts = timestampParts(String(epochUs));
  return parts && `"${parts.date}T${parts.time}.${parts.micros.slice(0, 3)}Z"`;
}
