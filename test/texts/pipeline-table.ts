/** The keys of the pipeline file as a table: one row for each key that has a value, one in bold where a group begins. */
import { pipelineSchema } from '#pipeline/schema/schema';
import { markdownTable } from './markdown-table.js';

interface Key {
  readonly $ref?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Key>>;
  readonly additionalProperties?: Key | false;
  readonly required?: readonly string[];
  readonly 'x-each'?: string;
  readonly 'x-otherwise'?: string;
}

interface Row {
  readonly key: string;
  readonly otherwise: string;
  readonly meaning: string;
  readonly isHeading: boolean;
}

export function pipelineTable(): string {
  const rows = rowsOf(pipelineSchema as Key, '', true);
  return markdownTable(
    ['key', 'default', 'meaning'],
    rows.map(({ key, otherwise, meaning, isHeading }) => [
      isHeading ? `**\`${key}\`**` : `\`${key}\``,
      otherwise,
      meaning,
    ]),
  );
}

function rowsOf({ properties = {}, required = [] }: Key, prefix: string, isRoot: boolean): Row[] {
  return Object.entries(properties).flatMap(([name, key]) => {
    if (key.properties !== undefined) return groupOf(rowsOf(key, `${prefix}${name}.`, false), isRoot);
    if (key['x-each'] !== undefined) return namedRows(key, `${prefix}${name}.<${key['x-each']}>`);
    return [
      {
        key: `${prefix}${name}`,
        otherwise: otherwiseOf(key, required.includes(name)),
        meaning: key.description ?? '',
        isHeading: false,
      },
    ];
  });
}

/** A group at the root has no row of its own: its first key begins it. */
function groupOf(rows: readonly Row[], isRoot: boolean): Row[] {
  return rows.map((row, i) => (isRoot && i === 0 ? { ...row, isHeading: true } : row));
}

/** What users name is a row, and what belongs to it follows under short names; a single key stands in that row itself. */
function namedRows(key: Key, path: string): Row[] {
  const each = key.additionalProperties || {};
  const rows = rowsOf(each, '', false);
  const [only, ...others] = rows;
  const otherwise = key['x-otherwise'] ?? '';
  if (only !== undefined && others.length === 0)
    return [{ key: `${path}.${only.key}`, otherwise, meaning: only.meaning, isHeading: true }];
  return [{ key: path, otherwise, meaning: each.description ?? '', isHeading: true }, ...rows];
}

function otherwiseOf(key: Key, isRequired: boolean): string {
  if (isRequired) return 'required';
  if (key['x-otherwise'] !== undefined) return key['x-otherwise'];
  return key.default === undefined ? '–' : `\`${shown(key.default)}\``;
}

/** As one would write it into the file. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(String).join(', ')}]`;
  return typeof value === 'number' ? value.toLocaleString('en').replaceAll(',', '_') : String(value);
}
