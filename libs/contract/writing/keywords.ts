/** The keywords that say how values are written: what each may be, and of which properties. */
import { type ContractProblem, problem } from '../validator/contract-problem.js';
import type { EventObject } from '../values/event-object.js';
import { listed } from './booleans.js';
import { allowsNull, filledTypes } from './json-types.js';

/** What a property is, as far as writing goes. */
export type Written = 'text' | 'time' | 'decimal' | 'number' | 'boolean' | 'count' | 'other';

interface Keyword {
  readonly isRight: (value: unknown) => boolean;
  /** What to write. */
  readonly write: string;
  readonly goesWith: readonly Written[];
  /** Says where the keyword belongs. */
  readonly belongs: string;
  /** It is about texts: the type must have "string". */
  readonly ofTexts?: boolean;
}

const numbers = 'with "format": "decimal", or "x-type": "number" or "integer", of texts';
const oneOf =
  (...choices: unknown[]) =>
  (value: unknown): boolean =>
    choices.includes(value);
const sign = (value: unknown): boolean =>
  typeof value === 'string' && [...value].length === 1 && !/[\d+\-eE]/.test(value);
const values = (value: unknown): boolean =>
  listed(value).length > 0 && listed(value).every((one) => ['string', 'number'].includes(typeof one));

/** Those of texts go with every property that is written as a text. */
const anyText: readonly Written[] = ['text', 'time', 'decimal', 'number', 'boolean', 'count'];

export const keywords: Readonly<Record<string, Keyword>> = {
  'x-type': {
    isRight: oneOf('number', 'integer', 'boolean'),
    write: '"number", "integer" or "boolean": what the column is, where "type" is how JSON has it',
    goesWith: ['number', 'boolean'],
    belongs: 'with a "type" of "string", and of no format',
  },
  'x-unit': {
    isRight: oneOf('s', 'ms', 'us', 'ns', 'cents'),
    write: '"s", "ms", "us" or "ns" of a time since the epoch, or "cents" of an amount',
    goesWith: ['count'],
    belongs: 'with "type": "integer", "number" or "string", without format and "x-type"',
  },
  'x-format': {
    isRight: (value) => typeof value === 'string',
    write: 'a pattern such as "dd/MM/yyyy HH:mm:ss"',
    goesWith: ['time'],
    belongs: 'with "type": "string" and "format": "date-time" or "date"',
  },
  'x-timezone': {
    isRight: (value) => typeof value === 'string',
    write: 'the IANA name of a time zone, such as "America/Sao_Paulo"',
    goesWith: ['time'],
    belongs: 'with "format": "date-time" and an "x-format"',
  },
  'x-decimal': {
    isRight: sign,
    write: 'one sign, such as ","',
    goesWith: ['decimal', 'number'],
    belongs: numbers,
    ofTexts: true,
  },
  'x-thousands': {
    isRight: sign,
    write: 'one sign, such as "."',
    goesWith: ['decimal', 'number'],
    belongs: numbers,
    ofTexts: true,
  },
  'x-true': {
    isRight: values,
    write: 'a list of texts and numbers, such as ["S", "sim", 1]',
    goesWith: ['boolean'],
    belongs: 'with "x-type": "boolean"',
  },
  'x-false': {
    isRight: values,
    write: 'a list of texts and numbers, such as ["N", "não", 0]',
    goesWith: ['boolean'],
    belongs: 'with "x-type": "boolean"',
  },
  'x-trim': {
    isRight: (value) => value === true,
    write: 'true, or leave it out',
    goesWith: anyText,
    belongs: 'with a "type" of "string"',
    ofTexts: true,
  },
  'x-case': {
    isRight: oneOf('lower', 'upper'),
    write: '"lower" or "upper"',
    goesWith: ['text'],
    belongs: 'with "type": "string", and where the text is neither a time nor a number',
    ofTexts: true,
  },
  'x-empty': {
    isRight: (value) => value === null,
    write: 'null, or leave it out',
    goesWith: anyText,
    belongs: 'with a "type" of "string"',
    ofTexts: true,
  },
};

/** The keywords of this table that a schema has. */
export function keywordsIn(schema: EventObject): string[] {
  return Object.keys(schema).filter((keyword) => Object.hasOwn(keywords, keyword));
}

/** What is wrong with each keyword for itself, and with the property that has it. */
export function keywordProblems(property: EventObject, pointer: string): ContractProblem[] {
  const written = writtenAs(property);
  return keywordsIn(property).flatMap((name) => {
    const { isRight, write, goesWith, belongs, ofTexts } = keywords[name]!;
    const at = `${pointer}/${name}`;
    if (!goesWith.includes(written) || (ofTexts && !filledTypes(property).includes('string')))
      return [problem(at, `does not go with this property: it stands ${belongs}`)];
    if (!isRight(property[name])) return [problem(at, `is not what ${name} can be: write ${write}`)];
    if (name === 'x-empty' && !allowsNull(property))
      return [problem(at, 'needs a property that may be null: add "null" to "type"')];
    return [];
  });
}

export function writtenAs(property: EventObject): Written {
  const types = filledTypes(property);
  const { format } = property;
  if (format === 'decimal') return 'decimal';
  if ('x-type' in property) return writtenType(property['x-type'], types, format);
  const only = types.length === 1 ? types[0] : undefined;
  if ('x-unit' in property)
    return ['string', 'integer', 'number'].includes(String(only)) && format === undefined ? 'count' : 'other';
  if (only !== 'string') return 'other';
  return format === 'date-time' || format === 'date' ? 'time' : 'text';
}

/** JSON types as which a column can be written. With none but its own, `type` alone says it. */
const writtenTypes: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['integer', ['string', 'integer']],
  ['number', ['string', 'number', 'integer']],
  ['boolean', ['string', 'integer', 'number', 'boolean']],
]);

function writtenType(column: unknown, types: readonly string[], format: unknown): Written {
  const possible = writtenTypes.get(column) ?? types;
  const isWritten = types.some((type) => type === 'string' || (column === 'boolean' && type !== 'boolean'));
  if (!isWritten || format !== undefined || !types.every((type) => possible.includes(type))) return 'other';
  return column === 'boolean' ? 'boolean' : 'number';
}
