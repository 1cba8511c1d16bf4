/** A tumbling event-time window as a pipeline describes it. */
import type { Measure } from './measure.js';

/**
 * Windows of `sizeMs` aligned to the epoch; a window covers [start, start + sizeMs).
 *
 * `key` names the columns results are grouped by, `measures` what is computed for each group, in this order.
 * `eventTime` is a timestamp(us, UTC) column. A window accepts corrections for `latenessMs` after it closed.
 */
export interface WindowSpec {
  readonly name: string;
  readonly sizeMs: number;
  readonly latenessMs: number;
  readonly key: readonly string[];
  readonly measures: Readonly<Record<string, Measure>>;
  readonly eventTime: string;
}

/** The distinct measures in spec order: each keeps a table of values beside the accumulators. */
export function distinctMeasures(spec: WindowSpec): { readonly measure: string; readonly column: string }[] {
  return Object.entries(spec.measures).flatMap(([measure, { fn, ...rest }]) =>
    fn === 'distinct' && 'column' in rest ? [{ measure, column: rest.column }] : [],
  );
}

/** Columns of events that a window looks at besides the time: the key's, then the measured ones, each once. */
export function inputsOf({ key, measures }: WindowSpec): string[] {
  return [
    ...new Set([
      ...key,
      ...Object.values(measures).flatMap((measure) => (measure.fn === 'count' ? [] : [measure.column])),
    ]),
  ];
}
