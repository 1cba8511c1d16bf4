/** Which values of one column type are, without loss, values of another. */
import { sqlType } from '../polars/data-frames.js';
import { type ColumnType, isNested } from '../types/column-spec.js';
import { isSame, mergedType } from '../types/merged-type.js';

/** Decimal digits that a float64 holds whatever they are (IEEE 754: DBL_DIG). */
const floatDigits = 15;
const usPerDay = 86_400_000_000;
const numbers: ReadonlySet<ColumnType['kind']> = new Set(['int32', 'int64', 'float64', 'decimal']);

/**
 * SQL over a value of type `from` that is not null: true where a cast to `to` loses nothing. `all`: of each value. `none`: these types have no values in
 * common. Text is a number when it is written as JSON writes one, without an exponent.
 */
export function exactWhere(value: string, from: ColumnType, to: ColumnType): string | 'all' | 'none' {
  if (isSame(from, to)) return 'all';
  if (isNested(from) || isNested(to)) return isPartOf(from, to) ? 'all' : 'none';
  if (numbers.has(from.kind) && numbers.has(to.kind)) return numberAsNumber(value, from, to);
  if (from.kind === 'string') return textAsNumber(value, to);
  if (to.kind === 'string') return numbers.has(from.kind) ? 'all' : 'none';
  if (from.kind === 'date' && to.kind === 'timestamp') return 'all';
  if (from.kind === 'timestamp' && to.kind === 'date') return `CAST(${value} AS BIGINT) % ${usPerDay} = 0`;
  return 'none';
}

/** Objects gain fields, which are null then; they lose none. */
function isPartOf(from: ColumnType, to: ColumnType): boolean {
  const both = mergedType(to, from);
  return both !== undefined && isSame(both, to);
}

/** What comes back as it was has lost nothing. */
function numberAsNumber(value: string, from: ColumnType, to: ColumnType): string | 'all' {
  if (from.kind === 'int32' && (to.kind === 'int64' || to.kind === 'float64')) return 'all';
  if (from.kind === 'float64' && to.kind === 'decimal') return andBack(shortFloat(value, to), value, from, to);
  const there = from.kind === 'decimal' && to.kind === 'float64' ? shortFloat(`CAST(${value} AS DOUBLE)`, from) : value;
  return andBack(there, value, from, to);
}

function andBack(there: string, value: string, from: ColumnType, to: ColumnType): string {
  return `TRY_CAST(TRY_CAST(${there} AS ${sqlType(to)}) AS ${sqlType(from)}) = ${value}`;
}

/** Null beyond what is a float and a decimal without doubt: of more digits, several decimals are one float. Polars fails on floats beyond the precision, also where it should try. */
function shortFloat(float: string, { precision, scale }: Extract<ColumnType, { kind: 'decimal' }>): string {
  const most = `${'9'.repeat(Math.min(precision, floatDigits))}e-${scale}`;
  return `CASE WHEN ABS(${float}) <= CAST('${most}' AS DOUBLE) THEN ${float} END`;
}

function textAsNumber(text: string, to: ColumnType): string | 'none' {
  const written = (pattern: string): string =>
    `(REGEXP_LIKE(${text}, '^-?(0|[1-9][0-9]*)${pattern}$') AND TRY_CAST(${text} AS ${sqlType(to)}) IS NOT NULL)`;
  switch (to.kind) {
    case 'int32':
    case 'int64':
      return written('');
    case 'float64':
      return `(LENGTH(${text}) <= ${floatDigits} AND ${written('(\\.[0-9]+)?')})`;
    case 'decimal':
      return written(to.scale === 0 ? '' : `(\\.[0-9]{1,${to.scale}})?`);
    default:
      return 'none';
  }
}
