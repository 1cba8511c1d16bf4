/** The partial values from which every measure of a window can be merged and read. */
import type { WindowSpec } from './window-spec.js';

/** One accumulator column; `fn` is how it is made from events, sums and counts merge by adding. */
export interface Accumulator {
  readonly name: string;
  readonly fn: 'sum' | 'count' | 'min' | 'max';
  readonly column: string;
}

/** Start of the window, int64 epoch milliseconds. */
export const startColumn = '_start_ms';
/** Number of events of a row, nulls included. */
export const eventsColumn = '_events';
/** Value column of a distinct table. */
export const valueColumn = '_value';
/** How often a row was published. */
export const revisionColumn = '_revision';
/** 1 when events arrived since the row was last published, else 0. */
export const dirtyColumn = '_dirty';

/** Measures over the same column share accumulators: avg(x) is sum(x) and count(x). */
export function accumulators(spec: WindowSpec): Accumulator[] {
  const found = new Map<string, Accumulator>();
  for (const measure of Object.values(spec.measures)) {
    if (measure.fn === 'count' || measure.fn === 'distinct') continue;
    for (const fn of partsOf[measure.fn]) {
      const name = accumulatorName(spec, fn, measure.column);
      found.set(name, { name, fn, column: measure.column });
    }
  }
  return [...found.values()];
}

/** The column of one accumulator: numbered by input column, so that no column name can clash. */
export function accumulatorName(spec: WindowSpec, fn: Accumulator['fn'], column: string): string {
  return `_${fn}_${measuredColumns(spec).indexOf(column)}`;
}

const partsOf = { sum: ['sum', 'count'], avg: ['sum', 'count'], min: ['min'], max: ['max'] } as const;

function measuredColumns(spec: WindowSpec): string[] {
  return [...new Set(Object.values(spec.measures).flatMap((measure) => (measure.fn === 'count' ? [] : [measure.column])))];
}
