/** The scalar and list types of the pipeline file's JSON Schema; `x-must` completes "must be …" in problems. */
import type { Schema } from './schema-value.js';

export const leaves = {
  name: {
    'x-must': 'lower-case letters, digits, "-" and "_", beginning with a letter or digit',
    type: 'string',
    pattern: '^[a-z0-9][a-z0-9_-]*$',
    maxLength: 64,
  },
  tableAlias: {
    'x-must': 'lower-case letters, digits and "_", beginning with a letter, and not "events"',
    type: 'string',
    pattern: '^(?!events$)[a-z][a-z0-9_]*$',
    maxLength: 64,
  },
  column: {
    'x-must': 'the name of a field or column',
    type: 'string',
    minLength: 1,
  },
  columns: {
    'x-must': 'a list of column names, each once',
    type: 'array',
    items: { $ref: '#/$defs/column' },
    uniqueItems: true,
  },
  path: {
    'x-must': 'the path of a file, relative to the pipeline folder',
    type: 'string',
    minLength: 1,
  },
  duration: {
    'x-must': 'a duration: a whole number with ms, s, m, h or d',
    type: 'string',
    pattern: '^[0-9]{1,8}(ms|s|m|h|d)$',
  },
  positiveDuration: {
    'x-must': 'a duration longer than zero: a whole number with ms, s, m, h or d',
    type: 'string',
    pattern: '^(?=.*[1-9])[0-9]{1,8}(ms|s|m|h|d)$',
  },
  size: {
    'x-must': 'a size: a number of bytes, or a whole number with KiB, MiB, GiB or TiB',
    type: ['string', 'integer'],
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    pattern: '^[1-9][0-9]{0,2}(_?[0-9]{3})*B?$|^[1-9][0-9]{0,5} ?(KiB|MiB|GiB)$|^[1-9][0-9]{0,2} ?TiB$',
    maxLength: 19,
  },
  count: {
    'x-must': 'a whole number from 1 to 1_000_000_000',
    type: ['integer', 'string'],
    minimum: 1,
    maximum: 1_000_000_000,
    pattern: '^[1-9][0-9]{0,2}(_[0-9]{3}){0,2}$',
  },
} as const;

/** What their values are. */
export interface LeafValues {
  readonly name: string;
  readonly tableAlias: string;
  readonly column: string;
  readonly columns: readonly string[];
  readonly path: string;
  readonly duration: string;
  readonly positiveDuration: string;
  readonly size: string | number;
  readonly count: string | number;
}

/** A key whose values are of one of the leaves. */
export const ref = <Leaf extends keyof typeof leaves>(
  leaf: Leaf,
  description: string,
  example: unknown,
): Schema<LeafValues[Leaf]> => ({ $ref: `#/$defs/${leaf}`, description, examples: [example] });
