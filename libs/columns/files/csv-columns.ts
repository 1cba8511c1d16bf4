/** Types for the columns of a CSV file, which holds nothing but text: as stated, else what all values of a column can be without loss. */
import type { DataFrame } from 'nodejs-polars';
import { columnNames, rowCount, sqlType } from '../polars/data-frames.js';
import { quoteName, runSql } from '../polars/sql.js';
import { DataFrameError } from '../types/data-frame-error.js';

/** `string`, `integer` (64 bit), `number` (double), `boolean` or `decimal(precision,scale)`, by column. */
export type StatedTypes = Readonly<Record<string, string>>;

/** What the texts of a type look like, and their value as SQL; NULL where the type cannot hold it. */
interface TextType {
  readonly pattern: string;
  readonly value: (text: string) => string;
}

const decimalForm = /^decimal\(([0-9]+),([0-9]+)\)$/;
const integer: TextType = { pattern: '^[+-]?[0-9]+$', value: (text) => `TRY_CAST(${text} AS BIGINT)` };
const number: TextType = {
  pattern: '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$',
  value: (text) => `TRY_CAST(${text} AS DOUBLE)`,
};
const boolean: TextType = { pattern: '^(?i:true|false)$', value: (text) => `LOWER(${text}) = 'true'` };
const types: Readonly<Record<string, TextType>> = {
  string: { pattern: '', value: (text) => text },
  integer,
  number,
  boolean,
};

/** Numbers whose text says no more than the number: without leading zeros, plus sign or exponent, which codes and telephone numbers have. */
const plainInteger = '^(0|-?[1-9][0-9]*)$';
const plainNumber = '^-?(0|[1-9][0-9]*)([.][0-9]+)?$';

/**
 * @param texts every column as text; null and '' are null in all types but `string`
 * Throws DataFrameError for a stated column that is missing, and for a value that its stated type cannot hold; it names the row, not the value.
 */
export function typedCsv(texts: DataFrame, stated: StatedTypes): DataFrame {
  const names = columnNames(texts);
  const missing = Object.keys(stated).find((name) => !names.includes(name));
  if (missing !== undefined)
    throw new DataFrameError(
      `the pipeline states a type for the column "${missing}"; the file has ${names.join(', ')}`,
    );
  const open = names.filter((name) => !Object.hasOwn(stated, name));
  const kinds = { ...Object.fromEntries(inferredKinds(texts, open).map((kind, i) => [open[i]!, kind])), ...stated };
  for (const name of Object.keys(stated)) checkValues(texts, name, kinds[name]!);
  const columns = names.map((name) => `${typedText(name, kinds[name]!)} AS ${quoteName(name)}`);
  return runSql(`SELECT ${columns.join(', ')} FROM t`, { t: texts });
}

function textType(kind: string): TextType {
  const [, precision, scale] = decimalForm.exec(kind) ?? [];
  if (precision === undefined || scale === undefined) return types[kind]!;
  const type = { kind: 'decimal', precision: Number(precision), scale: Number(scale) } as const;
  return {
    pattern: `^[+-]?[0-9]+([.][0-9]{0,${type.scale}}0*)?$`,
    value: (text) => `TRY_CAST(${text} AS ${sqlType(type)})`,
  };
}

function typedText(name: string, kind: string): string {
  const text = quoteName(name);
  return kind === 'string' ? text : textType(kind).value(`NULLIF(${text}, '')`);
}

/** A text that has the form of its type may still be beyond its range. */
function checkValues(texts: DataFrame, name: string, kind: string): void {
  const { pattern } = textType(kind);
  const text = quoteName(name);
  const wrong = `${text} IS NOT NULL AND ${text} <> '' AND NOT (REGEXP_LIKE(${text}, '${pattern}') AND ${typedText(name, kind)} IS NOT NULL)`;
  if (rowCount(runSql(`SELECT ${text} FROM t WHERE ${wrong} LIMIT 1`, { t: texts })) === 0) return;
  const row = runSql(`SELECT ${wrong} AS wrong FROM t`, { t: texts })
    .rows()
    .findIndex(([isWrong]) => isWrong === true);
  throw new DataFrameError(`the column "${name}" is stated as ${kind}, which row ${row + 1} does not hold`);
}

/** Kinds of the named columns, decided over all rows. */
function inferredKinds(texts: DataFrame, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const measures = names.flatMap((name, i) => {
    const text = quoteName(name);
    const all = (fits: string): string => `MIN(CASE WHEN ${text} IS NULL OR ${text} = '' OR ${fits} THEN 1 ELSE 0 END)`;
    return [
      `COUNT(NULLIF(${text}, '')) AS n${i}`,
      `${all(`REGEXP_LIKE(${text}, '${boolean.pattern}')`)} AS b${i}`,
      `${all(`(REGEXP_LIKE(${text}, '${plainInteger}') AND ${integer.value(text)} IS NOT NULL)`)} AS i${i}`,
      `${all(`REGEXP_LIKE(${text}, '${plainNumber}')`)} AS f${i}`,
    ];
  });
  const facts = runSql(`SELECT ${measures.join(', ')} FROM t`, { t: texts })
    .row(0)
    .map(Number);
  return names.map((name, i) => {
    const [values = 0, booleans, integers, numbers] = facts.slice(4 * i, 4 * i + 4);
    if (values === 0) return 'string';
    if (booleans === 1) return 'boolean';
    if (integers === 1) return 'integer';
    return numbers === 1 && doublesHold(texts, name) ? 'number' : 'string';
  });
}

/** Whether a double keeps all digits of each value: what it prints differently is looked at digit by digit. */
function doublesHold(texts: DataFrame, name: string): boolean {
  const text = quoteName(name);
  const printed = `CAST(TRY_CAST(${text} AS DOUBLE) AS VARCHAR)`;
  const doubtful = runSql(
    `SELECT ${text} FROM t WHERE ${text} <> '' AND LENGTH(${text}) > 15 AND ${printed} <> ${text}`,
    { t: texts },
  );
  return doubtful.rows().every(([value]) => keepsDigits(String(value)));
}

/** @param text a number as `plainNumber` describes it */
function keepsDigits(text: string): boolean {
  const significant = (digits: string): string => digits.replace(/[-.]/g, '').replace(/^0+/, '');
  const digits = significant(text.includes('.') ? text.replace(/0+$/, '') : text);
  if (digits.length <= 15) return true;
  return digits.length <= 17 && significant(Number(text).toPrecision(digits.length).replace(/e.*/, '')) === digits;
}
