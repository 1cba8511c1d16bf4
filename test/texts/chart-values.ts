/** Reads the documented values of the chart: a line `# -- text` before a key is its description, as in helm-docs. */
import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml';

export interface ChartValue {
  /** Keys from the root; dots inside keys do not occur. */
  readonly path: readonly string[];
  readonly type: string;
  /** JSON of the default. */
  readonly byDefault: string;
  readonly description: string;
}

const mark = /(?:^|\n) *-- ([^\n]*)\s*$/;

/** In the order of the file. Throws when a value has no description, neither itself nor above it. */
export function chartValues(text: string): ChartValue[] {
  const root = parseDocument(text).contents;
  if (!isMap(root)) throw new Error('values.yaml is no mapping');
  const values = valuesOf(root, []);
  const undocumented = values.filter(({ description }) => description === '');
  if (undocumented.length > 0)
    throw new Error(`values.yaml: write "# -- …" before ${undocumented.map(({ path }) => path.join('.')).join(', ')}`);
  return values;
}

function valuesOf(map: YAMLMap, path: readonly string[]): ChartValue[] {
  return map.items.flatMap((pair, index) => {
    const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
    const description = mark.exec(commentOf(map, pair, index))?.[1] ?? '';
    const inner = [...path, key];
    if (description === '' && isMap(pair.value) && pair.value.items.length > 0) return valuesOf(pair.value, inner);
    return [{ path: inner, ...typed(pair), description }];
  });
}

/** A comment before the first key belongs to the mapping, one before a later key to the key. */
function commentOf(map: YAMLMap, { key }: Pair, index: number): string {
  const own = isScalar(key) ? key.commentBefore : undefined;
  return own ?? (index === 0 ? map.commentBefore : undefined) ?? '';
}

function typed({ value }: Pair): Pick<ChartValue, 'type' | 'byDefault'> {
  const plain = (value as { toJSON(): unknown } | null)?.toJSON() ?? null;
  const type = Array.isArray(plain)
    ? 'list'
    : plain === null
      ? 'int'
      : ({ object: 'object', number: Number.isInteger(plain) ? 'int' : 'float', boolean: 'bool' }[
          typeof plain as string
        ] ?? 'string');
  return { type, byDefault: JSON.stringify(plain) };
}
