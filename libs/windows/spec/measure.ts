/** What a window computes per key, and how a pipeline file writes it. */

/** `distinct` is an exact count of the different non-null values. */
export type Measure =
  | { readonly fn: 'sum'; readonly column: string }
  | { readonly fn: 'count' }
  | { readonly fn: 'min'; readonly column: string }
  | { readonly fn: 'max'; readonly column: string }
  | { readonly fn: 'avg'; readonly column: string }
  | { readonly fn: 'distinct'; readonly column: string };

/** Why something that a user wrote cannot be used, and what to write instead. */
export interface Problem {
  readonly problem: string;
}

const withColumn = ['sum', 'min', 'max', 'avg', 'distinct'] as const;
const examples = 'sum(total), count(), min(price), max(price), avg(delay) or distinct(user_id)';

/** Reads `fn(column)` or `count()`; spaces do not matter. */
export function parseMeasure(text: string): Measure | Problem {
  const parts = /^\s*([A-Za-z_]+)\s*\(\s*(.*?)\s*\)\s*$/su.exec(text);
  if (parts === null) return { problem: `"${text}" is not a measure: write ${examples}` };
  const [, name = '', column = ''] = parts;
  if (name === 'count') return countOf(column);
  const fn = withColumn.find((known) => known === name);
  if (fn === undefined) return { problem: `There is no measure ${name}(): write ${examples}` };
  if (column === '') return { problem: `${fn}() needs a column: write ${fn}(column)` };
  return { fn, column };
}

function countOf(column: string): Measure | Problem {
  if (column === '' || column === '*') return { fn: 'count' };
  return {
    problem: `count() counts events and takes no column: write count(), or distinct(${column}) for different values`,
  };
}
