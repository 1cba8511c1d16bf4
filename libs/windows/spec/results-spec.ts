/** The columns of a window's results, or why the window cannot be computed from these events. */
import type { ColumnSpec, ColumnType } from '#columns/types/column-spec';
import { typeNameOf } from '#columns/types/type-name';
import type { Measure, Problem } from './measure.js';
import type { WindowSpec } from './window-spec.js';

/** Sums of decimals keep their scale and get all the precision there is. */
const decimalPrecisionMax = 38;
const ownNames = ['window_start', 'window_end', 'revision'];

/** window_start, window_end, key, measures, revision: for the results table. `inputColumns` are those of the events. */
export function resultsSpec(spec: WindowSpec, inputColumns: readonly ColumnSpec[]): ColumnSpec[] | Problem {
  const problem = sizeProblem(spec) ?? nameProblem(spec) ?? timeProblem(spec, inputColumns);
  if (problem !== null) return { problem: `Window ${spec.name}: ${problem}` };
  const keys = spec.key.map((key) => keyColumn(key, inputColumns));
  const measures = Object.entries(spec.measures).map(([name, measure]) => measureColumn(name, measure, inputColumns));
  const columns: ColumnSpec[] = [];
  for (const column of [...keys, ...measures]) {
    if ('problem' in column) return { problem: `Window ${spec.name}: ${column.problem}` };
    columns.push(column);
  }
  return [
    required('window_start', 'timestamp'),
    required('window_end', 'timestamp'),
    ...columns,
    required('revision', 'int64'),
  ];
}

function sizeProblem({ sizeMs, latenessMs, measures }: WindowSpec): string | null {
  if (!Number.isSafeInteger(sizeMs) || sizeMs <= 0)
    return `its size is ${sizeMs} ms: write a length of at least 1 ms, for example 1m`;
  if (!Number.isSafeInteger(latenessMs) || latenessMs < 0) return `its lateness is ${latenessMs} ms: write 0s or more`;
  return Object.keys(measures).length === 0
    ? 'it measures nothing: write for example measures: { events: count() }'
    : null;
}

function nameProblem({ key, measures }: WindowSpec): string | null {
  const names = [...key, ...Object.keys(measures)];
  const taken = names.find((name) => ownNames.includes(name));
  if (taken !== undefined) return `${taken} is a column of every result: give the key or measure another name`;
  const hidden = names.find((name) => name.startsWith('_'));
  if (hidden !== undefined)
    return `names that start with _ belong to the system: rename ${hidden} in the enrich SQL or the measures`;
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  return twice === undefined ? null : `${twice} stands twice among key and measures: give the measure another name`;
}

function timeProblem({ eventTime }: WindowSpec, columns: readonly ColumnSpec[]): string | null {
  const found = find(eventTime, columns);
  if ('problem' in found) return found.problem;
  return found.type.kind === 'timestamp'
    ? null
    : `event time ${eventTime} is ${typeNameOf(found.type)}: name a timestamp column`;
}

function keyColumn(name: string, columns: readonly ColumnSpec[]): ColumnSpec | Problem {
  const found = find(name, columns);
  if ('problem' in found || found.type.kind !== 'binary') return found;
  return { problem: `key ${name} is binary: cast it to text in the enrich SQL` };
}

function measureColumn(name: string, measure: Measure, columns: readonly ColumnSpec[]): ColumnSpec | Problem {
  if (measure.fn === 'count') return required(name, 'int64');
  const found = find(measure.column, columns);
  if ('problem' in found) return found;
  const type = measureType(measure.fn, found.type);
  if (type === null)
    return {
      problem: `${name} is ${measure.fn}(${measure.column}), but ${measure.column} is ${typeNameOf(found.type)}: ${advice[measure.fn]}`,
    };
  return { name, type, nullable: measure.fn !== 'distinct' };
}

const advice = {
  sum: 'sum a number, or write count()',
  avg: 'average a number, or write count()',
  min: 'use a number, text, date or timestamp',
  max: 'use a number, text, date or timestamp',
  distinct: 'cast it to text in the enrich SQL',
} as const;

function measureType(fn: Exclude<Measure['fn'], 'count'>, type: ColumnType): ColumnType | null {
  const { kind } = type;
  if (fn === 'distinct') return kind === 'binary' ? null : { kind: 'int64' };
  if (fn === 'min' || fn === 'max') return kind === 'binary' || kind === 'bool' ? null : type;
  if (kind !== 'int32' && kind !== 'int64' && kind !== 'float64' && kind !== 'decimal') return null;
  if (fn === 'avg') return { kind: 'float64' };
  if (type.kind === 'decimal') return { ...type, precision: decimalPrecisionMax };
  return { kind: kind === 'float64' ? 'float64' : 'int64' };
}

function find(name: string, columns: readonly ColumnSpec[]): ColumnSpec | Problem {
  const found = columns.find((column) => column.name === name);
  return (
    found ?? { problem: `there is no column ${name}: use one of ${columns.map((column) => column.name).join(', ')}` }
  );
}

function required(name: string, kind: 'timestamp' | 'int64'): ColumnSpec {
  return { name, type: { kind }, nullable: false };
}
